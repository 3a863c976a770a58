from datetime import timedelta

import pytest
from sqlalchemy import select

from senior_univ.attendance.models import Kind
from senior_univ.core import clock
from senior_univ.core.permissions import Role
from senior_univ.records.models import Face, SmileAnswer
from senior_univ.timetable.models import CourseClass, Lesson
from tests.enrolment.pages import post, token, words
from tests.factories import make_class, make_grant, make_person, make_seat, make_staff
from tests.records.rolls import enter
from tests.signing_in import sign_in

ASKED = "How was your lesson?"


@pytest.fixture
def learner(client, database, frozen):
    """The client, signed in as somebody whose lesson of yesterday is over, and who was in it."""
    with database.write() as session:
        course_class = make_class(session, lessons=2, first_at=clock.now() - timedelta(days=1))
        person = make_person(session)
        make_seat(session, course_class, person, taken_at=clock.now() - timedelta(9))
        enter(session, course_class.lessons[0], person)
        client.class_id, client.lesson_id, client.person_id = course_class.id, course_class.lessons[0].id, person.id
    client.page = f"/lessons/{client.lesson_id}/smile"
    sign_in(client, client.person_id)
    return client


def answers(database):
    with database.read() as session:
        return [(each.person_id, each.face) for each in session.scalars(select(SmileAnswer))]


def test_her_first_page_asks_until_she_has_answered(learner, database):
    assert ASKED in learner.get("/").text
    done = learner.post(learner.page, data={"csrf_token": token(learner, "/"), "face": "good"})
    assert done.status_code == 303
    assert ASKED not in learner.get("/").text
    assert answers(database) == [(learner.person_id, Face.GOOD)]


def test_on_the_same_day_she_may_change_it_and_it_stays_one_answer(learner, database, frozen):
    post(learner, learner.page, face="poor")
    assert post(learner, learner.page, face="fair").status_code == 303
    assert "So-so" in words(learner.get(learner.page))
    assert answers(database) == [(learner.person_id, Face.FAIR)]
    frozen.shift(timedelta(days=1))
    sign_in(learner, learner.person_id)
    assert "You said: So-so." in words(learner.get(learner.page))
    again = learner.post(learner.page, data={"csrf_token": token(learner, "/"), "face": "good"})
    assert "on the same day only" in words(again)
    assert answers(database) == [(learner.person_id, Face.FAIR)]


def test_after_some_days_it_is_not_asked_any_more(learner, database, frozen):
    frozen.shift(timedelta(days=1))
    assert ASKED not in learner.get("/").text
    assert "some days ago" in words(learner.get(learner.page))
    late = learner.post(learner.page, data={"csrf_token": token(learner, "/"), "face": "good"})
    assert "some days ago" in words(late)
    assert answers(database) == []


@pytest.mark.parametrize("face", ["", "moon", None])
def test_no_face_or_a_made_up_one_is_answered_in_words(learner, database, face):
    fields = {} if face is None else {"face": face}
    assert "error-summary" in post(learner, learner.page, **fields).text
    assert answers(database) == []


def test_a_lesson_in_which_she_was_not_is_not_asked_about(learner, database):
    with database.write() as session:
        other = make_person(session)
        make_seat(session, session.get(CourseClass, learner.class_id), other)
        enter(session, session.get(Lesson, learner.lesson_id), other, Kind.ABSENT)
        other_id = other.id
    sign_in(learner, other_id)
    assert learner.get(learner.page).status_code == 404
    assert ASKED not in learner.get("/").text


def test_a_relative_is_not_asked_for_her(learner, database):
    with database.write() as session:
        elder, daughter = session.get(type(make_person(session)), learner.person_id), make_person(session)
        make_grant(session, elder, daughter)
        daughter_id = daughter.id
    sign_in(learner, daughter_id)
    with learner.session_transaction() as web:
        web["acting_for"] = learner.person_id
    assert ASKED not in learner.get("/").text
    page = learner.get(learner.page)
    assert page.status_code == 409
    assert "only she herself can say" in words(page)


def test_the_site_sees_counts_from_five_answers_on_and_never_who(learner, database):
    with database.write() as session:
        course_class = session.get(CourseClass, learner.class_id)
        manager_id = make_staff(session, Role.SITE_MANAGER, course_class.organisation).id
        lesson_id = learner.lesson_id
        for _number in range(4):
            person = make_person(session, name="孙玉梅")
            session.add(SmileAnswer(lesson_id=lesson_id, person_id=person.id, face=Face.POOR, answered_at=clock.now()))
    sign_in(learner, manager_id)
    url = f"/classes/{learner.class_id}/smiles"
    few = words(learner.get(url))
    assert "fewer than 5" in few
    assert "Not good" not in few
    with database.write() as session:
        fifth = {"lesson_id": lesson_id, "person_id": learner.person_id}
        session.add(SmileAnswer(**fifth, face=Face.GOOD, answered_at=clock.now()))
    enough = words(learner.get(url))
    assert "5 answers" in enough
    assert "80%" in enough
    assert "孙玉梅" not in enough


def test_somebody_elses_class_has_no_smiles_to_show(learner, database):
    assert learner.get(f"/classes/{learner.class_id}/smiles").status_code == 403
