"""People: found, added, corrected; who may see whom."""

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import event, select
from sqlalchemy.orm import Session

from senior_univ.accounts import actions, queries
from senior_univ.accounts.models import BelongingReason, FamilyGrant, NameReading, Person, PhoneKind
from senior_univ.core.db import Database
from senior_univ.core.errors import DomainError, NotFoundError
from senior_univ.core.permissions import Permission, Role
from tests.accounts.cast import Cast
from tests.factories import VILLAGE, make_organisation
from tests.signing_in import sign_in

KEEP = Permission.KEEP_PEOPLE


def add(session: Session, **given: Any) -> Person:
    return actions.add_person(session, **{"name": "王秀英", "by": None} | given)


@pytest.mark.parametrize(
    ("given", "code", "field"),
    [
        ({"name": "  "}, "no_name", "name"),
        ({"name": "123"}, "no_name", "name"),
        ({"name": "王" * 31}, "long_name", "name"),
        ({"birth_year": 2027}, "born_in_future", "birth_year"),
        ({"birth_year": 1871}, "born_too_early", "birth_year"),
        ({"phone": "12345"}, "not_a_phone", "phone"),
        ({"region_code": "139999999999"}, "unknown_region", "region_code"),
    ],
)
def test_every_bad_detail_has_its_own_words_at_its_own_field(
    session: Session, frozen: time_machine.Traveller, given: dict[str, Any], code: str, field: str
) -> None:
    with pytest.raises(DomainError) as refused:
        add(session, **given)
    assert (refused.value.code, refused.value.field) == (code, field)


def test_a_mobile_a_landline_and_no_phone_are_all_right(session: Session) -> None:
    mobile, landline, none = add(session, phone="138 0013 8000"), add(session, phone="0319-2020001"), add(session)
    assert (mobile.mobile, mobile.phone_tail) == ("+8613800138000", "8000")
    assert (landline.phone_kind, landline.mobile) == (PhoneKind.LANDLINE, None)
    assert none.phone is None


def found(session: Session, cast: Cast, who: int, text: str) -> list[int]:
    viewer = queries.build_viewer(session, who)
    return [person.id for person in queries.find_people(session, viewer, KEEP, text)]


@pytest.mark.parametrize(
    "typed", ["王秀英", "秀英", "wangxiuying", "WangXiu", "wxy", "8000", "138 0013 8000", "８０００"]
)
def test_the_desk_finds_her_by_name_pinyin_initials_and_digits(database: Database, cast: Cast, typed: str) -> None:
    with database.write() as session:
        mother = session.get_one(Person, cast.mother)
        session.add_all(NameReading(person_id=mother.id, reading=each) for each in ("wangxiuying", "wxy"))
    with database.read() as session:
        assert found(session, cast, cast.manager, typed) == [cast.mother]
        assert found(session, cast, cast.other_manager, typed) == []


@pytest.mark.parametrize("typed", ["", "   ", "%", "_", "'; DROP TABLE person; --", "12", "😀", "a" * 300])
def test_a_search_for_nonsense_finds_nobody(database: Database, cast: Cast, typed: str) -> None:
    with database.read() as session:
        assert found(session, cast, cast.manager, typed) == []


def test_who_left_is_seen_no_more_and_who_comes_back_is(
    frozen: time_machine.Traveller, database: Database, cast: Cast
) -> None:
    with database.write() as session:
        actions.stop_belonging(session, cast.mother, cast.site, BelongingReason.DESK)
    frozen.shift(timedelta(days=1))
    with database.write() as session:
        manager = queries.build_viewer(session, cast.manager)
        with pytest.raises(NotFoundError):
            queries.person_for(session, manager, KEEP, cast.mother)
        actions.belong(session, cast.mother, cast.site, BelongingReason.DESK)
        assert queries.person_for(session, manager, KEEP, cast.mother).id == cast.mother


def test_the_viewer_is_built_in_one_query(database: Database, cast: Cast) -> None:
    statements: list[str] = []
    event.listen(database.engine, "before_cursor_execute", lambda *told: statements.append(told[2]))
    with database.read() as session:
        viewer = queries.build_viewer(session, cast.manager)
    assert len([each for each in statements if each != "BEGIN"]) == 1
    assert viewer.organisation_ids(KEEP) == {cast.site}
    assert viewer.posts[0].prefix == VILLAGE


def test_there_is_no_viewer_of_somebody_who_is_not_there(session: Session) -> None:
    with pytest.raises(NotFoundError):
        queries.build_viewer(session, 10**6)


