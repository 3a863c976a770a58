from datetime import timedelta

import pytest
from sqlalchemy import select

from senior_univ.accounts.models import Person
from senior_univ.core import clock
from senior_univ.core.permissions import Role
from senior_univ.enrolment import actions as enrolment
from senior_univ.enrolment.models import Seat
from senior_univ.reminders.models import Message
from senior_univ.timetable.events import class_cancelled
from senior_univ.timetable.models import CourseClass
from senior_univ.waiting.models import Answer, Ending, Offer, OfferRung, RungKind, WaitingParty, WaitingPlace
from senior_univ.wiring import connect
from tests.enrolment.pages import post, token, words
from tests.enrolment.seats import enrol
from tests.factories import make_class, make_grant, make_person, make_staff
from tests.signing_in import sign_in
from tests.waiting.queues import people, wait

pytestmark = pytest.mark.usefixtures("frozen")


@pytest.fixture(autouse=True)
def wired():
    connect()


@pytest.fixture
def full(database):
    """A full class of one seat: its id."""
    with database.write() as session:
        course_class = make_class(session, capacity=1)
        enrol(session, course_class, make_person(session, name="李桂兰"))
        return course_class.id


@pytest.fixture
def learner_id(database):
    with database.write() as session:
        return make_person(session, name="王秀英").id


@pytest.fixture
def learner(client, learner_id):
    sign_in(client, learner_id)
    return client


@pytest.fixture
def manager(client, database, full):
    """The manager of the class's site, signed in."""
    with database.write() as session:
        organisation = session.get(CourseClass, full).organisation
        manager_id = make_staff(session, Role.SITE_MANAGER, organisation).id
    sign_in(client, manager_id)
    return client


def one(database, model, **given):
    with database.read() as session:
        return session.scalars(select(model).filter_by(**given)).one()


def free_the_seat(database, class_id):
    with database.write() as session:
        seat = session.scalars(select(Seat).filter_by(class_id=class_id, ended_at=None)).one()
        enrolment.end_seat(session, seat, by=None)


def queue_up(database, class_id, *names):
    with database.write() as session:
        course_class = session.get(CourseClass, class_id)
        return [wait(session, course_class, make_person(session, name=name)).id for name in names]


def test_a_full_class_offers_to_wait_and_shows_the_place_everywhere(learner, database, full):
    queue_up(database, full, "张玉兰", "刘凤英")
    assert f"/waiting/{full}/join" in learner.get(f"/find/{full}").text
    answer = post(learner, f"/waiting/{full}/join")
    assert answer.location == f"/waiting/{full}"
    assert "候补第3位" in words(learner.get(answer.location))
    for page in ("/", "/my-classes", f"/find/{full}"):
        assert "候补第3位" in words(learner.get(page)), page


def test_joining_twice_is_one_place(learner, database, full):
    said = token(learner, f"/waiting/{full}/join")
    for _twice in range(2):
        answer = learner.post(f"/waiting/{full}/join", data={"csrf_token": said})
        assert answer.location == f"/waiting/{full}"
    one(database, WaitingPlace)


def test_whoever_is_in_the_class_is_shown_her_seat_instead_of_the_queue(learner, database, full, learner_id):
    with database.write() as session:
        seated = session.get(CourseClass, full)
        seated.capacity = 2
        enrol(session, seated, session.get(Person, learner_id))
    assert learner.get(f"/waiting/{full}/join").location == f"/enrol/{full}/confirmed"


def test_leaving_the_queue_takes_one_tap(learner, database, full, learner_id):
    post(learner, f"/waiting/{full}/join")
    place = one(database, WaitingPlace, person_id=learner_id)
    answer = learner.post(f"/waiting/places/{place.id}/leave", data={"csrf_token": token(learner, f"/waiting/{full}")})
    assert answer.location == "/my-classes"
    assert one(database, WaitingPlace).ending is Ending.LEFT


def test_an_offer_is_the_first_thing_on_her_first_page_and_one_tap_takes_it(learner, database, full, learner_id):
    post(learner, f"/waiting/{full}/join")
    free_the_seat(database, full)
    offer = one(database, Offer)
    assert f"/waiting/offers/{offer.id}/accept" in learner.get("/").text
    accepted = learner.post(f"/waiting/offers/{offer.id}/accept", data={"csrf_token": token(learner, "/")})
    assert accepted.location == f"/enrol/{full}/confirmed"
    assert one(database, Seat, ended_at=None).person_id == learner_id
    assert "已经接受" in words(learner.get(f"/waiting/offers/{offer.id}"))


