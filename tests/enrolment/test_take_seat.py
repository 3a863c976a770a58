from datetime import datetime, time, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from senior_univ.accounts.models import Belonging, BelongingReason
from senior_univ.audit.models import AuditEntry
from senior_univ.care.models import AccessNeeds, CareBlock, CareKind
from senior_univ.core import clock
from senior_univ.core.access import Right, Viewer
from senior_univ.core.errors import DomainError
from senior_univ.enrolment import queries
from senior_univ.enrolment.events import seat_taken
from senior_univ.enrolment.models import Hand
from tests.enrolment.seats import counters, enrol, rows, times_held
from tests.factories import kept, make_class, make_home, make_person, make_resident, make_room, make_unit

pytestmark = pytest.mark.usefixtures("frozen")


def refusal(session: Session, *arguments: object, **given: object) -> DomainError:
    with pytest.raises(DomainError) as caught:
        enrol(session, *arguments, **given)
    return caught.value


def needs(session: Session, person_id: int, **given: bool) -> None:
    kept(session, AccessNeeds(person_id=person_id, **given))


def test_a_seat_is_hers_with_all_her_coming_lessons(session):
    course_class, learner = make_class(session, lessons=4), make_person(session)
    seat = enrol(session, course_class, learner)
    assert (seat.person_id, seat.hand, seat.takes_wheelchair_place) == (learner.id, Hand.HERSELF, False)
    assert times_held(session, learner) == [lesson.starts_at for lesson in course_class.lessons]
    assert counters(session, course_class) == rows(session, course_class) == (1, 0)


def test_lessons_that_were_or_are_cancelled_do_not_take_her_time(session):
    yesterday = clock.now() - timedelta(days=1)
    course_class, learner = make_class(session, lessons=4, first_at=yesterday), make_person(session)
    course_class.lessons[2].cancelled_at = clock.now()
    enrol(session, course_class, learner)
    assert times_held(session, learner) == [course_class.lessons[1].starts_at, course_class.lessons[3].starts_at]


def test_a_seat_is_on_record_and_its_organisation_may_see_her(session):
    course_class, daughter, mother = make_class(session), make_person(session), make_person(session)
    by = Viewer(daughter.id, daughter.name, elders={mother.id: frozenset({Right.SEE, Right.ENROL})})
    seat = enrol(session, course_class, mother, hand=Hand.RELATIVE, by=by)
    entry = session.scalars(select(AuditEntry)).one()
    assert (entry.action, entry.actor_id, entry.on_behalf_of_id) == ("seat.taken", daughter.id, mother.id)
    assert (entry.record_type, entry.record_id) == ("seat", seat.id)
    belonging = session.scalars(select(Belonging)).one()
    assert (belonging.person_id, belonging.organisation_id) == (mother.id, course_class.organisation_id)
    assert belonging.reason is BelongingReason.ENROLLED


def test_others_hear_of_a_new_seat(session):
    heard = []

    def listen(_session: Session, seat: object, **_more: object) -> None:
        heard.append(seat)

    with seat_taken.connected_to(listen):
        seat = enrol(session, make_class(session), make_person(session))
    assert heard == [seat]


def test_a_full_class_says_so_and_names_the_nearest_with_room(session):
    course_class = make_class(session, capacity=1)
    site, course = course_class.organisation, course_class.course
    far = make_class(
        session,
        site=site,
        course=course,
        region_code="130503001052",
        room=course_class.room,
        first_at=clock.now() + timedelta(days=2),
    )
    near = make_class(
        session, site=site, course=course, room=course_class.room, first_at=clock.now() + timedelta(days=3)
    )
    make_class(
        session,
        site=site,
        course=course,
        room=course_class.room,
        capacity=1,
        seats_taken=1,
        first_at=clock.now() + timedelta(days=4),
    )
    enrol(session, course_class, make_person(session))
    refused = refusal(session, course_class, make_person(session))
    assert refused.code == "full"
    assert [c.id for c in queries.classes_with_room(session, course_class)] == [near.id, far.id]
    assert len(refused.suggestions) == 2
    assert counters(session, course_class) == (1, 0)


def test_no_wheelchair_place_left_has_its_own_words(session):
    course_class = make_class(session, wheelchair_places=1)
    enrol(session, course_class, make_person(session), takes_wheelchair_place=True)
    refused = refusal(session, course_class, make_person(session), takes_wheelchair_place=True)
    assert refused.code == "no_wheelchair_place"
    assert counters(session, course_class) == (1, 1)


def test_a_wheelchair_on_file_takes_a_wheelchair_place_unasked(session):
    course_class, learner = make_class(session), make_person(session)
    needs(session, learner.id, uses_wheelchair=True)
    assert enrol(session, course_class, learner).takes_wheelchair_place
    assert counters(session, course_class) == (1, 1)


