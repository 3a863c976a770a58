from datetime import timedelta

import pytest
from sqlalchemy import func, select

from senior_univ.care.models import AccessNeeds
from senior_univ.core import clock
from senior_univ.enrolment.models import Hand, Seat
from senior_univ.timetable.models import CourseClass
from tests.enrolment.pages import post, token, words
from tests.enrolment.seats import enrol
from tests.factories import (
    VILLAGE,
    kept,
    make_class,
    make_grant,
    make_home,
    make_organisation,
    make_person,
    make_resident,
    make_room,
    make_seat,
)
from tests.signing_in import sign_in

pytestmark = pytest.mark.usefixtures("frozen")


@pytest.fixture
def learner_id(database):
    with database.write() as session:
        return make_person(session, birth_year=1948).id


@pytest.fixture
def class_id(database):
    with database.write() as session:
        return make_class(session).id


@pytest.fixture
def learner(client, learner_id):
    sign_in(client, learner_id)
    return client


def seats(database):
    with database.read() as session:
        return session.scalars(select(Seat).where(Seat.ended_at.is_(None))).all()


def test_anybody_may_look_for_a_class(client, class_id):
    page = client.get("/find")
    assert page.status_code == 200
    assert f"/find/{class_id}" in page.text
    assert client.get(f"/find/{class_id}").status_code == 200


def test_a_learner_is_first_shown_what_is_in_her_township(learner, database):
    with database.write() as session:
        near, far = make_class(session).id, make_class(session, region_code="130503001052").id
    page = learner.get("/find")
    assert f"/find/{near}" in page.text
    assert f"/find/{far}" not in page.text
    assert f"/find/{far}" in learner.get("/find?region=130500").text
    assert f"/find/{far}" not in learner.get("/find?near=county").text


def test_a_filter_leaves_only_what_was_asked_for(learner, database):
    with database.write() as session:
        room = make_room(session, make_organisation(session), is_step_free=False)
        steps = make_class(session, room=room, first_at=clock.now() + timedelta(days=2)).id
        flat = make_class(session)
        flat_id, weekday = flat.id, flat.weekday
    both = learner.get("/find").text
    assert f"/find/{steps}" in both
    for query in ("step_free=1", f"weekday={weekday}"):
        page = learner.get(f"/find?{query}").text
        assert f"/find/{flat_id}" in page
        assert f"/find/{steps}" not in page
    assert f"/find/{flat_id}" in learner.get("/find?subject=calligraphy").text
    assert f"/find/{flat_id}" not in learner.get("/find?subject=chess").text


@pytest.mark.parametrize("query", ["region=x", "region=999999", "weekday=9", "step_free=maybe", "near=moon", "page=0"])
def test_nonsense_in_the_finder_is_any(learner, query):
    assert learner.get(f"/find?{query}").status_code == 200
    assert learner.get(f"/find/place?inside=1&{query}").status_code == 200


def test_an_unknown_subject_is_any_subject(learner, database):
    with database.write() as session:
        class_id = make_class(session).id
    assert f"/find/{class_id}" in learner.get("/find?subject=alchemy").text


def test_where_nothing_is_found_a_larger_place_is_one_tap_away(learner):
    page = learner.get(f"/find?region={VILLAGE}")
    assert f"region={VILLAGE[:9]}" in page.text
    assert "/call-me" in page.text


@pytest.mark.parametrize("page", ["subject", "day", "place", f"place?inside={VILLAGE[:6]}"])
def test_every_choice_leads_back_to_the_finder(learner, page):
    shown = learner.get(f"/find/{page}")
    assert shown.status_code == 200
    assert "/find?" in shown.text


