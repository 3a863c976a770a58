"""Allocation day beside first come, on the same applications: how long the draw takes, and the writing of every seat,
waiting place and text after it; and who gets what.

The applications are made from a fixed seed: 20,000 people of 100 villages in 20 townships and 500 classes, every
class with fewer places than people who want it. Whoever is quick comes first at first come: a newcomer is slower than
somebody who has enrolled before, and villages differ, as they do where the children do the clicking.
"""

import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from random import Random
from typing import Any

from sqlalchemy import insert, select, update
from sqlalchemy.orm import Session

from senior_univ.accounts.models import Person, PhoneKind
from senior_univ.allocation.draw import ALL, NEIGHBOURS, OWN, DrawnClass, Given, Party, Terms, draw, hash_of, seed_of
from senior_univ.allocation.drawing import draw_round
from senior_univ.allocation.models import AllocatedClass, AllocationRound, Application, Wish
from senior_univ.allocation.settling import settle
from senior_univ.core import clock
from senior_univ.core.db import Database
from senior_univ.enrolment.models import Hand
from senior_univ.timetable.models import Admission, CourseClass
from senior_univ.wiring import connect
from tests.bench.figures import Figure

PEOPLE, CLASSES, VILLAGES, TOWNSHIPS = 20_000, 500, 100, 20
SHARE = 30
STARTS = (510, 600, 870, 960)
BESIDE = "first come on the same applications"


@dataclass(frozen=True)
class Applied:
    """What everybody applied for; ``village_of`` by the first number of a party, ``arrived`` the order of first come."""

    classes: Sequence[DrawnClass]
    parties: Sequence[Party]
    village_of: dict[str, int]
    arrived: Sequence[Party]


def make_applications(numbers_of: Sequence[int], seed: int = 130_500) -> Applied:
    """20,000 applications for the classes of those numbers, always the same."""
    rng = Random(seed)  # noqa: S311  # the same every time is what is wanted
    classes = [_class(rng, number) for number in numbers_of]
    parties: list[Party] = []
    villages: dict[str, int] = {}
    arrivals: list[float] = []
    slowness = [rng.uniform(1, 3) for _ in range(VILLAGES)]
    number = 100_000
    while number < 100_000 + PEOPLE:
        size = min(2 if rng.random() < 0.15 else 1, 100_000 + PEOPLE - number)
        village = rng.randrange(VILLAGES)
        party = _party(rng, [str(number + more) for more in range(size)], village, numbers_of)
        villages[party.numbers[0]] = village
        arrivals.append(rng.expovariate(1 / (slowness[village] * (1.5 if party.is_newcomer else 1))))
        parties.append(party)
        number += size
    arrived = [party for _at, party in sorted(zip(arrivals, parties, strict=True), key=lambda pair: pair[0])]
    return Applied(classes, parties, villages, arrived)


def _class(rng: Random, number: int) -> DrawnClass:
    starts, seats = rng.choice(STARTS), rng.choice((15, 20, 25, 30))
    weekday = rng.randrange(5)
    return DrawnClass(number, seats, 2, seats + 3, weekday, starts, starts + 90, "2027-03-01", "2027-06-30")


