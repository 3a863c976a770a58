"""One text to many people: what is shown before, what goes, who is named afterwards."""

from dataclasses import dataclass, replace
from datetime import timedelta

import pytest
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select
from time_machine import Traveller

from senior_univ.accounts.models import Belonging, BelongingReason, PhoneKind
from senior_univ.core import clock
from senior_univ.core.db import Database
from senior_univ.core.permissions import Role
from senior_univ.network.models import OrganisationKind
from senior_univ.reminders import bulk
from senior_univ.reminders.models import BulkMessage, Message, MessageState, PhoneStanding
from senior_univ.reminders.parts import parts_of
from senior_univ.timetable.models import CourseClass
from tests.factories import (
    COUNTY,
    OTHER_COUNTY,
    make_class,
    make_grant,
    make_home,
    make_organisation,
    make_person,
    make_resident,
    make_seat,
    make_staff,
)
from tests.reminders.conftest import Worker
from tests.sending_forms import send as post
from tests.signing_in import sign_in

NEW = "/messages/to-many/new"
WORDS = "周六下午两点在院里晒书，欢迎您来"


@dataclass
class Ground:
    """A class of three: a mobile, her mother on the same phone, and one without a phone; its site's manager."""

    class_id: int
    site_id: int
    manager_id: int
    mobile_id: int
    mother_id: int
    without_id: int


@pytest.fixture
def ground(database: Database, frozen: Traveller) -> Ground:
    with database.write() as session:
        site = make_organisation(session, name="桥西教学点", region_code=COUNTY)
        course_class = make_class(session, organisation=site, capacity=20)
        daughter = make_person(session, name="李婷", phone="+8613800000001", phone_kind=PhoneKind.MOBILE)
        mother = make_person(session, name="王秀英", phone=None, phone_kind=None)
        alone = make_person(session, name="赵无话", phone=None, phone_kind=None)
        grant = make_grant(session, mother, daughter)
        grant.is_main_contact = True
        for person in (daughter, mother, alone):
            make_seat(session, course_class, person)
            session.add(
                Belonging(
                    person_id=person.id,
                    organisation_id=site.id,
                    reason=BelongingReason.ENROLLED,
                    from_on=clock.today(),
                )
            )
        manager = make_staff(session, Role.SITE_MANAGER, site)
        return Ground(course_class.id, site.id, manager.id, daughter.id, mother.id, alone.id)


def write(client: FlaskClient, ground: Ground, **given: str) -> str:
    """Write a text to the class; the address of what it would be."""
    fields = {"audience": f"class:{ground.class_id}", "words": WORDS, "when": "now"} | given
    answer = post(client, f"{NEW}?to=class:{ground.class_id}", **fields)
    assert answer.status_code == 303, answer.text
    return answer.location


def send(client: FlaskClient, ground: Ground) -> str:
    address = write(client, ground)
    assert post(client, f"{address}/confirm", address).status_code == 303
    return address


def test_what_it_would_be_is_shown_before_anything_goes(
    database: Database, worker: Worker, client: FlaskClient, ground: Ground
) -> None:
    sign_in(client, ground.manager_id)
    page = client.get(write(client, ground)).text
    assert "有1个号码会收到" in page
    assert "1位收不到" in page
    assert f"李婷、王秀英您好，{WORDS}" in page
    bulk.write_due(database)
    assert worker.send() == []


def test_one_phone_gets_one_text_that_names_everybody(
    database: Database, worker: Worker, client: FlaskClient, ground: Ground
) -> None:
    sign_in(client, ground.manager_id)
    send(client, ground)
    bulk.write_due(database)
    [(phone, text)] = worker.send()
    assert phone == "+8613800000001"
    assert f"李婷、王秀英您好，{WORDS}" in text


def test_confirmed_twice_it_goes_once(database: Database, worker: Worker, client: FlaskClient, ground: Ground) -> None:
    sign_in(client, ground.manager_id)
    address = send(client, ground)
    post(client, f"{address}/confirm", f"{address}")
    assert bulk.write_due(database) == 1
    assert bulk.write_due(database) == 0
    assert len(worker.send()) == 1


