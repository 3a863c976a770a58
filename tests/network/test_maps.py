import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from senior_univ.core.permissions import Role
from senior_univ.network import maps
from senior_univ.network.maps import MapKind
from senior_univ.network.models import Venue
from senior_univ.network.rules import distance_km
from tests import factories as make
from tests.sending_forms import send, shown
from tests.signing_in import sign_in


def test_a_place_that_is_known_on_both_maps_is_found():
    """Tian'anmen: the pair is given by several public converters."""
    on_map = maps.to_chinese((39.907333, 116.391083))
    assert on_map == pytest.approx((39.908737, 116.397325), abs=2e-5)


def test_in_xingtai_the_maps_lie_half_a_kilometre_apart():
    assert 0.4 < distance_km((37.0682, 114.5048), maps.to_chinese((37.0682, 114.5048))) < 0.7


@given(st.floats(18, 53), st.floats(74, 134))
def test_there_and_back_is_the_same_place(north, east):
    back = maps.from_chinese(maps.to_chinese((north, east)))
    assert back == pytest.approx((north, east), abs=1e-7)


@given(st.floats(-80, -1), st.floats(-170, 60))
def test_outside_of_china_nothing_is_shifted(north, east):
    assert maps.to_chinese((north, east)) == (north, east) == maps.from_chinese((north, east))


@pytest.fixture
def manager(database, frozen, client):
    client.set_cookie("language", "en")
    with database.write() as session:
        site = make.make_organisation(session)
        person_id, site_id = make.make_staff(session, Role.SITE_MANAGER, site).id, site.id
    sign_in(client, person_id)
    return site_id


def venue_fields(**given):
    return {
        "name": "老槐树活动室", "region_code": "130502001062", "position": "37.0682, 114.5048",
        "lift_wheelchairs": "1", "sharing": "own",
    } | given  # fmt: skip


@pytest.mark.parametrize(("kind", "is_shifted"), [("gcj02", True), ("wgs84", False)])
def test_numbers_are_kept_as_the_satellites_have_them(client, database, manager, kind, is_shifted):
    path = f"/organisations/{manager}/venues/new"
    assert 'value="gcj02" checked' in " ".join(shown(client, path).split()) or "checked" in shown(client, path)
    assert send(client, path, **venue_fields(map=kind)).status_code == 303
    with database.read() as session:
        venue = session.scalars(select(Venue).where(Venue.name == "老槐树活动室")).one()
        assert (distance_km(venue.point, (37.0682, 114.5048)) > 0.3) is is_shifted


def test_keeping_a_place_untouched_moves_it_by_nothing(client, database, manager):
    send(client, f"/organisations/{manager}/venues/new", **venue_fields(map="wgs84"))
    with database.read() as session:
        venue = session.scalars(select(Venue).where(Venue.name == "老槐树活动室")).one()
        venue_id, point = venue.id, venue.point
    shown_there = maps.shown(point, MapKind.CHINESE)
    typed = f"{shown_there[0]}, {shown_there[1]}"
    assert typed in shown(client, f"/venues/{venue_id}/edit")
    send(client, f"/venues/{venue_id}/edit", **venue_fields(position=typed, map=MapKind.CHINESE.value))
    with database.read() as session:
        assert session.get_one(Venue, venue_id).point == point
