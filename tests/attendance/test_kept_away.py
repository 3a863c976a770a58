"""What a home wrote down keeps residents from lessons, and keeps their seats."""

from datetime import date, time, timedelta

import pytest
from sqlalchemy import select

from config import Settings
from senior_univ.accounts.models import PhoneKind
from senior_univ.attendance import actions as attendance
from senior_univ.attendance.models import Leave
from senior_univ.attendance.rules import AWAY, CARE_DAY, UNIT_CLOSED
from senior_univ.care import actions as care
from senior_univ.care import queries
from senior_univ.care.models import Away, AwayKind, CareKind
from senior_univ.care.rules import BlockPlan, Place
from senior_univ.core import clock
from senior_univ.reminders.models import Message, MessageKind, MessageState
from senior_univ.timetable import actions as timetable
from senior_univ.timetable.going_online import hold_online
from senior_univ.wiring import connect
from tests import factories as make
from tests.enrolment.seats import enrol, herself, rows

pytestmark = pytest.mark.usefixtures("frozen")

FIRST = date(2026, 3, 11)
"""A Wednesday: the day of the first lesson, at 9:30; the others follow weekly."""


@pytest.fixture(autouse=True)
def wired():
    connect()


@pytest.fixture
def home(session):
    return make.make_home(session, name="夕阳红养老院")


@pytest.fixture
def unit(session, home):
    make.make_unit(session, home, name="二楼护理区")
    return make.make_unit(session, home)


@pytest.fixture
def staff(session):
    return herself(make.make_person(session))


@pytest.fixture
def resident(session, home, unit):
    return make.make_resident(session, home, unit, phone="+8613800004444", phone_kind=PhoneKind.MOBILE)


@pytest.fixture
def elsewhere(session, resident):
    course_class = make.make_class(session)
    enrol(session, course_class, resident)
    return course_class


def residency(session, person):
    return queries.residencies_of(session, [person.id])[person.id]


def days_on_leave(session, person, reason=None):
    wanted = select(Leave).where(Leave.person_id == person.id, Leave.taken_back_at.is_(None))
    found = session.scalars(wanted.execution_options(populate_existing=True)).all()
    return sorted(
        clock.local(each.lesson.starts_at).date() for each in found if reason is None or each.reason == reason
    )


def texts(session, kind):
    return session.scalars(select(Message).where(Message.kind == kind)).all()


def test_whoever_is_in_hospital_is_on_leave_and_keeps_her_seat(session, resident, elsewhere, staff):
    care.go_away(
        session, residency(session, resident), AwayKind.HOSPITAL, from_on=FIRST, to_on=FIRST + timedelta(7), by=staff
    )
    assert days_on_leave(session, resident, AWAY) == [FIRST, FIRST + timedelta(7)]
    assert rows(session, elsewhere) == (1, 0)


def test_back_early_she_comes_again(session, resident, elsewhere, staff):
    away = care.go_away(session, residency(session, resident), AwayKind.AT_HOME, from_on=clock.today(), by=staff)
    assert len(days_on_leave(session, resident)) == 4
    care.come_back(session, away, by=staff)
    assert days_on_leave(session, resident) == []
    assert session.scalars(select(Away)).all() == []


def test_what_she_took_back_herself_stays_so(session, resident, elsewhere, staff):
    care.go_away(session, residency(session, resident), AwayKind.AT_HOME, from_on=FIRST, to_on=FIRST, by=staff)
    attendance.take_back_leave(session, session.scalars(select(Leave)).one(), by=herself(resident))
    care.go_away(session, residency(session, resident), AwayKind.AT_HOME, from_on=FIRST + timedelta(7), by=staff)
    assert days_on_leave(session, resident)[0] == FIRST + timedelta(7)


def test_a_seat_taken_while_she_is_away_is_kept_like_the_others(session, resident, staff):
    care.go_away(session, residency(session, resident), AwayKind.HOSPITAL, from_on=FIRST, to_on=FIRST, by=staff)
    enrol(session, make.make_class(session), resident)
    assert days_on_leave(session, resident) == [FIRST]


def test_a_lesson_moved_into_her_days_away_puts_her_on_leave(session, resident, elsewhere, staff):
    care.go_away(session, residency(session, resident), AwayKind.HOSPITAL, from_on=FIRST, to_on=FIRST, by=staff)
    second = elsewhere.lessons[1]
    timetable.move_lesson(session, second, starts_at=clock.instant(FIRST, time(15)), by=staff)
    assert days_on_leave(session, resident) == [FIRST, FIRST]


def test_a_closed_unit_keeps_its_residents_from_lessons_elsewhere_and_each_is_told_once(
    session, home, unit, resident, elsewhere, staff
):
    neighbour = make.make_resident(session, home, None)
    enrol(session, elsewhere, neighbour)
    care.declare_quarantine(session, unit, from_on=FIRST, to_on=FIRST + timedelta(8), by=staff)
    assert days_on_leave(session, resident, UNIT_CLOSED) == [FIRST, FIRST + timedelta(7)]
    assert days_on_leave(session, neighbour) == []
    told = texts(session, MessageKind.UNIT_CLOSED)
    assert [(each.phone, each.parameters["count"]) for each in told] == [(resident.phone, 2)]
    assert rows(session, elsewhere)[0] == 2