@pytest.mark.parametrize("need", ["uses_wheelchair", "needs_step_free"])
def test_a_room_with_steps_is_not_for_whoever_needs_a_way_without(session, need):
    course_class = make_class(session, room=make_room(session, is_step_free=False))
    learner = make_person(session)
    needs(session, learner.id, **{need: True})
    assert refusal(session, course_class, learner).code == "not_step_free"
    asked = refusal(session, course_class, make_person(session), takes_wheelchair_place=True)
    assert asked.code == "not_step_free"


def test_a_second_seat_in_the_same_class_is_refused(session):
    course_class, learner = make_class(session), make_person(session)
    enrol(session, course_class, learner)
    assert refusal(session, course_class, learner).code == "already_in"
    assert counters(session, course_class) == (1, 0)


def test_another_class_at_that_time_is_named(session):
    first = make_class(session)
    then = make_class(session, first_at=first.first_lesson_at + timedelta(minutes=60))
    learner = make_person(session)
    enrol(session, first, learner)
    refused = refusal(session, then, learner)
    assert refused.code == "other_class"
    assert first.course.title in str(refused.message)


def test_a_class_that_begins_when_another_ends_is_no_clash(session):
    first = make_class(session)
    then = make_class(session, first_at=first.first_lesson_at + timedelta(minutes=first.minutes))
    learner = make_person(session)
    enrol(session, first, learner)
    assert enrol(session, then, learner)


def test_a_cancelled_class_and_one_that_is_over_can_not_be_joined(session):
    cancelled = make_class(session, cancelled_at=clock.now())
    over = make_class(session, lessons=2, first_at=clock.now() - timedelta(weeks=3))
    learner = make_person(session)
    assert refusal(session, cancelled, learner).code == "cancelled"
    assert refusal(session, over, learner).code == "over"


def test_a_homes_own_class_is_for_its_residents(session):
    home = make_home(session)
    course_class = make_class(session, site=home, home_id=home.id)
    assert refusal(session, course_class, make_resident(session, make_home(session))).code == "residents_only"
    assert refusal(session, course_class, make_person(session)).code == "residents_only"
    assert enrol(session, course_class, make_resident(session, home, birth_year=1980))


def test_the_organisations_least_age_is_said(session):
    course_class = make_class(session)
    refused = refusal(session, course_class, make_person(session, birth_year=clock.today().year - 49))
    assert (refused.code, "50" in str(refused.message)) == ("too_young", True)
    assert enrol(session, course_class, make_person(session, birth_year=clock.today().year - 50))


@pytest.mark.parametrize("owner", ["home", "unit", "person"])
def test_a_block_of_her_care_day_is_named(session, owner):
    home = make_home(session)
    unit = make_unit(session, home)
    resident = make_resident(session, home, unit)
    owners = {"home": {}, "unit": {"unit_id": unit.id}, "person": {"person_id": resident.id}}
    block = CareBlock(home_id=home.id, kind=CareKind.THERAPY, starts=time(10), ends=time(11), **owners[owner])
    kept(session, block)
    refused = refusal(session, make_class(session), resident)
    assert refused.code == "care_day"


def test_residents_are_gathered_before_a_lesson_in_their_home(session):
    home = make_home(session)
    unit = make_unit(session, home, gathering_minutes=20)
    resident = make_resident(session, home, unit)
    kept(session, CareBlock(home_id=home.id, kind=CareKind.MEAL, starts=time(8, 30), ends=time(9, 15)))
    in_home = make_class(session, site=home, home_id=home.id)
    elsewhere = make_class(session, first_at=clock.now() + timedelta(days=2, minutes=30))
    assert clock.local(in_home.first_lesson_at).time() == clock.local(elsewhere.first_lesson_at).time() == time(9, 30)
    assert refusal(session, in_home, resident).code == "care_day"
    assert enrol(session, elsewhere, resident)


def test_a_relative_without_the_right_is_told_so(session):
    course_class, mother, daughter = make_class(session), make_person(session), make_person(session)
    by = Viewer(daughter.id, daughter.name, elders={mother.id: frozenset({Right.SEE})})
    assert refusal(session, course_class, mother, hand=Hand.RELATIVE, by=by).code == "no_right"
    stranger = Viewer(daughter.id, daughter.name)
    assert refusal(session, course_class, mother, by=stranger).code == "no_right"


def test_a_seat_costs_the_same_statements_whatever_the_class_has(session, statements):
    small, large = make_class(session, lessons=2), make_class(session, lessons=16)
    learner = make_person(session)
    with statements() as few:
        enrol(session, small, learner)
    other = make_person(session)
    with statements() as many:
        enrol(session, large, other)
    assert len(few) == len(many) <= 8


def test_first_lesson_is_at_half_past_nine(session):
    """The factories' class is what the tests above think it is."""
    course_class = make_class(session)
    assert isinstance(course_class.first_lesson_at, datetime)
    assert clock.local(course_class.first_lesson_at).time() == time(9, 30)
