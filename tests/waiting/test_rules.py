"""Who is next, from plain facts: the queue's order, openings that are too small, and how long a seat is kept."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from senior_univ.enrolment.places import Free, Places
from senior_univ.waiting.rules import KEPT_DAYS, MOST_SKIPS, Waiting, reordered, reply_said, share_out

TODAY = date(2026, 3, 10)
ONE, PAIR = Places(1), Places(2)


def free(seats: int, wheelchairs: int = 1, people: int = 99) -> Free:
    return Free(min(seats, people), wheelchairs, people)


def test_a_freed_seat_is_the_first_ones():
    assert share_out(free(1), [Waiting(7, ONE), Waiting(8, ONE)], TODAY).offered == [7]


def test_a_pair_is_passed_over_while_one_seat_is_free_and_this_is_counted():
    shared = share_out(free(1), [Waiting(7, PAIR), Waiting(8, ONE)], TODAY)
    assert (shared.offered, shared.passed_over, shared.kept) == ([8], [7], {})


def test_after_two_openings_the_third_is_kept_for_the_pair_until_it_fits():
    pair = Waiting(7, PAIR, skipped=MOST_SKIPS)
    shared = share_out(free(1), [pair, Waiting(8, ONE)], TODAY)
    assert (shared.offered, shared.kept) == ([], {7: 1})
    pair = Waiting(7, PAIR, skipped=MOST_SKIPS, kept=1, kept_since=TODAY)
    assert share_out(free(2), [pair, Waiting(8, ONE)], TODAY).offered == [7]


def test_a_seat_is_not_kept_for_ever():
    since = TODAY - timedelta(days=KEPT_DAYS)
    pair = Waiting(7, PAIR, skipped=MOST_SKIPS, kept=1, kept_since=since)
    shared = share_out(free(1), [pair, Waiting(8, ONE)], TODAY)
    assert (shared.offered, shared.begin_anew, shared.kept) == ([8], [7], {})


def test_one_who_lacks_a_wheelchair_place_keeps_no_seat():
    waiting = Waiting(7, Places(1, wheelchairs=1), skipped=MOST_SKIPS)
    shared = share_out(free(1, wheelchairs=0), [waiting, Waiting(8, ONE)], TODAY)
    assert (shared.offered, shared.kept, shared.passed_over) == ([8], {}, [])


def test_room_for_an_escort_is_kept_as_seats():
    waiting = Waiting(7, Places(1, escorts=1), skipped=MOST_SKIPS)
    assert share_out(free(3, people=1), [waiting], TODAY).kept == {7: 1}
    assert share_out(free(3, people=2), [waiting], TODAY).offered == [7]


places = st.builds(Places, st.integers(1, 3), st.integers(0, 2), st.integers(0, 2))
queues = st.lists(st.tuples(places, st.integers(0, 3)), max_size=8)


@given(queues, st.integers(0, 6), st.integers(0, 2), st.integers(0, 8))
def test_what_is_shared_out_is_never_more_than_there_is_and_nobody_who_fits_goes_without(wanted, seats, wheels, people):
    queue = [Waiting(number, each, skipped) for number, (each, skipped) in enumerate(wanted)]
    there = Free(min(seats, people), wheels, people)
    shared = share_out(there, queue, TODAY)
    left = there
    for number in shared.offered:
        left = left.less(queue[number].wants)
    for kept in shared.kept.values():
        left = left.less(Places(kept))
    assert min(left) >= 0
    assert not any(left.fits(each.wants) for each in queue if each.party_id not in shared.offered)


@given(st.lists(st.integers(), unique=True, min_size=1, max_size=9), st.data())
def test_moving_one_keeps_the_order_of_the_others(order, data):
    who, to = data.draw(st.sampled_from(order)), data.draw(st.integers(1, 12))
    after = reordered(order, who, to)
    assert [each for each in after if each != who] == [each for each in order if each != who]
    assert after.index(who) == min(to, len(order)) - 1


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("1", True),
        (" １ 。", True),
        ("2", False),
        ("2！", False),
        ("12", None),
        ("好的", None),
        ("", None),
        ("1 2", None),
    ],
)
def test_only_a_plain_1_or_2_is_an_answer(text, said):
    assert reply_said(text) is said
