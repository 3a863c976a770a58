"""A roll that nobody called says nothing of anybody: where people who live alone are in the class, its site is told.

That happens within the hour after the lesson, once; whoever calls the roll afterwards closes it.
"""

from collections.abc import Sequence
from datetime import timedelta

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from senior_univ.accounts.models import Person
from senior_univ.attendance.events import roll_called_late, roll_not_called
from senior_univ.attendance.models import Attendance, Leave, UncalledRoll
from senior_univ.core import clock
from senior_univ.core.upserts import insert_into
from senior_univ.enrolment.models import Seat
from senior_univ.timetable import queries as timetable
from senior_univ.timetable.models import Lesson

PATIENCE = timedelta(minutes=30)
"""How long after its lesson a roll may come in; told then, the site hears of it within the hour."""

GIVEN_UP_AFTER = timedelta(hours=24)


def look(session: Session) -> int:
    """Tell of every lesson whose roll nobody has called and that somebody who lives alone was to be in; how many."""
    lessons = _uncalled(session)
    for lesson in lessons:
        roll_not_called.send(session, lesson=lesson)
    return len(lessons)


def _uncalled(session: Session) -> Sequence[Lesson]:
    """Those of them that are told of now; two who look at once tell of each once."""
    now = clock.now()
    is_on_leave = exists().where(
        Leave.lesson_id == Lesson.id, Leave.person_id == Person.id, Leave.taken_back_at.is_(None)
    )
    somebody_alone = (
        exists()
        .where(Seat.class_id == Lesson.class_id, Seat.ended_at.is_(None), Seat.taken_at <= Lesson.starts_at)
        .where(Person.id == Seat.person_id, Person.lives_alone, Person.ended_at.is_(None), ~is_on_leave)
    )
    over = (
        select(Lesson.id)
        .where(Lesson.ends_at <= now - PATIENCE, Lesson.ends_at > now - GIVEN_UP_AFTER, Lesson.cancelled_at.is_(None))
        .where(~exists().where(Attendance.lesson_id == Lesson.id), somebody_alone)
        .where(~exists().where(UncalledRoll.lesson_id == Lesson.id))
    )
    rows = [{"lesson_id": lesson_id, "told_at": now} for lesson_id in session.scalars(over.order_by(Lesson.id))]
    if not rows:
        return ()
    insert = insert_into(session, UncalledRoll).on_conflict_do_nothing()
    told = session.scalars(insert.returning(UncalledRoll.lesson_id), rows).all()
    wanted = select(Lesson).join(Lesson.course_class).where(Lesson.id.in_(told)).order_by(Lesson.starts_at, Lesson.id)
    return session.scalars(wanted.options(*timetable.lesson_options())).all()


def close(session: Session, lesson: Lesson) -> None:
    """Somebody has called the roll after all."""
    is_told = lesson.ends_at + PATIENCE <= clock.now() and session.get(UncalledRoll, lesson.id) is not None
    if is_told:
        roll_called_late.send(session, lesson=lesson)
