from datetime import timedelta

import pytest
from sqlalchemy import select

from senior_univ.accounts.models import Belonging
from senior_univ.audit.models import AuditEntry
from senior_univ.core import clock
from senior_univ.core.access import Post, Right, Viewer
from senior_univ.core.errors import DomainError
from senior_univ.core.permissions import Role
from senior_univ.enrolment import actions
from tests.enrolment.seats import counters, enrol, herself, rows, times_held
from tests.factories import make_class, make_organisation, make_person

pytestmark = pytest.mark.usefixtures("frozen")


def test_both_places_are_free_again_and_so_is_she(session):
    course_class, learner = make_class(session), make_person(session)
    seat = enrol(session, course_class, learner, takes_wheelchair_place=True)
    actions.end_seat(session, seat, by=herself(learner))
    assert (seat.ended_at, seat.ended_by_id) == (clock.now(), learner.id)
    assert counters(session, course_class) == rows(session, course_class) == (0, 0)
    assert times_held(session, learner) == []
    acts = session.scalars(select(AuditEntry.action).order_by(AuditEntry.id)).all()
    assert acts == ["seat.taken", "seat.ended"]


def test_ending_twice_frees_one_place(session):
    course_class, learner = make_class(session), make_person(session)
    enrol(session, course_class, make_person(session))
    seat = enrol(session, course_class, learner)
    actions.end_seat(session, seat, by=herself(learner))
    actions.end_seat(session, seat, by=herself(learner))
    assert counters(session, course_class) == (1, 0)


def test_she_may_come_back(session):
    course_class, learner = make_class(session), make_person(session)
    actions.end_seat(session, enrol(session, course_class, learner), by=herself(learner))
    assert enrol(session, course_class, learner).ended_at is None


def test_lessons_that_were_stay_when_she_leaves_later(session, frozen):
    course_class, learner = make_class(session), make_person(session)
    seat = enrol(session, course_class, learner)
    frozen.shift(timedelta(days=7))
    actions.end_seat(session, seat, by=herself(learner))
    assert times_held(session, learner) == [course_class.lessons[0].starts_at]


def test_the_organisation_sees_her_as_long_as_she_has_another_seat_there(session):
    site, learner = make_organisation(session), make_person(session)
    first = make_class(session, site=site)
    second = make_class(session, site=site, first_at=clock.now() + timedelta(days=3))
    seats = [enrol(session, each, learner) for each in (first, second)]
    actions.end_seat(session, seats[0], by=herself(learner))
    assert session.scalars(select(Belonging.to_on)).all() == [None]
    actions.end_seat(session, seats[1], by=herself(learner))
    assert session.scalars(select(Belonging.to_on)).all() == [clock.today()]


def test_a_relative_needs_the_right_to_withdraw(session):
    course_class, mother, daughter = make_class(session), make_person(session), make_person(session)
    seat = enrol(session, course_class, mother)

    def by(*rights):
        return Viewer(daughter.id, daughter.name, elders={mother.id: frozenset(rights)})

    with pytest.raises(DomainError) as refused:
        actions.end_seat(session, seat, by=by(Right.SEE, Right.ENROL))
    assert refused.value.code == "no_right"
    assert actions.end_seat(session, seat, by=by(Right.SEE, Right.WITHDRAW)).ended_at


def test_the_site_ends_seats_of_its_own_classes_only(session):
    course_class, learner, manager = make_class(session), make_person(session), make_person(session)
    seat = enrol(session, course_class, learner)

    def manager_of(organisation_id):
        return Viewer(manager.id, manager.name, posts=(Post(Role.SITE_MANAGER, organisation_id, "1305"),))

    with pytest.raises(DomainError):
        actions.end_seat(session, seat, by=manager_of(make_organisation(session).id))
    assert actions.end_seat(session, seat, by=manager_of(course_class.organisation_id)).ended_at
