"""When somebody will call back: the desk's hours on working days. Pure."""

from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta

from senior_univ.core import clock

LONGEST_BREAK_DAYS = 30
"""No holiday is longer; past it the desk counts as open, so that a wrong calendar cannot silence a site."""


def next_opening(moment: datetime, opens: time, closes: time, is_working_day: Callable[[date], bool]) -> datetime:
    """The next instant at which the desk is open: ``moment`` itself while it is."""
    local = clock.local(moment)
    for ahead in range(LONGEST_BREAK_DAYS):
        day = local.date() + timedelta(days=ahead)
        if not is_working_day(day):
            continue
        opening, closing = clock.instant(day, opens), clock.instant(day, closes)
        if moment < closing:
            return max(moment.astimezone(UTC), opening)
    return moment.astimezone(UTC)


def answer_due(asked_at: datetime, opens: time, closes: time, is_working_day: Callable[[date], bool]) -> datetime:
    """A working day after the desk could first have answered: the same time on its next open day."""
    start = next_opening(asked_at, opens, closes, is_working_day)
    next_morning = clock.instant(clock.local(start).date() + timedelta(days=1), time())
    next_day = clock.local(next_opening(next_morning, opens, closes, is_working_day)).date()
    return clock.instant(next_day, clock.local(start).time())


def is_open(moment: datetime, opens: time, closes: time, is_working_day: Callable[[date], bool]) -> bool:
    """Whether somebody sits at the desk now."""
    local = clock.local(moment)
    return is_working_day(local.date()) and opens <= local.time() < closes
