from dataclasses import replace
from datetime import date, time, timedelta
from itertools import pairwise

import pytest
from sqlalchemy import select

from senior_univ.accounts.queries import build_viewer
from senior_univ.core import clock
from senior_univ.enrolment.models import Seat
from senior_univ.partnerships import actions, matching, rules
from senior_univ.partnerships.models import Agreement, Frequency
from senior_univ.timetable.models import CourseClass, Holiday, HolidayKind, Lesson, RoomBooking
from senior_univ.timetable.queries import current_term
from senior_univ.timetable.room_days import asked_days
from senior_univ.timetable.rules import Plan
from tests import factories as make
from tests.partnerships.test_pages import only, schedule_fields, send, shown
from tests.partnerships.two import proposal_of, refusal, wish_of
from tests.signing_in import sign_in

FORTNIGHT = timedelta(weeks=2)


@pytest.fixture(autouse=True)
def in_english(client):
    client.set_cookie("language", "en")


def agreed_on(session, parties, frequency=Frequency.FORTNIGHTLY, **given):
    two, scheduler, manager = parties
    request = actions.ask_for_class(session, wish_of(session, two, frequency=frequency), by=scheduler)
    offer = actions.make_offer(session, request, proposal_of(session, two, **given), by=manager)
    return actions.agree(session, offer, by=scheduler)


def plan_for(session, agreement, **given):
    offer = agreement.offer
    room = session.scalar(
        select(make.Room).join(make.Room.venue).where(make.Venue.organisation_id == agreement.home_id)
    )
    defaults = {
        "course": offer.course, "term": current_term(session), "teacher": offer.teacher, "room": room,
        "weekday": offer.weekday, "starts": offer.starts, "minutes": offer.minutes, "capacity": 12,
        "home_id": agreement.home_id, "lessons": offer.lesson_count,
    }  # fmt: skip
    return Plan(**defaults | given)


def lesson_days(session, course_class):
    lessons = session.scalars(select(Lesson).where(Lesson.class_id == course_class.id).order_by(Lesson.starts_at))
    return [clock.local(lesson.starts_at).date() for lesson in lessons]


def test_what_is_asked_for_every_other_week_is_held_every_other_week(session, parties):
    agreement = agreed_on(session, parties)
    opened = actions.schedule_class(session, agreement, plan_for(session, agreement), by=parties[1])
    days = lesson_days(session, opened)
    assert opened.every_weeks == 2
    assert len(days) == Frequency.FORTNIGHTLY.usual_lessons
    assert not any((later - earlier) % FORTNIGHT for earlier, later in pairwise(days))
    assert date(2026, 5, 5) not in days  # a holiday in one of the weeks


def test_a_holiday_in_between_does_not_shift_the_weeks(session, parties):
    session.add(Holiday(on=date(2026, 3, 24), kind=HolidayKind.HOLIDAY, name="清明节"))
    agreement = agreed_on(session, parties, lessons=3)
    plan = plan_for(session, agreement, lessons=3, from_on=date(2026, 3, 10))
    days = lesson_days(session, actions.schedule_class(session, agreement, plan, by=parties[1]))
    assert days == [date(2026, 3, 10), date(2026, 4, 7), date(2026, 4, 21)]


def test_the_agreement_says_every_other_week_in_words(session, parties):
    agreement = agreed_on(session, parties)
    of_site, _of_home = rules.duties(agreement)
    assert "8 lessons: every other" in of_site[0]
    weekly = agreed_on(session, parties, Frequency.WEEKLY)
    assert "16 lessons: every 星期二" in rules.duties(weekly)[0][0]


def test_a_teacher_who_is_free_every_other_week_fits_a_request_for_every_other_week_only(session, parties):
    two, scheduler, _manager = parties
    asked = actions.ask_for_class(
        session,
        wish_of(session, two, weekdays=(1,), earliest=time(9), latest=time(10), frequency=Frequency.FORTNIGHTLY),
        by=scheduler,
    )
    teacher = session.get_one(make.Teacher, two.teacher)
    site = session.get_one(make.Organisation, two.site)
    busy = make.make_class(session, site=site, teacher=teacher, lessons=0)
    for number in range(3):
        day = date(2026, 3, 17) + number * FORTNIGHT
        make.make_lesson(session, busy, starts_at=clock.instant(day, time(9)), number=number + 1)
    best = matching.rank_teachers(session, asked, [site])[0]
    assert best.free is not None
    assert (best.free.weekday, best.free.from_on) == (1, date(2026, 3, 24))
    asked.frequency = Frequency.WEEKLY
    assert matching.rank_teachers(session, asked, [site])[0].free is None


def test_an_agreement_runs_from_and_to_as_was_offered(session, parties):
    agreement = agreed_on(session, parties, from_on=date(2026, 4, 1), to_on=date(2026, 5, 31))
    assert (agreement.from_on, agreement.to_on) == (date(2026, 4, 1), date(2026, 5, 31))
    early = refusal(
        lambda: actions.schedule_class(
            session, agreement, plan_for(session, agreement, from_on=date(2026, 3, 24)), by=parties[1]
        )
    )
    assert early.code == "too_early"
    opened = actions.schedule_class(
        session, agreement, plan_for(session, agreement, from_on=date(2026, 4, 1)), by=parties[1]
    )
    assert lesson_days(session, opened)[-1] <= date(2026, 5, 31)


