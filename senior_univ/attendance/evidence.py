"""Evidence for subsidies: a line for each lesson that was held, as counts; how and when its roll was entered.

人次 (person-times) is how many took part in a lesson, in whatever way, added up. A lesson of which no roll was called
stands there with nothing: what is not written down is not claimed.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy import case, func, or_, select
from sqlalchemy.orm import Session

from senior_univ.attendance import attachments
from senior_univ.attendance.models import TOOK_PART, Attendance, How, Kind
from senior_univ.attendance.standing import BULK_FROM
from senior_univ.core import clock
from senior_univ.enrolment.models import Seat
from senior_univ.network.models import CARE_KINDS, Organisation
from senior_univ.timetable import queries as timetable
from senior_univ.timetable.models import CourseClass, Lesson

LONGEST_PERIOD = timedelta(days=366)


@dataclass
class LessonEvidence:
    """What can be said of one lesson: how many stand where, and how, when and how late that was entered."""

    lesson: Lesson
    planned: int = 0
    files: int = 0
    kinds: Counter[Kind] = field(default_factory=Counter)
    hows: Counter[How] = field(default_factory=Counter)
    late: int = 0
    first_at: datetime | None = None
    last_at: datetime | None = None

    def add(self, kind: Kind, how: How, count: int, late: int, span: tuple[datetime, datetime]) -> None:
        """Count what was entered in one way."""
        self.kinds[kind] += count
        self.hows[how] += count
        self.late += late
        self.first_at = min(self.first_at or span[0], span[0])
        self.last_at = max(self.last_at or span[1], span[1])

    @property
    def minutes(self) -> int:
        """How long it was."""
        return int((self.lesson.ends_at - self.lesson.starts_at).total_seconds()) // 60

    @property
    def person_times(self) -> int:
        """人次: how many took part."""
        return sum(self.kinds[kind] for kind in TOOK_PART)

    @property
    def unknown(self) -> int:
        """Of how many who were enrolled nothing is entered."""
        return max(0, self.planned - self.kinds.total())

    @property
    def is_late_bulk(self) -> bool:
        """Whether so much came in late that the tier above is shown it."""
        return self.late >= BULK_FROM


@dataclass(frozen=True)
class Evidence:
    """A line for each lesson, and their sums."""

    lines: Sequence[LessonEvidence]

    def total(self, kind: Kind) -> int:
        """How often that kind stands."""
        return sum(line.kinds[kind] for line in self.lines)

    @property
    def minutes(self) -> int:
        """Of all lessons together."""
        return sum(line.minutes for line in self.lines)

    @property
    def planned(self) -> int:
        """Seats of all lessons together."""
        return sum(line.planned for line in self.lines)

    @property
    def person_times(self) -> int:
        """人次 of all lessons together."""
        return sum(line.person_times for line in self.lines)

    @property
    def person_minutes(self) -> int:
        """The minutes of everybody who took part, added up."""
        return sum(line.person_times * line.minutes for line in self.lines)

    @property
    def late(self) -> int:
        """Entries that came in long after their lesson."""
        return sum(line.late for line in self.lines)

    @property
    def without_roll(self) -> int:
        """Lessons with learners of which nothing is entered."""
        return sum(line.planned > 0 and not line.kinds for line in self.lines)


def of_class(session: Session, course_class: CourseClass) -> Evidence:
    """The lessons of a class that the caller may see, as far as they are over."""
    return _evidence(session, timetable.lessons_of_class(session, course_class.id))


def of_organisation(session: Session, organisation: Organisation, starts: datetime, ends: datetime) -> Evidence:
    """The lessons that a site gave, or that were given for a home or in its rooms, between two instants."""
    is_home = organisation.kind in CARE_KINDS
    scope = timetable.Scope(home_id=organisation.id) if is_home else timetable.Scope(organisation_id=organisation.id)
    lessons = timetable.lessons_between(session, starts, ends, **scope)
    return _evidence(session, lessons)


def _evidence(session: Session, lessons: Sequence[Lesson]) -> Evidence:
    now = clock.now()
    held = [lesson for lesson in lessons if lesson.cancelled_at is None and lesson.ends_at <= now]
    ids = [lesson.id for lesson in held]
    planned, files = _planned(session, ids), attachments.counts(session, ids)
    lines = {lesson.id: LessonEvidence(lesson, planned.get(lesson.id, 0), files.get(lesson.id, 0)) for lesson in held}
    _count_entered(session, lines)
    return Evidence(list(lines.values()))


def _planned(session: Session, lesson_ids: list[int]) -> dict[int, int]:
    """How many had a seat when each lesson was."""
    had = or_(Seat.ended_at.is_(None), Seat.ended_at > Lesson.starts_at)
    query = (
        select(Lesson.id, func.count(Seat.id))
        .join(Seat, Seat.class_id == Lesson.class_id)
        .where(Lesson.id.in_(lesson_ids), Seat.taken_at <= Lesson.ends_at, had)
    )
    return dict(session.execute(query.group_by(Lesson.id)).all())


def _count_entered(session: Session, lines: dict[int, LessonEvidence]) -> None:
    """Count what stands for each lesson, by kind and by how it was entered."""
    late = func.sum(case((Attendance.is_late, 1), else_=0))
    span = func.min(Attendance.entered_at), func.max(Attendance.entered_at)
    query = (
        select(Attendance.lesson_id, Attendance.kind, Attendance.how, func.count(), late, *span)
        .where(Attendance.lesson_id.in_(lines))
        .group_by(Attendance.lesson_id, Attendance.kind, Attendance.how)
    )
    for lesson_id, kind, how, count, late_count, first_at, last_at in session.execute(query):
        lines[lesson_id].add(kind, how, count, late_count, (first_at, last_at))
