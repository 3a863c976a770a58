"""How far apart places are: reckoned from the map, or written down by somebody who knows better."""

from datetime import time
from math import pi

import pytest
from hypothesis import given
from hypothesis import strategies as st

from senior_univ.core.errors import DomainError, NotFoundError
from senior_univ.core.permissions import Role
from senior_univ.network import actions, events, maps, queries, rules
from senior_univ.network.actions import VenueDetails
from senior_univ.network.maps import MapKind
from senior_univ.network.models import Organisation, Sharing, TravelMode, Venue
from tests import factories as make
from tests.network.people import viewer_of
from tests.queries_counted import counted
from tests.sending_forms import send, shown

XINGTAI, SHAHE = (37.07, 114.50), (36.86, 114.50)
POINTS = st.tuples(st.floats(-90, 90), st.floats(-180, 180))
HALF_AROUND = pi * rules.EARTH_KM


@pytest.fixture
def admin(session):
    return viewer_of(Role.ADMINISTRATOR, make.make_organisation(session, region_code="130502"))


@pytest.fixture(autouse=True)
def in_english(client):
    client.set_cookie("language", "en")


def test_a_fifth_of_a_degree_north_is_twenty_three_kilometres():
    assert rules.distance_km(XINGTAI, SHAHE) == pytest.approx(23.35, abs=0.05)


def test_an_unknown_place_is_no_distance_away():
    assert rules.distance_km(None, XINGTAI) is None
    assert rules.distance_km(XINGTAI, None) is None


@given(POINTS, POINTS, POINTS)
def test_distances_are_those_of_a_globe(one, two, three):
    there, back = rules.distance_km(one, two), rules.distance_km(two, one)
    assert there == pytest.approx(back)
    assert 0 <= there <= HALF_AROUND + 0.001
    assert rules.distance_km(one, one) == pytest.approx(0, abs=0.001)
    assert rules.distance_km(one, three) <= there + rules.distance_km(two, three) + 0.001


@given(st.floats(0, 500), st.floats(0, 500), st.sampled_from(TravelMode))
def test_a_longer_way_never_takes_less(one, other, mode):
    near, far = sorted((one, other))
    assert rules.travel_minutes(near, mode) <= rules.travel_minutes(far, mode)


def test_nobody_waits_for_a_bus_to_where_she_is():
    assert rules.travel_minutes(0, TravelMode.BUS) == 0


@pytest.mark.parametrize(
    "typed",
    [
        "37.0682, 114.5048",
        "37.0682,114.5048",
        "37.0682 114.5048",
        "３７.０６８２，１１４.５０４８",
        "北纬37.0682° 东经114.5048°",
        "N37.0682 E114.5048",
        "(37.0682, 114.5048)",
        "114.5048,37.0682",
    ],
)
def test_a_position_is_read_however_a_map_gives_it(typed):
    assert rules.read_point(typed) == (37.0682, 114.5048)


@pytest.mark.parametrize(
    "typed", ["37.0682", "大槐树对面", "1, 2, 3", "37.1, east", "12号 3楼", "0, 0", "95, 200", "nan nan"]
)
def test_what_is_no_position_is_refused_in_words(typed):
    with pytest.raises(DomainError) as raised:
        rules.read_point(typed)
    assert raised.value.field == "position"


@given(st.floats(-89, 89).filter(lambda each: abs(each) > 0.1), st.floats(-179, 179))
def test_a_position_is_read_as_it_is_shown(north, east):
    point = round(north, 6), round(east, 6)
    assert rules.read_point(rules.point_words((point[0], round(point[1], 4)))) == (point[0], round(point[1], 4))


def venues(session, *points):
    """A venue at each of the points, all of one organisation."""
    owner = make.make_organisation(session)
    found = [make.make_room(session, owner).venue for _point in points]
    for number, (venue, point) in enumerate(zip(found, points, strict=True)):
        venue.latitude, venue.longitude, venue.name = *(point or (None, None)), f"第{number}院"
    session.flush()
    return found


def test_what_somebody_wrote_down_stands_above_the_map(session, admin):
    here, there, hidden = venues(session, XINGTAI, SHAHE, None)
    ids = [here.id, there.id, hidden.id]
    km = rules.distance_km(XINGTAI, SHAHE)
    by_car = rules.travel_minutes(km, TravelMode.CAR)
    reckoned = queries.travel_minutes_between(session, ids, TravelMode.CAR)
    assert reckoned == {(here.id, there.id): by_car, (there.id, here.id): by_car}
    actions.set_travel_time(session, there, here, 90, by=admin)
    actions.set_travel_time(session, here, hidden, 15, by=admin)
    session.flush()
    for mode in TravelMode:
        minutes = queries.travel_minutes_between(session, ids, mode)
        assert minutes[here.id, there.id] == minutes[there.id, here.id] == 90
        assert minutes[hidden.id, here.id] == 15
        assert (hidden.id, there.id) not in minutes
    actions.remove_travel_time(session, here, there.id, by=admin)
    session.flush()
    assert queries.travel_minutes_between(session, ids, TravelMode.CAR)[here.id, there.id] == by_car
    with pytest.raises(NotFoundError):
        actions.remove_travel_time(session, here, there.id, by=admin)


def test_the_minutes_between_many_venues_take_two_queries(database):
    with database.write() as session:
        ids = [venue.id for venue in venues(session, *[(37 + number / 100, 114.5) for number in range(20)])]
    with database.read() as session, counted(database) as count:
        minutes = queries.travel_minutes_between(session, ids, TravelMode.BUS)
    assert len(minutes) == 20 * 19
    assert count.number <= 3  # one of them begins the transaction


