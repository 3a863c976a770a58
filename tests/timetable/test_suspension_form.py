"""The form with which lessons of a place are suspended: a place or one venue, and words for every wrong turn."""

import pytest

from senior_univ.core.permissions import Role
from tests import factories as make
from tests.sending_forms import send
from tests.signing_in import sign_in

pytestmark = pytest.mark.usefixtures("frozen")

DAYS = {"from_on": "2026-03-12", "to_on": "2026-03-13", "kind": "snow"}


@pytest.fixture
def venue_id(database, client):
    """A venue in the county of an officer, who is signed in."""
    with database.write() as session:
        site = make.make_organisation(session)
        venue_id = make.make_room(session, site).venue_id
        county = make.make_organisation(session, name="襄都区教育局", region_code=site.region_code[:6])
        officer_id = make.make_staff(session, Role.COUNTY_OFFICER, county).id
    sign_in(client, officer_id)
    return venue_id


def test_an_officer_may_choose_one_venue_and_no_place(client, venue_id):
    answer = send(client, "/suspensions/new", **DAYS, venue=str(venue_id))
    assert answer.status_code == 303
    assert f"venue={venue_id}" in answer.location


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"venue": "0"}, "请选一个地方，或者选一个场地，只选一样。"),
        ({"to_on": "2026-03-11"}, "最后一天不能早于第一天。"),
        ({"venue": "0", "place": "火星村"}, "没有找到“火星村”"),
        ({"from_on": ""}, "请填写这一项。"),
    ],
)
def test_a_wrong_turn_is_said_in_words(client, venue_id, wrong, words):
    answer = send(client, "/suspensions/new", **DAYS | {"venue": str(venue_id)} | wrong)
    assert answer.status_code == 200
    assert "error-summary" in answer.text
    assert words in answer.text
