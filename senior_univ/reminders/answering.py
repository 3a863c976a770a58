"""Carrying out what was answered to a question, and the one confirmation that each answer gets."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from flask_babel import force_locale
from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from senior_univ.accounts import actions as accounts
from senior_univ.accounts.models import Consent, FamilyGrant, Person
from senior_univ.accounts.queries import build_viewer, people_with_phone
from senior_univ.attendance import actions as attendance
from senior_univ.attendance.queries import leaves_of
from senior_univ.core import clock
from senior_univ.core.access import Right, Viewer
from senior_univ.core.errors import DomainError
from senior_univ.core.i18n import DEFAULT_LANGUAGE
from senior_univ.enrolment.models import Hand
from senior_univ.reminders import actions, calls, queries, rules
from senior_univ.reminders.models import REMINDERS, IncomingText, Meaning, Message, MessageAbout, MessageKind
from senior_univ.timetable.models import Lesson
from senior_univ.waiting import actions as waiting
from senior_univ.waiting.models import OfferRung


@dataclass(frozen=True)
class Said:
    """What a reply came to: its meaning, what its confirmation says, which text it answers and about whom."""

    meaning: Meaning
    outcome: str = ""
    parameters: dict[str, Any] = field(default_factory=dict)
    message: Message | None = None
    person_id: int | None = None
    kind: MessageKind = MessageKind.REPLY_TAKEN


def answer(session: Session, message: Message, phone: str, *, is_yes: bool) -> Said:
    """Yes or no to what that text asked."""
    if message.kind is MessageKind.WAITING_OFFER:
        rung = session.get(OfferRung, int(message.key.rsplit(":", 1)[-1]))
        return answer_offer(session, rung, message, is_yes=is_yes) if rung else Said(Meaning.OTHER, message=message)
    about = [each for each in message.about if each.person_id and each.lesson_id]
    calls.answered(
        session,
        {each.person_id for each in about if each.person_id},
        {each.lesson_id for each in about if each.lesson_id},
        message.parameters.get("suspension_id"),
    )
    if message.kind not in REMINDERS:
        # A change asks only whether she knows; what else she wants is for a person to read.
        person_id = about[0].person_id if about else None
        return Said(Meaning.KNOWS if is_yes else Meaning.OTHER, "known", {}, message, person_id)
    return (_come if is_yes else _leave)(session, message, about, phone)


def _come(session: Session, message: Message, about: Sequence[MessageAbout], phone: str) -> Said:
    """She comes: a leave that was asked for is taken back."""

    def take_back(lesson: Lesson, person_id: int, by: Viewer) -> None:
        if standing := leaves_of(session, person_id, [lesson.id]).get(lesson.id):
            attendance.take_back_leave(session, standing, by=by)

    return _for_each(session, message, about, phone, Meaning.COMING, take_back)


def _leave(session: Session, message: Message, about: Sequence[MessageAbout], phone: str) -> Said:
    """She can't come: her place is free for the day, and the teacher's list says so."""

    def ask(lesson: Lesson, person_id: int, by: Viewer) -> None:
        attendance.ask_leave(session, lesson, person_id=person_id, by=by)

    return _for_each(session, message, about, phone, Meaning.LEAVE, ask)


def _for_each(
    session: Session,
    message: Message,
    about: Sequence[MessageAbout],
    phone: str,
    meaning: Meaning,
    act: Callable[[Lesson, int, Viewer], None],
) -> Said:
    """The same for every learner and lesson of that text; all or, where one is refused, nothing."""
    ids = {each.lesson_id for each in about}
    options = joinedload(Lesson.course_class)
    lessons = {each.id: each for each in session.scalars(select(Lesson).where(Lesson.id.in_(ids)).options(options))}
    person_id = about[0].person_id if about else None
    try:
        with session.begin_nested():
            for each in about:
                by = answerer(session, phone, each.person_id or 0)
                act(lessons[each.lesson_id or 0], each.person_id or 0, by)
    except DomainError as refusal:
        with force_locale(message.language or DEFAULT_LANGUAGE):
            words = str(refusal.message)
        return Said(meaning, "refused", {"words": words}, message, person_id)
    return Said(meaning, meaning.value, _of_lessons(session, about, lessons), message, person_id)


def _of_lessons(session: Session, about: Sequence[MessageAbout], lessons: dict[int, Lesson]) -> dict[str, Any]:
    first = min(about, key=lambda each: (lessons[each.lesson_id or 0].starts_at, each.id))
    lesson = queries.lessons_now(session, [first.lesson_id or 0])[first.lesson_id or 0]
    people = queries.people_now(session, (each.person_id for each in about if each.person_id))
    return {
        "names": sorted(person.name for person in people.values()),
        "starts_at": lesson.starts_at.isoformat(),
        "course": lesson.course,
        "more": len(lessons) - 1,
        "phones": [lesson.phone],
    }


def answerer(session: Session, phone: str, person_id: int) -> Viewer:
    """Who answers for this learner from that phone: she herself, else a relative of hers whose phone it is."""
    owners = people_with_phone(session, phone)
    if any(owner.id == person_id for owner in owners):
        return build_viewer(session, person_id)
    viewers = [build_viewer(session, owner.id) for owner in owners]
    helping = (each for each in viewers if each.may_for(person_id, Right.SEE))
    return next(helping, viewers[0] if viewers else Viewer(0, ""))


def answer_offer(session: Session, rung: OfferRung, message: Message | None, *, is_yes: bool) -> Said:
    """Take or decline the place that was offered; refused in words where that can't be any more."""
    by = build_viewer(session, rung.told_id)
    hand = Hand.HERSELF if rung.told_id == rung.person_id else Hand.RELATIVE
    meaning, words = (Meaning.ACCEPTED if is_yes else Meaning.DECLINED), ""
    try:
        with session.begin_nested():
            if is_yes:
                waiting.accept(session, rung.offer, hand=hand, by=by)
            else:
                waiting.decline(session, rung.offer, by=by)
    except DomainError as refusal:
        with force_locale(rung.told.language or DEFAULT_LANGUAGE):
            words = str(refusal.message)
    lesson = queries.next_lesson(session, rung.offer.class_id, clock.now())
    outcome = "refused" if words else meaning.value
    said = Said(meaning, outcome, {"words": words}, message, rung.person_id, MessageKind.WAITING_ANSWERED)
    if lesson is None:
        return Said(meaning, "", {}, message, rung.person_id)
    named = [place.person.name for place in rung.offer.party.places]
    about = {"names": named, "course": lesson.course, "place": lesson.place, "starts_at": lesson.starts_at.isoformat()}
    said.parameters.update(about | {"phones": [lesson.phone], "told_in": rung.told.language or ""})
    return said


