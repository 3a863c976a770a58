"""``flask demo``: fill an empty database with the demo."""

from pathlib import Path

import click
from flask import Flask, current_app
from sqlalchemy import text
from tqdm import tqdm

from senior_univ.core.db import Database
from senior_univ.demo.making import USUAL_LEARNERS, is_empty, make_demo


def fill(database: Database, learners: int, files_folder: Path | None = None) -> int:
    """Fill ``database``, showing a progress bar; returns how many learners it has then."""
    with database.write() as session, tqdm(unit=" rows", desc="demo", mininterval=0.2) as bar:
        made = make_demo(session, learners, bar.update, files_folder)
    with database.engine.connect() as connection:
        connection.execute(text("ANALYZE"))  # so that the first pages are planned with the real sizes
        connection.commit()
    return made


def init_app(app: Flask) -> None:
    """Add the command."""

    @app.cli.command("demo")
    @click.option("--if-empty", is_flag=True, help="Do nothing, and say nothing, where people are in the database.")
    @click.option("--learners", type=click.IntRange(1000, 1_000_000), default=USUAL_LEARNERS, show_default=True)
    def demo(*, if_empty: bool, learners: int) -> None:
        """Fill an empty database with invented people, places and classes."""
        settings = current_app.config["SETTINGS"]
        if settings.is_production:
            raise click.ClickException("The demo is not for production.")
        database: Database = current_app.extensions["database"]
        with database.read() as session:
            is_fresh = is_empty(session)
        if not is_fresh:
            if not if_empty:
                raise click.ClickException("There are people in the database: the demo fills an empty one only.")
            return
        click.echo(f"{fill(database, learners, settings.files_folder)} learners are in the database.")