class TestPages:
    def test_her_page_says_who_she_is_and_how_she_is_reached(self, client: FlaskClient, cast: Cast) -> None:
        sign_in(client, cast.manager)
        page = client.get(f"/people/{cast.mother}").text
        assert "王秀英" in page
        assert "1948" in page
        assert "属鼠" in page
        assert "138 0013 8000" in page

    @pytest.mark.parametrize("address", ["", "/edit", "/relatives/new"])
    def test_a_stranger_gets_404_and_a_learner_403(self, client: FlaskClient, cast: Cast, address: str) -> None:
        sign_in(client, cast.other_manager)
        assert client.get(f"/people/{cast.mother}{address}").status_code == 404
        sign_in(client, cast.stranger)
        assert client.get(f"/people/{cast.mother}{address}").status_code == 403

    def edit(self, client: FlaskClient, cast: Cast, **given: str):
        details = {"name": "王秀英", "birth_year": "1948", "phone": "138 0013 8000", "region_code": VILLAGE}
        return client.post(f"/people/{cast.mother}/edit", data=details | given)

    def test_nobody_gets_into_anothers_post_by_changing_the_phone_she_signs_in_with(
        self, client: FlaskClient, database: Database, cast: Cast
    ) -> None:
        with database.write() as session:
            bureau = make_organisation(session, region_code="130500")
            actions.give_role(session, session.get_one(Person, cast.mother), bureau, Role.CITY_OFFICER, by=None)
        sign_in(client, cast.manager)
        page = self.edit(client, cast, phone="13900139999")
        assert "error-summary" in page.text
        assert self.edit(client, cast, name="王秀兰").status_code == 303
        with database.read() as session:
            mother = session.get_one(Person, cast.mother)
        assert (mother.name, mother.phone) == ("王秀兰", "+8613800138000")
        sign_in(client, cast.administrator)
        assert self.edit(client, cast, phone="13900139999").status_code == 303

    def test_whoever_has_her_old_phone_is_signed_in_no_more(self, app: Flask, client: FlaskClient, cast: Cast) -> None:
        old = app.test_client()
        sign_in(old, cast.mother)
        sign_in(client, cast.manager)
        self.edit(client, cast, birth_year="1949")
        assert old.get("/me").status_code == 200
        self.edit(client, cast, phone="0319-2020009")
        assert old.get("/me").location.startswith("/sign-in")

    def test_details_are_corrected_and_she_sees_who_did_it(
        self, client: FlaskClient, database: Database, cast: Cast
    ) -> None:
        sign_in(client, cast.manager)
        answer = self.edit(client, cast, name="单秀英", birth_year="１９４９", phone="0319-2020009")
        assert answer.location == f"/people/{cast.mother}"
        with database.read() as session:
            mother = session.get_one(Person, cast.mother)
            readings = session.scalars(select(NameReading.reading).where(NameReading.person_id == cast.mother)).all()
        assert (mother.name, mother.birth_year, mother.phone) == ("单秀英", 1949, "+863192020009")
        assert "shanxiuying" in readings
        sign_in(client, cast.mother)
        assert "李经理" in client.get("/my-record").text

    @pytest.mark.parametrize(
        "given",
        [
            {"name": ""},
            {"birth_year": "2090"},
            {"birth_year": "x"},
            {"birth_year": "99999999999999"},
            {"phone": "12345"},
            {"region_code": "no code"},
            {"place": "没有这样的村子"},
        ],
    )
    def test_a_bad_detail_is_refused_in_words_and_nothing_typed_is_lost(
        self, client: FlaskClient, database: Database, cast: Cast, given: dict[str, str]
    ) -> None:
        sign_in(client, cast.manager)
        page = self.edit(client, cast, **{"name": "王秀兰"} | given)
        assert page.status_code == 200
        assert "error-summary" in page.text
        assert given.get("name", "王秀兰") in page.text
        with database.read() as session:
            assert session.get_one(Person, cast.mother).name == "王秀英"

    def test_a_village_is_found_by_its_name(self, client: FlaskClient, database: Database, cast: Cast) -> None:
        sign_in(client, cast.manager)
        page = self.edit(client, cast, place="东关")
        assert page.status_code == 200
        with database.write() as session:
            session.get_one(Person, cast.mother).region_code = None
        answer = self.edit(client, cast, region_code="130502001063")
        assert answer.location == f"/people/{cast.mother}"

    def test_staff_write_down_a_relative_and_her_yes(self, client: FlaskClient, database: Database, cast: Cast) -> None:
        sign_in(client, cast.manager)
        data = {"name": "张丽", "phone": "13900139000", "relation": "daughter", "rights": ["see", "enrol"]}
        consent = client.post(f"/people/{cast.mother}/relatives/new", data=data).location
        assert "138 0013 8000" in client.get(consent).text
        assert client.post(consent, data={"consent": "by_phone"}).location == f"/people/{cast.mother}"
        assert "李经理" in client.get(f"/people/{cast.mother}").text
        with database.read() as session:
            grant = session.scalars(select(FamilyGrant)).one()
            assert cast.mother in queries.build_viewer(session, cast.daughter).elders
        client.post(f"/people/{cast.mother}/grants/{grant.id}/end")
        with database.read() as session:
            assert queries.build_viewer(session, cast.daughter).elders == {}

    def test_the_home_is_told_in_words_that_it_is_not_the_witness(self, client: FlaskClient, cast: Cast) -> None:
        sign_in(client, cast.scheduler)
        data = {"name": "张丽", "phone": "13900139000", "relation": "daughter", "rights": ["see"]}
        consent = client.post(f"/people/{cast.resident}/relatives/new", data=data).location
        page = client.post(consent, data={"consent": "in_person"})
        assert page.status_code == 200
        assert "error-summary" in page.text
