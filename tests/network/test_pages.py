import pytest
from sqlalchemy import select

from senior_univ.core.permissions import Role
from senior_univ.network.models import OpeningHours, Organisation, OrganisationKind, Region, Room, Venue
from tests import factories as make
from tests.network.people import Kind
from tests.queries_counted import queries_of
from tests.sending_forms import send, shown

NEW_SITE = {
    "name": "东关教学站",
    "kind": "teaching_site",
    "place": "襄都 东关社区",
    "phone": "0319 2020009",
    "desk_opens": "08:30",
    "desk_closes": "17:30",
    "least_age": "50",
}
ROOM = {"name": "二楼教室", "capacity": "30", "wheelchair_places": "2", "floor": "2", "is_step_free": "y"}


@pytest.fixture(autouse=True)
def in_english(client):
    client.set_cookie("language", "en")


def main_part(client, path):
    return shown(client, path).split("<main")[1].split("</main>")[0]


def rows(database, query):
    with database.read() as session:
        return session.scalars(query).unique().all()


def test_a_county_officer_sees_her_county_and_nobody_elses(cast, client):
    cast.enters(Role.COUNTY_OFFICER)
    page = shown(client, "/organisations")
    assert "北关教学站" in page
    assert "夕阳红养老院" in page
    assert "营头教学站" not in page
    assert "邢台市教育局" not in page
    assert client.get(f"/organisations/{cast.site}").status_code == 200
    assert client.get(f"/organisations/{cast.other_site}").status_code == 404


def test_a_site_manager_sees_her_own_site_alone(cast, client):
    cast.enters(Role.SITE_MANAGER)
    page = shown(client, "/organisations")
    assert "北关教学站" in page
    assert "南长街社区教育学校" not in page
    assert client.get(f"/organisations/{cast.home}").status_code == 404


def test_a_learner_and_a_teacher_may_not_look_and_a_stranger_signs_in_first(cast, client, database):
    assert client.get("/organisations").status_code == 302
    cast.enters(Role.TEACHER)
    for path in ("/organisations", f"/organisations/{cast.site}", "/coverage", "/organisations/new"):
        assert client.get(path).status_code == 403


@pytest.mark.parametrize("role", [Role.COUNTY_OFFICER, Role.SITE_MANAGER, Role.CARE_SUPERVISOR])
def test_only_an_administrator_adds_changes_and_closes_organisations(cast, client, role):
    cast.enters(role)
    for path in ("/organisations/new", f"/organisations/{cast.site}/edit", f"/organisations/{cast.site}/close"):
        assert client.get(path).status_code == 403


def test_organisations_are_found_by_name_kind_and_county(cast, client):
    cast.enters(Role.CITY_OFFICER)
    assert "营头教学站" in shown(client, "/organisations?county=130503")
    assert "北关教学站" not in main_part(client, "/organisations?county=130503")
    assert "夕阳红养老院" in shown(client, "/organisations?kind=care_institution")
    assert "北关教学站" not in main_part(client, "/organisations?kind=care_institution")
    assert "北关教学站" in shown(client, "/organisations?name=北关")
    assert "No organisation was found" in shown(client, "/organisations?name=%25")


@pytest.mark.parametrize("query", ["kind=x", "county='", "page=0", "page=999999999999", "page=x", "name=" + "长" * 500])
def test_nonsense_in_the_address_is_never_an_error(cast, client, query):
    cast.enters(Role.CITY_OFFICER)
    assert client.get(f"/organisations?{query}").status_code == 200


def test_an_administrator_adds_a_site_that_answers_to_its_township(cast, client, database):
    cast.enters(Role.ADMINISTRATOR)
    answer = send(client, "/organisations/new", **NEW_SITE)
    assert answer.status_code == 303
    (site,) = rows(database, select(Organisation).where(Organisation.name == "东关教学站"))
    assert (site.region_code, site.parent_id, site.phone) == ("130502001064", cast.school, "+863192020009")
    page = shown(client, answer.location)
    assert "南长街社区教育学校" in page
    assert "0319-2020009" in page


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"place": "999999999999"}, "There is no region with the code 999999999999"),
        ({"place": "没有的村"}, "We know no place called 没有的村"),
        ({"phone": "12"}, "This is no phone number"),
        ({"desk_closes": "08:00"}, "The desk must close after it opens"),
        ({"desk_closes": "25:99"}, "Please give a time"),
        ({"name": "北关教学站"}, "There is an organisation of this name"),
        ({"name": ""}, "Please fill this in"),
        ({"kind": "nonsense"}, "Please look at this again"),
        ({"least_age": "很老"}, "whole number"),
        ({"least_age": "500"}, "from 0 to 120"),
        ({"sms_name": "一二三四五六七八九十一"}, "at most 10 characters"),
    ],
)
def test_what_is_wrong_is_said_in_words_and_what_was_typed_stays(cast, client, given, words):
    cast.enters(Role.ADMINISTRATOR)
    answer = send(client, "/organisations/new", **NEW_SITE | given)
    assert answer.status_code == 200
    assert words in answer.text
    for name, value in (NEW_SITE | given).items():
        if name in {"name", "phone", "place"} and value:
            assert f'value="{value}"' in answer.text


