"""When somebody calls back."""

from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from senior_univ.core import clock
from senior_univ.home.rules import answer_due, is_open, next_opening

OPENS, CLOSES = time(8, 30), time(17, 30)
SHANGHAI = ZoneInfo("Asia/Shanghai")
TUESDAY = datetime(2026, 3, 10, 10, 0, tzinfo=SHANGHAI)


def weekdays(day: date) -> bool:
    return day.weekday() < 5


def never(day: date) -> bool:
    return False


@pytest.mark.parametrize(
    ("asked", "opening"),
    [
        (TUESDAY, TUESDAY),
        (TUESDAY.replace(hour=3), TUESDAY.replace(hour=8, minute=30)),
        (TUESDAY.replace(hour=20), TUESDAY.replace(day=11, hour=8, minute=30)),
        (datetime(2026, 3, 13, 18, tzinfo=SHANGHAI), datetime(2026, 3, 16, 8, 30, tzinfo=SHANGHAI)),
    ],
)
def test_a_call_is_made_from_the_next_opening_on(asked: datetime, opening: datetime) -> None:
    assert next_opening(asked, OPENS, CLOSES, weekdays) == opening


def test_a_call_asked_for_on_tuesday_is_due_on_wednesday_at_that_time() -> None:
    assert answer_due(TUESDAY, OPENS, CLOSES, weekdays) == TUESDAY + timedelta(days=1)


def test_a_call_asked_for_on_friday_is_due_on_monday() -> None:
    assert answer_due(datetime(2026, 3, 13, 10, tzinfo=SHANGHAI), OPENS, CLOSES, weekdays) == datetime(
        2026, 3, 16, 10, tzinfo=SHANGHAI
    )


def test_a_calendar_without_a_working_day_silences_nobody() -> None:
    assert next_opening(TUESDAY, OPENS, CLOSES, never) == TUESDAY


@given(st.datetimes(datetime(2026, 1, 1), datetime(2027, 1, 1), timezones=st.just(SHANGHAI)))  # noqa: DTZ001
def test_a_call_is_always_due_when_the_desk_is_open_within_four_days(asked: datetime) -> None:
    check: Callable[[date], bool] = weekdays
    due = answer_due(asked, OPENS, CLOSES, check)
    assert asked < due <= asked + timedelta(days=6)
    assert is_open(due, OPENS, CLOSES, check)
    assert clock.local(due).weekday() < 5
