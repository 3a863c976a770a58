from datetime import date, timedelta

import pytest
from sqlalchemy import select

from senior_univ.core import clock
from senior_univ.core.access import Post, Viewer
from senior_univ.core.errors import DomainError
from senior_univ.core.permissions import Role
from senior_univ.network.models import Region
from senior_univ.reminders import suspensions as texts
from senior_univ.reminders.models import Call, Message, MessageKind, Priority
from senior_univ.timetable import make_ups, suspensions
from senior_univ.timetable.calendar_models import Suspension, SuspensionKind
from senior_univ.timetable.models import Lesson, Occupancy
from senior_univ.timetable.suspensions import Scope
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
def officer(session, site):
    person = factories.make_person(session, name="陈静")
    return Viewer(person.id, person.name, (Post(Role.COUNTY_OFFICER, site.id, site.region_code[:6]),))


@pytest.fixture
def course_class(session, site):
    return factories.make_class(session, site=site)


def scope_of(session, site, length=9, days=8, **given):
    region = session.get_one(Region, site.region_code[:length])
    today = clock.today()
    return Scope(region, None, today, today + timedelta(days), SuspensionKind.SNOW, **given)


def cancelled(session):
    return list(session.scalars(select(Lesson.number).where(Lesson.cancelled_at.is_not(None)).order_by(Lesson.number)))


@pytest.mark.parametrize("length", [6, 9, 12])
def test_a_county_a_township_or_a_village_is_suspended_by_one_act(session, site, officer, course_class, length):
    scope = scope_of(session, site, length)
    shown = suspensions.preview(session, scope)
    assert (shown.lessons, shown.classes) == (2, 1)
    done = suspensions.suspend(session, scope, by=officer)
    session.expire_all()
    assert cancelled(session) == [1, 2]
    lesson = session.scalars(select(Lesson).order_by(Lesson.number)).first()
    assert lesson.suspension_id == done.id
    assert lesson.cancel_reason
    assert session.scalars(select(Occupancy.lesson_id).where(Occupancy.lesson_id == lesson.id)).all() == []


def test_a_venue_is_suspended_by_its_manager(session, site, by, course_class):
    venue, today = course_class.room.venue, clock.today()
    suspensions.suspend(session, Scope(None, venue, today, today + timedelta(1), SuspensionKind.OTHER), by=by)
    assert cancelled(session) == [1]


def test_another_place_and_other_days_are_left_alone(session, site, officer, course_class):
    elsewhere = factories.make_class(session, room=factories.make_room(session, site))
    elsewhere.room.venue.region_code = session.scalar(
        select(Region.code).where(Region.code.startswith(site.region_code[:6]), ~Region.code.startswith(site.region_code[:9]))
        .order_by(Region.code.desc()).limit(1)
    )  # fmt: skip
    session.flush()
    suspensions.suspend(session, scope_of(session, site), by=officer)
    session.expire_all()
    assert {lesson.class_id for lesson in session.scalars(select(Lesson)) if lesson.cancelled_at} == {course_class.id}


def test_what_has_begun_is_not_touched(session, site, officer):
    factories.make_class(session, site=site, first_at=clock.now() - timedelta(minutes=10), lessons=1)
    suspensions.suspend(session, scope_of(session, site), by=officer)
    assert cancelled(session) == []


def test_the_same_again_adds_what_came_since_and_is_one_suspension(session, site, officer, course_class):
    first = suspensions.suspend(session, scope_of(session, site), by=officer)
    again = suspensions.suspend(session, scope_of(session, site), by=officer)
    assert first.id == again.id
    factories.make_class(session, site=site)
    assert suspensions.suspend(session, scope_of(session, site), by=officer).id == first.id
    assert len(cancelled(session)) == 4


def learner(session, course_class, name, phone):
    person = factories.make_person(session, name=name, phone=phone)
    factories.make_seat(session, course_class, person)
    return person


def test_one_phone_gets_one_urgent_text_of_all_its_lessons(session, site, officer, course_class):
    other = factories.make_class(session, site=site, first_at=clock.now() + timedelta(hours=30))
    phone = "+8613912340001"
    for each in (course_class, other):
        learner(session, each, "王秀英", phone)
    suspensions.suspend(session, scope_of(session, site), by=officer)
    suspensions.suspend(session, scope_of(session, site), by=officer)
    message = session.scalars(select(Message)).one()
    assert message.kind is MessageKind.LESSONS_SUSPENDED
    assert message.priority == Priority.URGENT
    assert message.phone == phone
    assert len(message.about) == 4


