"""Everything that may stand against meetings in a room with a teacher, read at once for a whole span of days.

One query for what is taken and few for the rest, whatever the number of lessons (:func:`read_constraints`); each kind of
conflict is then looked at in memory, for one edit as for the hundreds of times among which a free one is looked for.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from functools import cached_property
from typing import Any, NamedTuple

from sqlalchemy import and_, or_, select
from sqlalchemy.orm import Session

from senior_univ.care.models import CareBlock, Quarantine
from senior_univ.care.queries import home_blocks, quarantines_between
from senior_univ.care.rules import blocks_hit
from senior_univ.core import clock
from senior_univ.network.models import OpeningHours, Room
from senior_univ.network.queries import travel_minutes_between
from senior_univ.teaching.models import Availability, AvailabilityException
from senior_univ.teaching.queries import exceptions_of
from senior_univ.teaching.rules import can_teach
from senior_univ.timetable import borrowed, queries
from senior_univ.timetable.calendars import days_of
from senior_univ.timetable.models import Holder, Holiday, Lesson, Occupancy, RoomBooking
from senior_univ.timetable.rules import Meeting
from senior_univ.timetable.slots import Conflict, Slot, Taken, Way

LONGEST = timedelta(days=1)
"""Nothing takes a room or a teacher for longer: what began before is over, and an index ends there."""
Found = tuple[str, str, Any]
"""Code, form field, cause."""


class Window(NamedTuple):
    """From, to on a weekday (0 is Monday), local times."""

    weekday: int
    starts: time
    ends: time


@dataclass(frozen=True)
class When:
    """A meeting with its local day and hours, which every kind asks for."""

    meeting: Meeting
    day: date
    starts: time
    ends: time

    @classmethod
    def of(cls, meeting: Meeting) -> "When":
        """Where a meeting lies in the local day."""
        starts = clock.local(meeting.starts_at)
        return cls(meeting, starts.date(), starts.time(), clock.local(meeting.ends_at).time())


@dataclass
class Constraints:
    """What stands against meetings of ``slot``'s room and teacher; ``minutes_to`` other venues is the teacher's way."""

    slot: Slot
    holidays: Mapping[date, Holiday]
    opening: Sequence[Window]
    available: Sequence[Availability]
    exceptions: Sequence[AvailabilityException]
    blocks: Sequence[CareBlock]
    quarantines: Sequence[Quarantine]
    taken: Mapping[date, Sequence[Taken]]
    lent: Sequence[Meeting]
    minutes_to: Mapping[int, int]
    stands_for: Mapping[date, int] = field(default_factory=dict)

    def against(self, meeting: Meeting) -> Iterator[Conflict]:
        """Everything that stands against a meeting and has not been overridden, what can never be overridden first."""
        when = When.of(meeting)
        for look in LOOKS:
            if found := look(self, when):
                code, name, cause = found
                if code not in self.slot.overrides:
                    yield Conflict(code, name, meeting, cause)

    def conflict(self, meeting: Meeting) -> Conflict | None:
        """The gravest thing that stands against a meeting."""
        return next(self.against(meeting), None)

    def all_free(self, meetings: Sequence[Meeting], now: datetime) -> bool:
        """Whether there are meetings, all of them are to come, and nothing stands against any."""
        return bool(meetings) and all(
            meeting.starts_at > now and self.conflict(meeting) is None for meeting in meetings
        )

    @cached_property
    def minutes_taught(self) -> dict[date, int]:
        """The minutes that the teacher teaches besides, by the week's Monday."""
        minutes: dict[date, int] = defaultdict(int)
        for day, rows in self.taken.items():
            minutes[clock.week_start(day)] += sum(_minutes(row) for row in self.of_teacher(rows))
        return minutes

    @cached_property
    def minutes_asked(self) -> dict[date, int]:
        """The minutes of the slot's own meetings, by the week's Monday."""
        minutes: dict[date, int] = defaultdict(int)
        for meeting in self.slot.meetings:
            minutes[clock.week_start(clock.local(meeting.starts_at).date())] += _minutes(meeting)
        return minutes

    def windows_on(self, day: date) -> Sequence[Any]:
        """The teacher's week, as it holds on a day: a make-up workday is the weekday for which it stands."""
        if day not in self.stands_for:
            return self.available
        moved = [each for each in self.available if each.weekday == self.stands_for[day]]
        others = [each for each in self.available if each.weekday != day.weekday()]
        return [*others, *(Window(day.weekday(), each.starts, each.ends) for each in moved)]

    def of_teacher(self, rows: Sequence[Taken]) -> Iterator[Taken]:
        """The rows that are the teacher's own."""
        return (row for row in rows if row.holder is Holder.TEACHER and row.holder_id == self.slot.teacher.id)


