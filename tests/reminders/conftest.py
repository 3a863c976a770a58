"""One worker on the test's database, whose sender is the console; texts are what it was given."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from flask import Flask
from sqlalchemy import event, select

from config import Settings
from senior_univ.core.db import Database
from senior_univ.reminders.dispatch import Dispatcher
from senior_univ.reminders.models import SentText
from senior_univ.reminders.planning import plan
from senior_univ.reminders.senders import Sender, Senders, load_all
from senior_univ.wiring import connect

SHANGHAI = ZoneInfo("Asia/Shanghai")


def at(text: str) -> datetime:
    """A local time: ``at("2026-03-10 18:00")``."""
    return datetime.fromisoformat(text).replace(tzinfo=SHANGHAI)


class Worker:
    """What the scheduler does, when the test says so."""

    def __init__(self, database: Database, **changed: Any) -> None:
        self.settings = Settings.from_environment(changed)
        self.database = database
        self.dispatcher = Dispatcher(database, self.settings, load_all(self.settings, database))

    def plan(self) -> int:
        return plan(self.database, self.settings)

    def use(self, sender: Sender) -> None:
        """Send by this one alone."""
        self.dispatcher.senders = Senders({sender.name: sender}, sender)

    def send(self) -> list[tuple[str, str]]:
        """Send what is due; returns (phone, text) of what the phones got by that."""
        before = len(self.texts())
        self.dispatcher.run()
        return self.texts()[before:]

    def tick(self) -> list[tuple[str, str]]:
        self.plan()
        return self.send()

    def texts(self) -> list[tuple[str, str]]:
        with self.database.read() as session:
            sent = session.scalars(select(SentText).order_by(SentText.id)).all()
        return [(each.phone, each.text) for each in sent for _time in range(each.times)]


@pytest.fixture
def worker(database: Database) -> Worker:
    connect()
    return Worker(database)


@pytest.fixture
def make_worker(database: Database) -> Callable[..., Worker]:
    """A worker with settings of its own: ``make_worker(QUIET_FROM="21:00")``."""
    return lambda **changed: Worker(database, **changed)


@pytest.fixture
def statements(database: Database) -> Iterator[list[str]]:
    """What the database was asked, as it comes."""
    with listening(database) as asked:
        yield asked


@pytest.fixture
def statements_of(app: Flask) -> Iterator[list[str]]:
    """What the application asked of its database, as it comes."""
    with listening(app.extensions["database"]) as asked:
        yield asked


@contextmanager
def listening(database: Database) -> Iterator[list[str]]:
    asked: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_more: Any) -> None:
        asked.append(statement)

    event.listen(database.engine, "before_cursor_execute", note)
    yield asked
    event.remove(database.engine, "before_cursor_execute", note)
