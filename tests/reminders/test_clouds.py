"""The SDKs of Alibaba Cloud and Tencent Cloud against fakes of their APIs over HTTP."""

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from darabonba.core import DaraCore
from flask import Flask

from config import Settings
from senior_univ.core import clock
from senior_univ.core.db import Database
from senior_univ.reminders.models import Channel, MessageKind
from senior_univ.reminders.senders import (
    Accepted,
    Found,
    Known,
    Lease,
    NotSent,
    NotThere,
    Outgoing,
    Rejected,
    Sender,
    Sought,
    Unknown,
    Why,
    load_all,
)
from tests.reminders.fake_clouds import Cloud, aliyun_environment, fake_aliyun, fake_tencent, tencent_environment

TEMPLATES = Path(__file__).with_name("registered.toml")
PHONE = "+8613800138000"
GIVEN = {"name": "王秀英", "relative": "李芳", "phones": ["+863192020001"]}


@pytest.fixture(params=["aliyun", "aliyun_voice", "tencent"])
def kind(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def cloud(kind: str) -> Iterator[Cloud]:
    with fake_tencent() if kind == "tencent" else fake_aliyun() as running:
        yield running
    for session in DaraCore._sessions.values():
        session.close()
    DaraCore._sessions.clear()


def environment(kind: str, cloud: Cloud, **more: str) -> dict[str, str]:
    if kind == "tencent":
        return tencent_environment(cloud, TEMPLATES, **more)
    return aliyun_environment(cloud, TEMPLATES, kind, **more)


@pytest.fixture
def sender(app: Flask, database: Database, kind: str, cloud: Cloud) -> Iterator[Sender]:
    with app.app_context():
        made = load_all(Settings.from_environment(environment(kind, cloud)), database).of("main")
        yield made
    if kind == "tencent":
        made.session.close()  # type: ignore[attr-defined]


def outgoing(sender: Sender | None = None, **given: Any) -> Outgoing:
    if sender is not None:
        given["filled"] = sender.fill(given.get("kind", MessageKind.GRANT_GIVEN), "", GIVEN)
    defaults: dict[str, Any] = {
        "message_id": 7,
        "attempt": 2,
        "phone": PHONE,
        "text": "",
        "began_at": clock.now(),
        "expires_at": None,
        "lease": Lease(60),
        "kind": MessageKind.GRANT_GIVEN,
        "parameters": GIVEN,
    }
    return Outgoing(**defaults | given)


def sought(sender: Sender, *, seconds_ago: float = 0, asked_after: float = 0) -> Sought:
    began = clock.now() - timedelta(seconds=seconds_ago)
    return Sought(7, 2, PHONE, "", began, began + timedelta(seconds=asked_after))


def only(*kinds: str) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("kind", kinds, indirect=True)


@only("aliyun")
def test_aliyun_gets_the_template_with_named_parameters(sender: Sender, cloud: Cloud) -> None:
    assert sender.send(outgoing(sender)) == Accepted("9006195^0")
    [(action, asked)] = cloud.asked
    assert action == "SendSms"
    assert json.loads(asked.pop("TemplateParam")) == {"name": "王秀英", "relative": "李芳", "phone": "0319-2020001"}
    assert asked == {
        "PhoneNumbers": "13800138000",
        "SignName": "邢台老年大学",
        "TemplateCode": "T-grant_given",
        "OutId": "7.2",
    }


@only("aliyun_voice")
def test_aliyun_reads_the_template_out_twice(sender: Sender, cloud: Cloud) -> None:
    assert sender.channel is Channel.VOICE
    assert sender.send(outgoing(sender)) == Accepted("116012854210^0", 1, 0)
    [(action, asked)] = cloud.asked
    assert action == "SingleCallByTts"
    assert json.loads(asked.pop("TtsParam"))["name"] == "王秀英"
    assert asked == {"CalledNumber": "13800138000", "TtsCode": "T-grant_given", "PlayTimes": "2", "OutId": "7.2"}


@only("tencent")
def test_tencent_gets_its_parameters_in_their_order(sender: Sender, cloud: Cloud) -> None:
    accepted = sender.send(outgoing(sender))
    assert isinstance(accepted, Accepted)
    assert (accepted.ref, accepted.segments) == (cloud.accepted[0]["serial"], 2)
    [(action, asked)] = cloud.asked
    assert action == "SendSms"
    assert asked == {
        "PhoneNumberSet": [PHONE],
        "SmsSdkAppId": "1400006666",
        "SignName": "邢台老年大学",
        "TemplateId": "T-grant_given",
        "TemplateParamSet": ["王秀英", "李芳", "0319-2020001"],
        "SessionContext": "7.2",
    }


def test_what_the_phone_gets_is_known_beforehand(sender: Sender) -> None:
    signature = "" if sender.channel is Channel.VOICE else "【邢台老年大学】"
    expected = signature + "尊敬的王秀英学员，登记您已同意李芳帮您办理上课的事。不是您的意思请马上联系0319-2020001。"
    assert sender.wording(MessageKind.GRANT_GIVEN, "", GIVEN) == expected
    assert not sender.abilities.free_text


def test_what_has_no_template_is_never_sent(sender: Sender, cloud: Cloud) -> None:
    assert sender.wording(MessageKind.STAFF_ANSWER, "", {}) is None
    assert sender.send(outgoing(sender, kind=MessageKind.STAFF_ANSWER)) == Rejected("no_template", Why.CONFIG)
    assert cloud.asked == []


@pytest.mark.parametrize(
    ("kind", "code", "result"),
    [
        ("aliyun", "isv.MOBILE_NUMBER_ILLEGAL", Rejected("isv.MOBILE_NUMBER_ILLEGAL", Why.PERMANENT)),
        ("aliyun", "isv.PARAM_LENGTH_LIMIT", Rejected("isv.PARAM_LENGTH_LIMIT", Why.PERMANENT)),
        ("aliyun", "isv.AMOUNT_NOT_ENOUGH", Rejected("isv.AMOUNT_NOT_ENOUGH", Why.CONFIG)),
        ("aliyun", "isv.SMS_SIGNATURE_ILLEGAL", Rejected("isv.SMS_SIGNATURE_ILLEGAL", Why.CONFIG)),
        ("aliyun", "InvalidAccessKeyId", Rejected("InvalidAccessKeyId", Why.CONFIG)),
        ("aliyun", "isv.BUSINESS_LIMIT_CONTROL", NotSent(300, "too_many")),
        ("aliyun", "Throttling.User", NotSent(30, "too_many")),
        ("aliyun", "isp.SYSTEM_ERROR", Unknown("isp.SYSTEM_ERROR")),
        ("aliyun_voice", "isv.OUT_OF_SERVICE", Rejected("isv.OUT_OF_SERVICE", Why.CONFIG)),
        ("tencent", "InvalidParameterValue.IncorrectPhoneNumber", None),
        ("tencent", "FailedOperation.PhoneNumberInBlacklist", Why.OPTED_OUT),
        ("tencent", "FailedOperation.InsufficientBalanceInSmsPackage", Why.CONFIG),
        ("tencent", "AuthFailure.SignatureFailure", Why.CONFIG),
        ("tencent", "LimitExceeded.PhoneNumberDailyLimit", NotSent(300, "too_many")),
        ("tencent", "RequestLimitExceeded", NotSent(30, "too_many")),
        ("tencent", "InternalError.Timeout", Unknown("InternalError.Timeout")),
    ],
    indirect=["kind"],
)
def test_a_refusal_is_understood(sender: Sender, cloud: Cloud, code: str, result: object) -> None:
    cloud.fault = lambda _asked: code
    expected = Rejected(code, result or Why.PERMANENT) if result is None or isinstance(result, Why) else result  # type: ignore[arg-type]
    assert sender.send(outgoing(sender)) == expected
    assert cloud.accepted == []


@pytest.mark.parametrize("fault", ["500", "reset", "hang"])
def test_an_unclear_answer_is_unknown_and_nothing_is_tried_twice(sender: Sender, cloud: Cloud, fault: str) -> None:
    cloud.fault = lambda _asked: fault
    assert isinstance(sender.send(outgoing(sender)), Unknown)
    assert len(cloud.accepted) == 1
    if sender.abilities.lookup is Known.NO:
        assert sender.lookup(sought(sender)) is NotThere.CANT_TELL
    else:
        assert isinstance(sender.lookup(sought(sender)), Found)


def test_nothing_is_written_once_half_of_the_lease_is_over(sender: Sender, cloud: Cloud) -> None:
    late = replace(Lease(60), began=Lease(60).began - 31)
    assert sender.send(outgoing(sender, lease=late)) == NotSent(retry_after=0, reason="lease_over")
    assert cloud.asked == []


def test_a_provider_that_is_away_got_nothing(app: Flask, database: Database, kind: str, cloud: Cloud) -> None:
    nobody = environment(kind, cloud, MAIN_API_URL="http://127.0.0.1:9")
    with app.app_context():
        made = load_all(Settings.from_environment(nobody), database).of("main")
        assert made.send(outgoing(made)) == NotSent()
        if made.abilities.lookup is not Known.NO:
            assert made.lookup(sought(made)) is NotThere.NO_ANSWER


def test_a_wrong_secret_is_a_matter_of_settings(app: Flask, database: Database, kind: str, cloud: Cloud) -> None:
    secret = "MAIN_SECRET_KEY" if kind == "tencent" else "MAIN_ACCESS_KEY_SECRET"
    with app.app_context():
        made = load_all(Settings.from_environment(environment(kind, cloud) | {secret: "another"}), database).of("main")
        result = made.send(outgoing(made))
    assert isinstance(result, Rejected)
    assert result.why is Why.CONFIG
    if kind == "tencent":
        made.session.close()  # type: ignore[attr-defined]


@only("aliyun")
def test_what_aliyun_does_not_know_was_not_sent_and_another_attempt_is_another(sender: Sender, cloud: Cloud) -> None:
    sender.send(outgoing(sender, attempt=1))
    assert sender.lookup(sought(sender)) is NotThere.NOT_YET
    for number in range(60):
        sender.send(outgoing(sender, message_id=100 + number))
    sender.send(outgoing(sender))
    assert sender.lookup(sought(sender)) == Found("7.2")
    cloud.can_list = False
    assert sender.lookup(sought(sender)) is NotThere.NO_ANSWER


@only("tencent")
def test_what_tencent_does_not_list_may_have_been_sent(sender: Sender, cloud: Cloud) -> None:
    cloud.names_attempts = False
    sender.send(outgoing(sender))
    assert sender.lookup(sought(sender, asked_after=5)) is NotThere.NO_ANSWER
    assert sender.lookup(sought(sender, asked_after=600)) is NotThere.CANT_TELL


@pytest.mark.parametrize(
    ("phone", "written"),
    [("+8613800138000", "13800138000"), ("+863192020001", "03192020001"), ("+85261234567", "85261234567")],
)
@only("aliyun_voice")
def test_a_landline_is_called_with_its_area_code(sender: Sender, cloud: Cloud, phone: str, written: str) -> None:
    sender.send(outgoing(sender, phone=phone))
    assert cloud.accepted[0]["CalledNumber"] == written
