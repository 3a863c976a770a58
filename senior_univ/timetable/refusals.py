"""Conflicts as refusals in words: who, where, when, as far as the viewer may see it, with the nearest free times."""

from collections.abc import Callable, Sequence
from datetime import datetime, time
from typing import Any

from flask_babel import lazy_gettext as _l
from flask_babel import lazy_ngettext
from flask_babel.speaklater import LazyString
from sqlalchemy import select
from sqlalchemy.orm import Session

from senior_univ.care.models import CARE_LABELS
from senior_univ.core import words
from senior_univ.core.access import Viewer
from senior_univ.core.errors import DomainError
from senior_univ.core.permissions import Permission
from senior_univ.network.models import Organisation
from senior_univ.timetable import queries
from senior_univ.timetable.conflicts import Conflict, Slot, nearest_free
from senior_univ.timetable.models import Lesson
from senior_univ.timetable.rules import Meeting, Plan

TAKEN_JUST_NOW = _l("Somebody else has just taken this room or this teacher at that time.")


def day_said(day: datetime) -> LazyString:
    """The day with its weekday, in the reader's language when it is read."""
    return LazyString(words.long_day_words, day)


def range_said(meeting: Meeting) -> LazyString:
    """From, to, in the reader's language when it is read."""
    return LazyString(words.time_range_words, meeting.starts_at, meeting.ends_at)


def weekly_said(weekday: int, starts: time) -> LazyString:
    """Tuesdays at 9:30, in the reader's language when it is read."""
    return LazyString(lambda: f"{words.weekday_words(weekday)} {words.time_words(starts)}")


def single_said(starts_at: datetime) -> LazyString:
    """Day and time, in the reader's language when it is read."""
    return LazyString(lambda: f"{words.long_day_words(starts_at)} {words.time_words(starts_at)}")


def refuse_conflicts(
    session: Session, asked: Plan | Slot, slot: Slot, conflicts: Sequence[Conflict], by: Viewer
) -> DomainError:
    """The refusal that says the first conflict, how many more there are, and which times are free."""
    first = conflicts[0]
    suggestions: list[Any] = []
    if len(conflicts) > 1:
        more = len(conflicts) - 1
        suggestions.append(
            lazy_ngettext("%(num)d more lesson cannot be then.", "%(num)d more lessons cannot be then.", more)
        )
    return DomainError(
        first.code,
        WORDS[first.code](session, slot, first, by),
        field=first.field,
        suggestions=[*suggestions, free_words(session, asked)],
    )


def free_words(session: Session, asked: Plan | Slot) -> LazyString:
    """Which times near are free, or that none is."""
    free = nearest_free(session, asked)
    if not free:
        return _l("No time near is free for this room and this teacher. Please choose another room or teacher.")
    said = [weekly_said(*when) if isinstance(when, tuple) else single_said(when) for when in free]
    return _l("Free near that time: %(times)s.", times=LazyString(lambda: _join(said)))


def _join(said: Sequence[LazyString]) -> str:
    return ("、" if words.is_chinese() else "; ").join(map(str, said))


def _holiday(_session: Session, _slot: Slot, conflict: Conflict, _by: Viewer) -> LazyString:
    name = LazyString(
        lambda: conflict.cause.name if words.is_chinese() else conflict.cause.name_en or conflict.cause.name
    )
    return _l("%(day)s is a public holiday (%(holiday)s).", day=day_said(conflict.meeting.starts_at), holiday=name)


def _venue_closed(_session: Session, slot: Slot, conflict: Conflict, _by: Viewer) -> LazyString:
    return _l(
        "%(venue)s is not open at that time: %(day)s, %(time)s.",
        venue=slot.room.venue.name,
        day=day_said(conflict.meeting.starts_at),
        time=range_said(conflict.meeting),
    )


def _teacher_away(_session: Session, slot: Slot, conflict: Conflict, _by: Viewer) -> LazyString:
    return _l(
        "%(teacher)s does not teach at that time: %(day)s, %(time)s.",
        teacher=slot.teacher.person.name,
        day=day_said(conflict.meeting.starts_at),
        time=range_said(conflict.meeting),
    )


def _care_day(session: Session, slot: Slot, conflict: Conflict, _by: Viewer) -> LazyString:
    block, home = conflict.cause, session.get_one(Organisation, slot.home_id)
    return _l(
        "%(home)s has %(what)s from %(starts)s to %(ends)s.",
        home=home.name,
        what=CARE_LABELS[block.kind],
        starts=LazyString(words.time_words, block.starts),
        ends=LazyString(words.time_words, block.ends),
    )


def _in_the_way(session: Session, conflict: Conflict, by: Viewer) -> Lesson | None:
    """The lesson that takes the room or teacher, as far as the viewer may see it."""
    return session.scalar(
        select(Lesson)
        .join(Lesson.course_class)
        .where(Lesson.id == conflict.cause.lesson_id, queries.sees_classes(by, Permission.SEE_CLASSES))
        .options(*queries.lesson_options())
    )


def _taken(conflict: Conflict, lesson: Lesson | None, whom: str, detail: str) -> LazyString:
    """Who or what is taken, and by what where the viewer may know it."""
    taken = Meeting(conflict.cause.starts_at, conflict.cause.ends_at)
    when = {"day": day_said(taken.starts_at), "time": range_said(taken)}
    if lesson is None:
        return _l("%(whom)s already has something arranged: %(day)s, %(time)s.", whom=whom, **when)
    return _l(
        "%(whom)s already has %(course)s (%(detail)s): %(day)s, %(time)s.",
        whom=whom,
        course=lesson.course_class.course.title,
        detail=detail,
        **when,
    )


def _room_taken(session: Session, slot: Slot, conflict: Conflict, by: Viewer) -> LazyString:
    lesson = _in_the_way(session, conflict, by)
    return _taken(conflict, lesson, slot.room.name, lesson.teacher.person.name if lesson else "")


def _teacher_taken(session: Session, slot: Slot, conflict: Conflict, by: Viewer) -> LazyString:
    lesson = _in_the_way(session, conflict, by)
    place = f"{lesson.room.venue.name} {lesson.room.name}" if lesson else ""
    return _taken(conflict, lesson, slot.teacher.person.name, place)


WORDS: dict[str, Callable[[Session, Slot, Conflict, Viewer], LazyString]] = {
    "holiday": _holiday,
    "venue_closed": _venue_closed,
    "teacher_away": _teacher_away,
    "care_day": _care_day,
    "room_taken": _room_taken,
    "teacher_taken": _teacher_taken,
}
