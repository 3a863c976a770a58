"""An elder lets a relative act for her; she stays the principal."""

from datetime import date, timedelta
from typing import Any

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from senior_univ.accounts import actions, queries
from senior_univ.accounts.actions import Terms
from senior_univ.accounts.events import grant_given
from senior_univ.accounts.models import Consent, FamilyGrant, Person
from senior_univ.audit.models import AuditEntry
from senior_univ.core.access import Right
from senior_univ.core.db import Database
from senior_univ.core.errors import DomainError
from senior_univ.enrolment.models import Seat
from senior_univ.network.models import Organisation
from tests.accounts.cast import Cast
from tests.factories import make_class
from tests.signing_in import sign_in

ALL = frozenset(Right)
TERMS = Terms("daughter", ALL)


def value_of(name: str, page: str) -> str:
    return page.partition(f'name="{name}"')[2].partition('value="')[2].partition('"')[0]


def asked(database: Database, elder: int, relative: int, terms: Terms = TERMS) -> int:
    with database.write() as session:
        by = queries.build_viewer(session, relative)
        grant = actions.ask_grant(session, elder_id=elder, relative_id=relative, terms=terms, by=by)
        session.flush()
        return grant.id


def give(database: Database, grant_id: int, by: int, consent: Consent, **given: Any) -> FamilyGrant:
    with database.write() as session:
        grant = session.get_one(FamilyGrant, grant_id)
        return actions.give_grant(session, grant, consent=consent, by=queries.build_viewer(session, by), **given)


def elders(database: Database, relative: int) -> dict[int, frozenset[Right]]:
    with database.read() as session:
        return dict(queries.build_viewer(session, relative).elders)


def test_what_is_only_asked_allows_nothing(database: Database, cast: Cast) -> None:
    asked(database, cast.mother, cast.daughter)
    assert elders(database, cast.daughter) == {}


def test_her_own_yes_allows_what_she_was_asked_for_and_nothing_else(database: Database, cast: Cast) -> None:
    grant = asked(database, cast.mother, cast.daughter, Terms("daughter", frozenset({Right.ASK_LEAVE})))
    give(database, grant, cast.mother, Consent.ON_HER_SCREEN)
    assert elders(database, cast.daughter) == {cast.mother: frozenset({Right.SEE, Right.ASK_LEAVE})}
    assert elders(database, cast.mother) == {}


def test_her_yes_is_told_and_stands_in_her_record(database: Database, cast: Cast) -> None:
    told = []
    grant_id = asked(database, cast.mother, cast.daughter)
    keep = lambda _session, grant: told.append(grant.id)  # noqa: E731
    with grant_given.connected_to(keep):
        give(database, grant_id, cast.mother, Consent.ON_HER_SCREEN)
    assert told == [grant_id]
    with database.read() as session:
        about = session.scalars(select(AuditEntry.action).where(AuditEntry.on_behalf_of_id == cast.mother)).all()
    assert {"grant.asked", "grant.given"} <= set(about)


@pytest.mark.parametrize("who", ["daughter", "manager", "stranger"])
def test_nobody_says_yes_on_her_screen_but_herself(database: Database, cast: Cast, who: str) -> None:
    grant = asked(database, cast.mother, cast.daughter)
    with pytest.raises(DomainError) as refused:
        give(database, grant, getattr(cast, who), Consent.ON_HER_SCREEN)
    assert refused.value.code == "not_her_screen"
    assert elders(database, cast.daughter) == {}


@pytest.mark.parametrize("consent", [Consent.BY_PHONE, Consent.IN_PERSON])
def test_the_site_records_who_heard_her_yes_and_when(database: Database, cast: Cast, consent: Consent) -> None:
    grant = give(database, asked(database, cast.mother, cast.daughter), cast.manager, consent)
    assert (grant.witness_id, grant.consent) == (cast.manager, consent)
    assert grant.consented_at is not None
    assert cast.mother in elders(database, cast.daughter)


@pytest.mark.parametrize("consent", [Consent.BY_PHONE, Consent.IN_PERSON])
def test_a_home_is_not_its_own_residents_witness(database: Database, cast: Cast, consent: Consent) -> None:
    grant = asked(database, cast.resident, cast.daughter)
    with pytest.raises(DomainError) as refused:
        give(database, grant, cast.scheduler, consent)
    assert refused.value.code == "own_witness"
    give(database, grant, cast.manager, consent)
    assert cast.resident in elders(database, cast.daughter)


