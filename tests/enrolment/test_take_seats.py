from datetime import time, timedelta

import pytest
from sqlalchemy import func, select

from senior_univ.care.models import AccessNeeds, CareBlock, CareKind
from senior_univ.core import clock
from senior_univ.enrolment import actions
from senior_univ.enrolment.models import Hand
from senior_univ.reminders.models import Message, MessageKind
from tests.bench.measures import bulk
from tests.enrolment.seats import counters, enrol, herself, rows, times_held
from tests.factories import kept, make_class, make_home, make_person, make_resident, make_unit

pytestmark = pytest.mark.usefixtures("frozen")


def enrol_many(session, course_class, people, scheduler):
    return actions.take_seats(
        session,
        course_class=course_class,
        person_ids=[person.id for person in people],
        hand=Hand.CARE_HOME,
        by=herself(scheduler),
    )


@pytest.fixture
def home(session):
    return make_home(session)


@pytest.fixture
def scheduler(session):
    return make_person(session, birth_year=1985)


def test_whoever_can_gets_a_seat_and_the_others_are_told_why(session, home, scheduler):
    unit = make_unit(session, home)
    course_class = make_class(session, site=home, home_id=home.id, capacity=4, wheelchair_places=1)
    fine, seated, busy, napping, wheeled, wheeled_too, last, late = people = [
        make_resident(session, home, unit) for _ in range(8)
    ]
    enrol(session, course_class, seated)
    enrol(session, make_class(session, first_at=course_class.first_lesson_at), busy)
    own = {"home_id": home.id, "person_id": napping.id, "kind": CareKind.NAP}
    kept(session, CareBlock(**own, starts=time(9), ends=time(10)))
    for person in (wheeled, wheeled_too):
        kept(session, AccessNeeds(person_id=person.id, uses_wheelchair=True))
    outcome = enrol_many(session, course_class, people, scheduler)
    assert [seat.person_id for seat in outcome.taken] == [fine.id, wheeled.id, last.id]
    assert [(person.id, why.code) for person, why in outcome.refused] == [
        (seated.id, "already_in"),
        (busy.id, "other_class"),
        (napping.id, "care_day"),
        (wheeled_too.id, "no_wheelchair_place"),
        (late.id, "full"),
    ]
    assert counters(session, course_class) == rows(session, course_class) == (4, 1)
    assert len(times_held(session, fine)) == 4
    assert times_held(session, napping) == []


def test_nobody_gets_a_seat_where_nobody_can(session, home, scheduler):
    course_class = make_class(session, site=home, home_id=home.id)
    outcome = enrol_many(session, course_class, [make_person(session)], scheduler)
    assert (outcome.taken, len(outcome.refused)) == ([], 1)


def test_a_hundred_cost_no_more_statements_than_two(session, home, scheduler, statements):
    few = [make_resident(session, home) for _ in range(2)]
    many = [make_resident(session, home) for _ in range(100)]
    for each in many[:20]:
        kept(session, AccessNeeds(person_id=each.id, needs_step_free=True))
    small = make_class(session, site=home, home_id=home.id, capacity=120)
    large = make_class(session, site=home, home_id=home.id, capacity=120, first_at=clock.now() + timedelta(days=2))
    session.flush()
    session.expunge_all()
    with statements() as for_few:
        assert len(enrol_many(session, session.merge(small), few, scheduler).taken) == 2
        session.flush()
    with statements() as for_many:
        assert len(enrol_many(session, session.merge(large), many, scheduler).taken) == 100
        session.flush()
    assert len(for_many) == len(for_few)


def test_five_hundred_are_enrolled_and_told_in_the_statements_of_a_hundred(database, statements):
    counts = []
    for residents in (100, 500):
        class_id, people, by = bulk.lay(database, residents)
        with statements() as seen:
            assert bulk.enrol(database, class_id, people, by) < bulk.SECONDS
        counts.append(len(seen))
    assert counts[1] <= counts[0] + 4, "a statement holds so many rows, no more"
    assert counts[0] < 40
    with database.read() as session:
        told = select(func.count()).select_from(Message).where(Message.kind == MessageKind.ENROLLED_FOR_YOU)
        assert session.scalar(told) == 300
