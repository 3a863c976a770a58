"""Signing in by the pages: a phone and its code, a password, the demo's list."""

import re
from dataclasses import dataclass, replace
from datetime import timedelta
from urllib.parse import urlsplit

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import event, select

from senior_univ.accounts.actions import codes as limits
from senior_univ.accounts.models import Account, PhoneKind
from senior_univ.accounts.passwords import hash_password
from senior_univ.core.db import Database
from senior_univ.core.permissions import Role
from tests.factories import make_organisation, make_person, make_staff
from tests.signing_in import sign_in

TOKEN = re.compile(r'name="csrf_token"[^>]*>')
PHONE = "138 0013 8000"
UNKNOWN = "139 0013 9000"


@pytest.fixture
def learner(database: Database) -> int:
    with database.write() as session:
        return make_person(session, phone="+8613800138000").id


def ask(client: FlaskClient, phone: str = PHONE, address: str = "/sign-in"):
    return client.post(address, data={"phone": phone})


def give(client: FlaskClient, digits: str, device: str = "own", **options):
    return client.post("/sign-in/code", data={"code": digits, "device": device}, **options)


def wrong(digits: str) -> str:
    return f"{(int(digits) + 1) % 10**6:06d}"


def who(client: FlaskClient) -> str | None:
    with client.session_transaction() as web:
        return web.get("_user_id")


def test_a_learner_comes_in_with_her_phone_and_the_code(client: FlaskClient, learner: int, codes: list[str]) -> None:
    assert ask(client).location == "/sign-in/code"
    assert "138 0013 8000" in client.get("/sign-in/code").text
    answer = give(client, f" {codes[0][:3]} {codes[0][3:]} ")
    assert (answer.status_code, answer.location) == (303, "/")
    assert who(client)


def test_a_known_and_an_unknown_phone_get_the_same_answer_for_the_same_work(
    app: Flask, learner: int, codes: list[str]
) -> None:
    statements: list[str] = []
    event.listen(app.extensions["database"].engine, "before_cursor_execute", lambda *told: statements.append(told[2]))
    seen = []
    for phone in (PHONE, UNKNOWN):
        statements.clear()
        client = app.test_client()
        answers = [ask(client, phone), client.get("/sign-in/code"), give(client, "12")]
        pages = [TOKEN.sub("", answer.text).replace(phone, "PHONE") for answer in answers]
        seen.append(([answer.status_code for answer in answers], pages, list(statements)))
    assert seen[0] == seen[1]
    assert len(codes) == 2


def test_a_wrong_code_says_what_to_do_and_keeps_the_page(client: FlaskClient, learner: int, codes: list[str]) -> None:
    ask(client)
    page = give(client, "12")
    assert page.status_code == 200
    assert 'aria-invalid="true"' in page.text
    assert who(client) is None


def test_wrong_tries_on_the_page_count(client: FlaskClient, learner: int, codes: list[str]) -> None:
    ask(client)
    for _ in range(5):
        give(client, wrong(codes[0]))
    give(client, codes[0])
    assert who(client) is None


@pytest.mark.parametrize("written", ["12345", "abc", "", "１２３", "<script>", "+1 202 555 0123"])
def test_what_is_no_phone_is_refused_in_words_and_kept(client: FlaskClient, codes: list[str], written: str) -> None:
    page = client.post("/sign-in", data={"phone": written})
    assert page.status_code == 200
    assert "error-summary" in page.text
    assert not codes


def test_a_landline_is_told_that_a_text_cannot_reach_it(client: FlaskClient, codes: list[str]) -> None:
    page = client.post("/sign-in", data={"phone": "0319-2020001"}, headers={"Cookie": "language=en"})
    assert "0319-2020001" in page.text
    assert "error-summary" in page.text
    assert not codes


def test_asking_twice_within_a_minute_goes_on_with_the_first_code(
    client: FlaskClient, learner: int, codes: list[str], frozen: time_machine.Traveller
) -> None:
    ask(client)
    assert ask(client).location == "/sign-in/code"
    assert len(codes) == 1
    give(client, codes[0])
    assert who(client)


def test_a_sixth_code_within_the_hour_is_refused_in_words(
    client: FlaskClient, codes: list[str], frozen: time_machine.Traveller
) -> None:
    for _ in range(limits.CODES_PER_PHONE_AND_HOUR):
        ask(client)
        frozen.shift(timedelta(minutes=1))
    page = ask(client)
    assert page.status_code == 200
    assert "error-summary" in page.text
    assert client.post("/sign-in/code/again").location == "/sign-in/code"
    assert len(codes) == limits.CODES_PER_PHONE_AND_HOUR


