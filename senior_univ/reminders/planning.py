"""Writing the reminders that are on: texts, and calls where nobody can be texted.

Planning reads what is still to be announced in one stream, phone by phone, and writes it in chunks: its memory does
not grow with the learners, and what another process wrote meanwhile is left as it is. Organisations with hours of
their own are planned together where their hours are the same: a statement for each timetable of hours, none for each
organisation.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from itertools import groupby, islice
from typing import Any

from sqlalchemy import ColumnElement, Row, case, select, update
from sqlalchemy.orm import Session

from config import Settings
from senior_univ.core import clock
from senior_univ.core.db import Database
from senior_univ.reminders import actions, announcing, calls, rules, weekly
from senior_univ.reminders.models import CallWhy, Channel, Message, MessageKind, MessageState
from senior_univ.reminders.rules import Hours, Run
from senior_univ.reminders.ways import ways_of

PHONES_AT_ONCE = 500
Announced = list[Row[Any]]
"""The lessons that one phone is told of, in their order."""


def plan(database: Database, settings: Settings) -> int:
    """Write what is on now and not written yet; returns how many texts were added."""
    now, default = clock.now(), Hours.of(settings)
    with database.read() as session:
        own = [tuple(row) for row in session.execute(announcing.own_hours())]
    added = sum(plan_run(database, run, now, announcing.without_hours()) for run in rules.runs_at(now, default))
    for row in own:
        hours = announcing.hours_named(row, default)
        for run in rules.runs_at(now, hours):
            at = hours.evening if run.kind is MessageKind.REMINDER_EVENING else hours.morning
            added += plan_run(database, run, now, announcing.with_hours(row), f"{at:%H%M}:")
    return added + weekly.plan(database, now, default)


def plan_run(
    database: Database, run: Run, now: datetime, whose: ColumnElement[bool] | None = None, tag: str = ""
) -> int:
    """Write one run's texts, one per phone; a second time adds none. ``tag`` tells runs of one day apart by their keys."""
    added = 0
    with database.read() as reading:
        found = reading.execute(
            announcing.to_announce(run.kind, run.day, now, whose), execution_options={"yield_per": PHONES_AT_ONCE}
        )
        for chunk in _chunks(_phones(found)):
            with database.write() as session:
                added += _write_chunk(session, run, chunk, tag)
    return added


def _phones(found: Iterable[Row[Any]]) -> Iterator[Announced]:
    """The lessons of each phone; whoever has none is by herself."""
    for phone, rows in groupby(found, key=lambda row: row.phone):
        if phone is None:
            yield from ([row] for row in rows)
        else:
            yield list(rows)


def _chunks(phones: Iterable[Announced]) -> Iterator[Sequence[Announced]]:
    phones = iter(phones)
    while chunk := list(islice(phones, PHONES_AT_ONCE)):
        yield chunk


def _write_chunk(session: Session, run: Run, chunk: Sequence[Announced], tag: str) -> int:
    by_phone = {announced[0].phone: announced for announced in chunk if announced[0].phone}
    without = [announced[0] for announced in chunk if not announced[0].phone]
    return _write_texts(session, run, by_phone, tag) + _reach_otherwise(session, run, without, tag)


def _reach_otherwise(session: Session, run: Run, rows: Sequence[Row[Any]], tag: str) -> int:
    """Whom no phone of her own or of her contact reaches: her home's duty phone, else a call."""
    if not rows:
        return 0
    found = ways_of(session, {row.person_id for row in rows})
    at_homes: dict[str, Announced] = {}
    wanted = []
    for row in rows:
        if way := next(iter(found[row.person_id].ways), None):
            at_homes.setdefault(way.phone, []).append(row)
        else:
            wanted.append(_call(run, row, found[row.person_id].why))
    calls.write(session, wanted)
    return _write_texts(session, run, at_homes, tag)


def _call(run: Run, row: Row[Any], why: CallWhy) -> calls.Wanted:
    return calls.Wanted(
        key=calls.lesson_key(run.kind, row.id, row.starts_at, row.person_id),
        kind=run.kind,
        person_id=row.person_id,
        why=why,
        organisation_id=row.organisation_id,
        lesson_id=row.id,
        call_by=row.starts_at,
    )


def _write_texts(session: Session, run: Run, by_phone: Mapping[str, Announced], tag: str) -> int:
    rows = {}
    for phone, announced in by_phone.items():
        first, until = announced[0], run.until or max(row.starts_at for row in announced)
        row = actions.row_of(f"{run.kind.value}:{run.day}:{tag}{phone}", run.kind, phone, first.language or "")
        more = {"channel": Channel(first.channel), "organisation_id": first.organisation_id, "expires_at": until}
        rows[row["key"]] = row | more
    written = actions.queue_rows(session, list(rows.values()))
    ids = written | _open_texts(session, rows.keys() - written.keys())
    actions.add_about(
        session,
        [
            (ids[key], row.person_id, row.id, row.starts_at)
            for key, announced in zip(rows, by_phone.values(), strict=True)
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
