"""What stands against a time in a room with a teacher, in words, and which times are free near it.

Everything that may stand against it is read at once for the whole span (:func:`read_constraints`: one query for what is
taken, whatever the number of lessons); the rest is done in memory.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta
from typing import Any, NamedTuple

from sqlalchemy import and_, func, or_, select
from sqlalchemy.orm import Session

from senior_univ.care.models import CareBlock
from senior_univ.care.queries import home_blocks
from senior_univ.care.rules import blocks_hit
from senior_univ.core import clock
from senior_univ.network.models import OpeningHours, Room
from senior_univ.teaching.models import Availability, Teacher
from senior_univ.timetable import queries, rules
from senior_univ.timetable.models import Holder, Holiday, Lesson, Occupancy
from senior_univ.timetable.rules import Meeting, Plan

NEAR = timedelta(days=7)
SUGGESTED = 3


@dataclass(frozen=True)
class Slot:
    """A room and a teacher for some meetings. The lesson, or all those of the class, being moved are in nobody's way."""

    room: Room
    teacher: Teacher
    meetings: Sequence[Meeting]
    home_id: int | None = None
    lesson_id: int | None = None
    class_id: int | None = None


class Conflict(NamedTuple):
    """What stands against a meeting: ``code`` as of the refusal, ``cause`` the holiday, care block or occupancy."""

    code: str
    field: str
    meeting: Meeting
    cause: Any = None


class Taken(NamedTuple):
    """A room or teacher is taken by a lesson, or a room by a booking."""

    holder: Holder
    starts_at: datetime
    ends_at: datetime
    lesson_id: int | None


class Window(NamedTuple):
    """From, to on a weekday (0 is Monday), local times."""

    weekday: int
    starts: time
    ends: time

    def is_in(self, windows: Sequence["Window"]) -> bool:
        """Whether one of ``windows`` holds this one; where there are none at all, everything is held."""
        return not windows or any(
            each.weekday == self.weekday and each.starts <= self.starts and self.ends <= each.ends for each in windows
        )


@dataclass
class Constraints:
    """All that may stand against meetings in a room with a teacher, within a span of days."""

    holidays: dict[date, Holiday]
    opening: list[Window]
    available: list[Window]
    blocks: list[CareBlock]
    taken: dict[date, list[Taken]] = field(default_factory=lambda: defaultdict(list))
    weekly: dict[Window, tuple[str, str, Any] | None] = field(default_factory=dict)

    def conflict(self, meeting: Meeting) -> Conflict | None:
        """The first thing that stands against ``meeting``."""
        starts, ends = clock.local(meeting.starts_at), clock.local(meeting.ends_at)
        if starts.date() in self.holidays:
            return Conflict("holiday", "day", meeting, self.holidays[starts.date()])
        if every_week := self.weekly_conflict(Window(starts.weekday(), starts.time(), ends.time())):
            code, name, cause = every_week
            return Conflict(code, name, meeting, cause)
        for taken in self.taken.get(starts.date(), ()):
            if meeting.overlaps(taken.starts_at, taken.ends_at):
                return Conflict(f"{taken.holder.value}_taken", taken.holder.value, meeting, taken)
        return None

    def all_free(self, meetings: Sequence[Meeting], now: datetime) -> bool:
        """Whether there are meetings, all of them are to come, and nothing stands against any."""
        return bool(meetings) and all(
            meeting.starts_at > now and self.conflict(meeting) is None for meeting in meetings
        )

    def weekly_conflict(self, asked: Window) -> tuple[str, str, Any] | None:
        """What stands against this time in every week: code, form field, cause. Kept, since it is asked for each lesson."""
        if asked not in self.weekly:
            self.weekly[asked] = self._weekly_conflict(asked)
        return self.weekly[asked]

    def _weekly_conflict(self, asked: Window) -> tuple[str, str, Any] | None:
        if not asked.is_in(self.opening):
            return "venue_closed", "room", None
        if not asked.is_in(self.available):
            return "teacher_away", "teacher", None
        if hit := blocks_hit(self.blocks, *asked):
            return "care_day", "starts", hit[0]
        return None