def _party(rng: Random, numbers: list[str], village: int, class_numbers: Sequence[int]) -> Party:
    """Up to five wishes, the nearer a class the likelier and the higher."""
    per_township = VILLAGES // TOWNSHIPS
    wished: dict[int, None] = {}
    for near in rng.choices((OWN, NEIGHBOURS, ALL), (5, 3, 2), k=5):
        wished[
            rng.choice(_places_at(near, village, per_township))
            + VILLAGES * rng.randrange(len(class_numbers) // VILLAGES)
        ] = None
    wishes = tuple((class_numbers[at], _opens(at, village, per_township)) for at in wished)
    wheelchairs, escorts = int(rng.random() < 0.03), int(rng.random() < 0.05)
    return Party(tuple(numbers), wishes, wheelchairs, escorts, rng.random() < 0.4)


def _places_at(near: int, village: int, per_township: int) -> Sequence[int]:
    """Her village, those of her township, or all."""
    if near == OWN:
        return [village]
    first = village // per_township * per_township
    return range(first, first + per_township) if near == NEIGHBOURS else range(VILLAGES)


def _opens(at: int, village: int, per_township: int) -> int:
    place = at % VILLAGES
    if place == village:
        return OWN
    return NEIGHBOURS if place // per_township == village // per_township else ALL


def first_come(applied: Applied) -> list[Given]:
    """Everybody in the order of coming takes the highest wish that has room."""
    left = {each.number: [each.seats, each.wheelchairs, each.people] for each in applied.classes}
    given = []
    for party in applied.arrived:
        needs = (party.seats, party.wheelchairs, party.seats + party.escorts)
        for rank, (number, opens) in enumerate(party.wishes, 1):
            if all(wanted <= free for wanted, free in zip(needs, left[number], strict=True)):
                left[number] = [free - wanted for wanted, free in zip(needs, left[number], strict=True)]
                given.append(Given(party.numbers, number, rank, opens))
                break
    return given


def drawn(applied: Applied) -> list[Given]:
    """The same by an allocation day."""
    seed = seed_of(hash_of("bench"), "", (number for party in applied.parties for number in party.numbers))
    return list(draw(applied.classes, applied.parties, Terms(SHARE), seed).given)


def _seconds(work: Callable[[], object]) -> float:
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def qualities(applied: Applied, given: Sequence[Given]) -> dict[str, float]:
    """Per cent of applicants with their first choice and with any, of newcomers among the seated; Jain's index."""
    size = {party.numbers: party.seats for party in applied.parties}
    new = {party.numbers for party in applied.parties if party.is_newcomer}
    seated = sum(size[each.numbers] for each in given)
    return {
        "first_choice_share": 100 * sum(size[each.numbers] for each in given if each.rank == 1) / PEOPLE,
        "any_choice_share": 100 * seated / PEOPLE,
        "newcomer_share": 100 * sum(size[each.numbers] for each in given if each.numbers in new) / seated,
        "fairness_villages": fairness(applied, given),
    }


def fairness(applied: Applied, given: Sequence[Given]) -> float:
    """Jain's index of seated ÷ applied over the villages with an application: 1 is the same share everywhere."""
    wanted, got = Counter[int](), Counter[int]()
    for party in applied.parties:
        wanted[applied.village_of[party.numbers[0]]] += party.seats
    for each in given:
        got[applied.village_of[each.numbers[0]]] += len(each.numbers)
    shares = [got[village] / wanted[village] for village in wanted]
    return sum(shares) ** 2 / (len(shares) * sum(share**2 for share in shares)) if any(shares) else 0.0


UNITS = {
    "first_choice_share": "% of applicants",
    "any_choice_share": "% of applicants",
    "newcomer_share": "% of the seated",
    "fairness_villages": "Jain's index",
}


def measure(url: str, class_ids: Sequence[int]) -> list[Figure]:
    """How long the whole draw takes on that database, reading and writing included; and the qualities, of the same."""
    applied = make_applications(class_ids[:CLASSES])
    database = Database(url)
    with database.write() as session:
        round_id = lay_round(session, applied)
    with database.write() as session:
        seconds = _seconds(lambda: draw_round(session, session.get_one(AllocationRound, round_id), by=None))
    connect()
    settling = _seconds(lambda: settle(database, round_id))
    database.engine.dispose()
    figures = [
        Figure("draw_20000_s", seconds, "s", _seconds(lambda: first_come(applied)), BESIDE, "≤ 10"),
        Figure("settle_20000_s", settling, "s", seconds, "the draw alone", "≤ 60"),
    ]
    ours, theirs = qualities(applied, drawn(applied)), qualities(applied, first_come(applied))
    return figures + [Figure(name, value, UNITS[name], theirs[name], BESIDE) for name, value in ours.items()]


def lay_round(session: Session, applied: Applied) -> int:
    """A round that has closed, with these applications of new people for the classes of the database."""
    now = clock.now()
    numbers = sorted(number for party in applied.parties for number in party.numbers)
    people = [_person(number) | {"created_at": now} for number in numbers]
    person_ids = list(session.scalars(insert(Person).returning(Person.id, sort_by_parameter_order=True), people))
    organisation_id = session.scalars(select(CourseClass.organisation_id).where(CourseClass.id == applied.classes[0].number)).one()  # fmt: skip
    session.execute(update(CourseClass), [_places(each) for each in applied.classes])
    secret = hash_of("bench")
    made = AllocationRound(
        organisation_id=organisation_id, name="bench", opens_at=clock.day_bounds(clock.today())[0], closes_at=now,
        newcomers_share=SHARE, secret=secret, secret_hash=hash_of(secret), made_at=now, made_by_id=person_ids[0],
    )  # fmt: skip
    session.add(made)
    session.flush()
    session.execute(
        insert(AllocatedClass), [{"round_id": made.id, "class_id": each.number} for each in applied.classes]
    )
    rows = [
        {
            "round_id": made.id,
            "number": number,
            "person_id": person_id,
            "hand": Hand.HERSELF,
            "made_at": now,
            "made_by_id": person_id,
        }
        for number, person_id in zip(numbers, person_ids, strict=True)
    ]
    ids = list(session.scalars(insert(Application).returning(Application.id, sort_by_parameter_order=True), rows))
    id_of = dict(zip(numbers, ids, strict=True))
    _lay_wishes(session, applied, id_of)
    pairs = [party.numbers for party in applied.parties if party.seats == 2]
    partners = [
        {"id": id_of[one], "partner_id": id_of[other]} for pair in pairs for one, other in (pair, reversed(pair))
    ]
    session.bulk_update_mappings(Application.__mapper__, partners)
    return made.id


def _person(number: str) -> dict[str, Any]:
    """Somebody with a phone of her own, whom a text tells."""
    phone = {"phone": f"+86137{number:0>8}", "phone_kind": PhoneKind.MOBILE, "phone_tail": number[-4:]}
    return {"name": "李桂兰", "birth_year": 1950, "region_code": "130502001062"} | phone


def _places(drawn_class: DrawnClass) -> dict[str, Any]:
    """The class as the round has it."""
    return {
        "id": drawn_class.number,
        "capacity": drawn_class.seats,
        "wheelchair_places": drawn_class.wheelchairs,
        "admission": Admission.ALLOCATION,
    }


def _lay_wishes(session: Session, applied: Applied, id_of: dict[str, int]) -> None:
    wishes = [
        {"application_id": id_of[number], "rank": rank, "class_id": class_id}
        for party in applied.parties
        for number in party.numbers
        for rank, (class_id, _opens) in enumerate(party.wishes, 1)
    ]
    session.execute(insert(Wish), wishes)
