"""Webhooks of Alibaba Cloud and Tencent Cloud, which sign nothing: the secret, the list, and asking back."""

import json
import logging
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from darabonba.core import DaraCore
from flask import Flask
from sqlalchemy import select

from config import Settings
from senior_univ import create_app
from senior_univ.core import clock
from senior_univ.core.db import Database
from senior_univ.reminders import actions
from senior_univ.reminders.models import IncomingText, Message, MessageKind, MessageState
from senior_univ.reminders.senders import Lease, Outgoing
from tests.reminders.fake_clouds import (
    WEBHOOK_SECRET,
    Cloud,
    aliyun_environment,
    fake_aliyun,
    fake_tencent,
    tencent_environment,
)

TEMPLATES = Path(__file__).with_name("registered.toml")
PHONE = "+8613800138000"
GIVEN = {"name": "王秀英", "relative": "李芳", "phones": []}
THERE = {"REMOTE_ADDR": "203.0.113.7"}


@dataclass
class Site:
    """An application whose sender main is at a fake, and the text that it has sent."""

    app: Flask
    cloud: Cloud
    kind: str
    message_id: int

    def post(self, what: str, body: object, *, secret: str = WEBHOOK_SECRET, address: str = "203.0.113.7") -> int:
        content = body if isinstance(body, bytes) else json.dumps(body).encode()
        answer = self.app.test_client().post(
            f"/webhooks/main/{secret}/{what}",
            data=content,
            content_type="application/json",
            environ_base={"REMOTE_ADDR": address},
        )
        if answer.status_code == 200:
            assert answer.json in ({"code": 0, "msg": "OK"}, {"result": 0, "errmsg": "OK"})
        return answer.status_code

    def report(self, **changed: Any) -> dict[str, Any]:
        """The provider's report on that text, as it is documented."""
        [sent] = self.cloud.accepted
        if self.kind == "tencent":
            received = clock.local(clock.now()).strftime("%Y-%m-%d %H:%M:%S")
            told = {"report_status": "SUCCESS", "errmsg": "DELIVRD", "description": "用户短信送达成功"}
            where = {"user_receive_time": received, "nationcode": "86", "mobile": "13800138000", "sid": sent["serial"]}
            return told | where | changed
        if self.kind == "aliyun_voice":
            told = {"status_code": "200000", "originate_time": clock.local(clock.now()).strftime("%Y-%m-%d %H:%M:%S")}
            return told | {"call_id": sent["call_id"], "out_id": sent["OutId"], "callee": "13800138000"} | changed
        told = {"success": True, "err_code": "DELIVERED", "err_msg": "用户接收成功", "sms_size": "1"}
        where = {"phone_number": "13800138000", "send_time": sent["at"], "report_time": sent["at"]}
        return told | where | {"biz_id": sent["biz_id"], "out_id": sent["OutId"]} | changed

    def state(self) -> MessageState:
        with self.app.extensions["database"].read() as session:
            return session.get_one(Message, self.message_id).state

    def carrier_says(self, *, arrived: bool) -> None:
        [sent] = self.cloud.accepted
        words = {"aliyun": (3, 2), "tencent": ("SUCCESS", "FAIL"), "aliyun_voice": ("200000", "200002")}[self.kind]
        sent["state" if self.kind == "aliyun_voice" else "status"] = words[0 if arrived else 1]