def read_constraints(session: Session, slot: Slot, first: date, last: date) -> Constraints:
    """Everything that stands against meetings of ``slot``'s room and teacher from ``first`` to ``last``, both included."""
    found = queries.holidays_between(session, first, last)
    opening = select(OpeningHours.weekday, OpeningHours.opens, OpeningHours.closes)
    available = select(Availability.weekday, Availability.starts, Availability.ends)
    constraints = Constraints(
        holidays={day: holiday for day, holiday in found.items() if holiday.is_off},
        opening=[Window(*row) for row in session.execute(opening.where(OpeningHours.venue_id == slot.room.venue_id))],
        available=[
            Window(*row) for row in session.execute(available.where(Availability.teacher_id == slot.teacher.id))
        ],
        blocks=home_blocks(session, slot.home_id) if slot.home_id else [],
    )
    for taken in _read_taken(session, slot, first, last):
        constraints.taken[clock.local(taken.starts_at).date()].append(taken)
    return constraints


def _read_taken(session: Session, slot: Slot, first: date, last: date) -> list[Taken]:
    room = and_(Occupancy.holder == Holder.ROOM, Occupancy.holder_id == slot.room.id)
    teacher = and_(Occupancy.holder == Holder.TEACHER, Occupancy.holder_id == slot.teacher.id)
    found = session.execute(
        select(Occupancy.holder, Occupancy.starts_at, Occupancy.ends_at, Occupancy.lesson_id)
        .where(
            or_(room, teacher),
            Occupancy.starts_at < clock.day_bounds(last)[1],
            Occupancy.ends_at > clock.day_bounds(first)[0],
            func.coalesce(Occupancy.lesson_id, -1) != (slot.lesson_id or 0),
            func.coalesce(Occupancy.lesson_id, -1).not_in(
                select(Lesson.id).where(Lesson.class_id == (slot.class_id or 0))
            ),
        )
        .order_by(Occupancy.starts_at)
    )
    return [Taken(*row) for row in found]


def _span(meetings: Sequence[Meeting]) -> tuple[date, date]:
    days = [clock.local(meeting.starts_at).date() for meeting in meetings]
    return min(days), max(days)


def find_conflicts(session: Session, slot: Slot) -> list[Conflict]:
    """What stands against the slot's meetings, in their order, at most one thing for each."""
    constraints = read_constraints(session, slot, *_span(slot.meetings))
    found = (constraints.conflict(meeting) for meeting in slot.meetings)
    return [conflict for conflict in found if conflict]


def slot_of(plan: Plan, holidays: dict[date, Holiday]) -> Slot:
    """The meetings that a plan makes, without holidays, in its room with its teacher."""
    off = {day for day, holiday in holidays.items() if holiday.is_off}
    return Slot(plan.room, plan.teacher, rules.planned_meetings(plan, clock.now(), off), plan.home_id)


def nearest_weekly(session: Session, plan: Plan) -> list[tuple[int, time]]:
    """The weekdays and times nearest to the plan's at which every lesson can be; at most three."""
    now = clock.now()
    slot = Slot(plan.room, plan.teacher, (), plan.home_id)
    constraints = read_constraints(session, slot, rules.first_day(plan, now), plan.term.ends_on)
    free: list[tuple[int, time]] = []
    for weekday, starts in rules.weekly_times(plan.weekday, plan.starts, plan.minutes):
        other = replace(plan, weekday=weekday, starts=starts)
        if constraints.all_free(rules.planned_meetings(other, now, constraints.holidays), now):
            free.append((weekday, starts))
        if len(free) == SUGGESTED:
            break
    return free


def nearest_single(session: Session, slot: Slot) -> list[datetime]:
    """The starts nearest to the slot's only meeting, within a week of it, that are free; at most three."""
    now, wanted = clock.now(), slot.meetings[0]
    day, minutes = clock.local(wanted.starts_at), (wanted.ends_at - wanted.starts_at) // timedelta(minutes=1)
    constraints = read_constraints(session, slot, day.date() - NEAR, day.date() + NEAR)
    free: list[datetime] = []
    for near, starts in rules.single_times(day.date(), day.time(), minutes, NEAR):
        meeting = rules.meeting_on(near, starts, minutes)
        if constraints.all_free([meeting], now):
            free.append(meeting.starts_at)
        if len(free) == SUGGESTED:
            break
    return free


def nearest_free(session: Session, asked: Plan | Slot) -> list[tuple[int, time]] | list[datetime]:
    """The three free times nearest to what is asked: weekdays with times for a plan, instants for a single lesson."""
    return nearest_weekly(session, asked) if isinstance(asked, Plan) else nearest_single(session, asked)
