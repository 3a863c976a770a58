"""Moving and cancelling tells everybody in the class, once, of what stands."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from sqlalchemy import func, select
from time_machine import Traveller

from senior_univ.accounts.models import FamilyGrant, Person
from senior_univ.attendance.actions import ask_leave
from senior_univ.core import clock
from senior_univ.core.access import Right, Viewer
from senior_univ.core.db import Database
from senior_univ.enrolment.actions import end_seat, take_seat
from senior_univ.enrolment.models import Hand, Seat
from senior_univ.reminders import actions
from senior_univ.reminders.models import Message, MessageState
from senior_univ.timetable.actions import cancel_class
from senior_univ.timetable.models import CourseClass
from tests.factories import make_class, make_course, make_grant, make_organisation, make_person, make_room, make_seat
from tests.reminders import lessons
from tests.reminders.conftest import Worker, at

FIRST = at("2026-03-19 09:30")
"""Nine days from the frozen morning: its changes are told after five minutes."""


@pytest.fixture
def class_id(database: Database, frozen: Traveller) -> int:
    """A class of sixteen lessons with one learner, 王秀英."""
    with database.write() as session:
        site = make_organisation(session, sms_name="北关站")
        course = make_course(session, site, title="楷书入门")
        course_class = make_class(session, site=site, course=course, first_at=FIRST, lessons=16)
        make_seat(session, course_class, make_person(session, phone="+8613800138000"))
        return course_class.id


def shift(database: Database, class_id: int, by: timedelta, *, numbers: range = range(1, 2)) -> None:
    """Move lessons as timetable does, and say so."""
    with database.write() as session:
        for lesson in lessons.lessons_of(session, class_id, numbers):
            lessons.move(session, lesson, lesson.starts_at + by)


def cancel(database: Database, class_id: int, number: int = 1) -> None:
    with database.write() as session:
        [lesson] = lessons.lessons_of(session, class_id, range(number, number + 1))
        lessons.cancel(session, lesson)


def settle(frozen: Traveller) -> None:
    frozen.shift(timedelta(minutes=5))


def test_a_moved_lesson_is_told_five_minutes_later(
    database: Database, worker: Worker, class_id: int, frozen: Traveller
) -> None:
    shift(database, class_id, timedelta(days=1, hours=5))
    assert worker.send() == []
    settle(frozen)
    words = (
        "【老年大学】王秀英您好，楷书入门第1次课原定3月19日星期四上午9:30，改到3月20日星期五下午2:30，"
        "地点北关站一楼教室。有事请打0319-2020001。"
    )
    assert worker.send() == [("+8613800138000", words)]


def test_two_moves_are_one_text_with_what_stands(
    database: Database, worker: Worker, class_id: int, frozen: Traveller
) -> None:
    shift(database, class_id, timedelta(days=1))
    frozen.shift(timedelta(minutes=4))
    shift(database, class_id, timedelta(days=1))
    frozen.shift(timedelta(minutes=4))
    assert worker.send() == []  # five minutes after the last edit
    frozen.shift(timedelta(minutes=1))
    [(_phone, text)] = worker.send()
    assert "原定3月19日" in text
    assert "改到3月21日" in text


def test_a_move_back_is_no_text(database: Database, worker: Worker, class_id: int, frozen: Traveller) -> None:
    shift(database, class_id, timedelta(days=1))
    shift(database, class_id, timedelta(days=-1))
    settle(frozen)
    assert worker.send() == []
    with database.read() as session:
        assert session.scalars(select(Message.state)).all() == [MessageState.CANCELLED]


def test_a_move_back_after_the_text_is_told(
    database: Database, worker: Worker, class_id: int, frozen: Traveller
) -> None:
    shift(database, class_id, timedelta(days=1))
    settle(frozen)
    worker.send()
    shift(database, class_id, timedelta(days=-1))
    settle(frozen)
    [(_phone, text)] = worker.send()
    assert "原定3月20日" in text
    assert "改到3月19日" in text


def test_sixteen_moved_lessons_are_one_text_for_each_person(
    database: Database, worker: Worker, class_id: int, frozen: Traveller
) -> None:
    with database.write() as session:
        course_class = session.get_one(CourseClass, class_id)
        for _each in range(4):
            make_seat(session, course_class, make_person(session))
    shift(database, class_id, timedelta(days=1), numbers=range(1, 17))
    settle(frozen)
    sent = worker.send()
    assert len(sent) == len({phone for phone, _text in sent}) == 5
    assert "有16次课改了时间：从3月20日起改为每星期五上午9:30" in sent[0][1]


def test_several_moves_each_of_its_own_are_told_one_by_one(
    database: Database, worker: Worker, class_id: int, frozen: Traveller
) -> None:
    for number in range(1, 6):
        shift(database, class_id, timedelta(days=1, hours=number), numbers=range(number, number + 1))
    settle(frozen)
    [(_phone, text)] = worker.send()
    assert text.count("改到") == 3
    assert "另有2次课也有变动" in text


def test_another_place_is_told(database: Database, worker: Worker, class_id: int, frozen: Traveller) -> None:
    with database.write() as session:
        [lesson] = lessons.lessons_of(session, class_id, range(1, 2))
        other = make_room(session, make_organisation(session, sms_name="南关站"), name="二楼教室")
        lessons.move(session, lesson, lesson.starts_at, other.id)
    settle(frozen)
    [(_phone, text)] = worker.send()
    assert "第1次课（3月19日星期四上午9:30）换了地点，改在南关站二楼教室" in text


def test_another_teacher_alone_is_no_text(database: Database, worker: Worker, class_id: int) -> None:
    shift(database, class_id, timedelta())
    with database.read() as session:
        assert session.scalar(select(func.count()).select_from(Message)) == 0


def test_a_cancelled_lesson_is_told(database: Database, worker: Worker, class_id: int, frozen: Traveller) -> None:
    cancel(database, class_id)
    settle(frozen)
    [(_phone, text)] = worker.send()
    assert "第1次课（3月19日星期四上午9:30）停课，请不要来。" in text


def test_a_change_within_a_day_is_told_at_once(
    database: Database, worker: Worker, class_id: int, frozen: Traveller
) -> None:
    frozen.move_to(at("2026-03-18 12:30"))  # the nap is no reason to wait
    cancel(database, class_id)
    assert len(worker.send()) == 1


@pytest.mark.parametrize(("night", "morning"), [("18 20:00", "19 06:30"), ("19 05:00", "19 06:30")])
def test_at_night_it_waits_until_half_past_six(
    database: Database, worker: Worker, class_id: int, frozen: Traveller, night: str, morning: str
) -> None:
    frozen.move_to(at(f"2026-03-{night}"))
    cancel(database, class_id)
    assert worker.send() == []
    frozen.move_to(at("2026-03-19 06:29"))
    assert worker.send() == []
    frozen.move_to(at(f"2026-03-{morning}"))
    assert len(worker.send()) == 1


def test_a_change_that_is_not_urgent_keeps_the_quiet_hours(
    database: Database, worker: Worker, class_id: int, frozen: Traveller
) -> None:
    frozen.move_to(at("2026-03-10 19:58"))
    cancel(database, class_id)
    settle(frozen)
    assert worker.send() == []
    frozen.move_to(at("2026-03-11 06:59"))
    assert worker.send() == []
    frozen.move_to(at("2026-03-11 07:00"))
    assert len(worker.send()) == 1


def test_whoever_left_the_class_meanwhile_is_not_told(
    database: Database, worker: Worker, class_id: int, frozen: Traveller
) -> None:
    cancel(database, class_id)
    with database.write() as session:
        session.scalars(select(Seat)).one().ended_at = clock.now()
    settle(frozen)
    assert worker.send() == []


def test_whoever_stopped_texts_is_told_through_her_main_contact(
    database: Database, worker: Worker, class_id: int, frozen: Traveller
) -> None:
    with database.write() as session:
        learner = session.scalars(select(Person).join(Seat, Seat.person_id == Person.id)).one()
        learner.reminders_stopped_at = clock.now()
        make_grant(session, learner, make_person(session, phone="+8613900139000"))
    cancel(database, class_id)
    settle(frozen)
    [(phone, text)] = worker.send()
    assert phone == "+8613900139000"
    assert "请转告王秀英" in text


def test_a_relative_whom_she_has_let_go_meanwhile_is_not_told(
    database: Database, worker: Worker, class_id: int, frozen: Traveller
) -> None:
    with database.write() as session:
        elder = make_person(session, name="刘淑芬", phone=None, phone_kind=None)
        make_seat(session, session.get_one(CourseClass, class_id), elder)
        daughter = make_person(session, name="张丽", phone="+8613900139000")
        grant_id = make_grant(session, elder, daughter, is_main_contact=True).id
    cancel(database, class_id)
    with database.write() as session:
        session.get_one(FamilyGrant, grant_id).ended_at = clock.now()
    settle(frozen)
    assert [phone for phone, _text in worker.send()] == ["+8613800138000"]


def test_a_cancelled_class_is_one_text_however_many_lessons_it_had(
    database: Database, worker: Worker, class_id: int, frozen: Traveller
) -> None:
    cancel(database, class_id)
    with database.write() as session:
        course_class = session.get_one(CourseClass, class_id)
        by = Viewer(make_person(session).id, "李建国")
        cancel_class(session, course_class, reason="老师生病", by=by)
    settle(frozen)
    [(_phone, text)] = worker.send()
    assert "楷书入门班停办了" in text


def test_two_changes_at_the_same_moment_share_a_text(database: Database, class_id: int, worker: Worker) -> None:
    """What a second process does whose insert found the text that the first had written."""
    with database.write() as session:
        first, second = lessons.lessons_of(session, class_id, range(1, 3))
        for lesson in (first, second, first):
            actions.tell_lesson_change(session, lesson, lesson.starts_at - timedelta(days=1), lesson.room_id)
    with database.read() as session:
        [message] = session.scalars(select(Message)).all()
        assert set(message.parameters["before"]) == {str(first.id), str(second.id)}


def test_a_change_after_the_claim_is_a_text_of_its_own(
    database: Database, worker: Worker, class_id: int, frozen: Traveller
) -> None:
    shift(database, class_id, timedelta(days=1))
    settle(frozen)
    with database.write() as session:
        session.scalars(select(Message)).one().key = "claimed"
    shift(database, class_id, timedelta(days=1))
    with database.read() as session:
        assert session.scalar(select(func.count()).select_from(Message)) == 2


def test_she_is_told_when_a_relative_enrols_and_withdraws_her(
    database: Database, worker: Worker, class_id: int, frozen: Traveller
) -> None:
    with database.write() as session:
        elder = make_person(session, name="赵桂兰", phone="+8613700137000")
        daughter = make_person(session, name="李芳")
        make_grant(session, elder, daughter)
        elder_id, daughter_id = elder.id, daughter.id
    from_daughter = Viewer(daughter_id, "李芳", elders={elder_id: frozenset(Right)})
    with database.write() as session:
        course_class = session.get_one(CourseClass, class_id)
        seat = take_seat(session, course_class=course_class, person_id=elder_id, hand=Hand.RELATIVE, by=from_daughter)
        seat_id = seat.id
    [(phone, text)] = worker.send()
    assert phone == "+8613700137000"
    assert "您的家人李芳替您报了楷书入门班，3月19日星期四上午9:30上课" in text
    with database.write() as session:
        end_seat(session, session.get_one(Seat, seat_id), by=from_daughter)
    [(_phone, text)] = worker.send()
    assert "您的家人李芳替您退了楷书入门班" in text


def test_she_is_told_when_a_relative_asks_for_leave_for_her(
    database: Database, worker: Worker, class_id: int, frozen: Traveller
) -> None:
    with database.write() as session:
        elder = session.scalars(select(Person).join(Seat, Seat.person_id == Person.id)).one()
        daughter = make_person(session, name="李芳")
        make_grant(session, elder, daughter)
        by = Viewer(daughter.id, "李芳", elders={elder.id: frozenset(Right)})
        [lesson] = lessons.lessons_of(session, class_id, range(1, 2))
        ask_leave(session, lesson, person_id=elder.id, by=by)
    [(_phone, text)] = worker.send()
    assert "您的家人李芳替您请了假：楷书入门3月19日星期四上午9:30这次课" in text


def test_what_another_does_is_not_told_to_himself(
    database: Database, worker: Worker, class_id: int, frozen: Traveller
) -> None:
    with database.write() as session:
        elder = make_person(session, phone=None, phone_kind=None)
        daughter = make_person(session, name="李芳")
        make_grant(session, elder, daughter)
        by = Viewer(daughter.id, "李芳", elders={elder.id: frozenset(Right)})
        course_class = session.get_one(CourseClass, class_id)
        take_seat(session, course_class=course_class, person_id=elder.id, hand=Hand.RELATIVE, by=by)
    assert worker.send() == []


def test_what_she_does_herself_is_not_told(
    database: Database, worker: Worker, class_id: int, frozen: Traveller
) -> None:
    with database.write() as session:
        person = make_person(session)
        herself = Viewer(person.id, person.name)
        course_class = session.get_one(CourseClass, class_id)
        take_seat(session, course_class=course_class, person_id=person.id, hand=Hand.HERSELF, by=herself)
    assert worker.send() == []


def test_two_moves_in_two_processes_at_the_same_moment_are_one_text(
    database: Database, worker: Worker, class_id: int, frozen: Traveller
) -> None:
    def move(number: int) -> None:
        shift(database, class_id, timedelta(days=1), numbers=range(number, number + 1))

    with ThreadPoolExecutor(4) as threads:
        list(threads.map(move, range(1, 5)))
    settle(frozen)
    [(_phone, text)] = worker.send()
    assert "有4次课改了时间" in text
