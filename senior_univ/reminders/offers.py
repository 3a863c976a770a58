"""Offers of places that people waited for: who is told when, and what became of those texts."""

from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from senior_univ.core import clock
from senior_univ.reminders import actions, queries, rules
from senior_univ.reminders.models import Message, MessageKind, MessageState
from senior_univ.waiting.models import Offer, OfferRung, RungKind

RELATIVE_AFTER = timedelta(days=1)
"""Her relative is asked where she herself has not answered by then."""

UNDER_WAY = (MessageState.DUE, MessageState.SUBMITTING, MessageState.UNKNOWN)


def tell_offer(session: Session, *, offer: Offer, **_more: Any) -> None:
    """Ask her by her own phone, and a day later, if nobody has answered, by her relative's; the calls are for staff."""
    session.flush()
    lesson = queries.next_lesson(session, offer.class_id, clock.now())
    if lesson is None:
        return
    now, (_first, until) = clock.now(), clock.day_bounds(offer.answer_by)
    own = {rung.person_id for rung in offer.rungs if rung.kind is RungKind.PHONE}
    for rung in offer.rungs:
        if rung.kind is not RungKind.CALL:
            waits = rung.kind is RungKind.RELATIVE and rung.person_id in own
            actions.queue(
                session,
                key=_key_of(rung.id),
                kind=MessageKind.WAITING_OFFER,
                phone=rung.phone,
                parameters=_said_of(offer, rung, lesson),
                due_at=now + RELATIVE_AFTER if waits else now,
                expires_at=until,
                about=[(rung.person_id, None)],
                language=rung.told.language or "",
                organisation_id=lesson.organisation_id,
            )


def _key_of(rung_id: int) -> str:
    return f"{MessageKind.WAITING_OFFER.value}:{rung_id}"


def _said_of(offer: Offer, rung: OfferRung, lesson: queries.LessonNow) -> dict[str, Any]:
    return {
        "offer_id": offer.id,
        "names": [place.person.name for place in offer.party.standing],
        "is_own": rung.kind is RungKind.PHONE,
        "course": lesson.course,
        "place": lesson.place,
        "starts_at": lesson.starts_at.isoformat(),
        "answer_by": offer.answer_by.isoformat(),
        "phones": [lesson.phone],
    }


def say_what_went_out(session: Session, *, rung_ids: Collection[int], **_more: Any) -> dict[int, datetime]:
    """{rung: when} of the texts that the provider has, or that can't be sent and won't be tried again."""
    by_key = {_key_of(rung_id): rung_id for rung_id in rung_ids}
    tried = select(Message).where(Message.key.in_(by_key), Message.state.not_in(UNDER_WAY))
    return {by_key[each.key]: each.attempted_at or each.ended_at or clock.now() for each in session.scalars(tried)}


def tell_passed_on(session: Session, *, offer: Offer, **_more: Any) -> None:
    """Tell her that nobody answered and the place is no longer hers, and how to wait again."""
    lesson = queries.next_lesson(session, offer.class_id, clock.now())
    if lesson is None:
        return
    kind, ids = MessageKind.WAITING_PASSED_ON, {rung.person_id for rung in offer.rungs}
    for receiver in queries.receivers(session, ids).values():
        actions.queue(
            session,
            key=f"{kind.value}:{offer.id}:{receiver.person_id}",
            kind=kind,
            phone=receiver.phone,
            parameters={
                "names": [receiver.name],
                "is_own": receiver.is_own,
                "course": lesson.course,
                "phones": [lesson.phone],
            },
            expires_at=clock.now() + rules.NEWS_LIFE,
            about=[(receiver.person_id, None)],
            language=receiver.language,
            organisation_id=lesson.organisation_id,
            channel=receiver.channel,
        )
