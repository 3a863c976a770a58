"""Each kind of clash, what may be overridden by whom, and what only warns."""

from dataclasses import replace
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select

from senior_univ.audit.models import AuditEntry
from senior_univ.care.models import CareBlock, CareBlockException, CareKind, Quarantine
from senior_univ.core import clock
from senior_univ.core.errors import DomainError
from senior_univ.core.permissions import Role
from senior_univ.network.models import OpeningHours, TravelMode, TravelTime
from senior_univ.teaching.models import Availability, AvailabilityException
from senior_univ.timetable import actions, cautions, conflicts, nearest
from senior_univ.timetable.class_settings import move_class
from senior_univ.timetable.models import ClassAssistant, Delivery, Holder, Occupancy, Override, RoomBooking
from senior_univ.timetable.rules import Meeting
from senior_univ.timetable.slots import Kind
from tests import factories
from tests.timetable.site import make_plan, viewer_of

THURSDAY = date(2026, 3, 12)
SQUARE, HILLS = (37.07, 114.50), (37.10, 114.30)


@pytest.fixture
def organisation(session, frozen):
    return factories.make_organisation(session)


@pytest.fixture
def by(session, organisation):
    return viewer_of(session, Role.SITE_MANAGER, organisation)


@pytest.fixture
def plan(session, organisation):
    return make_plan(session, organisation)


def refusal_of(act):
    with pytest.raises(DomainError) as raised:
        act()
    return raised.value


def said(refusal):
    return " ".join(map(str, (refusal.message, *refusal.suggestions)))


def put_on_map(room, place):
    room.venue.latitude, room.venue.longitude = place


def elsewhere(session, plan, organisation, starts, place=HILLS):
    """The same teacher on the same day at another venue."""
    room = factories.make_room(session, organisation, name="山里教室")
    put_on_map(room, place)
    put_on_map(plan.room, SQUARE)
    session.flush()
    return replace(plan, room=room, starts=starts)


@pytest.mark.parametrize("starts", [time(8), time(11)])
def test_a_teacher_needs_time_for_her_way_before_and_after(session, plan, by, organisation, starts):
    actions.open_class(session, plan, by=by)
    far = elsewhere(session, plan, organisation, starts)
    refusal = refusal_of(lambda: actions.open_class(session, far, by=by))
    assert refusal.code == "travel"
    assert plan.room.venue.name in said(refusal)
    assert refusal.may_override
    for weekday, at in nearest.nearest_weekly(session, far):
        assert (weekday, at) != (far.weekday, far.starts)
        with session.begin_nested() as trial:
            actions.open_class(session, replace(far, weekday=weekday, starts=at), by=by)
            trial.rollback()


def test_minutes_that_somebody_wrote_down_count_more_than_the_map(session, plan, by, organisation):
    actions.open_class(session, plan, by=by)
    far = elsewhere(session, plan, organisation, time(11))
    one, other = sorted((plan.room.venue_id, far.room.venue_id))
    session.add(TravelTime(one_id=one, other_id=other, minutes=0))
    session.flush()
    assert actions.open_class(session, far, by=by)


def test_a_faster_way_of_travelling_makes_it_possible(session, plan, by, organisation):
    actions.open_class(session, plan, by=by)
    far = elsewhere(session, plan, organisation, time(11, 45))
    assert refusal_of(lambda: actions.open_class(session, far, by=by)).code == "travel"
    plan.teacher.travel_mode = TravelMode.CAR
    assert actions.open_class(session, far, by=by)


def test_who_may_not_see_the_other_lesson_reads_only_that_the_teacher_is_engaged_elsewhere(
    session, plan, by, organisation
):
    actions.open_class(session, plan, by=by)
    far = elsewhere(session, plan, organisation, time(11))
    stranger = viewer_of(session, Role.SITE_MANAGER, factories.make_organisation(session))
    refusal = refusal_of(lambda: actions.open_class(session, far, by=stranger))
    assert plan.course.title not in said(refusal)
    assert plan.room.venue.name not in said(refusal)
    assert not refusal.may_override


def test_a_lesson_ends_before_the_next_begins_at_the_same_minute(session, plan, by):
    actions.open_class(session, plan, by=by)
    assert actions.open_class(session, replace(plan, starts=time(11)), by=by)
    assert actions.open_class(session, replace(plan, starts=time(8)), by=by)


