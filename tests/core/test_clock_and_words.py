"""Days and times, as these people say them."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
import time_machine
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st

from senior_univ.core import clock, words

NINETIES = datetime(1990, 1, 1)  # noqa: DTZ001  # hypothesis wants bounds without a zone


@pytest.fixture
def berlin() -> object:
    clock.use_zone(ZoneInfo("Europe/Berlin"))
    yield
    clock.use_zone(ZoneInfo("Asia/Shanghai"))


def test_a_local_day_is_half_open() -> None:
    starts, ends = clock.day_bounds(date(2026, 3, 10))
    assert starts == datetime(2026, 3, 9, 16, tzinfo=UTC)
    assert ends - starts == timedelta(days=1)


def test_a_day_on_which_clocks_change_is_shorter(berlin: object) -> None:
    starts, ends = clock.day_bounds(date(2026, 3, 29))
    assert ends - starts == timedelta(hours=23)


def test_a_class_keeps_its_wall_time_over_a_clock_change(berlin: object) -> None:
    before, after = (clock.instant(date(2026, 3, day), time(9, 30)) for day in (28, 29))
    assert (before.hour, after.hour) == (8, 7)


@given(st.datetimes(min_value=NINETIES, max_value=NINETIES.replace(year=2090), timezones=st.just(UTC)))
def test_an_instant_survives_being_made_local(moment: datetime) -> None:
    assert clock.local(moment) == moment


@pytest.mark.parametrize(
    ("at", "said"),
    [
        (time(9, 30), "上午9:30"),
        (time(0, 5), "凌晨12:05"),
        (time(7, 0), "早上7:00"),
        (time(12, 0), "中午12:00"),
        (time(14, 5), "下午2:05"),
        (time(19, 0), "晚上7:00"),
    ],
)
def test_a_time_is_said_with_its_part_of_the_day(at: time, said: str) -> None:
    assert words.time_words(at) == said


def test_the_part_of_the_day_is_said_once_in_a_range() -> None:
    starts = clock.instant(date(2026, 3, 10), time(9, 30))
    assert words.time_range_words(starts, starts + timedelta(minutes=90)) == "上午9:30—11:00"
    assert words.time_range_words(starts, starts + timedelta(hours=5)) == "上午9:30—下午2:30"


def test_days_near_today_are_called_so(app: Flask) -> None:
    with time_machine.travel(datetime(2026, 3, 10, 9, tzinfo=ZoneInfo("Asia/Shanghai"))), app.test_request_context():
        today = date(2026, 3, 10)
        said = [words.near_day_words(today + timedelta(days=ahead)) for ahead in range(4)]
    assert said == ["今天", "明天", "后天", "3月13日 星期五"]


def test_a_day_of_another_year_says_its_year() -> None:
    with time_machine.travel(datetime(2026, 3, 10, tzinfo=UTC)):
        assert words.day_words(date(2027, 1, 4)) == "2027年1月4日"


def test_english_is_said_in_english(app: Flask) -> None:
    with app.test_request_context(headers={"Cookie": "language=en"}):
        assert words.time_words(time(14, 5)) == "2:05 pm"
        assert words.weekday_words(1) == "Tuesday"


@pytest.mark.parametrize(
    ("day", "lunar"),
    [(date(2026, 2, 17), "正月初一"), (date(2026, 9, 25), "八月十五"), (date(2025, 7, 25), "闰六月初一")],
)
def test_the_lunar_date_is_right(day: date, lunar: str) -> None:
    assert words.lunar_words(day) == lunar


def test_the_zodiac_tells_two_people_apart() -> None:
    assert [words.zodiac_words(year) for year in (1948, 1955)] == ["鼠", "羊"]
