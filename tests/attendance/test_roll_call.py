"""Calling the roll on the database: what stands, whoever tapped it and in whatever order it came."""

from datetime import timedelta
from uuid import uuid4

import pytest
from sqlalchemy import select

from senior_univ.attendance import queries, roll_call
from senior_univ.attendance.actions import ask_leave
from senior_univ.attendance.models import Attendance, AttendanceEntry, How, Kind, Participation
from senior_univ.attendance.roll_call import Tap
from senior_univ.core import clock
from senior_univ.core.access import Viewer
from senior_univ.core.errors import DomainError
from tests.factories import make_class, make_person, make_seat

pytestmark = pytest.mark.usefixtures("frozen")


@pytest.fixture
def lesson(session):
    """A lesson that began half an hour ago, with three learners."""
    course_class = make_class(session, first_at=clock.now() - timedelta(minutes=30))
    for name in ("王秀英", "李桂兰", "张淑珍"):
        make_seat(session, course_class, make_person(session, name=name), taken_at=clock.now() - timedelta(days=9))
    return course_class.lessons[0]


@pytest.fixture
def people(session, lesson):
    return [line.person.id for line in queries.roll(session, lesson)]


TEACHER, COLLEAGUE = Viewer(1, "赵志强"), Viewer(2, "刘建军")


@pytest.fixture(autouse=True)
def staff(session):
    """Two people whose ids the entries name."""
    ids = [make_person(session, name=name).id for name in ("赵志强", "刘建军")]
    global TEACHER, COLLEAGUE
    TEACHER, COLLEAGUE = Viewer(ids[0], "赵志强"), Viewer(ids[1], "刘建军")


def standing(session, lesson):
    session.expire_all()
    rows = session.scalars(select(Attendance).where(Attendance.lesson_id == lesson.id))
    return {row.person_id: row.kind for row in rows}


def test_all_here_leaves_those_on_leave_and_those_who_were_entered(session, lesson, people, frozen):
    frozen.shift(-timedelta(hours=2))
    ask_leave(session, lesson, person_id=people[0], by=Viewer(people[0], ""))
    frozen.shift(timedelta(hours=2))
    roll_call.enter(session, lesson, [Tap(people[1], Kind.ABSENT)], by=TEACHER)
    assert roll_call.all_here(session, lesson, by=TEACHER) == 2
    assert standing(session, lesson) == {people[0]: Kind.LEAVE, people[1]: Kind.ABSENT, people[2]: Kind.PRESENT}
    assert roll_call.all_here(session, lesson, by=TEACHER) == 0


def test_a_correction_stands_and_what_was_entered_before_is_kept(session, lesson, people):
    roll_call.enter(session, lesson, [Tap(people[0], Kind.ABSENT)], by=TEACHER)
    roll_call.enter(session, lesson, [Tap(people[0], Kind.LATE)], by=COLLEAGUE)
    assert standing(session, lesson)[people[0]] is Kind.LATE
    kinds = [entry.kind for entry in queries.history(session, lesson.id, people[0])]
    assert kinds == [Kind.LATE, Kind.ABSENT]


def test_the_same_tap_twice_has_one_effect(session, lesson, people):
    tap = Tap(people[0], Kind.PRESENT, entered_at=clock.now(), client_id=str(uuid4()))
    assert [roll_call.enter(session, lesson, [tap, tap], by=TEACHER) for _ in range(3)] == [1, 0, 0]
    assert len(session.scalars(select(AttendanceEntry)).all()) == 1


def test_an_earlier_tap_that_comes_later_changes_nothing_but_is_kept(session, lesson, people):
    now = clock.now()
    later = Tap(people[0], Kind.PRESENT, entered_at=now, client_id=str(uuid4()))
    earlier = Tap(people[0], Kind.ABSENT, entered_at=now - timedelta(minutes=5), client_id=str(uuid4()))
    roll_call.enter(session, lesson, [later], by=TEACHER)
    roll_call.enter(session, lesson, [earlier], by=COLLEAGUE)
    assert standing(session, lesson)[people[0]] is Kind.PRESENT
    assert len(queries.history(session, lesson.id, people[0])) == 2


def test_how_a_resident_took_part_says_that_she_was_there(session, lesson, people):
    roll_call.enter(session, lesson, [Tap(people[0], participation=Participation.PASSIVE)], by=TEACHER)
    assert standing(session, lesson)[people[0]] is Kind.PRESENT
    roll_call.enter(session, lesson, [Tap(people[0], Kind.LATE)], by=TEACHER)
    row = session.get(Attendance, (lesson.id, people[0]), populate_existing=True)
    assert (row.kind, row.participation) == (Kind.LATE, Participation.PASSIVE)


def test_many_at_once_two_days_later_are_marked(session, lesson, people, frozen):
    frozen.shift(timedelta(days=2))
    roll_call.all_here(session, lesson, by=TEACHER)
    rows = session.scalars(select(Attendance)).all()
    assert {(row.how, row.is_late) for row in rows} == {(How.LATE_BULK, True)}


def test_somebody_of_another_class_is_left_out(session, lesson):
    stranger = make_person(session)
    assert roll_call.enter(session, lesson, [Tap(stranger.id, Kind.PRESENT)], by=TEACHER) == 0
    assert standing(session, lesson) == {}


def test_no_roll_is_called_before_the_day_or_in_a_cancelled_lesson(session, lesson, people):
    coming = lesson.course_class.lessons[1]
    for refused, code in ((coming, "not_yet"), (lesson, "lesson_cancelled")):
        lesson.cancelled_at = clock.now() if refused is lesson else None
        with pytest.raises(DomainError) as refusal:
            roll_call.enter(session, refused, [Tap(people[0], Kind.PRESENT)], by=TEACHER)
        assert refusal.value.code == code