def test_the_hours_of_a_week_are_not_exceeded(session, plan, by):
    plan.teacher.hours_a_week = 3
    actions.open_class(session, plan, by=by)
    actions.open_class(session, replace(plan, weekday=0), by=by)
    third = replace(plan, weekday=1)
    refusal = refusal_of(lambda: actions.open_class(session, third, by=by))
    assert refusal.code == "hours_exceeded"
    assert "4.5" in said(refusal)
    assert nearest.nearest_weekly(session, third) == []
    assert actions.open_class(session, third, override="她说这学期可以", by=by)


def test_days_away_win_over_the_week_and_extra_days_add_to_it(session, plan, by):
    times = {"teacher_id": plan.teacher.id}
    session.add(Availability(**times, weekday=3, starts=time(8), ends=time(12)))
    away = AvailabilityException(**times, from_on=THURSDAY, to_on=THURSDAY, is_away=True, note="")
    session.add_all(
        [
            away,
            AvailabilityException(**times, from_on=date(2026, 3, 16), to_on=date(2026, 3, 16), is_away=False, note=""),
        ]
    )
    session.flush()
    assert refusal_of(lambda: actions.open_class(session, plan, by=by)).code == "teacher_away"
    away.to_on = away.from_on = date(2026, 3, 11)
    session.flush()
    assert actions.open_class(session, plan, by=by)
    lesson = session.scalars(select(actions.Lesson)).first()
    monday = clock.instant(date(2026, 3, 16), time(15))
    assert actions.move_lesson(session, lesson, starts_at=monday, by=by)


def block(session, home, **given):
    defaults = {"home_id": home.id, "kind": CareKind.NAP, "starts": time(9), "ends": time(10), "note": ""}
    row = CareBlock(**defaults | given)
    session.add(row)
    session.flush()
    return row


@pytest.fixture
def home(session, frozen):
    return factories.make_home(session)


@pytest.fixture
def in_home(session, plan, home):
    return replace(plan, room=factories.make_room(session, home), home_id=home.id)


def test_a_units_own_care_day_counts_for_its_class_only(session, in_home, by, home):
    units = [factories.make_unit(session, home), factories.make_unit(session, home, name="二楼")]
    block(session, home, unit_id=units[0].id)
    of_unit = replace(in_home, unit_id=units[0].id)
    refusal = refusal_of(lambda: actions.open_class(session, of_unit, by=by))
    assert refusal.code == "care_day"
    assert units[0].name in said(refusal)
    assert actions.open_class(session, replace(in_home, unit_id=units[1].id), by=by)


def test_a_care_day_of_one_date_stands_against_that_lesson_only(session, in_home, by, home):
    row = block(session, home, from_on=date(2026, 3, 19), to_on=date(2026, 3, 19))
    refusal = refusal_of(lambda: actions.open_class(session, in_home, by=by))
    assert refusal.code == "care_day"
    assert "3月19日" in said(refusal) or "more" not in said(refusal)
    row.exceptions.append(CareBlockException(on=date(2026, 3, 19)))
    session.flush()
    assert actions.open_class(session, in_home, by=by)


def test_only_the_home_overrides_its_care_day(session, in_home, by, home, organisation):
    block(session, home)
    refusal = refusal_of(lambda: actions.open_class(session, in_home, override="没关系", by=by))
    assert refusal.code == "care_day"
    assert home.name in said(refusal)
    scheduler = viewer_of(session, Role.CARE_SCHEDULER, home)
    opened = actions.open_class(session, in_home, override="大家想早点上课", by=scheduler)
    kept = session.scalars(select(Override)).all()
    assert {row.code for row in kept} == {"care_day"}
    assert {row.lesson_id for row in kept} == {lesson.id for lesson in opened.lessons}
    assert {row.reason for row in kept} == {"大家想早点上课"}
    entry = session.scalars(select(AuditEntry).where(AuditEntry.action == "clash.overridden")).one()
    assert entry.details["codes"] == ["care_day"]


