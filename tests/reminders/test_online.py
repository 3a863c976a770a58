"""Texts about online lessons name no room."""

from datetime import timedelta

import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st
from time_machine import Traveller

from senior_univ.core.access import Viewer
from senior_univ.core.db import Database
from senior_univ.reminders.places import EITHER, SHORT, kept_place, shortened
from senior_univ.timetable.going_online import hold_online
from senior_univ.timetable.models import Delivery, Lesson
from tests.factories import make_class, make_course, make_organisation, make_person, make_seat
from tests.reminders.conftest import Worker, at

TOMORROW = at("2026-03-11 09:30")
LINK = "https://meeting.example.com/1"


@pytest.fixture
def lesson_id(database: Database, frozen: Traveller) -> int:
    return a_lesson(database)


def a_lesson(database: Database, delivery: Delivery = Delivery.ON_SITE) -> int:
    with database.write() as session:
        site = make_organisation(session, sms_name="北关站")
        course = make_course(session, site, title="楷书入门")
        fields = {"site": site, "course": course, "delivery": delivery, "join_url": LINK}
        made = make_class(session, first_at=TOMORROW, **fields)
        make_seat(session, made, make_person(session, phone="+8613800138000"))
        return made.lessons[0].id


def hold(database: Database, worker: Worker, lesson_id: int, *, is_online: bool) -> None:
    with database.write() as session:
        lesson = session.get_one(Lesson, lesson_id)
        by = Viewer(session.get_one(Lesson, lesson_id).teacher.person_id, "赵志强")
        hold_online(session, lesson, worker.settings, by=by, is_online=is_online)


def test_a_lesson_that_goes_online_is_told_and_where_it_is_back_too(
    database: Database, worker: Worker, lesson_id: int, frozen: Traveller
) -> None:
    hold(database, worker, lesson_id, is_online=True)
    frozen.shift(timedelta(minutes=5))
    [(_phone, text)] = worker.send()
    assert "一楼教室" not in text
    assert "@online" not in text
    assert LINK not in text
    assert "上午9:30" in text
    hold(database, worker, lesson_id, is_online=False)
    frozen.shift(timedelta(minutes=5))
    [(_phone, text)] = worker.send()
    assert "北关站一楼教室" in text


def test_there_and_back_within_minutes_is_no_news(
    database: Database, worker: Worker, lesson_id: int, frozen: Traveller
) -> None:
    hold(database, worker, lesson_id, is_online=True)
    hold(database, worker, lesson_id, is_online=False)
    frozen.shift(timedelta(minutes=5))
    assert worker.send() == []


def test_the_reminder_of_an_online_lesson_names_no_room(database: Database, worker: Worker, frozen: Traveller) -> None:
    a_lesson(database, Delivery.ONLINE)
    frozen.move_to(at("2026-03-10 18:00"))
    [(_phone, text)] = worker.tick()
    assert "一楼教室" not in text
    assert "@online" not in text


def test_where_one_may_choose_the_text_names_the_room_and_online(
    app: Flask, database: Database, worker: Worker, frozen: Traveller
) -> None:
    a_lesson(database, Delivery.BOTH)
    frozen.move_to(at("2026-03-10 18:00"))
    with app.app_context():
        [(_phone, text)] = worker.tick()
    assert "北关站一楼教室，也可以在网上听课" in text
    assert "@" not in text


@given(st.text(max_size=60))
def test_a_shortened_place_keeps_that_one_may_join_online(room: str) -> None:
    kept = shortened(kept_place(room, Delivery.BOTH))
    assert kept.startswith(EITHER)
    assert len(kept.removeprefix(EITHER)) <= SHORT
