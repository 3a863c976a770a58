from datetime import timedelta

import pytest
from sqlalchemy import select

from senior_univ.core import clock
from senior_univ.core.errors import DomainError
from senior_univ.core.permissions import Role
from senior_univ.reminders.models import Message, MessageKind
from senior_univ.timetable import co_teachers, rules
from senior_univ.timetable.models import Assistance, Holder, Occupancy
from senior_univ.timetable.series import Reach, change_series
from senior_univ.timetable.verdicts import of_series
from senior_univ.wiring import connect
from tests import factories
from tests.enrolment.seats import enrol
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
    made = factories.make_class(session, site=site)
    factories.make_seat(session, made, factories.make_person(session, phone="+8613912340001"))
    return made


def change(session, lesson, reach, by, **given):
    return [each.number for each in change_series(session, lesson, reach, by=by, **asked(lesson, **given))]


def asked(lesson, **given):
    return {"starts_at": lesson.starts_at, "room": lesson.room, "teacher": lesson.teacher} | given


def test_this_and_later_lessons_move_and_earlier_ones_stay(session, course_class, by):
    first, second = course_class.lessons[:2]
    old = first.starts_at
    assert change(session, second, Reach.LATER, by, starts_at=second.starts_at + timedelta(days=1, hours=2)) == [
        2,
        3,
        4,
    ]
    assert first.starts_at == old
    moved = [clock.local(each.starts_at) for each in course_class.lessons[1:]]
    assert {(each.weekday(), each.time()) for each in moved} == {(course_class.weekday, course_class.starts)}


def test_all_lessons_get_another_room_and_teacher_and_everybody_one_text(session, site, course_class, by):
    room, teacher = factories.make_room(session, site), factories.make_teacher(session, site, name="钱二")
    assert change(session, course_class.lessons[2], Reach.ALL, by, room=room, teacher=teacher) == [1, 2, 3, 4]
    assert {(each.room_id, each.teacher_id) for each in course_class.lessons} == {(room.id, teacher.id)}
    things = select(Occupancy.holder, Occupancy.holder_id).where(Occupancy.holder != Holder.PERSON)
    held = session.execute(things.distinct()).all()
    assert set(held) == {(Holder.ROOM, room.id), (Holder.TEACHER, teacher.id)}
    told = [each for each in session.scalars(select(Message)) if each.kind is MessageKind.LESSON_MOVED]
    assert len(told) == 1
    assert len(told[0].parameters["before"]) == 4


def test_one_busy_lesson_refuses_the_whole_change(session, site, course_class, by):
    third, when = course_class.lessons[2], timedelta(hours=3)
    factories.make_class(session, site=site, room=course_class.room, first_at=third.starts_at + when, lessons=1)
    before = [each.starts_at for each in course_class.lessons]
    with pytest.raises(DomainError):
        change(session, course_class.lessons[0], Reach.ALL, by, starts_at=course_class.lessons[0].starts_at + when)
    assert [each.starts_at for each in course_class.lessons] == before


def test_another_week_and_what_somebody_changed_meanwhile_are_refused(session, course_class, by):
    lesson = course_class.lessons[0]
    with pytest.raises(DomainError, match="other_week"):
        change(session, lesson, Reach.LATER, by, starts_at=lesson.starts_at + timedelta(weeks=1))
    seen = rules.version_of(lesson)
    lesson.starts_at, lesson.ends_at = lesson.starts_at + timedelta(hours=1), lesson.ends_at + timedelta(hours=1)
    session.flush()
    with pytest.raises(DomainError, match="changed_meanwhile"):
        change(session, lesson, Reach.ALL, by, starts_at=lesson.starts_at + timedelta(hours=1), seen=seen)


def test_a_co_teacher_is_taken_with_the_class_and_moves_with_it(session, site, course_class, by):
    helper = factories.make_teacher(session, site, name="钱二")
    co_teachers.add_helper(session, course_class, helper, Assistance.CO_TEACHER, by=by)
    hers = select(Occupancy.starts_at).where(Occupancy.holder == Holder.TEACHER, Occupancy.holder_id == helper.id)
    assert sorted(session.scalars(hers)) == [each.starts_at for each in course_class.lessons]
    lesson = course_class.lessons[0]
    change(session, lesson, Reach.ALL, by, starts_at=lesson.starts_at + timedelta(hours=2))
    assert sorted(session.scalars(hers)) == [each.starts_at for each in course_class.lessons]
    co_teachers.remove_helper(session, course_class, helper.id, by=by)
    assert list(session.scalars(hers)) == []
    co_teachers.remove_helper(session, course_class, helper.id, by=by)


def test_who_is_busy_then_does_not_help(session, site, course_class, by):
    helper = factories.make_teacher(session, site, name="钱二")
    factories.make_class(session, site=site, teacher=helper, first_at=course_class.lessons[1].starts_at, lessons=1)
    with pytest.raises(DomainError):
        co_teachers.add_helper(session, course_class, helper, Assistance.ASSISTANT, by=by)
    with pytest.raises(DomainError, match="already_there"):
        co_teachers.add_helper(session, course_class, course_class.teacher, Assistance.ASSISTANT, by=by)


def test_a_refusal_says_how_many_and_names_the_first_three(session, site, course_class, by):
    when = timedelta(hours=3)
    factories.make_class(
        session, site=site, room=course_class.room, first_at=course_class.first_lesson_at + when, lessons=4
    )
    lesson = course_class.lessons[0]
    verdict = of_series(session, lesson, Reach.ALL, **asked(lesson, starts_at=lesson.starts_at + when), by=by)
    assert str(verdict.refusal.message) == "4 of 4 lessons can't be then:"
    named = [str(words) for words in verdict.refusal.suggestions]
    days = [f"{clock.local(each.starts_at):%-d}" for each in course_class.lessons]
    assert [day in words for day, words in zip(days[:3], named, strict=False)] == [True] * 3
    assert named[3] == "1 more lesson cannot be then."


def test_all_lessons_are_looked_at_in_as_many_queries_as_one(database, session, site, by):
    numbers = []
    for lessons in (2, 12):
        made = factories.make_class(session, site=site, lessons=lessons)
        for _ in range(lessons):
            factories.make_seat(session, made, factories.make_person(session))
        session.flush()
        given = asked(made.lessons[0], starts_at=made.lessons[0].starts_at + timedelta(hours=3))
        with counted(database) as count:
            verdict = of_series(session, made.lessons[0], Reach.ALL, **given, by=by)
        assert (verdict.refusal, verdict.lessons) == (None, lessons)
        numbers.append(count.number)
    assert numbers[0] == numbers[1]


def test_who_could_not_come_to_any_of_them_is_named(session, course_class, by):
    learner = factories.make_person(session, name="李桂兰")
    third, when = course_class.lessons[2], timedelta(hours=3)
    enrol(session, course_class, learner)
    enrol(session, factories.make_class(session, first_at=third.starts_at + when, lessons=1), learner)
    lesson = course_class.lessons[0]
    later = of_series(session, lesson, Reach.LATER, **asked(lesson, starts_at=lesson.starts_at + when), by=by)
    assert list(later.hindered) == [learner.id]
