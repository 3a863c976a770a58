"""What a weekly pattern means in days and instants, and which times are near. Pure."""

from collections.abc import Container, Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import islice
from typing import NamedTuple

from senior_univ.catalogue.models import Course
from senior_univ.core import clock
from senior_univ.core.access import Viewer
from senior_univ.core.permissions import AREA_ROLES, Permission
from senior_univ.network.models import Room
from senior_univ.teaching.models import Teacher
from senior_univ.timetable.models import Admission, CourseClass, Delivery, Holiday, Lesson, Term
from senior_univ.timetable.teaching_days import TeachingDays

SHORTEST, LONGEST = 15, 480
"""Minutes of a lesson, as the database has them."""
FIRST_YEAR, LAST_YEAR = 2000, 2100
"""Years of the calendar, which lunar dates can follow."""
GRID_MINUTES = 30
EARLIEST, LATEST = time(7), time(21)
"""Between these times another time is proposed."""


@dataclass(frozen=True)
class Plan:
    """A class that somebody wants to open: ``lessons`` meetings, one in ``every_weeks`` weeks, from ``from_on`` (None: as
    soon as the term allows) until ``until_on`` (None: the term's end).

    ``home_id`` makes it a class for that home's residents, in the home's own room or the course owner's; ``unit_id``
    for one unit's. With fewer than ``least_learners`` on ``decide_on`` it is proposed for merging, moving or cancelling.
    """

    course: Course
    term: Term
    teacher: Teacher
    room: Room
    weekday: int
    starts: time
    minutes: int
    capacity: int
    wheelchair_places: int = 0
    home_id: int | None = None
    from_on: date | None = None
    lessons: int = 16
    admission: Admission = Admission.FIRST_COME
    least_learners: int = 0
    decide_on: date | None = None
    material_costs: str = ""
    copied_from_id: int | None = None
    unit_id: int | None = None
    delivery: Delivery = Delivery.ON_SITE
    join_url: str = ""
    every_weeks: int = 1
    until_on: date | None = None


class Meeting(NamedTuple):
    """From, to: two instants, half-open."""

    starts_at: datetime
    ends_at: datetime

    def overlaps(self, starts_at: datetime, ends_at: datetime) -> bool:
        """Whether both share an instant."""
        return self.starts_at < ends_at and starts_at < self.ends_at


