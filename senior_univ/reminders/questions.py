"""What a text asks and which digits answer it: where two questions are open on one phone, the later has other digits."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta

from sqlalchemy import exists, or_, select
from sqlalchemy.orm import Session, selectinload

from senior_univ.core import clock
from senior_univ.reminders.content import Content
from senior_univ.reminders.models import (
    CHANGES,
    REMINDERS,
    IncomingText,
    Meaning,
    Message,
    MessageKind,
    MessageState,
)

QUESTIONS = REMINDERS | CHANGES | {MessageKind.LESSONS_SUSPENDED, MessageKind.WAITING_OFFER}
"""Kinds that ask for an answer, where their sender takes any."""

ASKED_ALWAYS = REMINDERS | {MessageKind.WAITING_OFFER}
"""Kinds that ask at any time; a change asks only where it is urgent whether it is known."""

PAIRS = ((1, 2), (3, 4), (5, 6), (7, 8))
ASKED_WITHIN = timedelta(days=7)
"""A question that is older is no longer answered by a digit alone."""

WENT_OUT = (MessageState.SUBMITTING, MessageState.UNKNOWN, MessageState.ACCEPTED, MessageState.DELIVERED)
ANSWERS = (Meaning.COMING, Meaning.KNOWS, Meaning.LEAVE, Meaning.ACCEPTED, Meaning.DECLINED)


@dataclass(frozen=True)
class Asked:
    """A question that is open on a phone."""

    digits: tuple[int, int]
    about: frozenset[tuple[int | None, int | None]]


Open = dict[str, list[Asked]]
"""{phone: its open questions}; a claim adds those that it asks."""


def open_on(session: Session, batch: Sequence[Message]) -> Open:
    """The questions that are open on these texts' phones, in one query; none where no text asks anything."""
    phones = {each.phone for each in batch if each.kind in QUESTIONS}
    found: Open = defaultdict(list)
    for message in questions_to(session, phones, unanswered=True) if phones else ():
        if digits := digits_of(message):
            found[message.phone].append(Asked(digits, _about(message)))
    return found


def questions_to(session: Session, phones: Iterable[str], *, unanswered: bool = False) -> Sequence[Message]:
    """What was asked of these phones and may still be answered, the newest first, with whom it is about."""
    now = clock.now()
    wanted = select(Message).where(
        Message.phone.in_(set(phones)),
        Message.kind.in_(QUESTIONS),
        Message.state.in_(WENT_OUT),
        Message.created_at > now - ASKED_WITHIN,
        or_(Message.expires_at.is_(None), Message.expires_at > now, Message.kind.in_(REMINDERS)),
    )
    if unanswered:
        answer = exists().where(IncomingText.message_id == Message.id, IncomingText.meaning.in_(ANSWERS))
        wanted = wanted.where(~answer)
    newest = wanted.order_by(Message.attempted_at.desc(), Message.id.desc())
    return session.scalars(newest.options(selectinload(Message.about))).all()


def digits_of(message: Message) -> tuple[int, int] | None:
    """Which digits answer this text: yes and no."""
    answers = message.parameters.get("answers")
    return (answers["yes"], answers["no"]) if answers else None


def choose_digits(message: Message, content: Content, asked: Open) -> Content:
    """What the text says, with the digits that answer it; the same question asked again keeps its own.

    Where every pair is taken it invites no answer: its phone number is there.
    """
    if content.kind is MessageKind.GRANT_ASKED:
        # It is answered by a word, which only a sender that takes replies may invite.
        return replace(content, parameters=content.parameters | {"answers": True})
    if content.kind not in QUESTIONS or not (content.kind in ASKED_ALWAYS or message.is_urgent):
        return content
    about, here = _about(message), asked[message.phone]
    again = next((each.digits for each in here if each.about == about), None)
    free = (pair for pair in PAIRS if pair not in [each.digits for each in here])
    digits = again or next(free, None)
    if digits is None:
        return content
    here.append(Asked(digits, about))
    answers = {"yes": digits[0], "no": digits[1]}
    return replace(content, parameters=content.parameters | {"answers": answers})


def _about(message: Message) -> frozenset[tuple[int | None, int | None]]:
    return frozenset((each.person_id, each.lesson_id) for each in message.about)
