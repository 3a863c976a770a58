"""Lessons as a calendar that RFC 5545 describes. Pure."""

from collections.abc import Collection, Sequence
from datetime import date, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from flask_babel import gettext as _
from icalendar import STATUS, TRANSP, Calendar, Event, Timezone

from senior_univ.accounts.rules import phone_words
from senior_univ.timetable.models import Lesson
from senior_univ.timetable.places import address_of, lesson_place

PRODUCT = "-//senior_univ//Timetable//ZH"
ASK_AGAIN = timedelta(hours=1)
"""How often a calendar is asked to look."""


def calendar_of(name: str, lessons: Sequence[Lesson], *, zone: ZoneInfo, on_leave: Collection[int] = ()) -> bytes:
    """A calendar called ``name`` with a VEVENT per lesson, cancelled ones too; ``on_leave`` are ids of lessons."""
    calendar = Calendar()  # not .new(), which gives it another name each time it is read
    for key, value in (("VERSION", "2.0"), ("PRODID", PRODUCT), ("X-WR-CALNAME", " ".join(name.split()))):
        calendar.add(key, value)
    calendar.add("REFRESH-INTERVAL", ASK_AGAIN, parameters={"VALUE": "DURATION"})
    calendar.add("X-PUBLISHED-TTL", "PT1H")
    if lessons:
        calendar.add_component(_timezone(zone.key, lessons[0].starts_at.year, lessons[-1].ends_at.year))
    for lesson in lessons:
        calendar.add_component(_event(lesson, zone, is_on_leave=lesson.id in on_leave))
    text: bytes = calendar.to_ical()
    return text


@lru_cache(maxsize=16)
def _timezone(key: str, first_year: int, last_year: int) -> Timezone:
    """When clocks change there, from a year before to a year after, since calendars ask at the edges, too."""
    return Timezone.from_tzinfo(ZoneInfo(key), key, date(first_year - 1, 1, 1), date(last_year + 2, 1, 1))


def _event(lesson: Lesson, zone: ZoneInfo, *, is_on_leave: bool) -> Event:
    is_cancelled = lesson.cancelled_at is not None
    return Event.new(
        uid=uid_of(lesson),
        sequence=lesson.revision,
        stamp=lesson.changed_at,
        last_modified=lesson.changed_at,
        start=lesson.starts_at.astimezone(zone),
        end=lesson.ends_at.astimezone(zone),
        summary=_title(lesson, is_on_leave=is_on_leave),
        location=_place(lesson),
        description=_description(lesson),
        status=STATUS.CANCELLED if is_cancelled else STATUS.CONFIRMED,
        transparency=TRANSP.TRANSPARENT if is_cancelled or is_on_leave else TRANSP.OPAQUE,
    )


def uid_of(lesson: Lesson) -> str:
    """A lesson's name for ever, in every feed that it is in; another deployment's lesson has another one."""
    opened = int(lesson.course_class.opened_at.timestamp())
    return f"lesson-{lesson.id}-{opened}@{lesson.course_class.region_code}.senior-univ"


def _title(lesson: Lesson, *, is_on_leave: bool) -> str:
    title = lesson.course_class.course.title
    if lesson.cancelled_at is not None:
        return _("Cancelled: %(title)s", title=title)
    return _("%(title)s (on leave)", title=title) if is_on_leave else title


def _place(lesson: Lesson) -> str:
    place, address = lesson_place(lesson), address_of(lesson)
    return _("%(place)s, %(address)s", place=place, address=address) if address else place


def _description(lesson: Lesson) -> str:
    """Which lesson it is, by whom, and whom to call."""
    course_class = lesson.course_class
    lines = [
        _("Lesson %(number)d", number=lesson.number),
        _("Teacher: %(name)s", name=lesson.teacher.person.name),
    ]
    if course_class.organisation.phone:
        lines.append(_("Questions: %(phone)s", phone=phone_words(course_class.organisation.phone)))
    if lesson.cancel_reason:
        lines.append(lesson.cancel_reason)
    if lesson.moved_from is not None and lesson.cancelled_at is None:
        lines.append(_("This lesson was moved."))
    return "\n".join(lines)