def _minutes(span: Taken | Meeting) -> int:
    return (span.ends_at - span.starts_at) // timedelta(minutes=1)


def _room_of_another(known: Constraints, when: When) -> Found | None:
    is_lent = any(
        lent.starts_at <= when.meeting.starts_at and when.meeting.ends_at <= lent.ends_at for lent in known.lent
    )
    return ("room_of_another", "room", None) if known.slot.is_borrowed and not is_lent else None


def _taken(known: Constraints, when: When) -> Found | None:
    for row in known.taken.get(when.day, ()):
        if when.meeting.overlaps(row.starts_at, row.ends_at):
            return f"{row.holder.value}_taken", row.holder.value, row
    return None


def _quarantine(known: Constraints, when: When) -> Found | None:
    if known.slot.is_online:
        return None
    closed = (each for each in known.quarantines if each.from_on <= when.day <= each.to_on)
    cause = next(closed, None)
    return ("quarantine", "day", cause) if cause else None


def _holiday(known: Constraints, when: When) -> Found | None:
    cause = known.holidays.get(when.day)
    return ("holiday", "day", cause) if cause else None


def _venue_closed(known: Constraints, when: When) -> Found | None:
    """A venue without any hours is always open; hours that follow each other are one."""
    reached = when.starts
    weekday = known.stands_for.get(when.day, when.day.weekday())
    for hours in known.opening:
        if hours.weekday == weekday and hours.starts <= reached < hours.ends:
            reached = hours.ends
    return ("venue_closed", "room", None) if known.opening and reached < when.ends else None


def _teacher_away(known: Constraints, when: When) -> Found | None:
    can = can_teach(known.windows_on(when.day), known.exceptions, when.day, when.starts, when.ends)
    return None if can else ("teacher_away", "teacher", None)


def _care_day(known: Constraints, when: When) -> Found | None:
    hit = blocks_hit(known.blocks, when.day.weekday(), when.starts, when.ends, on=when.day)
    return ("care_day", "starts", hit[0]) if hit else None


def _travel(known: Constraints, when: When) -> Found | None:
    """A lesson before or after at another venue, from or to which the teacher can't come in time."""
    starts_at, ends_at = when.meeting
    for row in known.of_teacher(known.taken.get(when.day, ())):
        needs = known.minutes_to.get(row.venue_id or 0, 0)
        gap = max(starts_at - row.ends_at, row.starts_at - ends_at)
        if timedelta() <= gap < timedelta(minutes=needs):
            return "travel", "starts", Way(row, needs)
    return None


def _hours_exceeded(known: Constraints, when: When) -> Found | None:
    week = clock.week_start(when.day)
    asked = max(known.minutes_asked.get(week, 0), _minutes(when.meeting))
    minutes = known.minutes_taught.get(week, 0) + asked
    return ("hours_exceeded", "teacher", minutes) if minutes > known.slot.teacher.hours_a_week * 60 else None


LOOKS = (
    _room_of_another,
    _taken,
    _quarantine,
    _holiday,
    _venue_closed,
    _teacher_away,
    _care_day,
    _travel,
    _hours_exceeded,
)
"""Every kind of conflict; those that are never overridden come first."""


def read_constraints(session: Session, slot: Slot, first: date, last: date) -> Constraints:
    """Everything that stands against meetings of ``slot`` from ``first`` to ``last``; whole weeks, for the weekly hours."""
    first, last = clock.week_start(first), clock.week_start(last) + timedelta(days=6)
    rows, lent = _read_taken(session, slot, first, last)
    holidays = queries.holidays_between(session, first, last)
    named = any(each.stands_for is not None for each in holidays.values())
    unit_ids = [slot.unit_id] if slot.unit_id else []
    return Constraints(
        slot,
        holidays={day: holiday for day, holiday in holidays.items() if holiday.is_off},
        opening=_opening(session, slot.room),
        available=_available(session, slot.teacher.id),
        exceptions=exceptions_of(session, [slot.teacher.id], first, last).get(slot.teacher.id, []),
        blocks=home_blocks(session, slot.home_id, slot.unit_id) if slot.home_id else [],
        quarantines=quarantines_between(session, unit_ids, first, last).get(slot.unit_id or 0, []) if unit_ids else [],
        taken=_by_day(rows),
        lent=lent,
        minutes_to=_minutes_to(session, slot, rows),
        stands_for=days_of(session, slot.owner_id, first, last).stands_for if named else {},
    )


