"""What may change of a class while it runs, and moving all that is to come to another day or time."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from datetime import date, time, timedelta
from functools import partial

from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString
from sqlalchemy import select
from sqlalchemy.orm import Session

from senior_univ.audit.actions import record
from senior_univ.core import clock
from senior_univ.core.access import Viewer
from senior_univ.core.errors import DomainError
from senior_univ.core.versions import lock_row
from senior_univ.timetable import checks, events, overrides, rules
from senior_univ.timetable.actions import guarded, keep_span, lock, lock_with_lessons, move_occupancy, put
from senior_univ.timetable.conflicts import find_all, helpers_of
from senior_univ.timetable.constraints import read_constraints
from senior_univ.timetable.models import Admission, CourseClass, Delivery, Lesson
from senior_univ.timetable.refusals import day_said, joined_words, refuse_conflicts, said_free
from senior_univ.timetable.rules import Meeting
from senior_univ.timetable.slots import Conflict, Slot, slot_of_class


@dataclass(frozen=True)
class ClassSettings:
    """Seats, how they are given, the least number, what materials cost, and where it is held."""

    capacity: int
    wheelchair_places: int
    admission: Admission
    least_learners: int = 0
    decide_on: date | None = None
    material_costs: str = ""
    delivery: Delivery = Delivery.ON_SITE
    join_url: str = ""


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


@dataclass(frozen=True)
class ClassMove:
    """Lessons that move, each to its meeting of ``slot``, and those that stay as they are, with what stands in the way.

    ``overridden`` is what stands against the ones that move and was let by.
    """

    lessons: Sequence[Lesson]
    slot: Slot
    overridden: Sequence[Conflict] = ()
    stayed: Sequence[tuple[Lesson, Conflict]] = ()


def examine_lessons(
    session: Session,
    course_class: CourseClass,
    lessons: Sequence[Lesson],
    *,
    weekday: int,
    starts: time,
    override: str = "",
    leave_rest: bool = False,
    by: Viewer,
) -> ClassMove:
    """What becomes of a class's lessons if each moves to a weekday and time within its own week. Writes nothing.

    A lesson that would fall on a holiday stays as it is, to be decided on by itself; so does, with ``leave_rest``, any
    other that can't be. Otherwise those are refused, each by its day, with the times at which all could be.
    """
    slot = _slot(session, course_class, lessons, weekday, starts)
    found = find_all(session, slot)
    refused: dict[Meeting, Conflict] = {}
    for conflict in overrides.refusing(session, found, slot, override, by):
        refused.setdefault(conflict.meeting, conflict)
    grave = [each for each in refused.values() if each.code != "holiday"]
    if len(refused) == len(lessons) or (grave and not leave_rest):
        raise _refuse_lessons(session, course_class, slot, grave or list(refused.values()), by)
    pairs = list(zip(lessons, slot.meetings, strict=True))
    moving = [(lesson, meeting) for lesson, meeting in pairs if meeting not in refused]
    return ClassMove(
        [lesson for lesson, _meeting in moving],
        replace(slot, meetings=[meeting for _lesson, meeting in moving]),
        [conflict for conflict in found if conflict.meeting not in refused],
        [(lesson, refused[meeting]) for lesson, meeting in pairs if meeting in refused],
    )


def _refuse_lessons(
    session: Session, course_class: CourseClass, slot: Slot, refused: Sequence[Conflict], by: Viewer
) -> DomainError:
    """Every lesson that can't be, by its day, and when all of them could be."""
    refusal = refuse_conflicts(session, slot, refused, by, said_free(free_weekly(session, course_class)))
    days = [day_said(conflict.meeting.starts_at) for conflict in refused]
    listed = _l("It can't be on: %(days)s.", days=LazyString(lambda: joined_words(days)))
    refusal.suggestions = (listed, *refusal.suggestions)
    return refusal