def test_without_a_word_it_runs_from_today_to_the_end_of_the_term(session, parties):
    agreement = agreed_on(session, parties)
    assert (agreement.from_on, agreement.to_on) == (clock.today(), current_term(session).ends_on)


@pytest.mark.parametrize(
    ("given", "code", "field"),
    [
        ({"from_on": date(2026, 3, 1)}, "in_the_past", "from_on"),
        ({"from_on": date(2026, 5, 1), "to_on": date(2026, 4, 1)}, "end_before_start", "to_on"),
        ({"to_on": date(2027, 1, 1)}, "outside_term", "to_on"),
    ],
)
def test_a_period_that_cant_be_is_refused(session, parties, given, code, field):
    two, scheduler, manager = parties
    request = actions.ask_for_class(session, wish_of(session, two), by=scheduler)
    refused = refusal(lambda: actions.make_offer(session, request, proposal_of(session, two, **given), by=manager))
    assert (refused.code, refused.field) == (code, field)


def test_a_counter_of_the_last_day_alone_is_a_change_and_is_said(session, parties):
    two, scheduler, manager = parties
    request = actions.ask_for_class(session, wish_of(session, two), by=scheduler)
    offer = actions.make_offer(session, request, proposal_of(session, two), by=manager)
    changed = replace(rules.proposal_of(offer), to_on=date(2026, 5, 1))
    counter = actions.counter_offer(session, offer, changed, by=scheduler)
    assert [words for words in rules.changes(offer, counter) if "the end of the term" in words]


@pytest.fixture
def agreed(database, two):
    with database.write() as session:
        parties = two, build_viewer(session, two.scheduler), build_viewer(session, two.manager)
        return agreed_on(session, parties, Frequency.WEEKLY).id


def test_who_cant_get_a_seat_is_named_with_why_before_anything_is_saved(client, database, two, agreed):
    with database.write() as session:
        home = session.get_one(make.Organisation, two.home)
        ids = [make.make_resident(session, home, name=name).id for name in ("张桂兰", "赵大爷")]
    sign_in(client, two.scheduler)
    path, fields = f"/agreements/{agreed}/class", schedule_fields(two, capacity="1", wheelchair_places="0")
    checked = send(client, path, **fields | {"step": ""}, people=ids)
    assert checked.status_code == 200
    page = " ".join(checked.text.split())
    assert "1 resident can't get a seat" in page
    assert "赵大爷" in page.split("can't get a seat")[1].split("</div>")[0]
    with database.read() as session:
        assert session.scalar(select(CourseClass)) is None
        assert session.scalar(select(Seat)) is None
    assert send(client, path, **fields | {"step": "change"}, people=ids).text.count("checked") >= 2
    assert send(client, path, **fields, people=ids).status_code == 303
    assert only(database, Agreement).class_id


def test_the_check_names_the_days_and_the_holiday_that_is_left_out(client, database, two, agreed):
    with database.write() as session:
        session.add(Holiday(on=date(2026, 3, 24), kind=HolidayKind.HOLIDAY, name="清明节"))
    sign_in(client, two.scheduler)
    page = send(client, f"/agreements/{agreed}/class", **schedule_fields(two) | {"step": ""}).text
    assert "清明节" in page
    assert "31 March" in page


def test_more_residents_are_checked_too(client, database, two, agreed):
    with database.write() as session:
        resident = make.make_resident(session, session.get_one(make.Organisation, two.home), name="张桂兰").id
    sign_in(client, two.scheduler)
    send(client, f"/agreements/{agreed}/class", **schedule_fields(two))
    path = f"/agreements/{agreed}/residents"
    assert "1 resident gets a seat" in send(client, path, people=[resident]).text
    assert "张桂兰" in shown(client, path)
    assert send(client, path, people=[resident], step="confirm").status_code == 303
    assert only(database, Seat).person_id == resident


def test_a_room_opened_to_the_village_is_lent_in_the_weeks_of_the_class_only(session, parties):
    two, scheduler, manager = parties
    wish = wish_of(session, two, frequency=Frequency.FORTNIGHTLY, village_places=4)
    request = actions.ask_for_class(session, wish, by=scheduler)
    agreement = actions.agree(
        session, actions.make_offer(session, request, proposal_of(session, two), by=manager), by=scheduler
    )
    plan = plan_for(session, agreement, home_id=None, from_on=date(2026, 3, 17))
    opened = actions.schedule_class(session, agreement, plan, by=scheduler)
    booking = session.scalars(select(RoomBooking)).one()
    lent = [clock.local(day.starts_at).date() for day in asked_days(booking)]
    assert booking.every_weeks == 2
    assert set(lesson_days(session, opened)) <= set(lent)
    assert not any((later - earlier) % FORTNIGHT for earlier, later in pairwise(lent))
