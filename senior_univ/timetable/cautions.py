"""What does not stand against lessons, but whoever plans them should know: said in words, never refused.

Market days, fairs and farm seasons; a way home in the dark; a teacher's long day on the road; a check that runs out during
the class; a subject that she has not been entered for; holidays that nobody has entered; learners who have another lesson.
"""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from itertools import pairwise
from typing import NamedTuple

from flask_babel import lazy_gettext as _l
from flask_babel import lazy_ngettext
from flask_babel.speaklater import LazyString
from sqlalchemy import select
from sqlalchemy.orm import Session

from senior_univ.core import clock, words
from senior_univ.core.sun import sunset
from senior_univ.network.models import TravelMode, Venue
from senior_univ.network.rules import DETOUR, Point, distance_km, travel_minutes
from senior_univ.teaching.models import Teacher
from senior_univ.timetable import events, queries
from senior_univ.timetable.calendars import special_days
from senior_univ.timetable.conflicts import span_of
from senior_univ.timetable.constraints import Constraints, read_constraints
from senior_univ.timetable.models import Lesson
from senior_univ.timetable.rules import Meeting, Plan
from senior_univ.timetable.slots import Conflict, Slot

FAR = {
    TravelMode.ON_FOOT: 6,
    TravelMode.BICYCLE: 15,
    TravelMode.ELECTRIC_BICYCLE: 30,
    TravelMode.BUS: 60,
    TravelMode.CAR: 100,
}
"""Kilometres of a day's ways from which on they are said; an assumption."""


class Dusk(NamedTuple):
    """When the sun sets, and when the teacher is at home (None: not known where that is)."""

    sunset_at: datetime
    home_at: datetime | None


def find_cautions(session: Session, slot: Slot) -> list[Conflict]:
    """Everything that is to be said of the slot's meetings, kind by kind."""
    if not slot.meetings:
        return []
    first, last = span_of(slot.meetings)
    constraints = read_constraints(session, slot, first, last)
    points = _points(session, constraints)
    special = special_days(session, slot.room.venue, first, last)
    return [
        *_special(slot, special),
        *_after_dark(slot, constraints),
        *_far(slot, constraints, points),
        *_check_ends(slot),
    ]


def _special(slot: Slot, special: Mapping[date, Sequence[LazyString]]) -> list[Conflict]:
    days = [(meeting, clock.local(meeting.starts_at).date()) for meeting in slot.meetings]
    return [Conflict("special_day", "day", meeting, said) for meeting, day in days for said in special.get(day, ())]


def _after_dark(slot: Slot, known: Constraints) -> list[Conflict]:
    """Whoever must still go home as the sun has set: the teacher, and learners who come from elsewhere."""
    here, home = slot.room.venue.point, home_of(slot.teacher)
    if here is None or slot.is_online:
        return []
    found = []
    for meeting in slot.meetings:
        sunset_at = sunset(clock.local(meeting.starts_at).date(), *here)
        is_last = not any(row.starts_at >= meeting.ends_at for row in _of_day(known, meeting))
        home_at = _home_at(meeting, distance_km(here, home), slot.teacher) if is_last else None
        learners_go_home = slot.home_id is None
        latest = home_at or (meeting.ends_at if learners_go_home else meeting.starts_at)
        if sunset_at is not None and latest > sunset_at:
            found.append(Conflict("after_dark", "starts", meeting, Dusk(sunset_at, home_at)))
    return found


def _home_at(meeting: Meeting, km: float | None, teacher: Teacher) -> datetime | None:
    if km is None:
        return None
    return meeting.ends_at + timedelta(minutes=travel_minutes(km, teacher.travel_mode))


def home_of(teacher: Teacher) -> Point | None:
    """Where a teacher starts from in the morning, in degrees; None until both have been entered."""
    if teacher.home_latitude is None or teacher.home_longitude is None:
        return None
    return teacher.home_latitude, teacher.home_longitude


def _of_day(known: Constraints, meeting: Meeting) -> list[Meeting]:
    rows = known.of_teacher(known.taken.get(clock.local(meeting.starts_at).date(), ()))
    return [Meeting(row.starts_at, row.ends_at) for row in rows]


def _far(slot: Slot, known: Constraints, points: Mapping[int, Point]) -> list[Conflict]:
    """Days on which the teacher is on the road for many kilometres."""
    found = []
    for meeting in slot.meetings:
        rows = known.of_teacher(known.taken.get(clock.local(meeting.starts_at).date(), ()))
        stops = [(row.starts_at, row.venue_id) for row in rows] + [(meeting.starts_at, slot.room.venue_id)]
        visited = [points.get(venue_id or 0) for _at, venue_id in sorted(stops, key=lambda stop: stop[0])]
        km = day_kilometres(home_of(slot.teacher), visited)
        if km >= FAR[slot.teacher.travel_mode]:
            found.append(Conflict("far", "teacher", meeting, km))
    return found


