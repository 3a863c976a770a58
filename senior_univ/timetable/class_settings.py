"""What may change of a class while it runs, and moving all that is to come to another day or time."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date, time, timedelta

from flask_babel import lazy_gettext as _l
from sqlalchemy import delete, insert, select
from sqlalchemy.orm import Session

from senior_univ.audit.actions import record
from senior_univ.core import clock
from senior_univ.core.access import Viewer
from senior_univ.core.errors import DomainError
from senior_univ.core.versions import lock_row
from senior_univ.timetable import checks, events, rules
from senior_univ.timetable.actions import guarded, keep_span, lock, lock_with_lessons
from senior_univ.timetable.conflicts import Slot, find_conflicts, read_constraints
from senior_univ.timetable.models import Admission, CourseClass, Holder, Lesson, Occupancy
from senior_univ.timetable.refusals import refuse_conflicts
from senior_univ.timetable.rules import Meeting

HELD = (Holder.ROOM, Holder.TEACHER)


@dataclass(frozen=True)
class ClassSettings:
    """Seats, how they are given, the least number, and what materials cost."""

    capacity: int
    wheelchair_places: int
    admission: Admission
    least_learners: int = 0
    decide_on: date | None = None
    material_costs: str = ""


def change_class(session: Session, course_class: CourseClass, settings: ClassSettings, *, by: Viewer) -> CourseClass:
    """Change a class's settings. Nobody loses a seat by it: fewer places than are given or offered are refused.

    Refuses with DomainError: class_cancelled, class_over, no_capacity, below_taken, capacity_above_room,
    wheelchairs_below_taken, wheelchairs_above_room, odd_least, no_decision_day, decision_outside.
    """
    lock_row(session, course_class)
    refuse_ended(course_class)
    _check_seats(course_class, settings)
    _check_wheelchairs(course_class, settings)
    term = course_class.term
    checks.check_least(settings.least_learners, settings.decide_on, settings.capacity, term.starts_on, term.ends_on)
    was = (course_class.capacity, course_class.wheelchair_places)
    for name, value in asdict(settings).items():
        setattr(course_class, name, value)
    session.flush()
    record(session, "class.changed", course_class, by=by, capacity=settings.capacity, was=was[0])
    if settings.capacity > was[0] or settings.wheelchair_places > was[1]:
        events.room_made.send(session, course_class=course_class)
    return course_class


def refuse_ended(course_class: CourseClass) -> None:
    """Refuse to change what is cancelled or over."""
    if course_class.cancelled_at is not None:
        raise DomainError("class_cancelled", _l("This class has been cancelled already."))
    if course_class.last_lesson_at + timedelta(minutes=course_class.minutes) <= clock.now():
        raise DomainError("class_over", _l("This class is over; it can no longer be changed."))


def _check_seats(course_class: CourseClass, settings: ClassSettings) -> None:
    given = course_class.seats_taken + course_class.seats_held
    if settings.capacity < 1:
        raise DomainError("no_capacity", _l("A class needs at least one seat."), field="capacity")
    if settings.capacity < given:
        raise DomainError(
            "below_taken",
            _l("%(given)d seats are taken or offered already; there cannot be fewer.", given=given),
            field="capacity",
        )
    most = course_class.room.capacity
    if settings.capacity > most:
        raise DomainError(
            "capacity_above_room",
            _l("%(room)s holds %(most)d people at most.", room=course_class.room.name, most=most),
            field="capacity",
        )


def _check_wheelchairs(course_class: CourseClass, settings: ClassSettings) -> None:
    given = course_class.wheelchairs_taken + course_class.wheelchairs_held
    if settings.wheelchair_places < given:
        raise DomainError(
            "wheelchairs_below_taken",
            _l("%(given)d wheelchair places are taken or offered already; there cannot be fewer.", given=given),
            field="wheelchair_places",
        )
    room, most = course_class.room, min(course_class.room.wheelchair_places, settings.capacity)
    if settings.wheelchair_places > most:
        raise DomainError(
            "wheelchairs_above_room",
            _l("This class in %(room)s has room for %(most)d wheelchairs at most.", room=room.name, most=most),
            field="wheelchair_places",
        )


def coming_lessons(session: Session, course_class: CourseClass) -> Sequence[Lesson]:
    """The lessons that stand and have not begun, in order."""
    coming = select(Lesson).where(
        Lesson.class_id == course_class.id, Lesson.starts_at > clock.now(), Lesson.cancelled_at.is_(None)
    )
    return session.scalars(coming.order_by(Lesson.starts_at)).all()


def moved_meetings(lessons: Sequence[Lesson], weekday: int, starts: time, minutes: int) -> list[Meeting]:
    """When these lessons are if each moves to that weekday and time within its own week."""
    weeks = [clock.week_start(clock.local(lesson.starts_at).date()) for lesson in lessons]
    return rules.meetings([week + timedelta(days=weekday) for week in weeks], starts, minutes)


def move_class(
    session: Session, course_class: CourseClass, *, weekday: int, starts: time, by: Viewer
) -> Sequence[Lesson]:
    """Hold every coming lesson on another weekday or at another time, each within its week; all of them or none.

    Refuses with DomainError: class_cancelled, class_over, no_weekday, past_midnight, nothing_changed, no_lessons,
    in_the_past, and what stands against the new times (with the nearest free ones). Lessons must all be free: a single
    one that can't be is moved or cancelled first.
    """
    lock_with_lessons(session, course_class)
    refuse_ended(course_class)
    if (weekday, starts) == (course_class.weekday, course_class.starts):
        raise DomainError("nothing_changed", _l("Nothing is different from before."), field="weekday")
    if not 0 <= weekday <= 6:
        raise DomainError("no_weekday", _l("Please choose a day of the week."), field="weekday")
    if not rules.ends_same_day(starts, course_class.minutes):
        raise DomainError("past_midnight", _l("A lesson must end on the day on which it begins."), field="starts")
    lessons = coming_lessons(session, course_class)
    slot = _slot(course_class, lessons, weekday, starts)
    lock(session, course_class.room, course_class.teacher)
    if conflicts := find_conflicts(session, slot):
        raise refuse_conflicts(session, slot, slot, conflicts, by)
    was = {lesson.id: (lesson.starts_at, lesson.room_id) for lesson in lessons}
    guarded(session, lambda: _move_all(session, lessons, slot), slot, slot, by)
    course_class.weekday, course_class.starts = weekday, starts
    session.flush()
    record(session, "class.moved", course_class, by=by, lessons=len(lessons))
    for lesson in lessons:
        old_starts_at, old_room_id = was[lesson.id]
        events.lesson_moved.send(session, lesson=lesson, old_starts_at=old_starts_at, old_room_id=old_room_id)
    keep_span(session, course_class)
    return lessons


def free_weekly(session: Session, course_class: CourseClass, most: int = 3) -> list[tuple[int, time]]:
    """The weekdays and times nearest to the class's at which every coming lesson could be in its room with its teacher."""
    lessons = coming_lessons(session, course_class)
    if not lessons:
        return []
    first, last = (clock.week_start(clock.local(lessons[at].starts_at).date()) for at in (0, -1))
    slot = Slot(course_class.room, course_class.teacher, (), course_class.home_id, class_id=course_class.id)
    constraints = read_constraints(session, slot, first, last + timedelta(days=6))
    found: list[tuple[int, time]] = []
    for weekday, starts in rules.weekly_times(course_class.weekday, course_class.starts, course_class.minutes):
        meetings = moved_meetings(lessons, weekday, starts, course_class.minutes)
        is_other = (weekday, starts) != (course_class.weekday, course_class.starts)
        if is_other and constraints.all_free(meetings, clock.now()):
            found.append((weekday, starts))
        if len(found) == most:
            break
    return found


