"""Who has not been in any lesson for thirty days: by name for her site or home, as counts for an area."""

from datetime import time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from senior_univ.accounts.models import Belonging, BelongingReason, Person
from senior_univ.attendance import missing
from senior_univ.attendance.missing import nearest
from senior_univ.attendance.models import Attendance, How, Kind
from senior_univ.care.models import AccessNeeds, Residency
from senior_univ.catalogue.models import Course
from senior_univ.core import clock
from senior_univ.core.permissions import Role
from senior_univ.enrolment.models import Seat
from senior_univ.enrolment.rules import Facts
from senior_univ.network.models import Organisation, Room
from senior_univ.timetable.models import Admission, CourseClass, Term
from tests.enrolment.pages import words
from tests.factories import (
    COUNTY,
    VILLAGE,
    kept,
    make_class,
    make_course,
    make_home,
    make_organisation,
    make_person,
    make_resident,
    make_seat,
    make_staff,
    make_term,
)
from tests.queries_counted import queries_of
from tests.signing_in import sign_in

pytestmark = pytest.mark.usefixtures("frozen")
LONG_AGO = timedelta(days=100)


def learner(session, site, course_class, name, *, days_ago=None, kind=Kind.PRESENT, **given):
    """Somebody with a seat whom the site may see; with one entry in the class's lesson of so many days ago."""
    person = make_person(session, name=name, **given)
    belong(session, person, site)
    make_seat(session, course_class, person, taken_at=clock.now() - LONG_AGO)
    if days_ago is not None:
        lesson = min(course_class.lessons, key=lambda each: abs(clock.now() - timedelta(days_ago) - each.starts_at))
        row = {"entered_at": lesson.ends_at, "received_at": lesson.ends_at, "entered_by_id": person.id}
        session.add(Attendance(lesson_id=lesson.id, person_id=person.id, kind=kind, how=How.TAP, **row))
    return person


def belong(session, person, place):
    reason, since = next(iter(BelongingReason)), clock.today() - LONG_AGO
    kept(session, Belonging(person_id=person.id, organisation_id=place.id, reason=reason, from_on=since))


@pytest.fixture
def site(client, database):
    """The manager of a site with one class since eleven weeks, and another class of the subject in the same village."""
    with database.write() as session:
        place = make_organisation(session)
        running = make_class(session, site=place, first_at=clock.now() - timedelta(days=77), lessons=16)
        learner(session, place, running, "王秀英", days_ago=7)
        learner(session, place, running, "李桂兰", days_ago=49)
        learner(session, place, running, "张玉珍", days_ago=7, kind=Kind.ABSENT)
        learner(session, place, running, "赵春花")
        fresh = make_person(session, name="孙新来")
        belong(session, fresh, place)
        make_seat(session, running, fresh)
        near = make_class(session, site=place, course=make_course(session, place, title="行书提高"))
        client.near, client.site_id = near.id, place.id
        client.manager = make_staff(session, Role.SITE_MANAGER, place).id
        client.stranger = make_staff(session, Role.SITE_MANAGER, make_organisation(session)).id
        client.officer = make_staff(session, Role.COUNTY_OFFICER, make_organisation(session, region_code=COUNTY)).id
    sign_in(client, client.manager)
    return client


def test_who_was_away_for_thirty_days_is_listed_with_when_she_last_came(site):
    seen = words(site.get("/missing"))
    assert all(name in seen for name in ("李桂兰", "张玉珍", "赵春花"))
    assert "王秀英" not in seen
    assert "孙新来" not in seen


def test_a_class_of_her_subject_with_a_place_is_proposed(site, database):
    assert "行书提高" in words(site.get("/missing"))
    with database.write() as session:
        full = session.get_one(CourseClass, site.near)
        full.seats_taken = full.capacity
    assert "行书提高" not in words(site.get("/missing"))


