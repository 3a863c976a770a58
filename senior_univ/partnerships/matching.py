"""Which teachers and rooms fit a request, the best first, with reasons in words; a constant number of queries."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from itertools import product
from typing import NamedTuple

from flask_babel import gettext as _
from flask_babel import ngettext
from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from senior_univ.core import clock
from senior_univ.core.words import day_words, is_chinese, minutes_words, time_words, weekday_words
from senior_univ.network.models import TRAVEL_LABELS, Organisation, Room, TravelTime, Venue
from senior_univ.network.queries import rooms_of
from senior_univ.network.rules import distance_km, travel_minutes
from senior_univ.partnerships.models import ClassRequest, Frequency, Window
from senior_univ.teaching.models import (
    SUBJECT_LEVEL_LABELS,
    Availability,
    AvailabilityException,
    SubjectLevel,
    Teacher,
    TeacherSubject,
)
from senior_univ.teaching.queries import availability_of, exceptions_of, teachers_of
from senior_univ.teaching.rules import can_teach, reasons_against
from senior_univ.timetable.models import Delivery, Holder, Occupancy
from senior_univ.timetable.rules import end_time, grid_times, meeting_on

WEEKS = 6
"""For how many weeks a teacher must be free to be called free: in each, in every other one, or in one of them."""
USUAL_MINUTES = 60


class Free(NamedTuple):
    """A weekly time at which a teacher is free; from that day on, where not every week is asked for."""

    weekday: int
    starts: time
    from_on: date | None = None


@dataclass(frozen=True)
class TeacherMatch:
    """A teacher who might come: whether she teaches the subject, when she is free, how far, how many hours are left."""

    teacher: Teacher
    level: SubjectLevel | None
    free: Free | None
    minutes: int | None
    minutes_left: int
    is_online: bool = False

    @property
    def fits(self) -> bool:
        """Whether nothing speaks against her."""
        return self.level is not None and self.free is not None and self.minutes_left >= USUAL_MINUTES

    @property
    def rank(self) -> tuple[bool, bool, bool, int, int, str, int]:
        """The best first: subject, time, hours, way, level."""
        far = 0 if self.is_online else self.minutes if self.minutes is not None else 24 * 60
        levels = list(SubjectLevel)
        level = -levels.index(self.level) if self.level else 1
        lacks_hours = self.minutes_left < USUAL_MINUTES
        name = self.teacher.person.name
        return self.level is None, self.free is None, lacks_hours, far, level, name, self.teacher.id

    def reasons(self, subject: str) -> list[str]:
        """Why she fits, or why not, in words."""
        return [self._subject_words(subject), self._time_words(), self._hours_words(), *self._way_words()]

    def _subject_words(self, subject: str) -> str:
        if self.level is None:
            return _("Is not entered for %(subject)s", subject=subject)
        return _("Teaches %(subject)s: %(level)s", subject=subject, level=SUBJECT_LEVEL_LABELS[self.level])

    def _time_words(self) -> str:
        if self.free is None:
            return _("Not free at the times that suit the home")
        day, starts = weekday_words(self.free.weekday), time_words(self.free.starts)
        if self.free.from_on is None:
            return _("Free: %(day)s, %(time)s", day=day, time=starts)
        return _("Free: %(day)s, %(time)s, from %(first)s", day=day, time=starts, first=day_words(self.free.from_on))

    def _hours_words(self) -> str:
        if self.minutes_left < USUAL_MINUTES:
            return _("No hours left in the week")
        return _("%(time)s left in the week", time=minutes_words(self.minutes_left))

    def _way_words(self) -> list[str]:
        if self.is_online:
            return [_("On the screen: no way to go")]
        if self.minutes is None:
            return []
        how = TRAVEL_LABELS[self.teacher.travel_mode]
        return [_("%(time)s away, %(how)s", time=minutes_words(self.minutes), how=how)]


@dataclass(frozen=True)
class RoomMatch:
    """A room, and what speaks for and against it."""

    room: Room
    holds_all: bool
    holds_wheelchairs: bool
    is_step_free: bool
    has_seat_toilet: bool

    @property
    def fits(self) -> bool:
        """Whether everybody gets in."""
        return self.holds_all and self.holds_wheelchairs and self.is_step_free

    @property
    def rank(self) -> tuple[bool, bool, bool, bool, int, int]:
        """The best first; among equals the smallest."""
        return (
            not self.holds_all,
            not self.holds_wheelchairs,
            not self.is_step_free,
            not self.has_seat_toilet,
            self.room.capacity,
            self.room.id,
        )

    def reasons(self) -> list[str]:
        """What speaks for it and what against, in words."""
        seats = ngettext("%(num)d seat", "%(num)d seats", self.room.capacity)
        return [
            seats if self.holds_all else _("Too small: %(seats)s", seats=seats),
            _("Room for the wheelchairs") if self.holds_wheelchairs else _("Not room enough for the wheelchairs"),
            _("No steps") if self.room.is_step_free else _("There are steps on the way"),
            _("Seat toilet") if self.has_seat_toilet else _("No seat toilet"),
        ]


@dataclass
class Known:
    """All that is known of the teachers, read at once."""

    levels: Mapping[int, SubjectLevel]
    weekly: Mapping[int, Sequence[Availability]]
    exceptions: Mapping[int, Sequence[AvailabilityException]]
    taken: dict[int, list[tuple[datetime, datetime]]] = field(default_factory=lambda: defaultdict(list))

    def is_free(self, teacher_id: int, days: Sequence[date], starts: time, minutes: int) -> bool:
        """Whether she can teach at that time on all of these days, and has nothing else then."""
        ends = end_time(starts, minutes)
        weekly, away = self.weekly.get(teacher_id, ()), self.exceptions.get(teacher_id, ())
        return all(
            can_teach(weekly, away, day, starts, ends)
            and not any(
                meeting_on(day, starts, minutes).overlaps(begun, over) for begun, over in self.taken[teacher_id]
            )
            for day in days
        )

    def busiest_week(self, teacher_id: int) -> int:
        """The minutes that she teaches in her fullest week."""
        weeks: dict[date, int] = defaultdict(int)
        for begun, over in self.taken[teacher_id]:
            weeks[clock.week_start(clock.local(begun).date())] += int((over - begun).total_seconds()) // 60
        return max(weeks.values(), default=0)


def rank_teachers(session: Session, asked: ClassRequest, sites: Sequence[Organisation]) -> list[TeacherMatch]:
    """Who of these sites' teachers might come, the best first; those who may not be given a class are left out."""
    ids = [site.id for site in sites]
    teachers = [each for each in teachers_of(session, ids) if not reasons_against(each, clock.today())]
    known = _read(session, asked.subject_id, [teacher.id for teacher in teachers])
    ways = _ways(session, asked.home_id, teachers)
    matches = [_match(teacher, asked, known, ways) for teacher in teachers]
    return sorted(matches, key=lambda match: match.rank)


