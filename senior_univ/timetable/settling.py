"""The list 'to settle': standing lessons under which something has changed. Each leaves it when it fits again, is moved,
cancelled or overridden.

What changed is heard by event; the coming lessons concerned are then looked at again, all at once: the facts of all are
read in a number of queries that does not grow with the lessons, and each kind of conflict is looked at in memory.
"""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import ColumnElement, Select, func, select, true, update
from sqlalchemy.orm import Session, contains_eager

from senior_univ.audit.actions import record
from senior_univ.care.models import Quarantine
from senior_univ.core import clock
from senior_univ.core.access import Viewer
from senior_univ.core.errors import NotFoundError
from senior_univ.core.permissions import Permission
from senior_univ.network.models import Room, Venue
from senior_univ.teaching.models import Teacher
from senior_univ.timetable import events, queries
from senior_univ.timetable.conflicts import span_of
from senior_univ.timetable.lesson_facts import Facts, constraints_of, read_facts
from senior_univ.timetable.models import CourseClass, Lesson, Unsettled
from senior_univ.timetable.rules import Meeting
from senior_univ.timetable.slots import slot_of_lesson

TEACHER_CANNOT = "teacher_cannot"
CODE_WORDS = {
    TEACHER_CANNOT: _l("The teacher can't come"),
    "teacher_away": _l("The teacher no longer teaches at that time"),
    "check_expired": _l("The teacher's safety check runs out before"),
    "venue_closed": _l("The place is closed then"),
    "care_day": _l("The home's care day has something else then"),
    "quarantine": _l("The unit is in quarantine"),
    "room_closed": _l("The room is no longer in use"),
    "room_too_small": _l("The room is too small for who comes"),
}
"""Why a lesson is on the list."""


def _coming(*concerned: ColumnElement[bool]) -> Select[Lesson]:
    now = clock.now()
    standing = (Lesson.starts_at > now, Lesson.cancelled_at.is_(None), CourseClass.cancelled_at.is_(None))
    loaded: tuple[Any, ...] = queries.lesson_options()
    return select(Lesson).join(Lesson.course_class).where(*standing, *concerned).order_by(Lesson.id).options(*loaded)


def _against(lesson: Lesson, facts: Facts) -> str | None:
    """Why a lesson no longer fits where it is; None where it does."""
    room, teacher, course_class = lesson.room, lesson.teacher, lesson.course_class
    day = clock.local(lesson.starts_at).date()
    if room.closed_at is not None or room.venue.closed_at is not None:
        return "room_closed"
    comes = course_class.seats_taken + course_class.escorts_taken
    if room.capacity < comes or room.wheelchair_places < course_class.wheelchairs_taken:
        return "room_too_small"
    if teacher.check_expires_on is not None and teacher.check_expires_on < day:
        return "check_expired"
    conflict = constraints_of(lesson, facts).conflict(slot_of_lesson(lesson).meetings[0])
    return conflict.code if conflict else None


def recheck(session: Session, *concerned: ColumnElement[bool]) -> int:
    """Look again at the coming lessons of which ``concerned`` (on Lesson and CourseClass) is true; how many are to settle.

    What no longer fits is put on the list, what fits again leaves it; what a teacher can't come to stays.
    """
    session.flush()
    lessons = session.scalars(_coming(*concerned)).unique().all()
    if not lessons:
        return 0
    facts = read_facts(session, lessons, *span_of([Meeting(each.starts_at, each.ends_at) for each in lessons]))
    found = {lesson.id: code for lesson in lessons if (code := _against(lesson, facts))}
    _put_on_list(session, found)
    fitting = [lesson.id for lesson in lessons if lesson.id not in found]
    settle(session, fitting, Unsettled.code != TEACHER_CANNOT)
    return len(found)


def _put_on_list(session: Session, found: Mapping[int, str], by: Viewer | None = None) -> None:
    """Each of these lessons is on the list once; a teacher who can't come weighs more than what else is the matter."""
    open_rows = select(Unsettled).where(Unsettled.lesson_id.in_(found), Unsettled.settled_at.is_(None))
    known = {row.lesson_id: row for row in session.scalars(open_rows.with_for_update())}
    for lesson_id, code in sorted(found.items()):
        row = known.get(lesson_id)
        if row is None:
            row = Unsettled(lesson_id=lesson_id, code=code, raised_at=clock.now())
            session.add(row)
        if row.code != TEACHER_CANNOT:
            row.code = code
        if by is not None:
            row.raised_by_id = by.person_id
    session.flush()


def settle(session: Session, lesson_ids: Collection[int], *conditions: ColumnElement[bool]) -> None:
    """Take these lessons off the list."""
    if lesson_ids:
        on_list = (Unsettled.lesson_id.in_(lesson_ids), Unsettled.settled_at.is_(None))
        session.execute(update(Unsettled).where(*on_list, *conditions).values(settled_at=clock.now()))


