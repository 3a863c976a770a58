import pytest

from senior_univ.core.errors import NotFoundError
from senior_univ.core.permissions import Permission, Role
from senior_univ.network import queries
from senior_univ.network.models import Level, Organisation
from tests import factories as make
from tests.network.people import Kind, viewer_of


def names(rows):
    return [each.name for each in rows]


def seen(session, role, organisation, permission=Permission.SEE_NETWORK):
    query = queries.visible_organisations(viewer_of(role, organisation), permission)
    return set(names(session.scalars(query)))


@pytest.fixture
def places(session):
    return {
        "city": make.make_organisation(session, name="市", kind=Kind.EDUCATION_BUREAU, region_code="130500"),
        "county": make.make_organisation(session, name="区", kind=Kind.GUIDANCE_CENTRE, region_code="130502"),
        "township": make.make_organisation(session, name="街", kind=Kind.TOWNSHIP_SCHOOL, region_code="130502001"),
        "site": make.make_organisation(session, name="站"),
        "home": make.make_home(session, name="院"),
        "zone": make.make_organisation(session, name="开发区站", region_code="130571103210"),
    }


def test_an_officer_sees_what_is_below_her_region(session, places):
    assert seen(session, Role.CITY_OFFICER, places["city"]) == {"市", "区", "街", "站", "院", "开发区站"}
    assert seen(session, Role.COUNTY_OFFICER, places["county"]) == {"区", "街", "站", "院"}
    assert seen(session, Role.TOWNSHIP_OFFICER, places["township"]) == {"街", "站", "院"}


def test_a_supervisor_of_care_homes_sees_homes_alone(session, places):
    assert seen(session, Role.CARE_SUPERVISOR, places["city"]) == {"院"}


def test_a_site_sees_itself_alone(session, places):
    assert seen(session, Role.SITE_MANAGER, places["site"]) == {"站"}
    assert seen(session, Role.CARE_SCHEDULER, places["home"]) == {"院"}


def test_a_post_without_the_permission_shows_nothing(session, places):
    assert seen(session, Role.COUNTY_OFFICER, places["county"], Permission.MANAGE_NETWORK) == set()
    with pytest.raises(NotFoundError):
        queries.organisation_for(
            session, viewer_of(Role.SITE_MANAGER, places["site"]), Permission.MANAGE_ROOMS, places["home"].id
        )


def test_the_tiers_above_come_nearest_first(session):
    city = make.make_organisation(session, name="市", kind=Kind.EDUCATION_BUREAU, region_code="130500")
    county = make.make_organisation(session, name="区", kind=Kind.GUIDANCE_CENTRE, parent_id=city.id)
    school = make.make_organisation(session, name="校", kind=Kind.TOWNSHIP_SCHOOL, parent_id=county.id)
    site = make.make_organisation(session, name="站", parent_id=school.id)
    assert names(queries.tiers_above(session, site)) == ["校", "区", "市"]
    assert queries.tiers_above(session, city) == []


def test_tiers_that_turn_in_a_circle_end(session):
    one = make.make_organisation(session, name="甲")
    two = make.make_organisation(session, name="乙", parent_id=one.id)
    one.parent_id = two.id
    session.flush()
    assert names(queries.tiers_above(session, one)) == ["乙", "甲"]


def test_rooms_that_are_closed_are_not_listed(session, places):
    make.make_room(session, places["site"], name="一楼")
    closed = make.make_room(session, places["site"], name="二楼")
    closed.closed_at = make.clock.now()
    session.flush()
    assert names(queries.rooms_of(session, places["site"].id)) == ["一楼"]


def test_a_path_leads_from_the_city_to_the_village(session):
    assert names(queries.region_path(session, "130502001062")) == [
        "邢台市",
        "襄都区",
        "南长街街道",
        "北关社区居民委员会",
    ]
    assert queries.region_path(session, "000000000000") == []
    assert queries.region_path(session, "nonsense") == []


def test_children_are_what_a_region_consists_of(session):
    assert len(queries.child_regions(session, "130500")) == 19
    assert names(queries.child_regions(session, "130571"))[0]


def test_a_merged_village_is_no_longer_offered_but_still_resolves(session):
    village = queries.region(session, "130502001062")
    village.ended_on = make.clock.today()
    session.flush()
    assert village not in queries.search_regions(session, "襄都 北关")
    assert village not in queries.child_regions(session, "130502001")
    assert queries.region(session, "130502001062").name == "北关社区居民委员会"


def test_search_prefers_the_exact_name_and_keeps_to_its_limit(session):
    found = queries.search_regions(session, "张家庄", limit=5)
    assert len(found) == 5
    assert all(each.spoken_name.startswith("张家庄") for each in found)
    assert queries.search_regions(session, "北关村")[0].name.startswith("北关村")
    assert queries.search_regions(session, "襄都", level=Level.COUNTY)[0].code == "130502"
    assert queries.search_regions(session, "襄都", level=Level.VILLAGE) == []


def test_coverage_adds_up_for_the_city_and_its_counties(session, places):
    viewer = viewer_of(Role.CITY_OFFICER, places["city"])
    counties = queries.coverage(session, viewer, "130500")
    assert len(counties) == 19
    assert sum(row.villages for row in counties) == 5396
    assert sum(row.townships for row in counties) == 201
    home_county = next(row for row in counties if row.region.code == "130502")
    townships = queries.coverage(session, viewer, "130502")
    assert sum(row.villages for row in townships) == home_county.villages
    assert (home_county.schools, home_county.own_site, home_county.homes) == (1, 1, 1)


def test_a_closed_organisation_covers_nothing(session, places):
    viewer = viewer_of(Role.CITY_OFFICER, places["city"])
    places["site"].closed_on = make.clock.today()
    places["township"].closed_on = make.clock.today()
    session.flush()
    row = next(row for row in queries.coverage(session, viewer, "130502") if row.region.code == "130502001")
    assert (row.schools, row.own_site, row.by_school, row.uncovered) == (0, 0, 0, row.villages)


def test_villages_without_a_site_are_all_but_those_with_one(session, places):
    viewer = viewer_of(Role.TOWNSHIP_OFFICER, places["township"])
    without = set(session.scalars(queries.villages_without_site(viewer, "130502001")))
    villages = set(queries.child_regions(session, "130502001"))
    assert {each.code for each in villages - without} == {make.VILLAGE}
    assert set(session.scalars(queries.villages_without_site(viewer, "130500"))) == without


def test_an_officer_gets_no_coverage_of_another_county(session, places):
    viewer = viewer_of(Role.COUNTY_OFFICER, places["county"])
    for code in ("130503", "130500", "130503003", "nonsense", "130599", ""):
        with pytest.raises(NotFoundError):
            queries.coverage(session, viewer, code)


def test_possible_parents_are_the_tiers_above_in_the_same_county(session, places):
    make.make_organisation(session, name="别处的学校", kind=Kind.TOWNSHIP_SCHOOL, region_code="130503003")
    found = queries.possible_parents(session, Kind.TEACHING_SITE, make.VILLAGE)
    assert set(names(found)) == {"街", "区"}
    assert session.get(Organisation, places["city"].id) not in found
