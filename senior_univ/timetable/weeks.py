"""Lessons laid out by day, with every word made once: templates only print it. For staff, and by enrolment for learners.

Beside lessons a day may have bookings of rooms, and what else stands in it: notes, and the lines of a care day.
"""

from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime, timedelta
from typing import NamedTuple

from flask_babel import gettext as _

from senior_univ.core import clock, words
from senior_univ.timetable import online, places
from senior_univ.timetable.models import CourseClass, Delivery, Holiday, Lesson
from senior_univ.timetable.queries import LessonRow

NOON = 12


class LessonLine(NamedTuple):
    """One lesson in words. ``state`` is empty where it is as planned; ``url`` leads to its own page, or is None.

    ``where`` is place, teacher, and the organisation where it is another than the one whose list this is. ``door`` says
    from when one may join an online lesson; ``join_url`` is there while one may.
    """

    lesson_id: int
    time: str
    course: str
    place: str
    teacher: str
    organisation: str
    where: str
    state: str
    state_kind: str
    is_cancelled: bool
    url: str | None
    door: str = ""
    join_url: str | None = None


class BookingRow(NamedTuple):
    """A room that another organisation uses, or asks to use."""

    starts_at: datetime
    ends_at: datetime
    purpose: str
    venue: str
    room: str
    organisation: str
    is_granted: bool
    url: str | None = None


class CareLine(NamedTuple):
    """A time of the care day in words: when, what, and whose, empty where it is everybody's."""

    time: str
    words: str
    whose: str


class Day(NamedTuple):
    """A day with its lessons. ``month_day`` is 7月24日, ``month`` its month alone, ``note`` the holiday or make-up workday.

    ``notes`` says why there may be none: a suspension, a quarantine; ``care`` is the home's or unit's care day.
    """

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
    notes: tuple[str, ...] = ()
    care: tuple[CareLine, ...] = ()

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


def row_of(lesson: Lesson) -> LessonRow:
    """The plain values of a lesson that was read with ``queries.lesson_options``."""
    room, course_class = lesson.room, lesson.course_class
    return LessonRow(
        lesson_id=lesson.id,
        starts_at=lesson.starts_at,
        ends_at=lesson.ends_at,
        moved_from=lesson.moved_from,
        is_cancelled=lesson.cancelled_at is not None,
        cancel_reason=lesson.cancel_reason,
        has_other_room=lesson.room_id != course_class.room_id,
        has_other_teacher=lesson.teacher_id != course_class.teacher_id,
        delivery=course_class.delivery,
        is_online=lesson.is_online,
        course=course_class.course.title,
        venue=room.venue.name,
        room=room.name,
        teacher=lesson.teacher.person.name,
        organisation=course_class.organisation.name,
    )


def state_words(row: LessonRow) -> tuple[str, str]:
    """What is different about a lesson, and how it is marked; two empty strings where it is as planned."""
    if row.is_cancelled:
        said = _("Cancelled: %(reason)s", reason=row.cancel_reason) if row.cancel_reason else _("Cancelled")
        return said, "danger"
    if row.moved_from is not None:
        when = f"{words.day_words(row.moved_from)} {words.time_words(row.moved_from)}"
        return _("Moved from %(when)s", when=when), "warning"
    if row.is_online and row.delivery is not Delivery.ONLINE:
        return _("Online this time"), "warning"
    if row.has_other_room:
        return _("Another room this time"), "warning"
    if row.has_other_teacher:
        return _("Another teacher this time"), "warning"
    return "", ""


def lesson_line(lesson: Lesson | LessonRow, url: str | None = None, *, comma: str = " ", shown: str = "") -> LessonLine:
    """A lesson as words. ``comma`` stands between place and teacher; ``shown`` is the organisation whose list this is.

    A learner's list has no ``shown``: where a lesson is online, it names no room to which she might go.
    """
    row = lesson if isinstance(lesson, LessonRow) else row_of(lesson)
    say_place = places.place_at_work if shown else places.place_words
    place = say_place(f"{row.venue} {row.room}", row.way)
    others = [row.organisation] if shown and row.organisation != shown else []
    return LessonLine(
        row.lesson_id,
        words.time_range_words(row.starts_at, row.ends_at),
        row.course,
        place,
        row.teacher,
        row.organisation,
        comma.join([place, row.teacher, *others]),
        *state_words(row),
        is_cancelled=row.is_cancelled,
        url=url,
    )


def booking_line(booking: BookingRow, comma: str) -> LessonLine:
    """A booking as words, in the shape of a lesson."""
    place = f"{booking.venue} {booking.room}"
    return LessonLine(
        0,
        words.time_range_words(booking.starts_at, booking.ends_at),
        booking.purpose or _("Booked"),
        place,
        "",
        booking.organisation,
        comma.join([place, booking.organisation]),
        _("Booked") if booking.is_granted else _("Asked for, not granted yet"),
        "plain" if booking.is_granted else "warning",
        is_cancelled=False,
        url=booking.url,
    )


def taken_line(line: LessonLine) -> LessonLine:
    """A lesson of which somebody may know no more than that she is not free then."""
    return line._replace(
        course=_("Already engaged"), place="", teacher="", organisation="", where="", state="", state_kind="", url=None
    )


def on_leave_line(line: LessonLine) -> LessonLine:
    """A lesson that she asked leave from."""
    return line._replace(state=_("On leave"), state_kind="primary")


def with_door(line: LessonLine, lesson: Lesson, join: Callable[[int], str]) -> LessonLine:
    """The line of an online lesson with the way in, or from when it is there; ``join`` makes the address of its id."""
    door = online.door_of(lesson)
    if door is None:
        return line
    return line._replace(join_url=join(lesson.id)) if door.is_open else line._replace(door=door_words(door))


def door_words(door: online.Door) -> str:
    """From when one may join."""
    at = words.time_words(door.opens_at)
    if clock.local(door.opens_at).date() == clock.today():
        return _("Online: you can join here from %(time)s.", time=at)
    return _("Online: you can join here on %(day)s from %(time)s.", day=words.near_day_words(door.opens_at), time=at)


def days_of(
    lessons: Iterable[Lesson | LessonRow | BookingRow],
    first: date,
    count: int = 7,
    *,
    holidays: Mapping[date, Holiday],
    link: Callable[[int], str] | None = None,
    join: Callable[[int], str] | None = None,
    shown: str = "",
) -> list[Day]:
    """``count`` days from ``first``, each with its lessons in the order given.

    ``link`` makes the address of a lesson's page of its id, ``join`` that of the way into an online one.
    """
    days = [_empty_day(first + timedelta(days=number), holidays) for number in range(count)]
    comma = _(", ")
    for lesson in lessons:
        starts = clock.local(lesson.starts_at)
        day = days[(starts.date() - first).days]
        half = day.morning if starts.hour < NOON else day.afternoon
        half.append(_line(lesson, link, join, comma, shown))
    return days


def _line(
    lesson: Lesson | LessonRow | BookingRow,
    link: Callable[[int], str] | None,
    join: Callable[[int], str] | None,
    comma: str,
    shown: str,
) -> LessonLine:
    if isinstance(lesson, BookingRow):
        return booking_line(lesson, comma)
    line = lesson_line(lesson, comma=comma, shown=shown)
    if join is not None and isinstance(lesson, Lesson):
        line = with_door(line, lesson, join)
    return line._replace(url=link(line.lesson_id)) if link else line


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
    """星期二 上午9:30—11:00: when a class is, every week or every other one."""
    between = words.time_range_words(course_class.starts, course_class.ends)
    return f"{words.pattern_day_words(course_class.weekday, course_class.every_weeks)} {between}"
