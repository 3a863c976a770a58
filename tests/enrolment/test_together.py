"""Two who come into a class together or not at all."""

import pytest
from sqlalchemy import func, select

from senior_univ.accounts.actions import belong
from senior_univ.accounts.models import BelongingReason
from senior_univ.enrolment.models import Hand, Seat, TogetherAnswer, TogetherWish
from senior_univ.reminders.models import Message, MessageKind
from senior_univ.timetable.models import CourseClass
from senior_univ.waiting.models import WaitingParty, WaitingPlace
from senior_univ.wiring import connect
from tests.enrolment.managing import manager_of
from tests.enrolment.pages import post, words
from tests.enrolment.seats import enrol
from tests.factories import make_class, make_grant, make_person
from tests.signing_in import sign_in

pytestmark = pytest.mark.usefixtures("frozen")


@pytest.fixture(autouse=True)
def wired():
    connect()


@pytest.fixture
def friends(database):
    """(王秀英, 李桂兰, class): neither may act for the other."""
    with database.write() as session:
        asking = make_person(session, name="王秀英", phone="+8613800001111")
        other = make_person(session, name="李桂兰", phone="+8613800002222")
        return asking.id, other.id, make_class(session, capacity=2, wheelchair_places=0).id


def seated(database):
    with database.read() as session:
        return {(seat.person_id, seat.hand) for seat in session.scalars(select(Seat).where(Seat.ended_at.is_(None)))}


def fill(database, class_id):
    """One seat of the two is gone meanwhile."""
    with database.write() as session:
        enrol(session, session.get_one(CourseClass, class_id), make_person(session, name="赵玉珍"))


def ask(client, friends):
    sign_in(client, friends[0])
    answer = post(client, f"/enrol/{friends[2]}/with-whom", name="李桂兰", digits="2222")
    assert answer.status_code == 303
    return answer.location


def test_she_asks_by_name_and_digits_and_both_have_seats_once_the_other_says_yes(client, database, friends):
    place = ask(client, friends)
    assert seated(database) == set()
    with database.read() as session:
        text = session.scalars(select(Message)).one()
        assert (text.kind, text.phone) == (MessageKind.TOGETHER_ASKED, "+8613800002222")
    sign_in(client, friends[1])
    assert "王秀英" in words(client.get("/"))
    assert "王秀英" in words(client.get("/my-classes"))
    assert post(client, place, answer="yes").location == f"/enrol/{friends[2]}/confirmed"
    assert seated(database) == {(friends[0], Hand.HERSELF), (friends[1], Hand.HERSELF)}
    assert "已经" in words(client.get(place))  # answered already


def test_she_says_no_and_the_other_may_come_alone(client, database, friends):
    place = ask(client, friends)
    sign_in(client, friends[1])
    assert post(client, place, answer="no").status_code == 303
    assert seated(database) == set()
    sign_in(client, friends[0])
    assert client.get(place).status_code == 200
    with database.read() as session:
        assert session.scalars(select(TogetherWish)).one().answer is TogetherAnswer.DECLINED


def test_with_one_place_left_nobody_gets_it_and_both_are_offered_the_waiting_list(client, database, friends):
    place = ask(client, friends)
    fill(database, friends[2])
    sign_in(client, friends[1])
    answer = post(client, place, answer="yes")
    assert answer.status_code == 200
    assert "/waiting/together/" in answer.text
    assert len(seated(database)) == 1
    wish_id = place.rsplit("/", 1)[1]
    token_page = client.get(place).text
    token = token_page.split('name="csrf_token"')[1].split('value="')[1].split('"')[0]
    assert client.post(f"/waiting/together/{wish_id}", data={"csrf_token": token}).status_code == 303
    with database.read() as session:
        party = session.scalars(select(WaitingParty)).one()
        assert {each.person_id for each in party.places} == set(friends[:2])
        assert session.scalars(select(TogetherWish)).one().answer is TogetherAnswer.AGREED


def test_a_stranger_sees_no_wish_and_the_asking_one_cannot_answer_for_the_other(client, database, friends):
    place = ask(client, friends)
    post(client, place, answer="yes")
    assert seated(database) == set()
    with database.write() as session:
        stranger = make_person(session).id
    sign_in(client, stranger)
    assert client.get(place).status_code == 404


