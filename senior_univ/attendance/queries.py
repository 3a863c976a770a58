"""Reading leave and attendance. A learner's own is asked for by her id, which the caller may see."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, func, or_, select
from sqlalchemy.orm import Session, contains_eager, joinedload

from senior_univ.accounts.models import Person
from senior_univ.accounts.queries import main_contacts
from senior_univ.attendance.models import Attendance, AttendanceEntry, Leave
from senior_univ.core.access import Viewer
from senior_univ.core.errors import NotFoundError
from senior_univ.core.permissions import Permission
from senior_univ.enrolment import queries as enrolment
from senior_univ.enrolment.models import Seat
from senior_univ.enrolment.queries import RosterLine
from senior_univ.teaching.models import Teacher
from senior_univ.timetable import queries as timetable
from senior_univ.timetable.models import Lesson


def is_standing() -> ColumnElement[bool]:
    """Condition on Leave: it has not been taken back."""
    return Leave.taken_back_at.is_(None)


def leaves_of(session: Session, person_id: int, lesson_ids: Collection[int]) -> dict[int, Leave]:
    """Her leave from these lessons, by lesson."""
    if not lesson_ids:
        return {}
    query = select(Leave).where(Leave.person_id == person_id, Leave.lesson_id.in_(lesson_ids), is_standing())
    return {leave.lesson_id: leave for leave in session.scalars(query)}


def leaves_for_lesson(session: Session, lesson_id: int) -> Sequence[Leave]:
    """Who will not come to a lesson that the caller may see, with each person."""
    query = select(Leave).where(Leave.lesson_id == lesson_id, is_standing()).options(joinedload(Leave.person))
    return session.scalars(query.order_by(Leave.asked_at, Leave.id)).all()


def leaves_among(session: Session, person_ids: Collection[int], lesson_ids: Collection[int]) -> Sequence[Leave]:
    """The leave of these people from these lessons."""
    query = select(Leave).where(Leave.person_id.in_(person_ids), Leave.lesson_id.in_(lesson_ids), is_standing())
    return session.scalars(query).all() if person_ids and lesson_ids else ()


def count_away_from(session: Session, teacher_id: int, starts: datetime, ends: datetime) -> int:
    """How many learners are on leave from the lessons that this person gives in that time."""
    given = (
        select(func.count(Leave.id))
        .join(Lesson, Lesson.id == Leave.lesson_id)
        .join(Teacher, Teacher.id == Lesson.teacher_id)
        .where(Teacher.person_id == teacher_id, is_standing(), Lesson.cancelled_at.is_(None))
    )
    return session.scalar(given.where(Lesson.starts_at >= starts, Lesson.starts_at < ends)) or 0


@dataclass(frozen=True)
class RollLine:
    """Somebody whose name is called: what the roster says of her, what is entered, and whom to call for her."""

    line: RosterLine
    attendance: Attendance | None
    leave: Leave | None
    contact: Person | None

    @property
    def person(self) -> Person:
        """Who it is."""
        return self.line.person


def lesson_to_call(session: Session, viewer: Viewer, lesson_id: int) -> Lesson:
    """A lesson whose roll this viewer may call: as its teacher, its site's or its home's staff; else NotFoundError."""
    return timetable.lesson_for(session, viewer, Permission.CALL_ROLL, lesson_id)


def lessons_to_call(session: Session, viewer: Viewer, starts: datetime, ends: datetime) -> Sequence[Lesson]:
    """The lessons between two instants whose roll this viewer calls, but for cancelled ones."""
    wanted = (
        select(Lesson)
        .join(Lesson.course_class)
        .where(timetable.sees_classes(viewer, Permission.CALL_ROLL), Lesson.cancelled_at.is_(None))
        .where(Lesson.starts_at >= starts, Lesson.starts_at < ends)
    )
    wanted = wanted.order_by(Lesson.starts_at, Lesson.id).options(*timetable.lesson_options())
    return session.scalars(wanted).all()


def seated(session: Session, lesson: Lesson, person_ids: Collection[int]) -> set[int]:
    """Those of these people who had a seat in the class when the lesson was."""
    had = or_(Seat.ended_at.is_(None), Seat.ended_at > lesson.starts_at)
    query = select(Seat.person_id).where(Seat.class_id == lesson.class_id, Seat.person_id.in_(person_ids), had)
    return set(session.scalars(query))


def entries_of(session: Session, lesson_id: int, person_ids: Collection[int]) -> dict[int, list[AttendanceEntry]]:
    """Every entry about each of these people in a lesson, in the order in which they were tapped."""
    query = select(AttendanceEntry).where(
        AttendanceEntry.lesson_id == lesson_id, AttendanceEntry.person_id.in_(person_ids)
    )
    found: dict[int, list[AttendanceEntry]] = defaultdict(list)
    for entry in session.scalars(query.order_by(AttendanceEntry.entered_at, AttendanceEntry.client_id)):
        found[entry.person_id].append(entry)
    return found


def attendances(session: Session, lesson_id: int) -> dict[int, Attendance]:
    """What stands for each person in a lesson that the caller may see, with who entered it."""
    query = select(Attendance).where(Attendance.lesson_id == lesson_id).options(joinedload(Attendance.entered_by))
    return {each.person_id: each for each in session.scalars(query, execution_options={"populate_existing": True})}


def roll(session: Session, lesson: Lesson) -> list[RollLine]:
    """Everybody in the class of a lesson that the caller may call, in the roster's order, with what is entered."""
    lines = [line for line in enrolment.roster(session, lesson.course_class) if line.seat.taken_at <= lesson.ends_at]
    entered = attendances(session, lesson.id)
    leaves = {leave.person_id: leave for leave in leaves_for_lesson(session, lesson.id)}
    contacts = main_contacts(session, [line.person.id for line in lines])
    return [
        RollLine(line, entered.get(line.person.id), leaves.get(line.person.id), contacts.get(line.person.id))
        for line in lines
    ]


def history(session: Session, lesson_id: int, person_id: int) -> Sequence[AttendanceEntry]:
    """Everything that was ever entered about her in a lesson that the caller may see, the latest first."""
    query = select(AttendanceEntry).where(
        AttendanceEntry.lesson_id == lesson_id, AttendanceEntry.person_id == person_id
    )
    query = query.order_by(AttendanceEntry.entered_at.desc(), AttendanceEntry.client_id.desc())
    return session.scalars(query.options(joinedload(AttendanceEntry.entered_by))).all()


def own_attendances(person_id: int) -> Select[Attendance]:
    """Her own attendance, the latest lesson first, with lesson and course; the caller has asked who that may be."""
    loaded: tuple[Any, ...] = timetable.lesson_options()
    return (
        select(Attendance)
        .join(Attendance.lesson)
        .join(Lesson.course_class)
        .where(Attendance.person_id == person_id)
        .order_by(Lesson.starts_at.desc(), Lesson.id.desc())
        .options(contains_eager(Attendance.lesson).options(*loaded))
    )


def counts(session: Session, lesson_ids: Collection[int]) -> dict[int, int]:
    """Of how many people something is entered in each of these lessons."""
    query = select(Attendance.lesson_id, func.count()).where(Attendance.lesson_id.in_(lesson_ids))
    return dict(session.execute(query.group_by(Attendance.lesson_id)).all())


def person_seated(session: Session, lesson: Lesson, person_id: int) -> Person:
    """Somebody in the class of a lesson that the caller may see; NotFoundError for anybody else."""
    person = session.get(Person, person_id) if seated(session, lesson, [person_id]) else None
    if person is None:
        raise NotFoundError
    return person
