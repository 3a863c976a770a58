"""The official client against a fake of Twilio's API over HTTP; receipts signed by Twilio's own validator."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from twilio.request_validator import RequestValidator

from config import Settings
from senior_univ.core import clock
from senior_univ.core.db import Database
from senior_univ.reminders import actions
from senior_univ.reminders.models import IncomingText, Message, MessageKind, MessageState
from senior_univ.reminders.senders import (
    Accepted,
    Found,
    Lease,
    NotSent,
    NotThere,
    Outgoing,
    Rejected,
    Sought,
    Unknown,
    Why,
    load_all,
)
from senior_univ.reminders.senders.twilio import TwilioSender
from tests.reminders.conftest import Worker
from tests.reminders.fake_twilio import TOKEN, Fake, environment, fake_twilio

TEXT = "【老年大学】王秀英您好，明天上午9:30上楷书入门课。"


@pytest.fixture
def fake() -> Iterator[Fake]:
    with fake_twilio() as running:
        yield running


@pytest.fixture
def sender(fake: Fake) -> Iterator[TwilioSender]:
    made = TwilioSender(Settings.from_environment(environment(fake, SENDER_TIMEOUT="1")))
    yield made
    made.client.http_client.session.close()


def outgoing(**given: Any) -> Outgoing:
    now = clock.now()
    defaults = {
        "message_id": 7,
        "attempt": 2,
        "phone": "+8613800138000",
        "text": TEXT,
        "began_at": now,
        "expires_at": now + timedelta(hours=1),
        "lease": Lease(60),
    }
    return Outgoing(**defaults | given)


def sought() -> Sought:
    return Sought(7, 2, "+8613800138000", TEXT, clock.now(), clock.now())


def test_a_text_goes_out_with_everything_twilio_needs(sender: TwilioSender, fake: Fake) -> None:
    result = sender.send(outgoing())
    assert isinstance(result, Accepted)
    assert result.ref.startswith("SM")
    [form] = fake.requests
    assert 3590 <= int(form.pop("ValidityPeriod")) <= 3600
    assert form == {
        "To": "+8613800138000",
        "From": "+15005550006",
        "Body": TEXT,
        "StatusCallback": "https://learn.example.org/webhooks/twilio/7/2",
    }


def test_a_messaging_service_is_named_as_such(fake: Fake) -> None:
    sender = TwilioSender(Settings.from_environment(environment(fake, TWILIO_FROM="MG" + "1" * 32)))
    sender.send(outgoing(expires_at=None))
    sender.client.http_client.session.close()
    assert fake.requests[0]["MessagingServiceSid"] == "MG" + "1" * 32
    assert "From" not in fake.requests[0]


@pytest.mark.parametrize(
    ("code", "result"),
    [
        (21211, Rejected("21211", Why.PERMANENT)),
        (21614, Rejected("21614", Why.PERMANENT)),
        (21610, Rejected("21610", Why.OPTED_OUT)),
        (21606, Rejected("21606", Why.CONFIG)),
        (20003, Rejected("20003", Why.CONFIG)),
        (20429, NotSent(reason="too_many")),
    ],
)
def test_a_refusal_is_understood(sender: TwilioSender, fake: Fake, code: int, result: object) -> None:
    fake.fault = lambda _form: code
    assert sender.send(outgoing()) == result
    assert fake.accepted == []


@pytest.mark.parametrize("fault", ["500", "reset", "hang"])
def test_an_unclear_answer_is_unknown_and_found_by_asking(sender: TwilioSender, fake: Fake, fault: str) -> None:
    fake.fault = lambda _form: fault
    assert isinstance(sender.send(outgoing()), Unknown)
    assert len(fake.requests) == 1  # nothing is tried twice on the way
    assert sender.lookup(sought()) == Found(fake.accepted[0]["sid"])


def test_what_was_not_accepted_is_not_there(sender: TwilioSender, fake: Fake) -> None:
    fake.fault = lambda _form: "500-before"
    assert isinstance(sender.send(outgoing()), Unknown)
    assert sender.lookup(sought()) is NotThere.NOT_YET


def test_an_older_text_or_another_one_is_not_mistaken_for_it(sender: TwilioSender, fake: Fake) -> None:
    sender.send(outgoing(text="another"))
    sender.send(outgoing())
    assert sender.lookup(replace(sought(), began_at=clock.now() + timedelta(minutes=5))) is NotThere.NOT_YET
    assert sender.lookup(sought()) == Found(fake.accepted[1]["sid"])


def test_it_is_found_behind_a_hundred_later_ones(sender: TwilioSender, fake: Fake) -> None:
    sender.send(outgoing())
    for number in range(120):
        fake.accept({"To": "+8613800138000", "Body": f"later {number}"})
    assert sender.lookup(sought()) == Found(fake.accepted[0]["sid"])


def test_a_provider_that_cannot_be_asked_is_no_answer(sender: TwilioSender, fake: Fake) -> None:
    fake.can_list = False
    assert sender.lookup(sought()) is NotThere.NO_ANSWER


def test_a_provider_that_is_away_got_nothing(fake: Fake) -> None:
    nobody = environment(fake, TWILIO_API_URL="http://127.0.0.1:9")
    sender = TwilioSender(Settings.from_environment(nobody))
    assert sender.send(outgoing()) == NotSent()
    assert sender.lookup(sought()) is NotThere.NO_ANSWER
    sender.client.http_client.session.close()


def test_nothing_is_written_to_the_socket_once_half_of_the_lease_is_over(sender: TwilioSender, fake: Fake) -> None:
    late = replace(Lease(60), began=Lease(60).began - 31)
    assert sender.send(outgoing(lease=late)) == NotSent(retry_after=0, reason="lease_over")
    assert fake.requests == []


# Receipts


@pytest.fixture
def twilio_app(app: Flask, fake: Fake) -> Flask:
    url = app.config["SETTINGS"].database_url
    app.config["SETTINGS"] = settings = Settings.from_environment(environment(fake, DATABASE_URL=url))
    app.extensions["senders"] = load_all(settings, app.extensions["database"])
    return app


@pytest.fixture
def message_id(database: Database) -> int:
    """A text that is being sent at its second attempt."""
    with database.write() as session:
        message = actions.queue(session, key="k", kind=MessageKind.GRANT_GIVEN, phone="+8613800138000", parameters={})
        assert message
        message.state, message.attempt, message.attempted_at = MessageState.SUBMITTING, 2, clock.now()
        return message.id


def report(client: FlaskClient, message_id: int, status: str, *, attempt: int = 2, **more: str) -> int:
    """Twilio's status callback, signed; returns the answer's status."""
    path = f"/webhooks/twilio/{message_id}/{attempt}"
    form = {"MessageSid": "SM1", "MessageStatus": status, "To": "+8613800138000"} | more
    signature = RequestValidator(TOKEN).compute_signature("https://learn.example.org" + path, form)
    return client.post(path, data=form, headers={"X-Twilio-Signature": signature}).status_code


def state(database: Database) -> MessageState:
    with database.read() as session:
        return session.scalars(select(Message.state)).one()


@pytest.mark.parametrize(
    ("reported", "end"),
    [
        (["sent", "delivered"], MessageState.DELIVERED),
        (["delivered", "sent", "queued"], MessageState.DELIVERED),
        (["sent", "sent"], MessageState.ACCEPTED),
        (["undelivered", "delivered", "undelivered"], MessageState.DELIVERED),
        (["sent", "failed", "sent"], MessageState.FAILED),
        (["receiving"], MessageState.SUBMITTING),
    ],
)
def test_receipts_count_by_rank_in_whatever_order(
    database: Database, twilio_app: Flask, message_id: int, reported: list[str], end: MessageState
) -> None:
    client = twilio_app.test_client()
    assert {report(client, message_id, status) for status in reported} == {204}
    assert state(database) is end


def test_a_receipt_may_come_before_the_answer(database: Database, twilio_app: Flask, message_id: int) -> None:
    report(twilio_app.test_client(), message_id, "delivered")
    worker = Worker(database)
    worker.dispatcher._write([(outgoing(message_id=message_id), Accepted("SM1"))])
    assert state(database) is MessageState.DELIVERED


def test_a_failed_earlier_attempt_says_nothing_of_this_one(
    database: Database, twilio_app: Flask, message_id: int
) -> None:
    client = twilio_app.test_client()
    report(client, message_id, "failed", attempt=1)
    assert state(database) is MessageState.SUBMITTING
    report(client, message_id, "failed", attempt=3)
    assert state(database) is MessageState.SUBMITTING
    report(client, message_id, "delivered", attempt=1)
    assert state(database) is MessageState.DELIVERED


def test_a_forged_or_unsigned_receipt_is_refused(database: Database, twilio_app: Flask, message_id: int) -> None:
    client, path = twilio_app.test_client(), f"/webhooks/twilio/{message_id}/2"
    form = {"MessageStatus": "delivered", "MessageSid": "SM1"}
    assert client.post(path, data=form).status_code == 403
    assert client.post(path, data=form, headers={"X-Twilio-Signature": "nonsense"}).status_code == 403
    elsewhere = RequestValidator(TOKEN).compute_signature("https://other.example.org" + path, form)
    assert client.post(path, data=form, headers={"X-Twilio-Signature": elsewhere}).status_code == 403
    assert state(database) is MessageState.SUBMITTING


def test_a_receipt_for_no_text_changes_nothing(twilio_app: Flask) -> None:
    assert report(twilio_app.test_client(), 4711, "delivered") == 204


def test_without_twilio_there_is_no_webhook(client: FlaskClient) -> None:
    assert client.post("/webhooks/twilio/1/1", data={"MessageStatus": "delivered"}).status_code == 404


def test_segments_and_cost_are_what_twilio_says_else_what_the_settings_price(fake: Fake) -> None:
    sender = TwilioSender(Settings.from_environment(environment(fake, SMS_SENDERS="twilio:twilio", TWILIO_PRICE="45")))
    accepted = sender.send(outgoing())
    assert isinstance(accepted, Accepted)
    assert (accepted.segments, accepted.cost) == (1, 45)
    fake.price = "-0.0075"
    accepted = sender.send(outgoing())
    assert isinstance(accepted, Accepted)
    assert accepted.cost == 8
    sender.client.http_client.session.close()


def test_ten_thousand_emoji_are_cut_and_kept_once(database: Database, twilio_app: Flask) -> None:
    client, path = twilio_app.test_client(), "/webhooks/twilio/incoming"
    form = {"From": "+8613800138000", "Body": "👵" * 10_000 + "\x00", "MessageSid": "SM9"}
    signature = RequestValidator(TOKEN).compute_signature("https://learn.example.org" + path, form)
    headers = {"X-Twilio-Signature": signature}
    assert [client.post(path, data=form, headers=headers).status_code for _time in range(2)] == [204, 204]
    with database.read() as session:
        assert [len(each) for each in session.scalars(select(IncomingText.text))] == [1600]


def test_a_reply_without_its_name_is_refused(twilio_app: Flask) -> None:
    client, path = twilio_app.test_client(), "/webhooks/twilio/incoming"
    form = {"From": "+8613800138000", "Body": "1"}
    signature = RequestValidator(TOKEN).compute_signature("https://learn.example.org" + path, form)
    assert client.post(path, data=form, headers={"X-Twilio-Signature": signature}).status_code == 400
    assert client.post(path, data=form).status_code == 403
