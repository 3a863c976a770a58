"""Whoever enrols others sees what stands against it before, who waits afterwards, and what she did."""

import pytest
from sqlalchemy import func, select

from senior_univ.accounts.actions import belong
from senior_univ.accounts.models import BelongingReason, FamilyGrant
from senior_univ.core.permissions import Role
from senior_univ.enrolment.models import Hand, Seat
from senior_univ.waiting.models import WaitingPlace
from tests.enrolment.managing import manager_of
from tests.enrolment.pages import post, token
from tests.enrolment.seats import enrol
from tests.factories import make_class, make_grant, make_home, make_organisation, make_person, make_resident
from tests.signing_in import sign_in

pytestmark = pytest.mark.usefixtures("frozen")


def test_those_for_whom_there_is_no_place_wait_in_the_same_act(client, database):
    with database.write() as session:
        home = make_home(session)
        course_class = make_class(session, site=home, home_id=home.id, capacity=2)
        people = [make_resident(session, home).id for _ in range(5)]
        by, class_id = manager_of(session, home, Role.CARE_SCHEDULER), course_class.id
    sign_in(client, by.person_id)
    url = f"/classes/{class_id}/enrol-many"
    fields = {"people": people, "may_wait": "y", "csrf_token": token(client, url)}
    assert client.post(url, data=fields).status_code == 200
    with database.read() as session:
        assert session.scalar(select(func.count()).select_from(WaitingPlace)) == 0
    assert client.post(url, data=fields | {"step": "enrol"}).status_code == 200
    with database.read() as session:
        assert session.scalar(select(func.count()).select_from(Seat)) == 2
        waiting = session.scalars(select(WaitingPlace.person_id).order_by(WaitingPlace.id)).all()
        assert waiting == people[2:]
    assert client.get("/enrolled").text.count('class="card"') == 2


def test_the_desk_sees_a_clash_before_it_enrols(client, database):
    with database.write() as session:
        site = make_organisation(session)
        learner = make_person(session)
        first = make_class(session, site=site)
        same_time = make_class(session, site=site)
        later = make_class(session, site=site, first_at=first.last_lesson_at.replace(hour=8))
        enrol(session, first, learner)
        by, ids = manager_of(session, site), (learner.id, same_time.id, later.id)
    sign_in(client, by.person_id)
    page = client.get(f"/desk/{ids[0]}").text
    assert page.count("disabled") == 1
    assert f'value="{ids[1]}"' in page


def test_a_desk_sends_somebody_to_another_site_and_sees_it_on_its_list(client, database):
    with database.write() as session:
        sender, other = make_organisation(session), make_organisation(session)
        course_class, learner = make_class(session, site=other), make_person(session)
        belong(session, learner.id, sender.id, BelongingReason.DESK)
        by, ids = manager_of(session, sender), (learner.id, course_class.id, sender.id)
    sign_in(client, by.person_id)
    assert post(client, f"/desk/{ids[0]}?elsewhere=1", class_id=ids[1]).status_code == 303
    with database.read() as session:
        seat = session.scalars(select(Seat)).one()
        assert (seat.hand, seat.referrer_id) == (Hand.REFERRER, ids[2])
        seat_id = seat.id
    assert f"/seats/{seat_id}/end" in client.get("/enrolled").text
    assert post(client, f"/seats/{seat_id}/end").status_code == 303
    assert f"/seats/{seat_id}/end" not in client.get("/enrolled").text


def test_a_relative_sees_what_she_did_for_her_elder_only_while_she_may(client, database):
    with database.write() as session:
        elder, daughter = make_person(session), make_person(session)
        grant_id = make_grant(session, elder, daughter).id
        seat = enrol(session, make_class(session), elder)
        seat.taken_by_id = daughter.id
        ids = daughter.id, seat.id
    sign_in(client, ids[0])
    assert f"/seats/{ids[1]}/end" in client.get("/enrolled").text
    with database.write() as session:
        grant = session.get_one(FamilyGrant, grant_id)
        grant.ended_at = grant.asked_at
    assert f"/seats/{ids[1]}/end" not in client.get("/enrolled").text
