"""What a phone's calendar reads: every lesson once, moved and cancelled ones told right, until the address is taken back."""

import re
from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from icalendar import Calendar
from sqlalchemy import func, select

from senior_univ.accounts.models import FamilyGrant, Person
from senior_univ.attendance.actions import ask_leave
from senior_univ.core import clock
from senior_univ.core.access import Viewer
from senior_univ.core.permissions import Role
from senior_univ.enrolment.actions import end_seat
from senior_univ.enrolment.models import Seat
from senior_univ.feeds import views
from senior_univ.feeds.calendars import calendar_of
from senior_univ.feeds.models import Feed
from senior_univ.feeds.queries import hash_of
from senior_univ.timetable.actions import cancel_class, cancel_lesson, move_lesson
from senior_univ.timetable.models import CourseClass, Lesson
from tests.enrolment.pages import post, token, words
from tests.enrolment.seats import enrol
from tests.factories import (
    OTHER_COUNTY,
    kept,
    make_class,
    make_grant,
    make_organisation,
    make_person,
    make_room,
    make_staff,
)
from tests.feeds.lessons import lesson_of
from tests.queries_counted import counted
from tests.signing_in import sign_in

pytestmark = pytest.mark.usefixtures("frozen")


@pytest.fixture
def town(database):
    """A learner with a class of four lessons, and the manager of its site."""
    with database.write() as session:
        site = make_organisation(session)
        course_class = make_class(session, site=site)
        person, manager = make_person(session), make_staff(session, Role.SITE_MANAGER, site)
        enrol(session, course_class, person)
        return {
            "person": person.id,
            "class": course_class.id,
            "room": course_class.room_id,
            "manager": manager.id,
            "lessons": [lesson.id for lesson in course_class.lessons],
        }


def address_made(client, url="/my-calendar"):
    """Makes an address on that page; returns its path."""
    page = client.get(post(client, url).location).text
    shown = re.search(r">http://[^/<]+(/calendar/[^<]+\.ics)<", page)
    assert shown
    return shown.group(1)


def read(client, path):
    response = client.get(path)
    assert response.status_code == 200
    assert response.content_type == "text/calendar; charset=utf-8"
    return Calendar.from_ical(response.data)


def events(client, path):
    return sorted(read(client, path).walk("VEVENT"), key=lambda event: event["DTSTART"].dt)


@pytest.fixture
def hers(client, town):
    """The path of the learner's calendar."""
    sign_in(client, town["person"])
    return address_made(client)


def test_her_calendar_has_every_lesson_of_hers_at_its_local_time(client, town, hers):
    shown = events(client, hers)
    assert [event["SUMMARY"] for event in shown] == ["楷书入门"] * 4
    assert shown[0]["DTSTART"].dt.strftime("%Y-%m-%d %H:%M") == "2026-03-11 09:30"
    assert shown[0]["DTSTART"].params["TZID"] == "Asia/Shanghai"
    assert shown[0]["STATUS"] == "CONFIRMED"
    assert "大槐树" in shown[0]["LOCATION"]
    assert "赵志强" in shown[0]["DESCRIPTION"]


def test_a_calendar_is_what_the_standard_asks(client, hers):
    raw = client.get(hers).data
    lines = raw.split(b"\r\n")
    assert lines[0] == b"BEGIN:VCALENDAR"
    assert b"\n" not in raw.replace(b"\r\n", b"")
    assert max(map(len, lines)) <= 75
    assert raw.count(b"BEGIN:VTIMEZONE") == 1
    parsed = Calendar.from_ical(raw)
    assert parsed["VERSION"] == "2.0"
    assert parsed["PRODID"]
    for event in parsed.walk("VEVENT"):
        assert {"UID", "DTSTAMP", "DTSTART", "DTEND", "SEQUENCE", "STATUS"} <= set(event)
        assert event["DTSTAMP"].dt.utcoffset() == timedelta(0)
    uids = [event["UID"] for event in parsed.walk("VEVENT")]
    assert len(set(uids)) == len(uids)


