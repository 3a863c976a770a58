"""Commands on the schema."""

from alembic import command
from flask import Flask, current_app

from senior_univ.core.health import alembic_config


def migrate_database(url: str) -> None:
    """Bring the schema at ``url`` to the newest revision."""
    command.upgrade(alembic_config(url), "head")


def init_app(app: Flask) -> None:
    """Add ``flask migrate``."""

    @app.cli.command("migrate")
    def migrate() -> None:
        """Bring the database's schema to the newest revision."""
        migrate_database(current_app.config["SETTINGS"].database_url)
