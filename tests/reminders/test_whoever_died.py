"""Somebody has died: from that moment nothing is sent, kept or offered for her, to anybody."""

from datetime import date

import pytest
from sqlalchemy import select

from senior_univ.accounts.models import FamilyGrant, Person, PhoneKind
from senior_univ.accounts.queries import main_contacts
from senior_univ.allocation.models import Application
from senior_univ.care import actions as care
from senior_univ.care.models import Residency, ResidencyEnd
from senior_univ.core import clock
from senior_univ.core.access import Viewer
from senior_univ.enrolment.actions import end_seat
from senior_univ.enrolment.models import Seat
from senior_univ.feeds.actions import make_feed
from senior_univ.feeds.queries import Subject, feed_at, is_alive
from senior_univ.home.models import CallBackRequest
from senior_univ.reminders.models import Message, MessageState
from senior_univ.timetable import actions as timetable
from senior_univ.timetable.models import CourseClass
from senior_univ.waiting.models import Answer, Offer, WaitingPlace
from tests import factories as make
from tests.allocation.rounds import make_round, put_in
from tests.enrolment.seats import enrol, herself
from tests.reminders.conftest import at
from tests.waiting.queues import wait

pytestmark = pytest.mark.usefixtures("frozen")
DAUGHTER = {"phone": "+8613800138002", "phone_kind": PhoneKind.MOBILE}


@pytest.fixture
def cast(database, worker):
    """A resident with a seat and a daughter who is told for her; ids by name."""
    with database.write() as session:
        home, site = make.make_home(session), make.make_organisation(session)
        person = make.make_resident(session, home, make.make_unit(session, home))
        daughter = make.make_person(session, **DAUGHTER)
        make.make_grant(session, person, daughter)
        course_class = make.make_class(session, site=site)
        enrol(session, course_class, person)
        staff = make.make_person(session)
        return {
            "person": person.id,
            "daughter": daughter.id,
            "class": course_class.id,
            "staff": staff.id,
            "site": site.id,
        }


def die(session, cast):
    residency = session.scalars(select(Residency).where(Residency.person_id == cast["person"])).one()
    by = Viewer(cast["staff"], "李护士")
    return care.discharge(session, residency, end=ResidencyEnd.DIED, by=by)


def test_her_seat_ends_her_daughter_acts_for_nobody_and_nobody_is_called(database, cast):
    with database.write() as session:
        request = CallBackRequest(
            person_id=cast["person"],
            asked_by_id=cast["person"],
            organisation_id=cast["site"],
            phone="",
            about="",
            asked_at=clock.now(),
            due_at=clock.now(),
        )
        session.add(request)
    with database.write() as session:
        residency = die(session, cast)
        assert (residency.end, residency.to_on) == (ResidencyEnd.DIED, date(2026, 3, 10))
    with database.read() as session:
        assert session.scalars(select(Seat).where(Seat.ended_at.is_(None))).all() == []
        assert session.scalars(select(FamilyGrant).where(FamilyGrant.ended_at.is_(None))).all() == []
        assert session.scalars(select(CallBackRequest).where(CallBackRequest.closed_at.is_(None))).all() == []
        assert session.get_one(Person, cast["person"]).ended_at == clock.now()
        assert main_contacts(session, [cast["person"]]) == {}


def test_what_was_waiting_to_be_sent_to_her_daughter_is_not(database, worker, cast, frozen):
    frozen.move_to(at("2026-03-10 18:30"))
    assert worker.plan() == 1
    with database.write() as session:
        die(session, cast)
    assert worker.send() == []
    with database.read() as session:
        assert session.scalars(select(Message.state)).all() == [MessageState.CANCELLED]


def test_a_change_told_a_moment_before_is_not_told_after(database, worker, cast, frozen):
    with database.write() as session:
        lesson = session.get_one(CourseClass, cast["class"]).lessons[0]
        timetable.cancel_lesson(session, lesson, reason="下雪", by=Viewer(cast["staff"], "李护士"))
        die(session, cast)
    frozen.move_to(at("2026-03-10 10:00"))
    assert worker.tick() == []


def test_a_later_change_of_the_class_reaches_nobody_of_hers(database, worker, cast, frozen):
    with database.write() as session:
        die(session, cast)
    with database.write() as session:
        lesson = session.get_one(CourseClass, cast["class"]).lessons[0]
        timetable.cancel_lesson(session, lesson, reason="下雪", by=Viewer(cast["staff"], "李护士"))
    frozen.move_to(at("2026-03-10 18:30"))
    assert worker.tick() == []


def test_the_place_that_was_kept_for_her_goes_to_the_next(database, worker, cast):
    with database.write() as session:
        person, neighbour = session.get_one(Person, cast["person"]), make.make_person(session)
        full = make.make_class(session, capacity=1, first_at=at("2026-03-12 15:00"))
        first = enrol(session, full, make.make_person(session))
        wait(session, full, person)
        wait(session, full, neighbour)
        end_seat(session, first, by=None)
        ids = person.id, neighbour.id
    with database.write() as session:
        die(session, cast)
    with database.read() as session:
        standing = session.scalars(select(WaitingPlace.person_id).where(WaitingPlace.ended_at.is_(None))).all()
        assert list(standing) == [ids[1]]
        answers = session.scalars(select(Offer.answer).order_by(Offer.id)).all()
        assert (len(answers), answers[-1]) == (2, None)
        assert answers[0] is not None
        assert answers[0] is not Answer.ACCEPTED


def test_her_calendar_shows_nothing_any_more(database, worker, cast):
    with database.write() as session:
        by = herself(session.get_one(Person, cast["person"]))
        token = make_feed(session, Subject(person_id=cast["person"]), by=by)
    with database.write() as session:
        die(session, cast)
    with database.read() as session:
        assert not is_alive(session, feed_at(session, token))


def test_she_applies_for_nothing_any_more(database, worker, cast):
    with database.write() as session:
        course_class = make.make_class(session, first_at=at("2026-03-12 15:00"))
        allocation_round = make_round(session, course_class)
        put_in(session, allocation_round, session.get_one(Person, cast["person"]), course_class)
    with database.write() as session:
        die(session, cast)
    with database.read() as session:
        assert session.scalars(select(Application.withdrawn_at)).one() == clock.now()


def test_somebody_who_left_the_home_keeps_what_she_has_elsewhere(database, worker, cast):
    with database.write() as session:
        residency = session.scalars(select(Residency).where(Residency.person_id == cast["person"])).one()
        care.discharge(session, residency, by=Viewer(cast["staff"], "李护士"))
    with database.read() as session:
        assert session.scalars(select(Residency.end)).one() is ResidencyEnd.LEFT
        assert session.scalars(select(Seat.ended_at)).one() is None