def test_a_home_sees_its_residents_who_were_never_in_a_lesson(client, database):
    with database.write() as session:
        home = make_home(session)
        resident = make_resident(session, home, name="钱老太")
        belong(session, resident, home)
        scheduler = make_staff(session, Role.CARE_SCHEDULER, home).id
        own = make_class(session, site=make_organisation(session), home_id=home.id)
        title, name = own.course.title, home.name
    sign_in(client, scheduler)
    seen = words(client.get("/missing"))
    assert "钱老太" in seen
    assert name in seen
    assert title in seen


def test_whoever_moved_in_lately_is_not_missed_yet(client, database):
    with database.write() as session:
        home = make_home(session)
        for name, days in (("钱老太", 31), ("吴老太", 29)):
            resident = make_resident(session, home, name=name)
            session.scalars(select(Residency).where(Residency.person_id == resident.id)).one().from_on = (
                clock.today() - timedelta(days)
            )
            belong(session, resident, home)
        scheduler = make_staff(session, Role.CARE_SCHEDULER, home).id
    sign_in(client, scheduler)
    seen = words(client.get("/missing"))
    assert "钱老太" in seen
    assert "吴老太" not in seen


def test_whose_class_begins_next_week_is_not_missed(site, database):
    with database.write() as session:
        near = session.get_one(CourseClass, site.near)
        learner(session, near.organisation, near, "周爱莲")
    assert "周爱莲" not in words(site.get("/missing"))


def test_another_site_sees_none_of_them(site):
    sign_in(site, site.stranger)
    assert "李桂兰" not in words(site.get("/missing"))


def test_an_officer_sees_counts_and_no_name(site):
    sign_in(site, site.officer)
    assert site.get("/missing").status_code == 403
    seen = words(site.get("/missing/counts"))
    assert "不足5人" in seen
    assert not any(name in seen for name in ("李桂兰", "张玉珍", "赵春花"))


def test_more_people_need_no_more_queries(site, database):
    few = queries_of(site, "/missing")
    with database.write() as session:
        running = session.scalars(select(CourseClass).where(CourseClass.id != site.near)).first()
        for number in range(9):
            learner(session, running.organisation, running, f"周{number}")
    assert queries_of(site, "/missing") == few


def test_somebody_who_cannot_climb_is_sent_to_no_staircase_and_nobody_to_two_classes_at_once(site, database):
    with database.write() as session:
        person = session.scalars(select(Person).where(Person.name == "李桂兰")).one()
        near = session.get_one(CourseClass, site.near)
        alone = Facts(person)
        assert nearest(alone, [], [near]) is near
        assert nearest(alone, [Seat(class_id=near.id, course_class=near)], [near]) is None
        near.room.is_step_free = False
        needs = AccessNeeds(person_id=person.id, needs_step_free=True, uses_wheelchair=False)
        assert nearest(Facts(person, needs), [], [near]) is None
        session.rollback()


CODES = st.sampled_from([VILLAGE, VILLAGE[:9] + "999", VILLAGE[:6] + "999999", "139999999999"])


@given(st.lists(st.tuples(CODES, st.integers(1, 2)), max_size=8), CODES)
def test_no_nearer_class_of_her_subject_is_passed_over(places, home):
    classes = [
        CourseClass(
            id=number,
            region_code=code,
            course=Course(subject_id=subject),
            organisation=Organisation(least_age=50),
            room=Room(is_step_free=True),
            term=Term(),
            admission=Admission.FIRST_COME,
            weekday=2,
            starts=time(9, 30),
            minutes=90,
            last_lesson_at=clock.now() + timedelta(days=90),
        )
        for number, (code, subject) in enumerate(places)
    ]
    found = nearest(Facts(Person(region_code=home)), [], classes)

    def shared(code):
        return max((length for length in (12, 9, 6) if code[:length] == home[:length]), default=0)

    assert (found is None) == (not classes)
    assert found is None or shared(found.region_code) == max(shared(each.region_code) for each in classes)


def test_between_terms_the_page_says_so_instead_of_listing_everybody(session):
    make_term(session, clock.today() + timedelta(days=20), name="下学期")
    assert missing.break_until(session) == clock.today() + timedelta(days=20)
    make_term(session, clock.today() - timedelta(days=20), name="本学期")
    assert missing.break_until(session) is None
