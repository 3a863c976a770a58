from html import unescape

import pytest

from senior_univ.attendance.rules import reason_words
from senior_univ.core.permissions import Role
from senior_univ.timetable.models import Lesson
from tests.enrolment.pages import post, token
from tests.enrolment.seats import enrol
from tests.factories import make_class, make_grant, make_person, make_staff
from tests.signing_in import sign_in

pytestmark = pytest.mark.usefixtures("frozen")


@pytest.fixture
def learner(client, database):
    """The client, signed in as somebody with a class; her id and her first lesson's."""
    with database.write() as session:
        person, course_class = make_person(session), make_class(session)
        enrol(session, course_class, person)
        client.person_id, client.lesson_id = person.id, course_class.lessons[0].id
    sign_in(client, client.person_id)
    return client


def test_leave_is_two_taps_away_and_can_be_taken_back(learner):
    url = f"/lessons/{learner.lesson_id}/leave"
    assert url in learner.get("/my-leave").text
    done = post(learner, url, reason="unwell")
    assert done.location == "/my-leave"
    page = learner.get("/my-leave")
    assert f"{url}/back" in page.text
    learner.post(f"{url}/back", data={"csrf_token": token(learner, "/my-leave")})
    assert f"{url}/back" not in learner.get("/my-leave").text


def test_no_reason_is_needed_and_a_made_up_one_is_refused(learner):
    url = f"/lessons/{learner.lesson_id}/leave"
    assert post(learner, url, reason="moon").status_code == 200
    assert post(learner, url).status_code == 303


def test_leave_shows_in_her_week_and_on_the_roster(learner, database):
    assert "tag-primary" not in learner.get("/my-week").text
    post(learner, f"/lessons/{learner.lesson_id}/leave", reason="unwell")
    assert "tag-primary" in learner.get("/my-week").text
    with database.write() as session:
        course_class = session.get(Lesson, learner.lesson_id).course_class
        manager = make_staff(session, Role.SITE_MANAGER, course_class.organisation)
        class_id, manager_id = course_class.id, manager.id
    sign_in(learner, manager_id)
    roster = learner.get(f"/classes/{class_id}/roster").text
    assert '<span class="tag tag-warning">' in roster
    assert reason_words("unwell") in unescape(roster) or "身体不舒服" in roster


def test_somebody_elses_lesson_is_not_there(learner, database):
    with database.write() as session:
        lesson_id = make_class(session).lessons[0].id
    assert learner.get(f"/lessons/{lesson_id}/leave").status_code == 404
    form = {"csrf_token": token(learner, "/my-leave")}
    assert learner.post(f"/lessons/{lesson_id}/leave/back", data=form).status_code == 404


def test_a_relative_without_the_right_sees_why(client, database, learner):
    with database.write() as session:
        elder = session.get(type(make_person(session)), learner.person_id)
        daughter = make_person(session)
        make_grant(session, elder, daughter, rights=["see"])
        daughter_id = daughter.id
    sign_in(client, daughter_id)
    with client.session_transaction() as web:
        web["acting_for"] = learner.person_id
    page = client.get("/my-leave")
    assert 'class="warning"' in page.text
    refused = post(client, f"/lessons/{learner.lesson_id}/leave")
    assert "error-summary" in refused.text
