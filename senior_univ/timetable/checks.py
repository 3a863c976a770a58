"""What is asked of a plan before anything is compared with other lessons: each refusal has its own words."""

from collections.abc import Callable
from datetime import date, timedelta

from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString

from senior_univ.care.models import Unit
from senior_univ.core import clock, words
from senior_univ.core.errors import DomainError
from senior_univ.network.models import Room
from senior_univ.teaching.models import Teacher
from senior_univ.timetable import rules
from senior_univ.timetable.models import CourseClass
from senior_univ.timetable.rules import Plan

MOST_LESSONS = 60
DECIDE_BEFORE = timedelta(days=92)


def check_plan(plan: Plan) -> None:
    """Refuse a plan that could not be whatever else there is."""
    for check in CHECKS:
        check(plan)


def check_room(room: Room) -> None:
    """Refuse a closed room; whether it is one's own, the home's or booked is a conflict of each meeting."""
    if room.closed_at is not None or room.venue.closed_at is not None:
        raise DomainError("room_closed", _l("%(room)s is closed.", room=room.name), field="room")


def check_seats_fit(room: Room, course_class: CourseClass) -> None:
    """Refuse a room that is too small for the seats, escorts and wheelchairs taken already."""
    if (
        room.capacity < course_class.seats_taken + course_class.escorts_taken
        or room.wheelchair_places < course_class.wheelchairs_taken
    ):
        raise DomainError(
            "room_too_small",
            _l(
                "%(room)s is too small: %(seats)d learners and %(wheelchairs)d wheelchairs come.",
                room=room.name,
                seats=course_class.seats_taken,
                wheelchairs=course_class.wheelchairs_taken,
            ),
            field="room",
        )


def check_teacher(teacher: Teacher, owner_id: int, first: date, last: date) -> None:
    """Refuse somebody else's teacher, and one who may not teach from ``first`` to ``last``."""
    if teacher.organisation_id != owner_id:
        name = teacher.person.name
        raise _of_teacher("teacher_of_another", _l("%(name)s teaches for another organisation.", name=name))
    if problem := teacher_problem(teacher, first, last):
        raise problem


def teacher_problem(teacher: Teacher, first: date, last: date) -> DomainError | None:
    """Why somebody may not teach from ``first`` to ``last``, whoever asks: retired, no promise, an expired check."""
    name = teacher.person.name
    if teacher.retired_on is not None and teacher.retired_on <= last:
        return _of_teacher("teacher_retired", _l("%(name)s no longer teaches by then.", name=name))
    if teacher.promised_at is None:
        return _of_teacher(
            "no_promise",
            _l("%(name)s has not yet promised to sell nothing and take no money. Please ask for it first.", name=name),
        )
    if teacher.check_expires_on is not None and teacher.check_expires_on < first:
        day = LazyString(words.day_words, teacher.check_expires_on)
        return _of_teacher(
            "check_expired", _l("%(name)s's check ran out on %(day)s. Please renew it first.", name=name, day=day)
        )
    return None


def _of_teacher(code: str, message: LazyString) -> DomainError:
    return DomainError(code, message, field="teacher")


def _check_capacity(plan: Plan) -> None:
    if plan.capacity < 1:
        raise DomainError("no_capacity", _l("A class needs at least one seat."), field="capacity")
    if plan.capacity > plan.room.capacity:
        raise DomainError(
            "capacity_above_room",
            _l("%(room)s holds %(most)d people at most.", room=plan.room.name, most=plan.room.capacity),
            field="capacity",
        )


def _check_wheelchairs(plan: Plan) -> None:
    if plan.wheelchair_places < 0:
        raise DomainError(
            "no_wheelchair_places", _l("Wheelchair places cannot be fewer than none."), field="wheelchair_places"
        )
    most = min(plan.room.wheelchair_places, plan.capacity)
    if plan.wheelchair_places > most:
        raise DomainError(
            "wheelchairs_above_room",
            _l("This class in %(room)s has room for %(most)d wheelchairs at most.", room=plan.room.name, most=most),
            field="wheelchair_places",
        )


def check_least(least: int, decide_on: date | None, capacity: int, first: date, last: date) -> None:
    """Refuse a least number that is no number of learners, or that nobody is to look at in time."""
    if not 0 <= least <= capacity:
        raise DomainError(
            "odd_least",
            _l("The least number lies between 0 and the %(seats)d seats.", seats=capacity),
            field="least_learners",
        )
    if least and decide_on is None:
        raise DomainError(
            "no_decision_day", _l("Please say until when it is decided whether the class goes on."), field="decide_on"
        )
    if decide_on is not None and not first - DECIDE_BEFORE <= decide_on <= last:
        raise DomainError(
            "decision_outside",
            _l("The day of decision lies within the term or in the three months before it."),
            field="decide_on",
        )


def _check_least(plan: Plan) -> None:
    check_least(plan.least_learners, plan.decide_on, plan.capacity, plan.term.starts_on, plan.term.ends_on)


def _check_time(plan: Plan) -> None:
    if not 0 <= plan.weekday <= 6:
        raise DomainError("no_weekday", _l("Please choose a day of the week."), field="weekday")
    if plan.minutes <= 0:
        raise DomainError("end_before_start", _l("A lesson must end after it begins."), field="minutes")
    if not rules.SHORTEST <= plan.minutes <= rules.LONGEST:
        raise DomainError(
            "odd_length",
            _l("A lesson lasts from %(least)d to %(most)d minutes.", least=rules.SHORTEST, most=rules.LONGEST),
            field="minutes",
        )
    if not rules.ends_same_day(plan.starts, plan.minutes):
        raise DomainError("past_midnight", _l("A lesson must end on the day on which it begins."), field="minutes")


def _check_days(plan: Plan) -> None:
    term, first = plan.term, plan.from_on
    if not 1 <= plan.lessons <= MOST_LESSONS:
        raise DomainError(
            "no_lessons", _l("A class has from 1 to %(most)d lessons.", most=MOST_LESSONS), field="lessons"
        )
    if term.ends_on < clock.today():
        raise DomainError("in_the_past", _l("%(term)s is over.", term=term.name), field="term")
    if first is not None and first < clock.today():
        raise DomainError("in_the_past", _l("The first day has passed already."), field="from_on")
    if first is not None and not term.starts_on <= first <= term.ends_on:
        raise DomainError(
            "outside_term",
            _l(
                "%(term)s runs from %(first)s to %(last)s.",
                term=term.name,
                first=LazyString(words.day_words, term.starts_on),
                last=LazyString(words.day_words, term.ends_on),
            ),
            field="from_on",
        )


def _check_course(plan: Plan) -> None:
    if plan.course.closed_at is not None:
        raise DomainError(
            "course_closed", _l("%(course)s is no longer given.", course=plan.course.title), field="course"
        )


def check_unit(unit: Unit | None, home_id: int | None) -> None:
    """Refuse another home's unit."""
    if unit is not None and unit.home_id != home_id:
        raise DomainError("unit_of_another", _l("%(unit)s belongs to another home.", unit=unit.name), field="unit")


CHECKS: tuple[Callable[[Plan], None], ...] = (
    _check_course,
    _check_capacity,
    _check_wheelchairs,
    _check_least,
    _check_time,
    _check_days,
)
