from contextlib import contextmanager
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import cnlunar
import pytest
from hypothesis import given
from hypothesis import strategies as st

from senior_univ.core import clock
from senior_univ.timetable import rules, teaching_days
from senior_univ.timetable.teaching_days import TeachingDays, UsualTimings

DAYS = st.dates(date(2023, 1, 1), date(2033, 12, 31))
WEEKDAYS = st.integers(0, 6)


@given(DAYS, st.integers(0, 200), WEEKDAYS, st.dictionaries(DAYS, WEEKDAYS, max_size=6), st.sets(DAYS, max_size=6))
def test_days_of_a_pattern_are_taught_as_its_weekday_and_never_off(first, span, weekday, stands_for, off):
    last = first + timedelta(days=span)
    calendar = TeachingDays(off=off, stands_for=stands_for)
    found = list(calendar.of_weekday(first, last, weekday))
    every = [first + timedelta(days=number) for number in range(span + 1)]
    expected = [
        day
        for day in every
        if stands_for.get(day, day.weekday()) == weekday
        and day not in off
        and not teaching_days.is_in_winter_break(day)
    ]
    assert found == expected


@given(DAYS)
def test_the_winter_break_is_the_20th_of_the_last_lunar_month_to_the_16th_of_the_first(day):
    lunar = cnlunar.Lunar(datetime(day.year, day.month, day.day, 12))  # noqa: DTZ001  # cnlunar takes local wall time
    is_in = (lunar.lunarMonth == 12 and lunar.lunarDay >= 20) or (lunar.lunarMonth == 1 and lunar.lunarDay <= 16)
    assert teaching_days.is_in_winter_break(day) == (is_in and not lunar.isLunarLeapMonth)


@pytest.mark.parametrize(
    ("year", "first", "last"),
    [(2026, date(2026, 2, 7), date(2026, 3, 4)), (2027, date(2027, 1, 27), date(2027, 2, 21))],
)
def test_winter_breaks_of_known_years(year, first, last):
    assert teaching_days.winter_break(year) == (first, last)


@given(DAYS, st.sets(st.integers(0, 9), min_size=1, max_size=3))
def test_market_days_follow_the_lunar_day(day, digits):
    assert teaching_days.is_market_day(digits, day) == (teaching_days.lunar_day(day).day % 10 in digits)


def test_a_temple_fair_lasts_its_days_and_reaches_into_the_next_month():
    first = next(day for day in (date(2026, 3, 1) + timedelta(number) for number in range(90))
                 if teaching_days.lunar_day(day)[:2] == (2, 28))  # fmt: skip
    assert [teaching_days.is_fair(2, 28, 4, first + timedelta(number)) for number in range(-1, 5)] == [
        False, True, True, True, True, False,
    ]  # fmt: skip


@given(DAYS)
def test_a_season_over_new_year_is_the_rest_of_the_year_turned_round(day):
    around = teaching_days.is_in_season((12, 10), (1, 20), day)
    between = teaching_days.is_in_season((1, 21), (12, 9), day)
    assert around != between


WINTER = UsualTimings(afternoon_minutes=-30, morning_minutes=15)


@given(DAYS, DAYS, st.times(time(7), time(20)))
def test_winter_timing_moves_a_lesson_there_and_back(day, as_of, at):
    starts = at.replace(second=0, microsecond=0)
    calendar = TeachingDays(timings=WINTER)
    moved = calendar.begins(day, starts, as_of)
    same = teaching_days.is_winter_timing(WINTER, day) == teaching_days.is_winter_timing(WINTER, as_of)
    assert (moved == starts) == same


def test_a_class_at_three_in_summer_is_at_half_past_two_in_winter():
    calendar = TeachingDays(timings=WINTER)
    assert calendar.begins(date(2026, 10, 8), time(15), date(2026, 9, 3)) == time(14, 30)
    assert calendar.begins(date(2026, 9, 10), time(14, 30), date(2026, 4, 2)) == time(15)


@contextmanager
def zone_of(name):
    before = clock.zone()
    clock.use_zone(ZoneInfo(name))
    yield
    clock.use_zone(before)


@given(first=DAYS, weekday=WEEKDAYS, at=st.times(time(4), time(20)))
def test_local_time_stays_the_same_where_clocks_change(first, weekday, at):
    starts = at.replace(second=0, microsecond=0)
    calendar = TeachingDays(timings=replace(UsualTimings(), has_winter_break=False))
    days = list(calendar.of_weekday(first, first + timedelta(days=300), weekday))
    with zone_of("Europe/Berlin"):
        meetings = [rules.meeting_on(day, calendar.begins(day, starts, days[0]), 90) for day in days]
        assert {clock.local(each.starts_at).time() for each in meetings} == {starts}
        assert all(each.ends_at - each.starts_at == timedelta(minutes=90) for each in meetings)
        assert [clock.local(each.starts_at).date() for each in meetings] == days
