"""A lesson that is moved and, before anybody is told of that, suspended with all others of its place."""

from datetime import date, timedelta

import pytest
from flask import Flask
from time_machine import Traveller

from senior_univ.core.access import Post, Viewer
from senior_univ.core.db import Database
from senior_univ.core.permissions import Role
from senior_univ.network.models import Region
from senior_univ.timetable import suspensions
from senior_univ.timetable.calendar_models import SuspensionKind
from senior_univ.timetable.models import CourseClass
from senior_univ.timetable.suspensions import Scope
from tests.factories import make_class, make_course, make_organisation, make_person, make_seat
from tests.reminders import lessons
from tests.reminders.conftest import Worker, at

FIRST = at("2026-03-19 09:30")


@pytest.fixture
def class_id(database: Database, frozen: Traveller) -> int:
    """A class of four lessons with one learner, 王秀英."""
    with database.write() as session:
        site = make_organisation(session, sms_name="北关站")
        made = make_class(session, site=site, course=make_course(session, site, title="楷书入门"), first_at=FIRST)
        make_seat(session, made, make_person(session, phone="+8613800138000"))
        return made.id


def shift(database: Database, class_id: int, number: int, by: timedelta) -> None:
    with database.write() as session:
        [lesson] = lessons.lessons_of(session, class_id, range(number, number + 1))
        lessons.move(session, lesson, lesson.starts_at + by)


def suspend(database: Database, class_id: int, first: date, last: date) -> None:
    with database.write() as session:
        site = session.get_one(CourseClass, class_id).organisation
        officer = make_person(session, name="陈静")
        by = Viewer(officer.id, officer.name, (Post(Role.COUNTY_OFFICER, site.id, site.region_code[:6]),))
        scope = Scope(session.get_one(Region, site.region_code[:6]), None, first, last, SuspensionKind.SNOW)
        suspensions.suspend(session, scope, by=by)


def everything_sent(app: Flask, worker: Worker, frozen: Traveller) -> list[str]:
    with app.app_context():
        sent = worker.send()
        frozen.shift(timedelta(minutes=6))
        return [text for _phone, text in sent + worker.send()]


def test_one_text_says_it_with_the_time_that_she_knows(
    app: Flask, database: Database, worker: Worker, class_id: int, frozen: Traveller
) -> None:
    shift(database, class_id, 1, timedelta(days=1, hours=5))
    suspend(database, class_id, date(2026, 3, 20), date(2026, 3, 21))
    [text] = everything_sent(app, worker, frozen)
    assert "停课" in text
    assert "3月19日星期四上午9:30" in text
    assert "3月20日" not in text


def test_another_move_of_the_class_is_still_told(
    app: Flask, database: Database, worker: Worker, class_id: int, frozen: Traveller
) -> None:
    shift(database, class_id, 1, timedelta(days=1))
    shift(database, class_id, 2, timedelta(hours=5))
    suspend(database, class_id, date(2026, 3, 20), date(2026, 3, 21))
    suspended, moved = everything_sent(app, worker, frozen)
    assert "停课" in suspended
    assert "第2次课" in moved
    assert "第1次课" not in moved


def test_who_was_told_of_the_move_hears_the_new_time(
    app: Flask, database: Database, worker: Worker, class_id: int, frozen: Traveller
) -> None:
    shift(database, class_id, 1, timedelta(days=1))
    frozen.shift(timedelta(minutes=6))
    with app.app_context():
        assert len(worker.send()) == 1
    suspend(database, class_id, date(2026, 3, 20), date(2026, 3, 21))
    [text] = everything_sent(app, worker, frozen)
    assert "3月20日星期五上午9:30" in text
