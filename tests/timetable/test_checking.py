"""The forms of classes and lessons: looked at before anything is written, with a button and while they are filled."""

import re
from datetime import date, time

import pytest
from sqlalchemy import select

from senior_univ.attendance.models import Leave
from senior_univ.care.models import CareBlock, CareKind
from senior_univ.core import clock
from senior_univ.core.permissions import Role
from senior_univ.network.models import OpeningHours, Organisation, Room
from senior_univ.timetable.models import CourseClass, Delivery, Holder, Lesson, Occupancy, Override
from tests import factories
from tests.enrolment.seats import enrol
from tests.signing_in import sign_in
from tests.timetable.site import Site, viewer_of
from tests.timetable.test_pages import form_of

FREE = {"weekday": "1", "starts": "14:00", "from_on": ""}
TAKEN = {"weekday": "3", "starts": "09:30", "from_on": ""}


@pytest.fixture
def site(database, frozen):
    return Site.make(database)


@pytest.fixture
def manager(client, site):
    client.set_cookie("language", "en")
    sign_in(client, site.manager_id)
    return client


def classes_in(database):
    with database.read() as session:
        return len(session.scalars(select(CourseClass.id)).all())


def answers_of(site, client, **given):
    """The new class's form with the site's own room and teacher in it."""
    own = {"room": site.plan.room.id, "teacher": site.plan.teacher.id, "course": site.plan.course.id}
    return form_of(client, "/classes/new") | {name: str(key) for name, key in own.items()} | given


def test_only_looking_opens_nothing_and_says_that_it_can_be(manager, site, database):
    page = manager.post("/classes/new", data=answers_of(site, manager, **FREE, only_check="1")).text
    assert "It can be like this" in page
    assert "15 lessons" in page
    page = manager.post("/classes/new", data=answers_of(site, manager, **TAKEN, only_check="1")).text
    assert "already has 楷书入门" in page
    assert "Free near that time" in page
    assert classes_in(database) == 1


def test_the_same_is_answered_while_the_form_is_filled(manager, site):
    free, taken = answers_of(site, manager, **FREE), answers_of(site, manager, **TAKEN)
    assert "It can be like this" in manager.get("/classes/new/check", query_string=free).text
    part = manager.get("/classes/new/check", query_string=taken).text
    assert "already has 楷书入门" in part
    assert "<html" not in part
    assert manager.get("/classes/new/check", query_string={"weekday": "3"}).text == ""
    assert manager.get("/classes/new/check", query_string=taken | {"minutes": "-9"}).text != ""


def close_in_the_morning(database, site):
    with database.write() as session:
        venue_id = session.get_one(Room, site.plan.room.id).venue_id
        session.add(OpeningHours(venue_id=venue_id, weekday=1, opens=time(8), closes=time(12)))


def test_a_reason_is_asked_for_where_one_would_do_and_stands_on_the_lessons_page(manager, site, database):
    close_in_the_morning(database, site)
    answers = answers_of(site, manager, **FREE)
    refused = manager.post("/classes/new", data=answers).text
    assert "is not open at that time" in refused
    assert "data-override>" in refused
    assert "data-override hidden" in manager.get("/classes/new").text
    answer = manager.post("/classes/new", data=answers | {"override": "钥匙在李师傅那里"})
    assert answer.status_code == 303
    with database.read() as session:
        lesson_id = session.scalars(select(Override.lesson_id)).first()
    page = manager.get(f"/lessons/{lesson_id}").text
    assert "钥匙在李师傅那里" in page
    assert "Outside the opening hours" in page


def learner_with_two(database, site):
    """A learner of the site's class, and of another on Fridays; the first lesson of each."""
    with database.write() as session:
        hers = session.get_one(CourseClass, site.class_id)
        person = factories.make_person(session, name="李桂兰")
        friday = clock.instant(date(2026, 3, 13), time(14))
        other = factories.make_class(session, first_at=friday)
        enrol(session, hers, person)
        enrol(session, other, person)
        return person.id, site.lesson_ids[0]


