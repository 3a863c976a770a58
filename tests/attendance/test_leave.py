from datetime import timedelta

import pytest
from sqlalchemy import select

from senior_univ.attendance import actions, queries
from senior_univ.attendance.events import leave_asked
from senior_univ.attendance.models import Leave
from senior_univ.audit.models import AuditEntry
from senior_univ.core import clock
from senior_univ.core.access import Right, Viewer
from senior_univ.core.errors import DomainError
from senior_univ.timetable import events
from senior_univ.wiring import connect
from tests.enrolment.seats import enrol, herself
from tests.factories import make_class, make_person

pytestmark = pytest.mark.usefixtures("frozen")


@pytest.fixture
def learner(session):
    return make_person(session)


@pytest.fixture
def lesson(session, learner):
    course_class = make_class(session)
    enrol(session, course_class, learner)
    return course_class.lessons[0]


def ask(session, lesson, person, **given):
    return actions.ask_leave(session, lesson, person_id=person.id, **{"by": herself(person)} | given)


def refusal(act):
    with pytest.raises(DomainError) as caught:
        act()
    return caught.value.code


def test_leave_is_on_record(session, lesson, learner):
    leave = ask(session, lesson, learner, reason="unwell")
    assert queries.leaves_of(session, learner.id, [lesson.id]) == {lesson.id: leave}
    assert [each.person for each in queries.leaves_for_lesson(session, lesson.id)] == [learner]
    assert "leave.asked" in session.scalars(select(AuditEntry.action)).all()


def test_asked_twice_it_is_the_same_leave_and_told_once(session, lesson, learner):
    told = []

    def listen(_session, leave):
        told.append(leave)

    with leave_asked.connected_to(listen):
        leaves = [ask(session, lesson, learner) for _ in range(2)]
    assert leaves[0] is leaves[1]
    assert told == leaves[:1]


def test_it_may_be_taken_back_and_asked_again(session, lesson, learner):
    leave = ask(session, lesson, learner)
    actions.take_back_leave(session, leave, by=herself(learner))
    actions.take_back_leave(session, leave, by=herself(learner))
    assert queries.leaves_of(session, learner.id, [lesson.id]) == {}
    assert ask(session, lesson, learner).id != leave.id


def test_once_a_lesson_has_begun_it_is_too_late(session, lesson, learner, frozen):
    leave = ask(session, lesson, learner)
    frozen.move_to(lesson.starts_at)
    assert refusal(lambda: actions.take_back_leave(session, leave, by=herself(learner))) == "lesson_begun"
    assert refusal(lambda: ask(session, lesson, learner)) == "lesson_begun"


def test_nobody_needs_leave_from_a_cancelled_lesson(session, lesson, learner):
    lesson.cancelled_at = clock.now()
    assert refusal(lambda: ask(session, lesson, learner)) == "lesson_cancelled"


def test_leave_is_for_ones_own_lessons(session, lesson):
    assert refusal(lambda: ask(session, lesson, make_person(session))) == "not_in_class"


def test_a_relative_needs_the_right(session, lesson, learner):
    daughter = make_person(session)

    def by(*rights):
        return Viewer(daughter.id, daughter.name, elders={learner.id: frozenset(rights)})

    assert refusal(lambda: ask(session, lesson, learner, by=by(Right.SEE))) == "no_right"
    assert ask(session, lesson, learner, by=by(Right.SEE, Right.ASK_LEAVE)).asked_by_id == daughter.id


def move(session, lesson, by):
    lesson.starts_at, lesson.ends_at = lesson.starts_at + by, lesson.ends_at + by
    events.lesson_moved.send(session, lesson=lesson, old_starts_at=lesson.starts_at, old_room_id=lesson.room_id)


def test_whoever_has_another_lesson_then_is_on_leave_until_it_moves_away(session, lesson, learner):
    connect()
    other = make_class(session, first_at=lesson.starts_at + timedelta(hours=3))
    enrol(session, other, learner)
    move(session, lesson, timedelta(hours=3))
    leave = queries.leaves_of(session, learner.id, [lesson.id])[lesson.id]
    assert (leave.asked_by_id, leave.reason) == (None, "moved")
    assert refusal(lambda: actions.take_back_leave(session, leave, by=herself(learner))) == "other_class"
    move(session, lesson, timedelta(hours=2))
    session.expire_all()
    assert queries.leaves_of(session, learner.id, [lesson.id]) == {}


def test_leave_that_she_asked_herself_stays_hers(session, lesson, learner):
    connect()
    leave = ask(session, lesson, learner)
    move(session, lesson, timedelta(hours=3))
    assert session.scalars(select(Leave)).all() == [leave]
    assert leave.taken_back_at is None
