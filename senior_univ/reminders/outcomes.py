"""What became of attempts: completion, and the reaper for what nobody completed. Each within one write transaction.

An outcome is written only while the attempt is still its own. Rows are locked in the order of their ids, so that no two
processes wait for each other.
"""

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import bindparam, select, update
from sqlalchemy.orm import Session

from config import Settings
from senior_univ.core import clock
from senior_univ.core.logs import log
from senior_univ.reminders import ladder
from senior_univ.reminders.models import Attempt, Message, MessageKind, MessageState, Outcome
from senior_univ.reminders.senders import (
    Accepted,
    Found,
    Lookup,
    NotSent,
    NotThere,
    Outgoing,
    Rejected,
    Result,
    Sought,
    Unknown,
    Why,
)

OPEN = (MessageState.SUBMITTING, MessageState.UNKNOWN)
"""An attempt's own outcome may be written from these: the reaper may have called a slow one unknown meanwhile."""

OPEN_TO_ACCEPTANCE = (*OPEN, MessageState.DUE, MessageState.PARKED)
"""That the provider has it is true whatever was made of the silence meanwhile."""

ON_THE_WAY = (MessageState.DUE, MessageState.UNKNOWN)
CONFIG_RETRY = timedelta(minutes=5)
LOOKUP_PAUSE = 15
"""Seconds between two lookups of one text, where the settling time is no shorter."""

MOST_REAPED = 1000
MESSAGES: Any = Message.__table__
ATTEMPTS: Any = Attempt.__table__


@dataclass(frozen=True, slots=True)
class Change:
    """What a text's row becomes, as long as this attempt is its last and its state is one of these."""

    message_id: int
    attempt: int
    values: dict[str, Any]
    states: Collection[MessageState] = field(default=OPEN)


def complete(session: Session, done: Sequence[tuple[Outgoing, Result]]) -> set[str]:
    """Write what became of these attempts; returns the refs of those that were no longer their own (another looked
    it up, a receipt came)."""
    now = clock.now()
    changes = [
        Change(each.message_id, each.attempt, _values_after(result, now), _states_before(result))
        for each, result in done
    ]
    written = _write(session, changes)
    answers = [_answer(each.message_id, each.attempt, *_said(result)) | {"answered_at": now} for each, result in done]
    session.connection().execute(_update_of(ATTEMPTS, answers[0]), answers)
    return {each.ref for each, _result in done if (each.message_id, each.attempt) not in written}


def _states_before(result: Result) -> Collection[MessageState]:
    return OPEN_TO_ACCEPTANCE if isinstance(result, Accepted) else OPEN


def _write(session: Session, changes: Sequence[Change]) -> set[tuple[int, int]]:
    """Write those changes whose attempt still is its own; returns (text, attempt) of each."""
    ids = {change.message_id for change in changes}
    locked = select(Message.id, Message.attempt, Message.state, Message.kind).where(Message.id.in_(ids))
    standing = {row.id: row for row in session.execute(locked.order_by(Message.id).with_for_update())}
    mine = [
        change
        for change in changes
        if (was := standing.get(change.message_id)) and was.attempt == change.attempt and was.state in change.states
    ]
    by_columns: dict[tuple[str, ...], list[dict[str, Any]]] = defaultdict(list)
    for change in mine:
        row: dict[str, Any] = {"its_id": change.message_id} | change.values
        if standing[change.message_id].kind is MessageKind.CODE and row["state"] not in ON_THE_WAY:
            row |= {"text": "", "parameters": {}}
        by_columns[tuple(row)].append(row)
    for rows in by_columns.values():
        session.connection().execute(_update_of(MESSAGES, rows[0]), rows)
    _move_on(session, [change.message_id for change in mine if change.values["state"] in ladder.UNREACHED])
    return {(change.message_id, change.attempt) for change in mine}


def _move_on(session: Session, ids: Collection[int]) -> None:
    """Whom these ended texts did not reach is told by the next rung."""
    if ids:
        ended = select(Message).where(Message.id.in_(ids)).order_by(Message.id)
        ladder.next_rung(session, session.scalars(ended, execution_options={"populate_existing": True}).all())


def _update_of(table: Any, row: dict[str, Any]) -> Any:
    """An update by ``its_id`` (and ``its_number``) of the columns that ``row`` gives."""
    wanted = [table.c.id == bindparam("its_id")] if table is MESSAGES else _of_attempt()
    named: dict[str, Any] = {name: bindparam(name) for name in row if not name.startswith("its_")}
    return update(table).where(*wanted).values(named)


def _of_attempt() -> list[Any]:
    return [ATTEMPTS.c.message_id == bindparam("its_id"), ATTEMPTS.c.number == bindparam("its_number")]


def _answer(message_id: int, number: int, outcome: Outcome, code: str) -> dict[str, Any]:
    return {"its_id": message_id, "its_number": number, "outcome": outcome, "code": code}