def move_lessons(session: Session, course_class: CourseClass, move: ClassMove, *, override: str, by: Viewer) -> None:
    """Carry out what :func:`examine_lessons` found; who called it holds the locks."""
    lessons, slot = move.lessons, move.slot
    was = [(lesson.starts_at, lesson.room_id, lesson.teacher_id) for lesson in lessons]
    free = partial(_free_words, session, course_class)
    guarded(session, lambda: move_occupancy(session, lessons, slot), slot, by, free=free)
    for lesson, meeting in zip(lessons, slot.meetings, strict=True):
        put(lesson, slot, meeting)
    session.flush()
    ids = dict(zip(slot.meetings, (lesson.id for lesson in lessons), strict=True))
    overrides.forget_overrides(session, ids.values())
    pairs = [(ids[conflict.meeting], conflict.code) for conflict in move.overridden]
    overrides.keep_overrides(session, course_class, pairs, override, by)
    record(session, "class.moved", course_class, by=by, lessons=len(lessons))
    for lesson, (old_starts_at, old_room_id, old_teacher_id) in zip(lessons, was, strict=True):
        events.lesson_moved.send(
            session, lesson=lesson, old_starts_at=old_starts_at, old_room_id=old_room_id, old_teacher_id=old_teacher_id
        )
    keep_span(session, course_class)


def move_class(
    session: Session,
    course_class: CourseClass,
    *,
    weekday: int,
    starts: time,
    override: str = "",
    leave_rest: bool = False,
    by: Viewer,
) -> ClassMove:
    """Hold the coming lessons on another weekday or at another time, each within its week.

    Refuses with DomainError: class_cancelled, class_over, no_weekday, past_midnight, nothing_changed, no_lessons,
    in_the_past, and as :func:`examine_lessons`. What stays as it is, is in the answer.
    """
    lock_with_lessons(session, course_class)
    lock(session, course_class.room, course_class.teacher)
    move = examine_class(
        session, course_class, weekday=weekday, starts=starts, override=override, leave_rest=leave_rest, by=by
    )
    course_class.weekday, course_class.starts = weekday, starts
    move_lessons(session, course_class, move, override=override, by=by)
    return move


def examine_class(
    session: Session,
    course_class: CourseClass,
    *,
    weekday: int,
    starts: time,
    override: str = "",
    leave_rest: bool = False,
    by: Viewer,
) -> ClassMove:
    """What :func:`move_class` would do, or its refusal. Writes nothing."""
    refuse_ended(course_class)
    if (weekday, starts) == (course_class.weekday, course_class.starts):
        raise DomainError("nothing_changed", _l("Nothing is different from before."), field="weekday")
    if not 0 <= weekday <= 6:
        raise DomainError("no_weekday", _l("Please choose a day of the week."), field="weekday")
    if not rules.ends_same_day(starts, course_class.minutes):
        raise DomainError("past_midnight", _l("A lesson must end on the day on which it begins."), field="starts")
    lessons = coming_lessons(session, course_class)
    return examine_lessons(
        session,
        course_class,
        lessons,
        weekday=weekday,
        starts=starts,
        override=override,
        leave_rest=leave_rest,
        by=by,
    )


def free_weekly(session: Session, course_class: CourseClass, most: int = 3) -> list[tuple[int, time]]:
    """The weekdays and times nearest to the class's at which every coming lesson could be in its room with its teacher."""
    lessons = coming_lessons(session, course_class)
    if not lessons:
        return []
    first, last = (clock.local(lessons[at].starts_at).date() for at in (0, -1))
    slot = slot_of_class(course_class, (), helpers_of(session, course_class.id))
    constraints = read_constraints(session, slot, first, last)
    found: list[tuple[int, time]] = []
    for weekday, starts in rules.weekly_times(course_class.weekday, course_class.starts, course_class.minutes):
        meetings = moved_meetings(lessons, weekday, starts, course_class.minutes)
        is_other = (weekday, starts) != (course_class.weekday, course_class.starts)
        if is_other and constraints.all_free(meetings, clock.now()):
            found.append((weekday, starts))
        if len(found) == most:
            break
    return found


def _free_words(session: Session, course_class: CourseClass) -> LazyString:
    return said_free(free_weekly(session, course_class))


def _slot(session: Session, course_class: CourseClass, lessons: Sequence[Lesson], weekday: int, starts: time) -> Slot:
    meetings = moved_meetings(lessons, weekday, starts, course_class.minutes)
    if not meetings:
        raise DomainError("no_lessons", _l("No lesson is still to come."), field="weekday")
    if meetings[0].starts_at <= clock.now():
        words = _l("The next lesson would have begun already this week. Move it by itself first, or wait a week.")
        raise DomainError("in_the_past", words, field="weekday")
    days = [clock.local(meeting.starts_at).date() for meeting in meetings]
    checks.check_room(course_class.room)
    checks.check_teacher(course_class.teacher, course_class.organisation_id, days[0], days[-1])
    return slot_of_class(course_class, meetings, helpers_of(session, course_class.id))
