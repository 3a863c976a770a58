from dataclasses import replace
from datetime import date, time, timedelta

import pytest
from sqlalchemy import select

from senior_univ.audit.models import AuditEntry
from senior_univ.care.models import CareBlock, CareKind
from senior_univ.catalogue.models import Course
from senior_univ.core import clock
from senior_univ.core.errors import DomainError
from senior_univ.core.permissions import Role
from senior_univ.network.models import OpeningHours
from senior_univ.teaching.models import Availability
from senior_univ.timetable import actions, cautions, conflicts, events, nearest, rules
from senior_univ.timetable.models import Holder, Occupancy
from tests import factories
from tests.queries_counted import counted
from tests.timetable.site import make_plan, viewer_of


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


def test_a_class_has_weekly_lessons_that_take_room_and_teacher(session, plan, by):
    opened = actions.open_class(session, plan, by=by)
    assert [lesson.number for lesson in opened.lessons] == list(range(1, 17))
    assert {clock.local(lesson.starts_at).time() for lesson in opened.lessons} == {time(9, 30)}
    assert opened.region_code == plan.room.venue.region_code
    taken = session.scalars(select(Occupancy)).all()
    assert len(taken) == 2 * len(opened.lessons)
    assert {row.holder for row in taken} == {Holder.ROOM, Holder.TEACHER}
    assert session.scalar(select(AuditEntry).where(AuditEntry.action == "class.opened")).record_id == opened.id


def closed_course(session, plan):
    plan.course.closed_at = clock.now()


def closed_room(session, plan):
    plan.room.closed_at = clock.now()
    session.flush()


def retired(session, plan):
    plan.teacher.retired_on = clock.today()
    session.flush()


def without_promise(session, plan):
    plan.teacher.promised_at = None


def with_an_old_check(session, plan):
    plan.teacher.check_expires_on = clock.today() - timedelta(1)


def always_closed_then(session, plan):
    hours = {"weekday": 3, "opens": time(14), "closes": time(18)}
    session.add(OpeningHours(venue_id=plan.room.venue_id, **hours))


def teaching_afternoons(session, plan):
    session.add(Availability(teacher_id=plan.teacher.id, weekday=3, starts=time(14), ends=time(18)))


ROWS = {
    "course_closed": closed_course,
    "room_closed": closed_room,
    "teacher_retired": retired,
    "no_promise": without_promise,
    "check_expired": with_an_old_check,
    "venue_closed": always_closed_then,
    "teacher_away": teaching_afternoons,
}


@pytest.mark.parametrize("code", ROWS)
def test_a_class_is_refused_for_its_room_or_teacher(session, plan, by, code):
    ROWS[code](session, plan)
    assert refusal_of(lambda: actions.open_class(session, plan, by=by)).code == code


PLANS = {
    "no_capacity": {"capacity": 0},
    "capacity_above_room": {"capacity": 31},
    "wheelchairs_above_room": {"wheelchair_places": 5},
    "no_wheelchair_places": {"wheelchair_places": -1},
    "end_before_start": {"minutes": -30},
    "odd_length": {"minutes": 10},
    "past_midnight": {"starts": time(23, 30)},
    "no_lessons": {"lessons": 0},
    "in_the_past": {"from_on": date(2026, 3, 9)},
    "outside_term": {"from_on": date(2027, 3, 9)},
}


@pytest.mark.parametrize("code", PLANS)
def test_a_plan_that_cannot_be_is_refused_in_its_own_words(session, plan, by, code):
    refusal = refusal_of(lambda: actions.open_class(session, replace(plan, **PLANS[code]), by=by))
    assert refusal.code == code
    assert said(refusal)
    assert session.scalars(select(Occupancy)).all() == []


def test_a_pattern_of_holidays_alone_is_refused(session, plan, by):
    term = factories.make_term(session, date(2026, 9, 28), ends_on=date(2026, 10, 7))
    refusal = refusal_of(lambda: actions.open_class(session, replace(plan, term=term), by=by))
    assert (refusal.code, refusal.field) == ("no_lessons", "weekday")


def test_a_lesson_that_would_have_begun_this_morning_is_refused(session, plan, by):
    today = replace(plan, weekday=1, starts=time(8), from_on=clock.today())
    assert refusal_of(lambda: actions.open_class(session, today, by=by)).code == "in_the_past"


def test_without_a_first_day_the_class_begins_at_the_next_such_weekday(session, plan, by):
    opened = actions.open_class(session, replace(plan, weekday=1, starts=time(8)), by=by)
    assert clock.local(opened.first_lesson_at).date() == date(2026, 3, 17)


