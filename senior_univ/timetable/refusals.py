"""Conflicts as refusals in words: who, where, when, as far as the viewer may see it, with the nearest free times."""

from collections.abc import Callable, Sequence
from datetime import datetime, time
from typing import Any

from flask_babel import lazy_gettext as _l
from flask_babel import lazy_ngettext
from flask_babel.speaklater import LazyString
from sqlalchemy.orm import Session

from senior_univ.care.models import CARE_LABELS
from senior_univ.core import clock, words
from senior_univ.core.access import Viewer
from senior_univ.core.errors import DomainError
from senior_univ.network.models import Organisation
from senior_univ.teaching.models import Teacher
from senior_univ.timetable.models import Lesson
from senior_univ.timetable.nearest import nearest_free
from senior_univ.timetable.overrides import owner_of, refusing
from senior_univ.timetable.room_days import booking_seen, lesson_seen
from senior_univ.timetable.rules import Meeting, Plan
from senior_univ.timetable.slots import Conflict, Kind, Slot

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


class ClashError(DomainError):
    """A refusal by conflicts. ``may_override``: a reason would let all of them by."""

    may_override = False


def refuse_conflicts(
    session: Session, slot: Slot, conflicts: Sequence[Conflict], by: Viewer, free: LazyString, *, named: int = 0
) -> ClashError:
    """The refusal that says what stands in the way, at how many lessons, who may override it, and which times are free.

    It names each kind of clash once, or the first ``named`` clashes whatever they are.
    """
    first, *others = conflicts[:named] if named else _each_code_once(conflicts)
    refusal = ClashError(
        first.code,
        conflict_words(session, slot, first, by),
        field=first.field,
        suggestions=[
            *(conflict_words(session, slot, each, by) for each in others),
            *_more(conflicts, max(1, named)),
            *_override_words(session, slot, conflicts, by),
            free,
        ],
    )
    refusal.may_override = not refusing(session, conflicts, slot, "?", by)
    return refusal


def _each_code_once(conflicts: Sequence[Conflict]) -> list[Conflict]:
    first: dict[str, Conflict] = {}
    for conflict in conflicts:
        first.setdefault(conflict.code, conflict)
    return list(first.values())


def _more(conflicts: Sequence[Conflict], named: int) -> list[Any]:
    more = len({conflict.meeting for conflict in conflicts}) - named
    if more <= 0:
        return []
    return [lazy_ngettext("%(num)d more lesson cannot be then.", "%(num)d more lessons cannot be then.", more)]


def _override_words(session: Session, slot: Slot, conflicts: Sequence[Conflict], by: Viewer) -> list[LazyString]:
    """Whether it may be all the same, and who decides; nothing where something is never overridden."""
    if any(conflict.kind is not Kind.OVERRIDABLE for conflict in conflicts):
        return []
    left = refusing(session, conflicts, slot, "?", by)
    if not left:
        return [_l("If it must be all the same, give the reason. It stays on record.")]
    owner = session.get_one(Organisation, owner_of(left[0].code, slot))
    return [_l("Only %(owner)s may decide that it is all the same.", owner=owner.name)]


def conflict_words(session: Session, slot: Slot, conflict: Conflict, by: Viewer) -> LazyString | str:
    """What stands against a meeting, as far as ``by`` may know it."""
    if isinstance(conflict.cause, DomainError):
        return conflict.cause.message
    return WORDS[conflict.code](session, slot, conflict, by)


def free_words(session: Session, asked: Plan | Slot) -> LazyString:
    """Which times near are free, or that none is."""
    return said_free(nearest_free(session, asked))


def said_free(free: Sequence[tuple[int, time]] | Sequence[datetime]) -> LazyString:
    """These times are free, or none is."""
    if not free:
        return _l("No time near is free for this room and this teacher. Please choose another room or teacher.")
    said = [weekly_said(*when) if isinstance(when, tuple) else single_said(when) for when in free]
    return _l("Free near that time: %(times)s.", times=LazyString(lambda: joined_words(said)))


def joined_words(said: Sequence[LazyString]) -> str:
    """Several, in a row."""
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
    whose = f"{home.name} {block.unit.name}" if block.unit else home.name
    return _l(
        "%(home)s has %(what)s from %(starts)s to %(ends)s.",
        home=whose,
        what=CARE_LABELS[block.kind],
        starts=LazyString(words.time_words, block.starts),
        ends=LazyString(words.time_words, block.ends),
    )


