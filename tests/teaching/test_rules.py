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


@dataclass
class Apart:
    from_on: date
    to_on: date
    starts: time | None
    ends: time | None
    is_away: bool


def at(quarter):
    return time(quarter // 4, quarter % 4 * 15)


quarters = st.integers(28, 80)
slots = st.builds(
    lambda day, start, length: Slot(day, at(start), at(start + length)), st.integers(0, 6), quarters, st.integers(1, 12)
)

days = st.integers(0, 13).map(lambda number: TODAY + timedelta(number))
hours = st.one_of(
    st.just((None, None)),
    st.builds(lambda start, length: (at(start), at(start + length)), quarters, st.integers(1, 12)),
)
exceptions = st.builds(
    lambda first, more, span, is_away: Apart(first, first + timedelta(more), *span, is_away),
    days,
    st.integers(0, 5),
    hours,
    st.booleans(),
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


@given(st.lists(slots, min_size=1, max_size=8), st.lists(exceptions, max_size=4), days, quarters, st.integers(1, 8))
def test_she_can_teach_exactly_when_every_quarter_of_an_hour_is_hers(times, apart, day, start, length):
    """Her week and the extra days give her quarters; what she is away for takes them."""

    def quarters_of(each):
        return {at(q) for q in range(96) if each.starts is None or each.starts <= at(q) < each.ends}

    today = [each for each in apart if each.from_on <= day <= each.to_on]
    hers = [quarters_of(slot) for slot in times if slot.weekday == day.weekday()]
    hers += [quarters_of(each) for each in today if not each.is_away]
    away = [quarters_of(each) for each in today if each.is_away]
    wanted = {at(quarter) for quarter in range(start, start + length)}
    left = set().union(*hers) - set().union(*away)
    assert can_teach(times, apart, day, at(start), at(start + length)) == (wanted <= left)


def test_without_any_times_she_can_always_teach_but_not_while_she_is_away():
    assert can_teach([], [], TODAY, time(6), time(23))
    assert can_teach([], [Apart(TODAY, TODAY, None, None, False)], TODAY, time(6), time(23))
    assert not can_teach([], [Apart(TODAY, TODAY, time(9), time(10), True)], TODAY, time(6), time(23))


def test_who_is_away_until_ten_can_teach_from_ten():
    away = Apart(TODAY, TODAY, time(8), time(10), True)
    assert not can_teach([], [away], TODAY, time(9, 45), time(11))
    assert can_teach([], [away], TODAY, time(10), time(11))
