"""Whoever enrols others sees what stands against it before, who waits afterwards, and what she did."""

import pytest
from sqlalchemy import func, select

from senior_univ.accounts.actions import belong
from senior_univ.accounts.models import BelongingReason, FamilyGrant
from senior_univ.accounts.queries import build_viewer
from senior_univ.care.models import AccessNeeds
from senior_univ.core.permissions import Role
from senior_univ.enrolment.invitations import invite
from senior_univ.enrolment.models import Hand, Seat
from senior_univ.waiting.actions import join
from senior_univ.waiting.models import WaitingPlace
from tests.enrolment.managing import manager_of
from tests.enrolment.pages import post, token, words
from tests.enrolment.seats import enrol
from tests.factories import make_class, make_grant, make_home, make_organisation, make_person, make_resident
from tests.signing_in import sign_in

pytestmark = pytest.mark.usefixtures("frozen")


def test_those_for_whom_there_is_no_place_wait_in_the_same_act(client, database):
    with database.write() as session:
        home = make_home(session)
        course_class = make_class(session, site=home, home_id=home.id, capacity=2)
        names = [f"住户{number}" for number in range(5)]
        people = [make_resident(session, home, name=name).id for name in names]
        by, class_id = manager_of(session, home, Role.CARE_SCHEDULER), course_class.id
    sign_in(client, by.person_id)
    url = f"/classes/{class_id}/enrol-many"
    fields = {"people": people, "may_wait": "y", "csrf_token": token(client, url)}
    assert client.post(url, data=fields).status_code == 200
    with database.read() as session:
        assert session.scalar(select(func.count()).select_from(WaitingPlace)) == 0
    answer = client.post(url, data=fields | {"step": "enrol"})
    assert answer.status_code == 303
    with database.read() as session:
        assert session.scalar(select(func.count()).select_from(Seat)) == 2
        waiting = session.scalars(select(WaitingPlace.person_id).order_by(WaitingPlace.id)).all()
        assert waiting == people[2:]
    for _time in range(2):  # it survives a reload
        page = words(client.get(answer.location))
        assert all(name in page for name in names)
    assert client.get("/enrolled").text.count('class="card"') == 5


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


def test_a_relative_sees_what_is_still_open_for_her_mother_and_changes_it(client, database):
    with database.write() as session:
        mother, daughter = make_person(session, name="王秀英"), make_person(session, name="刘芳", birth_year=1970)
        make_grant(session, mother, daughter)
        full = make_class(session, capacity=1)
        enrol(session, full, make_person(session))
        waited = join(
            session,
            course_class=full,
            person_ids=[mother.id],
            hand=Hand.RELATIVE,
            by=build_viewer(session, daughter.id),
        )
        asked_into = make_class(session)
        invite(
            session, course_class=asked_into, person_ids=[mother.id], by=manager_of(session, asked_into.organisation)
        )
        ids = daughter.id, waited.places[0].id
    sign_in(client, ids[0])
    assert 'href="/enrolled"' in client.get("/").text
    page = client.get("/enrolled").text
    assert page.count('class="card"') == 2
    assert f"/waiting/places/{ids[1]}/leave" in page
    csrf = token(client, "/enrolled")
    answer = client.post(f"/waiting/places/{ids[1]}/leave", data={"csrf_token": csrf, "to": "enrolled"})
    assert answer.location == "/enrolled"
    assert client.get("/enrolled").text.count('class="card"') == 1


def test_whoever_enrolled_nobody_sees_no_way_there(client, database):
    with database.write() as session:
        mother, daughter = make_person(session), make_person(session, birth_year=1970)
        make_grant(session, mother, daughter)
        daughter_id = daughter.id
    sign_in(client, daughter_id)
    assert 'href="/enrolled"' not in client.get("/").text


def test_what_each_resident_brings_is_asked_on_a_page_of_its_own(client, database):
    with database.write() as session:
        home = make_home(session)
        course_class = make_class(session, site=home, home_id=home.id, capacity=5)
        on_file = make_resident(session, home, name="赵玉珍")
        session.add(AccessNeeds(person_id=on_file.id, uses_wheelchair=True))
        other = make_resident(session, home, name="王秀英")
        by, ids = manager_of(session, home, Role.CARE_SCHEDULER), (course_class.id, on_file.id, other.id)
    sign_in(client, by.person_id)
    url = f"/classes/{ids[0]}/enrol-many"
    assert 'name="wheelchairs"' not in client.get(url).text
    page = post(client, url, people=list(ids[1:]), step="needs").text
    assert page.count('name="wheelchairs"') == 1
    assert page.count('name="escorts"') == 2
    brought = {"people": list(ids[1:]), "wheelchairs": ids[2], "escorts": ids[1]}
    page = post(client, url, **brought).text
    assert f'name="wheelchairs" value="{ids[2]}"' in page
    assert post(client, url, **brought, step="enrol").status_code == 303
    with database.read() as session:
        seats = {seat.person_id: seat for seat in session.scalars(select(Seat))}
        assert (seats[ids[1]].takes_wheelchair_place, seats[ids[1]].has_escort) == (True, True)
        assert (seats[ids[2]].takes_wheelchair_place, seats[ids[2]].has_escort) == (True, False)


def test_the_summary_of_another_home_is_not_found(client, database):
    with database.write() as session:
        home, other = make_home(session), make_home(session)
        course_class = make_class(session, site=home, home_id=home.id)
        resident = make_resident(session, home)
        by, stranger = (manager_of(session, each, Role.CARE_SCHEDULER) for each in (home, other))
        ids = course_class.id, resident.id
    sign_in(client, by.person_id)
    place = post(client, f"/classes/{ids[0]}/enrol-many", people=ids[1], step="enrol").location
    sign_in(client, stranger.person_id)
    assert client.get(place).status_code == 404
