"""The free times nearest to one that can't be, on a half-hour grid; every kind of conflict is taken into account."""

from dataclasses import replace
from datetime import datetime, time, timedelta

from sqlalchemy.orm import Session

from senior_univ.core import clock
from senior_univ.timetable import rules
from senior_univ.timetable.calendars import days_of
from senior_univ.timetable.constraints import read_constraints
from senior_univ.timetable.rules import Plan
from senior_univ.timetable.slots import Slot, slot_of_plan

NEAR = timedelta(days=7)
SUGGESTED = 3


def nearest_weekly(session: Session, plan: Plan) -> list[tuple[int, time]]:
    """The weekdays and times nearest to the plan's at which every lesson can be; at most three."""
    now = clock.now()
    constraints = read_constraints(session, slot_of_plan(plan, ()), rules.first_day(plan, now), plan.term.ends_on)
    days = days_of(session, plan.course.organisation_id, plan.term.starts_on, plan.term.ends_on)
    free: list[tuple[int, time]] = []
    for weekday, starts in rules.weekly_times(plan.weekday, plan.starts, plan.minutes):
        other = replace(plan, weekday=weekday, starts=starts)
        if constraints.all_free(rules.planned_meetings(other, now, days), now):
            free.append((weekday, starts))
        if len(free) == SUGGESTED:
            break
    return free


def nearest_single(session: Session, slot: Slot) -> list[datetime]:
    """The starts nearest to the slot's only meeting, within a week of it, that are free; at most three."""
    now, wanted = clock.now(), slot.meetings[0]
    day, minutes = clock.local(wanted.starts_at), (wanted.ends_at - wanted.starts_at) // timedelta(minutes=1)
    asking = replace(slot, meetings=(), overrides=frozenset())
    constraints = read_constraints(session, asking, day.date() - NEAR, day.date() + NEAR)
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