def test_who_meets_another_lesson_is_named_before_a_lesson_moves_onto_it(manager, site, database):
    person_id, lesson_id = learner_with_two(database, site)
    url = f"/lessons/{lesson_id}/move"
    answers = form_of(manager, url) | {"day": "2026-03-13", "starts": "14:30"}
    part = manager.get(f"{url}/check", query_string=answers).text
    assert "李桂兰" in part
    warned = manager.post(url, data=answers)
    assert warned.status_code == 200
    assert "李桂兰 has another class at that time" in warned.text
    assert "Change it all the same" in warned.text
    known = re.search(r'name="known"[^>]*value="([^"]+)"', warned.text)[1]
    assert manager.post(url, data=answers | {"known": known}).status_code == 303
    with database.read() as session:
        held = select(Occupancy.lesson_id).where(Occupancy.holder == Holder.PERSON, Occupancy.holder_id == person_id)
        assert lesson_id not in session.scalars(held).all()
        assert session.scalars(select(Leave.person_id).where(Leave.lesson_id == lesson_id)).all() == [person_id]


def test_a_lesson_that_meets_nobodys_other_moves_at_once(manager, site, database):
    _person_id, lesson_id = learner_with_two(database, site)
    url = f"/lessons/{lesson_id}/move"
    answers = form_of(manager, url) | {"day": "2026-03-13", "starts": "09:30"}
    assert manager.post(url, data=answers).status_code == 303


def test_a_class_that_moves_leaves_what_falls_on_a_holiday_and_says_so(manager, site, database):
    url = f"/classes/{site.class_id}/move-all"
    with database.write() as session:
        session.get_one(Lesson, site.lesson_ids[0]).cancelled_at = clock.now()
    answers = form_of(manager, url) | {"weekday": "0", "starts": "14:00"}
    answers.pop("leave_rest", None)
    looked = manager.post(url, data=answers | {"only_check": "1"}).text
    assert "2 lessons stay as they are" in looked
    assert "Tomb-sweeping Day" in looked
    assert "2 lessons stay as they are" in manager.get(f"{url}/check", query_string=answers).text
    done = manager.post(url, data=answers, follow_redirects=True).text
    assert "2 lessons stayed as they were" in done


def home_site(database):
    with database.write() as session:
        home = factories.make_home(session)
        unit = factories.make_unit(session, home)
        scheduler = viewer_of(session, Role.CARE_SCHEDULER, home)
        factories.make_term(session)
        factories.make_course(session, home)
        factories.make_teacher(session, home)
        factories.make_room(session, home)
        nap = {"kind": CareKind.NAP, "starts": time(13), "ends": time(15), "note": ""}
        session.add(CareBlock(home_id=home.id, unit_id=unit.id, **nap))
        return home.id, unit.id, scheduler.person_id


def test_a_homes_class_is_for_a_unit_and_minds_that_units_day(client, database, frozen):
    _home_id, unit_id, person_id = home_site(database)
    client.set_cookie("language", "en")
    sign_in(client, person_id)
    answers = form_of(client, "/classes/new") | FREE | {"unit": str(unit_id)}
    assert "Nap" in client.post("/classes/new", data=answers | {"only_check": "1"}).text
    assert client.post("/classes/new", data=answers | {"starts": "16:00"}).status_code == 303
    with database.read() as session:
        opened = session.scalars(select(CourseClass)).one()
        assert (opened.unit_id, opened.delivery) == (unit_id, Delivery.ON_SITE)


def test_a_site_has_no_units_to_choose_from(manager):
    assert 'name="unit"' not in manager.get("/classes/new").text


def test_an_online_class_needs_a_way_in_and_keeps_only_the_link_of_an_invitation(manager, site, database):
    answers = answers_of(site, manager, **FREE) | {"delivery": "online"}
    refused = manager.post("/classes/new", data=answers)
    assert "paste the link" in refused.text
    assert classes_in(database) == 1
    invitation = {"join_url": "王老师邀请您: https://meeting.example.com/j/123 会议号 123"}
    assert manager.post("/classes/new", data=answers | invitation).status_code == 303
    with database.read() as session:
        opened = session.scalars(select(CourseClass).order_by(CourseClass.id.desc())).first()
        assert (opened.delivery, opened.join_url) == (Delivery.ONLINE, "https://meeting.example.com/j/123")


def test_another_sites_manager_gets_no_answer(client, site, database):
    with database.write() as session:
        stranger = viewer_of(session, Role.SITE_MANAGER, factories.make_organisation(session)).person_id
        assert session.get_one(Organisation, site.organisation_id)
    sign_in(client, stranger)
    assert client.get(f"/lessons/{site.lesson_ids[0]}/move/check").status_code == 404
    assert client.get(f"/classes/{site.class_id}/move-all/check").status_code == 404
    assert client.get(f"/classes/new/check?organisation={site.organisation_id}").status_code == 404
