"""Checking in at the door: a card, the tablet that stands there, the code on the wall."""

import re
from datetime import timedelta

import pytest
from sqlalchemy import select

from senior_univ.attendance import check_in
from senior_univ.attendance.models import Attendance, How, Kind, LearnerCard
from senior_univ.core import clock
from senior_univ.core.permissions import Role
from tests.enrolment.pages import post, words
from tests.factories import make_class, make_organisation, make_person, make_seat, make_staff
from tests.signing_in import sign_in

pytestmark = pytest.mark.usefixtures("frozen")
TOKEN = re.compile(r"/check-in/([\w-]{20,})")


@pytest.fixture
def door(client, database):
    """The client with the ids of a lesson that begins in half an hour, two learners, and who calls the roll."""
    with database.write() as session:
        site = make_organisation(session)
        course_class = make_class(session, site=site, first_at=clock.now() + timedelta(minutes=30))
        people = [make_person(session, name=name) for name in ("王秀英", "李桂兰")]
        for person in people:
            make_seat(session, course_class, person, taken_at=clock.now() - timedelta(days=9))
        client.manager_id = make_staff(session, Role.SITE_MANAGER, site).id
        client.class_id, client.lesson_id = course_class.id, course_class.lessons[0].id
        client.people = [person.id for person in people]
    return client


@pytest.fixture
def token(door, database):
    """The token of a card of the first learner's, as only its print shows it."""
    with database.write() as session:
        from_staff = check_in.Viewer(door.manager_id, "")
        return check_in.make_cards(session, [session.get_one(check_in.Person, door.people[0])], by=from_staff)[0].token


def entered(database):
    with database.read() as session:
        return {row.person_id: (row.kind, row.how) for row in session.scalars(select(Attendance))}


def code_of(client):
    return check_in.wall_code(client.application.config["SECRET_KEY"], client.lesson_id)


def test_the_sheet_has_a_card_for_each_and_keeps_no_token(door, database):
    sign_in(door, door.manager_id)
    url = f"/classes/{door.class_id}/cards"
    sheet = post(door, url).text
    assert sheet.count('class="segno"') == 2
    assert "王秀英" in sheet
    with database.read() as session:
        assert {len(card.token_hash) for card in session.scalars(select(LearnerCard))} == {64}
    assert 'class="segno"' not in post(door, url).text, "everybody has a card already"
    assert post(door, url, again="y").text.count('class="segno"') == 2
    with database.read() as session:
        cards = session.scalars(select(LearnerCard)).all()
        assert [card.revoked_at is None for card in cards].count(True) == 2


def test_a_scanned_card_opens_one_button_for_whoever_calls_the_roll(door, database, token):
    sign_in(door, door.manager_id)
    assert "王秀英" in door.get(f"/check-in/{token}").text
    assert entered(database) == {}, "looking enters nothing"
    assert post(door, f"/check-in/{token}").status_code == 303
    assert entered(database) == {door.people[0]: (Kind.PRESENT, How.CARD)}


def test_a_card_says_nothing_to_anybody_else(door, client, database, token):
    assert "王秀英" not in client.get(f"/check-in/{token}").text
    sign_in(client, door.people[1])
    page = client.get(f"/check-in/{token}")
    assert page.status_code == 200
    assert "王秀英" not in page.text
    with database.write() as session:
        stranger = make_staff(session, Role.SITE_MANAGER, make_organisation(session)).id
    sign_in(client, stranger)
    assert '<form method="post"' not in client.get(f"/check-in/{token}").text.split("<main")[1].split("</main")[0]


@pytest.mark.parametrize("nonsense", ["x", "a" * 300, "王秀英", "..", "0"])
def test_a_card_that_is_not_ours_or_was_replaced_says_so(door, nonsense):
    sign_in(door, door.manager_id)
    assert '<button type="submit" class="button">' not in door.get(f"/check-in/{nonsense}").text
    assert door.post(f"/check-in/{nonsense}").status_code == 400


def test_a_tablet_at_the_door_is_signed_in_as_nobody_and_checks_in_cards_until_the_lesson_ends(
    door, database, token, frozen
):
    sign_in(door, door.manager_id)
    assert post(door, f"/lessons/{door.lesson_id}/check-in").location == "/check-in"
    assert door.get("/roll-call").status_code == 302, "nobody is signed in here any more"
    assert code_of(door) in door.get("/check-in").text
    assert post(door, "/check-in", card=f"http://localhost/check-in/{token}").status_code == 303
    assert entered(database) == {door.people[0]: (Kind.PRESENT, How.CARD)}
    refused = post(door, "/check-in", card="nonsense")
    assert 'class="error"' in refused.text
    assert "nonsense" not in refused.text, "the next scan types into an empty field"
    frozen.shift(timedelta(hours=3))
    assert door.get("/check-in").status_code == 302


def test_the_code_on_the_wall_checks_in_her_who_has_a_seat(door, database, frozen):
    sign_in(door, door.people[0])
    frozen.shift(timedelta(minutes=50))
    shown = post(door, "/check-in", code=" ".join(code_of(door)))
    assert shown.status_code == 200
    assert entered(database) == {door.people[0]: (Kind.LATE, How.WALL_CODE)}


@pytest.mark.parametrize("typed", ["", "abcd", "00000", "１２３４", "9" * 400])
def test_a_wrong_code_has_its_own_words(door, database, typed):
    sign_in(door, door.people[0])
    answer = post(door, "/check-in", code=typed)
    assert "error-summary" in answer.text
    assert entered(database) == {}


def test_the_code_is_no_use_before_or_after_or_to_a_stranger(door, client, database, frozen):
    with database.write() as session:
        stranger = make_person(session).id
    sign_in(client, stranger)
    assert "error-summary" in post(client, "/check-in", code=code_of(door)).text
    sign_in(client, door.people[0])
    frozen.shift(timedelta(hours=3))
    assert "error-summary" in post(client, "/check-in", code=code_of(door)).text
    assert entered(database) == {}


def test_guessing_codes_comes_to_an_end(door, database):
    sign_in(door, door.people[0])
    for _ in range(20):
        post(door, "/check-in", code="x")
    assert "error-summary" in post(door, "/check-in", code=code_of(door)).text
    assert entered(database) == {}


def test_whom_the_teacher_marked_absent_is_late_when_she_shows_her_card(door, database, token, frozen):
    sign_in(door, door.manager_id)
    frozen.shift(timedelta(minutes=60))
    post(door, f"/lessons/{door.lesson_id}/roll-call", tap=f"{door.people[0]}:absent")
    post(door, f"/check-in/{token}")
    assert entered(database)[door.people[0]] == (Kind.LATE, How.CARD)
    assert "李建国" in words(door.get(f"/lessons/{door.lesson_id}/roll-call/{door.people[0]}"))
