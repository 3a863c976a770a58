"""Moving and cancelling lessons as timetable does, so that its events are sent."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from senior_univ.core import clock
from senior_univ.timetable.events import lesson_cancelled, lesson_moved
from senior_univ.timetable.models import Lesson, Occupancy


def lessons_of(session: Session, class_id: int, numbers: range) -> Sequence[Lesson]:
    wanted = select(Lesson).where(Lesson.class_id == class_id, Lesson.number.in_(numbers))
    return session.scalars(wanted.order_by(Lesson.number)).all()


def move(session: Session, lesson: Lesson, starts_at: datetime, room_id: int | None = None) -> None:
    old_starts_at, old_room_id = lesson.starts_at, lesson.room_id
    session.execute(delete(Occupancy).where(Occupancy.lesson_id == lesson.id))
    lesson.starts_at, lesson.ends_at = starts_at, starts_at + timedelta(minutes=90)
    lesson.room_id = room_id or lesson.room_id
    session.flush()
    lesson_moved.send(session, lesson=lesson, old_starts_at=old_starts_at, old_room_id=old_room_id)


def cancel(session: Session, lesson: Lesson) -> None:
    lesson.cancelled_at = clock.now()
    lesson_cancelled.send(session, lesson=lesson)
