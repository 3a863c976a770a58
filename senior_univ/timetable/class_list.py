"""The staff's list of classes: columns only, two queries a page, since it is opened more often than any other."""

from dataclasses import dataclass
from datetime import datetime, time
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Select, func, select
from sqlalchemy.orm import Session

from senior_univ.accounts.models import Person
from senior_univ.catalogue.models import Course
from senior_univ.core.access import Viewer
from senior_univ.core.permissions import Permission
from senior_univ.core.words import pattern_day_words, time_range_words
from senior_univ.network.models import Organisation, Room, Venue
from senior_univ.teaching.models import Teacher
from senior_univ.timetable.models import CourseClass
from senior_univ.timetable.queries import sees_classes
from senior_univ.timetable.rules import end_time

PAGE = 50


@dataclass(frozen=True)
class ClassFilter:
    """Which classes are asked for; None and empty text ask for all. ``organisation`` is a part of a name."""

    term_id: int | None = None
    subject_id: int | None = None
    weekday: int | None = None
    organisation_id: int | None = None
    organisation: str = ""
    has_free_seats: bool = False

    def conditions(self) -> list[ColumnElement[bool]]:
        """On CourseClass, Course and Organisation."""
        asked: list[tuple[Any, ColumnElement[bool]]] = [
            (self.term_id, CourseClass.term_id == self.term_id),
            (self.subject_id, Course.subject_id == self.subject_id),
            (self.organisation_id, CourseClass.organisation_id == self.organisation_id),
            (self.organisation or None, Organisation.name.contains(self.organisation, autoescape=True)),
            (self.has_free_seats or None, CourseClass.seats_taken + CourseClass.seats_held < CourseClass.capacity),
            (self.has_free_seats or None, CourseClass.cancelled_at.is_(None)),
            (self.weekday, CourseClass.weekday == self.weekday),
        ]
        return [condition for value, condition in asked if value is not None]


class ClassRow(NamedTuple):
    """A class in a list, as it is read."""

    id: int
    title: str
    weekday: int
    starts: time
    minutes: int
    every_weeks: int
    venue: str
    room: str
    teacher: str
    organisation: str
    seats_taken: int
    seats_held: int
    capacity: int
    cancelled_at: datetime | None

    def when(self) -> str:
        """星期二 上午9:30—11:00."""
        return f"{pattern_day_words(self.weekday, self.every_weeks)} {time_range_words(self.starts, end_time(self.starts, self.minutes))}"


COLUMNS = (
    CourseClass.id,
    Course.title,
    CourseClass.weekday,
    CourseClass.starts,
    CourseClass.minutes,
    CourseClass.every_weeks,
    Venue.name,
    Room.name,
    Person.name,
    Organisation.name,
    CourseClass.seats_taken,
    CourseClass.seats_held,
    CourseClass.capacity,
    CourseClass.cancelled_at,
)


def count_classes(session: Session, viewer: Viewer, asked: ClassFilter) -> int:
    """How many classes the viewer may see that are asked for."""
    return session.scalar(_asked(select(func.count(CourseClass.id)), viewer, asked)) or 0


def read_classes(session: Session, viewer: Viewer, asked: ClassFilter, page: int) -> list[ClassRow]:
    """One page of the classes that the viewer may see, by weekday and time; the first page is 1."""
    rows = (
        _asked(select(*COLUMNS), viewer, asked)
        .join(Room, Room.id == CourseClass.room_id)
        .join(Venue, Venue.id == Room.venue_id)
        .join(Teacher, Teacher.id == CourseClass.teacher_id)
        .join(Person, Person.id == Teacher.person_id)
        .order_by(CourseClass.weekday, CourseClass.starts, CourseClass.id)
        .limit(PAGE)
        .offset((page - 1) * PAGE)
    )
    return [ClassRow(*row) for row in session.execute(rows)]


def _asked(query: Select[*tuple[Any, ...]], viewer: Viewer, asked: ClassFilter) -> Select[*tuple[Any, ...]]:
    return (
        query.select_from(CourseClass)
        .join(Course, Course.id == CourseClass.course_id)
        .join(Organisation, Organisation.id == CourseClass.organisation_id)
        .where(sees_classes(viewer, Permission.SEE_CLASSES), *asked.conditions())
    )