def test_a_county_that_is_too_large_for_a_site_leads_on_to_its_townships(cast, client):
    cast.enters(Role.ADMINISTRATOR)
    answer = send(client, "/organisations/new", **NEW_SITE | {"place": "", "region_code": "130502"})
    assert "南长街街道" in answer.text


def test_a_parent_elsewhere_is_refused_on_the_page(cast, client, database):
    cast.enters(Role.ADMINISTRATOR)
    with database.write() as session:
        elsewhere = make.make_organisation(session, kind=Kind.TOWNSHIP_SCHOOL, region_code="130503003").id
    fields = {name: NEW_SITE[name] for name in ("phone", "desk_opens", "desk_closes", "least_age")}
    path = f"/organisations/{cast.site}/edit"
    kept = {"name": "北关教学站", "region_code": make.VILLAGE} | fields
    assert "of its own county" in send(client, path, **kept, parent_id=elsewhere).text
    assert "cannot answer to" in send(client, path, **kept, parent_id=cast.home).text
    assert send(client, path, **kept, parent_id=cast.centre).status_code == 303
    assert rows(database, select(Organisation).where(Organisation.id == cast.site))[0].parent_id == cast.centre


def test_closing_is_asked_again_and_closes(cast, client, database):
    cast.enters(Role.ADMINISTRATOR)
    path = f"/organisations/{cast.site}/close"
    assert "北关教学站" in shown(client, path)
    assert send(client, path).status_code == 303
    assert "Closed since" in shown(client, f"/organisations/{cast.site}")
    assert client.get(path).status_code == 404


def test_a_school_with_sites_is_not_closed(cast, client):
    cast.enters(Role.ADMINISTRATOR)
    answer = send(client, f"/organisations/{cast.school}/close")
    assert answer.status_code == 409
    assert "1 other organisation" in answer.text


def venue_of(database, cast):
    with database.write() as session:
        room = make.make_room(session, session.get_one(Organisation, cast.site))
        return room.venue_id, room.id


def test_a_site_manager_looks_after_her_own_rooms(cast, client, database):
    cast.enters(Role.SITE_MANAGER)
    path = f"/organisations/{cast.site}/venues/new"
    fields = {"name": "新院", "address": "大槐树对面", "region_code": make.VILLAGE}
    fields |= {"lift_wheelchairs": "1", "sharing": "own"}
    assert send(client, path, **fields).status_code == 303
    (venue,) = rows(database, select(Venue))
    assert send(client, f"/venues/{venue.id}/rooms/new", **ROOM).status_code == 303
    (room,) = rows(database, select(Room))
    assert (room.capacity, room.wheelchair_places, room.is_step_free, room.has_heating) == (30, 2, True, False)
    changed = ROOM | {"capacity": "20", "has_screen": "y"}
    assert send(client, f"/rooms/{room.id}/edit", **changed).status_code == 303
    page = shown(client, f"/organisations/{cast.site}")
    assert "二楼教室" in page
    assert "大槐树对面" in page
    assert send(client, f"/rooms/{room.id}/close").status_code == 303
    assert "No room yet" in main_part(client, f"/organisations/{cast.site}")
    assert client.get(f"/rooms/{room.id}/edit").status_code == 404


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"capacity": "0"}, "A room takes at least one person"),
        ({"wheelchair_places": "31"}, "more wheelchair places than places"),
        ({"capacity": "三十"}, "whole number"),
        ({"capacity": ""}, "Please fill this in"),
        ({"name": "一楼教室"}, "This name is taken here"),
    ],
)
def test_a_room_that_cannot_be_is_refused_in_words(cast, client, database, given, words):
    cast.enters(Role.SITE_MANAGER)
    venue_id, _room_id = venue_of(database, cast)
    answer = send(client, f"/venues/{venue_id}/rooms/new", **ROOM | given)
    assert answer.status_code == 200
    assert words in answer.text


