"""Lessons laid out by day, with every word made once: templates only print it. For staff, and by enrolment for learners."""

from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime, timedelta
from typing import NamedTuple

from flask_babel import gettext as _

from senior_univ.core import clock, words
from senior_univ.timetable.models import CourseClass, Holiday, Lesson

NOON = 12


class LessonLine(NamedTuple):
    """One lesson in words. ``state`` is empty where it is as planned; ``url`` leads to its own page, or is None."""

    lesson_id: int
    time: str
    course: str
    place: str
    teacher: str
    organisation: str
    state: str
    state_kind: str
    is_cancelled: bool
    url: str | None


class Day(NamedTuple):
    """A day with its lessons. ``month_day`` is 7月24日, ``month`` its month alone, ``note`` the holiday or make-up workday."""

    day: date
    weekday: str
    month_day: str
    month: str
    lunar: str
    note: str
    is_holiday: bool
    is_today: bool
    morning: list[LessonLine]
    afternoon: list[LessonLine]

    @property
    def number(self) -> int:
        """Of the day in its month."""
        return self.day.day

    @property
    def lessons(self) -> list[LessonLine]:
        """The whole day's."""
        return self.morning + self.afternoon


def holiday_name(holiday: Holiday) -> str:
    """The holiday's name in the page's language."""
    return holiday.name if words.is_chinese() else holiday.name_en or holiday.name


def holiday_note(holiday: Holiday | None) -> str:
    """What a day's head says of a holiday or make-up workday."""
    if holiday is None:
        return ""
    if not holiday.is_off:
        return _("Make-up workday (%(holiday)s)", holiday=holiday_name(holiday))
    return holiday_name(holiday)


def state_words(lesson: Lesson) -> tuple[str, str]:
    """What is different about a lesson, and how it is marked; two empty strings where it is as planned."""
    if lesson.cancelled_at is not None:
        return _("Cancelled"), "danger"
    if lesson.moved_from is not None:
        when = f"{words.day_words(lesson.moved_from)} {words.time_words(lesson.moved_from)}"
        return _("Moved from %(when)s", when=when), "warning"
    if lesson.room_id != lesson.course_class.room_id:
        return _("Another room this time"), "warning"
    if lesson.teacher_id != lesson.course_class.teacher_id:
        return _("Another teacher this time"), "warning"
    return "", ""


def lesson_line(lesson: Lesson, url: str | None = None) -> LessonLine:
    """A lesson that was read with ``queries.lesson_options`` as words."""
    room, course_class = lesson.room, lesson.course_class
    return LessonLine(
        lesson.id,
        words.time_range_words(lesson.starts_at, lesson.ends_at),
        course_class.course.title,
        f"{room.venue.name} {room.name}",
        lesson.teacher.person.name,
        course_class.organisation.name,
        *state_words(lesson),
        is_cancelled=lesson.cancelled_at is not None,
        url=url,
    )


def days_of(
    lessons: Iterable[Lesson],
    first: date,
    count: int = 7,
    *,
    holidays: Mapping[date, Holiday],
    link: Callable[[Lesson], str | None] = lambda _lesson: None,
) -> list[Day]:
    """``count`` days from ``first``, each with its lessons in the order given."""
    days = [_empty_day(first + timedelta(days=number), holidays) for number in range(count)]
    for lesson in lessons:
        starts = clock.local(lesson.starts_at)
        day = days[(starts.date() - first).days]
        half = day.morning if starts.hour < NOON else day.afternoon
        half.append(lesson_line(lesson, link(lesson)))
    return days


def _empty_day(day: date, holidays: Mapping[date, Holiday]) -> Day:
    holiday = holidays.get(day)
    return Day(
        day,
        words.weekday_words(day.weekday()),
        words.day_words(day),
        f"{day.month}月" if words.is_chinese() else f"{day:%B}",
        words.lunar_words(day),
        holiday_note(holiday),
        is_holiday=holiday is not None and holiday.is_off,
        is_today=day == clock.today(),
        morning=[],
        afternoon=[],
    )


def week_bounds(first: date, count: int = 7) -> tuple[datetime, datetime]:
    """The instants between which the lessons of ``count`` days begin."""
    return clock.day_bounds(first)[0], clock.day_bounds(first + timedelta(days=count - 1))[1]


def pattern_words(course_class: CourseClass) -> str:
    """星期二 上午9:30—11:00: when a class is, every week."""
    between = words.time_range_words(course_class.starts, course_class.ends)
    return f"{words.weekday_words(course_class.weekday)} {between}"
