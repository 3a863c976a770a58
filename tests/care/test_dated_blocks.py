"""Blocks that hold from, to, and save on single days."""

from datetime import date, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from senior_univ.care import actions
from senior_univ.care.events import care_day_changed
from senior_univ.care.models import CareBlock, CareBlockException, CareKind
from senior_univ.care.rules import BlockPlan, blocks_hit, everybodys_blocks, falls_on, overlap
from senior_univ.core.errors import DomainError
from tests import factories as make

FIRST = date(2026, 3, 9)
DAYS = st.integers(0, 27).map(lambda number: FIRST + timedelta(days=number))
NINE, TEN, ELEVEN = time(9), time(10), time(11)


@st.composite
def dated(draw):
    from_on, to_on = sorted([draw(DAYS), draw(DAYS)])
    return CareBlock(
        home_id=1,
        kind=CareKind.THERAPY,
        weekday=draw(st.none() | st.integers(0, 6)),
        starts=NINE,
        ends=ELEVEN,
        from_on=draw(st.none() | st.just(from_on)),
        to_on=draw(st.none() | st.just(to_on)),
        exceptions=[CareBlockException(on=day) for day in draw(st.sets(DAYS, max_size=4))],
    )


def holds(block, day):
    """The model: every day asked one by one."""
    is_in = (block.from_on or date.min) <= day <= (block.to_on or date.max)
    return is_in and block.weekday in (None, day.weekday()) and day not in block.excepted


@given(dated(), DAYS)
def test_a_block_is_hit_on_the_days_on_which_it_holds_and_on_no_other(block, day):
    assert falls_on(block, day) is holds(block, day)
    assert bool(blocks_hit([block], day.weekday(), TEN, ELEVEN, day)) is holds(block, day)
    assert not blocks_hit([block], day.weekday(), ELEVEN, time(12), day)


@given(dated(), dated())
def test_two_blocks_overlap_where_they_share_a_day(one, other):
    far = [FIRST + timedelta(days=number) for number in range(-120, 150)]
    assert overlap(one, other) is any(holds(one, day) and holds(other, day) for day in far)
    assert overlap(one, other) is overlap(other, one)


def test_a_weekly_pattern_is_refused_by_what_lasts_alone():
    lasting = CareBlock(home_id=1, kind=CareKind.NAP, weekday=None, starts=NINE, ends=TEN, from_on=FIRST)
    for_once = CareBlock(
        home_id=1, kind=CareKind.OUTPATIENT, weekday=None, starts=NINE, ends=TEN, from_on=FIRST, to_on=FIRST
    )
    assert blocks_hit([lasting, for_once], 0, NINE, TEN) == [lasting]
    assert blocks_hit([lasting, for_once], 0, NINE, TEN, FIRST) == [lasting, for_once]


def test_a_single_day_of_one_unit_makes_nobody_elses_nap_the_whole_homes():
    nap = CareBlock(home_id=1, unit_id=1, kind=CareKind.NAP, weekday=None, starts=NINE, ends=TEN)
    once = CareBlock(
        home_id=1, unit_id=2, kind=CareKind.OTHER, weekday=None, starts=NINE, ends=TEN, from_on=FIRST, to_on=FIRST
    )
    assert everybodys_blocks([nap, once], [1, 2]) == [once]


def refusal(act):
    with pytest.raises(DomainError) as caught:
        act()
    return caught.value


@pytest.fixture
def plan(session, frozen):
    home = make.make_home(session)
    return lambda **given: BlockPlan(**{"home_id": home.id, "kind": CareKind.NAP, "starts": NINE, "ends": TEN} | given)


def test_what_is_on_other_days_lies_beside_and_what_shares_one_is_refused(session, plan):
    actions.add_block(session, plan(to_on=FIRST), by=None)
    actions.add_block(session, plan(from_on=FIRST + timedelta(1)), by=None)
    wrong = refusal(lambda: actions.add_block(session, plan(kind=CareKind.OTHER, from_on=FIRST, to_on=FIRST), by=None))
    assert (wrong.code, wrong.field) == ("overlap", "starts")


def test_a_day_taken_out_leaves_room_which_is_kept_when_it_is_put_back(session, plan):
    nap = actions.add_block(session, plan(), by=None)
    actions.except_day(session, nap, FIRST, by=None)
    actions.except_day(session, nap, FIRST, by=None)
    feast = actions.add_block(session, plan(kind=CareKind.OTHER, from_on=FIRST, to_on=FIRST), by=None)
    assert refusal(lambda: actions.keep_day(session, nap, FIRST, by=None)).code == "overlap"
    actions.end_block(session, feast, by=None)
    assert actions.keep_day(session, nap, FIRST, by=None).excepted == frozenset()


@pytest.mark.parametrize(
    ("given", "code"),
    [
        ({"from_on": FIRST, "to_on": FIRST - timedelta(1)}, "period_order"),
        ({"from_on": FIRST, "to_on": FIRST, "weekday": 3}, "no_such_weekday"),
    ],
)
def test_a_period_that_is_none_is_refused(session, plan, given, code):
    assert refusal(lambda: actions.add_block(session, plan(**given), by=None)).code == code


def test_only_a_day_on_which_it_would_be_is_taken_out(session, plan):
    monday = actions.add_block(session, plan(weekday=0), by=None)
    assert refusal(lambda: actions.except_day(session, monday, FIRST + timedelta(1), by=None)).code == "not_on_that_day"


def test_every_change_of_the_care_day_is_told(session, plan):
    told = []

    def hear(_session, **what):
        told.append((what["home_id"], what["unit_id"], what["person_id"]))

    with care_day_changed.connected_to(hear):
        block = actions.add_block(session, plan(), by=None)
        actions.except_day(session, block, FIRST, by=None)
        actions.keep_day(session, block, FIRST, by=None)
        actions.change_block(session, block, plan(ends=ELEVEN), by=None)
        actions.end_block(session, block, by=None)
    assert told == [(block.home_id, None, None)] * 5