def test_who_ask_each_other_are_in_at_once(client, database, friends):
    ask(client, friends)
    sign_in(client, friends[1])
    post(client, f"/enrol/{friends[2]}/with-whom", name="王秀英", digits="1111")
    assert {person_id for person_id, _hand in seated(database)} == set(friends[:2])


@pytest.mark.parametrize(("name", "digits"), [("李桂兰", "9999"), ("没这个人", "2222"), ("王秀英", "1111")])
def test_somebody_unknown_or_herself_is_said_in_words_and_nothing_is_kept(client, database, friends, name, digits):
    sign_in(client, friends[0])
    answer = post(client, f"/enrol/{friends[2]}/with-whom", name=name, digits=digits)
    assert answer.status_code == 200
    assert "error-summary" in answer.text
    with database.read() as session:
        assert session.scalar(select(func.count()).select_from(TogetherWish)) == 0


def test_taking_the_question_back_leaves_no_card_on_her_first_page(client, database, friends):
    place = ask(client, friends)
    assert post(client, f"{place}/take-back").status_code == 303
    sign_in(client, friends[1])
    assert "王秀英" not in words(client.get("/"))
    assert post(client, place, answer="yes").status_code in (200, 303)
    assert seated(database) == set()


def test_a_daughter_comes_together_with_her_mother_without_asking(client, database):
    with database.write() as session:
        mother, daughter = make_person(session, name="王秀英"), make_person(session, name="刘芳", birth_year=1960)
        make_grant(session, mother, daughter)
        class_id, mother_id, daughter_id = make_class(session, capacity=2).id, mother.id, daughter.id
    sign_in(client, daughter_id)
    page = client.get(f"/enrol/{class_id}/company").text
    assert f'value="{mother_id}"' in page
    url = f"/enrol/{class_id}/check?company={mother_id}&wheelchair=no"
    assert "王秀英" in words(client.get(url))
    assert post(client, url, company=mother_id).status_code == 303
    assert seated(database) == {(daughter_id, Hand.HERSELF), (mother_id, Hand.RELATIVE)}


def test_the_desk_enrols_two_together_or_neither(client, database):
    with database.write() as session:
        course_class = make_class(session, capacity=2)
        one, other = make_person(session, name="王秀英"), make_person(session, name="李桂兰")
        for each in (one, other):
            kept_at_site(session, each, course_class.organisation_id)
        by = manager_of(session, course_class.organisation)
        ids = one.id, other.id, course_class.id
    sign_in(client, by.person_id)
    answer = post(client, f"/desk/{ids[0]}", class_id=ids[2], companion="李桂兰")
    assert answer.status_code == 303
    assert "also=" in answer.location
    assert "李桂兰" in words(client.get(answer.location))
    assert seated(database) == {(ids[0], Hand.DESK), (ids[1], Hand.DESK)}


def test_at_the_desk_one_free_place_is_given_to_neither_of_two(client, database):
    with database.write() as session:
        course_class = make_class(session, capacity=2)
        enrol(session, course_class, make_person(session, name="赵玉珍"))
        one, other = make_person(session, name="王秀英"), make_person(session, name="李桂兰")
        for each in (one, other):
            kept_at_site(session, each, course_class.organisation_id)
        by = manager_of(session, course_class.organisation)
        ids = one.id, other.id, course_class.id
    sign_in(client, by.person_id)
    answer = post(client, f"/desk/{ids[0]}", class_id=ids[2], companion="李桂兰")
    assert answer.status_code == 200
    assert f"/classes/{ids[2]}/waiting/add?people={ids[0]}&amp;people={ids[1]}" in answer.text
    assert len(seated(database)) == 1
    add = f"/classes/{ids[2]}/waiting/add?people={ids[0]}&people={ids[1]}"
    assert client.get(add).text.count("checked") == 2
    assert post(client, add, people=list(ids[:2])).status_code == 303
    with database.read() as session:
        assert session.scalar(select(func.count()).select_from(WaitingPlace)) == 2


def kept_at_site(session, person, site_id):
    """The site's desk may see her."""
    belong(session, person.id, site_id, BelongingReason.DESK)
