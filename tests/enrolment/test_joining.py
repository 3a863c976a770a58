from datetime import timedelta

import pytest
from sqlalchemy import select

from senior_univ.core import clock
from senior_univ.core.permissions import Role
from senior_univ.reminders.models import Message
from senior_univ.timetable.models import CourseClass, Delivery
from tests import factories
from tests.queries_counted import queries_of
from tests.sending_forms import send
from tests.signing_in import sign_in

LINK = "https://meeting.example.com/dm/9Zx"
OTHER_LINK = "https://meeting.example.com/dm/other"


def learner_in(database, **given):
    """A learner with a class that begins in two hours, and the ids of class and lesson."""
    with database.write() as session:
        made = factories.make_class(
            session,
            first_at=clock.now() + timedelta(hours=2),
            **{"delivery": Delivery.ONLINE, "join_url": LINK} | given,
        )
        person = factories.make_person(session)
        factories.make_account(session, person)
        factories.make_seat(session, made, person, taken_at=clock.now() - timedelta(days=1))
        return person.id, made.id, made.lessons[0].id


@pytest.fixture
def hers(database, frozen):
    return learner_in(database)


def test_her_pages_say_from_when_she_may_join_and_have_the_button_then(client, hers, frozen):
    person_id, class_id, lesson_id = hers
    sign_in(client, person_id)
    pages = ["/", "/my-week", "/my-week?by=day", f"/find/{class_id}"]
    for page in pages:
        text = client.get(page).text
        assert f"/lessons/{lesson_id}/join" not in text, page
        assert "10:45" in text, page
    frozen.move_to(clock.now() + timedelta(minutes=105))
    for page in pages:
        text = client.get(page).text
        assert f"/lessons/{lesson_id}/join" in text, page
        assert LINK not in text
    answer = client.get(f"/lessons/{lesson_id}/join")
    assert answer.status_code == 303
    assert answer.location == LINK
    frozen.move_to(clock.now() + timedelta(minutes=15 + 90))
    assert f"/lessons/{lesson_id}/join" not in client.get("/my-week").text
    assert client.get(f"/lessons/{lesson_id}/join").status_code == 200


def test_nobody_else_may_join(client, hers, database, frozen):
    with database.write() as session:
        other = factories.make_person(session)
        factories.make_account(session, other)
        other_id = other.id
    sign_in(client, other_id)
    frozen.move_to(clock.now() + timedelta(hours=2))
    assert client.get(f"/lessons/{hers[2]}/join").status_code == 404
    with client.session_transaction() as web:
        web.clear()
    assert client.get(f"/lessons/{hers[2]}/join").status_code == 302


def test_her_daughter_joins_for_her(client, hers, database, frozen):
    with database.write() as session:
        daughter = factories.make_person(session, name="李婷", birth_year=1975)
        factories.make_account(session, daughter)
        factories.make_grant(session, session.get_one(factories.Person, hers[0]), daughter)
        daughter_id = daughter.id
    sign_in(client, daughter_id)
    with client.session_transaction() as web:
        web["acting_for"] = hers[0]
    frozen.move_to(clock.now() + timedelta(hours=2))
    assert f"/lessons/{hers[2]}/join" in client.get("/my-week").text
    assert client.get(f"/lessons/{hers[2]}/join").location == LINK


def test_an_online_lesson_names_no_room_to_her_and_one_on_site_no_way_in(client, database, frozen):
    person_id, class_id, _lesson = learner_in(database)
    sign_in(client, person_id)
    for page in ("/", "/my-week", "/my-classes", f"/find/{class_id}"):
        assert "一楼教室" not in client.get(page).text, page
    other_id, _class, lesson_id = learner_in(database, delivery=Delivery.ON_SITE)
    sign_in(client, other_id)
    frozen.move_to(clock.now() + timedelta(hours=2))
    assert "一楼教室" in client.get("/my-week").text
    page = client.get(f"/lessons/{lesson_id}/join")
    assert page.status_code == 200
    assert "一楼教室" in page.text