@pytest.fixture(params=["aliyun", "aliyun_voice", "tencent"])
def kind(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def site(database: Database, kind: str) -> Iterator[Site]:
    url = database.engine.url.render_as_string(hide_password=False)
    more = {"DATABASE_URL": url, "MAIN_REPLIES": "yes", "MAIN_WEBHOOK_ADDRESSES": "203.0.113.0/24, 198.51.100.4"}
    with fake_tencent() if kind == "tencent" else fake_aliyun() as cloud:
        if kind == "tencent":
            environment = tencent_environment(cloud, TEMPLATES, **more)
        else:
            environment = aliyun_environment(cloud, TEMPLATES, kind, **more)
        app = create_app(Settings.from_environment(environment))
        yield Site(app, cloud, kind, sent_by(app))
        if kind == "tencent":
            app.extensions["senders"].of("main").session.close()
    for session in DaraCore._sessions.values():
        session.close()
    DaraCore._sessions.clear()
    app.extensions["database"].engine.dispose()


def sent_by(app: Flask) -> int:
    """A text that its provider has accepted."""
    with app.app_context(), app.extensions["database"].write() as session:
        message = actions.queue(session, key="k", kind=MessageKind.GRANT_GIVEN, phone=PHONE, parameters={})
        assert message
        sender = app.extensions["senders"].of("main")
        filled = sender.fill(message.kind, "", GIVEN)
        outgoing = Outgoing(message.id, 1, PHONE, "", clock.now(), None, Lease(60), message.kind, filled=filled)
        result: Any = sender.send(outgoing)
        message.state, message.attempt, message.attempted_at = MessageState.ACCEPTED, 1, clock.now()
        message.sender, message.provider_ref = "main", result.ref
        return message.id


@pytest.mark.parametrize("arrived", [True, False])
def test_a_report_counts_once_the_provider_says_the_same(site: Site, *, arrived: bool) -> None:
    site.carrier_says(arrived=arrived)
    assert [site.post("receipts", [site.report()]) for _time in range(2)] == [200, 200]
    assert site.state() is (MessageState.DELIVERED if arrived else MessageState.FAILED)


def test_what_a_report_says_never_counts_by_itself(site: Site) -> None:
    site.carrier_says(arrived=False)
    forged = {"success": True, "report_status": "SUCCESS", "status_code": "200000"}
    assert site.post("receipts", [site.report(**forged)]) == 200
    assert site.state() is MessageState.FAILED


def test_a_report_on_what_the_provider_does_not_know_is_refused(site: Site) -> None:
    unknown = {"out_id": "999.1", "sid": "2640:9", "call_id": "1^9"}
    assert site.post("receipts", [site.report(**unknown)]) == 403
    assert site.state() is MessageState.ACCEPTED


@pytest.mark.parametrize("kind", ["aliyun", "aliyun_voice"], indirect=True)
def test_a_provider_that_cannot_be_asked_is_to_tell_again(site: Site) -> None:
    site.cloud.can_list = False
    assert site.post("receipts", [site.report()]) == 503
    site.cloud.can_list = True
    site.carrier_says(arrived=True)
    assert site.post("receipts", [site.report()]) == 200
    assert site.state() is MessageState.DELIVERED


@pytest.mark.parametrize("kind", ["aliyun"], indirect=True)
def test_a_report_that_is_ahead_of_the_provider_s_own_list_is_to_be_told_again(site: Site) -> None:
    assert site.post("receipts", [site.report()]) == 503
    assert site.state() is MessageState.ACCEPTED


@pytest.mark.parametrize("kind", ["tencent", "aliyun_voice"], indirect=True)
def test_a_report_may_come_before_the_answer(site: Site) -> None:
    with site.app.extensions["database"].write() as session:
        message = session.get_one(Message, site.message_id)
        message.state, ref, message.provider_ref = MessageState.SUBMITTING, message.provider_ref, None
    assert site.post("receipts", [site.report()]) == 503
    with site.app.extensions["database"].write() as session:
        session.get_one(Message, site.message_id).provider_ref = ref
    assert site.post("receipts", [site.report()]) == 200
    assert site.state() is MessageState.DELIVERED


@pytest.mark.parametrize("what", ["receipts", "replies"])
def test_a_stranger_is_refused_in_words_and_nothing_is_logged(
    site: Site, what: str, caplog: pytest.LogCaptureFixture
) -> None:
    logging.getLogger("senior_univ").propagate = True
    asked = len(site.cloud.asked)
    body = [{"phone_number": "13800138000", "content": "1", "out_id": "1.1", "sid": "1", "mobile": "13800138000"}]
    assert site.post(what, body, secret="wrong-secret-of-the-address") == 403
    assert site.post(what, body, address="192.0.2.1") == 403
    assert site.post(what, body, secret="密") == 403
    assert len(site.cloud.asked) == asked
    assert "138" not in caplog.text
    answer = site.app.test_client().post("/webhooks/nobody/x/receipts")
    assert answer.status_code == 404
    assert "<h1" in answer.text


@pytest.mark.parametrize("body", [b"", b"{", b"[1, 2]", b"[" * 100_000, b'"x"', b"[" + b"{}," * 600 + b"{}]"])
def test_nonsense_is_refused(site: Site, body: bytes) -> None:
    assert site.post("receipts", body) == 400
    if site.kind != "aliyun_voice":
        assert site.post("replies", body) == 400


@pytest.mark.parametrize("kind", ["aliyun", "tencent"], indirect=True)
def test_a_reply_is_taken_once_and_ten_thousand_emoji_are_cut(site: Site) -> None:
    emoji = "👵" * 10_000 + "\x00"
    aliyun = {"phone_number": "13900139000", "content": emoji, "send_time": "2026-03-10 09:00:00", "sequence_id": 12}
    tencent = {
        "mobile": "13900139000",
        "nationcode": "86",
        "text": emoji,
        "sign": "x",
        "time": 1457336869,
        "extend": "",
    }
    body: Any = [aliyun] if site.kind == "aliyun" else tencent
    assert [site.post("replies", body) for _time in range(2)] == [200, 200]
    with site.app.extensions["database"].read() as session:
        kept = session.scalars(select(IncomingText)).one()
    assert (kept.phone, kept.sender, len(kept.text)) == ("+8613900139000", "main", 1600)


@pytest.mark.parametrize("kind", ["aliyun_voice"], indirect=True)
def test_nobody_replies_to_a_call(site: Site) -> None:
    assert site.post("replies", [{"phone_number": "13900139000", "content": "1"}]) == 403
