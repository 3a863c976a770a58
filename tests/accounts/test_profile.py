"""One's own page, and how pages look."""

import pytest
from flask.testing import FlaskClient

from senior_univ.accounts.models import Person
from senior_univ.core.db import Database
from tests.accounts.cast import Cast
from tests.signing_in import sign_in


def test_a_stranger_keeps_her_choice_in_a_cookie(client: FlaskClient) -> None:
    answer = client.post("/display", data={"size": "largest", "next": "/sign-in"})
    assert answer.location == "/sign-in"
    assert 'data-size="largest"' in client.get("/sign-in").text


def test_who_is_signed_in_finds_her_choice_on_every_device(client: FlaskClient, database: Database, cast: Cast) -> None:
    sign_in(client, cast.mother)
    client.post("/display", data={"size": "largest"})
    client.post("/display", data={"theme": "dark"})
    client.post("/display", data={"language": "en"})
    other = client.application.test_client()
    sign_in(other, cast.mother)
    page = other.get("/me").text
    assert 'data-size="largest"' in page
    assert 'data-theme="dark"' in page
    assert 'lang="en"' in page


@pytest.mark.parametrize("data", [{}, {"size": "huge"}, {"theme": "<b>"}, {"language": "tlh"}, {"language": ""}])
def test_nonsense_changes_nothing(client: FlaskClient, cast: Cast, data: dict[str, str]) -> None:
    sign_in(client, cast.mother)
    assert client.post("/display", data=data).status_code == 303
    page = client.get("/me").text
    assert 'lang="zh-CN"' in page
    assert 'data-size="large"' in page


def test_reminders_are_stopped_and_wanted_again(client: FlaskClient, database: Database, cast: Cast) -> None:
    sign_in(client, cast.mother)
    client.post("/me/reminders/stop")
    with database.read() as session:
        assert session.get_one(Person, cast.mother).reminders_stopped_at is not None
    client.post("/me/reminders/start")
    with database.read() as session:
        assert session.get_one(Person, cast.mother).reminders_stopped_at is None


def test_her_page_shows_what_is_kept_of_her(client: FlaskClient, cast: Cast) -> None:
    sign_in(client, cast.mother)
    page = client.get("/me").text
    assert "王秀英" in page
    assert "138 0013 8000" in page
    sign_in(client, cast.manager)
    assert "教学站" in client.get("/me").text


@pytest.mark.parametrize("address", ["/me", "/family", "/family/new", "/family/ask", "/my-record", "/register/done"])
def test_without_sign_in_these_pages_lead_to_it(client: FlaskClient, address: str) -> None:
    assert client.get(address).location == f"/sign-in?next={address}"
