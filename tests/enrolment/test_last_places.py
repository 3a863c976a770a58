"""Many people at the same moment: never a learner too many, and the counters are the rows."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import timedelta
from threading import Barrier

import httpx
import pytest
from flask import Flask
from flask import session as web_session
from flask.sessions import SecureCookieSessionInterface
from flask_wtf.csrf import generate_csrf
from sqlalchemy import func, select

from senior_univ.accounts.models import Account, Person
from senior_univ.core.db import Database
from senior_univ.core.errors import DomainError
from senior_univ.enrolment import actions, queries
from senior_univ.enrolment.models import Seat
from senior_univ.timetable.events import lesson_moved
from senior_univ.timetable.models import CourseClass, Holder, Lesson, Occupancy
from senior_univ.wiring import connect
from tests.enrolment.seats import counters, enrol, herself, rows
from tests.factories import make_account, make_class, make_person

PEOPLE, CAPACITY, WHEELCHAIRS = 24, 10, 3


@pytest.fixture
def crowd(database: Database) -> tuple[int, list[int]]:
    """A class and the people who all want it."""
    with database.write() as session:
        course_class = make_class(session, capacity=CAPACITY, wheelchair_places=WHEELCHAIRS)
        people = [make_person(session) for _ in range(PEOPLE)]
        for person in people:
            make_account(session, person)
        return course_class.id, [person.id for person in people]


def all_at_once(act: Callable[[int], object], count: int, at_a_time: int = 8) -> list[object]:
    """What ``act`` returns for each number, eight of them always at the same moment."""
    barrier = Barrier(at_a_time)

    def together(number: int) -> object:
        barrier.wait(timeout=30)
        return act(number)

    with ThreadPoolExecutor(at_a_time) as pool:
        return list(pool.map(together, range(count)))


def test_the_last_places_are_given_once(database, crowd):
    class_id, people = crowd

    def take(number: int) -> str:
        try:
            with database.write() as session:
                course_class = session.get(CourseClass, class_id)
                person = session.get(Person, people[number])
                enrol(session, course_class, person, takes_wheelchair_place=number % 2 == 0)
        except DomainError as refused:
            return refused.code
        return "taken"

    answers = all_at_once(take, PEOPLE)
    with database.read() as session:
        course_class = session.get(CourseClass, class_id)
        assert counters(session, course_class) == rows(session, course_class)
        assert counters(session, course_class) == (CAPACITY, rows(session, course_class)[1])
        assert rows(session, course_class)[1] <= WHEELCHAIRS
        held = select(func.count()).where(Occupancy.holder == Holder.PERSON)
        assert session.scalar(held) == CAPACITY * len(course_class.lessons)
    assert answers.count("taken") == CAPACITY
    assert set(answers) <= {"taken", "full", "no_wheelchair_place"}


def test_one_person_in_two_classes_at_once_gets_one(database, crowd):
    class_id, people = crowd
    with database.write() as session:
        same_time = make_class(session, first_at=session.get(CourseClass, class_id).first_lesson_at).id

    def take(number: int) -> str:
        try:
            with database.write() as session:
                wanted = session.get(CourseClass, (class_id, same_time)[number % 2])
                enrol(session, wanted, session.get(Person, people[number // 8]))
        except DomainError as refused:
            return refused.code
        return "taken"

    answers = all_at_once(take, 16)
    assert answers.count("taken") == 2
    assert set(answers) == {"taken", "already_in", "other_class"}


def test_coming_and_going_at_once_keeps_the_counters_right(database, crowd):
    class_id, people = crowd

    def come_and_go(number: int) -> str:
        person_id = people[number % 12]
        try:
            with database.write() as session:
                course_class, person = session.get(CourseClass, class_id), session.get(Person, person_id)
                seat = queries.standing_seat(session, class_id, person_id)
                if seat is None:
                    enrol(session, course_class, person)
                else:
                    actions.end_seat(session, seat, by=herself(person))
        except DomainError as refused:
            return refused.code
        return "done"

    assert set(all_at_once(come_and_go, 64)) <= {"done", "full", "already_in"}
    with database.read() as session:
        course_class = session.get(CourseClass, class_id)
        assert counters(session, course_class) == rows(session, course_class)


def test_whoever_enrols_while_a_lesson_moves_is_taken_at_its_new_time(database, crowd):
    connect()
    class_id, people = crowd

    def act(number: int) -> None:
        with database.write() as session:
            course_class = session.get(CourseClass, class_id)
            if number % 4:
                enrol(session, course_class, session.get(Person, people[number % CAPACITY]))
                return
            lesson = course_class.lessons[0]
            by = timedelta(minutes=number)
            lesson.starts_at, lesson.ends_at = lesson.starts_at + by, lesson.ends_at + by
            lesson_moved.send(session, lesson=lesson, old_starts_at=lesson.starts_at, old_room_id=lesson.room_id)

    def act_or_refuse(number: int) -> None:
        with suppress(DomainError):
            act(number)

    all_at_once(act_or_refuse, 24)
    with database.read() as session:
        differs = (Occupancy.starts_at != Lesson.starts_at) | (Occupancy.ends_at != Lesson.ends_at)
        of_people = Occupancy.holder == Holder.PERSON
        stale = select(func.count()).select_from(Occupancy).join(Lesson).where(of_people, differs)
        assert session.scalar(stale) == 0
        held = session.scalar(select(func.count()).select_from(Occupancy).where(of_people))
        assert held == 4 * rows(session, session.get(CourseClass, class_id))[0] > 0


def signed_in_cookie(app: Flask, account_id: int) -> tuple[str, str]:
    """A session cookie of that account, and a token that belongs to it, without going through any page."""
    with app.test_request_context():
        token = generate_csrf()
        kept = dict(web_session) | {"_user_id": f"{account_id}.1", "_fresh": True}
    return SecureCookieSessionInterface().get_signing_serializer(app).dumps(kept), token


def test_the_last_places_are_given_once_by_a_running_server(database, crowd, app, live_server):
    class_id, people = crowd
    with database.read() as session:
        accounts = dict(session.execute(select(Account.person_id, Account.id)).all())
    signed_in = [signed_in_cookie(app, accounts[person_id]) for person_id in people]

    def confirm(number: int) -> int:
        cookie, token = signed_in[number // 2]
        answer = httpx.post(
            f"{live_server}/enrol/{class_id}/check",
            data={"csrf_token": token, "wheelchair": "no"},
            cookies={"senior_univ": cookie},
        )
        return answer.status_code

    answers = all_at_once(confirm, 2 * PEOPLE)
    assert set(answers) == {200, 303}
    assert answers.count(303) == 2 * CAPACITY
    with database.read() as session:
        course_class = session.get(CourseClass, class_id)
        assert counters(session, course_class) == rows(session, course_class) == (CAPACITY, 0)
        assert session.scalar(select(func.count()).select_from(Seat)) == CAPACITY
