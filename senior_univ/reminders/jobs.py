"""What the scheduler ticks: planning reminders, sending, asking what became of texts.

Planning reads what is still to be announced in one stream, phone by phone, and writes it in chunks: its memory does
not grow with the learners, and what another process wrote meanwhile is left as it is.
"""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from itertools import groupby, islice
from typing import Any

from flask import Flask
from sqlalchemy import Row, case, select, update
from sqlalchemy.orm import Session

from senior_univ.core import clock
from senior_univ.core.db import Database
from senior_univ.reminders import actions, queries, rules
from senior_univ.reminders.dispatch import CODES, TEXTS, Dispatcher
from senior_univ.reminders.models import Message, MessageState
from senior_univ.reminders.rules import Hours, Run

PHONES_AT_ONCE = 500
Announced = list[Row[Any]]
"""The lessons that one phone is told of, in their order."""


def plan(database: Database, hours: Hours) -> int:
    """Write the reminders that are on now and not written yet; returns how many texts were added."""
    now = clock.now()
    return sum(plan_run(database, run, now) for run in rules.runs_at(now, hours))


def plan_run(database: Database, run: Run, now: datetime) -> int:
    """Write one run's texts, one per phone; a second time adds none."""
    added = 0
    with database.read() as reading:
        found = reading.execute(
            queries.to_announce(run.kind, run.day, now), execution_options={"yield_per": PHONES_AT_ONCE}
        )
        for chunk in _chunks(list(rows) for _phone, rows in groupby(found, key=lambda row: row.phone)):
            with database.write() as session:
                added += _write_chunk(session, run, chunk)
    return added


def _chunks(phones: Iterable[Announced]) -> Iterator[Sequence[Announced]]:
    phones = iter(phones)
    while chunk := list(islice(phones, PHONES_AT_ONCE)):
        yield chunk


def _write_chunk(session: Session, run: Run, chunk: Sequence[Announced]) -> int:
    rows = {}
    for announced in chunk:
        first, last = announced[0], announced[-1]
        row = actions.row_of(f"{run.kind.value}:{run.day}:{first.phone}", run.kind, first.phone, first.language or "")
        rows[row["key"]] = row | {"expires_at": run.until or last.starts_at}
    written = actions.queue_rows(session, list(rows.values()))
    ids = written | _open_texts(session, rows.keys() - written.keys())
    actions.add_about(
        session,
        [
            (ids[key], row.person_id, row.id, row.starts_at)
            for key, announced in zip(rows, chunk, strict=True)
            if key in ids
            for row in announced
        ],
    )
    _extend(session, [(ids[key], row["expires_at"]) for key, row in rows.items() if key in ids and key not in written])
    return len(written)


def _open_texts(session: Session, keys: Iterable[str]) -> dict[str, int]:
    """{key: id} of those of these texts that are not claimed yet, locked so that they aren't while lessons are added."""
    wanted = select(Message.key, Message.id).where(Message.key.in_(keys), Message.state == MessageState.DUE)
    return {row.key: row.id for row in session.execute(wanted.order_by(Message.key).with_for_update())}


def _extend(session: Session, until: Sequence[tuple[int, datetime]]) -> None:
    """A text that was told of a later lesson is good until that one begins."""
    for message_id, expires_at in until:
        later = case((Message.expires_at < expires_at, expires_at), else_=Message.expires_at)
        session.execute(update(Message).where(Message.id == message_id).values(expires_at=later))


def dispatcher_of(app: Flask) -> Dispatcher:
    """The application's worker, made when the scheduler starts."""
    found: Dispatcher = app.extensions["dispatcher"]
    return found


def send_codes(app: Flask) -> None:
    """Codes, before everything else and beside whatever is being sent."""
    dispatcher_of(app).run(CODES)


def send_texts(app: Flask) -> None:
    """Everything else that is due."""
    dispatcher_of(app).run(TEXTS)


def plan_reminders(app: Flask) -> None:
    """The runs that are on."""
    plan(app.extensions["database"], Hours.of(app.config["SETTINGS"]))


def ask_about_unknown(app: Flask) -> None:
    """Texts whose outcome nobody wrote."""
    dispatcher_of(app).reap()
