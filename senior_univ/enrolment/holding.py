"""When learners are taken: the rows of timetable's occupancy that stand for people. Set by set, never one by one."""

from collections.abc import Collection

from sqlalchemy import ColumnElement, delete, exists, insert, literal, select, true
from sqlalchemy.orm import Session, aliased

from senior_univ.core import clock
from senior_univ.enrolment.models import Seat
from senior_univ.enrolment.places import AS_WRITTEN
from senior_univ.enrolment.queries import is_standing
from senior_univ.timetable.models import Holder, Lesson, Occupancy

COLUMNS = ["holder", "holder_id", "starts_at", "ends_at", "lesson_id"]


def hold_lessons(session: Session, class_id: int, person_ids: Collection[int]) -> None:
    """These people, who have seats, are taken at every coming lesson of the class."""
    _hold(
        session,
        Lesson.class_id == class_id,
        Lesson.starts_at > clock.now(),
        Lesson.cancelled_at.is_(None),
        Seat.person_id.in_(person_ids),
    )


def hold_lesson(session: Session, lesson: Lesson, condition: ColumnElement[bool] | None = None) -> None:
    """The learners of a lesson's class of whom ``condition`` on Seat is true are taken at that lesson."""
    _hold(session, Lesson.id == lesson.id, true() if condition is None else condition)


def _hold(session: Session, *conditions: ColumnElement[bool]) -> None:
    taken = (
        select(
            literal(Holder.PERSON, Occupancy.holder.type), Seat.person_id, Lesson.starts_at, Lesson.ends_at, Lesson.id
        )
        .join(Seat, Seat.class_id == Lesson.class_id)
        .where(is_standing(), *conditions)
        .order_by(Lesson.starts_at)
    )
    session.execute(insert(Occupancy).from_select(COLUMNS, taken), execution_options=AS_WRITTEN)


def release_lessons(session: Session, class_id: int, person_ids: Collection[int] | None = None) -> None:
    """These people (None: everybody) are free again at every coming lesson of the class."""
    coming = select(Lesson.id).where(Lesson.class_id == class_id, Lesson.starts_at > clock.now())
    _release(
        session,
        Occupancy.lesson_id.in_(coming),
        true() if person_ids is None else Occupancy.holder_id.in_(person_ids),
    )


def release_lesson(session: Session, lesson: Lesson) -> None:
    """No learner is taken by this lesson any more."""
    _release(session, Occupancy.lesson_id == lesson.id)


def _release(session: Session, *conditions: ColumnElement[bool]) -> None:
    gone = delete(Occupancy).where(Occupancy.holder == Holder.PERSON, *conditions)
    session.execute(gone, execution_options=AS_WRITTEN)


def has_other_lesson(lesson: Lesson) -> ColumnElement[bool]:
    """Condition on Seat: its holder is taken by another lesson at the time of this one."""
    other = aliased(Occupancy)
    return exists().where(
        other.holder == Holder.PERSON,
        other.holder_id == Seat.person_id,
        other.starts_at < lesson.ends_at,
        other.ends_at > lesson.starts_at,
        other.lesson_id != lesson.id,
    )
