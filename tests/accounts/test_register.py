"""Somebody new enters herself, or a parent who has no phone."""

import pytest
import time_machine
from flask.testing import FlaskClient
from sqlalchemy import select

from senior_univ.accounts import queries
from senior_univ.accounts.models import Belonging, FamilyGrant, Person
from senior_univ.core.db import Database
from tests.factories import VILLAGE, make_organisation, make_person
from tests.signing_in import sign_in


@pytest.fixture
def newcomer(client: FlaskClient, codes: list[str]) -> FlaskClient:
    """A browser whose phone was proved and is known to nobody."""
    client.post("/sign-in", data={"phone": "13900139000"})
    answer = client.post("/sign-in/code", data={"code": codes[-1], "device": "own"})
    assert answer.location == "/register"
    return client


def answer(client: FlaskClient, address: str, **data: str) -> str:
    page = client.post(address, data=data)
    assert page.status_code == 303, page.text
    return str(page.location)


def test_she_answers_one_question_a_page_checks_and_is_in(newcomer: FlaskClient, database: Database) -> None:
    with database.write() as session:
        site = make_organisation(session, region_code=VILLAGE).id
    assert answer(newcomer, "/register", whom="self") == "/register/name"
    assert answer(newcomer, "/register/name", name="李玉兰") == "/register/birth"
    assert answer(newcomer, "/register/birth", birth_year="1950", month="", day="") == "/register/village"
    assert answer(newcomer, "/register/village", region_code=VILLAGE) == "/register/check"
    page = newcomer.get("/register/check").text
    assert "李玉兰" in page
    assert "1950" in page
    assert answer(newcomer, "/register/check") == "/register/done"
    assert "李玉兰" in newcomer.get("/register/done").text
    with database.read() as session:
        person = session.scalars(select(Person).where(Person.name == "李玉兰")).one()
        seen_by = session.scalars(select(Belonging.organisation_id).where(Belonging.person_id == person.id)).all()
    assert (person.phone, person.birth_year, person.region_code) == ("+8613900139000", 1950, VILLAGE)
    assert (person.site_id, seen_by) == (site, [site])


def test_an_answer_is_changed_and_comes_back_to_the_check_page(newcomer: FlaskClient) -> None:
    answer(newcomer, "/register", whom="self")
    answer(newcomer, "/register/name", name="李玉兰")
    answer(newcomer, "/register/birth", birth_year="1950", month="5", day="20")
    answer(newcomer, "/register/village", region_code=VILLAGE)
    assert "1950年5月20日" in newcomer.get("/register/check").text
    assert 'value="李玉兰"' in newcomer.get("/register/name").text
    assert answer(newcomer, "/register/name", name="李玉蓝") == "/register/check"
    assert "李玉蓝" in newcomer.get("/register/check").text


@pytest.mark.parametrize(
    ("step", "data"),
    [
        ("name", {"name": ""}),
        ("name", {"name": "123"}),
        ("birth", {"birth_year": ""}),
        ("birth", {"birth_year": "2099"}),
        ("birth", {"birth_year": "1850"}),
        ("birth", {"birth_year": "-5"}),
        ("birth", {"birth_year": "1950", "month": "13"}),
        ("birth", {"birth_year": "1949", "month": "2", "day": "29"}),
        ("birth", {"birth_year": "1949", "day": "29"}),
        ("birth", {"birth_year": "2026", "month": "3", "day": "11"}),
        ("village", {"region_code": "1"}),
        ("village", {}),
    ],
)
def test_what_cannot_be_is_refused_in_words(
    frozen: time_machine.Traveller, newcomer: FlaskClient, step: str, data: dict[str, str]
) -> None:
    answer(newcomer, "/register", whom="self")
    page = newcomer.post(f"/register/{step}", data=data)
    assert page.status_code == 200
    assert "error-summary" in page.text


