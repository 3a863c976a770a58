from datetime import time, timedelta

import pytest
from sqlalchemy import select

from senior_univ.core import clock
from senior_univ.core.errors import DomainError
from senior_univ.core.permissions import Role
from senior_univ.network.models import TravelMode
from senior_univ.teaching.models import AvailabilityException, TeacherSubject
from senior_univ.timetable import substitutes
from senior_univ.timetable.models import Holder, Occupancy
from tests import factories
from tests.queries_counted import counted
from tests.timetable.site import viewer_of


@pytest.fixture
def site(session, frozen):
    return factories.make_organisation(session)


@pytest.fixture
def by(session, site):
    return viewer_of(session, Role.SITE_MANAGER, site)


@pytest.fixture
def lesson(session, site):
    return factories.make_class(session, site=site).lessons[0]


def teacher_of(session, site, lesson, **given):
    teacher = factories.make_teacher(session, site, **given)
    session.add(TeacherSubject(teacher_id=teacher.id, subject_id=lesson.course_class.course.subject_id))
    session.flush()
    return teacher


def who(session, lesson):
    return [each.teacher.person.name for each in substitutes.find_substitutes(session, lesson)]


def test_who_teaches_the_subject_and_is_free_can_step_in(session, site, lesson):
    teacher_of(session, site, lesson, name="钱二")
    factories.make_teacher(session, site, name="孙三")
    assert who(session, lesson) == ["钱二"]


def busy(session, teacher, lesson):
    factories.make_class(session, teacher=teacher, first_at=lesson.starts_at + timedelta(minutes=30))


def away(session, teacher, lesson):
    day = clock.local(lesson.starts_at).date()
    session.add(AvailabilityException(teacher_id=teacher.id, from_on=day, to_on=day))


def without_promise(session, teacher, _lesson):
    teacher.promised_at = None


def checked_long_ago(session, teacher, _lesson):
    teacher.check_expires_on = clock.today()


def with_a_full_week(session, teacher, _lesson):
    teacher.hours_a_week = 1


def retired(session, teacher, _lesson):
    teacher.retired_on = clock.today()


@pytest.mark.parametrize("hinder", [busy, away, without_promise, checked_long_ago, with_a_full_week, retired])
def test_who_is_hindered_is_not_listed(session, site, lesson, hinder):
    hinder(session, teacher_of(session, site, lesson), lesson)
    session.flush()
    assert who(session, lesson) == []


def test_the_own_organisations_come_first_then_the_nearest(session, site, lesson):
    lesson.room.venue.latitude, lesson.room.venue.longitude = 37.07, 114.50
    other = factories.make_organisation(session, name="邻村教学点")
    teacher_of(session, other, lesson, name="外村", home_latitude=37.07, home_longitude=114.50)
    far = {"home_latitude": 37.20, "home_longitude": 114.60, "travel_mode": TravelMode.BICYCLE}
    teacher_of(session, site, lesson, name="远", **far)
    teacher_of(session, site, lesson, name="近", home_latitude=37.08, home_longitude=114.50)
    teacher_of(session, site, lesson, name="不知道")
    assert who(session, lesson) == ["近", "远", "不知道", "外村"]
    near = substitutes.find_substitutes(session, lesson)[0]
    assert near.is_own
    assert near.minutes_away is not None
    assert near.hours_left == 20


def test_one_tap_gives_her_the_lesson_and_frees_the_other(session, site, lesson, by):
    teacher, old_id = teacher_of(session, site, lesson, name="钱二"), lesson.teacher_id
    substitutes.take_substitute(session, lesson, teacher.id, by=by)
    taken = session.scalars(
        select(Occupancy.holder_id).where(Occupancy.lesson_id == lesson.id, Occupancy.holder == Holder.TEACHER)
    )
    assert lesson.teacher_id == teacher.id
    assert list(taken) == [teacher.id]
    assert lesson.course_class.teacher_id == old_id


def test_who_is_no_longer_free_is_refused(session, site, lesson, by):
    teacher = teacher_of(session, site, lesson)
    busy(session, teacher, lesson)
    with pytest.raises(DomainError, match="no_substitute"):
        substitutes.take_substitute(session, lesson, teacher.id, by=by)


def test_a_lesson_that_has_begun_gets_nobody(session, site, by):
    begun = factories.make_class(session, site=site, first_at=clock.now() - timedelta(minutes=5)).lessons[0]
    with pytest.raises(DomainError):
        substitutes.take_substitute(session, begun, teacher_of(session, site, begun).id, by=by)


def test_more_teachers_take_no_more_queries(database, session, site, lesson):
    teacher_of(session, site, lesson)
    substitutes.find_substitutes(session, lesson)  # loads what the lesson itself lacks
    with counted(database) as few:
        substitutes.find_substitutes(session, lesson)
    for number in range(5):
        factories.make_class(session, site=site, teacher=teacher_of(session, site, lesson, name=f"张{number}"),
                             first_at=clock.instant(clock.today() + timedelta(2), time(8 + number)))  # fmt: skip
    with counted(database) as many:
        substitutes.find_substitutes(session, lesson)

    assert many.number == few.number
