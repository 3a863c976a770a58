"""The claim: a short write transaction that re-checks everything and is committed before any provider is called.

PostgreSQL passes over rows that another process holds; SQLite's write transactions exclude each other. Many texts are
taken at once and written by statements of the tables: one row at a time, a worker would be busier with its database
than with its provider. What becomes of them is written by ``outcomes``.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from jinja2 import UndefinedError
from sqlalchemy import bindparam, insert, select, update
from sqlalchemy.orm import Session, selectinload

from config import Settings
from senior_univ.core import clock
from senior_univ.core.logs import log
from senior_univ.reminders import caps, ladder, routes, texts
from senior_univ.reminders.checks import Content, Facts, Verdict, decide, read_facts
from senior_univ.reminders.models import (
    CHANGES,
    REMINDERS,
    Attempt,
    Channel,
    Message,
    MessageKind,
    MessageState,
    Priority,
)
from senior_univ.reminders.parts import parts_of
from senior_univ.reminders.questions import choose_digits
from senior_univ.reminders.routes import Routes
from senior_univ.reminders.rules import Hours, may_go_at
from senior_univ.reminders.senders import Lease, Outgoing, Sender, Senders
from senior_univ.reminders.wording import worded

MESSAGES: Any = Message.__table__
ATTEMPTS: Any = Attempt.__table__


def is_anything_due(session: Session, priorities: Sequence[Priority]) -> bool:
    """Whether a claim would find something; a plain read, so that an idle worker takes no write lock."""
    now = clock.now()
    due = (_due(priority, now).with_only_columns(Message.id).limit(1) for priority in priorities)
    return any(session.scalar(each) is not None for each in due)


def _due(priority: Priority, now: datetime) -> Any:
    """One priority at a time: only then the index gives them in the order in which they are wanted."""
    wanted = (Message.state == MessageState.DUE, Message.priority == int(priority), Message.due_at <= now)
    return select(Message).where(*wanted).order_by(Message.due_at, Message.id)


def claim(
    session: Session, settings: Settings, senders: Senders, *, priorities: Sequence[Priority], lease: Lease, size: int
) -> list[Outgoing]:
    """Take the next due texts, the most urgent first; what they say and whether they stand is decided here.

    Returns those to be sent once this transaction is committed; the others of the batch are ended or put off.
    """
    now = clock.now()
    batch = _next_due(session, priorities, size, now)
    if not batch:
        return []
    ways = routes.of(session, settings, senders, batch, now)
    waiting = [message for message in batch if _is_for_now(message, ways.hours_of(message), settings, now)]
    facts = read_facts(session, waiting)
    taken = {message: each for message in waiting if (each := _take(message, facts, ways, settings, now, lease))}
    _hold_back(session, taken, ways, now)
    claimed = list(taken.values())
    _begin(session, claimed, now)
    session.flush()
    ladder.next_rung(session, [message for message in batch if message.ended_at is not None])
    return [outgoing for outgoing, _row in claimed]


def _next_due(session: Session, priorities: Sequence[Priority], size: int, now: datetime) -> list[Message]:
    found: list[Message] = []
    for priority in priorities:
        if len(found) < size:
            due = _due(priority, now).limit(size - len(found)).options(selectinload(Message.about))
            found += session.scalars(due.with_for_update(skip_locked=True, of=Message))
    return found


def _is_for_now(message: Message, hours: Hours, settings: Settings, now: datetime) -> bool:
    """Whether it may be sent at this moment; ends one that is too late, puts off one of the quiet hours."""
    if settings.trial_phones and message.phone not in settings.trial_phones:
        _end(message, Verdict(MessageState.SUPPRESSED, "trial"), now)
        return False
    if message.expires_at is not None and message.expires_at <= now:
        _end(message, Verdict(MessageState.EXPIRED, "late"), now)
        return False
    free_at = may_go_at(now, hours, message.priority)
    if free_at == now:
        return True
    if message.expires_at is not None and message.expires_at <= free_at:
        _end(message, Verdict(MessageState.EXPIRED, "late"), now)
    else:
        message.due_at, message.explanation = free_at, "quiet"
    return False


Claimed = tuple[Outgoing, dict[str, Any]]
"""What is to be sent, and what its row becomes."""


def _take(
    message: Message, facts: Facts, ways: Routes, settings: Settings, now: datetime, lease: Lease
) -> Claimed | None:
    """Make this text an attempt, or end it where it no longer stands."""
    decided = decide(message, facts, now)
    if isinstance(decided, Verdict):
        _end(message, decided, now)
        return None
    sender = ways.sender_of(message)
    if sender is None:
        _end(message, Verdict(MessageState.PARKED, "no_sender"), now)
        return None
    if sender.abilities.replies:
        decided = choose_digits(message, decided, facts.asked)
    try:
        text = sender.wording(decided.kind, message.language, decided.parameters)
        if text is None:
            text = _in_words(decided, message, ways, settings)
    except (UndefinedError, TypeError, ValueError, LookupError):
        log.exception("a template could not be filled")
        _end(message, Verdict(MessageState.PARKED, "no_words"), now)
        return None
    return _attempt(message, decided, text, sender, now, lease)


def _in_words(content: Content, message: Message, ways: Routes, settings: Settings) -> str:
    """What a sender of free text says: officers' wording where there is one, else the shipped text."""
    signature = ways.signature_of(message)
    own = worded(content.kind, message.language, content.parameters, settings, ways.words)
    if own is not None:
        return f"【{signature}】{own}"
    return texts.render(content.kind, message.language, content.parameters, settings, signature)


