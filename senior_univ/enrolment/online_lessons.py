"""Online lessons as a learner and a care home see them."""

from collections.abc import Sequence

from sqlalchemy import exists, or_, select
from sqlalchemy.orm import Session

from senior_univ.care.models import Residency
from senior_univ.core import clock
from senior_univ.enrolment.models import Seat
from senior_univ.timetable import queries as timetable
from senior_univ.timetable.models import CourseClass, Delivery, Lesson


def lesson_at_hand(session: Session, class_id: int) -> Lesson | None:
    """The lesson of a class that is being held, else the next one, with all that is said of it."""
    wanted = (
        select(Lesson)
        .join(Lesson.course_class)
        .where(Lesson.class_id == class_id, Lesson.ends_at > clock.now(), Lesson.cancelled_at.is_(None))
        .order_by(Lesson.starts_at)
        .limit(1)
    )
    return session.scalar(wanted.options(*timetable.lesson_options()))


def online_lessons_of(session: Session, home_id: int) -> Sequence[Lesson]:
    """Today's online lessons that are not over: of the home's own classes, and of those in which a resident sits."""
    starts, ends = clock.day_bounds(clock.today())
    has_resident = exists().where(
        Seat.class_id == CourseClass.id,
        Seat.ended_at.is_(None),
        Residency.person_id == Seat.person_id,
        Residency.home_id == home_id,
        Residency.to_on.is_(None),
    )
    wanted = (
        select(Lesson)
        .join(Lesson.course_class)
        .where(Lesson.starts_at >= starts, Lesson.starts_at < ends, Lesson.ends_at > clock.now())
        .where(Lesson.cancelled_at.is_(None), or_(Lesson.is_online, CourseClass.delivery != Delivery.ON_SITE))
        .where(or_(CourseClass.home_id == home_id, has_resident))
        .order_by(Lesson.starts_at, Lesson.id)
    )
    return session.scalars(wanted.options(*timetable.lesson_options())).all()
