"""Replies to texts: 1 and 2 answer the newest open offer that was told to that phone; all else is left to people."""

from typing import Any

from flask_babel import force_locale
from sqlalchemy import select
from sqlalchemy.orm import Session

from senior_univ.accounts.queries import build_viewer
from senior_univ.core import clock
from senior_univ.core.errors import DomainError
from senior_univ.core.i18n import DEFAULT_LANGUAGE
from senior_univ.enrolment.models import Hand
from senior_univ.reminders import actions, queries, rules
from senior_univ.reminders.models import Message, MessageKind
from senior_univ.reminders.senders import Reply
from senior_univ.waiting import actions as waiting
from senior_univ.waiting.models import OfferRung
from senior_univ.waiting.queries import offer_told_to
from senior_univ.waiting.rules import reply_said


def take_reply(session: Session, reply: Reply) -> bool:
    """Carry out a 1 or a 2 and tell what came of it; whether it was one. Told twice, it is the same reply."""
    is_yes, rung = reply_said(reply.text), offer_told_to(session, reply.phone)
    if is_yes is None or rung is None:
        return False
    key = f"{MessageKind.WAITING_ANSWERED.value}:{reply.ref}"
    if session.scalar(select(Message.id).where(Message.key == key)) is None:
        said = _answer(session, rung, is_yes=is_yes)
        _tell(session, rung, key, said)
    return True


def _answer(session: Session, rung: OfferRung, *, is_yes: bool) -> dict[str, Any]:
    """What came of it: accepted, declined, or the words of a refusal, after which nothing is changed."""
    by = build_viewer(session, rung.told_id)
    is_own = rung.told_id == rung.person_id
    try:
        with session.begin_nested():
            if is_yes:
                waiting.accept(session, rung.offer, hand=Hand.HERSELF if is_own else Hand.RELATIVE, by=by)
                return {"outcome": "accepted", "words": ""}
            waiting.decline(session, rung.offer, by=by)
            return {"outcome": "declined", "words": ""}
    except DomainError as refusal:
        with force_locale(rung.told.language or DEFAULT_LANGUAGE):
            return {"outcome": "refused", "words": str(refusal.message)}


def _tell(session: Session, rung: OfferRung, key: str, said: dict[str, Any]) -> None:
    lesson = queries.next_lesson(session, rung.offer.class_id, clock.now())
    if lesson is None:
        return
    named = [place.person.name for place in rung.offer.party.places]
    about = {"names": named, "course": lesson.course, "place": lesson.place, "starts_at": lesson.starts_at.isoformat()}
    actions.queue(
        session,
        key=key,
        kind=MessageKind.WAITING_ANSWERED,
        phone=rung.phone,
        parameters=about | said | {"phones": [lesson.phone]},
        expires_at=clock.now() + rules.NEWS_LIFE,
        about=[(rung.person_id, None)],
        is_urgent=True,
        language=rung.told.language or "",
    )
