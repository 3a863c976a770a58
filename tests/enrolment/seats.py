"""What the tests of seats do again and again."""

from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from senior_univ.accounts.models import Person
from senior_univ.core.access import Viewer
from senior_univ.enrolment import actions
from senior_univ.enrolment.models import Hand, Seat
from senior_univ.timetable.models import CourseClass, Holder, Lesson, Occupancy


def herself(person: Person) -> Viewer:
    return Viewer(person.id, person.name)


def enrol(session: Session, course_class: CourseClass, person: Person, **given: Any) -> Seat:
    defaults = {"hand": Hand.HERSELF, "by": herself(person)}
    return actions.take_seat(session, course_class=course_class, person_id=person.id, **defaults | given)


def counters(session: Session, course_class: CourseClass) -> tuple[int, int]:
    """What the class counts: seats and wheelchairs."""
    row = session.execute(
        select(CourseClass.seats_taken, CourseClass.wheelchairs_taken).where(CourseClass.id == course_class.id)
    ).one()
    return row[0], row[1]


def rows(session: Session, course_class: CourseClass) -> tuple[int, int]:
    """The standing seats there are, and those with a wheelchair place."""
    standing = select(func.count()).where(Seat.class_id == course_class.id, Seat.ended_at.is_(None))
    with_wheelchair = standing.where(Seat.takes_wheelchair_place)
    return session.scalar(standing) or 0, session.scalar(with_wheelchair) or 0


def times_held(session: Session, person: Person, course_class: CourseClass | None = None) -> list[Any]:
    """When she is taken, in order."""
    query = select(Occupancy.starts_at).where(Occupancy.holder == Holder.PERSON, Occupancy.holder_id == person.id)
    if course_class is not None:
        query = query.join(Lesson, Lesson.id == Occupancy.lesson_id).where(Lesson.class_id == course_class.id)
    return list(session.scalars(query.order_by(Occupancy.starts_at)))
