"""From applications to seats: the draw on a real database, seats, waiting places, what is told, and being stopped."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from senior_univ.accounts.models import Person
from senior_univ.allocation import jobs, queries, records, settling
from senior_univ.allocation.draw import OWN
from senior_univ.allocation.drawing import draw_round
from senior_univ.allocation.models import AllocatedPlace, AllocationRound, Application
from senior_univ.allocation.settling import settle_next
from senior_univ.care.models import AccessNeeds, Residency
from senior_univ.core import clock
from senior_univ.core.db import Database
from senior_univ.core.errors import DomainError
from senior_univ.enrolment.models import Seat
from senior_univ.timetable.models import Admission, CourseClass
from senior_univ.waiting.models import WaitingParty, WaitingPlace
from senior_univ.wiring import connect
from tests.allocation.rounds import classes_at_one_site, close, make_pair, make_round, put_in
from tests.enrolment.seats import counters, enrol, rows
from tests.factories import make_class, make_home, make_person, make_room, make_unit
from tests.queries_counted import counted


def give_all(session: Session, allocation_round: AllocationRound) -> None:
    close(session, allocation_round)
    draw_round(session, allocation_round, by=None)
    session.flush()
    while settle_next(session, allocation_round):
        session.flush()


def seated(session: Session, course_class: CourseClass) -> set[int]:
    return set(session.scalars(select(Seat.person_id).where(Seat.class_id == course_class.id, Seat.ended_at.is_(None))))


def statements_to_settle(database: Database, people: int) -> int:
    """What it takes to settle one class of two seats for which so many apply, all of whom have a phone."""
    with database.write() as session:
        (only,) = classes_at_one_site(session, 2)
        each = make_round(session, only)
        for _ in range(people):
            put_in(session, each, make_person(session), only)
        close(session, each)
        draw_round(session, each, by=None)
        round_id = each.id
    with counted(database) as count:
        settling.settle(database, round_id)
    return count.number


def test_settling_takes_as_many_statements_for_many_as_for_few(database: Database) -> None:
    connect()
    assert statements_to_settle(database, 24) == statements_to_settle(database, 4)


def test_the_seats_are_given_and_the_others_wait_in_the_drawn_order(session: Session) -> None:
    (only,) = classes_at_one_site(session, 3)
    each = make_round(session, only)
    applications = [put_in(session, each, make_person(session), only) for _ in range(7)]
    give_all(session, each)
    by_position = sorted(applications, key=lambda application: application.position or 0)
    assert seated(session, only) == {application.person_id for application in by_position[:3]}
    waiting = select(WaitingPlace.person_id).join(WaitingPlace.party).order_by(WaitingParty.number)
    assert list(session.scalars(waiting)) == [application.person_id for application in by_position[3:]]
    assert counters(session, only) == rows(session, only) == (3, 0)
    session.refresh(only)
    assert only.admission is Admission.FIRST_COME


def test_two_get_seats_together_or_wait_together(session: Session) -> None:
    (only,) = classes_at_one_site(session, 3)
    each = make_round(session, only)
    pairs = [make_pair(session, each, only) for _ in range(3)]
    give_all(session, each)
    inside = seated(session, only)
    assert sorted(sum(one.person_id in inside for one in pair) for pair in pairs) == [0, 0, 2]
    parties = session.scalars(select(WaitingParty)).all()
    assert sorted(len(party.places) for party in parties) == [2, 2]


def in_wheelchair(session: Session) -> Person:
    person = make_person(session)
    session.add(AccessNeeds(person_id=person.id, uses_wheelchair=True))
    session.flush()
    return person


def test_a_wheelchair_on_file_takes_a_place_although_nobody_said_so(session: Session) -> None:
    (only,) = classes_at_one_site(session, 5, wheelchair_places=1)
    each = make_round(session, only)
    for _ in range(2):
        put_in(session, each, in_wheelchair(session), only)
    give_all(session, each)
    assert counters(session, only) == (1, 1)


def test_who_can_not_have_the_seat_any_more_is_told_why_and_her_partner_does_not_go_alone(session: Session) -> None:
    (only,) = classes_at_one_site(session, 10)
    each = make_round(session, only)
    one, other = make_pair(session, each, only)
    third = put_in(session, each, make_person(session), only)
    enrol(session, make_class(session, first_at=only.first_lesson_at), one.person)
    give_all(session, each)
    assert seated(session, only) == {third.person_id}
    refusals = dict(session.execute(select(AllocatedPlace.application_id, AllocatedPlace.refusal)).all())
    assert refusals == {one.id: "other_class", other.id: "not_alone", third.id: ""}


def test_a_class_cancelled_after_the_close_gives_nothing_and_breaks_nothing(session: Session) -> None:
    gone, stays = classes_at_one_site(session, 5, 5)
    each = make_round(session, gone, stays)
    application = put_in(session, each, make_person(session), gone, stays)
    only_gone = put_in(session, each, make_person(session), gone)
    gone.cancelled_at = clock.now()
    give_all(session, each)
    assert seated(session, stays) == {application.person_id}
    assert only_gone.waits_class_id is None
    assert each.settled_at is not None


def test_a_class_cancelled_after_the_draw_says_so(session: Session) -> None:
    (only,) = classes_at_one_site(session, 5)
    each = make_round(session, only)
    put_in(session, each, make_person(session), only)
    close(session, each)
    draw_round(session, each, by=None)
    only.cancelled_at = clock.now()
    session.flush()
    while settle_next(session, each):
        session.flush()
    assert session.scalar(select(AllocatedPlace.refusal)) == "cancelled"


def test_a_resident_comes_first_in_her_own_home(session: Session) -> None:
    home = make_home(session)
    own = make_class(session, room=make_room(session, home, capacity=5), home=home, capacity=1)
    each = make_round(session, own)
    resident = make_person(session, region_code=None)
    session.add(
        Residency(person_id=resident.id, home_id=home.id, unit_id=make_unit(session, home).id, from_on=clock.today())
    )
    session.flush()
    put_in(session, each, resident, own)
    give_all(session, each)
    assert session.scalar(select(AllocatedPlace.draw_pass)) == OWN
    assert seated(session, own) == {resident.id}


def test_a_round_is_not_drawn_before_its_close_nor_without_its_number(session: Session) -> None:
    each = make_round(session, public_number_name="2026-12-05 福利彩票双色球期号")
    with pytest.raises(DomainError, match="still_open"):
        draw_round(session, each, by=None)
    close(session, each)
    with pytest.raises(DomainError, match="awaits_number"):
        draw_round(session, each, by=None)


def test_the_record_can_be_run_again_and_names_nobody(session: Session) -> None:
    first, second = classes_at_one_site(session, 2, 2)
    each = make_round(session, first, second, newcomers_share=50, most_classes=2)
    applications = [put_in(session, each, make_person(session), first, second) for _ in range(5)]
    make_pair(session, each, second)
    give_all(session, each)
    document = queries.document_of(session, each.id)
    assert document is not None
    assert records.disagreements(document) == []
    assert all(application.person.name not in str(document) for application in applications)
    assert document["seed"] == each.seed


@pytest.mark.parametrize("tampered", ["secret", "public_number", "order", "given", "application_numbers"])
def test_a_record_that_was_tampered_with_is_told_from_a_true_one(session: Session, tampered: str) -> None:
    (only,) = classes_at_one_site(session, 2)
    each = make_round(session, only)
    for _ in range(4):
        put_in(session, each, make_person(session), only)
    give_all(session, each)
    document = dict(queries.document_of(session, each.id) or {})
    value = document[tampered]
    document[tampered] = value[::-1] if tampered == "order" else value[1:] if isinstance(value, list) else value + "1"
    assert records.disagreements(document)


def test_nonsense_is_no_record() -> None:
    assert records.disagreements({"a": 1})


def totals(database: Database) -> tuple[list[tuple[int, int]], int, list[tuple[int, str]]]:
    """Who has which seat, how many wait, and the results."""
    with database.read() as session:
        seats = sorted(session.execute(select(Seat.class_id, Seat.person_id)).all())
        waiting = session.scalar(select(func.count()).select_from(WaitingPlace)) or 0
        results = sorted(session.execute(select(AllocatedPlace.application_id, AllocatedPlace.refusal)).all())
    return [tuple(row) for row in seats], waiting, [tuple(row) for row in results]


def closed_round(database: Database) -> int:
    with database.write() as session:
        classes = classes_at_one_site(session, 3, 3, 3)
        each = make_round(session, *classes)
        for number in range(15):
            put_in(session, each, make_person(session), classes[number % 3], classes[(number + 1) % 3])
        close(session, each)
        return each.id


class KilledError(Exception):
    pass


def test_stopped_after_any_step_and_begun_again_it_comes_to_the_same_end(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    round_id = closed_round(database)
    with database.write() as session:
        draw_round(session, session.get_one(AllocationRound, round_id), by=None)
    whole = settling.settle_next
    steps = 0

    def until_killed(session: Session, allocation_round: AllocationRound) -> bool:
        nonlocal steps
        going_on = whole(session, allocation_round)
        session.flush()
        steps += 1
        if steps % 2:
            raise KilledError  # everything written, nothing committed
        return going_on

    monkeypatch.setattr(settling, "settle_next", until_killed)
    for _ in range(40):
        try:
            jobs.finish(database, round_id)
            break
        except KilledError:
            continue
    monkeypatch.undo()
    after = totals(database)
    jobs.finish(database, round_id)
    assert totals(database) == after
    seats, waiting, results = after
    assert len(seats) == 9 == len(results)
    assert len(set(seats)) == 9
    assert waiting == 6


def test_a_round_that_has_closed_is_drawn_by_itself_and_one_that_awaits_its_number_is_not(database: Database) -> None:
    round_id = closed_round(database)
    with database.write() as session:
        awaiting = make_round(session, public_number_name="双色球期号")
        close(session, awaiting)
        awaiting_id = awaiting.id
    jobs.carry_on(database)
    with database.read() as session:
        assert session.get_one(AllocationRound, round_id).settled_at is not None
        assert session.get_one(AllocationRound, awaiting_id).drawn_at is None
        assert session.scalar(select(func.count()).where(Application.position.is_not(None))) == 15


def test_drawing_and_seating_ask_the_database_as_often_for_seventy_as_for_35(
    database: Database, statements: object
) -> None:
    def asked(many: int) -> int:
        with database.write() as session:
            (only,) = classes_at_one_site(session, 30)
            each = make_round(session, only)
            for _ in range(many):
                put_in(session, each, make_person(session), only)
            close(session, each)
            round_id = each.id
        with statements() as seen:  # type: ignore[operator]
            jobs.finish(database, round_id)
        return len([words for words in seen if not words.startswith("INSERT INTO waiting")])  # SQLite: row by row

    assert asked(70) == asked(35)


def test_the_window_counts_to_the_second(session: Session, frozen) -> None:
    each = make_round(session, closes_at=clock.now() + timedelta(seconds=1))
    person = make_person(session)
    put_in(session, each, person, each.classes[0].course_class)
    frozen.shift(timedelta(seconds=1))
    with pytest.raises(DomainError, match="closed"):
        put_in(session, each, person, each.classes[0].course_class)
