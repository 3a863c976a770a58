from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from senior_univ.core import clock
from senior_univ.timetable import rules
from senior_univ.timetable.holiday_lists import known_days
from senior_univ.timetable.models import HolidayKind

OFF = {day.on for day in known_days() if day.kind is HolidayKind.HOLIDAY}
DAYS = st.dates(date(2004, 1, 1), date(2026, 6, 30))


@pytest.fixture
def berlin():
    before = clock.zone()
    clock.use_zone(ZoneInfo("Europe/Berlin"))
    yield
    clock.use_zone(before)


@given(DAYS, st.integers(0, 250), st.integers(0, 6), st.integers(0, 30))
def test_lessons_are_all_the_weekdays_of_the_span_but_holidays(first, length, weekday, limit):
    last = first + timedelta(days=length)
    every_day = (first + timedelta(days=number) for number in range(length + 1))
    expected = [day for day in every_day if day.weekday() == weekday and day not in OFF]
    assert rules.lesson_days(first, last, weekday, skip=OFF) == expected
    assert rules.lesson_days(first, last, weekday, skip=OFF, limit=limit) == expected[:limit]


def test_the_national_day_of_2026_is_left_out_and_the_term_goes_on_after_it():
    days = rules.lesson_days(date(2026, 9, 21), date(2026, 10, 18), 3, skip=OFF)
    assert days == [date(2026, 9, 24), date(2026, 10, 8), date(2026, 10, 15)]


def test_the_spring_festival_of_2026_is_left_out():
    assert rules.lesson_days(date(2026, 2, 8), date(2026, 3, 1), 1, skip=OFF) == [date(2026, 2, 10), date(2026, 2, 24)]


def test_a_make_up_workday_changes_no_lesson():
    assert date(2026, 10, 10) in rules.lesson_days(date(2026, 10, 8), date(2026, 10, 12), 5, skip=OFF)


def test_a_term_runs_on_over_new_year_without_its_holiday():
    days = rules.lesson_days(date(2025, 12, 22), date(2026, 1, 12), 3, skip=OFF)
    assert days == [date(2025, 12, 25), date(2026, 1, 8)]


def test_lessons_keep_their_local_time_over_a_change_of_clocks(berlin):
    before, after = rules.meetings([date(2026, 3, 26), date(2026, 4, 2)], time(9, 30), 90)
    assert before.starts_at == datetime(2026, 3, 26, 8, 30, tzinfo=UTC)
    assert after.starts_at == datetime(2026, 4, 2, 7, 30, tzinfo=UTC)
    assert {clock.local(each.starts_at).time() for each in (before, after)} == {time(9, 30)}
    assert after.ends_at - after.starts_at == before.ends_at - before.starts_at == timedelta(minutes=90)


def test_the_autumn_change_of_clocks_keeps_the_local_time_too(berlin):
    meetings = rules.meetings([date(2026, 10, 24), date(2026, 10, 25), date(2026, 10, 26)], time(9, 30), 60)
    assert [each.starts_at.hour for each in meetings] == [7, 8, 8]


@given(st.integers(0, 6), st.times(), st.integers(15, 480))
def test_proposed_times_are_on_the_grid_and_the_nearest_come_first(weekday, starts, minutes):
    found = rules.weekly_times(weekday, starts, minutes)
    wanted = weekday * 1440 + starts.hour * 60 + starts.minute
    distances = [abs(day * 1440 + at.hour * 60 + at.minute - wanted) for day, at in found]
    assert distances == sorted(distances)
    assert all(at.minute % 30 == 0 and at >= rules.EARLIEST for _day, at in found)
    assert all(rules.minute_of_day(at) + minutes <= rules.minute_of_day(rules.LATEST) for _day, at in found)
