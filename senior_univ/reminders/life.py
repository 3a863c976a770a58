"""One text's whole life, as a person reads it: what happened to it, in order."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from flask_babel import gettext as _
from flask_babel.speaklater import LazyString
from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from senior_univ.core.access import Viewer
from senior_univ.core.errors import NotFoundError
from senior_univ.reminders import queries
from senior_univ.reminders.models import (
    EXPLANATIONS,
    MEANING_LABELS,
    STATE_LABELS,
    Attempt,
    Call,
    IncomingText,
    Message,
    Outcome,
    ProviderEvent,
)

Words = str | LazyString


@dataclass(frozen=True)
class Step:
    """Something that happened to a text, with what more is known of it."""

    at: datetime
    words: Words
    more: Words = ""


def message_for(session: Session, viewer: Viewer, message_id: int) -> Message:
    """A text that the viewer may see; NotFoundError for another, and for every code."""
    message = session.scalar(queries.visible_messages(viewer).where(Message.id == message_id))
    if message is None:
        raise NotFoundError
    return message


def life_of(session: Session, message: Message) -> list[Step]:
    """Everything that is known of a text, the oldest first; a fixed number of queries."""
    steps = [*_of_itself(message), *_of_attempts(session, message), *_of_receipts(session, message)]
    steps += [*_of_replies(session, message), *_of_calls(session, message)]
    return sorted(steps, key=lambda step: step.at)


def _of_itself(message: Message) -> Iterator[Step]:
    yield Step(message.created_at, _("Written down to be sent"))
    if message.ended_at is not None:
        yield Step(message.ended_at, STATE_LABELS[message.state], explained(message.explanation))
    if message.forgotten_at is not None:
        yield Step(message.forgotten_at, _("Its words and number were deleted"))


def explained(explanation: str) -> Words:
    """An explanation in words; a provider's own code where it is that."""
    if explanation in EXPLANATIONS:
        return EXPLANATIONS[explanation]
    code = explanation.partition(":")[2]
    return _("The provider's code: %(code)s", code=code) if code else ""


def _of_attempts(session: Session, message: Message) -> Iterator[Step]:
    attempts = session.scalars(select(Attempt).where(Attempt.message_id == message.id).order_by(Attempt.number))
    for each in attempts:
        yield Step(each.began_at, _("Attempt %(number)d, by %(sender)s", number=each.number, sender=each.sender))
        if each.answered_at is not None and each.outcome is not None:
            yield Step(each.answered_at, _said(each.outcome), explained(each.code))
        if each.looked_up_at is not None:
            yield Step(each.looked_up_at, _("The provider was asked what became of it"))


def _said(outcome: Outcome) -> str:
    return {
        Outcome.ACCEPTED: _("The provider has taken it"),
        Outcome.REJECTED: _("The provider refused it"),
        Outcome.NOT_SENT: _("It did not reach the provider"),
        Outcome.UNKNOWN: _("The provider gave no clear answer"),
    }[outcome]


def _of_receipts(session: Session, message: Message) -> Iterator[Step]:
    receipts = select(ProviderEvent).where(ProviderEvent.message_id == message.id).order_by(ProviderEvent.id)
    for each in session.scalars(receipts):
        words = _("Receipt: %(state)s", state=STATE_LABELS[each.state])
        yield Step(each.came_at, words, explained(each.code) if each.changed else _("Nothing new"))


def _of_replies(session: Session, message: Message) -> Iterator[Step]:
    for each in session.scalars(select(IncomingText).where(IncomingText.message_id == message.id)):
        yield Step(each.came_at, _("Answered: %(meaning)s", meaning=MEANING_LABELS[each.meaning]), each.text)


def _of_calls(session: Session, message: Message) -> Iterator[Step]:
    calls = select(Call).where(Call.message_id == message.id).options(joinedload(Call.reached_by))
    for each in session.scalars(calls):
        yield Step(each.created_at, _("Put on the call sheet"))
        if each.reached_at is not None and each.reached_by is not None:
            yield Step(each.reached_at, _("Reached by phone"), each.reached_by.name)