def test_an_offer_answered_a_second_time_says_so(learner, database, full):
    post(learner, f"/waiting/{full}/join")
    free_the_seat(database, full)
    offer = one(database, Offer)
    said = {"csrf_token": token(learner, f"/waiting/offers/{offer.id}")}
    learner.post(f"/waiting/offers/{offer.id}/decline", data=said)
    late = learner.post(f"/waiting/offers/{offer.id}/accept", data=said)
    assert "之前已经回绝" in words(late)
    assert one(database, Offer).answer is Answer.DECLINED


def test_a_stranger_finds_neither_the_offer_nor_the_place(client, database, full):
    queue_up(database, full, "张玉兰")
    free_the_seat(database, full)
    with database.write() as session:
        stranger = make_person(session).id
    sign_in(client, stranger)
    assert client.get(f"/waiting/offers/{one(database, Offer).id}").status_code == 404
    assert client.get(f"/waiting/{full}").status_code == 404
    assert client.get(f"/classes/{full}/waiting").status_code == 403


def test_a_daughter_waits_for_both_of_them_together(client, database, full):
    with database.write() as session:
        session.get(CourseClass, full).room.capacity = 30
        session.get(CourseClass, full).capacity = 2
        enrol(session, session.get(CourseClass, full), make_person(session))
        mother, daughter = people(session, 2)
        make_grant(session, mother, daughter)
        both = [mother.id, daughter.id]
    sign_in(client, both[1])
    post(client, f"/waiting/{full}/join", people=both)
    party = one(database, WaitingParty)
    with database.read() as session:
        assert {each.person_id for each in session.get(WaitingParty, party.id).places} == set(both)


def test_the_manager_sees_the_queue_and_moves_somebody_with_a_reason(manager, database, full):
    parties = queue_up(database, full, "张玉兰", "刘凤英")
    page = words(manager.get(f"/classes/{full}/waiting"))
    assert page.index("张玉兰") < page.index("刘凤英")
    refused = post(manager, f"/waiting/parties/{parties[1]}/move", to="1", reason="")
    assert "请写几个字说明原因" in words(refused)
    moved = post(manager, f"/waiting/parties/{parties[1]}/move", to="1", reason="做完手术要早点上课")
    assert moved.location == f"/classes/{full}/waiting"
    page = words(manager.get(moved.location))
    assert page.index("刘凤英") < page.index("张玉兰")


def test_the_manager_calls_and_ticks_and_answers_for_her(manager, database, full):
    queue_up(database, full, "张玉兰")
    free_the_seat(database, full)
    offer = one(database, Offer)
    assert "张玉兰" in words(manager.get("/waiting/offers"))
    post(manager, f"/waiting/offers/{offer.id}/call", reached="missed")
    assert one(database, OfferRung, kind=RungKind.CALL).is_reached is False
    post(manager, f"/waiting/offers/{offer.id}/call", reached="accepts")
    assert one(database, OfferRung, kind=RungKind.CALL).is_reached is True
    with database.read() as session:
        assert session.scalars(select(Seat.person_id).where(Seat.ended_at.is_(None))).all() == [
            session.scalars(select(WaitingPlace.person_id)).one()
        ]


def test_the_manager_puts_somebody_in_the_queue(manager, database, full):
    with database.write() as session:
        organisation = session.get(CourseClass, full).organisation
        person = make_person(session, name="赵玉梅", region_code=organisation.region_code, site_id=organisation.id)
        enrol(session, make_class(session, site=organisation, first_at=clock.now() + timedelta(days=4)), person)
        known = person.id
    said = token(manager, f"/classes/{full}/waiting/add?q=赵玉梅")
    added = manager.post(f"/classes/{full}/waiting/add?q=赵玉梅", data={"csrf_token": said, "people": [known]})
    assert added.location == f"/classes/{full}/waiting"
    assert one(database, WaitingPlace).person_id == known


def test_a_class_that_is_cancelled_ends_its_queue_and_those_who_waited_are_told(database, full):
    parties = queue_up(database, full, "张玉兰")
    with database.write() as session:
        course_class = session.get(CourseClass, full)
        course_class.cancelled_at = clock.now()
        class_cancelled.send(session, course_class=course_class)
    with database.read() as session:
        assert session.get(WaitingParty, parties[0]).ending is Ending.CLASS_GONE
        told = {each.person.name for message in session.scalars(select(Message)) for each in message.about}
        assert told >= {"张玉兰"}