def _match(teacher: Teacher, asked: ClassRequest, known: Known, ways: Mapping[int, int]) -> TeacherMatch:
    return TeacherMatch(
        teacher=teacher,
        level=known.levels.get(teacher.id),
        free=_first_free(known, teacher.id, asked),
        minutes=ways.get(teacher.id),
        minutes_left=max(0, teacher.hours_a_week * 60 - known.busiest_week(teacher.id)),
        is_online=asked.delivery is Delivery.ONLINE,
    )


def _read(session: Session, subject_id: int, teacher_ids: Collection[int]) -> Known:
    first = clock.today() + timedelta(days=1)
    last = first + timedelta(weeks=WEEKS)
    levels = select(TeacherSubject.teacher_id, TeacherSubject.level).where(
        TeacherSubject.subject_id == subject_id, TeacherSubject.teacher_id.in_(teacher_ids)
    )
    known = Known(
        levels=dict(session.execute(levels).all()),
        weekly=availability_of(session, teacher_ids),
        exceptions=exceptions_of(session, teacher_ids, first, last),
    )
    taken = select(Occupancy.holder_id, Occupancy.starts_at, Occupancy.ends_at).where(
        Occupancy.holder == Holder.TEACHER,
        Occupancy.holder_id.in_(teacher_ids),
        Occupancy.ends_at > clock.day_bounds(first)[0],
        Occupancy.starts_at < clock.day_bounds(last)[1],
    )
    for teacher_id, starts_at, ends_at in session.execute(taken):
        known.taken[teacher_id].append((starts_at, ends_at))
    return known


