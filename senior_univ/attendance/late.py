"""What was entered long after the lesson, many at once: shown to the tier above as counts, never with a name."""

from dataclasses import dataclass

from sqlalchemy import ColumnElement, ColumnExpressionArgument, and_, case, func, select
from sqlalchemy.orm import Session

from senior_univ.attendance.models import Attendance, How
from senior_univ.attendance.standing import BULK_FROM
from senior_univ.core.access import Viewer
from senior_univ.core.paging import Page, paginate
from senior_univ.core.permissions import Permission
from senior_univ.timetable import queries as timetable
from senior_univ.timetable.models import Lesson


@dataclass(frozen=True)
class LateLesson:
    """A lesson of which many entries came late, as counts."""

    lesson: Lesson
    late: int
    in_one_go: int
    without_network: int
    total: int


def late_lessons(session: Session, viewer: Viewer) -> Page:
    """Lessons of the viewer's area with late entries in bulk, the latest first, a page at a time, as LateLessons."""
    many = (
        select(Attendance.lesson_id)
        .where(Attendance.is_late)
        .group_by(Attendance.lesson_id)
        .having(func.count() >= BULK_FROM)
    )
    wanted = (
        select(Lesson)
        .join(Lesson.course_class)
        .where(Lesson.id.in_(many), timetable.sees_classes(viewer, Permission.SEE_COVERAGE))
        .order_by(Lesson.starts_at.desc(), Lesson.id.desc())
        .options(*timetable.lesson_options())
    )
    page = paginate(session, wanted, size=25)
    counts = _counts(session, [lesson.id for lesson in page.rows])
    rows = [LateLesson(lesson, *counts[lesson.id]) for lesson in page.rows]
    return Page(rows, page.number, page.count, page.total)


def _sum_of(condition: ColumnExpressionArgument[bool]) -> ColumnElement[int]:
    return func.sum(case((condition, 1), else_=0))


def _counts(session: Session, lesson_ids: list[int]) -> dict[int, tuple[int, int, int, int]]:
    query = select(
        Attendance.lesson_id,
        _sum_of(Attendance.is_late),
        _sum_of(and_(Attendance.is_late, Attendance.how == How.LATE_BULK)),
        _sum_of(and_(Attendance.is_late, Attendance.how == How.OFFLINE)),
        func.count(),
    )
    query = query.where(Attendance.lesson_id.in_(lesson_ids)).group_by(Attendance.lesson_id)
    return {row[0]: (row[1], row[2], row[3], row[4]) for row in session.execute(query)}