def test_people_who_share_a_phone_are_asked_who_they_are(
    client: FlaskClient, database: Database, learner: int, codes: list[str]
) -> None:
    with database.write() as session:
        husband = make_person(session, name="张建军", phone="+8613800138000").id
        stranger = make_person(session, name="李强").id
    ask(client)
    assert give(client, codes[0]).location == "/sign-in/who"
    page = client.get("/sign-in/who").text
    assert "王秀英" in page
    assert "张建军" in page
    assert "李强" not in page
    client.post("/sign-in/who", data={"person_id": stranger})
    assert who(client) is None
    client.post("/sign-in/who", data={"person_id": husband})
    with database.read() as session:
        account = session.scalars(select(Account).where(Account.person_id == husband)).one()
    assert who(client) == f"{account.id}.1"


@pytest.mark.parametrize("address", ["/sign-in/who", "/register", "/register/name", "/register/check"])
def test_without_a_proved_phone_these_pages_lead_to_sign_in(client: FlaskClient, address: str) -> None:
    answer = client.get(address, follow_redirects=True)
    assert answer.request.path == "/sign-in"


def test_a_phone_is_proved_by_its_code_only(client: FlaskClient, learner: int, codes: list[str]) -> None:
    ask(client)
    assert client.get("/sign-in/who").location == "/sign-in"
    client.post("/sign-in/who", data={"person_id": learner})
    assert who(client) is None


@pytest.mark.parametrize(
    "target", ["https://evil.example/", "//evil.example", "/\\evil.example", "javascript:alert(1)", "evil"]
)
def test_no_sign_in_leads_to_another_site(client: FlaskClient, learner: int, codes: list[str], target: str) -> None:
    ask(client, address=f"/sign-in?next={target}")
    assert give(client, codes[0]).location == "/"
    answer = client.post("/display", data={"size": "large", "next": target})
    assert urlsplit(answer.location).netloc == ""
    assert answer.location == "/"


def test_a_page_that_needed_sign_in_comes_after_it(client: FlaskClient, learner: int, codes: list[str]) -> None:
    answer = client.get("/me")
    assert answer.location == "/sign-in?next=/me"
    ask(client, address=answer.location)
    assert give(client, codes[0]).location == "/me"


def test_signing_in_begins_a_new_session(client: FlaskClient, learner: int, codes: list[str]) -> None:
    with client.session_transaction() as web:
        web["planted"] = "by somebody else"
    ask(client)
    give(client, codes[0])
    with client.session_transaction() as web:
        assert "planted" not in web
        assert "sign_in" not in web


def test_an_own_device_stays_signed_in_and_a_borrowed_one_does_not(
    client: FlaskClient, learner: int, codes: list[str], frozen: time_machine.Traveller
) -> None:
    ask(client)
    give(client, codes[0], device="borrowed")
    with client.session_transaction() as web:
        assert not web.permanent
    assert client.get("/me").status_code == 200
    frozen.shift(timedelta(minutes=11))
    assert client.get("/me").location.startswith("/sign-in")
    frozen.shift(timedelta(hours=1))
    ask(client)
    give(client, codes[1], device="own")
    frozen.shift(timedelta(days=10))
    assert client.get("/me").status_code == 200


def test_signing_out_leaves_nothing(client: FlaskClient, learner: int) -> None:
    sign_in(client, learner)
    assert client.post("/sign-out").status_code == 303
    assert client.get("/me").location.startswith("/sign-in")


def test_signing_out_everywhere_ends_the_sessions_of_other_devices(app: Flask, learner: int) -> None:
    tablet, phone = app.test_client(), app.test_client()
    for client in (tablet, phone):
        sign_in(client, learner)
    phone.post("/me/sign-out-everywhere")
    assert tablet.get("/me").location.startswith("/sign-in")


def test_a_closed_account_is_told_so(client: FlaskClient, database: Database, learner: int, codes: list[str]) -> None:
    sign_in(client, learner)
    with database.write() as session:
        account = session.scalars(select(Account)).one()
        account.closed_at = account.person.created_at
    assert client.get("/me").location.startswith("/sign-in")
    ask(client)
    page = give(client, codes[0], follow_redirects=True)
    assert page.request.path == "/sign-in"
    assert who(client) is None


