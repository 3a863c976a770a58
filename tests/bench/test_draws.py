"""What stands beside the draw is counted on the same applications, and counted right."""

from collections import Counter

from senior_univ.allocation.draw import Given
from tests.bench.measures.draws import CLASSES, PEOPLE, drawn, fairness, first_come, make_applications

APPLIED = make_applications(range(CLASSES))


def test_twenty_thousand_people_apply_and_always_the_same() -> None:
    assert sum(party.seats for party in APPLIED.parties) == PEOPLE
    assert make_applications(range(CLASSES)) == APPLIED


def test_neither_way_gives_a_seat_too_many() -> None:
    for given in (first_come(APPLIED), drawn(APPLIED)):
        seats = Counter[int]()
        for each in given:
            seats[each.class_number] += len(each.numbers)
        assert all(seats[each.number] <= each.seats for each in APPLIED.classes)


def test_the_same_share_in_every_village_is_one_and_all_in_one_village_is_nearly_none() -> None:
    everybody = [Given(party.numbers, 0, 1, 4) for party in APPLIED.parties]
    assert fairness(APPLIED, everybody) == 1
    one_village = [each for each in everybody if APPLIED.village_of[each.numbers[0]] == 0]
    assert fairness(APPLIED, one_village) < 0.011
