"""Rows collected in memory, with their ids, and written in bulk."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from itertools import islice
from typing import Any

from sqlalchemy import insert, text
from sqlalchemy.orm import Session

from senior_univ.core.db import Base

CHUNK = 5000
Progress = Callable[[int], object]


class Rows:
    """What is to be written, in the order in which its tables were first used."""

    def __init__(self) -> None:
        self.rows: dict[type[Base], list[dict[str, Any]]] = defaultdict(list)
        self.last_id: dict[type[Base], int] = defaultdict(int)

    def add(self, model: type[Base], **values: Any) -> int:
        """Keep a row of ``model`` and return the id that it will have."""
        self.last_id[model] += 1
        self.rows[model].append({"id": self.last_id[model], **values})
        return self.last_id[model]

    def link(self, model: type[Base], **values: Any) -> None:
        """Keep a row of a table whose key is not a number of its own."""
        self.rows[model].append(values)

    def count(self) -> int:
        """How many rows are kept."""
        return sum(len(rows) for rows in self.rows.values())

    def write(self, session: Session, progress: Progress) -> None:
        """Write everything kept and forget it; ``progress`` is told of each chunk's size."""
        for model, rows in self.rows.items():
            write_chunks(session, model, rows, progress)
        for model in self.rows:
            self.go_on_after(session, model)
        self.rows.clear()

    def go_on_after(self, session: Session, model: type[Base]) -> None:
        """PostgreSQL's sequences know nothing of ids that were given: let them go on after the largest."""
        if session.get_bind().dialect.name == "postgresql" and self.last_id[model]:
            sequence = {"table": model.__tablename__, "last": self.last_id[model]}
            session.execute(text("SELECT setval(pg_get_serial_sequence(:table, 'id'), :last)"), sequence)


def write_chunks(session: Session, model: type[Base], rows: Iterable[dict[str, Any]], progress: Progress) -> None:
    """Write ``rows`` of one table, a few thousand at a time, so that memory stays flat."""
    for chunk in _chunks(iter(rows)):
        session.execute(insert(model), chunk)
        progress(len(chunk))


def _chunks(rows: Iterator[dict[str, Any]]) -> Iterator[list[dict[str, Any]]]:
    while chunk := list(islice(rows, CHUNK)):
        yield chunk