def test_rooms_and_teachers_of_others_are_refused_but_a_homes_room_is_not(session, plan, by):
    home = factories.make_home(session)
    elsewhere = replace(plan, room=factories.make_room(session, home))
    assert refusal_of(lambda: actions.open_class(session, elsewhere, by=by)).code == "room_of_another"
    stranger = replace(plan, teacher=factories.make_teacher(session))
    assert refusal_of(lambda: actions.open_class(session, stranger, by=by)).code == "teacher_of_another"
    assert actions.open_class(session, replace(elsewhere, home_id=home.id), by=by).home_id == home.id


def test_the_homes_nap_stands_in_the_way_and_free_times_leave_it_out(session, plan, by):
    home = factories.make_home(session)
    session.add(CareBlock(home_id=home.id, kind=CareKind.NAP, starts=time(12), ends=time(14)))
    in_nap = replace(plan, room=factories.make_room(session, home), home_id=home.id, starts=time(13), minutes=60)
    refusal = refusal_of(lambda: actions.open_class(session, in_nap, by=by))
    assert (refusal.code, refusal.field) == ("care_day", "starts")
    assert home.name in said(refusal)
    assert nearest.nearest_free(session, in_nap) == [(3, time(14)), (3, time(14, 30)), (3, time(11))]


def test_a_taken_room_is_said_with_who_where_when_and_three_free_times(session, plan, by):
    actions.open_class(session, plan, by=by)
    refusal = refusal_of(lambda: actions.open_class(session, plan, by=by))
    assert refusal.code == "room_taken"
    for words in ("一楼教室", "楷书入门", "赵志强", "3月12日", "上午9:30—11:00", "星期四 上午11:00"):
        assert words in said(refusal)


def test_somebody_who_may_not_see_the_other_class_reads_only_that_it_is_taken(session, plan, by):
    actions.open_class(session, plan, by=by)
    stranger = viewer_of(session, Role.SITE_MANAGER, factories.make_organisation(session))
    refusal = refusal_of(lambda: actions.open_class(session, plan, by=stranger))
    assert "楷书入门" not in said(refusal)
    assert "赵志强" not in said(refusal)


def test_every_proposed_time_can_really_be_had(session, plan, by):
    actions.open_class(session, plan, by=by)
    for weekday, starts in nearest.nearest_weekly(session, plan):
        with session.begin_nested() as trial:
            assert actions.open_class(session, replace(plan, weekday=weekday, starts=starts), by=by)
            trial.rollback()


def test_a_teacher_of_another_subject_is_only_a_warning(session, plan, by):
    slot = conflicts.slot_of(session, plan)
    assert "赵志强" in " ".join(map(str, cautions.warnings(session, plan, slot)))
    plan.teacher.subjects.append(session.get_one(Course, plan.course.id).subject)
    assert cautions.warnings(session, plan, slot) == []


def test_the_database_has_the_last_word_and_it_is_said_in_words(session, plan, by, monkeypatch):
    actions.open_class(session, plan, by=by)
    monkeypatch.setattr(actions, "find_all", lambda _session, _slot: [])
    assert refusal_of(lambda: actions.open_class(session, plan, by=by)).code == "room_taken"


def heard(signal, act):
    """What ``signal`` carried while ``act`` ran."""
    got = []

    def hear(_session, **carried):
        got.append(carried)

    with signal.connected_to(hear):
        act()
    return got


def test_a_moved_lesson_takes_its_new_time_and_frees_the_old(session, plan, by):
    lesson = actions.open_class(session, plan, by=by).lessons[0]
    old = lesson.starts_at
    becomes = old + timedelta(days=1)
    got = heard(events.lesson_moved, lambda: actions.move_lesson(session, lesson, starts_at=becomes, by=by))
    assert got == [
        {"lesson": lesson, "old_starts_at": old, "old_room_id": plan.room.id, "old_teacher_id": plan.teacher.id}
    ]
    taken = session.execute(select(Occupancy.starts_at).where(Occupancy.lesson_id == lesson.id)).scalars().all()
    assert set(taken) == {becomes}
    assert lesson.course_class.first_lesson_at == becomes


def test_a_lesson_moved_twice_keeps_where_it_was_first_planned(session, plan, by):
    lesson = actions.open_class(session, plan, by=by).lessons[0]
    first = lesson.starts_at
    for days in (1, 2):
        actions.move_lesson(session, lesson, starts_at=first + timedelta(days=days), by=by)
    assert lesson.moved_from == first
    actions.move_lesson(session, lesson, starts_at=first, by=by)
    assert lesson.moved_from is None


def test_a_lesson_can_have_another_room_and_teacher_for_once(session, plan, by, organisation):
    opened = actions.open_class(session, plan, by=by)
    room, teacher = factories.make_room(session, organisation), factories.make_teacher(session, organisation)
    lesson = actions.move_lesson(session, opened.lessons[0], room=room, teacher=teacher, by=by)
    assert (lesson.room, lesson.teacher, lesson.moved_from) == (room, teacher, None)
    assert opened.lessons[1].room_id == plan.room.id