def _opening(session: Session, room: Room) -> list[Window]:
    hours = select(OpeningHours.weekday, OpeningHours.opens, OpeningHours.closes)
    found = session.execute(hours.where(OpeningHours.venue_id == room.venue_id).order_by(OpeningHours.opens))
    return [Window(*row) for row in found]


def _available(session: Session, teacher_id: int) -> Sequence[Any]:
    windows = select(Availability.weekday, Availability.starts, Availability.ends)
    return session.execute(windows.where(Availability.teacher_id == teacher_id)).all()


def _read_taken(session: Session, slot: Slot, first: date, last: date) -> tuple[list[Taken], list[Meeting]]:
    """What is taken by others; and, of a borrowed room, the spans that are the slot's own: booked, or its lesson's."""
    teachers = [slot.teacher.id, *slot.helper_ids]
    found = session.execute(
        select(
            Occupancy.holder,
            Occupancy.holder_id,
            Occupancy.starts_at,
            Occupancy.ends_at,
            Occupancy.lesson_id,
            Occupancy.booking_id,
            Room.venue_id,
            Lesson.class_id,
            RoomBooking.organisation_id,
        )
        .outerjoin(Lesson, Lesson.id == Occupancy.lesson_id)
        .outerjoin(Room, Room.id == Lesson.room_id)
        .outerjoin(RoomBooking, RoomBooking.id == Occupancy.booking_id)
        .where(
            or_(
                and_(Occupancy.holder == Holder.ROOM, Occupancy.holder_id == slot.room.id),
                and_(Occupancy.holder == Holder.TEACHER, Occupancy.holder_id.in_(teachers)),
            ),
            Occupancy.starts_at < clock.day_bounds(last)[1],
            Occupancy.starts_at > clock.day_bounds(first - LONGEST)[0],
            Occupancy.ends_at > clock.day_bounds(first)[0],
        )
        .order_by(Occupancy.starts_at, Occupancy.holder, Occupancy.id)
    )
    rows: list[Taken] = []
    lent: list[Taken] = []
    for found_row in found:
        row, class_id, booked_for = Taken._make(found_row[:-2]), *found_row[-2:]
        is_own = row.lesson_id is not None and (row.lesson_id == slot.lesson_id or class_id == slot.class_id)
        if not is_own and not (row.booking_id and booked_for == slot.owner_id):
            rows.append(row)
        elif row.holder is Holder.ROOM and slot.is_borrowed:
            lent.append(row)
    return rows, _joined(_still_lent(session, slot, lent))


def _still_lent(session: Session, slot: Slot, rows: Sequence[Taken]) -> list[Meeting]:
    """Of rows that are the slot's own, those that a booking holds, or a lesson under a booking that stands."""
    bookings = borrowed.granted(session, [slot.room.id]) if any(row.lesson_id for row in rows) else []
    own = [each for each in bookings if each.organisation_id == slot.owner_id]
    spans = [(row.booking_id, Meeting(row.starts_at, row.ends_at)) for row in rows]
    return [span for key, span in spans if key or any(borrowed.covers(booking, span) for booking in own)]


def _joined(spans: Sequence[Meeting]) -> list[Meeting]:
    """Spans in order, those that follow each other without a gap as one."""
    joined: list[Meeting] = []
    for span in spans:
        if joined and joined[-1].ends_at >= span.starts_at:
            joined[-1] = Meeting(joined[-1].starts_at, max(joined[-1].ends_at, span.ends_at))
        else:
            joined.append(span)
    return joined


def _by_day(rows: Sequence[Taken]) -> dict[date, list[Taken]]:
    """Rows by the local day on which they begin."""
    days: dict[date, list[Taken]] = defaultdict(list)
    for row in rows:
        days[clock.local(row.starts_at).date()].append(row)
    return days


def _minutes_to(session: Session, slot: Slot, rows: Sequence[Taken]) -> dict[int, int]:
    """The minutes between the slot's venue and each other at which its teacher teaches on the days that are asked for."""
    here, days = slot.room.venue_id, {clock.local(meeting.starts_at).date() for meeting in slot.meetings}
    elsewhere = {
        row.venue_id
        for row in rows
        if row.venue_id not in (None, here)
        and row.holder_id == slot.teacher.id
        and row.holder is Holder.TEACHER
        and (not days or clock.local(row.starts_at).date() in days)
    }
    if not elsewhere:
        return {}
    minutes = travel_minutes_between(session, [here, *(each for each in elsewhere if each)], slot.teacher.travel_mode)
    return {other: taken for (start, other), taken in minutes.items() if start == here}