def test_a_guardians_decision_needs_its_paper_and_its_last_day(database: Database, cast: Cast) -> None:
    grant = asked(database, cast.resident, cast.daughter)
    until = date.today() + timedelta(days=100)  # noqa: DTZ011
    for given, code in (({}, "needs_basis"), ({"basis": "监护公证书 2025-03-01"}, "needs_end")):
        with pytest.raises(DomainError) as refused:
            give(database, grant, cast.scheduler, Consent.GUARDIAN, **given)
        assert refused.value.code == code
    kept = give(database, grant, cast.scheduler, Consent.GUARDIAN, basis="监护公证书 2025-03-01", ends_on=until)
    assert (kept.basis, kept.ends_on) == ("监护公证书 2025-03-01", until)


def test_the_relatives_own_number_is_not_the_number_on_file(database: Database, cast: Cast) -> None:
    grant = asked(database, cast.mother, cast.daughter)
    with database.write() as session:
        mother = session.get_one(Person, cast.mother)
        mother.phone = "+8613900139000"
    with pytest.raises(DomainError) as refused:
        give(database, grant, cast.manager, Consent.BY_PHONE)
    assert refused.value.code == "relatives_phone"


def test_a_screen_that_the_relatives_own_phone_opens_is_not_hers(database: Database, cast: Cast) -> None:
    grant = asked(database, cast.mother, cast.daughter)
    with database.write() as session:
        session.get_one(Person, cast.mother).phone = session.get_one(Person, cast.daughter).phone
    with pytest.raises(DomainError) as refused:
        give(database, grant, cast.mother, Consent.ON_HER_SCREEN)
    assert refused.value.code == "relatives_phone"
    assert elders(database, cast.daughter) == {}
    give(database, grant, cast.manager, Consent.IN_PERSON)
    assert cast.mother in elders(database, cast.daughter)


def test_without_a_phone_she_cannot_have_said_yes_by_phone(database: Database, cast: Cast) -> None:
    grant = asked(database, cast.mother, cast.daughter)
    with database.write() as session:
        session.get_one(Person, cast.mother).phone = None
    with pytest.raises(DomainError) as refused:
        give(database, grant, cast.manager, Consent.BY_PHONE)
    assert refused.value.code == "no_phone_on_file"


def test_staff_do_not_record_a_consent_to_themselves(database: Database, cast: Cast) -> None:
    grant = asked(database, cast.mother, cast.manager)
    with pytest.raises(DomainError) as refused:
        give(database, grant, cast.manager, Consent.IN_PERSON)
    assert refused.value.code == "not_for_yourself"


def test_a_grant_ends_a_year_later_by_itself(database: Database, cast: Cast, frozen: time_machine.Traveller) -> None:
    give(database, asked(database, cast.mother, cast.daughter), cast.mother, Consent.ON_HER_SCREEN)
    frozen.shift(timedelta(days=365))
    assert cast.mother in elders(database, cast.daughter)
    frozen.shift(timedelta(days=1))
    assert elders(database, cast.daughter) == {}
    give(database, asked(database, cast.mother, cast.daughter), cast.mother, Consent.ON_HER_SCREEN)
    assert cast.mother in elders(database, cast.daughter)


def test_asking_again_changes_what_is_asked_and_what_stands_is_not_asked_again(database: Database, cast: Cast) -> None:
    first = asked(database, cast.mother, cast.daughter)
    assert asked(database, cast.mother, cast.daughter, Terms("other", frozenset({Right.SEE}))) == first
    give(database, first, cast.mother, Consent.ON_HER_SCREEN)
    assert elders(database, cast.daughter) == {cast.mother: frozenset({Right.SEE})}
    with pytest.raises(DomainError) as refused:
        asked(database, cast.mother, cast.daughter)
    assert refused.value.code == "already_given"


def test_there_is_one_main_contact(database: Database, cast: Cast) -> None:
    for relative in (cast.daughter, cast.stranger):
        grant = asked(database, cast.mother, relative, Terms("daughter", ALL, is_main_contact=True))
        give(database, grant, cast.mother, Consent.ON_HER_SCREEN)
    with database.read() as session:
        contacts = queries.main_contacts(session, [cast.mother, cast.resident])
    assert {elder: contact.name for elder, contact in contacts.items()} == {cast.mother: "生人"}


def test_who_only_asks_to_be_the_main_contact_takes_nobodys_place(database: Database, cast: Cast) -> None:
    main = Terms("daughter", ALL, is_main_contact=True)
    give(database, asked(database, cast.mother, cast.daughter, main), cast.mother, Consent.ON_HER_SCREEN)
    asked(database, cast.mother, cast.stranger, main)
    with database.read() as session:
        assert queries.main_contacts(session, [cast.mother])[cast.mother].id == cast.daughter