def cannot_come(session: Session, teacher: Teacher, lessons: Sequence[Lesson], *, by: Viewer) -> Sequence[Lesson]:
    """今天去不了: a teacher's lessons are open to substitution, and whoever plans them is told. Twice changes nothing."""
    ids = [lesson.id for lesson in lessons]
    there = select(Unsettled.lesson_id).where(
        Unsettled.lesson_id.in_(ids), Unsettled.settled_at.is_(None), Unsettled.code == TEACHER_CANNOT
    )
    known = set(session.scalars(there))
    new = [lesson for lesson in lessons if lesson.id not in known]
    _put_on_list(session, {lesson.id: TEACHER_CANNOT for lesson in new}, by)
    for lesson in new:
        record(session, "lesson.teacher_cannot", lesson, by=by, teacher=teacher.id)
    if new:
        events.teacher_cannot_come.send(session, teacher=teacher, lessons=new)
    return new


def can_come_after_all(session: Session, teacher: Teacher, lessons: Sequence[Lesson], *, by: Viewer) -> None:
    """She can after all; what else may be the matter with these lessons is looked at again."""
    ids = [lesson.id for lesson in lessons]
    settle(session, ids, Unsettled.code == TEACHER_CANNOT)
    for lesson in lessons:
        record(session, "lesson.teacher_can", lesson, by=by, teacher=teacher.id)
    recheck(session, Lesson.id.in_(ids))


def visible_unsettled(viewer: Viewer) -> Select[Unsettled]:
    """What the viewer's organisations have to settle, the next lesson first."""
    loaded: tuple[Any, ...] = queries.lesson_options()
    return (
        select(Unsettled)
        .join(Unsettled.lesson)
        .join(Lesson.course_class)
        .where(Unsettled.settled_at.is_(None), Lesson.cancelled_at.is_(None), Lesson.ends_at > clock.now())
        .where(CourseClass.cancelled_at.is_(None), queries.sees_classes(viewer, Permission.PLAN_CLASSES))
        .order_by(Lesson.starts_at, Lesson.id)
        .options(contains_eager(Unsettled.lesson).options(*loaded))
    )


def count_unsettled(session: Session, viewer: Viewer) -> int:
    """How many lessons the viewer's organisations have to settle."""
    ids = visible_unsettled(viewer).order_by(None).options().with_only_columns(Unsettled.id)
    return session.scalar(select(func.count()).select_from(ids.subquery())) or 0


def unsettled_for(session: Session, viewer: Viewer, lesson_id: int) -> Unsettled:
    """Why a lesson is on the list; NotFoundError where it is not, or the viewer does not plan it."""
    found = session.scalar(visible_unsettled(viewer).where(Unsettled.lesson_id == lesson_id))
    if found is None:
        raise NotFoundError
    return found


def follow_care_day(session: Session, *, home_id: int, **_more: Any) -> None:
    """The care day of a home has changed."""
    recheck(session, CourseClass.home_id == home_id)


def follow_quarantine(session: Session, *, quarantine: Quarantine, **_more: Any) -> None:
    """A unit is closed, or open again."""
    recheck(session, CourseClass.unit_id == quarantine.unit_id)


def follow_opening_hours(session: Session, *, venue: Venue, **_more: Any) -> None:
    """A venue has other hours."""
    recheck(session, Lesson.room_id.in_(select(Room.id).where(Room.venue_id == venue.id)))


def follow_room(session: Session, *, room: Room, **_more: Any) -> None:
    """A room has changed."""
    recheck(session, Lesson.room_id == room.id)


def follow_teacher(session: Session, *, teacher: Teacher, **_more: Any) -> None:
    """A teacher has other times or another check."""
    recheck(session, Lesson.teacher_id == teacher.id)


def follow_move(
    session: Session, *, lesson: Lesson, old_starts_at: datetime, old_teacher_id: int | None = None, **_more: Any
) -> None:
    """A lesson was moved: at another time, or with another teacher, whoever could not come has been answered."""
    session.flush()
    on_list = select(Unsettled.id).where(Unsettled.lesson_id == lesson.id, Unsettled.settled_at.is_(None))
    if session.scalar(on_list.limit(1)) is None:
        return
    is_answered = lesson.starts_at != old_starts_at or old_teacher_id not in (None, lesson.teacher_id)
    settle(session, [lesson.id], true() if is_answered else Unsettled.code != TEACHER_CANNOT)
    recheck(session, Lesson.id == lesson.id)


def follow_cancelled(session: Session, *, lesson: Lesson, **_more: Any) -> None:
    """A lesson that will not be needs no settling."""
    settle(session, [lesson.id])


def follow_class_cancelled(session: Session, *, course_class: CourseClass, **_more: Any) -> None:
    """Nor do those of a class that ends."""
    settle(session, session.scalars(select(Lesson.id).where(Lesson.class_id == course_class.id)).all())


def follow_suspension(session: Session, *, lesson_ids: Collection[int], **_more: Any) -> None:
    """Nor what is suspended."""
    settle(session, lesson_ids)