def _taken(conflict: Conflict, lesson: Lesson | None, whom: str, detail: str) -> LazyString:
    """Who or what is taken, and by what and when where the viewer may know it."""
    if lesson is None:
        return _l("%(whom)s is already engaged at that time.", whom=whom)
    taken = Meeting(conflict.cause.starts_at, conflict.cause.ends_at)
    return _l(
        "%(whom)s already has %(course)s (%(detail)s): %(day)s, %(time)s.",
        whom=whom,
        course=lesson.course_class.course.title,
        detail=detail,
        day=day_said(taken.starts_at),
        time=range_said(taken),
    )


def _room_taken(session: Session, slot: Slot, conflict: Conflict, by: Viewer) -> LazyString:
    if conflict.cause.booking_id:
        return _booked(session, slot, conflict, by)
    lesson = lesson_seen(session, by, conflict.cause.lesson_id)
    return _taken(conflict, lesson, slot.room.name, lesson.teacher.person.name if lesson else "")


def _booked(session: Session, slot: Slot, conflict: Conflict, by: Viewer) -> LazyString:
    booking = booking_seen(session, by, conflict.cause.booking_id)
    if booking is None:
        return _taken(conflict, None, slot.room.name, "")
    taken = Meeting(conflict.cause.starts_at, conflict.cause.ends_at)
    return _l(
        "%(room)s is booked by %(whose)s: %(day)s, %(time)s.",
        room=slot.room.name,
        whose=booking.organisation.name,
        day=day_said(taken.starts_at),
        time=range_said(taken),
    )


def _teacher_taken(session: Session, _slot: Slot, conflict: Conflict, by: Viewer) -> LazyString:
    lesson = lesson_seen(session, by, conflict.cause.lesson_id)
    place = f"{lesson.room.venue.name} {lesson.room.name}" if lesson else ""
    return _taken(conflict, lesson, session.get_one(Teacher, conflict.cause.holder_id).person.name, place)


def _room_of_another(_session: Session, slot: Slot, conflict: Conflict, _by: Viewer) -> LazyString:
    return _l(
        "%(room)s belongs to another organisation and is not booked for you then: %(day)s, %(time)s.",
        room=slot.room.name,
        day=day_said(conflict.meeting.starts_at),
        time=range_said(conflict.meeting),
    )


def _quarantine(_session: Session, _slot: Slot, conflict: Conflict, _by: Viewer) -> LazyString:
    return _l(
        "%(unit)s is closed to visitors until %(day)s. The lesson can be online, or on a later day.",
        unit=conflict.cause.unit.name,
        day=LazyString(words.day_words, conflict.cause.to_on),
    )


def _travel(session: Session, slot: Slot, conflict: Conflict, by: Viewer) -> LazyString:
    taken, minutes = conflict.cause
    lesson = lesson_seen(session, by, taken.lesson_id)
    is_before = taken.ends_at <= conflict.meeting.starts_at
    said = {"teacher": slot.teacher.person.name, "minutes": minutes, "day": day_said(taken.starts_at)}
    if lesson is None:
        return _l(
            "%(teacher)s is already engaged elsewhere just before or after and needs about %(minutes)d minutes"
            " for the way: %(day)s.",
            **said,
        )
    said |= {"venue": lesson.room.venue.name, "course": lesson.course_class.course.title}
    if is_before:
        at = LazyString(words.time_words, taken.ends_at)
        return _l(
            "%(teacher)s teaches %(course)s at %(venue)s until %(at)s and needs about %(minutes)d minutes"
            " for the way: %(day)s.",
            at=at,
            **said,
        )
    return _l(
        "%(teacher)s teaches %(course)s at %(venue)s from %(at)s and needs about %(minutes)d minutes"
        " for the way: %(day)s.",
        at=LazyString(words.time_words, taken.starts_at),
        **said,
    )


def _hours_exceeded(_session: Session, slot: Slot, conflict: Conflict, _by: Viewer) -> LazyString:
    return _l(
        "%(teacher)s would teach %(hours)s hours in the week of %(day)s; %(limit)d are agreed.",
        teacher=slot.teacher.person.name,
        hours=f"{conflict.cause / 60:.1f}".removesuffix(".0"),
        day=LazyString(words.day_words, clock.week_start(clock.local(conflict.meeting.starts_at).date())),
        limit=slot.teacher.hours_a_week,
    )


WORDS: dict[str, Callable[[Session, Slot, Conflict, Viewer], LazyString]] = {
    "holiday": _holiday,
    "venue_closed": _venue_closed,
    "teacher_away": _teacher_away,
    "care_day": _care_day,
    "room_taken": _room_taken,
    "room_of_another": _room_of_another,
    "teacher_taken": _teacher_taken,
    "quarantine": _quarantine,
    "travel": _travel,
    "hours_exceeded": _hours_exceeded,
}
