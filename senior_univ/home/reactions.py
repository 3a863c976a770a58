"""What follows when somebody who lives alone is missed in a lesson: her site's call list, then her main contact."""

from collections.abc import Collection
from datetime import timedelta
from typing import Any

from flask_babel import force_locale
from flask_babel import gettext as _
from sqlalchemy import select, update
from sqlalchemy.orm import Session, contains_eager, joinedload

from senior_univ.accounts.models import Person
from senior_univ.accounts.queries import main_contacts
from senior_univ.audit.actions import record
from senior_univ.core import clock
from senior_univ.core.i18n import DEFAULT_LANGUAGE
from senior_univ.core.words import long_day_words, time_words
from senior_univ.home import actions, queries
from senior_univ.home.models import CallBackRequest
from senior_univ.reminders.actions import call_off, queue
from senior_univ.reminders.models import MessageKind
from senior_univ.timetable import queries as timetable
from senior_univ.timetable.models import Lesson

CONTACT_AFTER = timedelta(minutes=30)
"""Her site has this long to reach her and tick it before her main contact is told."""

CONTACT_UNTIL = timedelta(hours=24)


def call_about_absence(
    session: Session, *, lesson: Lesson, person_ids: Collection[int], noticed_by_id: int, **_more: Any
) -> None:
    """Each of these people stands on the call list of her site, or of the class's where she has none."""
    people = session.scalars(select(Person).where(Person.id.in_(person_ids)).order_by(Person.id))
    for person in people.all():
        desk = queries.helping_organisation(session, person.id) or lesson.course_class.organisation
        now = clock.now()
        request = CallBackRequest(
            person_id=person.id,
            asked_by_id=noticed_by_id,
            organisation_id=desk.id,
            phone=person.phone or "",
            about=_about(lesson),
            asked_at=now,
            due_at=actions.due(session, desk, now),
            missed_in_id=lesson.id,
        )
        session.add(request)
        record(session, "absence.passed_on", request, by=None, on_behalf_of=person.id, **_which(lesson))


def _about(lesson: Lesson) -> str:
    """Why she is to be called, in the language of the country: whoever reads it is not known yet."""
    with force_locale(DEFAULT_LANGUAGE):
        return _(
            "Lives alone and was missed in class, without leave: %(course)s, %(day)s %(time)s",
            course=lesson.course_class.course.title,
            day=long_day_words(lesson.starts_at),
            time=time_words(lesson.starts_at),
        )


def _which(lesson: Lesson) -> dict[str, str]:
    return {"about": lesson.course_class.course.title, "day": clock.local(lesson.starts_at).date().isoformat()}


def close_explained(session: Session, *, lesson: Lesson, person_ids: Collection[int], **_more: Any) -> None:
    """They have come after all: nobody needs to be called any more."""
    with force_locale(DEFAULT_LANGUAGE):
        outcome = _("She has come, or is on leave; the roll call says so.")
    still = update(CallBackRequest).where(
        CallBackRequest.missed_in_id == lesson.id,
        CallBackRequest.person_id.in_(person_ids),
        CallBackRequest.closed_at.is_(None),
    )
    closed = still.values(closed_at=clock.now(), outcome=outcome).returning(CallBackRequest.id)
    ids = session.scalars(closed, execution_options={"synchronize_session": False}).all()
    call_off(session, [actions.text_key(each) for each in ids])


def close_ended(session: Session, *, person: Person, **_more: Any) -> None:
    """Nobody is called for somebody who is no longer on file."""
    with force_locale(DEFAULT_LANGUAGE):
        outcome = _("Her record has ended.")
    still = update(CallBackRequest).where(CallBackRequest.person_id == person.id, CallBackRequest.closed_at.is_(None))
    session.execute(still.values(closed_at=clock.now(), outcome=outcome))


def call_about_roll(session: Session, *, lesson: Lesson, **_more: Any) -> None:
    """The lesson's site calls its teacher, who knows who was there."""
    teacher, desk, now = lesson.teacher.person, lesson.course_class.organisation, clock.now()
    with force_locale(DEFAULT_LANGUAGE):
        about = _(
            "Nobody has called this roll, and people who live alone are in the class. Please ask who was there: %(course)s, %(day)s %(time)s",
            course=lesson.course_class.course.title,
            day=long_day_words(lesson.starts_at),
            time=time_words(lesson.starts_at),
        )
    request = CallBackRequest(
        person_id=teacher.id,
        asked_by_id=teacher.id,
        organisation_id=desk.id,
        phone=teacher.phone or "",
        about=about,
        asked_at=now,
        due_at=actions.due(session, desk, now),
        uncalled_id=lesson.id,
    )
    session.add(request)
    record(session, "roll.not_called", request, by=None, on_behalf_of=teacher.id, **_which(lesson))


def close_called(session: Session, *, lesson: Lesson, **_more: Any) -> None:
    """The roll was called after all: nobody needs to ask."""
    with force_locale(DEFAULT_LANGUAGE):
        outcome = _("The roll has been called.")
    still = update(CallBackRequest).where(CallBackRequest.uncalled_id == lesson.id, CallBackRequest.closed_at.is_(None))
    session.execute(still.values(closed_at=clock.now(), outcome=outcome))


def tell_main_contacts(session: Session) -> int:
    """Text the main contact of everybody whom nobody has reached in time, once; returns how many texts it were."""
    now = clock.now()
    loaded: tuple[Any, ...] = timetable.lesson_options()
    waiting = (
        select(CallBackRequest)
        .join(CallBackRequest.missed_in)
        .join(Lesson.course_class)
        .where(CallBackRequest.closed_at.is_(None), CallBackRequest.contact_told_at.is_(None))
        .where(CallBackRequest.asked_at <= now - CONTACT_AFTER, CallBackRequest.asked_at > now - CONTACT_UNTIL)
        .order_by(CallBackRequest.id)
        .options(
            contains_eager(CallBackRequest.missed_in).options(*loaded),
            joinedload(CallBackRequest.person),
            joinedload(CallBackRequest.organisation),
        )
        .with_for_update(of=CallBackRequest, skip_locked=True)
    )
    requests = session.scalars(waiting).all()
    contacts = main_contacts(session, [request.person_id for request in requests])
    told = [request for request in requests if _tell(session, request, contacts.get(request.person_id))]
    for request in requests:
        request.contact_told_at = now
    return len(told)


def _tell(session: Session, request: CallBackRequest, contact: Person | None) -> bool:
    lesson = request.missed_in
    if contact is None or contact.mobile is None or lesson is None:
        return False
    parameters = {
        "name": request.person.name,
        "course": lesson.course_class.course.title,
        "starts_at": lesson.starts_at.isoformat(),
        "phones": [request.organisation.phone],
    }
    queue(
        session,
        key=actions.text_key(request.id),
        kind=MessageKind.ABSENCE_UNEXPLAINED,
        phone=contact.mobile,
        parameters=parameters,
        expires_at=clock.now() + CONTACT_UNTIL,
        about=[(request.person_id, lesson.id)],
        is_urgent=True,
        organisation_id=request.organisation_id,
    )
    record(session, "absence.contact_told", request, by=None, on_behalf_of=request.person_id, **_which(lesson))
    return True
