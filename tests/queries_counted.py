"""Counts the statements that a block of code sends to a database."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from flask.testing import FlaskClient
from sqlalchemy import event

from senior_univ.core.db import Database


class Count:
    """How many statements ran, and which."""

    def __init__(self) -> None:
        self.statements: list[str] = []

    @property
    def number(self) -> int:
        return len(self.statements)


@contextmanager
def counted(database: Database) -> Iterator[Count]:
    """Everything that runs on ``database`` in the block: ``with counted(database) as count: …; count.number``."""
    count = Count()

    def note(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        count.statements.append(statement)

    event.listen(database.engine, "before_cursor_execute", note)
    try:
        yield count
    finally:
        event.remove(database.engine, "before_cursor_execute", note)


def queries_of(client: FlaskClient, url: str) -> int:
    """How many statements ``client``'s application sends to make the page at ``url``."""
    with counted(client.application.extensions["database"]) as count:
        response = client.get(url)
    assert response.status_code == 200, (url, response.status_code)
    return count.number