def test_she_enrols_one_question_a_page(learner, database, class_id, learner_id):
    begin = learner.get(f"/enrol/{class_id}")
    assert begin.location == f"/enrol/{class_id}/wheelchair"
    assert "请" in words(post(learner, begin.location)) or "Please" in words(post(learner, begin.location))
    then = post(learner, begin.location, wheelchair="yes")
    assert then.location == f"/enrol/{class_id}/phone?wheelchair=yes"
    check = post(learner, then.location, phone="yes")
    assert check.location == f"/enrol/{class_id}/check?wheelchair=yes"
    done = post(learner, check.location, wheelchair="yes")
    assert done.location == f"/enrol/{class_id}/confirmed"
    (seat,) = seats(database)
    assert (seat.person_id, seat.takes_wheelchair_place, seat.hand) == (learner_id, True, Hand.HERSELF)
    confirmed = learner.get(done.location)
    assert seat.reference[:5] in confirmed.text
    assert f"/seats/{seat.id}/end" in confirmed.text


def test_a_number_that_is_wrong_does_not_keep_her_out_and_says_how_it_is_changed(learner, database, class_id):
    check = post(learner, f"/enrol/{class_id}/phone?wheelchair=no", phone="wrong")
    assert check.location == f"/enrol/{class_id}/check?wheelchair=no&phone=wrong"
    assert f"/enrol/{class_id}/phone?wheelchair=no" in learner.get(check.location).text
    done = post(learner, check.location, wheelchair="no")
    assert done.location == f"/enrol/{class_id}/confirmed?phone=wrong"
    assert "/call-me" in learner.get(done.location).text.split("<dl")[0]
    assert len(seats(database)) == 1


def test_what_is_known_is_not_asked(learner, database, class_id, learner_id):
    with database.write() as session:
        kept(session, AccessNeeds(person_id=learner_id))
    assert learner.get(f"/enrol/{class_id}").location == f"/enrol/{class_id}/phone"


def test_sent_twice_it_is_the_same_seat(learner, database, class_id):
    url = f"/enrol/{class_id}/check?wheelchair=no"
    form = {"csrf_token": token(learner, url), "wheelchair": "no"}
    answers = [learner.post(url, data=form) for _ in range(2)]
    assert [answer.location for answer in answers] == [f"/enrol/{class_id}/confirmed"] * 2
    assert len(seats(database)) == 1
    assert learner.get(f"/enrol/{class_id}").location == f"/enrol/{class_id}/confirmed"


def test_a_class_that_filled_up_meanwhile_says_so_on_the_same_page(learner, database, class_id):
    url = f"/enrol/{class_id}/check?wheelchair=no"
    csrf = token(learner, url)
    with database.write() as session:
        session.get(CourseClass, class_id).capacity = 1
        session.flush()
        enrol(session, session.get(CourseClass, class_id), make_person(session))
    page = learner.post(url, data={"csrf_token": csrf, "wheelchair": "no"})
    assert page.status_code == 200
    assert 'class="error-summary"' in page.text
    assert 'class="warning"' in learner.get(f"/enrol/{class_id}").text
    assert len(seats(database)) == 1


def test_a_stranger_is_led_to_sign_in_and_back(client, class_id):
    assert client.get(f"/enrol/{class_id}").location == f"/sign-in?next=/enrol/{class_id}"


def test_a_homes_own_class_is_not_there_for_others(learner, client, database):
    with database.write() as session:
        home = make_home(session)
        class_id = make_class(session, site=home, home_id=home.id).id
        resident_id = make_resident(session, home).id
    assert learner.get(f"/find/{class_id}").status_code == 404
    assert learner.get(f"/enrol/{class_id}").status_code == 404
    assert f"/find/{class_id}" not in learner.get("/find").text
    sign_in(client, resident_id)
    assert client.get(f"/find/{class_id}").status_code == 200


def helping(client, elder_id):
    with client.session_transaction() as web:
        web["acting_for"] = elder_id


def test_a_daughter_enrols_her_mother(client, database, class_id, learner_id):
    with database.write() as session:
        daughter = make_person(session, name="李娜", birth_year=1975)
        make_grant(session, session.get(type(daughter), learner_id), daughter)
        daughter_id = daughter.id
    sign_in(client, daughter_id)
    helping(client, learner_id)
    post(client, f"/enrol/{class_id}/check?wheelchair=no", wheelchair="no")
    (seat,) = seats(database)
    assert (seat.person_id, seat.taken_by_id, seat.hand) == (learner_id, daughter_id, Hand.RELATIVE)