def consent(session: Session, phone: str) -> Said:
    """She agrees to the relative who asked: only where exactly one asks, and the phone is hers alone."""
    owners = people_with_phone(session, phone)
    if len(owners) != 1:
        return Said(Meaning.OTHER)
    elder = owners[0]
    open_ones = session.scalars(
        select(FamilyGrant)
        .where(FamilyGrant.elder_id == elder.id, FamilyGrant.consented_at.is_(None), FamilyGrant.ended_at.is_(None))
        .options(joinedload(FamilyGrant.relative))
    ).all()
    if len(open_ones) != 1:
        return Said(Meaning.OTHER, person_id=elder.id)
    return _agree(session, elder, open_ones[0])


def _agree(session: Session, elder: Person, grant: FamilyGrant) -> Said:
    try:
        with session.begin_nested():
            accounts.give_grant(session, grant, consent=Consent.BY_TEXT, by=build_viewer(session, elder.id))
    except DomainError as refusal:
        with force_locale(elder.language or DEFAULT_LANGUAGE):
            return Said(Meaning.AGREED, "refused", {"words": str(refusal.message)}, person_id=elder.id)
    return Said(Meaning.AGREED, "agreed", {"relative": grant.relative.name}, person_id=elder.id)


def confirm(session: Session, incoming: IncomingText, said: Said) -> None:
    """Tell what came of it, once; what a person must read is confirmed once a day, a wrong number never."""
    if said.meaning is Meaning.WRONG_NUMBER:
        return
    key = f"{said.kind.value}:{incoming.id}"
    outcome = said.outcome
    if said.meaning is Meaning.OTHER:
        key, outcome = f"{said.kind.value}:{incoming.phone}:{clock.today()}", "other"
    if not outcome:
        return
    parameters = {"phones": _site_phones(incoming)} | said.parameters | {"outcome": outcome}
    actions.queue(
        session,
        key=key,
        kind=said.kind,
        phone=incoming.phone,
        parameters=parameters,
        expires_at=clock.now() + rules.NEWS_LIFE,
        about=[(incoming.person_id, None)] if incoming.person_id else [],
        is_urgent=True,
        language=parameters.pop("told_in", said.message.language if said.message else None),
        organisation_id=incoming.organisation_id,
    )


def _site_phones(incoming: IncomingText) -> list[str]:
    return [incoming.organisation.phone] if incoming.organisation and incoming.organisation.phone else []
