"""The outbox's short transactions: claim, completion, reaper. Each is called within one write transaction.

A claim re-checks everything and commits before any provider is called; a completion writes only while the attempt is
still its own. PostgreSQL passes over rows that another process holds; SQLite's write transactions exclude each other.
"""

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from typing import Any, cast

from jinja2 import UndefinedError
from sqlalchemy import JSON, CursorResult, case, literal, select, update
from sqlalchemy.orm import Session, selectinload

from config import Settings
from senior_univ.core import clock
from senior_univ.core.logs import log
from senior_univ.reminders import texts
from senior_univ.reminders.checks import Content, Facts, Verdict, decide, read_facts
from senior_univ.reminders.models import CHANGES, REMINDERS, Message, MessageKind, MessageState, Priority
from senior_univ.reminders.rules import Hours, may_go_at
from senior_univ.reminders.senders import (
    Accepted,
    Found,
    Lease,
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

CONFIG_RETRY = timedelta(minutes=5)
LOOKUP_PAUSE = 15
"""Seconds between two lookups of one text, where the settling time is no shorter."""

PARK_AFTER = timedelta(hours=1)
"""A provider that can't be asked for so long leaves the text to a person."""


def is_anything_due(session: Session, priorities: Sequence[Priority]) -> bool:
    """Whether a claim would find something; a plain read, so that an idle worker takes no write lock."""
    return session.scalar(_due(priorities, clock.now()).with_only_columns(Message.id).limit(1)) is not None


def _due(priorities: Sequence[Priority], now: datetime) -> Any:
    wanted = (Message.state == MessageState.DUE, Message.due_at <= now, Message.priority.in_(map(int, priorities)))
    return select(Message).where(*wanted).order_by(Message.priority, Message.due_at, Message.id)


def claim(
    session: Session, settings: Settings, *, priorities: Sequence[Priority], lease: Lease, sender: str, size: int
) -> list[Outgoing]:
    """Take the next due texts, the most urgent first; what they say and whether they stand is decided here.

    Returns those to be sent once this transaction is committed; the others of the batch are ended or put off.
    """
    now = clock.now()
    due = _due(priorities, now).limit(size).options(selectinload(Message.about))
    batch = session.scalars(due.with_for_update(skip_locked=True, of=Message)).all()
    waiting = [message for message in batch if _is_for_now(message, settings, now)]
    facts = read_facts(session, waiting)
    claimed = [message for message in waiting if _take(message, facts, settings, now)]
    for message in claimed:
        message.leased_until = now + timedelta(seconds=lease.seconds)
        message.sender = sender
    outgoing = [_outgoing(message, now, lease) for message in claimed]
    session.flush()
    return outgoing


def _outgoing(message: Message, now: datetime, lease: Lease) -> Outgoing:
    return Outgoing(message.id, message.attempt, message.phone, message.text, now, message.expires_at, lease)


def _is_for_now(message: Message, settings: Settings, now: datetime) -> bool:
    """Whether it may be sent at this moment; ends one that is too late, puts off one of the quiet hours."""
    if message.expires_at is not None and message.expires_at <= now:
        _end(message, Verdict(MessageState.EXPIRED, "late"), now)
        return False
    free_at = may_go_at(now, Hours.of(settings), message.priority)
    if free_at == now:
        return True
    if message.expires_at is not None and message.expires_at <= free_at:
        _end(message, Verdict(MessageState.EXPIRED, "late"), now)
    else:
        message.due_at, message.explanation = free_at, "quiet"
    return False


def _take(message: Message, facts: Facts, settings: Settings, now: datetime) -> bool:
    """Make this text an attempt, or end it where it no longer stands."""
    decided = decide(message, facts, now)
    if isinstance(decided, Verdict):
        _end(message, decided, now)
        return False
    try:
        message.text = texts.render(decided.kind, message.language, decided.parameters, settings)
    except (UndefinedError, TypeError, ValueError):
        log.exception("a template could not be filled")
        _end(message, Verdict(MessageState.PARKED, "no_words"), now)
        return False
    _begin_attempt(message, decided, now)
    return True


def _begin_attempt(message: Message, content: Content, now: datetime) -> None:
    message.kind, message.parameters = content.kind, content.parameters
    message.state = MessageState.SUBMITTING
    message.attempt += 1
    message.attempted_at = now
    message.explanation = ""
    _close_key(message)


def _close_key(message: Message) -> None:
    """From here on a further change of the class is a text of its own."""
    if message.kind in CHANGES:
        message.key = f"changed:{message.id}"


def _end(message: Message, verdict: Verdict, now: datetime) -> None:
    message.state, message.explanation, message.ended_at = verdict.state, verdict.explanation, now
    if message.kind in REMINDERS | CHANGES:
        # Nothing was sent, and the same may be wanted again: a leave taken back, a lesson moved back.
        message.key = f"{verdict.state.value}:{message.id}"
    if message.kind is MessageKind.CODE:
        message.text, message.parameters = "", {}


def complete(session: Session, outgoing: Outgoing, result: Result) -> bool:
    """Write what became of an attempt; False where it is no longer its own (another looked it up, a receipt came)."""
    values = _values_after(result, clock.now())
    # That the provider has it is true whatever was made of the silence meanwhile.
    states = (*OPEN, MessageState.DUE, MessageState.PARKED) if isinstance(result, Accepted) else OPEN
    return _write(session, outgoing.message_id, outgoing.attempt, values, states)


def _write(
    session: Session,
    message_id: int,
    attempt: int,
    values: dict[str, Any],
    states: Collection[MessageState] = OPEN,
) -> bool:
    mine = update(Message).where(Message.id == message_id, Message.attempt == attempt, Message.state.in_(states))
    if values["state"] not in (MessageState.DUE, MessageState.UNKNOWN):
        is_code = Message.kind == MessageKind.CODE
        blank = {"text": "", "parameters": literal({}, JSON)}
        values = values | {name: case((is_code, value), else_=getattr(Message, name)) for name, value in blank.items()}
    done = session.execute(mine.values(values), execution_options={"synchronize_session": False})
    return cast("CursorResult[Any]", done).rowcount == 1


def _values_after(result: Result, now: datetime) -> dict[str, Any]:
    match result:
        case Accepted(ref):
            return {"state": MessageState.ACCEPTED, "provider_ref": ref, "explanation": ""}
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
    """Texts whose lease ran out while they were being sent become unknown; returns how many."""
    now = clock.now()
    left = update(Message).where(Message.state == MessageState.SUBMITTING, Message.leased_until <= now)
    done = session.execute(
        left.values(state=MessageState.UNKNOWN, explanation="worker_ended"),
        execution_options={"synchronize_session": False},
    )
    return cast("CursorResult[Any]", done).rowcount


def take_unknown(session: Session, settings: Settings, size: int) -> list[Sought]:
    """The next unknown texts to be looked up; no other reaper looks for them meanwhile."""
    now = clock.now()
    wanted = select(Message).where(Message.state == MessageState.UNKNOWN, Message.leased_until <= now)
    rows = session.scalars(wanted.order_by(Message.leased_until).limit(size).with_for_update(skip_locked=True)).all()
    for message in rows:
        message.leased_until = now + timedelta(seconds=min(LOOKUP_PAUSE, settings.message_settling))
    session.flush()
    return [Sought(each.id, each.attempt, each.phone, each.text, each.attempted_at or now, now) for each in rows]


def settle(session: Session, sought: Sought, found: Lookup, settings: Settings) -> bool:
    """Write what a lookup says. Only after the settling time does "not there" mean that it was not sent."""
    asked_at = sought.asked_at
    settled_at = sought.began_at + timedelta(seconds=settings.message_lease + settings.message_settling)
    if isinstance(found, Found):
        values = {"state": MessageState.ACCEPTED, "provider_ref": found.ref, "explanation": "looked_up"}
    elif found is NotThere.NOT_YET and asked_at >= settled_at:
        values = _due_again(asked_at, "not_there")
    elif found is NotThere.CANT_TELL or (found is NotThere.NO_ANSWER and asked_at >= sought.began_at + PARK_AFTER):
        values = {"state": MessageState.PARKED, "explanation": "cant_tell", "ended_at": asked_at}
    else:
        return False
    return _write(session, sought.message_id, sought.attempt, values)
