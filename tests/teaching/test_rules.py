from dataclasses import dataclass
from datetime import date, time, timedelta
from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from senior_univ.teaching.rules import CheckState, can_teach, check_state, reasons_against

TODAY = date(2026, 3, 10)


@dataclass
class Slot:
    weekday: int
    starts: time
    ends: time


def at(quarter):
    return time(quarter // 4, quarter % 4 * 15)


quarters = st.integers(28, 80)
slots = st.builds(
    lambda day, start, length: Slot(day, at(start), at(start + length)), st.integers(0, 6), quarters, st.integers(1, 12)
)


@pytest.mark.parametrize(
    ("days", "state"),
    [(-1, CheckState.EXPIRED), (0, CheckState.NEAR), (59, CheckState.NEAR), (60, CheckState.VALID)],
)
def test_a_check_is_good_to_its_last_day_and_marked_two_months_before(days, state):
    assert check_state(TODAY + timedelta(days), TODAY) is state


def test_a_check_may_be_missing():
    assert check_state(None, TODAY) is CheckState.NONE


def teacher(**given):
    return SimpleNamespace(**{"promised_at": TODAY, "check_expires_on": None, "retired_on": None} | given)


def test_nobody_is_given_a_class_without_the_promise_or_after_retiring_or_with_an_ended_check():
    assert reasons_against(teacher(), TODAY) == []
    assert len(reasons_against(teacher(promised_at=None), TODAY)) == 1
    assert len(reasons_against(teacher(retired_on=TODAY), TODAY)) == 1
    assert reasons_against(teacher(retired_on=TODAY + timedelta(1)), TODAY) == []
    assert len(reasons_against(teacher(check_expires_on=TODAY - timedelta(1)), TODAY)) == 1


@given(st.lists(slots, min_size=1, max_size=8), st.integers(0, 6), quarters, st.integers(1, 8))
def test_she_can_teach_exactly_when_every_quarter_of_an_hour_is_hers(times, weekday, start, length):
    wanted = {at(quarter) for quarter in range(start, start + length)}
    hers = {at(q) for s in times if s.weekday == weekday for q in range(96) if s.starts <= at(q) < s.ends}
    assert can_teach(times, weekday, at(start), at(start + length)) == (wanted <= hers)


def test_without_any_times_she_can_always_teach():
    assert can_teach([], 6, time(6), time(23))