def _said(result: Result) -> tuple[Outcome, str]:
    """What an attempt came to, and its code as ``Attempt`` keeps it."""
    match result:
        case Accepted():
            return Outcome.ACCEPTED, ""
        case Rejected(code, Why.CONFIG):
            return Outcome.REJECTED, f"config:{code}"
        case Rejected(code, Why.OPTED_OUT):
            return Outcome.REJECTED, "opted_out"
        case Rejected(code, _):
            return Outcome.REJECTED, f"provider:{code}"
        case NotSent(_, reason):
            return Outcome.NOT_SENT, reason
        case Unknown():
            return Outcome.UNKNOWN, "unclear"


def _values_after(result: Result, now: datetime) -> dict[str, Any]:
    match result:
        case Accepted(ref, segments, cost):
            sent = {"segments": segments or 0, "cost": cost or 0}
            return {"state": MessageState.ACCEPTED, "provider_ref": ref, "explanation": "", "ended_at": None} | sent
        case Rejected(_, Why.CONFIG):
            log.error("the provider refuses our account or settings", extra={"details": {"code": result.code}})
            return _due_again(now + CONFIG_RETRY, "config")
        case Rejected(_, Why.OPTED_OUT):
            return {"state": MessageState.SUPPRESSED, "explanation": "opted_out", "ended_at": now}
        case Rejected(code, _):
            return {"state": MessageState.FAILED, "explanation": f"provider:{code}", "ended_at": now}
        case NotSent(retry_after, reason):
            return _due_again(now + timedelta(seconds=retry_after), reason)
        case Unknown():
            # Looked up at once: the lease is given back.
            return {"state": MessageState.UNKNOWN, "explanation": "unclear", "leased_until": now}


def _due_again(due_at: datetime, explanation: str) -> dict[str, Any]:
    return {"state": MessageState.DUE, "due_at": due_at, "explanation": explanation}


def call_unknown(session: Session) -> int:
    """Texts whose lease ran out while they were being sent become unknown; returns how many.

    Rows that somebody holds are passed over: whoever stands still in the middle of a completion keeps nobody waiting.
    """
    left = select(Message.id).where(Message.state == MessageState.SUBMITTING, Message.leased_until <= clock.now())
    ids = session.scalars(left.order_by(Message.id).limit(MOST_REAPED).with_for_update(skip_locked=True)).all()
    if ids:
        values = {"state": MessageState.UNKNOWN, "explanation": "worker_ended"}
        session.connection().execute(update(MESSAGES).where(MESSAGES.c.id.in_(ids)).values(values))
    return len(ids)


@dataclass(frozen=True, slots=True)
class Asked:
    """An attempt that is looked up, and at which sender."""

    sender: str
    sought: Sought


def take_unknown(session: Session, settings: Settings, size: int) -> list[Asked]:
    """The next unknown texts to be looked up; no other reaper looks for them meanwhile."""
    now = clock.now()
    wanted = select(Message).where(Message.state == MessageState.UNKNOWN, Message.leased_until <= now)
    rows = session.scalars(wanted.order_by(Message.leased_until).limit(size).with_for_update(skip_locked=True)).all()
    for message in rows:
        message.leased_until = now + timedelta(seconds=min(LOOKUP_PAUSE, settings.message_settling))
    session.flush()
    return [
        Asked(each.sender, Sought(each.id, each.attempt, each.phone, each.text, each.attempted_at or now, now))
        for each in rows
    ]


def settle(session: Session, answers: Sequence[tuple[Sought, Lookup]], settings: Settings) -> None:
    """Write what lookups say. Only after the settling time does "not there" mean that it was not sent."""
    changes, notes = [], []
    for sought, found in answers:
        note = {"its_id": sought.message_id, "its_number": sought.attempt, "looked_up_at": sought.asked_at}
        if settled := _settled(sought, found, settings):
            values, outcome = settled
            changes.append(Change(sought.message_id, sought.attempt, values))
            note |= {"outcome": outcome, "code": values["explanation"], "answered_at": sought.asked_at}
        notes.append(note)
    written = _write(session, changes) if changes else set()
    for note in notes:
        if "outcome" in note and (note["its_id"], note["its_number"]) not in written:
            note = {name: note[name] for name in ("its_id", "its_number", "looked_up_at")}  # noqa: PLW2901
        session.connection().execute(_update_of(ATTEMPTS, note), note)


def _settled(sought: Sought, found: Lookup, settings: Settings) -> tuple[dict[str, Any], Outcome] | None:
    """What a text's row and its attempt become; None where it is to be asked again."""
    asked_at = sought.asked_at
    settled_at = sought.began_at + timedelta(seconds=settings.message_lease + settings.message_settling)
    given_up_at = sought.began_at + timedelta(seconds=settings.message_park_after)
    if isinstance(found, Found):
        accepted = {"state": MessageState.ACCEPTED, "provider_ref": found.ref, "explanation": "looked_up"}
        return accepted, Outcome.ACCEPTED
    if found is NotThere.NOT_YET and asked_at >= settled_at:
        return _due_again(asked_at, "not_there"), Outcome.NOT_SENT
    if found is NotThere.CANT_TELL or (found is NotThere.NO_ANSWER and asked_at >= given_up_at):
        parked = {"state": MessageState.PARKED, "explanation": "cant_tell", "ended_at": asked_at}
        return parked, Outcome.UNKNOWN
    return None
