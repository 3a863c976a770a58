from datetime import date, time, timedelta

import pytest

from senior_univ.core import clock
from senior_univ.core.access import Post, Viewer
from senior_univ.core.errors import DomainError
from senior_univ.core.permissions import Role
from senior_univ.timetable import actions, calendars
from senior_univ.timetable.calendar_models import LocalDaysKind, Suspension, SuspensionKind, Timings
from senior_univ.timetable.calendars import Entered
from senior_univ.timetable.models import Holiday, HolidayKind
from senior_univ.timetable.teaching_days import lunar_day
from tests import factories
from tests.factories import COUNTY
from tests.queries_counted import counted
from tests.timetable.site import make_plan, viewer_of

SATURDAY = date(2026, 3, 21)


@pytest.fixture
def site(session, frozen):
    return factories.make_organisation(session)


@pytest.fixture
def by(session, site):
    return viewer_of(session, Role.SITE_MANAGER, site)


def make_up_day(session, stands_for=0):
    session.add(Holiday(on=SATURDAY, kind=HolidayKind.WORKDAY, name="调休", stands_for=stands_for))
    session.flush()


def days_of(opened):
    return [clock.local(lesson.starts_at).date() for lesson in opened.lessons]


def test_a_make_up_day_is_an_ordinary_weekend_for_who_does_not_take_it(session, site, by):
    make_up_day(session)
    assert SATURDAY not in days_of(actions.open_class(session, make_plan(session, site, weekday=0), by=by))


def test_who_takes_a_make_up_day_holds_the_classes_of_the_weekday_that_it_names(session, site, by):
    make_up_day(session)
    calendars.change_timings(session, site, by=by, **timings(takes_make_up_days=True))
    assert SATURDAY in days_of(actions.open_class(session, make_plan(session, site, weekday=0), by=by))
    assert SATURDAY not in days_of(actions.open_class(session, make_plan(session, site, weekday=5), by=by))


def test_a_make_up_day_that_names_no_weekday_changes_nothing(session, site, by):
    make_up_day(session, None)
    calendars.change_timings(session, site, by=by, **timings(takes_make_up_days=True))
    assert SATURDAY in days_of(actions.open_class(session, make_plan(session, site, weekday=5), by=by))


def timings(**given):
    names = ("winter_month", "winter_day", "summer_month", "summer_day")
    usual = dict(zip(names, (10, 1, 5, 1), strict=True))
    return (
        {"takes_make_up_days": False, "has_winter_break": True, "morning_minutes": 0, "afternoon_minutes": 0}
        | usual
        | given
    )


def test_lessons_begin_later_once_summer_timing_holds(session, site, by):
    calendars.change_timings(session, site, by=by, **timings(afternoon_minutes=-30))
    opened = actions.open_class(session, make_plan(session, site, starts=time(14, 30)), by=by)
    by_month = {clock.local(each.starts_at).month: clock.local(each.starts_at).time() for each in opened.lessons}
    assert by_month[4] == time(14, 30)
    assert by_month[5] == time(15)


def test_no_lesson_is_planned_in_the_winter_break(session, site, by):
    term = factories.make_term(session, date(2027, 1, 4))
    opened = actions.open_class(session, make_plan(session, site, term=term), by=by)
    assert not [day for day in days_of(opened) if date(2027, 1, 27) <= day <= date(2027, 2, 21)]


def test_who_has_no_winter_break_plans_through_it(session, site, by):
    term = factories.make_term(session, date(2027, 1, 4))
    session.add(Timings(organisation_id=site.id, has_winter_break=False))
    opened = actions.open_class(session, make_plan(session, site, term=term), by=by)
    assert date(2027, 2, 4) in days_of(opened)


def officer(prefix=COUNTY):
    return Viewer(1, "陈静", (Post(Role.COUNTY_OFFICER, 1, prefix),))


def market(site, **given):
    return Entered(
        **{"region_code": site.region_code[:9], "kind": LocalDaysKind.MARKET, "name": "大集", "digits": (2, 7)} | given
    )


def test_market_days_of_the_township_are_said_of_its_venues_and_of_no_other(session, site):
    person = factories.make_person(session)
    calendars.enter_local_days(session, market(site), by=Viewer(person.id, "", officer().posts))
    first = date(2026, 3, 1)
    said = calendars.special_days(session, site, first, first + timedelta(days=40))
    days = [day for day, words in said.items() if any("大集" in str(each) for each in words)]
    every = [first + timedelta(days=number) for number in range(41)]
    assert days == [day for day in every if lunar_day(day).day % 10 in (2, 7)]
    elsewhere = factories.make_organisation(session, region_code=COUNTY)
    assert not any(
        "大集" in str(each)
        for words in calendars.special_days(session, elsewhere, first, first).values()
        for each in words
    )


def test_a_market_day_stands_in_no_lessons_way(session, site, by):
    calendars.enter_local_days(session, market(site, digits=tuple(range(10))), by=by)
    assert len(actions.open_class(session, make_plan(session, site), by=by).lessons) == 16


def test_suspended_days_are_said_until_the_suspension_is_ended(session, site, by):
    day = clock.today()
    row = Suspension(region_code=site.region_code[:9], from_on=day, to_on=day, kind=SuspensionKind.SNOW,
                     declared_at=clock.now(), declared_by_id=by.person_id)  # fmt: skip
    session.add(row)
    session.flush()
    assert day in calendars.special_days(session, site, day, day)
    row.ended_at = clock.now()
    session.flush()
    assert day not in calendars.special_days(session, site, day, day)


def test_special_days_of_a_year_take_as_many_queries_as_of_a_day(database, session, site):
    day = date(2026, 1, 1)
    with counted(database) as one:
        calendars.special_days(session, site, day, day)
    with counted(database) as many:
        calendars.special_days(session, site, day, date(2026, 12, 31))
    assert one.number == many.number


@pytest.mark.parametrize(
    "given",
    [
        {"digits": ()},
        {"kind": LocalDaysKind.TEMPLE_FAIR, "month": 13, "day": 1},
        {"kind": LocalDaysKind.FARM_SEASON, "month": 6, "day": 1, "to_month": 2, "to_day": 30},
        {"region_code": "110101001"},
    ],
)
def test_days_that_there_are_not_and_places_of_others_are_refused(session, site, by, given):
    with pytest.raises(DomainError):
        calendars.enter_local_days(session, market(site, **given), by=by)