class TestPages:
    def test_she_lets_her_daughter_help_on_her_own_screen_and_ends_it(
        self, client: FlaskClient, database: Database, cast: Cast
    ) -> None:
        sign_in(client, cast.mother)
        relative = {"name": "张丽", "phone": "139 0013 9000", "relation": "daughter"}
        assert client.post("/family/new", data=relative).location == "/family/new/rights"
        page = client.get("/family/new/rights").text
        assert "139 0013 9000" in page
        choice = {"rights": ["see", "enrol"], "is_main_contact": "y", "length": "92"}
        assert client.post("/family/new/rights", data=choice).location == "/family"
        assert elders(database, cast.daughter) == {cast.mother: frozenset({Right.SEE, Right.ENROL})}
        with database.read() as session:
            grant = queries.standing_grants(session, cast.mother)[0]
        client.post(f"/family/grants/{grant.id}/end")
        assert elders(database, cast.daughter) == {}

    def test_somebody_else_with_that_phone_is_not_shown_by_name(
        self, client: FlaskClient, database: Database, cast: Cast
    ) -> None:
        sign_in(client, cast.mother)
        client.post("/family/new", data={"name": "丽丽", "phone": "13900139000", "relation": "daughter"})
        client.post("/family/new/rights", data={"rights": ["see"], "length": "92"})
        page = client.get("/family").text
        assert "丽丽" in page
        assert "张丽" not in page

    @pytest.mark.parametrize(
        "data",
        [
            {"name": "", "phone": "13900139000", "relation": "daughter"},
            {"name": "张丽", "phone": "123", "relation": "daughter"},
            {"name": "张丽", "phone": "13900139000", "relation": "nonsense"},
            {},
        ],
    )
    def test_nonsense_is_refused_and_kept(self, client: FlaskClient, cast: Cast, data: dict[str, str]) -> None:
        sign_in(client, cast.mother)
        page = client.post("/family/new", data=data)
        assert page.status_code == 200
        assert "error-summary" in page.text
        assert data.get("name", "") in page.text

    def test_she_sees_who_asks_and_says_yes_or_no(self, client: FlaskClient, database: Database, cast: Cast) -> None:
        grant = asked(database, cast.mother, cast.daughter)
        sign_in(client, cast.mother)
        assert "张丽" in client.get("/family").text
        assert "139****9000" in client.get(f"/family/grants/{grant}").text
        assert client.post(f"/family/grants/{grant}").location == "/family"
        assert cast.mother in elders(database, cast.daughter)

    @pytest.mark.parametrize("who", ["mother", "manager"])
    def test_her_yes_is_to_what_she_was_shown_and_not_to_what_was_asked_for_since(
        self, client: FlaskClient, database: Database, cast: Cast, who: str
    ) -> None:
        grant = asked(database, cast.mother, cast.daughter, Terms("daughter", frozenset({Right.SEE})))
        own = who == "mother"
        address = f"/family/grants/{grant}" if own else f"/people/{cast.mother}/grants/{grant}/consent"
        sign_in(client, getattr(cast, who))
        data = {} if own else {"consent": "in_person"}
        seen = value_of("seen", client.get(address).text)
        asked(database, cast.mother, cast.daughter)
        page = client.post(address, data=data | {"seen": seen})
        assert "error-summary" in page.text
        assert elders(database, cast.daughter) == {}
        assert client.post(address, data=data | {"seen": value_of("seen", page.text)}).status_code == 303
        assert elders(database, cast.daughter) == {cast.mother: ALL}

    def test_the_one_who_asks_cannot_say_yes_herself(self, client: FlaskClient, database: Database, cast: Cast) -> None:
        grant = asked(database, cast.mother, cast.daughter)
        sign_in(client, cast.daughter)
        assert client.post(f"/family/grants/{grant}").status_code == 404
        assert elders(database, cast.daughter) == {}

    def test_a_stranger_neither_sees_nor_ends_a_grant(
        self, client: FlaskClient, database: Database, cast: Cast
    ) -> None:
        grant = asked(database, cast.mother, cast.daughter)
        sign_in(client, cast.stranger)
        assert client.get(f"/family/grants/{grant}").status_code == 404
        assert client.post(f"/family/grants/{grant}/end").status_code == 404
        assert client.post(f"/family/{cast.mother}/help").status_code == 404

    def test_the_daughter_asks_by_name_and_phone(self, client: FlaskClient, database: Database, cast: Cast) -> None:
        sign_in(client, cast.daughter)
        data = {"name": "王秀英", "phone": "138 0013 8000", "relation": "daughter", "rights": ["see", "enrol"]}
        assert client.post("/family/ask", data=data).location == "/family"
        with database.read() as session:
            grant = session.scalars(select(FamilyGrant)).one()
        assert (grant.elder_id, grant.relative_id, grant.consented_at) == (cast.mother, cast.daughter, None)

    def test_a_phone_alone_finds_nobody_and_tries_are_counted(
        self, client: FlaskClient, database: Database, cast: Cast
    ) -> None:
        sign_in(client, cast.daughter)
        data = {"name": "某人", "phone": "138 0013 8000", "relation": "daughter", "rights": ["see"]}
        pages = [client.post("/family/ask", data=data).text for _ in range(11)]
        assert "error-summary" in pages[0]
        right = client.post("/family/ask", data=data | {"name": "王秀英"})
        assert right.status_code == 200
        with database.read() as session:
            assert session.scalars(select(FamilyGrant)).all() == []

    def test_helping_shows_a_banner_until_it_is_finished(
        self, client: FlaskClient, database: Database, cast: Cast
    ) -> None:
        grant = asked(database, cast.mother, cast.daughter)
        give(database, grant, cast.mother, Consent.ON_HER_SCREEN)
        sign_in(client, cast.daughter)
        assert client.post(f"/family/{cast.mother}/help").location == "/"
        assert "acting-banner" in client.get("/family").text
        client.post("/helping/stop")
        assert "acting-banner" not in client.get("/family").text

    def test_what_she_ends_ends_while_the_daughter_is_helping(
        self, client: FlaskClient, database: Database, cast: Cast
    ) -> None:
        grant = asked(database, cast.mother, cast.daughter)
        give(database, grant, cast.mother, Consent.ON_HER_SCREEN)
        sign_in(client, cast.daughter)
        client.post(f"/family/{cast.mother}/help")
        with database.write() as session:
            mother = queries.build_viewer(session, cast.mother)
            actions.end_grant(session, session.get_one(FamilyGrant, grant), by=mother)
        assert "acting-banner" not in client.get("/family").text

    def test_what_was_filled_in_for_herself_in_another_tab_does_not_happen_to_her_mother(
        self, app: Flask, client: FlaskClient, database: Database, cast: Cast
    ) -> None:
        give(database, asked(database, cast.mother, cast.daughter), cast.mother, Consent.ON_HER_SCREEN)
        with database.write() as session:
            class_id = make_class(session, site=session.get_one(Organisation, cast.site)).id
            session.get_one(Person, cast.daughter).birth_year = 1950
        app.config["WTF_CSRF_ENABLED"] = True
        sign_in(client, cast.daughter)
        token = value_of("csrf_token", client.get(f"/enrol/{class_id}/check?wheelchair=no").text)
        client.post(
            f"/family/{cast.mother}/help", data={"csrf_token": value_of("csrf_token", client.get("/family").text)}
        )
        answer = client.post(f"/enrol/{class_id}/check", data={"wheelchair": "no", "csrf_token": token})
        assert answer.status_code == 400
        with database.read() as session:
            assert session.scalars(select(Seat)).all() == []

    def test_what_was_filled_in_for_her_does_not_happen_to_the_daughter_once_it_ended(
        self, client: FlaskClient, database: Database, cast: Cast
    ) -> None:
        grant = asked(database, cast.mother, cast.daughter)
        give(database, grant, cast.mother, Consent.ON_HER_SCREEN)
        with database.write() as session:
            class_id = make_class(session, site=session.get_one(Organisation, cast.site)).id
        sign_in(client, cast.daughter)
        client.post(f"/family/{cast.mother}/help")
        assert client.get(f"/enrol/{class_id}/check?wheelchair=no").status_code == 200
        with database.write() as session:
            mother = queries.build_viewer(session, cast.mother)
            actions.end_grant(session, session.get_one(FamilyGrant, grant), by=mother)
        assert client.post(f"/enrol/{class_id}/check", data={"wheelchair": "no"}).status_code == 409
        with database.read() as session:
            assert session.scalars(select(Seat)).all() == []

    def test_while_helping_one_grants_nothing_in_the_elders_name(
        self, client: FlaskClient, database: Database, cast: Cast
    ) -> None:
        mine = asked(database, cast.mother, cast.daughter)
        give(database, mine, cast.mother, Consent.ON_HER_SCREEN)
        others = asked(database, cast.mother, cast.stranger)
        sign_in(client, cast.daughter)
        client.post(f"/family/{cast.mother}/help")
        assert client.post(f"/family/grants/{others}").status_code == 404
        client.post("/family/new", data={"name": "生人", "phone": "13800000009", "relation": "other"})
        client.post("/family/new/rights", data={"rights": ["see"], "length": "92"})
        with database.read() as session:
            assert [grant.relative_id for grant in queries.standing_grants(session, cast.mother)] == [cast.daughter]
