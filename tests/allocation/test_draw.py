"""The draw, against what must hold whatever people wish for."""

from collections import defaultdict
from dataclasses import replace
from hashlib import sha256
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from senior_univ.allocation.draw import ALL, NEWCOMERS, Draw, DrawnClass, Party, Terms, draw, in_order, seed_of

SEED = seed_of("secret", "1234567", ["100001", "100002"])


def a_class(number: int, seats: int = 1, **given: int) -> DrawnClass:
    defaults = {"wheelchairs": 1, "people": seats + 1, "weekday": number % 7, "starts": 570, "ends": 660}
    return DrawnClass(number=number, seats=seats, **defaults | given, first_on="2026-03-02", last_on="2026-06-30")


def alone(number: int, *wishes: tuple[int, int], **given: int | bool) -> Party:
    return Party((str(number),), wishes, **given)


@st.composite
def situations(drawing: st.DrawFn) -> tuple[list[DrawnClass], list[Party], Terms]:
    classes = [
        a_class(
            number,
            drawing(st.integers(0, 4)),
            wheelchairs=drawing(st.integers(0, 2)),
            people=drawing(st.integers(0, 6)),
            weekday=drawing(st.integers(0, 1)),
            starts=drawing(st.sampled_from([570, 630, 840])),
            ends=drawing(st.sampled_from([660, 720, 930])),
        )
        for number in range(drawing(st.integers(1, 5)))
    ]
    classes = [replace(each, ends=max(each.ends, each.starts + 60)) for each in classes]
    parties, next_number = [], 100_000
    for _ in range(drawing(st.integers(0, 12))):
        size = drawing(st.sampled_from([1, 1, 2]))
        wished = drawing(st.lists(st.sampled_from(classes), max_size=4, unique_by=lambda each: each.number))
        wishes = tuple((each.number, drawing(st.sampled_from([2, 3, 4]))) for each in wished)
        numbers = tuple(str(next_number + more) for more in range(size))
        next_number += size
        wheelchairs, escorts = drawing(st.integers(0, size)), drawing(st.integers(0, size))
        parties.append(Party(numbers, wishes, wheelchairs, escorts, drawing(st.booleans())))
    terms = Terms(drawing(st.sampled_from([0, 30, 50, 100])), drawing(st.integers(1, 3)))
    return classes, parties, terms


def taken(parties: list[Party], drawn: Draw) -> dict[int, list[Party]]:
    by_numbers = {party.numbers: party for party in parties}
    found = defaultdict(list)
    for each in drawn.given:
        found[each.class_number].append(by_numbers[each.numbers])
    return found


def has_room(each: DrawnClass, inside: list[Party], more: Party) -> bool:
    together = [*inside, more]
    seats = sum(party.seats for party in together)
    return (
        seats <= each.seats
        and seats + sum(party.escorts for party in together) <= each.people
        and sum(party.wheelchairs for party in together) <= each.wheelchairs
    )


@given(situations(), st.text(max_size=5))
def test_no_class_is_given_more_than_it_has(situation, secret: str) -> None:
    classes, parties, terms = situation
    inside = taken(parties, draw(classes, parties, terms, seed_of(secret, "", [])))
    for each in classes:
        seats = sum(party.seats for party in inside[each.number])
        assert seats <= each.seats
        assert not inside[each.number] or seats + sum(party.escorts for party in inside[each.number]) <= each.people
        assert sum(party.wheelchairs for party in inside[each.number]) <= max(each.wheelchairs, 0)


@given(situations())
def test_nobody_has_more_classes_than_allowed_or_two_at_one_time_or_one_that_she_did_not_wish_for(situation) -> None:
    classes, parties, terms = situation
    by_number = {each.number: each for each in classes}
    drawn = draw(classes, parties, terms, SEED)
    hers = defaultdict(list)
    for each in drawn.given:
        hers[each.numbers].append(by_number[each.class_number])
    for party in parties:
        got = hers.pop(party.numbers, [])
        assert len(got) <= terms.most_classes
        assert {each.number for each in got} <= {number for number, _ in party.wishes}
        assert not any(one.meets_with(other) for at, one in enumerate(got) for other in got[at + 1 :])
    assert not hers  # two who come together are given the same, as one


@given(situations())
def test_everybody_is_given_the_highest_wish_that_has_room_at_her_turn(situation) -> None:
    """Replayed in the order of passes and positions: so no later one is given what an earlier one was refused."""
    classes, parties, terms = situation
    drawn = draw(classes, parties, replace(terms, most_classes=1), SEED)
    by_number, given_to = {each.number: each for each in classes}, {each.numbers: each for each in drawn.given}
    inside: dict[int, list[Party]] = defaultdict(list)
    done = set()
    for draw_pass in (NEWCOMERS, 2, 3, ALL):
        for party in in_order(parties, SEED):
            if party.numbers in done:
                continue
            best = next((wish for wish in party.wishes if has_room(by_number[wish[0]], inside[wish[0]], party)), None)
            got = given_to.get(party.numbers)
            if got and got.draw_pass == draw_pass:
                assert best is not None
                assert got.class_number == best[0]
                inside[best[0]].append(party)
                done.add(party.numbers)
            elif draw_pass != NEWCOMERS:
                assert best is None or best[1] > draw_pass