def test_whom_it_did_not_reach_is_named_with_the_reason(
    database: Database, worker: Worker, client: FlaskClient, ground: Ground
) -> None:
    sign_in(client, ground.manager_id)
    address = send(client, ground)
    bulk.write_due(database)
    worker.send()
    page = client.get(address).text
    assert "赵无话" in page
    assert "没有电话" in page
    assert page.count("王秀英") == 0


def test_somebody_who_stopped_meanwhile_gets_none_and_is_named(
    database: Database, worker: Worker, client: FlaskClient, ground: Ground
) -> None:
    sign_in(client, ground.manager_id)
    address = send(client, ground)
    bulk.write_due(database)
    with database.write() as session:
        session.add(PhoneStanding(phone="+8613800000001", wrong_at=clock.now()))
    assert worker.send() == []
    assert "王秀英" in client.get(address).text


def test_stopped_half_way_the_rest_is_not_sent(
    database: Database, worker: Worker, client: FlaskClient, ground: Ground
) -> None:
    sign_in(client, ground.manager_id)
    address = send(client, ground)
    bulk.write_due(database)
    post(client, f"{address}/stop", address)
    assert worker.send() == []
    with database.read() as session:
        assert session.scalars(select(Message.state)).all() == [MessageState.CANCELLED]
    assert "已停止" in client.get(address).text


def test_stopped_before_it_was_written_nothing_is_written(
    database: Database, client: FlaskClient, ground: Ground
) -> None:
    sign_in(client, ground.manager_id)
    address = send(client, ground)
    post(client, f"{address}/stop", address)
    assert bulk.write_due(database) == 0


def test_a_process_that_died_in_the_middle_is_followed_by_one_that_goes_on(
    database: Database, client: FlaskClient, ground: Ground, monkeypatch: pytest.MonkeyPatch
) -> None:
    with database.write() as session:
        course_class = session.get_one(CourseClass, ground.class_id)
        for number in range(5):
            person = make_person(session, phone=f"+861380000010{number}", phone_kind=PhoneKind.MOBILE)
            make_seat(session, course_class, person)
    monkeypatch.setattr(bulk, "PHONES_AT_ONCE", 2)
    sign_in(client, ground.manager_id)
    send(client, ground)
    with database.read() as session:
        bulk_id = session.scalars(select(BulkMessage.id)).one()
    assert bulk._write_chunk(database, bulk_id) == 2
    assert bulk.write_due(database) == 4
    with database.read() as session:
        phones = session.scalars(select(Message.phone)).all()
    assert len(phones) == len(set(phones)) == 6


def test_a_time_may_be_chosen(database: Database, client: FlaskClient, ground: Ground, frozen: Traveller) -> None:
    sign_in(client, ground.manager_id)
    address = write(client, ground, when="later", day="2026-03-11", clock="09:30")
    post(client, f"{address}/confirm", address)
    assert bulk.write_due(database) == 0
    frozen.move_to(clock.now() + timedelta(days=1, hours=1))
    assert bulk.write_due(database) == 1


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"words": ""}, "请填写"),
        ({"words": "请看 http://x.example/1"}, "不能带链接"),
        ({"words": "明天抽签"}, "抽签"),
        ({"words": "好" * 301}, "300"),
        ({"audience": "class:999999"}, ""),
        ({"audience": "county:130502"}, ""),
        ({"audience": "nonsense"}, ""),
        ({"when": "later"}, "请填写日期和时间"),
        ({"when": "later", "day": "2020-01-01", "clock": "09:00"}, "30天"),
        ({"when": "later", "day": "2030-01-01", "clock": "09:00"}, "30天"),
    ],
)
def test_what_can_t_be_sent_is_refused_in_words(
    database: Database, client: FlaskClient, ground: Ground, fields: dict[str, str], words: str
) -> None:
    sign_in(client, ground.manager_id)
    given = {"audience": f"class:{ground.class_id}", "words": WORDS, "when": "now"} | fields
    answer = post(client, f"{NEW}?to=class:{ground.class_id}", **given)
    assert answer.status_code == 200
    assert words in answer.text
    with database.read() as session:
        assert session.scalars(select(BulkMessage.id)).all() == []