class TestStaff:
    PASSWORD = "三月里的小雨淅淅沥沥"

    @pytest.fixture
    def manager(self, database: Database) -> int:
        kept = hash_password(self.PASSWORD)
        with database.write() as session:
            person = make_staff(session, Role.SITE_MANAGER, make_organisation(session), phone="+8613700137000")
            account = session.scalars(select(Account).where(Account.person_id == person.id)).one()
            account.login_name, account.password_hash = "li.jianguo", kept
            return person.id

    def enter(self, client: FlaskClient, login: str, password: str = PASSWORD, **data):
        return client.post("/sign-in/staff", data={"login": login, "password": password} | data)

    @pytest.mark.parametrize("login", ["li.jianguo", "LI.JIANGUO ", "13700137000", "137 0013 7000"])
    def test_staff_come_in_with_name_or_phone_and_password(self, client: FlaskClient, manager: int, login: str) -> None:
        assert self.enter(client, login).status_code == 303
        assert who(client)

    @pytest.mark.parametrize(
        ("login", "password"), [("li.jianguo", "wrong"), ("nobody", PASSWORD), ("13700137001", PASSWORD), ("", "x")]
    )
    def test_a_wrong_name_and_a_wrong_password_get_the_same_words(
        self, client: FlaskClient, manager: int, login: str, password: str
    ) -> None:
        page = self.enter(client, login, password)
        assert page.status_code == 200
        assert "error-summary" in page.text
        assert who(client) is None

    def test_tries_are_counted_and_then_even_the_right_password_waits(
        self, client: FlaskClient, manager: int, frozen: time_machine.Traveller, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(limits, "PASSWORDS_PER_NAME_AND_HOUR", 2)
        for _ in range(2):
            self.enter(client, "li.jianguo", "wrong")
        assert self.enter(client, "li.jianguo").status_code == 200
        frozen.shift(timedelta(hours=1))
        assert self.enter(client, "li.jianguo").status_code == 303

    def test_a_phone_that_is_written_in_many_ways_is_tried_no_oftener(
        self, client: FlaskClient, manager: int, frozen: time_machine.Traveller, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(limits, "PASSWORDS_PER_NAME_AND_HOUR", 2)
        for login in ("137 0013 7000", "+86 137-0013-7000"):
            self.enter(client, login, "wrong")
        assert self.enter(client, "13700137000").status_code == 200
        assert who(client) is None

    def test_a_learner_without_a_password_cannot_come_in_with_one(self, client: FlaskClient, learner: int) -> None:
        self.enter(client, PHONE, "")
        self.enter(client, PHONE, "None")
        assert who(client) is None

    def test_a_new_password_signs_other_devices_out_and_this_one_not(self, app: Flask, manager: int) -> None:
        here, elsewhere = app.test_client(), app.test_client()
        for client in (here, elsewhere):
            self.enter(client, "li.jianguo")
        new = "九月里的大雁往南飞"
        answer = here.post(
            "/me/password", data={"old_password": self.PASSWORD, "new_password": new * 2, "repeated": new * 2}
        )
        assert answer.location == "/me"
        assert here.get("/me").status_code == 200
        assert elsewhere.get("/me").location.startswith("/sign-in")
        assert self.enter(app.test_client(), "li.jianguo").status_code == 200
        assert self.enter(app.test_client(), "li.jianguo", new * 2).status_code == 303

    @pytest.mark.parametrize(
        ("old", "new", "again"),
        [
            ("wrong", "九月里的大雁往南飞了", "九月里的大雁往南飞了"),
            (PASSWORD, "short", "short"),
            (PASSWORD, "1234567890", "1234567890"),
            (PASSWORD, "九月里的大雁往南飞了", "十月里的大雁往南飞了"),
        ],
    )
    def test_a_password_that_will_not_do_is_refused_in_words(
        self, client: FlaskClient, manager: int, old: str, new: str, again: str
    ) -> None:
        self.enter(client, "li.jianguo")
        page = client.post("/me/password", data={"old_password": old, "new_password": new, "repeated": again})
        assert page.status_code == 200
        assert "error-summary" in page.text


@dataclass
class DemoAccount:
    label: str
    what: str
    person_id: int


class TestDemo:
    @pytest.fixture
    def listed(self, app: Flask, learner: int) -> int:
        app.extensions["demo_accounts"] = lambda _session: [DemoAccount("王秀英", "学员", learner)]
        return learner

    def test_the_demo_lists_its_people_and_one_tap_signs_in(self, client: FlaskClient, listed: int) -> None:
        assert "学员" in client.get("/sign-in").text
        assert client.post("/sign-in/demo", data={"person_id": listed}).location == "/"
        assert who(client)

    def test_nobody_else_comes_in_by_the_demos_door(self, client: FlaskClient, database: Database, listed: int) -> None:
        with database.write() as session:
            other = make_person(session).id
        for person_id in (other, "", "x"):
            assert client.post("/sign-in/demo", data={"person_id": person_id}).status_code == 404
        assert who(client) is None

    def test_without_the_demo_there_is_no_such_door(self, app: Flask, client: FlaskClient, listed: int) -> None:
        app.config["SETTINGS"] = replace(app.config["SETTINGS"], demo=False)
        assert "学员" not in client.get("/sign-in").text
        assert client.post("/sign-in/demo", data={"person_id": listed}).status_code == 404


def test_a_landline_person_is_no_way_in(client: FlaskClient, database: Database, codes: list[str]) -> None:
    with database.write() as session:
        make_person(session, phone="+863192020001", phone_kind=PhoneKind.LANDLINE)
    ask(client, "0319-2020001")
    assert client.get("/sign-in/code").location == "/sign-in"
