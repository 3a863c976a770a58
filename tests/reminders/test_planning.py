"""The evening before and the morning of a lesson: who is told, once."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import func, select
from time_machine import Traveller

from senior_univ.accounts.models import Person, PhoneKind
from senior_univ.attendance.models import Leave
from senior_univ.core import clock
from senior_univ.core.db import Database
from senior_univ.enrolment.models import Seat
from senior_univ.reminders.models import Message, MessageAbout, MessageState
from senior_univ.timetable.models import CourseClass, Lesson
from tests.factories import (
    make_class,
    make_course,
    make_grant,
    make_home,
    make_organisation,
    make_person,
    make_resident,
    make_room,
    make_seat,
)
from tests.reminders.conftest import Worker, at

MORNING_CLASS = at("2026-03-11 09:30")
EVENING, MORNING = at("2026-03-10 18:00"), at("2026-03-11 07:00")


def make_learner(database: Database, starts: str = "2026-03-11 09:30", **given: object) -> tuple[int, int]:
    """Ids of a learner and of the class in which she has a seat."""
    with database.write() as session:
        site = make_organisation(session, sms_name="北关站", phone="+863192020001")
        course = make_course(session, site, title="楷书入门")
        course_class = make_class(session, site=site, course=course, first_at=at(starts))
        person = make_person(session, **given)
        make_seat(session, course_class, person)
        return person.id, course_class.id


def states(database: Database) -> list[MessageState]:
    with database.read() as session:
        return list(session.scalars(select(Message.state).order_by(Message.id)))


def test_a_learner_is_told_the_evening_before(database: Database, worker: Worker, frozen: Traveller) -> None:
    make_learner(database, phone="+8613800138000")
    assert worker.tick() == []
    frozen.move_to(EVENING + timedelta(days=7))
    words = (
        "【老年大学】王秀英您好，明天（3月18日星期三）上午9:30上楷书入门课，地点北关站一楼教室。"
        "来请回1，来不了请回2。有事请打0319-2020001。"
    )
    assert worker.tick() == [("+8613800138000", words)]


def test_and_in_the_morning(database: Database, worker: Worker, frozen: Traveller) -> None:
    make_learner(database)
    frozen.move_to(MORNING)
    [(_phone, text)] = worker.tick()
    assert "今天（3月11日星期三）上午9:30" in text


def test_planning_again_adds_nothing(database: Database, worker: Worker, frozen: Traveller) -> None:
    make_learner(database)
    frozen.move_to(EVENING)
    assert [worker.plan(), worker.plan()] == [1, 0]
    worker.send()
    frozen.shift(60)
    assert worker.plan() == 0
    assert len(worker.texts()) == 1


def test_somebody_who_chose_english_reads_english(database: Database, frozen: Traveller, app: Flask) -> None:
    make_learner(database, language="en", name="Wang")
    frozen.move_to(EVENING)
    with app.app_context():
        [(_phone, text)] = Worker(database).tick()
    assert "Dear Wang: the first lesson of 楷书入门 is tomorrow, Wednesday 11 March at 9:30 am" in text


@pytest.mark.parametrize(
    "phone", [{"phone": None, "phone_kind": None}, {"phone": "+863192020001", "phone_kind": PhoneKind.LANDLINE}]
)
def test_who_has_no_mobile_is_told_through_her_main_contact(
    database: Database, worker: Worker, frozen: Traveller, phone: dict[str, object]
) -> None:
    learner_id, _class = make_learner(database, **phone)
    with database.write() as session:
        daughter = make_person(session, name="李芳", phone="+8613900139000")
        make_grant(session, session.get_one(Person, learner_id), daughter)
    frozen.move_to(EVENING)
    [(told, text)] = worker.tick()
    assert told == "+8613900139000"
    assert text.startswith("【老年大学】请转告王秀英：楷书入门明天")


def test_a_contact_who_was_only_asked_is_not_told(database: Database, worker: Worker, frozen: Traveller) -> None:
    learner_id, _class = make_learner(database, phone=None, phone_kind=None)
    with database.write() as session:
        make_grant(session, session.get_one(Person, learner_id), make_person(session), consented_at=None)
    frozen.move_to(EVENING)
    assert worker.tick() == []


def test_one_phone_gets_one_text_that_names_each_person(database: Database, worker: Worker, frozen: Traveller) -> None:
    make_learner(database, phone="+8613800138000")
    make_learner(database, "2026-03-11 14:30", phone="+8613800138000", name="李桂兰")
    frozen.move_to(EVENING)
    [(_phone, text)] = worker.tick()
    assert "王秀英上午9:30楷书入门，北关站一楼教室；李桂兰下午2:30楷书入门" in text


def test_a_phone_of_very_many_lessons_gets_one_text_of_bearable_length(
    database: Database, worker: Worker, frozen: Traveller
) -> None:
    for _each in range(12):
        make_learner(database, phone="+8613800138000")
    frozen.move_to(EVENING)
    [(_phone, text)] = worker.tick()
    assert "另有4节课，请看课表" in text
    assert len(text) < 500


def test_residents_are_not_reminded_of_a_lesson_in_their_own_home(
    database: Database, worker: Worker, frozen: Traveller
) -> None:
    with database.write() as session:
        home = make_home(session)
        course_class = make_class(session, room=make_room(session, home), home_id=home.id, first_at=MORNING_CLASS)
        resident = make_resident(session, home, phone="+8613800138000", phone_kind=PhoneKind.MOBILE)
        guest = make_person(session, phone="+8613800138001")
        make_seat(session, course_class, resident)
        make_seat(session, course_class, guest)
    frozen.move_to(EVENING)
    assert [phone for phone, _text in worker.tick()] == ["+8613800138001"]


def test_whoever_stopped_reminders_gets_none(database: Database, worker: Worker, frozen: Traveller) -> None:
    make_learner(database, reminders_stopped_at=clock.now())
    frozen.move_to(EVENING)
    assert worker.tick() == []


def _leave(lesson: Lesson, seat: Seat) -> Leave:
    now = clock.now()
    return Leave(lesson_id=lesson.id, person_id=seat.person_id, asked_at=now, asked_by_id=seat.person_id)


def _ask_leave(database: Database) -> None:
    with database.write() as session:
        first = session.scalars(select(Lesson).order_by(Lesson.starts_at)).first()
        assert first
        session.add(_leave(first, session.scalars(select(Seat)).one()))


def _withdraw(database: Database) -> None:
    with database.write() as session:
        session.scalars(select(Seat)).one().ended_at = clock.now()


def _stop(database: Database) -> None:
    with database.write() as session:
        session.scalars(select(Person).join(Seat, Seat.person_id == Person.id)).one().reminders_stopped_at = clock.now()


def _cancel_lesson(database: Database) -> None:
    with database.write() as session:
        first = session.scalars(select(Lesson).order_by(Lesson.starts_at)).first()
        assert first
        first.cancelled_at = clock.now()


def _cancel_class(database: Database) -> None:
    with database.write() as session:
        session.scalars(select(CourseClass)).one().cancelled_at = clock.now()


REASONS = [
    (_ask_leave, MessageState.CANCELLED),
    (_withdraw, MessageState.CANCELLED),
    (_stop, MessageState.SUPPRESSED),
    (_cancel_lesson, MessageState.CANCELLED),
    (_cancel_class, MessageState.CANCELLED),
]


@pytest.mark.parametrize(("undo", "_state"), REASONS)
def test_nobody_is_reminded_of_what_no_longer_stands(
    database: Database, worker: Worker, frozen: Traveller, undo: Callable[[Database], None], _state: MessageState
) -> None:
    make_learner(database)
    undo(database)
    frozen.move_to(EVENING)
    assert worker.tick() == []
    assert states(database) == []


@pytest.mark.parametrize(("undo", "state"), REASONS)
def test_what_ends_between_planning_and_sending_is_not_sent(
    database: Database, worker: Worker, frozen: Traveller, undo: Callable[[Database], None], state: MessageState
) -> None:
    make_learner(database)
    frozen.move_to(EVENING)
    worker.plan()
    undo(database)
    assert worker.send() == []
    assert states(database) == [state]


def test_a_leave_taken_back_brings_the_reminder_back(database: Database, worker: Worker, frozen: Traveller) -> None:
    make_learner(database)
    frozen.move_to(EVENING)
    worker.plan()
    _ask_leave(database)
    assert worker.tick() == []
    with database.write() as session:
        session.scalars(select(Leave)).one().taken_back_at = clock.now()
    assert len(worker.tick()) == 1


def test_a_worker_that_was_down_leaves_the_evening_to_the_morning(
    database: Database, worker: Worker, frozen: Traveller
) -> None:
    make_learner(database)
    frozen.move_to(EVENING)
    worker.plan()
    frozen.move_to(at("2026-03-10 20:00"))
    assert worker.tick() == []
    assert states(database) == [MessageState.EXPIRED]
    frozen.move_to(MORNING)
    [(_phone, text)] = worker.tick()
    assert "今天" in text


def test_a_late_morning_run_leaves_out_what_has_begun(database: Database, worker: Worker, frozen: Traveller) -> None:
    make_learner(database)
    make_learner(database, "2026-03-11 10:30", phone="+8613800138009")
    frozen.move_to(at("2026-03-11 09:30"))
    assert [phone for phone, _text in worker.tick()] == ["+8613800138009"]


def test_a_text_that_was_late_leaves_out_what_has_begun(database: Database, worker: Worker, frozen: Traveller) -> None:
    make_learner(database, phone="+8613800138000")
    make_learner(database, "2026-03-11 10:30", phone="+8613800138000", name="李桂兰")
    frozen.move_to(MORNING)
    worker.plan()
    frozen.move_to(MORNING_CLASS)
    [(_phone, text)] = worker.send()
    assert "李桂兰" in text
    assert "王秀英" not in text


def test_a_reminder_waits_for_no_lesson_that_began(database: Database, worker: Worker, frozen: Traveller) -> None:
    make_learner(database)
    frozen.move_to(MORNING)
    worker.plan()
    frozen.move_to(MORNING_CLASS)
    assert worker.send() == []
    assert states(database) == [MessageState.EXPIRED]


def test_a_moved_lesson_is_reminded_of_at_its_new_day(database: Database, worker: Worker, frozen: Traveller) -> None:
    make_learner(database)
    frozen.move_to(EVENING)
    worker.plan()
    with database.write() as session:
        lesson = session.scalars(select(Lesson).order_by(Lesson.starts_at)).first()
        assert lesson
        lesson.starts_at += timedelta(days=1)
        lesson.ends_at += timedelta(days=1)
    assert worker.tick() == []
    frozen.move_to(EVENING + timedelta(days=1))
    [(_phone, text)] = worker.tick()
    assert "3月12日星期四" in text


def test_a_lesson_moved_within_the_day_is_reminded_of_as_it_stands(
    database: Database, worker: Worker, frozen: Traveller
) -> None:
    make_learner(database)
    frozen.move_to(EVENING)
    worker.plan()
    with database.write() as session:
        lesson = session.scalars(select(Lesson).order_by(Lesson.starts_at)).first()
        assert lesson
        lesson.starts_at += timedelta(hours=1)
        lesson.ends_at += timedelta(hours=1)
    [(_phone, text)] = worker.tick()
    assert "上午10:30" in text
    assert "9:30" not in text


def test_somebody_who_joins_in_the_evening_is_still_told(database: Database, worker: Worker, frozen: Traveller) -> None:
    make_learner(database, phone="+8613800138000")
    frozen.move_to(EVENING)
    worker.plan()
    make_learner(database, "2026-03-11 14:30", phone="+8613800138000", name="李桂兰")
    assert worker.plan() == 0  # her phone's text is not sent yet, and takes her in
    [(_phone, text)] = worker.send()
    assert "李桂兰" in text


def test_many_learners_are_planned_in_few_statements_and_once(
    database: Database, worker: Worker, frozen: Traveller, statements: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    with database.write() as session:
        course_class = make_class(session, first_at=MORNING_CLASS, capacity=300)
        for _each in range(120):
            make_seat(session, course_class, make_person(session))
    frozen.move_to(EVENING)
    monkeypatch.setattr("senior_univ.reminders.planning.PHONES_AT_ONCE", 50)
    statements.clear()
    assert worker.plan() == 120
    assert len([each for each in statements if not each.startswith("BEGIN")]) < 20
    with database.read() as session:
        assert session.scalar(select(func.count()).select_from(MessageAbout)) == 120


def at_once(*acts: Callable[[], object]) -> None:
    """Run these in threads of their own at the same moment."""
    together = threading.Barrier(len(acts))

    def run(act: Callable[[], object]) -> None:
        together.wait()
        act()

    with ThreadPoolExecutor(len(acts)) as threads:
        list(threads.map(run, acts))


def test_two_planners_at_the_same_moment_write_one_text_for_each_phone(
    database: Database, worker: Worker, frozen: Traveller
) -> None:
    with database.write() as session:
        course_class = make_class(session, first_at=MORNING_CLASS, capacity=300)
        for _each in range(60):
            make_seat(session, course_class, make_person(session))
    frozen.move_to(EVENING)
    at_once(worker.plan, Worker(database).plan, worker.send)
    worker.send()
    assert len(worker.texts()) == len(set(worker.texts())) == 60
