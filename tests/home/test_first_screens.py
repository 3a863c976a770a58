"""The first screen of each kind of user."""

from flask.testing import FlaskClient

from senior_univ.core.db import Database
from senior_univ.core.permissions import Role
from senior_univ.network.models import OrganisationKind
from tests.factories import CITY, make_grant, make_organisation, make_person, make_staff
from tests.signing_in import sign_in


def test_a_stranger_is_shown_the_way_in(client: FlaskClient) -> None:
    page = client.get("/").text
    assert "/sign-in" in page
    assert "/find" in page


def test_a_newcomer_without_a_class_is_offered_one(client: FlaskClient, database: Database) -> None:
    with database.write() as session:
        person_id = make_person(session).id
    sign_in(client, person_id)
    page = client.get("/").text
    assert "王秀英" in page
    assert 'href="/find"' in page
    assert page.count('class="tile"') == 6


def test_a_relative_without_a_class_is_led_to_her_elder(client: FlaskClient, database: Database) -> None:
    with database.write() as session:
        elder, daughter = make_person(session), make_person(session)
        make_grant(session, elder, daughter)
        daughter_id = daughter.id
    sign_in(client, daughter_id)
    assert 'class="button" href="/family"' in client.get("/").text


def test_staff_without_anything_to_do_see_an_empty_day(client: FlaskClient, database: Database) -> None:
    with database.write() as session:
        person_id = make_staff(session, Role.SITE_MANAGER, make_organisation(session)).id
    sign_in(client, person_id)
    assert client.get("/").status_code == 200
    assert client.get("/my-learning").status_code == 200


def test_a_stranger_is_told_whom_to_call(client: FlaskClient, database: Database) -> None:
    assert "tel:" not in client.get("/sign-in").text
    with database.write() as session:
        make_organisation(session, name="邢台市教育局", region_code=CITY, kind=OrganisationKind.EDUCATION_BUREAU)
        make_organisation(session, name="邢台开放大学", region_code=CITY, kind=OrganisationKind.OPEN_UNIVERSITY)
    page = client.get("/sign-in").text
    assert "邢台开放大学" in page
    assert "tel:0319-2020001" in page