def day_kilometres(home: Point | None, visited: Sequence[Point | None]) -> float:
    """Kilometres by road from home to each place in turn and back; what is not on the map is left out."""
    stops = [place for place in (home, *visited, home) if place is not None]
    return sum(distance_km(*leg) or 0 for leg in pairwise(stops)) * DETOUR


def _points(session: Session, known: Constraints) -> dict[int, Point]:
    """Where the slot's venue and those of the teacher's other lessons are."""
    rows = (row for rows in known.taken.values() for row in known.of_teacher(rows))
    ids = {known.slot.room.venue_id, *(row.venue_id for row in rows if row.venue_id)}
    return {venue.id: venue.point for venue in session.scalars(select(Venue).where(Venue.id.in_(ids))) if venue.point}


def _check_ends(slot: Slot) -> list[Conflict]:
    ends = slot.teacher.check_expires_on
    late = [each for each in slot.meetings if ends is not None and clock.local(each.starts_at).date() > ends]
    return [Conflict("check_ends", "teacher", each, ends) for each in late]


def said_cautions(slot: Slot, cautions: Sequence[Conflict]) -> list[LazyString]:
    """Each kind once, with the first day and how many more there are."""
    by_kind: dict[tuple[str, str], list[Conflict]] = {}
    for each in cautions:
        what = str(each.cause) if each.code == "special_day" else ""
        by_kind.setdefault((each.code, what), []).append(each)
    said = []
    for (code, _what), group in by_kind.items():
        sentence = WORDS[code](slot, group[0])
        said.append(sentence if len(group) == 1 else _and_more(sentence, len(group) - 1))
    return said


def _and_more(sentence: LazyString, more: int) -> LazyString:
    return lazy_ngettext(
        "%(sentence)s So at %(num)d more lesson.", "%(sentence)s So at %(num)d more lessons.", more, sentence=sentence
    )


def _day(meeting: Meeting) -> LazyString:
    return LazyString(words.long_day_words, meeting.starts_at)


def _special_words(_slot: Slot, caution: Conflict) -> LazyString:
    return _l("%(day)s: %(what)s.", day=_day(caution.meeting), what=caution.cause)


def _dark_words(slot: Slot, caution: Conflict) -> LazyString:
    dusk = caution.cause
    said = {"day": _day(caution.meeting), "sunset": LazyString(words.time_words, dusk.sunset_at)}
    if dusk.home_at is None:
        return _l("%(day)s: the sun sets at %(sunset)s; people go home in the dark.", **said)
    return _l(
        "%(day)s: the sun sets at %(sunset)s; %(teacher)s is at home at about %(at)s.",
        teacher=slot.teacher.person.name,
        at=LazyString(words.time_words, dusk.home_at),
        **said,
    )


def _far_words(slot: Slot, caution: Conflict) -> LazyString:
    return _l(
        "%(day)s: %(teacher)s is on the road for about %(km)d kilometres.",
        day=_day(caution.meeting),
        teacher=slot.teacher.person.name,
        km=round(caution.cause),
    )


def _check_words(slot: Slot, caution: Conflict) -> LazyString:
    day = LazyString(words.day_words, caution.cause)
    return _l("%(name)s's check runs out on %(day)s. Please renew it before.", name=slot.teacher.person.name, day=day)


WORDS = {
    "special_day": _special_words,
    "after_dark": _dark_words,
    "far": _far_words,
    "check_ends": _check_words,
}


def warnings(session: Session, plan: Plan, slot: Slot) -> list[LazyString]:
    """What whoever opens the class should know."""
    said = [
        _l("The public holidays of %(year)d have not been entered yet: lessons may fall on them.", year=year)
        for year in queries.unknown_years(session, plan.term.starts_on, plan.term.ends_on)
    ]
    if plan.course.subject not in plan.teacher.subjects:
        said.append(_l("%(name)s has not been entered as a teacher of this subject.", name=plan.teacher.person.name))
    return said + said_cautions(slot, find_cautions(session, slot))


def learners_met(session: Session, lessons: Sequence[Lesson], meetings: Sequence[Meeting]) -> dict[int, str]:
    """The learners of a class who are not free when its lessons are at other times, each with why: who knows answers."""
    moves = [(each, to) for each, to in zip(lessons, meetings, strict=True) if to != (each.starts_at, each.ends_at)]
    if not moves:
        return {}
    answers = events.looking_for_hindered.send(session, moves=moves)
    return {person_id: said for _handler, hindered in answers for person_id, said in hindered.items()}