def test_a_move_onto_a_holiday_or_another_lesson_proposes_times_within_a_week(session, plan, by):
    first, second = actions.open_class(session, plan, by=by).lessons[:2]
    clash = refusal_of(lambda: actions.move_lesson(session, first, starts_at=second.starts_at, by=by))
    assert clash.code == "room_taken"
    assert "3月19日 星期四 上午11:00" in said(clash)
    holiday = refusal_of(
        lambda: actions.move_lesson(session, first, starts_at=clock.instant(date(2026, 4, 6), time(9)), by=by)
    )
    assert (holiday.code, holiday.field) == ("holiday", "day")
    assert "清明" in said(holiday)


def test_a_move_that_cannot_be_is_refused(session, plan, by):
    lesson = actions.open_class(session, plan, by=by).lessons[0]

    def code(**to):
        return refusal_of(lambda: actions.move_lesson(session, lesson, by=by, **to)).code

    assert code() == "nothing_changed"
    assert code(starts_at=clock.now() - timedelta(days=1)) == "in_the_past"
    assert code(starts_at=clock.instant(date(2026, 3, 12), time(23, 30))) == "past_midnight"
    assert code(room=factories.make_room(session)) == "room_of_another"
    assert code(teacher=factories.make_teacher(session)) == "teacher_of_another"
    assert code(starts_at=lesson.starts_at + timedelta(days=1), seen="20260101T0900-1-1-on") == "changed_meanwhile"
    lesson.course_class.seats_taken = 20
    assert code(room=factories.make_room(session, lesson.course_class.organisation, capacity=10)) == "room_too_small"


def test_a_lesson_that_has_begun_is_not_moved_but_may_still_be_cancelled(session, plan, by, frozen):
    lesson = actions.open_class(session, plan, by=by).lessons[0]
    frozen.move_to(lesson.starts_at + timedelta(minutes=10))
    later = lesson.starts_at + timedelta(days=1)
    assert refusal_of(lambda: actions.move_lesson(session, lesson, starts_at=later, by=by)).code == "lesson_begun"
    assert actions.cancel_lesson(session, lesson, reason="停电", by=by).cancelled_at
    frozen.move_to(lesson.ends_at)
    assert refusal_of(lambda: actions.cancel_lesson(session, lesson, reason="停电", by=by)).code == "lesson_cancelled"


def test_a_cancelled_lesson_frees_everything_and_says_why(session, plan, by):
    lesson = actions.open_class(session, plan, by=by).lessons[0]
    assert refusal_of(lambda: actions.cancel_lesson(session, lesson, reason=" ", by=by)).code == "no_reason"
    got = heard(events.lesson_cancelled, lambda: actions.cancel_lesson(session, lesson, reason="老师生病", by=by))
    assert got == [{"lesson": lesson, "is_told": True}]
    assert session.scalars(select(Occupancy).where(Occupancy.lesson_id == lesson.id)).all() == []
    assert lesson.course_class.first_lesson_at == lesson.starts_at + timedelta(weeks=1)
    assert (lesson.cancel_reason, lesson.cancelled_by_id) == ("老师生病", by.person_id)


def test_a_cancelled_class_keeps_what_has_been(session, plan, by, frozen):
    opened = actions.open_class(session, plan, by=by)
    frozen.shift(timedelta(days=7))
    got = heard(events.class_cancelled, lambda: actions.cancel_class(session, opened, reason="人太少", by=by))
    assert got == [{"course_class": opened}]
    session.expire_all()
    assert [lesson.cancelled_at is None for lesson in opened.lessons] == [True] + [False] * 15
    assert len(session.scalars(select(Occupancy)).all()) == 2
    assert refusal_of(lambda: actions.cancel_class(session, opened, reason="人太少", by=by)).code == "class_cancelled"


def test_the_version_of_a_lesson_changes_with_all_that_can_change(session, plan, by, organisation):
    lesson = actions.open_class(session, plan, by=by).lessons[0]
    seen = [rules.version_of(lesson)]
    actions.move_lesson(session, lesson, starts_at=lesson.starts_at + timedelta(hours=1), by=by, seen=seen[-1])
    seen.append(rules.version_of(lesson))
    actions.move_lesson(session, lesson, room=factories.make_room(session, organisation), by=by, seen=seen[-1])
    seen.append(rules.version_of(lesson))
    actions.cancel_lesson(session, lesson, reason="停电", by=by, seen=seen[-1])
    assert len({*seen, rules.version_of(lesson)}) == 4


def test_conflicts_of_a_whole_term_are_one_question_about_what_is_taken(session, plan, by, database, organisation):
    actions.open_class(session, plan, by=by)
    with counted(database) as count:
        for lessons in (1, 16):
            nearest.nearest_free(session, replace(plan, lessons=lessons))
    assert sum("FROM occupancy" in statement for statement in count.statements) == 2
