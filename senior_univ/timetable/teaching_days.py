"""Which days a class is held on, and at what time: holidays, winter break, make-up days, winter timing, lunar days. Pure."""

from collections.abc import Container, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from typing import NamedTuple, Protocol

import cnlunar

NOON = time(12)
BREAK_FROM = 20
"""Winter break begins on this day of the last lunar month (腊月二十)…"""
BREAK_DAYS_OF_NEW_YEAR = 16
"""…and this day of the first one (正月十六) is its last."""


class LunarDay(NamedTuple):
    """A day of the Chinese calendar; a leap month has its month's number."""

    month: int
    day: int
    is_leap: bool


@lru_cache(maxsize=4096)
def lunar_day(day: date) -> LunarDay:
    """Month and day of the Chinese calendar (cnlunar)."""
    lunar = cnlunar.Lunar(datetime(day.year, day.month, day.day, 12))  # noqa: DTZ001  # cnlunar takes local wall time
    return LunarDay(lunar.lunarMonth, lunar.lunarDay, bool(lunar.isLunarLeapMonth))


@lru_cache(maxsize=256)
def lunar_new_year(year: int) -> date:
    """正月初一 of the solar year: between 20 January and 21 February."""
    days = (date(year, 1, 20) + timedelta(days=number) for number in range(34))
    return next(day for day in days if lunar_day(day)[:2] == (1, 1) and not lunar_day(day).is_leap)


@lru_cache(maxsize=256)
def winter_break(year: int) -> tuple[date, date]:
    """First and last day of the winter break around the lunar new year of ``year``: 腊月二十 to 正月十六."""
    new_year = lunar_new_year(year)
    days_of_last_month = lunar_day(new_year - timedelta(days=1)).day
    first = new_year - timedelta(days=days_of_last_month - BREAK_FROM + 1)
    return first, new_year + timedelta(days=BREAK_DAYS_OF_NEW_YEAR - 1)


def is_in_winter_break(day: date) -> bool:
    """Whether a day lies in a winter break."""
    first, last = winter_break(day.year)
    return first <= day <= last


class HasTimings(Protocol):
    """An organisation's timings, as models.Timings has them."""

    takes_make_up_days: bool
    has_winter_break: bool
    winter_month: int
    winter_day: int
    summer_month: int
    summer_day: int
    morning_minutes: int
    afternoon_minutes: int


@dataclass
class UsualTimings:
    """Those of an organisation that has entered none."""

    takes_make_up_days: bool = False
    has_winter_break: bool = True
    winter_month: int = 10
    winter_day: int = 1
    summer_month: int = 5
    summer_day: int = 1
    morning_minutes: int = 0
    afternoon_minutes: int = 0


USUAL: HasTimings = UsualTimings()


def is_winter_timing(timings: HasTimings, day: date) -> bool:
    """Whether winter timing holds on a day; it may reach over New Year."""
    at = (day.month, day.day)
    winter, summer = (timings.winter_month, timings.winter_day), (timings.summer_month, timings.summer_day)
    return winter <= at < summer if winter <= summer else at >= winter or at < summer


@dataclass(frozen=True)
class TeachingDays:
    """The days of an organisation: which are off, which stand for another weekday, how late lessons begin.

    ``stands_for`` has the make-up workdays that it takes: such a day is that weekday, and not the one that it is.
    """

    off: Container[date] = frozenset()
    stands_for: Mapping[date, int] = field(default_factory=dict)
    timings: HasTimings = field(default_factory=UsualTimings)

    def is_off(self, day: date) -> bool:
        """Whether no lesson is planned on a day."""
        return day in self.off or (self.timings.has_winter_break and is_in_winter_break(day))

    def weekday(self, day: date) -> int:
        """Which weekday a day is taught as; 0 is Monday."""
        return self.stands_for.get(day, day.weekday())

    def of_weekday(self, first: date, last: date, weekday: int) -> Iterator[date]:
        """Every day from ``first`` to ``last``, both included, that is taught as ``weekday`` and is not off."""
        moved = [day for day, stands_for in self.stands_for.items() if stands_for == weekday and first <= day <= last]
        usual = first + timedelta((weekday - first.weekday()) % 7)
        weekly = [usual + timedelta(weeks=number) for number in range((last - usual).days // 7 + 1)]
        for day in sorted({*moved, *weekly}):
            if self.weekday(day) == weekday and not self.is_off(day):
                yield day

    def begins(self, day: date, starts: time, as_of: date) -> time:
        """When a lesson begins on a day that begins at ``starts`` on the day ``as_of``; what would leave its day stays."""
        minutes = self._later(day, starts) - self._later(as_of, starts)
        moved = starts.hour * 60 + starts.minute + minutes
        return time(*divmod(moved, 60)) if 0 <= moved < 24 * 60 else starts

    def _later(self, day: date, starts: time) -> int:
        if not is_winter_timing(self.timings, day):
            return 0
        return self.timings.morning_minutes if starts < NOON else self.timings.afternoon_minutes


def is_market_day(digits: Container[int], day: date) -> bool:
    """Whether a day is a market day of 逢二、逢七 and the like: by the last digit of the lunar day."""
    return lunar_day(day).day % 10 in digits


def is_fair(month: int, day_of_month: int, length: int, day: date) -> bool:
    """Whether a fair that begins on a lunar day and lasts ``length`` days is on; a leap month has none."""
    starts = (day - timedelta(days=number) for number in range(length))
    return any(lunar_day(each) == (month, day_of_month, False) for each in starts)


def is_in_season(first: tuple[int, int], last: tuple[int, int], day: date) -> bool:
    """Whether a day lies between two days of the solar year (month, day), both included, also over New Year."""
    at = (day.month, day.day)
    return first <= at <= last if first <= last else at >= first or at <= last
