from datetime import time, timedelta

import pytest
from sqlalchemy import select

from senior_univ.care.models import CareBlock, CareKind
from senior_univ.core import clock
from senior_univ.core.permissions import Role
from senior_univ.network.models import OpeningHours
from senior_univ.teaching.models import AvailabilityException
from senior_univ.timetable import actions, settling
from senior_univ.timetable.models import Lesson, Override, Unsettled
from senior_univ.wiring import connect
from tests import factories
from tests.queries_counted import counted
from tests.timetable.site import viewer_of


@pytest.fixture
def site(session, frozen):
    connect()
    return factories.make_organisation(session)


@pytest.fixture
def by(session, site):
    return viewer_of(session, Role.SITE_MANAGER, site)


@pytest.fixture
def course_class(session, site):
    return factories.make_class(session, site=site)


def on_list(session, by):
    return {row.lesson.number: row.code for row in session.scalars(settling.visible_unsettled(by))}


def go_away(session, course_class):
    lesson = course_class.lessons[1]
    day = clock.local(lesson.starts_at).date()
    row = AvailabilityException(teacher_id=lesson.teacher_id, from_on=day, to_on=day)
    session.add(row)
    session.flush()
    settling.follow_teacher(session, teacher=lesson.teacher)
    return row


def test_a_day_away_puts_that_days_lesson_on_the_list_and_no_other(session, course_class, by):
    go_away(session, course_class)
    assert on_list(session, by) == {2: "teacher_away"}
    assert settling.count_unsettled(session, by) == 1


def test_it_leaves_the_list_when_it_fits_again(session, course_class, by):
    session.delete(go_away(session, course_class))
    settling.follow_teacher(session, teacher=course_class.teacher)
    assert on_list(session, by) == {}


def test_it_leaves_the_list_when_it_is_moved(session, course_class, by):
    go_away(session, course_class)
    lesson = course_class.lessons[1]
    actions.move_lesson(session, lesson, starts_at=lesson.starts_at + timedelta(days=1), by=by)
    assert on_list(session, by) == {}


def test_it_leaves_the_list_when_it_is_cancelled(session, course_class, by):
    go_away(session, course_class)
    actions.cancel_lesson(session, course_class.lessons[1], reason="下雪", by=by)
    assert on_list(session, by) == {}
    assert session.scalar(select(Unsettled.settled_at)) is not None


def test_what_is_overridden_is_settled(session, course_class, by):
    go_away(session, course_class)
    lesson = course_class.lessons[1]
    session.add(
        Override(
            lesson_id=lesson.id,
            code="teacher_away",
            reason="她同意",
            overridden_at=clock.now(),
            overridden_by_id=by.person_id,
        )
    )
    settling.recheck(session, Lesson.id == lesson.id)
    assert on_list(session, by) == {}


def test_shorter_hours_of_a_place_put_its_lessons_on_the_list(session, course_class, by):
    venue = course_class.room.venue
    session.add(OpeningHours(venue_id=venue.id, weekday=course_class.weekday, opens=time(14), closes=time(17)))
    session.flush()
    settling.follow_opening_hours(session, venue=venue)
    assert on_list(session, by) == dict.fromkeys(range(1, 5), "venue_closed")


def test_a_smaller_room_puts_its_lessons_on_the_list(session, course_class, by):
    for _ in range(2):
        factories.make_seat(session, course_class, factories.make_person(session))
    course_class.room.capacity, course_class.room.wheelchair_places = 1, 0
    session.flush()
    settling.follow_room(session, room=course_class.room)
    assert set(on_list(session, by).values()) == {"room_too_small"}


def test_a_check_that_runs_out_puts_the_lessons_after_it_on_the_list(session, course_class, by):
    course_class.teacher.check_expires_on = clock.local(course_class.lessons[1].starts_at).date()
    session.flush()
    settling.follow_teacher(session, teacher=course_class.teacher)
    assert on_list(session, by) == {3: "check_expired", 4: "check_expired"}


def test_a_new_nap_of_the_home_puts_its_lessons_on_the_list(session, frozen):
    connect()
    home = factories.make_home(session)
    by = viewer_of(session, Role.CARE_SCHEDULER, home)
    course_class = factories.make_class(session, site=home, home_id=home.id)
    session.add(CareBlock(home_id=home.id, kind=CareKind.MEAL, weekday=None, starts=time(9), ends=time(10)))
    session.flush()
    settling.follow_care_day(session, home_id=home.id)
    assert on_list(session, by) == dict.fromkeys(range(1, course_class.lessons_planned + 1), "care_day")


def test_a_teacher_who_cannot_come_stays_on_the_list_until_somebody_answers(session, course_class, by):
    lesson, teacher = course_class.lessons[0], course_class.teacher
    assert settling.cannot_come(session, teacher, [lesson], by=by) == [lesson]
    assert settling.cannot_come(session, teacher, [lesson], by=by) == []
    settling.recheck(session, Lesson.id == lesson.id)
    assert on_list(session, by) == {1: "teacher_cannot"}
    other = factories.make_room(session, course_class.organisation)
    actions.move_lesson(session, lesson, room=other, by=by)
    assert on_list(session, by) == {1: "teacher_cannot"}
    actions.move_lesson(session, lesson, teacher=factories.make_teacher(session, course_class.organisation), by=by)
    assert on_list(session, by) == {}


def test_she_can_come_after_all(session, course_class, by):
    lesson = course_class.lessons[0]
    settling.cannot_come(session, course_class.teacher, [lesson], by=by)
    settling.can_come_after_all(session, course_class.teacher, [lesson], by=by)
    assert on_list(session, by) == {}


def test_others_lessons_are_on_others_lists(session, course_class, by):
    go_away(session, course_class)
    stranger = viewer_of(session, Role.SITE_MANAGER, factories.make_organisation(session))
    assert on_list(session, stranger) == {}


def test_more_lessons_take_no_more_queries(database, session, site, by):
    few = factories.make_class(session, site=site, lessons=2)
    many = factories.make_class(session, site=site, lessons=12)
    numbers = []
    for each in (few, many):
        with counted(database) as count:
            settling.follow_teacher(session, teacher=each.teacher)
        numbers.append(count.number)
    assert numbers[0] == numbers[1]
