from datetime import time

from hypothesis import given
from hypothesis import strategies as st

from senior_univ.care.models import CareBlock, CareKind
from senior_univ.care.rules import BlockPlan, blocks_hit, everybodys_blocks, may_lie_together, overlap

MINUTES = st.integers(0, 24 * 60 - 1)
WEEKDAYS = st.integers(0, 6)


def at(minute):
    return time(minute // 60, minute % 60)


def block(starts, ends, weekday=None, kind=CareKind.MEAL, **owner):
    return CareBlock(home_id=1, kind=kind, weekday=weekday, starts=starts, ends=ends, **owner)


@st.composite
def blocks(draw):
    first, last = sorted(draw(st.lists(MINUTES, min_size=2, max_size=2, unique=True)))
    return block(at(first), at(last), draw(st.none() | WEEKDAYS))


@given(blocks(), WEEKDAYS, MINUTES, MINUTES)
def test_a_block_is_hit_when_some_minute_of_the_lesson_lies_in_it(care_block, weekday, first, last):
    length = (last - first) % (24 * 60) or 24 * 60

    def is_busy(minute):
        day = (weekday + minute // (24 * 60)) % 7
        return care_block.weekday in (None, day) and care_block.starts <= at(minute % (24 * 60)) < care_block.ends

    expected = any(is_busy(minute) for minute in range(first, first + length))
    assert bool(blocks_hit([care_block], weekday, at(first), at(last))) is expected


def test_a_lesson_may_end_when_the_meal_begins_and_begin_when_it_ends():
    lunch = block(time(11, 30), time(12, 30))
    assert not blocks_hit([lunch], 1, time(10), time(11, 30))
    assert not blocks_hit([lunch], 1, time(12, 30), time(14))
    assert blocks_hit([lunch], 1, time(10), time(11, 31)) == [lunch]


def test_a_lesson_until_midnight_ends_with_the_day():
    late, early = block(time(23, 30), time(23, 59)), block(time(0), time(1))
    assert blocks_hit([late, early], 6, time(22), time(0)) == [late]


def test_a_lesson_past_sunday_midnight_hits_monday_morning():
    monday = block(time(0), time(6), weekday=0)
    assert blocks_hit([monday], 6, time(23), time(1)) == [monday]
    assert not blocks_hit([monday], 5, time(23), time(1))


def test_dialysis_on_tuesday_leaves_wednesday_free():
    dialysis = block(time(8), time(12), weekday=1, kind=CareKind.DIALYSIS)
    assert blocks_hit([dialysis], 1, time(9), time(10)) == [dialysis]
    assert not blocks_hit([dialysis], 2, time(9), time(10))


def test_visiting_hours_are_never_hit():
    assert not blocks_hit([block(time(9), time(17), kind=CareKind.VISITING)], 1, time(9), time(10))


@given(blocks(), blocks())
def test_overlapping_is_mutual(one, other):
    assert overlap(one, other) == overlap(other, one)
    assert overlap(one, one)


def test_visiting_hours_may_lie_over_lunch_but_not_over_visiting_hours():
    assert may_lie_together(CareKind.VISITING, CareKind.MEAL)
    assert not may_lie_together(CareKind.VISITING, CareKind.VISITING)
    assert not may_lie_together(CareKind.MEAL, CareKind.NAP)


def test_a_time_planned_overlaps_a_time_that_stands():
    plan = BlockPlan(1, CareKind.NAP, time(12), time(14), weekday=3)
    assert overlap(plan, block(time(13), time(15)))
    assert not overlap(plan, block(time(13), time(15), weekday=4))


def test_everybody_is_busy_only_when_every_unit_is():
    home = block(time(7), time(8))
    first, second = block(time(12), time(14), unit_id=1), block(time(13), time(14), unit_id=2)
    alone, own = block(time(15), time(16), unit_id=1), block(time(12), time(14), person_id=5)
    assert everybodys_blocks([home, first, second, alone, own], [1, 2]) == [home, first, second]
    assert everybodys_blocks([first, alone], [1]) == [first, alone]
