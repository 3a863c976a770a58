"""``flask import-subjects``."""

import csv
from pathlib import Path

import click
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session
from tqdm import tqdm

from senior_univ.catalogue.models import Subject
from senior_univ.core.web import database

SUBJECTS = Path(__file__).parent / "data" / "subjects.csv"


def load_subjects(session: Session) -> int:
    """Add the subjects that are missing and bring the others up to date, told apart by their slug; returns how many."""
    with SUBJECTS.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    known = {each.slug: each for each in session.scalars(select(Subject))}
    for row in tqdm(rows, desc="Subjects", unit="subject", disable=None):
        subject = known.get(row["slug"]) or Subject(slug=row["slug"])
        subject.name, subject.name_en, subject.icon = row["name"], row["name_en"], row["icon"]
        session.add(subject)
    return len(rows)


def init_app(app: Flask) -> None:
    """Add the command."""

    @app.cli.command("import-subjects")
    def import_subjects() -> None:
        """Import the subjects that are taught. May be run again."""
        with database().write() as session:
            count = load_subjects(session)
        click.echo(f"{count} subjects are in the database.")
