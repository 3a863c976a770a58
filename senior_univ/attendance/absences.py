"""Somebody who lives alone 独居 is missed in a lesson and nobody knows why: her site is told within the hour, once."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta
from itertools import groupby

from sqlalchemy import ColumnElement, and_, exists, func, or_, select
from sqlalchemy.orm import Session, aliased

from senior_univ.accounts.models import Person
from senior_univ.attendance.events import absence_explained, alone_and_absent
from senior_univ.attendance.models import AbsenceCall, Attendance, Kind, Leave
from senior_univ.core import clock
from senior_univ.core.upserts import insert_into
from senior_univ.enrolment.models import Seat
from senior_univ.timetable.models import Lesson

PATIENCE = timedelta(minutes=30)
"""Somebody who is this late is missed; told then, her site hears of it within the hour."""

GIVEN_UP_AFTER = timedelta(hours=24)
"""A roll that comes in later than this after the lesson began raises no alarm any more."""


def is_alarming(lesson: Lesson, now: datetime) -> bool:
    """Whether an absence from this lesson is news now."""
    return lesson.cancelled_at is None and lesson.starts_at + PATIENCE <= now < lesson.starts_at + GIVEN_UP_AFTER


def follow(session: Session, lesson: Lesson, kinds: Mapping[int, Kind], by_id: int) -> None:
    """What stands since now: tell of an absence that is alarming, and take back what is explained."""
    absent = {person_id for person_id, kind in kinds.items() if kind is Kind.ABSENT}
    explained = _told(session, lesson.id, kinds.keys() - absent)
    if explained:
        absence_explained.send(session, lesson=lesson, person_ids=explained)
    if absent and is_alarming(lesson, clock.now()):
        tell(session, lesson, _alone(session, lesson, absent), by_id)


def _told(session: Session, lesson_id: int, person_ids: Collection[int]) -> Sequence[int]:
    """Those of these people of whose absence somebody was told."""
    told = select(AbsenceCall.person_id).where(
        AbsenceCall.lesson_id == lesson_id, AbsenceCall.person_id.in_(person_ids)
    )
    return session.scalars(told.order_by(AbsenceCall.person_id)).all() if person_ids else ()


def _is_on_leave() -> ColumnElement[bool]:
    return exists().where(Leave.lesson_id == Lesson.id, Leave.person_id == Person.id, Leave.taken_back_at.is_(None))


def _alone(session: Session, lesson: Lesson, person_ids: Collection[int]) -> Sequence[int]:
    """Those of these people who live alone and asked for no leave."""
    query = select(Person.id).join(Lesson, Lesson.id == lesson.id)
    query = query.where(Person.id.in_(person_ids), Person.lives_alone, Person.ended_at.is_(None), ~_is_on_leave())
    return session.scalars(query.order_by(Person.id)).all()


def tell(session: Session, lesson: Lesson, person_ids: Collection[int], noticed_by_id: int) -> int:
    """Pass on that these people are missed, but for those of whom it was told; returns how many it was."""
    if not person_ids:
        return 0
    rows = [{"lesson_id": lesson.id, "person_id": each, "told_at": clock.now()} for each in person_ids]
    insert = insert_into(session, AbsenceCall).on_conflict_do_nothing()
    told = sorted(session.scalars(insert.returning(AbsenceCall.person_id), rows))
    if told:
        alone_and_absent.send(session, lesson=lesson, person_ids=told, noticed_by_id=noticed_by_id)
    return len(told)


def look(session: Session) -> int:
    """Tell of everybody who lives alone and is missed in a lesson whose roll was called; returns how many it was.

    It also finds those whom the teacher did not mark at all. A lesson without any entry says nothing of anybody.
    """
    now = clock.now()
    called_by = aliased(Attendance)
    noticed_by = select(func.min(called_by.entered_by_id)).where(called_by.lesson_id == Lesson.id).scalar_subquery()
    hers = and_(Attendance.lesson_id == Lesson.id, Attendance.person_id == Person.id)
    called = exists().where(AbsenceCall.lesson_id == Lesson.id, AbsenceCall.person_id == Person.id)
    missed = (
        select(Lesson, Person.id, noticed_by)
        .join(Seat, Seat.class_id == Lesson.class_id)
        .join(Person, Person.id == Seat.person_id)
        .outerjoin(Attendance, hers)
        .where(Lesson.starts_at <= now - PATIENCE, Lesson.starts_at > now - GIVEN_UP_AFTER)
        .where(Lesson.cancelled_at.is_(None), Seat.ended_at.is_(None), Seat.taken_at <= Lesson.starts_at)
        .where(Person.lives_alone, Person.ended_at.is_(None), noticed_by.is_not(None))
        .where(or_(Attendance.kind.is_(None), Attendance.kind == Kind.ABSENT), ~called, ~_is_on_leave())
        .order_by(Lesson.starts_at, Lesson.id, Person.id)
    )
    told = 0
    for (lesson, by_id), rows in groupby(session.execute(missed).all(), key=lambda row: (row[0], row[2])):
        told += tell(session, lesson, [row[1] for row in rows], by_id)
    return told
