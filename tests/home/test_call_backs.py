"""请人帮我: asking for a call, closing it, and passing it on."""

from datetime import timedelta

import pytest
import time_machine
from flask.testing import FlaskClient
from sqlalchemy import select

from senior_univ.core.db import Database
from senior_univ.core.permissions import Role
from senior_univ.home.actions import pass_on_overdue
from senior_univ.home.models import CallBackRequest
from senior_univ.network.models import OrganisationKind
from tests.factories import COUNTY, make_home, make_organisation, make_person, make_staff
from tests.signing_in import sign_in


@pytest.fixture
def cast(database: Database) -> dict[str, int]:
    """A site below a school below a centre, its manager, the county's officer, a learner of the site, a stranger."""
    with database.write() as session:
        centre = make_organisation(session, kind=OrganisationKind.GUIDANCE_CENTRE, region_code=COUNTY)
        school = make_organisation(
            session, kind=OrganisationKind.TOWNSHIP_SCHOOL, region_code="130502001", parent_id=centre.id
        )
        site = make_organisation(session, name="北关社区教学站", parent_id=school.id)
        other = make_organisation(session)
        return {
            "centre": centre.id,
            "school": school.id,
            "site": site.id,
            "learner": make_person(session, site_id=site.id).id,
            "manager": make_staff(session, Role.SITE_MANAGER, site).id,
            "stranger": make_staff(session, Role.SITE_MANAGER, other).id,
            "officer": make_staff(session, Role.COUNTY_OFFICER, centre).id,
        }


def the_request(database: Database) -> CallBackRequest:
    with database.read() as session:
        return session.scalars(select(CallBackRequest)).one()


def ask(client: FlaskClient, person_id: int, **given: str) -> str:
    sign_in(client, person_id)
    client.application.config["WTF_CSRF_ENABLED"] = False
    return client.post(
        "/call-me", data={"about": "enrol", "phone": "138 0000 0001"} | given, follow_redirects=True
    ).text


def test_her_site_sees_whom_to_call_and_about_what(
    client: FlaskClient, database: Database, cast: dict[str, int], frozen: time_machine.Traveller
) -> None:
    page = ask(client, cast["learner"])
    assert "北关社区教学站" in page
    sign_in(client, cast["manager"])
    listed = client.get("/call-backs").text
    assert "王秀英" in listed
    assert "138 0000 0001" in listed


def test_a_resident_is_called_by_her_home(
    client: FlaskClient, database: Database, frozen: time_machine.Traveller
) -> None:
    with database.write() as session:
        home = make_home(session, phone="+863192020003")
        resident = make_person(session, name="刘淑芬", site_id=home.id).id
        scheduler = make_staff(session, Role.CARE_SCHEDULER, home).id
    ask(client, resident)
    sign_in(client, scheduler)
    assert "刘淑芬" in client.get("/call-backs").text
    client.post(f"/call-backs/{the_request(database).id}", data={"outcome": "已去房间看望"})
    assert the_request(database).closed_by_id == scheduler


def test_a_landline_is_a_phone(client: FlaskClient, database: Database, cast: dict[str, int]) -> None:
    ask(client, cast["learner"], phone="0319-2020001")
    assert the_request(database).phone == "+863192020001"


@pytest.mark.parametrize("phone", ["", "12345", "我没有电话", "9" * 29])
def test_a_number_that_is_none_is_refused_and_kept(
    client: FlaskClient, database: Database, cast: dict[str, int], phone: str
) -> None:
    page = ask(client, cast["learner"], phone=phone)
    assert "error-summary" in page
    assert phone in page
    with database.read() as session:
        assert session.scalar(select(CallBackRequest.id)) is None


def test_asking_twice_makes_one_request(client: FlaskClient, database: Database, cast: dict[str, int]) -> None:
    ask(client, cast["learner"])
    ask(client, cast["learner"])
    the_request(database)


def test_who_needs_no_call_any_more_takes_it_back(
    client: FlaskClient, database: Database, cast: dict[str, int]
) -> None:
    ask(client, cast["learner"])
    client.post("/call-me/take-back")
    assert the_request(database).closed_at is not None


def test_the_second_colleague_hears_who_was_quicker(
    client: FlaskClient, database: Database, cast: dict[str, int]
) -> None:
    ask(client, cast["learner"])
    sign_in(client, cast["manager"])
    url = f"/call-backs/{the_request(database).id}"
    assert client.post(url, data={"outcome": "已帮她报名书法班"}).status_code == 303
    again = client.post(url, data={"outcome": "又打了一次"})
    assert "李建国" in again.text
    assert "又打了一次" in again.text
    assert the_request(database).outcome == "已帮她报名书法班"


def test_another_sites_manager_does_not_see_it(client: FlaskClient, database: Database, cast: dict[str, int]) -> None:
    ask(client, cast["learner"])
    sign_in(client, cast["stranger"])
    assert "王秀英" not in client.get("/call-backs").text
    assert client.get(f"/call-backs/{the_request(database).id}").status_code == 404


def test_what_nobody_answers_goes_to_the_school_then_to_the_county_and_stays_there(
    client: FlaskClient, database: Database, cast: dict[str, int], frozen: time_machine.Traveller
) -> None:
    ask(client, cast["learner"])
    reached = [the_request(database).organisation_id]
    for _day in range(3):
        frozen.shift(timedelta(days=1))
        with database.write() as session:
            assert pass_on_overdue(session) == 1
            assert pass_on_overdue(session) == 0
        reached.append(the_request(database).organisation_id)
    assert reached == [cast["site"], cast["school"], cast["centre"], cast["centre"]]


def test_outside_hours_the_page_says_when_somebody_will_call(
    client: FlaskClient, cast: dict[str, int], frozen: time_machine.Traveller
) -> None:
    frozen.shift(timedelta(hours=12))
    sign_in(client, cast["learner"])
    page = client.get("/call-me").text
    assert "明天上午8:30" in page
    assert "tel:120" in page


def test_somebody_whose_place_nobody_serves_is_told_so(client: FlaskClient, database: Database) -> None:
    with database.write() as session:
        alone = make_person(session, region_code=None).id
    sign_in(client, alone)
    assert client.get("/call-me").status_code == 200