def test_a_unit_in_quarantine_takes_no_lesson_but_one_online(session, in_home, by, home):
    unit = factories.make_unit(session, home)
    declared = {"declared_at": clock.now(), "declared_by_id": by.person_id, "reason": "流感"}
    session.add(Quarantine(unit_id=unit.id, from_on=date(2026, 3, 10), to_on=date(2026, 3, 20), **declared))
    session.flush()
    closed = replace(in_home, unit_id=unit.id)
    refusal = refusal_of(lambda: actions.open_class(session, closed, override="只来一次", by=by))
    assert refusal.code == "quarantine"
    assert actions.open_class(session, replace(closed, delivery=Delivery.ONLINE), by=by)


def test_opening_hours_are_overridden_by_the_venues_owner_and_a_taken_room_by_nobody(session, plan, by):
    session.add(OpeningHours(venue_id=plan.room.venue_id, weekday=3, opens=time(14), closes=time(18)))
    session.flush()
    assert refusal_of(lambda: actions.open_class(session, plan, override=" ", by=by)).code == "venue_closed"
    assert actions.open_class(session, plan, override="钥匙在李师傅那里", by=by)
    refusal = refusal_of(lambda: actions.open_class(session, plan, override="钥匙在李师傅那里", by=by))
    assert refusal.code == "room_taken"
    assert not refusal.may_override


def test_hours_that_follow_each_other_are_one(session, plan, by):
    for opens, closes in ((time(8), time(10)), (time(10), time(12))):
        session.add(OpeningHours(venue_id=plan.room.venue_id, weekday=3, opens=opens, closes=closes))
    session.flush()
    assert actions.open_class(session, plan, by=by)


def test_an_expired_check_is_never_overridden(session, plan, by):
    plan.teacher.check_expires_on = clock.today() - timedelta(1)
    refusal = refusal_of(lambda: actions.open_class(session, plan, override="她马上去办", by=by))
    assert refusal.code == "check_expired"


def test_a_lesson_moved_onto_a_holiday_keeps_the_reason_until_it_moves_again(session, plan, by):
    lesson = actions.open_class(session, plan, by=by).lessons[0]
    qingming = clock.instant(date(2026, 4, 6), time(9))
    assert refusal_of(lambda: actions.move_lesson(session, lesson, starts_at=qingming, by=by)).code == "holiday"
    actions.move_lesson(session, lesson, starts_at=qingming, override="大家都在", by=by)
    assert [each.code for each in session.scalars(select(Override))] == ["holiday"]
    assert conflicts.conflicts_of_lesson(session, lesson) == []
    actions.move_lesson(session, lesson, starts_at=qingming + timedelta(days=2), by=by)
    assert session.scalars(select(Override)).all() == []


def test_a_standing_lesson_says_what_has_come_to_stand_against_it(session, plan, by):
    lesson = actions.open_class(session, plan, by=by).lessons[0]
    assert conflicts.conflicts_of_lesson(session, lesson) == []
    session.add(OpeningHours(venue_id=plan.room.venue_id, weekday=3, opens=time(14), closes=time(18)))
    plan.teacher.check_expires_on = clock.today() - timedelta(1)
    session.flush()
    found = conflicts.conflicts_of_lesson(session, lesson)
    assert [each.code for each in found] == ["check_expired", "venue_closed"]
    assert [each.kind for each in found] == [Kind.NEVER, Kind.OVERRIDABLE]


def test_a_class_moves_but_for_the_lesson_that_would_fall_on_a_holiday(session, plan, by):
    opened = actions.open_class(session, replace(plan, lessons=6), by=by)
    was = {lesson.id: lesson.starts_at for lesson in opened.lessons}
    refusal = refusal_of(lambda: move_class(session, opened, weekday=0, starts=time(14), by=by))
    assert refusal.code == "in_the_past"
    opened.lessons[0].cancelled_at = clock.now()
    session.flush()
    move = move_class(session, opened, weekday=0, starts=time(14), by=by)
    assert [clock.local(lesson.starts_at).date() for lesson, _why in move.stayed] == [date(2026, 4, 9)]
    assert [conflict.code for _lesson, conflict in move.stayed] == ["holiday"]
    assert {clock.local(lesson.starts_at).weekday() for lesson in move.lessons} == {0}
    assert move.stayed[0][0].starts_at == was[move.stayed[0][0].id]


