from datetime import timedelta

import pytest

from senior_univ.accounts.actions import end_person
from senior_univ.care.actions import discharge
from senior_univ.care.models import Residency
from senior_univ.core import clock
from senior_univ.core.errors import DomainError
from senior_univ.enrolment import actions, queries
from senior_univ.enrolment.events import class_left_empty, moved_onto_other
from senior_univ.timetable import events
from senior_univ.wiring import connect
from tests.enrolment.seats import counters, enrol, herself, rows, times_held
from tests.factories import make_class, make_home, make_person, make_resident

pytestmark = pytest.mark.usefixtures("frozen", "wired")


@pytest.fixture
def wired():
    connect()


def move(session, lesson, by):
    was = lesson.starts_at
    lesson.starts_at, lesson.ends_at = was + by, lesson.ends_at + by
    events.lesson_moved.send(session, lesson=lesson, old_starts_at=was, old_room_id=lesson.room_id)


def heard_from(signal):
    heard = []

    def listen(_session, **news):
        heard.append(news)

    return heard, signal.connected_to(listen)


def test_her_time_moves_with_the_lesson(session):
    course_class, learner = make_class(session), make_person(session)
    enrol(session, course_class, learner)
    lesson = course_class.lessons[1]
    move(session, lesson, timedelta(hours=5))
    assert lesson.starts_at in times_held(session, learner)
    assert len(times_held(session, learner)) == 4


def test_whoever_has_another_lesson_then_keeps_that_one(session):
    moved = make_class(session)
    other = make_class(session, first_at=moved.first_lesson_at + timedelta(hours=3))
    both, only = make_person(session), make_person(session)
    enrol(session, moved, both)
    enrol(session, other, both)
    enrol(session, moved, only)
    lesson = moved.lessons[0]
    heard, listening = heard_from(moved_onto_other)
    with listening:
        move(session, lesson, timedelta(hours=3))
    assert heard == [{"lesson": lesson, "person_ids": [both.id]}]
    assert len(times_held(session, both, other)) == 4
    assert len(times_held(session, both, moved)) == 3
    assert lesson.starts_at in times_held(session, only)


def test_she_can_come_after_all_once_the_other_lesson_is_gone(session):
    moved = make_class(session)
    other = make_class(session, first_at=moved.first_lesson_at + timedelta(hours=3))
    learner = make_person(session)
    enrol(session, moved, learner)
    seat = enrol(session, other, learner)
    move(session, moved.lessons[0], timedelta(hours=3))
    with pytest.raises(DomainError) as refused:
        actions.hold_again(session, moved.lessons[0], learner)
    assert refused.value.code == "other_class"
    actions.end_seat(session, seat, by=herself(learner))
    actions.hold_again(session, moved.lessons[0], learner)
    actions.hold_again(session, moved.lessons[0], learner)
    assert len(times_held(session, learner, moved)) == 4


def test_she_is_free_when_a_lesson_is_cancelled(session):
    course_class, learner = make_class(session), make_person(session)
    enrol(session, course_class, learner)
    events.lesson_cancelled.send(session, lesson=course_class.lessons[0])
    assert times_held(session, learner) == [lesson.starts_at for lesson in course_class.lessons[1:]]


def test_a_cancelled_class_ends_its_seats_but_stays_in_her_week(session):
    course_class, learners = make_class(session), [make_person(session), make_person(session)]
    for learner in learners:
        enrol(session, course_class, learner, takes_wheelchair_place=True)
    course_class.cancelled_at = clock.now()
    heard, listening = heard_from(class_left_empty)
    with listening:
        events.class_cancelled.send(session, course_class=course_class)
    assert heard[0]["person_ids"] == [learner.id for learner in learners]
    assert counters(session, course_class) == rows(session, course_class) == (0, 0)
    assert times_held(session, learners[0]) == []
    week = queries.lessons_of_person(session, learners[0].id, clock.now(), clock.now() + timedelta(days=7))
    assert len(week) == 1


def test_whoever_leaves_the_home_leaves_its_own_classes(session):
    home = make_home(session)
    resident = make_resident(session, home)
    own = make_class(session, site=home, home_id=home.id)
    elsewhere = make_class(session, first_at=clock.now() + timedelta(days=3))
    for course_class in (own, elsewhere):
        enrol(session, course_class, resident)
    residency = session.query(Residency).filter_by(person_id=resident.id).one()
    discharge(session, residency, by=None)
    assert [seat.class_id for seat in queries.seats_of(session, resident.id)] == [elsewhere.id]
    assert counters(session, own) == (0, 0)


def test_whoever_is_no_longer_on_file_has_no_seat(session):
    course_class, learner = make_class(session), make_person(session)
    enrol(session, course_class, learner)
    end_person(session, learner, by=herself(make_person(session)))
    assert counters(session, course_class) == rows(session, course_class) == (0, 0)
