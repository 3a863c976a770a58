"""Is the process alive (``/healthz``), and may it be sent people (``/readyz``)."""

from pathlib import Path

from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from flask import Blueprint, current_app
from sqlalchemy.exc import SQLAlchemyError

from senior_univ.core.db import Database
from senior_univ.core.web import Page, database, open_to_all

ROOT = Path(__file__).resolve().parents[2]

blueprint = Blueprint("health", __name__)


def alembic_config(url: str) -> Config:
    """Alembic's settings for ``url``, without a file."""
    config = Config()
    config.set_main_option("script_location", str(ROOT / "migrations"))
    config.attributes["url"] = url
    return config


def newest_revision() -> str | None:
    """The schema's newest revision in this code."""
    return ScriptDirectory.from_config(alembic_config("")).get_current_head()


def database_problem(database: Database) -> str | None:
    """What is wrong with the database, in a sentence; None when it answers with the newest schema."""
    try:
        with database.engine.connect() as connection:
            revision = MigrationContext.configure(connection).get_current_revision()
    except SQLAlchemyError as error:
        return f"DATABASE_URL: the database cannot be reached ({type(error).__name__})."
    if revision != newest_revision():
        return f"DATABASE_URL: the database is not migrated (it is at {revision}); run `make migrate`."
    return None


@blueprint.get("/healthz")
@open_to_all
def alive() -> Page:
    """The process answers."""
    return "ok", 200


@blueprint.get("/readyz")
@open_to_all
def ready() -> Page:
    """The database answers, too."""
    problem = database_problem(database())
    if problem:
        current_app.logger.warning(problem)
    return ("not ready", 503) if problem else ("ready", 200)
