"""Roles and accounts: the administrator's pages and the first administrator."""

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from senior_univ.accounts import queries
from senior_univ.accounts.models import Account, RoleAssignment
from senior_univ.accounts.passwords import is_password
from senior_univ.core.db import Database
from senior_univ.core.permissions import PERMISSION_LABELS, ROLE_LABELS, Permission, Role
from tests.accounts.cast import Cast
from tests.factories import make_organisation, make_staff
from tests.signing_in import sign_in

PASSWORD = "一个好长的口令在此"


def new_account(site: int, **given: str) -> dict[str, str]:
    details = {
        "name": "孙主任",
        "phone": "13600136000",
        "login_name": "Sun.Zhuren",
        "new_password": PASSWORD * 2,
        "organisation_id": str(site),
        "role": "site_manager",
    }
    return details | given


def test_the_administrator_makes_an_account_that_can_sign_in(
    app: Flask, client: FlaskClient, database: Database, cast: Cast
) -> None:
    sign_in(client, cast.administrator)
    assert client.post("/roles/new", data=new_account(cast.site)).location == "/roles"
    assert "孙主任" in client.get("/roles").text
    answer = app.test_client().post("/sign-in/staff", data={"login": "sun.zhuren", "password": PASSWORD * 2})
    assert answer.status_code == 303


@pytest.mark.parametrize(
    "given",
    [
        {"login_name": "a"},
        {"login_name": "有 空格"},
        {"new_password": "short"},
        {"phone": "12345"},
        {"name": ""},
        {"role": "care_scheduler"},
        {"role": "nonsense"},
        {"organisation_id": "999999"},
        {"organisation_id": "x"},
    ],
)
def test_a_bad_account_is_refused_in_words(
    client: FlaskClient, database: Database, cast: Cast, given: dict[str, str]
) -> None:
    sign_in(client, cast.administrator)
    page = client.post("/roles/new", data=new_account(cast.site, **given))
    assert page.status_code == 200
    assert "error-summary" in page.text
    with database.read() as session:
        assert session.scalar(select(Account).where(Account.login_name == "sun.zhuren")) is None


def test_a_login_name_belongs_to_one_person(client: FlaskClient, cast: Cast) -> None:
    sign_in(client, cast.administrator)
    client.post("/roles/new", data=new_account(cast.site))
    page = client.post("/roles/new", data=new_account(cast.site, login_name="SUN.zhuren"))
    assert "error-summary" in page.text


def test_a_role_is_given_and_taken_and_counts_at_once(client: FlaskClient, database: Database, cast: Cast) -> None:
    sign_in(client, cast.administrator)
    data = {"organisation_id": str(cast.site), "role": "teacher"}
    client.post(f"/roles/people/{cast.manager}", data=data)
    assert client.post(f"/roles/people/{cast.manager}", data=data).status_code == 200, "twice is refused"
    with database.read() as session:
        assert {post.role for post in queries.build_viewer(session, cast.manager).posts} == {
            Role.SITE_MANAGER,
            Role.TEACHER,
        }
        posts = queries.postings_of(session, [cast.manager])[cast.manager]
    for post in posts:
        client.post(f"/roles/{post.id}/take")
    with database.read() as session:
        assert not queries.build_viewer(session, cast.manager).is_staff


def test_the_last_administrator_stays(client: FlaskClient, database: Database, cast: Cast) -> None:
    sign_in(client, cast.administrator)
    with database.read() as session:
        post = session.scalars(select(RoleAssignment).where(RoleAssignment.person_id == cast.administrator)).one()
    assert client.post(f"/roles/{post.id}/take").status_code == 409
    with database.read() as session:
        assert queries.build_viewer(session, cast.administrator).may(Permission.MANAGE_ROLES)


def test_an_administrator_of_a_county_gives_no_role_outside_it(
    client: FlaskClient, database: Database, cast: Cast
) -> None:
    with database.write() as session:
        office = make_organisation(session, region_code="130503")
        county = make_staff(session, Role.ADMINISTRATOR, office).id
    sign_in(client, county)
    assert client.get(f"/roles/people/{cast.manager}").status_code == 404
    assert client.post("/roles/new", data=new_account(cast.site)).status_code == 200
    with database.read() as session:
        assert len(session.scalars(select(RoleAssignment)).all()) == 5


@pytest.mark.parametrize("address", ["/roles", "/roles/new", "/roles/permissions"])
def test_nobody_else_manages_roles(client: FlaskClient, cast: Cast, address: str) -> None:
    assert client.get(address).status_code == 302
    sign_in(client, cast.manager)
    assert client.get(address).status_code == 403


def test_the_table_shows_every_role_and_permission(client: FlaskClient, cast: Cast) -> None:
    sign_in(client, cast.administrator)
    client.post("/display", data={"language": "en"})
    page = client.get("/roles/permissions").text.replace("&#39;", "'")
    assert all(str(words) in page for words in [*ROLE_LABELS.values(), *PERMISSION_LABELS.values()])


class TestFirstAdministrator:
    def make(self, app: Flask, *typed: str):
        return app.test_cli_runner().invoke(args=["create-admin"], input="\n".join(typed) + "\n")

    def test_the_command_makes_one_without_showing_the_password(self, app: Flask, database: Database) -> None:
        result = self.make(app, "管理员", "admin", "", PASSWORD * 2, PASSWORD * 2)
        assert result.exit_code == 0, result.output
        assert PASSWORD not in result.output
        with database.read() as session:
            account = session.scalars(select(Account).where(Account.login_name == "admin")).one()
            viewer = queries.build_viewer(session, account.person_id)
        assert is_password(PASSWORD * 2, account.password_hash)
        assert viewer.prefixes(Permission.MANAGE_ROLES) == {"1305"}

    def test_a_second_one_of_that_name_is_refused(self, app: Flask) -> None:
        self.make(app, "管理员", "admin", "", PASSWORD * 2, PASSWORD * 2)
        result = self.make(app, "管理员", "admin", "", PASSWORD * 2, PASSWORD * 2)
        assert result.exit_code == 1

    def test_a_short_password_is_refused(self, app: Flask, database: Database) -> None:
        assert self.make(app, "管理员", "admin", "", "short", "short").exit_code == 1
        with database.read() as session:
            assert session.scalars(select(Account)).all() == []