def test_a_sender_of_registered_texts_takes_no_words_of_one_s_own(
    database: Database, client: FlaskClient, ground: Ground, monkeypatch: pytest.MonkeyPatch
) -> None:
    sender = client.application.extensions["senders"].default
    monkeypatch.setattr(sender, "abilities", replace(sender.abilities, free_text=False))
    sign_in(client, ground.manager_id)
    fields = {"audience": f"class:{ground.class_id}", "words": WORDS, "when": "now"}
    assert "只能发登记过的短信" in post(client, f"{NEW}?to=class:{ground.class_id}", **fields).text


def test_to_nobody_there_is_nothing_to_send(database: Database, client: FlaskClient, ground: Ground) -> None:
    with database.write() as session:
        site = make_organisation(session)
        course_class = make_class(session, organisation=site)
        manager = make_staff(session, Role.SITE_MANAGER, site)
        empty = Ground(course_class.id, site.id, manager.id, 0, 0, 0)
    sign_in(client, empty.manager_id)
    page = client.get(write(client, empty)).text
    assert "那里没有人能收到短信" in page
    assert "/confirm" not in page


def test_another_site_s_manager_finds_neither_class_nor_text(
    database: Database, client: FlaskClient, ground: Ground
) -> None:
    sign_in(client, ground.manager_id)
    address = send(client, ground)
    with database.write() as session:
        other = make_staff(session, Role.SITE_MANAGER, make_organisation(session, region_code=OTHER_COUNTY)).id
    sign_in(client, other)
    assert client.get(address).status_code == 404
    assert post(client, f"{address}/stop", NEW).status_code == 404
    fields = {"audience": f"class:{ground.class_id}", "words": WORDS, "when": "now"}
    assert post(client, f"{NEW}?to=class:{ground.class_id}", **fields).status_code == 200
    with database.read() as session:
        assert len(session.scalars(select(BulkMessage.id)).all()) == 1


def test_an_officer_texts_everybody_of_her_county_and_no_other(
    database: Database, worker: Worker, client: FlaskClient, ground: Ground
) -> None:
    with database.write() as session:
        bureau = make_organisation(session, region_code=COUNTY, kind=OrganisationKind.EDUCATION_BUREAU)
        officer = make_staff(session, Role.COUNTY_OFFICER, bureau).id
    sign_in(client, officer)
    fields = {"audience": f"county:{COUNTY[:6]}", "words": WORDS, "when": "now"}
    answer = post(client, NEW, **fields)
    assert answer.status_code == 303, answer.text
    post(client, f"{answer.location}/confirm", answer.location)
    bulk.write_due(database)
    assert [phone for phone, _text in worker.send()] == ["+8613800000001"]
    fields["audience"] = f"county:{OTHER_COUNTY[:6]}"
    assert post(client, NEW, **fields).status_code == 200


def test_a_home_texts_its_residents(database: Database, worker: Worker, client: FlaskClient, frozen: Traveller) -> None:
    with database.write() as session:
        home = make_home(session, name="康乐养老院")
        resident = make_resident(session, home, name="孙桂兰", phone="+8613800000009", phone_kind=PhoneKind.MOBILE)
        scheduler = make_staff(session, Role.CARE_SCHEDULER, home).id
        home_id = home.id
        assert resident
    sign_in(client, scheduler)
    answer = post(client, NEW, audience=f"home:{home_id}", words=WORDS, when="now")
    post(client, f"{answer.location}/confirm", answer.location)
    bulk.write_due(database)
    assert [phone for phone, _text in worker.send()] == ["+8613800000009"]


@given(st.text(max_size=400))
def test_a_longer_text_is_never_paid_as_fewer_parts(text: str) -> None:
    longer = parts_of(text + "字")
    assert 0 <= longer - parts_of(text) <= 1
    assert parts_of(text) * 70 >= len(text.encode("utf-16-le")) // 2


@pytest.mark.parametrize(("length", "parts"), [(0, 0), (1, 1), (70, 1), (71, 2), (134, 2), (135, 3)])
def test_seventy_characters_are_one_part_and_then_sixty_seven_each(length: int, parts: int) -> None:
    assert parts_of("字" * length) == parts