def lesson_days(
    first: date, last: date, weekday: int, *, skip: Container[date] = (), limit: int | None = None
) -> list[date]:
    """Every ``weekday`` from ``first`` to ``last``, both included, that is not in ``skip``; the first ``limit`` of them."""
    days: list[date] = []
    for week in range((last - first).days // 7 + 1):
        day = first + timedelta((weekday - first.weekday()) % 7 + week * 7)
        if day > last or len(days) == limit:
            break
        if day not in skip:
            days.append(day)
    return days


def meeting_on(day: date, starts: time, minutes: int) -> Meeting:
    """A meeting at a local time of a local day; it lasts ``minutes`` whatever clocks do meanwhile."""
    starts_at = clock.instant(day, starts)
    return Meeting(starts_at, starts_at + timedelta(minutes=minutes))


def meetings(days: list[date], starts: time, minutes: int) -> list[Meeting]:
    """One meeting for each day, always at the same local time."""
    return [meeting_on(day, starts, minutes) for day in days]


def first_day(plan: Plan, now: datetime) -> date:
    """The first day on which a lesson may be: asked for, else of the term, else today or tomorrow."""
    if plan.from_on is not None:
        return plan.from_on
    today = clock.local(now).date()
    has_passed = meeting_on(today, plan.starts, plan.minutes).starts_at <= now
    return max(plan.term.starts_on, today + timedelta(days=has_passed))


def planned_meetings(plan: Plan, now: datetime, calendar: TeachingDays) -> list[Meeting]:
    """The dated lessons that a plan makes; ``starts`` is the time of the first one, before winter timing moves others."""
    last = min(plan.term.ends_on, plan.until_on or plan.term.ends_on)
    found = calendar.of_weekday(first_day(plan, now), last, plan.weekday)
    days = list(islice(every_so_often(found, plan.every_weeks), plan.lessons))
    return [meeting_on(day, calendar.begins(day, plan.starts, days[0]), plan.minutes) for day in days]


def every_so_often(days: Iterable[date], every_weeks: int) -> Iterator[date]:
    """Those of the days that lie in the first one's week and in every second, third … after it."""
    first: date | None = None
    for day in days:
        first = first or clock.week_start(day)
        if (clock.week_start(day) - first).days // 7 % every_weeks == 0:
            yield day


def minute_of_day(at: time) -> int:
    """Minutes since midnight."""
    return at.hour * 60 + at.minute


def ends_same_day(starts: time, minutes: int) -> bool:
    """Whether a lesson is over by midnight."""
    return minute_of_day(starts) + minutes < 24 * 60


def end_time(starts: time, minutes: int) -> time:
    """Local time at which a lesson ends that ends on its day."""
    return time(*divmod(minute_of_day(starts) + minutes, 60))


def grid_times(minutes: int) -> Iterator[time]:
    """Every start on the half-hour grid for a lesson that is over by the latest time."""
    for start in range(minute_of_day(EARLIEST), minute_of_day(LATEST) - minutes + 1, GRID_MINUTES):
        yield time(*divmod(start, 60))


def weekly_times(weekday: int, starts: time, minutes: int) -> list[tuple[int, time]]:
    """Every weekday and time of the grid, the nearest to ``weekday`` and ``starts`` first."""
    wanted = weekday * 1440 + minute_of_day(starts)

    def distance(found: tuple[int, time]) -> int:
        return abs(found[0] * 1440 + minute_of_day(found[1]) - wanted)

    return sorted(((day, at) for day in range(7) for at in grid_times(minutes)), key=distance)


def single_times(day: date, starts: time, minutes: int, within: timedelta) -> list[tuple[date, time]]:
    """Every day and time of the grid within ``within`` of ``day`` at ``starts``, the nearest first."""

    def distance(found: tuple[date, time]) -> int:
        return abs((found[0] - day).days * 1440 + minute_of_day(found[1]) - minute_of_day(starts))

    days = [day + timedelta(days=number) for number in range(-within.days, within.days + 1)]
    return sorted(((near, at) for near in days for at in grid_times(minutes)), key=distance)


def version_of(lesson: Lesson) -> str:
    """What somebody who saw this lesson saw: changes whenever its time, room, teacher or state does."""
    state = "cancelled" if lesson.cancelled_at else "on"
    return f"{lesson.starts_at:%Y%m%dT%H%M}-{lesson.room_id}-{lesson.teacher_id}-{state}"


def _same(one: Holiday, other: Holiday) -> bool:
    return all(getattr(one, name) == getattr(other, name) for name in ("kind", "name", "source", "stands_for"))


def runs(holidays: Iterable[Holiday]) -> list[list[Holiday]]:
    """Days that follow each other and are of one kind, name and source, together; ``holidays`` are in order."""
    found: list[list[Holiday]] = []
    for day in holidays:
        last = found[-1][-1] if found else None
        is_next = last is not None and day.on == last.on + timedelta(days=1)
        if last and is_next and _same(day, last):
            found[-1].append(day)
        else:
            found.append([day])
    return found


def may_change(viewer: Viewer, course_class: CourseClass) -> bool:
    """Whether the viewer plans this class: of her organisation or home, or of her area."""
    return any(
        course_class.region_code.startswith(post.prefix)
        if post.role in AREA_ROLES
        else post.organisation_id in (course_class.organisation_id, course_class.home_id)
        for post in viewer.posts
        if post.gives(Permission.PLAN_CLASSES)
    )