def _slot(course_class: CourseClass, lessons: Sequence[Lesson], weekday: int, starts: time) -> Slot:
    meetings = moved_meetings(lessons, weekday, starts, course_class.minutes)
    if not meetings:
        raise DomainError("no_lessons", _l("No lesson is still to come."), field="weekday")
    if meetings[0].starts_at <= clock.now():
        words = _l("The next lesson would have begun already this week. Move it by itself first, or wait a week.")
        raise DomainError("in_the_past", words, field="weekday")
    return Slot(course_class.room, course_class.teacher, meetings, course_class.home_id, class_id=course_class.id)


def _move_all(session: Session, lessons: Sequence[Lesson], slot: Slot) -> None:
    ids = [lesson.id for lesson in lessons]
    session.execute(delete(Occupancy).where(Occupancy.lesson_id.in_(ids), Occupancy.holder.in_(HELD)))
    for lesson, meeting in zip(lessons, slot.meetings, strict=True):
        first = lesson.moved_from or lesson.starts_at
        lesson.moved_from = None if first == meeting.starts_at else first
        lesson.starts_at, lesson.ends_at = meeting
        lesson.room, lesson.teacher = slot.room, slot.teacher
    session.flush()
    held = ((Holder.ROOM, slot.room.id), (Holder.TEACHER, slot.teacher.id))
    rows = [
        {"holder": holder, "holder_id": key, "starts_at": at[0], "ends_at": at[1], "lesson_id": lesson.id}
        for holder, key in held
        for lesson, at in zip(lessons, slot.meetings, strict=True)
    ]
    session.execute(insert(Occupancy), rows)