def test_the_call_sheet_has_first_whom_no_text_reaches_and_a_tick_is_kept_once(
    session, site, officer, by, course_class
):
    learner(session, course_class, "甲", "+8613912340001")
    deaf = learner(session, course_class, "乙", None)
    done = suspensions.suspend(session, scope_of(session, site), by=officer)
    people = session.scalars(texts.people_to_call(done, by)).all()
    assert [person.name for person in people] == ["乙", "甲"]
    lines = texts.call_lines(session, done, people)
    assert [line.is_texted for line in lines] == [False, True]
    for _ in range(2):
        texts.tick(session, done, deaf.id, by=by)
    assert len(session.scalars(select(Call).where(Call.reached_at.is_not(None))).all()) == 1
    assert texts.count_to_call(session, done, by) == (1, 2)


def test_a_lesson_is_made_up_once_and_its_class_is_told_old_and_new(session, site, officer, by, course_class):
    learner(session, course_class, "王秀英", "+8613912340001")
    done = suspensions.suspend(session, scope_of(session, site, days=1), by=officer)
    lessons = session.scalars(make_ups.open_lessons(done, by)).unique().all()
    proposal = make_ups.propose(session, done, lessons)[0]
    last = clock.local(course_class.last_lesson_at)
    assert clock.local(proposal.starts_at) == last + timedelta(weeks=1)
    old = proposal.lesson.starts_at
    make_ups.make_up(session, proposal.lesson, proposal.starts_at, by=by)
    assert (proposal.lesson.cancelled_at, proposal.lesson.moved_from) == (None, old)
    assert make_ups.progress(session, done, by) == (1, 1)
    with pytest.raises(DomainError):
        make_ups.make_up(session, proposal.lesson, proposal.starts_at, by=by)
    kinds = {message.kind for message in session.scalars(select(Message))}
    assert kinds == {MessageKind.LESSONS_SUSPENDED, MessageKind.LESSON_MOVED}


def test_all_are_made_up_by_one_tap_and_no_two_meet(session, site, officer, by, course_class):
    room, teacher = course_class.room, course_class.teacher
    second = factories.make_class(
        session, site=site, room=room, teacher=teacher, first_at=course_class.first_lesson_at + timedelta(hours=2)
    )
    assert second.lessons_planned == 4
    done = suspensions.suspend(session, scope_of(session, site), by=officer)
    assert make_ups.make_up_many(session, done, by=by) == 4
    assert make_ups.make_up_many(session, done, by=by) == 0
    assert cancelled(session) == []


def test_proposals_for_many_lessons_take_no_more_queries(database, session, site, officer, by):
    classes = [factories.make_class(session, site=site) for _ in range(4)]
    done = suspensions.suspend(session, scope_of(session, site), by=officer)
    lessons = session.scalars(make_ups.open_lessons(done, by)).unique().all()
    assert len(lessons) == 2 * len(classes)
    numbers = []
    for part in (lessons[:1], lessons):
        with counted(database) as count:
            make_ups.propose(session, done, part)
        numbers.append(count.number)
    assert numbers[0] == numbers[1]


def test_ended_early_what_is_left_is_held_where_everybody_is_free(session, site, officer, by, course_class):
    learner(session, course_class, "王秀英", "+8613912340001")
    done = suspensions.suspend(session, scope_of(session, site), by=officer)
    second = session.scalar(select(Lesson).where(Lesson.number == 2))
    factories.make_class(session, site=site, room=course_class.room, first_at=second.starts_at, lessons=1)
    session.expire_all()
    resumed = suspensions.end_suspension(session, done, by=officer)
    assert len(resumed) == 1
    assert cancelled(session) == [2]
    holders = session.scalars(select(Occupancy.holder).where(Occupancy.lesson_id == resumed[0])).all()
    assert len(holders) == 3
    assert MessageKind.LESSONS_RESUMED in {message.kind for message in session.scalars(select(Message))}
    with pytest.raises(DomainError):
        suspensions.end_suspension(session, done, by=officer)


@pytest.mark.parametrize(
    "given",
    [
        {"to_on": date(2026, 3, 1)},
        {"from_on": date(2026, 2, 1), "to_on": date(2026, 2, 2)},
        {"to_on": date(2027, 3, 1)},
    ],
)
def test_days_that_cannot_be_are_refused(session, site, officer, given):
    scope = Scope(
        session.get_one(Region, site.region_code),
        None,
        **{"from_on": clock.today(), "to_on": clock.today(), "kind": SuspensionKind.HEAT} | given,
    )
    with pytest.raises(DomainError):
        suspensions.suspend(session, scope, by=officer)
    assert session.scalars(select(Suspension)).all() == []


def test_nobody_suspends_a_place_that_is_not_hers(session, site, by, course_class):
    with pytest.raises(DomainError):
        suspensions.suspend(session, scope_of(session, site), by=by)
    stranger = viewer_of(session, Role.SITE_MANAGER, factories.make_organisation(session))
    scope = Scope(None, course_class.room.venue, clock.today(), clock.today(), SuspensionKind.HEAT)
    with pytest.raises(DomainError):
        suspensions.suspend(session, scope, by=stranger)