def test_somebody_elses_rooms_are_not_there(cast, client, database):
    venue_id, room_id = venue_of(database, cast)
    paths = [f"/venues/{venue_id}/{what}" for what in ("edit", "close", "hours", "rooms/new")]
    paths += [f"/rooms/{room_id}/edit", f"/rooms/{room_id}/close", f"/organisations/{cast.site}/venues/new"]
    cast.enters(Role.CARE_SCHEDULER)
    assert {client.get(path).status_code for path in paths} == {404}
    cast.enters(Role.COUNTY_OFFICER)
    assert {client.get(path).status_code for path in paths} == {403}


def test_opening_hours_are_added_for_several_days_and_taken_away_one_by_one(cast, client, database):
    cast.enters(Role.SITE_MANAGER)
    venue_id, _room_id = venue_of(database, cast)
    path = f"/venues/{venue_id}/hours"
    assert "always open" in shown(client, path)
    assert send(client, path, weekdays=["0", "2"], opens="08:00", closes="11:30").status_code == 303
    assert "Wednesday" in shown(client, path)
    assert (
        "there are hours at that time already" in send(client, path, weekdays=["2"], opens="9:00", closes="10:00").text
    )
    assert "end must be after" in send(client, path, weekdays=["4"], opens="9:00", closes="8:00").text
    assert "tick at least one day" in send(client, path, opens="9:00", closes="10:00").text
    monday, wednesday = rows(database, select(OpeningHours).order_by(OpeningHours.weekday))
    assert send(client, f"{path}/{monday.id}/remove", path).status_code == 303
    assert [each.id for each in rows(database, select(OpeningHours))] == [wednesday.id]
    assert send(client, f"{path}/{monday.id}/remove", path).status_code == 404


def test_a_county_officer_reads_the_coverage_of_her_county(cast, client):
    cast.enters(Role.COUNTY_OFFICER)
    page = shown(client, "/coverage")
    assert "襄都区" in page
    assert "南长街街道" in page
    assert "1 of 10" in page
    assert client.get("/coverage/130503").status_code == 404
    assert client.get("/coverage/130500").status_code == 404
    assert client.get("/coverage/nonsense").status_code == 404


def test_a_city_officer_reads_it_county_by_county(cast, client):
    cast.enters(Role.CITY_OFFICER)
    page = shown(client, "/coverage")
    assert "河北邢台经济开发区" in page
    assert "2 of 5396" in page
    assert "信都区" in shown(client, "/coverage/130503")
    assert client.get("/coverage/130502001062").location == "/coverage/130502001"


def test_a_township_officer_reads_it_of_her_township(cast, client):
    cast.enters(Role.TOWNSHIP_OFFICER)
    assert "南长街街道" in shown(client, "/coverage")
    assert client.get("/coverage/130502002").status_code == 404


def test_the_villages_without_a_site_are_listed_page_by_page(cast, client):
    cast.enters(Role.CITY_OFFICER)
    path = "/coverage/130500/villages-without-site"
    assert "5394 villages" in shown(client, path)
    assert "Page 108 of 108" in shown(client, f"{path}?page=108")
    township = shown(client, "/coverage/130502001/villages-without-site")
    assert "博物馆社区居民委员会" in township
    assert "北关社区居民委员会" not in township
    assert "No village was found" in shown(client, f"{path}?name=没有的")


def test_a_township_where_every_village_has_a_site_says_so(cast, client, database):
    with database.write() as session:
        for village in session.scalars(select(Region).where(Region.parent_code == "130502001")):
            make.make_organisation(session, region_code=village.code)
    cast.enters(Role.TOWNSHIP_OFFICER)
    assert "Every village here has a site" in shown(client, "/coverage/130502001/villages-without-site")
    assert "100%" in shown(client, "/coverage")


def fill(database, count):
    with database.write() as session:
        for number in range(count):
            site = make.make_organisation(session, name=f"第{number}站", kind=OrganisationKind.TEACHING_SITE)
            make.make_room(session, site)


@pytest.mark.parametrize("path", ["/organisations", "/coverage", "/coverage/130502/villages-without-site"])
def test_lists_ask_as_often_for_60_organisations_as_for_3(cast, client, database, path):
    cast.enters(Role.COUNTY_OFFICER)
    fill(database, 3)
    few = queries_of(client, path)
    fill(database, 57)
    assert queries_of(client, path) == few


def test_a_page_of_an_organisation_asks_as_often_for_40_rooms_as_for_2(cast, client, database):
    cast.enters(Role.SITE_MANAGER)
    venue_of(database, cast)
    venue_of(database, cast)
    few = queries_of(client, f"/organisations/{cast.site}")
    for _number in range(38):
        venue_of(database, cast)
    assert queries_of(client, f"/organisations/{cast.site}") == few