def _hold_back(session: Session, taken: dict[Message, "Claimed"], ways: Routes, now: datetime) -> None:
    """Leave out what its phone has had often enough, and what is beyond its organisation's cap until tomorrow."""
    again = caps.repeated(session, [outgoing for outgoing, _row in taken.values()], now)
    for message in [each for each in taken if each.id in again and each.priority != Priority.CODE]:
        _end(message, Verdict(MessageState.SUPPRESSED, "repeated"), now)
        del taken[message]
    over = caps.over_cap(session, list(taken), ways.caps, now)
    for message in [each for each in taken if each.id in over]:
        message.due_at, message.explanation = caps.next_day(now), "cap"
        del taken[message]


def _attempt(message: Message, content: Content, text: str, sender: Sender, now: datetime, lease: Lease) -> Claimed:
    outgoing = Outgoing(
        message.id,
        message.attempt + 1,
        message.phone,
        text,
        now,
        message.expires_at,
        lease,
        content.kind,
        message.language,
        content.parameters,
        message.channel,
        sender.name,
        sender.fill(content.kind, message.language, content.parameters),
    )
    parts = 1 if message.channel is Channel.VOICE else parts_of(text)
    # From here on a further change of the class is a text of its own.
    key = f"changed:{message.id}" if content.kind in CHANGES else message.key
    return outgoing, {"its_id": message.id, "key": key, "segments": parts, "cost": parts * sender.price}


BEGUN = (
    update(MESSAGES)
    .where(MESSAGES.c.id == bindparam("its_id"))
    .values({name: bindparam(name) for name in ("key", "kind", "parameters", "text", "attempt", "sender")})
    .values(segments=bindparam("segments"), cost=bindparam("cost"))
    .values({name: bindparam(name) for name in ("state", "explanation", "attempted_at", "leased_until")})
)


def _begin(session: Session, claimed: Sequence[Claimed], now: datetime) -> None:
    """Write the attempts: to the texts, and as rows of their own."""
    if not claimed:
        return
    rows = [
        row
        | {
            "kind": outgoing.kind,
            "parameters": outgoing.parameters,
            "text": outgoing.text,
            "attempt": outgoing.attempt,
            "sender": outgoing.sender,
            "state": MessageState.SUBMITTING,
            "explanation": "",
            "attempted_at": now,
            "leased_until": now + timedelta(seconds=outgoing.lease.seconds),
        }
        for outgoing, row in claimed
    ]
    begun = [
        {"message_id": each.message_id, "number": each.attempt, "sender": each.sender, "began_at": now, "code": ""}
        for each, _row in claimed
    ]
    connection = session.connection()
    connection.execute(BEGUN, rows)
    connection.execute(insert(ATTEMPTS), begun)


def _end(message: Message, verdict: Verdict, now: datetime) -> None:
    message.state, message.explanation, message.ended_at = verdict.state, verdict.explanation, now
    if message.kind in REMINDERS | CHANGES:
        # Nothing was sent, and the same may be wanted again: a leave taken back, a lesson moved back.
        message.key = f"{verdict.state.value}:{message.id}"
    if message.kind is MessageKind.CODE:
        message.text, message.parameters = "", {}
