"""Changing this lesson and all later ones, or all that are to come: time, room, teacher, told once."""

import enum
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from flask_babel import lazy_gettext as _l
from flask_babel import lazy_ngettext
from sqlalchemy.orm import Session

from senior_univ.core import clock
from senior_univ.core.access import Viewer
from senior_univ.core.errors import DomainError
from senior_univ.network.models import Room
from senior_univ.teaching.models import Teacher
from senior_univ.timetable import checks, overrides, rules
from senior_univ.timetable.actions import lock, lock_with_lessons
from senior_univ.timetable.class_settings import (
    ClassMove,
    coming_lessons,
    move_lessons,
    moved_meetings,
    refuse_ended,
)
from senior_univ.timetable.conflicts import find_all, helpers_of
from senior_univ.timetable.models import CourseClass, Delivery, Lesson
from senior_univ.timetable.refusals import refuse_conflicts
from senior_univ.timetable.rules import Meeting
from senior_univ.timetable.slots import Conflict, Slot

MOST_NAMED = 3
"""Lessons that can't be and are named one by one."""


class Reach(enum.Enum):
    """How many lessons a change is for."""

    ONE = "one"
    LATER = "later"
    ALL = "all"


REACH_LABELS = {
    Reach.ONE: _l("Only this lesson"),
    Reach.LATER: _l("This lesson and all later ones"),
    Reach.ALL: _l("All lessons to come"),
}


def change_series(
    session: Session,
    lesson: Lesson,
    reach: Reach,
    *,
    starts_at: datetime,
    room: Room,
    teacher: Teacher,
    override: str = "",
    by: Viewer,
    seen: str | None = None,
) -> Sequence[Lesson]:
    """Hold a lesson and later ones (or all that are to come) as this one is asked to be, each within its own week.

    A lesson that would fall on a holiday stays as it is; anything else that can't be refuses the whole change. Returns the
    lessons that changed. The class's pattern becomes the new one.
    """
    course_class = lesson.course_class
    lock_with_lessons(session, course_class)
    lock(session, room, teacher)
    move = examine_series(
        session, lesson, reach, starts_at=starts_at, room=room, teacher=teacher, override=override, by=by, seen=seen
    )
    move_lessons(session, course_class, move, override=override, by=by)
    first = clock.local(starts_at)
    course_class.weekday, course_class.starts = first.weekday(), first.time()
    course_class.room, course_class.teacher = room, teacher
    session.flush()
    return move.lessons


def examine_series(
    session: Session,
    lesson: Lesson,
    reach: Reach,
    *,
    starts_at: datetime,
    room: Room,
    teacher: Teacher,
    override: str = "",
    by: Viewer,
    seen: str | None = None,
) -> ClassMove:
    """What :func:`change_series` would do, or its refusal, which names the first lessons that can't be. Writes nothing."""
    course_class = lesson.course_class
    refuse_ended(course_class)
    _check_seen(lesson, starts_at, seen)
    lessons = [each for each in coming_lessons(session, course_class) if _reaches(each, lesson, reach)]
    meetings = _meetings(course_class, lesson, lessons, starts_at)
    _check_all(course_class, room, teacher, meetings)
    slot = Slot(
        room,
        teacher,
        meetings,
        home_id=course_class.home_id,
        class_id=course_class.id,
        unit_id=course_class.unit_id,
        is_online=course_class.delivery is Delivery.ONLINE,
        helper_ids=helpers_of(session, course_class.id),
    )
    return _examine(session, lessons, slot, override, by)


def _reaches(each: Lesson, lesson: Lesson, reach: Reach) -> bool:
    return reach is Reach.ALL or each.starts_at >= lesson.starts_at


def _check_seen(lesson: Lesson, starts_at: datetime, seen: str | None) -> None:
    if lesson.cancelled_at is not None or (seen is not None and seen != rules.version_of(lesson)):
        words = _l(
            "Somebody else has changed this lesson meanwhile. It is shown below as it is now; please look again."
        )
        raise DomainError("changed_meanwhile", words)
    if lesson.starts_at <= clock.now():
        raise DomainError("lesson_begun", _l("This lesson has begun already; it can no longer be moved."))
    old, new = (clock.week_start(clock.local(at).date()) for at in (lesson.starts_at, starts_at))
    if old != new:
        words = _l("Lessons of a class move within their week. Move this one by itself to another week.")
        raise DomainError("other_week", words, field="day")


def _meetings(
    course_class: CourseClass, lesson: Lesson, lessons: Sequence[Lesson], starts_at: datetime
) -> list[Meeting]:
    """Each at the new weekday and time; where only room or teacher change, each when it is."""
    if starts_at == lesson.starts_at:
        return [Meeting(each.starts_at, each.ends_at) for each in lessons]
    first = clock.local(starts_at)
    if not rules.ends_same_day(first.time(), course_class.minutes):
        raise DomainError("past_midnight", _l("A lesson must end on the day on which it begins."), field="starts")
    meetings = moved_meetings(lessons, first.weekday(), first.time(), course_class.minutes)
    if meetings[0].starts_at <= clock.now():
        raise DomainError("in_the_past", _l("That time has passed already."), field="day")
    return meetings


def _check_all(course_class: CourseClass, room: Room, teacher: Teacher, meetings: Sequence[Meeting]) -> None:
    checks.check_room(room)
    checks.check_seats_fit(room, course_class)
    days = [clock.local(meeting.starts_at).date() for meeting in meetings]
    checks.check_teacher(teacher, course_class.organisation_id, days[0], days[-1])


def _examine(session: Session, lessons: Sequence[Lesson], slot: Slot, override: str, by: Viewer) -> ClassMove:
    found = find_all(session, slot)
    refused = {each.meeting: each for each in reversed(overrides.refusing(session, found, slot, override, by))}
    grave = [each for each in refused.values() if each.code != "holiday"]
    if grave:
        raise _refuse(session, slot, sorted(grave, key=lambda each: each.meeting), by)
    asked = list(zip(lessons, slot.meetings, strict=True))
    pairs = [
        (lesson, meeting) for lesson, meeting in asked if meeting not in refused and _differs(lesson, meeting, slot)
    ]
    if not pairs:
        raise DomainError("nothing_changed", _l("Nothing is different from before."), field="day")
    return ClassMove(
        [lesson for lesson, _meeting in pairs],
        replace(slot, meetings=[meeting for _lesson, meeting in pairs]),
        [each for each in found if each.meeting in {meeting for _lesson, meeting in pairs}],
        [(lesson, refused[meeting]) for lesson, meeting in asked if meeting in refused],
    )


def _refuse(session: Session, slot: Slot, grave: Sequence[Conflict], by: Viewer) -> DomainError:
    """How many lessons can't be, and what stands against the first of them."""
    words = _l("Please choose another time, room or teacher, or change fewer lessons.")
    refusal = refuse_conflicts(session, slot, grave, by, words, named=MOST_NAMED)
    refusal.suggestions = (refusal.message, *refusal.suggestions)
    refusal.message = lazy_ngettext(
        "%(num)d of %(all)d lessons can't be then:",
        "%(num)d of %(all)d lessons can't be then:",
        len(grave),
        all=len(slot.meetings),
    )
    return refusal


def _differs(lesson: Lesson, meeting: Meeting, slot: Slot) -> bool:
    return (lesson.starts_at, lesson.room_id, lesson.teacher_id) != (meeting.starts_at, slot.room.id, slot.teacher.id)