def _first_free(known: Known, teacher_id: int, asked: ClassRequest) -> Free | None:
    is_weekly = asked.frequency is Frequency.WEEKLY
    for window in asked.windows:
        times = [at for at in (window.starts, *grid_times(USUAL_MINUTES)) if _holds(window, at)]
        for days, starts in product(_series(window.weekday, asked.frequency), times):
            if known.is_free(teacher_id, days, starts, USUAL_MINUTES):
                return Free(window.weekday, starts, None if is_weekly else days[0])
    return None


def _holds(window: Window, starts: time) -> bool:
    return window.holds(window.weekday, starts, USUAL_MINUTES)


def _series(weekday: int, frequency: Frequency) -> list[list[date]]:
    """The days that lessons on a weekday would be on: every week; in these or those weeks; on one day, whichever."""
    tomorrow = clock.today() + timedelta(days=1)
    first = tomorrow + timedelta((weekday - tomorrow.weekday()) % 7)
    days = [first + timedelta(weeks=number) for number in range(WEEKS)]
    if frequency is Frequency.ONCE:
        return [[day] for day in days]
    return [days[phase :: frequency.every_weeks] for phase in range(frequency.every_weeks)]


def _ways(session: Session, home_id: int, teachers: Sequence[Teacher]) -> dict[int, int]:
    """How many minutes each teacher needs from her site to the home; from where it is not known, she is left out.

    As ``travel_minutes_between``, but for every way of travelling at once.
    """
    venues = _first_venues(session, {teacher.organisation_id for teacher in teachers} | {home_id})
    here = venues.get(home_id)
    if here is None:
        return {}
    written = _written_minutes(session, here.id)
    ways: dict[int, int] = {}
    for teacher in teachers:
        there = venues.get(teacher.organisation_id)
        km = distance_km(here.point, there.point) if there else None
        if there is not None and there.id in written:
            ways[teacher.id] = written[there.id]
        elif km is not None:
            ways[teacher.id] = travel_minutes(km, teacher.travel_mode)
    return ways


def _first_venues(session: Session, organisation_ids: Collection[int]) -> dict[int, Venue]:
    """Where each organisation is: the first of its venues that are in use."""
    standing = select(Venue).where(Venue.organisation_id.in_(organisation_ids), Venue.closed_at.is_(None))
    venues: dict[int, Venue] = {}
    for venue in session.scalars(standing.order_by(Venue.id)):
        venues.setdefault(venue.organisation_id, venue)
    return venues


def _written_minutes(session: Session, venue_id: int) -> dict[int, int]:
    """What somebody wrote down of the way between this venue and others; it stands above the coordinates."""
    rows = session.scalars(
        select(TravelTime).where(or_(TravelTime.one_id == venue_id, TravelTime.other_id == venue_id))
    )
    return {row.other_id if row.one_id == venue_id else row.one_id: row.minutes for row in rows}


def rank_rooms(session: Session, asked: ClassRequest, organisation_id: int) -> list[RoomMatch]:
    """The rooms of the home, or of a site, the best first."""
    return sorted(
        (match_room(room, asked) for room in rooms_of(session, organisation_id)), key=lambda match: match.rank
    )


def match_room(room: Room, asked: ClassRequest) -> RoomMatch:
    """How a room fits what was asked."""
    return RoomMatch(
        room=room,
        holds_all=room.capacity >= asked.heads,
        holds_wheelchairs=room.wheelchair_places >= asked.wheelchairs,
        is_step_free=room.is_step_free or asked.wheelchairs == 0,
        has_seat_toilet=room.has_seat_toilet,
    )


def subject_words(asked: ClassRequest) -> str:
    """The subject in the page's language."""
    return asked.subject.name if is_chinese() else asked.subject.name_en
