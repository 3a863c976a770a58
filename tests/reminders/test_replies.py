"""Replies by text: only the provider's own are believed; in the demo its page stands in for the phone."""

from dataclasses import replace

import pytest
from sqlalchemy import select
from twilio.request_validator import RequestValidator

from config import Settings
from senior_univ import create_app
from senior_univ.accounts.models import PhoneKind
from senior_univ.core import clock
from senior_univ.enrolment import actions as enrolment
from senior_univ.enrolment.models import Seat
from senior_univ.reminders.models import SentText
from senior_univ.waiting.models import Answer, Offer
from senior_univ.wiring import connect
from tests.enrolment.seats import enrol
from tests.factories import make_class, make_person
from tests.waiting.queues import wait

PHONE, SECRET = "+8613800138001", "geheim"
URL = "https://xue.example.org/webhooks/twilio/incoming"


@pytest.fixture
def offered(database):
    """Somebody to whom a place is offered on that phone."""
    connect()
    with database.write() as session:
        course_class = make_class(session, capacity=1)
        seat = enrol(session, course_class, make_person(session))
        wait(session, course_class, make_person(session, phone=PHONE, phone_kind=PhoneKind.MOBILE))
        enrolment.end_seat(session, seat, by=None)


def application(database, **given):
    url = database.engine.url.render_as_string(hide_password=False)
    settings = replace(Settings.from_environment({}), database_url=url, **given)
    return create_app(settings)


@pytest.fixture
def webhook(database):
    app = application(
        database,
        sender="twilio",
        twilio_account_sid="AC1",
        twilio_auth_token=SECRET,
        twilio_from="+15005550006",
        public_url="https://xue.example.org",
        sender_abroad_assessed=True,
    )
    yield app.test_client()
    app.extensions["database"].engine.dispose()


def answer_of(database):
    with database.read() as session:
        return session.scalars(select(Offer)).one().answer


def send(webhook, text, *, secret=SECRET):
    form = {"From": PHONE, "Body": text, "MessageSid": "SM1"}
    signature = RequestValidator(secret).compute_signature(URL, form)
    return webhook.post("/webhooks/twilio/incoming", data=form, headers={"X-Twilio-Signature": signature}).status_code


@pytest.mark.usefixtures("offered")
def test_a_signed_1_takes_the_place_however_often_it_is_told(webhook, database):
    assert [send(webhook, "1"), send(webhook, "1")] == [204, 204]
    assert answer_of(database) is Answer.ACCEPTED
    with database.read() as session:
        assert len(session.scalars(select(Seat).where(Seat.ended_at.is_(None))).all()) == 1


@pytest.mark.usefixtures("offered")
def test_a_forged_reply_changes_nothing(webhook, database):
    assert send(webhook, "1", secret="another") == 403
    assert answer_of(database) is None


@pytest.mark.usefixtures("offered")
def test_the_demos_page_replies_as_the_phone_would(database):
    app = application(database, demo=True)
    with database.write() as session:
        session.add(SentText(ref="1.1", phone=PHONE, text="请回1", sent_at=clock.now()))
        session.flush()
    with database.read() as session:
        text_id = session.scalars(select(SentText.id)).one()
    client = app.test_client()
    assert f"/texts/{text_id}/reply" in client.get("/texts").text
    posted = client.post(f"/texts/{text_id}/reply", data={"csrf_token": csrf(client), "text": "2"})
    assert posted.location == "/texts"
    assert answer_of(database) is Answer.DECLINED
    app.extensions["database"].engine.dispose()


def csrf(client):
    return client.get("/texts").text.split('name="csrf_token" value="')[1].split('"')[0]
