"""Asking for leave and taking it back."""

from collections.abc import Collection

from flask_babel import lazy_gettext as _l
from sqlalchemy import insert, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from senior_univ.accounts.models import Person
from senior_univ.attendance.events import leave_asked, leave_taken_back
from senior_univ.attendance.models import Leave
from senior_univ.attendance.queries import is_standing, leaves_of
from senior_univ.attendance.rules import MOVED
from senior_univ.audit import actions as audit
from senior_univ.core import clock
from senior_univ.core.access import Right, Viewer
from senior_univ.core.errors import DomainError
from senior_univ.enrolment import actions as enrolment
from senior_univ.enrolment import queries as seats
from senior_univ.enrolment import rules as enrolment_rules
from senior_univ.timetable.models import Lesson


def ask_leave(session: Session, lesson: Lesson, *, person_id: int, reason: str = "", by: Viewer) -> Leave:
    """Write down that she will not come to a lesson of hers; asked twice, it is the same leave.

    Refuses with DomainError: no_right, not_in_class, lesson_cancelled, lesson_begun.
    """
    _refuse_without_right(session, lesson, person_id, by)
    _refuse_late(lesson)
    if seats.standing_seat(session, lesson.class_id, person_id) is None:
        raise DomainError("not_in_class", _l("This lesson is of a class in which there is no seat any more."))
    if standing := leaves_of(session, person_id, [lesson.id]).get(lesson.id):
        return standing
    leave = Leave(
        lesson_id=lesson.id, person_id=person_id, reason=reason, asked_at=clock.now(), asked_by_id=by.person_id
    )
    try:
        with session.begin_nested():
            session.add(leave)
    except IntegrityError:
        return leaves_of(session, person_id, [lesson.id])[lesson.id]
    audit.record(session, "leave.asked", leave, by=by, on_behalf_of=person_id, **_about(lesson))
    leave_asked.send(session, leave=leave)
    return leave


def take_back_leave(session: Session, leave: Leave, *, by: Viewer) -> Leave:
    """She comes after all; taken back already, it stays so.

    Refuses with DomainError: no_right, lesson_cancelled, lesson_begun, and other_class where it is still at the time
    of another lesson of hers.
    """
    lesson = leave.lesson
    _refuse_without_right(session, lesson, leave.person_id, by)
    if leave.taken_back_at is not None:
        return leave
    _refuse_late(lesson)
    if leave.reason == MOVED:
        enrolment.hold_again(session, lesson, leave.person)
    leave.taken_back_at, leave.taken_back_by_id = clock.now(), by.person_id
    audit.record(session, "leave.taken_back", leave, by=by, on_behalf_of=leave.person_id, **_about(lesson))
    leave_taken_back.send(session, leave=leave)
    return leave


def _about(lesson: Lesson) -> dict[str, str]:
    """Which lesson an act was about, as the record tells it."""
    return {"about": lesson.course_class.course.title, "day": clock.local(lesson.starts_at).date().isoformat()}


def _refuse_without_right(session: Session, lesson: Lesson, person_id: int, by: Viewer) -> None:
    if not by.may_for(person_id, Right.ASK_LEAVE) and not enrolment_rules.serves(by, lesson.course_class):
        person = session.get(Person, person_id)
        raise enrolment.no_right(person.name if person else "")


def _refuse_late(lesson: Lesson) -> None:
    if lesson.cancelled_at is not None:
        raise DomainError("lesson_cancelled", _l("This lesson is cancelled; nobody has to come."))
    if lesson.starts_at <= clock.now():
        raise DomainError("lesson_begun", _l("This lesson has begun already."))


def put_on_leave(session: Session, lesson: Lesson, person_ids: Collection[int]) -> None:
    """A lesson was moved: those of these people who have another lesson then are on leave, all others come again."""
    back = update(Leave).where(
        Leave.lesson_id == lesson.id,
        Leave.asked_by_id.is_(None),
        Leave.reason == MOVED,
        Leave.person_id.not_in(person_ids),
        is_standing(),
    )
    session.execute(back.values(taken_back_at=clock.now()), execution_options={"synchronize_session": False})
    on_leave = set(session.scalars(select(Leave.person_id).where(Leave.lesson_id == lesson.id, is_standing())))
    away = [person_id for person_id in person_ids if person_id not in on_leave]
    row = {"lesson_id": lesson.id, "reason": MOVED, "asked_at": clock.now()}
    if away:
        session.execute(insert(Leave), [row | {"person_id": person_id} for person_id in away])
        audit.record_all(session, "leave.moved", [(lesson, person_id) for person_id in away], by=None, **_about(lesson))