def home_with_lessons(database):
    """A home whose resident sits in an online class of a site, and which has one of its own; and a class elsewhere."""
    with database.write() as session:
        home = factories.make_home(session)
        scheduler = factories.make_staff(session, Role.CARE_SCHEDULER, home)
        resident = factories.make_resident(session, home, name="孙桂兰")
        at = {"first_at": clock.now() + timedelta(hours=1), "join_url": LINK}
        site = factories.make_class(session, delivery=Delivery.ONLINE, **at)
        factories.make_seat(session, site, resident)
        room = factories.make_room(session, home)
        own = factories.make_class(session, delivery=Delivery.BOTH, home_id=home.id, room=room, **at)
        factories.make_class(session, delivery=Delivery.ONLINE, **at | {"join_url": OTHER_LINK})
        factories.make_class(session, home_id=home.id, room=factories.make_room(session, home), first_at=at["first_at"])
        return home.id, scheduler.id, site.lessons[0].id, own.lessons[0].id


def test_the_big_screen_has_todays_online_lessons_and_nobodys_name(client, database, frozen):
    home_id, scheduler_id, *lesson_ids = home_with_lessons(database)
    sign_in(client, scheduler_id)
    text = client.get(f"/homes/{home_id}/screen").text
    assert "孙桂兰" not in text
    assert "李建国" not in text
    assert "赵志强" not in text
    assert "/screen/" not in text
    frozen.move_to(clock.now() + timedelta(minutes=50))
    text = client.get(f"/homes/{home_id}/screen").text
    assert text.count(f"/homes/{home_id}/screen/") == 2
    for lesson_id in lesson_ids:
        assert client.get(f"/homes/{home_id}/screen/{lesson_id}").location == LINK


def test_the_big_screen_is_for_the_homes_staff_and_its_own_lessons(client, database, frozen):
    home_id, scheduler_id, *_ids = home_with_lessons(database)
    with database.write() as session:
        elsewhere = session.scalars(select(CourseClass).where(CourseClass.join_url == OTHER_LINK)).one().lessons[0].id
        stranger = factories.make_staff(session, Role.CARE_SCHEDULER, factories.make_home(session)).id
        manager = factories.make_staff(session, Role.SITE_MANAGER, factories.make_organisation(session)).id
    sign_in(client, scheduler_id)
    assert client.get(f"/homes/{home_id}/screen/{elsewhere}").status_code == 404
    sign_in(client, stranger)
    assert client.get(f"/homes/{home_id}/screen").status_code == 404
    sign_in(client, manager)
    assert client.get(f"/homes/{home_id}/screen").status_code == 403


def test_the_big_screen_says_when_nothing_is_left_and_asks_a_constant_number_of_times(client, database, frozen):
    home_id, scheduler_id, *_ids = home_with_lessons(database)
    sign_in(client, scheduler_id)
    few = queries_of(client, f"/homes/{home_id}/screen")
    with database.write() as session:
        room = factories.make_room(session, session.get_one(factories.Organisation, home_id))
        for minutes in range(100, 130, 5):
            at = clock.now() + timedelta(minutes=minutes)
            factories.make_class(session, home_id=home_id, delivery=Delivery.ONLINE, first_at=at, lessons=1)
        assert room.id
    assert queries_of(client, f"/homes/{home_id}/screen") == few
    frozen.move_to(clock.now() + timedelta(hours=9))
    assert "/screen/" not in client.get(f"/homes/{home_id}/screen").text


def test_a_lesson_that_goes_online_is_told_with_where_it_is_now(client, database, frozen):
    _person, class_id, lesson_id = learner_in(database, delivery=Delivery.ON_SITE)
    with database.write() as session:
        made = session.get_one(CourseClass, class_id)
        manager_id = factories.make_staff(session, Role.SITE_MANAGER, made.organisation).id
    sign_in(client, manager_id)
    assert send(client, f"/lessons/{lesson_id}/online").status_code == 303
    with database.read() as session:
        (message,) = session.scalars(select(Message))
        assert message.parameters["before"][str(lesson_id)]["is_online"] is False