def test_a_venue_far_from_all_others_of_its_county_is_a_slip(session, admin):
    owner = make.make_organisation(session)
    details = VenueDetails(name="北院", region_code=make.VILLAGE, latitude=37.07, longitude=114.5)
    actions.add_venue(session, owner, details, by=admin)
    session.flush()
    far = VenueDetails(name="南院", region_code=make.VILLAGE, latitude=27.07, longitude=114.5)
    with pytest.raises(DomainError) as raised:
        actions.add_venue(session, owner, far, by=admin)
    assert (raised.value.code, raised.value.field) == ("far_away", "position")
    assert "1111" in str(raised.value.message)


def test_a_lift_takes_somebody(session, admin):
    owner = make.make_organisation(session)
    details = VenueDetails(name="北院", region_code=make.VILLAGE, has_lift=True, lift_wheelchairs=0)
    with pytest.raises(DomainError) as raised:
        actions.add_venue(session, owner, details, by=admin)
    assert raised.value.field == "lift_wheelchairs"


def test_changed_hours_and_rooms_are_told(session, admin):
    told = []

    def hear_hours(_session, venue):
        told.append(("hours", venue.id))

    def hear_room(_session, room):
        told.append(("room", room.id))

    room = make.make_room(session)
    venue_id = room.venue_id
    with (
        events.opening_hours_changed.connected_to(hear_hours),
        events.room_changed.connected_to(hear_room),
    ):
        (hours,) = actions.add_opening_hours(session, room.venue, [1], time(8), time(12), by=admin)
        session.flush()
        actions.remove_opening_hours(session, hours, by=admin)
        actions.change_room(session, room, actions.RoomDetails(name="大教室", capacity=9), by=admin)
        actions.close_room(session, room, by=admin)
    assert told == [("hours", venue_id), ("hours", venue_id), ("room", room.id), ("room", room.id)]


VENUE = {
    "name": "新院",
    "region_code": make.VILLAGE,
    "lift_wheelchairs": "2",
    "has_lift": "y",
    "sharing": "open",
    "map": "wgs84",
}


def test_a_pasted_position_is_kept_and_shown_again(cast, client, database):
    cast.enters(Role.SITE_MANAGER)
    path = f"/organisations/{cast.site}/venues/new"
    refused = send(client, path, **VENUE, position="大槐树对面")
    assert "Please give two numbers" in refused.text
    assert "大槐树对面" in refused.text
    assert send(client, path, **VENUE, position="114.5048,37.0682").status_code == 303
    with database.read() as session:
        venue = session.query(Venue).one()
        assert (venue.point, venue.lift_wheelchairs, venue.sharing) == ((37.0682, 114.5048), 2, Sharing.OPEN)
    edit = shown(client, f"/venues/{venue.id}/edit")
    assert f'value="{rules.point_words(maps.shown(venue.point, MapKind.CHINESE))}"' in edit
    assert "2 wheelchairs at once" in shown(client, f"/organisations/{cast.site}")
    nonsense = send(client, f"/venues/{venue.id}/edit", **VENUE | {"sharing": "everybody", "lift_wheelchairs": "many"})
    assert nonsense.status_code == 200
    assert "whole number" in nonsense.text


def two_venues(database, cast):
    with database.write() as session:
        here = make.make_room(session, session.get_one(Organisation, cast.site)).venue
        there = make.make_room(session, session.get_one(Organisation, cast.home)).venue
        here.latitude, here.longitude = XINGTAI
        there.latitude, there.longitude = 37.08, 114.52
        return here.id, there.id


def test_minutes_are_written_down_for_a_pair_and_taken_back(cast, client, database):
    here, there = two_venues(database, cast)
    cast.enters(Role.SITE_MANAGER)
    path = f"/venues/{here}/travel"
    assert "2.1" in shown(client, path)
    assert send(client, path, other=there, minutes="75").status_code == 303
    assert "1 hours 15 minutes" in shown(client, path)
    cast.enters(Role.CARE_SCHEDULER)
    assert "1 hours 15 minutes" in shown(client, f"/venues/{there}/travel")
    assert send(client, f"/venues/{there}/travel/{here}/remove", f"/venues/{there}/travel").status_code == 303
    assert "1 hours 15 minutes" not in shown(client, f"/venues/{there}/travel")


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"other": "0", "minutes": "5"}, "Please choose one"),
        ({"other": "x", "minutes": "5"}, "Please choose one"),
        ({"minutes": "-5"}, "from 0 to 600"),
        ({"minutes": "bald"}, "whole number"),
        ({}, "Please fill this in"),
    ],
)
def test_minutes_that_cannot_be_are_refused_in_words(cast, client, database, fields, words):
    here, there = two_venues(database, cast)
    cast.enters(Role.SITE_MANAGER)
    answer = send(client, f"/venues/{here}/travel", **{"other": str(there)} | fields)
    assert answer.status_code == 200
    assert words in answer.text


def test_the_ways_of_another_organisations_venue_are_not_there(cast, client, database):
    here, there = two_venues(database, cast)
    cast.enters(Role.SITE_MANAGER)
    assert client.get(f"/venues/{there}/travel").status_code == 404
    assert send(client, f"/venues/{here}/travel/{there}/remove", f"/venues/{here}/travel").status_code == 404


def test_the_first_venue_of_a_county_may_stand_anywhere(session):
    owner = make.make_organisation(session)
    by = viewer_of(Role.ADMINISTRATOR, owner)
    details = VenueDetails(name="北院", region_code=make.VILLAGE, latitude=-33.9, longitude=18.4)
    assert actions.add_venue(session, owner, details, by=by).point == (-33.9, 18.4)