def test_a_moved_lesson_keeps_its_name_and_says_that_it_is_newer(client, database, town, hers):
    before = events(client, hers)[0]
    with database.write() as session:
        lesson = session.get_one(Lesson, town["lessons"][0])
        move_lesson(session, lesson, starts_at=lesson.starts_at + timedelta(hours=5), by=by_manager(town))
    after = events(client, hers)[0]
    assert after["UID"] == before["UID"]
    assert after["SEQUENCE"] > before["SEQUENCE"]
    assert after["DTSTART"].dt == before["DTSTART"].dt + timedelta(hours=5)


def by_manager(town):
    return Viewer(town["manager"], "李建国")


def test_a_cancelled_lesson_stays_as_cancelled(client, database, town, hers):
    with database.write() as session:
        cancel_lesson(session, session.get_one(Lesson, town["lessons"][1]), reason="下雪", by=by_manager(town))
    cancelled = events(client, hers)[1]
    assert cancelled["STATUS"] == "CANCELLED"
    assert cancelled["SEQUENCE"] == 1
    assert cancelled["SUMMARY"] == "停课：楷书入门"
    assert "下雪" in cancelled["DESCRIPTION"]


def test_a_cancelled_class_cancels_all_its_lessons_in_her_calendar(client, database, town, hers):
    with database.write() as session:
        cancel_class(session, session.get_one(CourseClass, town["class"]), reason="人太少", by=by_manager(town))
    assert {event["STATUS"] for event in events(client, hers)} == {"CANCELLED"}


def test_leave_is_said_in_the_title_and_leaves_her_time_free(client, database, town, hers):
    with database.write() as session:
        lesson = session.get_one(Lesson, town["lessons"][0])
        ask_leave(session, lesson, person_id=town["person"], by=Viewer(town["person"], "王秀英"))
    first = events(client, hers)[0]
    assert first["SUMMARY"] == "楷书入门（已请假）"
    assert first["TRANSP"] == "TRANSPARENT"


def test_a_calendar_that_did_not_change_is_not_sent_again(client, database, town, hers):
    first = client.get(hers)
    same = client.get(hers, headers={"If-None-Match": first.headers["ETag"]})
    assert same.status_code == 304
    assert not same.data
    with database.write() as session:
        cancel_lesson(session, session.get_one(Lesson, town["lessons"][0]), reason="下雪", by=by_manager(town))
    assert client.get(hers, headers={"If-None-Match": first.headers["ETag"]}).status_code == 200


def test_nobody_needs_to_sign_in_and_no_proxy_keeps_it(app, hers):
    stranger = app.test_client()
    response = stranger.get(hers)
    assert response.status_code == 200
    assert response.headers["Cache-Control"] == "private, max-age=900"


def test_an_address_that_was_taken_back_says_so_and_shows_nothing(client, database, hers):
    with database.read() as session:
        feed_id = session.scalar(select(Feed.id))
    url = f"/calendar-addresses/{feed_id}/take-back"
    for _again in range(2):
        client.post(url, data={"csrf_token": token(client, "/my-calendar")})
        gone = client.get(hers)
        assert gone.status_code == 410
        assert "收回" in words(gone)
        assert "楷书" not in gone.text


def test_an_address_that_never_was_is_not_found(client):
    assert client.get("/calendar/nonsense.ics").status_code == 404
    assert client.get("/calendar/%00.ics").status_code in (400, 404)


def test_only_a_hash_of_the_address_is_kept(database, hers):
    with database.read() as session:
        kept_hash = session.scalar(select(Feed.token_hash))
    assert hers.removeprefix("/calendar/").removesuffix(".ics") not in kept_hash
    assert len(kept_hash) == 64


def test_another_learner_cannot_take_it_back(client, database, hers):
    with database.write() as session:
        other, feed_id = make_person(session).id, session.scalar(select(Feed.id))
    sign_in(client, other)
    url = f"/calendar-addresses/{feed_id}/take-back"
    assert client.post(url, data={"csrf_token": token(client, "/my-calendar")}).status_code == 404
    assert client.get(hers).status_code == 200


def test_a_relatives_calendar_ends_when_she_lets_him_no_longer_see(client, database, town):
    with database.write() as session:
        son = make_person(session, name="王强")
        grant = make_grant(session, session.get_one(Person, town["person"]), son)
        son_id, grant_id = son.id, grant.id
        kept(
            session,
            Feed(token_hash=hash_of("of-son"), person_id=town["person"], made_at=clock.now(), made_by_id=son_id),
        )
    assert client.get("/calendar/of-son.ics").status_code == 200
    with database.write() as session:
        session.get_one(FamilyGrant, grant_id).ended_at = clock.now()
    assert client.get("/calendar/of-son.ics").status_code == 410


