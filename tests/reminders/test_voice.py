"""Calls that read a text out: Twilio's official client against the fake, and the console's for the demo."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select
from twilio.request_validator import RequestValidator

from config import Settings
from senior_univ import create_app
from senior_univ.core import clock
from senior_univ.core.db import Database
from senior_univ.reminders import actions
from senior_univ.reminders.models import Channel, Message, MessageKind, MessageState, SentText
from senior_univ.reminders.senders import (
    Accepted,
    Found,
    Lease,
    NotThere,
    Outgoing,
    Rejected,
    Sought,
    Unknown,
    Why,
    load_all,
)
from senior_univ.reminders.senders.twilio_voice import TwilioVoice, spoken
from tests.reminders.fake_twilio import ACCOUNT, TOKEN, Fake, environment, fake_twilio

PHONE = "+8613800138000"
TEXT = "【老年大学】王秀英您好，明天上午9:30上<楷书>课。"


@pytest.fixture
def fake() -> Iterator[Fake]:
    with fake_twilio() as running:
        yield running


def both(fake: Fake, **more: str) -> dict[str, str]:
    """A sender of texts and one of calls, at the same account."""
    own = {"ACCOUNT_SID": ACCOUNT, "AUTH_TOKEN": TOKEN, "FROM": "+15005550006", "API_URL": fake.url}
    return (
        environment(fake)
        | {f"CALLS_{name}": value for name, value in own.items()}
        | {"SMS_SENDERS": "twilio:twilio, calls:twilio_voice", "SENDER_TIMEOUT": "1", "CALLS_PRICE": "25"}
        | more
    )


@pytest.fixture
def sender(database: Database, fake: Fake) -> Iterator[TwilioVoice]:
    senders = load_all(Settings.from_environment(both(fake)), database)
    made = senders.of("calls")
    assert isinstance(made, TwilioVoice)
    yield made
    for each in senders.by_name.values():
        each.client.http_client.session.close()  # type: ignore[attr-defined]


def outgoing(**given: Any) -> Outgoing:
    defaults: dict[str, Any] = {
        "message_id": 7,
        "attempt": 2,
        "phone": PHONE,
        "text": TEXT,
        "began_at": clock.now(),
        "expires_at": None,
        "lease": Lease(60),
        "channel": Channel.VOICE,
    }
    return Outgoing(**defaults | given)


def sought() -> Sought:
    return Sought(7, 2, PHONE, TEXT, clock.now(), clock.now())


def test_a_call_reads_the_text_out_in_chinese_and_reports_to_us(sender: TwilioVoice, fake: Fake) -> None:
    assert sender.send(outgoing()) == Accepted(fake.calls[0]["sid"], 1, 25)
    [form] = fake.requests
    assert form.pop("Twiml") == spoken(TEXT, "")
    assert form == {
        "To": PHONE,
        "From": "+15005550006",
        "Timeout": "30",
        "StatusCallback": "https://learn.example.org/webhooks/calls/7/2",
        "StatusCallbackEvent": "initiated",
    }
    assert '<Say language="zh-CN">老年大学，王秀英您好，明天上午9:30上&lt;楷书&gt;课。</Say>' in spoken(TEXT, "")
    assert '<Say language="en-US">' in spoken(TEXT, "en")


@pytest.mark.parametrize("fault", ["500", "reset", "hang"])
def test_an_unclear_answer_is_found_by_asking_unless_there_are_two(sender: TwilioVoice, fake: Fake, fault: str) -> None:
    assert sender.lookup(sought()) is NotThere.NOT_YET
    fake.fault = lambda _form: fault
    assert isinstance(sender.send(outgoing()), Unknown)
    assert sender.lookup(sought()) == Found(fake.calls[0]["sid"])
    fake.call({"To": PHONE, "From": "+1"})
    assert sender.lookup(sought()) is NotThere.CANT_TELL


def test_a_call_of_an_hour_ago_is_another(sender: TwilioVoice, fake: Fake) -> None:
    sender.send(outgoing())
    later = clock.now() + timedelta(hours=1)
    assert sender.lookup(Sought(7, 3, PHONE, TEXT, later, later)) is NotThere.NOT_YET


def test_a_refusal_is_understood(sender: TwilioVoice, fake: Fake) -> None:
    fake.fault = lambda _form: 21211
    assert sender.send(outgoing()) == Rejected("21211", Why.PERMANENT)


@pytest.mark.parametrize(
    ("reported", "end"),
    [
        (["initiated", "ringing", "in-progress", "completed"], MessageState.DELIVERED),
        (["completed", "ringing"], MessageState.DELIVERED),
        (["ringing", "no-answer"], MessageState.FAILED),
        (["busy"], MessageState.FAILED),
    ],
)
def test_what_became_of_a_call_is_reported_under_its_sender_s_name(
    database: Database, fake: Fake, reported: list[str], end: MessageState
) -> None:
    url = database.engine.url.render_as_string(hide_password=False)
    app = create_app(Settings.from_environment(both(fake, DATABASE_URL=url)))
    with database.write() as session:
        message = actions.queue(session, key="k", kind=MessageKind.GRANT_GIVEN, phone=PHONE, parameters={})
        assert message
        message.state, message.attempt, message.attempted_at = MessageState.SUBMITTING, 2, clock.now()
        message.channel, message.sender = Channel.VOICE, "calls"
        message_id = message.id
    for status in reported:
        assert report(app, message_id, status) == 204
    with database.read() as session:
        assert session.scalars(select(Message.state)).one() is end
    app.extensions["database"].engine.dispose()


def report(app: Flask, message_id: int, status: str) -> int:
    path = f"/webhooks/calls/{message_id}/2"
    form = {"CallSid": "CA1", "CallStatus": status, "To": PHONE, "SequenceNumber": "0"}
    signature = RequestValidator(TOKEN).compute_signature("https://learn.example.org" + path, form)
    return app.test_client().post(path, data=form, headers={"X-Twilio-Signature": signature}).status_code


def test_the_demo_keeps_calls_where_its_page_shows_them(database: Database) -> None:
    senders = load_all(Settings.from_environment({}), database)
    assert senders.for_organisation(None, Channel.VOICE) == ["console_voice"]
    assert senders.of("console_voice").send(outgoing()) == Accepted("7.2")
    with database.read() as session:
        kept = session.scalars(select(SentText)).one()
    assert (kept.channel, kept.text) == (Channel.VOICE, TEXT)
