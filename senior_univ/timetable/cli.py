"""Commands on the calendar."""

import click
from flask import Flask

from senior_univ.core.web import database
from senior_univ.timetable import calendar_actions


def init_app(app: Flask) -> None:
    """Add ``flask import-holidays``."""

    @app.cli.command("import-holidays")
    def import_holidays() -> None:
        """Load the public holidays and make-up workdays that chinesecalendar knows; days that are there stay as they are."""
        with database().write() as session:
            added = calendar_actions.import_known_holidays(session)
        click.echo(f"{added} holidays and make-up workdays added.")