def test_what_she_left_is_no_longer_in_her_calendar(client, database, town, hers):
    with database.write() as session:
        end_seat(session, session.scalars(select(Seat)).one(), by=Viewer(town["person"], "王秀英"))
    assert events(client, hers) == []


def test_a_class_and_a_room_have_calendars_that_name_no_learner(client, town):
    sign_in(client, town["manager"])
    for url in (f"/classes/{town['class']}/calendar", f"/rooms/{town['room']}/calendar"):
        path = address_made(client, url)
        assert len(events(client, path)) == 4
        assert "王秀英" not in client.get(path).text


def test_a_stranger_makes_no_calendar_of_a_class_or_a_room(client, database, town):
    with database.write() as session:
        other = make_staff(session, Role.SITE_MANAGER, make_organisation(session, region_code=OTHER_COUNTY)).id
    sign_in(client, other)
    assert client.get(f"/classes/{town['class']}/calendar").status_code == 404
    assert client.get(f"/rooms/{town['room']}/calendar").status_code == 404


def test_ten_addresses_are_enough(client, database, town, hers):
    for _more in range(9):
        post(client, "/my-calendar")
    assert "10" in words(post(client, "/my-calendar"))
    with database.read() as session:
        assert session.scalar(select(func.count()).select_from(Feed)) == 10


def test_a_calendar_of_many_lessons_asks_the_database_as_often_as_one_of_few(client, database, town, hers):
    def cost():
        with counted(database) as count:
            client.get(hers)
        return count.number

    few = cost()
    with database.write() as session:
        person = session.get_one(Feed, session.scalar(select(Feed.id))).person
        for day in range(2, 6):
            first = clock.instant(clock.today() + timedelta(days=day), clock.local(clock.now()).time())
            room = make_room(session)
            enrol(session, make_class(session, first_at=first, lessons=12, room=room), person)
    assert cost() == few


def test_a_zone_with_summer_time_gives_right_times(client, database, town, hers):
    berlin = ZoneInfo("Europe/Berlin")
    clock.use_zone(berlin)
    try:
        shown = events(client, hers)
    finally:
        clock.use_zone(ZoneInfo("Asia/Shanghai"))
    with database.read() as session:
        starts = session.scalars(select(Lesson.starts_at).order_by(Lesson.starts_at)).all()
    assert [event["DTSTART"].dt.timestamp() for event in shown] == [each.timestamp() for each in starts]
    assert {str(event["DTSTART"].params["TZID"]) for event in shown} == {"Europe/Berlin"}
    assert {event["DTSTART"].dt.utcoffset() for event in shown} == {timedelta(hours=1), timedelta(hours=2)}


ANY_TEXT = st.text(st.characters(exclude_categories=("Cs", "Cc"), include_characters="\n"), min_size=1, max_size=80)


@given(title=ANY_TEXT, reason=ANY_TEXT)
def test_any_words_come_back_from_a_calendar_as_they_were(title, reason):
    raw = calendar_of(title, [lesson_of(title, reason)], zone=ZoneInfo("Asia/Shanghai"))
    event = Calendar.from_ical(raw).walk("VEVENT")[0]
    assert event["SUMMARY"].endswith(title)
    assert reason in event["DESCRIPTION"]
    assert all(len(line) <= 75 for line in raw.split(b"\r\n"))


def test_a_reload_after_making_an_address_makes_no_second_one(client, database, town):
    sign_in(client, town["person"])
    answer = post(client, "/my-calendar")
    assert answer.status_code == 303
    assert ".ics" in client.get(answer.location).text
    assert ".ics" not in client.get(answer.location).text
    with database.read() as session:
        assert session.scalar(select(func.count()).select_from(Feed)) == 1


def test_a_calendar_that_is_read_without_a_pause_is_told_when_to_come_again(client, town, monkeypatch):
    monkeypatch.setattr(views, "READS_PER_HOUR", 2)
    sign_in(client, town["person"])
    address = address_made(client)
    assert [client.get(address).status_code for _ in range(3)] == [200, 200, 429]
    refused = client.get(address)
    assert 0 < int(refused.headers["Retry-After"]) <= 3601