def test_lessons_of_the_closed_unit_go_online_where_there_is_a_link_and_are_cancelled_else(
    session, home, unit, resident, staff
):
    site = make.make_organisation(session)
    afternoon = clock.instant(FIRST, time(15))
    with_link = make.make_class(session, site=site, home_id=home.id, unit_id=unit.id, join_url="https://meet.example/a")
    without = make.make_class(session, site=site, home_id=home.id, unit_id=unit.id, first_at=afternoon)
    for each in (with_link, without):
        enrol(session, each, resident)
    quarantine = care.declare_quarantine(session, unit, from_on=FIRST, to_on=FIRST + timedelta(3), by=staff)
    assert [each.is_online for each in with_link.lessons] == [True, False, False, False]
    assert [each.cancelled_at is not None for each in without.lessons] == [True, False, False, False]
    assert days_on_leave(session, resident) == []
    assert session.scalars(select(Message)).all() == []
    care.lift_quarantine(session, quarantine, by=staff)
    assert [each.is_online for each in with_link.lessons] == [False] * 4
    assert without.lessons[0].cancelled_at is not None


def test_a_lesson_that_somebody_put_online_stays_there_when_the_unit_opens(session, home, unit, staff):
    given = {"site": make.make_organisation(session), "home_id": home.id, "unit_id": unit.id}
    course_class = make.make_class(session, **given, join_url="https://meet.example/a")
    by_hand, by_hand_since = course_class.lessons[:2]
    hold_online(session, by_hand, Settings(), by=staff)
    quarantine = care.declare_quarantine(session, unit, from_on=FIRST, to_on=FIRST + timedelta(16), by=staff)
    assert [each.is_online for each in course_class.lessons] == [True, True, True, False]
    hold_online(session, by_hand_since, Settings(), by=staff, is_online=False)
    hold_online(session, by_hand_since, Settings(), by=staff)
    care.lift_quarantine(session, quarantine, by=staff)
    assert [each.is_online for each in course_class.lessons] == [True, True, False, False]


def test_a_server_for_meetings_holds_the_lessons_of_a_closed_unit(session, home, unit, staff):
    given = {"site": make.make_organisation(session), "home_id": home.id, "unit_id": unit.id}
    lesson = make.make_class(session, **given).lessons[0]
    settings = Settings(jitsi_url="https://meet.example", jitsi_app_id="a", jitsi_secret="s" * 32)
    care.declare_quarantine(session, unit, from_on=FIRST, to_on=FIRST, by=staff, settings=settings)
    assert (lesson.is_online, lesson.cancelled_at) == (True, None)


def test_an_open_unit_comes_again_and_hears_of_it_once(session, unit, resident, elsewhere, staff):
    quarantine = care.declare_quarantine(session, unit, from_on=clock.today(), to_on=FIRST, by=staff)
    texts(session, MessageKind.UNIT_CLOSED)[0].state = MessageState.DELIVERED
    care.lift_quarantine(session, quarantine, by=staff)
    care.lift_quarantine(session, quarantine, by=staff)
    assert days_on_leave(session, resident) == []
    assert [each.phone for each in texts(session, MessageKind.UNIT_OPENED)] == [resident.phone]


def test_whoever_was_not_told_yet_that_her_unit_is_closed_hears_nothing_when_it_opens(
    session, unit, resident, elsewhere, staff
):
    quarantine = care.declare_quarantine(session, unit, from_on=clock.today(), to_on=FIRST, by=staff)
    care.lift_quarantine(session, quarantine, by=staff)
    told = session.scalars(select(Message).execution_options(populate_existing=True)).all()
    assert [(each.kind, each.state) for each in told] == [(MessageKind.UNIT_CLOSED, MessageState.CANCELLED)]


def test_whoever_moves_out_of_a_closed_unit_comes_again(session, home, unit, resident, elsewhere, staff):
    other = make.make_unit(session, home, name="三楼护理区")
    care.declare_quarantine(session, unit, from_on=clock.today(), to_on=FIRST, by=staff)
    care.move(session, residency(session, resident), Place(home, other, "301"), by=staff)
    assert days_on_leave(session, resident) == []


def clinic(home, resident, **given):
    times = {"starts": time(8), "ends": time(11), "from_on": FIRST, "to_on": FIRST}
    return BlockPlan(home_id=home.id, kind=CareKind.OUTPATIENT, person_id=resident.id, **times | given)


def test_a_day_at_the_clinic_is_leave_from_that_days_lesson(session, home, resident, elsewhere, staff):
    block = care.add_block(session, clinic(home, resident), by=staff)
    assert days_on_leave(session, resident, CARE_DAY) == [FIRST]
    care.end_block(session, block, by=staff)
    assert days_on_leave(session, resident) == []


def test_a_day_taken_out_of_a_block_is_free_again(session, home, resident, elsewhere, staff):
    block = care.add_block(session, clinic(home, resident, to_on=FIRST + timedelta(14)), by=staff)
    care.except_day(session, block, FIRST + timedelta(7), by=staff)
    assert days_on_leave(session, resident) == [FIRST, FIRST + timedelta(14)]


def test_somebody_who_lives_at_home_is_asked_nothing(session, elsewhere):
    learner = make.make_person(session)
    enrol(session, elsewhere, learner)
    assert days_on_leave(session, learner) == []
