"""The demo's database and the application on it; neither keeps what is posted to it."""

from dataclasses import replace
from pathlib import Path
from typing import Any

from flask import Flask
from sqlalchemy import Engine
from sqlalchemy.orm import Session, sessionmaker

from config import Settings
from senior_univ import create_app
from senior_univ.core.db import Database
from senior_univ.demo.making import make_demo
from tests.databases import SQLiteDatabases
from tests.walking.situations import add_situations, crowd


class ForgetfulSession(Session):
    """Keeps what it writes until its request ends, and forgets it then: a walk changes nothing under its own feet."""

    def commit(self) -> None:
        """Let the database check what was written; the transaction stays open, and is undone when it is closed."""
        self.flush()

    def get_bind(self, *_what: Any, **_more: Any) -> Engine:
        """The engine that writes, since what was written is in its transaction alone."""
        engine: Engine = self.info["engine"]
        return engine

    def in_transaction(self) -> bool:
        """Never, as far as others see, so that none of them ends it by a commit."""
        return False


def make_forgetful(database: Database) -> None:
    """From now on nothing that requests write is kept."""
    writing = database.engine.execution_options(is_write=True)
    database.new_writer = sessionmaker(
        writing, class_=ForgetfulSession, expire_on_commit=False, info={"engine": writing}
    )


def fill(database: Database, learners: int, files: Path, *, is_crowded: bool = False) -> None:
    """The demo and its situations, in an empty database."""
    with database.write() as session:
        make_demo(session, learners, lambda _rows: None, files)
        add_situations(session)
        if is_crowded:
            crowd(session)


def demo_app(databases: SQLiteDatabases, name: str, learners: int, *, is_crowded: bool = False) -> Flask:
    """An application on a new database with the demo in it."""
    url = databases.clone(name)
    database = Database(url)
    files = Path(f"{database.engine.url.database}-files")
    fill(database, learners, files, is_crowded=is_crowded)
    database.engine.dispose()
    app = create_app(replace(Settings.from_environment({}), database_url=url, files_folder=files))
    make_forgetful(app.extensions["database"])
    return app
