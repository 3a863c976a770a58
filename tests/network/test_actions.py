from datetime import time

import pytest
from sqlalchemy import select

from senior_univ.audit.models import AuditEntry
from senior_univ.core.errors import DomainError
from senior_univ.core.permissions import Role
from senior_univ.network import actions, events
from senior_univ.network.actions import OrganisationDetails, RoomDetails, VenueDetails
from senior_univ.network.models import OpeningHours, Room
from tests import factories as make
from tests.network.people import Kind, viewer_of


@pytest.fixture
def admin(session):
    county = make.make_organisation(session, name="襄都区指导中心", kind=Kind.GUIDANCE_CENTRE, region_code="130502")
    return viewer_of(Role.ADMINISTRATOR, county)


def details(**given):
    usual = {"name": "东关教学站", "kind": Kind.TEACHING_SITE, "region_code": "130502001064", "phone": "0319-2020001"}
    return OrganisationDetails(**usual | given)


def refusal(act, *args, **kwargs):
    with pytest.raises(DomainError) as error:
        act(*args, **kwargs)
    return error.value.code, error.value.field


def test_a_new_site_answers_to_the_school_of_its_township_rather_than_to_the_county(session, admin):
    make.make_organisation(session, kind=Kind.GUIDANCE_CENTRE, region_code="130502")
    school = make.make_organisation(session, kind=Kind.TOWNSHIP_SCHOOL, region_code="130502001")
    site = actions.add_organisation(session, details(), by=admin)
    session.flush()
    assert site.phone == "+863192020001"
    assert site.parent_id == school.id
    assert session.scalars(select(AuditEntry.action)).one() == "organisation.added"


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ({"region_code": "999999001062"}, ("unknown_region", "place")),
        ({"region_code": "130503003202"}, ("not_your_area", "place")),
        ({"region_code": "130502001"}, ("wrong_level", "place")),
        ({"phone": "12345"}, ("not_a_phone", "phone")),
        ({"phone": "2020001"}, ("no_area_code", "phone")),
        ({"desk_opens": time(17), "desk_closes": time(17)}, ("end_before_start", "desk_closes")),
        ({"desk_opens": time(17), "desk_closes": time(9)}, ("end_before_start", "desk_closes")),
    ],
)
def test_an_organisation_is_refused_for_its_own_reason(session, admin, given, expected):
    assert refusal(actions.add_organisation, session, details(**given), by=admin) == expected


def test_a_second_organisation_of_one_name_in_a_county_is_refused(session, admin):
    actions.add_organisation(session, details(), by=admin)
    session.flush()
    again = details(region_code="130502001063")
    assert refusal(actions.add_organisation, session, again, by=admin) == ("name_taken", "name")


def test_keeping_its_own_name_is_no_duplicate(session, admin):
    site = actions.add_organisation(session, details(), by=admin)
    session.flush()
    actions.change_organisation(session, site, details(phone=""), parent_id=None, by=admin)
    assert site.phone == ""


def test_a_parent_of_a_wrong_tier_or_of_another_county_is_refused(session, admin):
    site = actions.add_organisation(session, details(), by=admin)
    session.flush()
    home = make.make_home(session)
    elsewhere = make.make_organisation(session, kind=Kind.TOWNSHIP_SCHOOL, region_code="130503003")
    change = actions.change_organisation
    for parent_id in (home.id, site.id, 10**6):
        assert refusal(change, session, site, details(), parent_id=parent_id, by=admin) == ("wrong_parent", "parent_id")
    assert refusal(change, session, site, details(), parent_id=elsewhere.id, by=admin) == (
        "parent_elsewhere",
        "parent_id",
    )


def test_a_county_bureau_answers_to_the_citys_and_not_the_other_way_round(session):
    city = make.make_organisation(session, name="市教育局", kind=Kind.EDUCATION_BUREAU, region_code="130500")
    county = make.make_organisation(session, name="区教育局", kind=Kind.EDUCATION_BUREAU, region_code="130502")
    admin = viewer_of(Role.ADMINISTRATOR, city)
    of_county = details(name="区教育局", region_code="130502")
    actions.change_organisation(session, county, of_county, parent_id=city.id, by=admin)
    of_city = details(name="市教育局", region_code="130500")
    for parent in (city, county):
        code, _field = refusal(actions.change_organisation, session, city, of_city, parent_id=parent.id, by=admin)
        assert code == "wrong_parent"


def test_an_organisation_that_others_answer_to_is_not_closed(session, admin):
    school = make.make_organisation(session, kind=Kind.TOWNSHIP_SCHOOL, region_code="130502001")
    site = make.make_organisation(session, parent_id=school.id)
    assert refusal(actions.close_organisation, session, school, by=admin)[0] == "has_below"
    actions.close_organisation(session, site, by=admin)
    session.flush()
    actions.close_organisation(session, school, by=admin)
    assert school.closed_on == make.clock.today()


def test_whoever_still_needs_a_room_may_refuse_its_closing(session, admin):
    room = make.make_room(session)

    def refuse(_session, room):
        raise DomainError("in_use", f"{room.name} is needed")

    with events.room_closing.connected_to(refuse):
        assert refusal(actions.close_room, session, room, by=admin)[0] == "in_use"
    assert room.closed_at is None


def test_closing_a_venue_closes_its_rooms(session, admin):
    room = make.make_room(session)
    actions.close_venue(session, room.venue, by=admin)
    session.flush()
    assert session.get(Room, room.id).closed_at is not None


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ({"capacity": 0}, ("no_capacity", "capacity")),
        ({"capacity": -3}, ("no_capacity", "capacity")),
        ({"wheelchair_places": 31}, ("wheelchairs_over_capacity", "wheelchair_places")),
        ({"wheelchair_places": -1}, ("wheelchairs_over_capacity", "wheelchair_places")),
        ({"name": "一楼教室"}, ("name_taken", "name")),
    ],
)
def test_a_room_is_refused_for_its_own_reason(session, admin, given, expected):
    venue = make.make_room(session, name="一楼教室").venue
    room = RoomDetails(**{"name": "二楼教室", "capacity": 30} | given)
    assert refusal(actions.add_room, session, venue, room, by=admin) == expected


def test_a_venue_is_in_its_organisations_county_and_has_a_name_of_its_own(session, admin):
    site = make.make_organisation(session)
    actions.add_venue(session, site, VenueDetails(name="北关院", region_code=make.VILLAGE), by=admin)
    session.flush()
    for given, expected in [
        ({"region_code": "130503003202"}, ("venue_elsewhere", "place")),
        ({"region_code": "123"}, ("unknown_region", "place")),
        ({}, ("name_taken", "name")),
    ]:
        venue = VenueDetails(**{"name": "北关院", "region_code": make.VILLAGE} | given)
        assert refusal(actions.add_venue, session, site, venue, by=admin) == expected


def test_opening_hours_end_after_they_begin_and_do_not_overlap(session, admin):
    venue = make.make_room(session).venue
    add = actions.add_opening_hours
    add(session, venue, [0, 1, 1], time(8), time(12), by=admin)
    session.flush()
    assert len(list(session.scalars(select(OpeningHours)))) == 2
    assert refusal(add, session, venue, [2], time(9), time(9), by=admin) == ("end_before_start", "closes")
    assert refusal(add, session, venue, [1, 2], time(11), time(13), by=admin) == ("hours_overlap", "weekdays")
    add(session, venue, [0], time(12), time(17), by=admin)