def test_a_class_that_meets_others_says_each_day_and_can_leave_those_as_they_are(session, plan, by):
    opened = actions.open_class(session, replace(plan, lessons=4), by=by)
    actions.open_class(session, replace(plan, weekday=4, lessons=2, from_on=date(2026, 3, 20)), by=by)
    refusal = refusal_of(lambda: move_class(session, opened, weekday=4, starts=time(9, 30), by=by))
    assert refusal.code == "room_taken"
    assert "3月20日" in said(refusal)
    assert "3月27日" in said(refusal)
    move = move_class(session, opened, weekday=4, starts=time(9, 30), leave_rest=True, by=by)
    assert (len(move.lessons), len(move.stayed)) == (2, 2)
    assert {clock.local(lesson.starts_at).weekday() for lesson, _why in move.stayed} == {3}


def test_who_teaches_beside_the_teacher_moves_along_and_is_not_taken_twice(session, plan, by, organisation):
    opened = actions.open_class(session, plan, by=by)
    helper = factories.make_teacher(session, organisation, name="孙丽")
    session.add(ClassAssistant(class_id=opened.id, teacher_id=helper.id, what="co_teacher"))
    lesson = opened.lessons[0]
    row = {"holder": Holder.TEACHER, "holder_id": helper.id, "starts_at": lesson.starts_at, "ends_at": lesson.ends_at}
    session.add(Occupancy(**row, lesson_id=lesson.id))
    session.flush()
    becomes = lesson.starts_at + timedelta(hours=5)
    actions.move_lesson(session, lesson, starts_at=becomes, by=by)
    mine = select(Occupancy).where(Occupancy.lesson_id == lesson.id)
    assert {(each.holder, each.starts_at) for each in session.scalars(mine)} == {
        (Holder.ROOM, becomes),
        (Holder.TEACHER, becomes),
    }
    assert len(session.scalars(mine).all()) == 3
    busy = replace(plan, teacher=helper, room=factories.make_room(session, organisation), weekday=4, lessons=1)
    actions.open_class(session, replace(busy, from_on=date(2026, 3, 13)), by=by)
    friday = clock.instant(date(2026, 3, 13), time(10))
    refusal = refusal_of(lambda: actions.move_lesson(session, lesson, starts_at=friday, by=by))
    assert refusal.code == "teacher_taken"
    assert "孙丽" in said(refusal)


def booked(session, room, organisation, by, starts, ends):
    """A granted booking, with the row that takes the room."""
    at = {"starts_at": clock.instant(THURSDAY, starts), "ends_at": clock.instant(THURSDAY, ends)}
    booking = RoomBooking(
        room_id=room.id,
        organisation_id=organisation.id,
        **at,
        weeks=1,
        purpose="上课",
        asked_at=clock.now(),
        asked_by_id=by.person_id,
        granted_at=clock.now(),
        answer="",
    )
    session.add(booking)
    session.flush()
    session.add(Occupancy(holder=Holder.ROOM, holder_id=room.id, **at, booking_id=booking.id))
    session.flush()
    return booking


def rows_of(session, booking):
    rows = session.scalars(select(Occupancy).where(Occupancy.booking_id == booking.id).order_by(Occupancy.starts_at))
    return [(clock.local(row.starts_at).time(), clock.local(row.ends_at).time()) for row in rows]


def test_a_class_is_held_in_another_organisations_room_while_it_is_booked(session, plan, by, organisation):
    room = factories.make_room(session)
    once = replace(plan, room=room, lessons=1)
    assert refusal_of(lambda: actions.open_class(session, once, override="借一下", by=by)).code == "room_of_another"
    booking = booked(session, room, organisation, by, time(8), time(12))
    assert refusal_of(lambda: actions.open_class(session, replace(plan, room=room), by=by)).code == "room_of_another"
    lesson = actions.open_class(session, once, by=by).lessons[0]
    assert rows_of(session, booking) == [(time(8), time(9, 30)), (time(11), time(12))]
    actions.move_lesson(session, lesson, starts_at=clock.instant(THURSDAY, time(10)), by=by)
    assert rows_of(session, booking) == [(time(8), time(10)), (time(11, 30), time(12))]
    late = clock.instant(THURSDAY, time(11))
    assert refusal_of(lambda: actions.move_lesson(session, lesson, starts_at=late, by=by)).code == "room_of_another"
    actions.cancel_lesson(session, lesson, reason="老师生病", by=by)
    assert rows_of(session, booking) == [(time(8), time(12))]


