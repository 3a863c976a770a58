"""The demo's 短信 page, what staff see, and the events that become texts."""

from dataclasses import replace

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from time_machine import Traveller

from senior_univ.accounts.events import code_issued, grant_given
from senior_univ.accounts.models import Belonging, BelongingReason, SignInCode
from senior_univ.core import clock
from senior_univ.core.db import Database
from senior_univ.core.permissions import Role
from senior_univ.network.models import OrganisationKind
from senior_univ.reminders import actions
from senior_univ.reminders.models import Message, MessageKind, MessageState
from tests.factories import CITY, COUNTY, OTHER_COUNTY, make_grant, make_organisation, make_person, make_staff
from tests.reminders.conftest import Worker
from tests.signing_in import sign_in


def test_a_code_is_read_on_the_demo_s_page(
    database: Database, worker: Worker, client: FlaskClient, frozen: Traveller
) -> None:
    with database.write() as session:
        now = clock.now()
        code = SignInCode(phone="+8613800138000", code_hash="x", issued_at=now, expires_at=now)
        code.expires_at = now.replace(hour=now.hour + 1)
        session.add(code)
        code_issued.send(session, code=code, digits="123456")
    worker.send()
    page = client.get("/texts").text
    assert "登录验证码123456" in page
    assert "138 0013 8000" in page
    with database.read() as session:
        message = session.scalars(select(Message)).one()
        assert (message.state, message.text, message.parameters) == (MessageState.ACCEPTED, "", {})


def test_outside_the_demo_there_is_no_such_page(app: Flask) -> None:
    app.config["SETTINGS"] = replace(app.config["SETTINGS"], demo=False)
    assert app.test_client().get("/texts").status_code == 404


@pytest.mark.parametrize("query", ["", "?page=2", "?page=nonsense", "?page=999999999999"])
def test_the_page_takes_any_page_number(client: FlaskClient, query: str) -> None:
    assert client.get(f"/texts{query}").status_code == 200


def queue(database: Database, person_ids: list[int], key: str = "k", **given: object) -> None:
    with database.write() as session:
        message = actions.queue(
            session,
            key=key,
            kind=MessageKind.GRANT_GIVEN,
            phone="+8613800138000",
            parameters={"name": "王秀英", "relative": "李芳", "phones": []},
            about=[(person_id, None) for person_id in person_ids],
        )
        assert message
        message.text = "登记您已同意李芳帮您"
        for name, value in given.items():
            setattr(message, name, value)


def make_people(database: Database) -> tuple[int, int, int]:
    """Ids of a city's administrator, of a learner of its county, and of one whom nobody there may see."""
    with database.write() as session:
        bureau = make_organisation(session, region_code=CITY, kind=OrganisationKind.EDUCATION_BUREAU)
        administrator = make_staff(session, Role.ADMINISTRATOR, bureau)
        site = make_organisation(session, region_code=COUNTY)
        learner, stranger = make_person(session), make_person(session, name="赵桂兰")
        session.add(
            Belonging(
                person_id=learner.id,
                organisation_id=site.id,
                reason=BelongingReason.ENROLLED,
                from_on=clock.today(),
            )
        )
        return administrator.id, learner.id, stranger.id


def test_staff_see_what_was_texted_about_their_people(
    database: Database, client: FlaskClient, frozen: Traveller
) -> None:
    administrator, learner, stranger = make_people(database)
    queue(database, [learner], state=MessageState.FAILED, explanation="provider:30006")
    queue(database, [stranger], "other")
    sign_in(client, administrator)
    page = client.get("/messages").text
    assert "登记您已同意李芳帮您" in page
    assert "30006" in page
    assert "赵桂兰" not in page


def test_a_text_that_names_others_too_is_not_shown_word_for_word(
    database: Database, client: FlaskClient, frozen: Traveller
) -> None:
    administrator, learner, stranger = make_people(database)
    queue(database, [learner, stranger])
    sign_in(client, administrator)
    page = client.get("/messages").text
    assert "王秀英" in page
    assert "赵桂兰" not in page
    assert "登记您已同意李芳帮您" not in page


def test_a_learner_may_not_and_a_stranger_signs_in(database: Database, client: FlaskClient, frozen: Traveller) -> None:
    assert "/sign-in" in client.get("/messages").location
    _administrator, learner, _stranger = make_people(database)
    sign_in(client, learner)
    assert client.get("/messages").status_code == 403


def test_the_page_asks_the_same_number_of_questions_for_one_text_and_for_fifty(
    app: Flask, client: FlaskClient, statements_of: list[str], frozen: Traveller
) -> None:
    database = app.extensions["database"]
    administrator, learner, _stranger = make_people(database)
    sign_in(client, administrator)
    counts = []
    for first, last in ((0, 1), (1, 50)):
        for number in range(first, last):
            queue(database, [learner], f"k{number}")
        client.get("/messages")
        statements_of.clear()
        client.get("/messages")
        counts.append(len(statements_of))
    assert counts[0] == counts[1]


def test_a_consent_is_told_to_the_elder(database: Database, worker: Worker, frozen: Traveller) -> None:
    with database.write() as session:
        site = make_organisation(session, region_code=OTHER_COUNTY, phone="+863192020009")
        elder = make_person(session, phone="+8613700137000", site_id=site.id)
        grant = make_grant(session, elder, make_person(session, name="李芳"))
        grant_given.send(session, grant=grant)
    words = "【老年大学】王秀英您好，登记您已同意李芳帮您办理上课的事。不是您的意思，请马上打0319-2020009。"
    assert worker.send() == [("+8613700137000", words)]