def test_a_relative_without_the_right_is_told_in_words(client, database, class_id, learner_id):
    with database.write() as session:
        daughter = make_person(session, name="李娜", birth_year=1975)
        make_grant(session, session.get(type(daughter), learner_id), daughter, rights=["see"])
        daughter_id = daughter.id
    sign_in(client, daughter_id)
    helping(client, learner_id)
    assert client.get(f"/enrol/{class_id}").status_code == 409
    refused = post(client, f"/enrol/{class_id}/check?wheelchair=no", wheelchair="no")
    assert "王秀英" in words(refused)
    assert seats(database) == []


def test_she_undoes_before_the_first_lesson(learner, database, class_id, learner_id):
    with database.write() as session:
        seat_id = enrol(session, session.get(CourseClass, class_id), make_person_again(session, learner_id)).id
    assert f"/seats/{seat_id}/end" in learner.get("/my-classes").text
    done = post(learner, f"/seats/{seat_id}/end")
    assert done.location == "/my-classes"
    assert seats(database) == []
    assert post(learner, f"/seats/{seat_id}/end").status_code == 303


def test_who_joins_late_undoes_until_her_own_first_lesson(learner, database, learner_id):
    with database.write() as session:
        me = make_person_again(session, learner_id)
        running = make_class(session, first_at=clock.now() - timedelta(days=8))
        old = make_seat(session, running, me, taken_at=clock.now() - timedelta(days=10))
        new = make_seat(session, make_class(session, first_at=clock.now() - timedelta(days=5)), me)
        old_id, new_id = old.id, new.id
    assert "/seats" in learner.get("/my-classes").text
    assert "退课" in learner.get(f"/seats/{old_id}/end").text
    assert "撤销" in learner.get(f"/seats/{new_id}/end").text


def make_person_again(session, person_id):
    return session.get(type(make_person(session)), person_id)


def test_a_strangers_seat_is_not_there(learner, database, class_id):
    with database.write() as session:
        seat_id = enrol(session, session.get(CourseClass, class_id), make_person(session)).id
    assert learner.get(f"/seats/{seat_id}/end").status_code == 404
    assert learner.get(f"/seats/{seat_id}/slip").status_code == 404
    assert learner.get(f"/classes/{class_id}/roster").status_code == 403


def test_her_week_shows_her_lessons_and_leads_on(learner, database, class_id, learner_id):
    with database.write() as session:
        enrol(session, session.get(CourseClass, class_id), make_person_again(session, learner_id))
    this_week = learner.get("/my-week")
    assert "楷书入门" in this_week.text
    assert "正月" in this_week.text
    assert "楷书入门" in learner.get("/my-week?on=2026-03-18").text
    later = learner.get("/my-week?on=2026-07-01").text
    assert "day-lessons" not in later
    assert "/my-week?on=2026-03-11" in later
    assert "楷书入门" in learner.get("/my-week?on=2026-03-11&by=day").text
    assert "楷书入门" not in learner.get("/my-week?on=2026-03-12&by=day").text
    assert "楷书入门" in learner.get("/my-week/print").text


@pytest.mark.parametrize("query", ["on=x", "on=0001-01-01", "on=9999-12-31", "by=moon", "on=2026-02-30"])
def test_nonsense_in_the_week_is_a_week(learner, query):
    assert learner.get(f"/my-week?{query}").status_code == 200


def test_the_pages_cost_the_same_queries_whatever_they_show(learner, database, statements, learner_id):
    def cost(url):
        with statements() as seen:
            assert learner.get(url).status_code == 200
        return len(seen)

    urls = ("/find?region=130500", "/my-week", "/my-classes")
    with database.write() as session:
        site = make_organisation(session)
        for number in range(2):
            made = make_class(session, site=site, first_at=clock.now() + timedelta(hours=2 + 2 * number))
            enrol(session, made, make_person_again(session, learner_id))
    few = [cost(url) for url in urls]
    with database.write() as session:
        for number in range(8):
            made = make_class(session, first_at=clock.now() + timedelta(hours=8 + 2 * number))
            enrol(session, made, make_person_again(session, learner_id))
        assert session.scalar(select(func.count()).select_from(Seat)) == 10
    assert [cost(url) for url in urls] == few