@given(situations())
def test_no_two_would_gain_by_changing_places(situation) -> None:
    classes, parties, terms = situation
    drawn = draw(classes, parties, replace(terms, most_classes=1), SEED)
    by_numbers = {party.numbers: party for party in parties}
    held = [(by_numbers[each.numbers], each) for each in drawn.given]
    for at, (one, hers) in enumerate(held):
        for other, theirs in held[at + 1 :]:
            is_better_for_one = theirs.class_number in [number for number, _ in one.wishes[: hers.rank - 1]]
            is_better_for_other = hers.class_number in [number for number, _ in other.wishes[: theirs.rank - 1]]
            needs = [(party.seats, party.wheelchairs, party.escorts) for party in (one, other)]
            assert not (is_better_for_one and is_better_for_other and needs[0] == needs[1])


@given(situations())
def test_no_place_stays_free_that_somebody_wished_for_more_than_hers(situation) -> None:
    classes, parties, terms = situation
    drawn = draw(classes, parties, replace(terms, most_classes=1), SEED)
    inside, given_to = taken(parties, drawn), {each.numbers: each for each in drawn.given}
    by_number = {each.number: each for each in classes}
    for party in parties:
        got = given_to.get(party.numbers)
        for number, _opens in party.wishes[: got.rank - 1] if got else party.wishes:
            assert not has_room(by_number[number], inside[number], party)


@given(situations(), st.randoms())
def test_the_same_seed_gives_the_same_whatever_order_the_rows_come_in(situation, chance) -> None:
    classes, parties, terms = situation
    drawn = draw(classes, parties, terms, SEED)
    chance.shuffle(classes)
    chance.shuffle(parties)
    assert draw(classes, parties, terms, SEED) == drawn


def test_the_seed_and_the_order_are_made_as_it_is_published() -> None:
    seed = sha256(b"secret\n1234567\n100001\n100002").hexdigest()
    assert seed == SEED == seed_of("secret", "1234567", ["100002", "100001"])
    parties = [alone(number) for number in range(100_001, 100_021)]
    keys = [sha256((seed + party.numbers[0]).encode()).hexdigest() for party in in_order(parties, seed)]
    assert all(one < other for one, other in pairwise(keys))


def test_newcomers_have_their_share_before_the_village() -> None:
    classes = [a_class(1, seats=10)]
    old_hands = [alone(number, (1, 2)) for number in range(100, 130)]
    newcomers = [alone(number, (1, ALL), is_newcomer=True) for number in range(200, 230)]
    inside = taken([*old_hands, *newcomers], draw(classes, [*old_hands, *newcomers], Terms(30), SEED))[1]
    assert sum(party.is_newcomer for party in inside) == 3
    assert len(inside) == 10


def test_the_share_that_newcomers_leave_goes_to_the_others() -> None:
    parties = [alone(number, (1, 2)) for number in range(100, 130)]
    assert len(draw([a_class(1, seats=10)], parties, Terms(50), SEED).given) == 10


def test_the_village_comes_before_neighbours_and_these_before_everybody() -> None:
    parties = [
        alone(100 * opens + number, (1, opens)) for opens, many in ((4, 9), (3, 3), (2, 2)) for number in range(many)
    ]
    inside = taken(parties, draw([a_class(1, seats=6, people=9)], parties, Terms(), SEED))[1]
    assert sorted(party.wishes[0][1] for party in inside) == [2, 2, 3, 3, 3, 4]


def test_who_wishes_most_for_her_own_village_comes_before_neighbours_with_better_positions() -> None:
    near = a_class(2, seats=1)
    villager = alone(100, (2, 2), (1, 4))
    others = [alone(number, (2, 3)) for number in range(200, 240)]
    given_to = {each.class_number: each.numbers for each in draw([near], [villager, *others], Terms(), SEED).given}
    assert given_to == {2: villager.numbers}


def test_who_has_room_in_a_class_that_she_wishes_for_more_is_not_put_into_the_near_one() -> None:
    far, near = a_class(1, seats=5), a_class(2, seats=1)
    villager, neighbour = alone(100, (1, 4), (2, 2)), alone(200, (2, 3))
    given_to = {
        each.numbers: each.class_number for each in draw([far, near], [villager, neighbour], Terms(), SEED).given
    }
    assert given_to == {villager.numbers: 1, neighbour.numbers: 2}


def test_two_who_come_together_wait_rather_than_being_parted() -> None:
    pair = Party(("100", "101"), ((1, 2),))
    assert draw([a_class(1, seats=1)], [pair], Terms(), SEED).given == ()
    assert len(draw([a_class(1, seats=2)], [pair], Terms(), SEED).given) == 1


def test_an_escort_takes_room_and_no_seat() -> None:
    escorted = alone(100, (1, 2), escorts=1)
    assert draw([a_class(1, seats=1, people=1)], [escorted], Terms(), SEED).given == ()
    assert len(draw([a_class(1, seats=1, people=2)], [escorted], Terms(), SEED).given) == 1


def test_a_second_class_comes_after_everybody_had_a_first() -> None:
    greedy = [alone(number, (1, 2), (2, 2)) for number in range(100, 102)]
    late = alone(300, (2, 4))
    given_to = draw([a_class(1, seats=2), a_class(2, seats=1)], [*greedy, late], Terms(most_classes=2), SEED).given
    assert {each.numbers for each in given_to if each.class_number == 2} == {late.numbers}