def test_a_room_that_was_taken_back_stands_against_the_lesson_in_it(session, plan, by, organisation):
    room = factories.make_room(session)
    booking = booked(session, room, organisation, by, time(8), time(12))
    lesson = actions.open_class(session, replace(plan, room=room, lessons=1), by=by).lessons[0]
    assert conflicts.conflicts_of_lesson(session, lesson) == []
    booking.declined_at = clock.now()
    session.flush()
    assert [each.code for each in conflicts.conflicts_of_lesson(session, lesson)] == ["room_of_another"]


def test_an_evening_in_winter_warns_of_the_dark_and_refuses_nothing(session, plan, by):
    put_on_map(plan.room, SQUARE)
    plan.teacher.home_latitude, plan.teacher.home_longitude = HILLS
    session.flush()
    at = clock.instant(THURSDAY, time(16, 30))
    slot = replace(conflicts.slot_of(session, plan), meetings=[Meeting(at, at + timedelta(minutes=90))])
    found = cautions.find_cautions(session, slot)
    assert [each.code for each in found if each.kind is Kind.WARNING] == ["after_dark", "far"]
    words = " ".join(map(str, cautions.said_cautions(slot, found)))
    assert "赵志强" in words
    noon = clock.instant(THURSDAY, time(12))
    early = replace(slot, meetings=[Meeting(noon, noon + timedelta(minutes=90))])
    assert "after_dark" not in {each.code for each in cautions.find_cautions(session, early)}


def test_the_kilometres_of_a_day_are_a_round_from_home_and_back(session, plan):
    there = cautions.day_kilometres(HILLS, [SQUARE])
    assert there == pytest.approx(cautions.day_kilometres(HILLS, [SQUARE, None, SQUARE]))
    assert there == pytest.approx(2 * 18.1 * 1.3, rel=0.05)
    assert cautions.day_kilometres(None, [SQUARE]) == 0


def test_a_check_that_runs_out_during_the_class_is_said(session, plan, by):
    plan.teacher.check_expires_on = date(2026, 4, 1)
    slot = conflicts.slot_of(session, plan)
    assert {each.code for each in cautions.find_cautions(session, slot)} == {"check_ends"}
    assert actions.open_class(session, plan, by=by)


@pytest.fixture
def berlin():
    was = clock.zone()
    clock.use_zone(ZoneInfo("Europe/Berlin"))
    yield
    clock.use_zone(was)


def test_where_clocks_change_lessons_stay_at_their_local_time_and_clash_by_it(session, berlin, frozen):
    site = factories.make_organisation(session)
    by = viewer_of(session, Role.SITE_MANAGER, site)
    plan = make_plan(session, site, weekday=6, starts=time(9, 30))
    session.add(OpeningHours(venue_id=plan.room.venue_id, weekday=6, opens=time(9, 30), closes=time(11)))
    session.flush()
    opened = actions.open_class(session, plan, by=by)
    assert {clock.local(lesson.starts_at).time() for lesson in opened.lessons} == {time(9, 30)}
    assert {lesson.starts_at.hour for lesson in opened.lessons} == {7, 8}
    sunday = [each for each in opened.lessons if clock.local(each.starts_at).date() == date(2026, 3, 29)]
    assert sunday[0].ends_at - sunday[0].starts_at == timedelta(minutes=90)
    refusal = refusal_of(lambda: actions.open_class(session, replace(plan, starts=time(9)), override="开门", by=by))
    assert refusal.code == "room_taken"


def test_a_term_over_new_year_skips_the_holidays_of_both_years(session, plan, by, frozen):
    frozen.move_to(datetime(2026, 12, 1, 9, tzinfo=ZoneInfo("Asia/Shanghai")))
    term = factories.make_term(session, date(2026, 12, 7), ends_on=date(2027, 1, 17), name="冬季")
    opened = actions.open_class(session, replace(plan, term=term, weekday=4, lessons=16), by=by)
    days = [clock.local(lesson.starts_at).date() for lesson in opened.lessons]
    assert days[0] == date(2026, 12, 11)
    assert days[-1] == date(2027, 1, 15)
    again = replace(plan, term=term, weekday=4)
    assert refusal_of(lambda: actions.open_class(session, again, by=by)).code == "room_taken"
    for weekday, starts in nearest.nearest_weekly(session, again):
        with session.begin_nested() as trial:
            actions.open_class(session, replace(again, weekday=weekday, starts=starts), by=by)
            trial.rollback()