def test_the_village_is_found_by_name_or_from_the_county_down(newcomer: FlaskClient) -> None:
    answer(newcomer, "/register", whom="self")
    assert "at=130502" in newcomer.get("/register/village").text
    assert "at=130502001" in newcomer.get("/register/village?at=130502").text
    assert VILLAGE in newcomer.get("/register/village?at=130502001").text
    assert 'value="1305' in newcomer.get("/register/village?q=张家庄").text
    assert newcomer.get("/register/village?q=没有这样的村子").status_code == 200
    for nonsense in ("at=x", "at=999999", "at="):
        assert newcomer.get(f"/register/village?{nonsense}").status_code in (200, 404)


def test_a_daughter_enters_herself_and_her_mother_who_has_no_phone(newcomer: FlaskClient, database: Database) -> None:
    answer(newcomer, "/register", whom="elder")
    answer(newcomer, "/register/name", name="张丽")
    answer(newcomer, "/register/relation", relation="daughter")
    answer(newcomer, "/register/elder-name", name="刘桂花")
    answer(newcomer, "/register/elder-birth", birth_year="1941")
    answer(newcomer, "/register/elder-village", region_code=VILLAGE)
    assert answer(newcomer, "/register/elder-phone", phone="") == "/register/check"
    assert answer(newcomer, "/register/check") == "/register/done"
    assert "刘桂花" in newcomer.get("/register/done").text
    with database.read() as session:
        grant = session.scalars(select(FamilyGrant)).one()
        mother, daughter = session.get_one(Person, grant.elder_id), session.get_one(Person, grant.relative_id)
        assert (mother.name, mother.phone, mother.birth_year) == ("刘桂花", None, 1941)
        assert (daughter.name, daughter.phone) == ("张丽", "+8613900139000")
        assert grant.consented_at is None
        assert queries.build_viewer(session, daughter.id).elders == {}


def test_somebody_who_is_signed_in_enters_a_parent(client: FlaskClient, database: Database) -> None:
    with database.write() as session:
        daughter = make_person(session, name="张丽").id
    sign_in(client, daughter)
    assert answer(client, "/register/elder") == "/register/relation"
    answer(client, "/register/relation", relation="son")
    answer(client, "/register/elder-name", name="刘桂花")
    answer(client, "/register/elder-birth", birth_year="1941")
    answer(client, "/register/elder-village", region_code=VILLAGE)
    page = client.post("/register/elder-phone", data={"phone": "12"})
    assert "error-summary" in page.text
    answer(client, "/register/elder-phone", phone="0319-2020001")
    answer(client, "/register/check")
    with database.read() as session:
        assert session.scalars(select(FamilyGrant.relative_id)).one() == daughter


def test_questions_of_another_flow_are_not_there(newcomer: FlaskClient) -> None:
    answer(newcomer, "/register", whom="self")
    assert newcomer.get("/register/elder-name").status_code == 404
    assert newcomer.get("/register/nonsense").status_code == 404


def test_the_last_button_touched_twice_enters_her_once(newcomer: FlaskClient, database: Database) -> None:
    answer(newcomer, "/register", whom="self")
    answer(newcomer, "/register/name", name="李玉兰")
    answer(newcomer, "/register/birth", birth_year="1950")
    answer(newcomer, "/register/village", region_code=VILLAGE)
    with newcomer.session_transaction() as web:
        before_the_tap = dict(web)
    for _ in range(2):
        with newcomer.session_transaction() as web:
            web.clear()
            web.update(before_the_tap)
        newcomer.post("/register/check")
    with database.read() as session:
        assert len(session.scalars(select(Person).where(Person.name == "李玉兰")).all()) == 1


def test_a_parent_entered_with_two_taps_is_entered_once(client: FlaskClient, database: Database) -> None:
    with database.write() as session:
        daughter = make_person(session, name="张丽").id
    sign_in(client, daughter)
    parent = {
        "whom": "elder",
        "relation": "daughter",
        "elder-name": "刘桂花",
        "elder-birth": [1941],
        "elder-village": VILLAGE,
        "elder-phone": "",
    }
    for _ in range(2):
        with client.session_transaction() as web:
            web["registration"] = parent
        client.post("/register/check")
    with database.read() as session:
        assert len(session.scalars(select(Person).where(Person.name == "刘桂花")).all()) == 1
