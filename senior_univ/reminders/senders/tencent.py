"""Tencent Cloud's texts (腾讯云短信), by its official SDK: registered templates with positional parameters.

A lookup is not exact: the provider lists what carriers reported of a number, with our attempt's name only where it has
enabled that for the account, so what is not listed may have been sent. Receipts are not signed and name the attempt by
the provider's own number: what one says is asked back.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from tencentcloud.common.credential import Credential
from tencentcloud.common.exception.tencent_cloud_sdk_exception import TencentCloudSDKException
from tencentcloud.common.profile.client_profile import ClientProfile
from tencentcloud.common.profile.http_profile import HttpProfile
from tencentcloud.sms.v20210111.models import PullSmsSendStatusByPhoneNumberRequest, SendSmsRequest
from tencentcloud.sms.v20210111.sms_client import SmsClient

from config import SenderSettings, Settings
from senior_univ.core.db import Database
from senior_univ.reminders.models import MessageKind, MessageState
from senior_univ.reminders.senders import (
    Abilities,
    Accepted,
    AskAgainError,
    Filled,
    Found,
    Known,
    Lookup,
    NotSent,
    NotThere,
    Outgoing,
    Receipt,
    Rejected,
    Reply,
    Result,
    SenderBase,
    Sought,
    Unknown,
    Webhook,
    Why,
)
from senior_univ.reminders.senders.chains import chain
from senior_univ.reminders.senders.guarded_http import GuardedAdapter, LeaseOverError, lease_of_send, never_connected
from senior_univ.reminders.senders.templates import Templates
from senior_univ.reminders.senders.unsigned import news_of
from senior_univ.reminders.senders.webhook_words import LONGEST_REPLY, e164, plain

ENDPOINT = "sms.tencentcloudapi.com"
REGION = "ap-guangzhou"
CHINA = ZoneInfo("Asia/Shanghai")
LONGEST_PARAMETER = 12
"""Accounts made since 2024 begin with 6; the console says how many an account has."""

LISTED = 100
CLOCKS_APART = timedelta(minutes=2)
REPORTED_WITHIN = timedelta(hours=1)
OK = "Ok"
OPTED_OUT = {"FailedOperation.PhoneNumberInBlacklist"}
PERMANENT = {
    "InvalidParameterValue.IncorrectPhoneNumber",
    "InvalidParameterValue.ContentLengthLimit",
    "InvalidParameterValue.TemplateParameterFormatError",
    "InvalidParameterValue.TemplateParameterLengthLimit",
    "InvalidParameterValue.ProhibitedUseUrlInTemplateParameter",
    "InvalidParameter.DirtyWordFound",
    "FailedOperation.ContainSensitiveWord",
    "UnsupportedOperation.ChineseMainlandTemplateToGlobalPhone",
}
"""This number or these values never; every other refusal is about our account, signature or template."""

LATER = ("RequestLimitExceeded", "LimitExceeded.PhoneNumber", "LimitExceeded.DeliveryFrequencyLimit")
UNCLEAR = ("InternalError", "ServerNetworkError", "ClientNetworkError")
STATES = {"SUCCESS": MessageState.DELIVERED, "FAIL": MessageState.FAILED}
BLOCKED = {"BLACKLIST", "MK:0022", "REJECT"}


class TencentSender(SenderBase):
    """Sends by SendSms, asks by PullSmsSendStatusByPhoneNumber."""

    thanks = ('{"result":0,"errmsg":"OK"}', 200)

    def __init__(self, settings: Settings, own: SenderSettings) -> None:
        super().__init__(own)
        self.settings = settings
        self.abilities = Abilities(free_text=False, replies=own.takes_replies, lookup=Known.FUZZY)
        self.templates = Templates(settings, own, LONGEST_PARAMETER, own["SIGN_NAME"])
        elsewhere = urlsplit(own["API_URL"])
        http = HttpProfile(
            protocol=elsewhere.scheme or "https",
            endpoint=elsewhere.netloc or ENDPOINT,
            reqTimeout=settings.sender_timeout,
        )
        credential = Credential(own["SECRET_ID"], own["SECRET_KEY"])
        self.client = SmsClient(credential, own["REGION"] or REGION, ClientProfile(httpProfile=http))
        for scheme in ("https://", "http://"):
            self.session.mount(scheme, GuardedAdapter(pool_maxsize=32))

    @property
    def session(self) -> Any:
        """The SDK's own session, which it gives no other way to."""
        return self.client.request.conn._session  # noqa: SLF001

    def fill(self, kind: MessageKind, language: str, parameters: Mapping[str, Any]) -> Filled | None:
        """The registered template, filled; without one ``send`` refuses."""
        return self.templates.fill(kind, language, parameters)

    def send(self, outgoing: Outgoing) -> Result:
        """Hand over one text within its lease."""
        filled = outgoing.filled
        if filled is None:
            return Rejected("no_template", Why.CONFIG)
        request = SendSmsRequest()
        request.PhoneNumberSet = [outgoing.phone]
        request.SmsSdkAppId = self.own["SDK_APP_ID"]
        request.SignName = self.own["SIGN_NAME"]
        request.TemplateId = filled.id
        request.TemplateParamSet = list(filled.values.values())
        request.SessionContext = outgoing.ref
        token = lease_of_send.set(outgoing.lease)
        try:
            [status] = self.client.SendSms(request).SendStatusSet
        except TencentCloudSDKException as error:
            return _failure(error)
        except (TypeError, ValueError) as error:
            return Unknown(type(error).__name__)  # an answer that can't be read
        finally:
            lease_of_send.reset(token)
        if status.Code != OK:
            return refusal(status.Code or "")
        fee = status.Fee if isinstance(status.Fee, int) else None
        return Accepted(status.SerialNo or outgoing.ref, fee, fee and fee * self.price)

    def lookup(self, sought: Sought) -> Lookup:
        """Look for the attempt among what carriers reported of that number."""
        try:
            reported = self._reported(sought.phone, sought.began_at)
        except AskAgainError:
            return NotThere.NO_ANSWER
        for each in reported:
            if each.SessionContext == sought.ref:
                return Found(each.SerialNo)
        settled = timedelta(seconds=self.settings.message_lease + self.settings.message_settling)
        return NotThere.CANT_TELL if sought.asked_at >= sought.began_at + settled else NotThere.NO_ANSWER

    def _reported(self, phone: str, since: datetime) -> list[Any]:
        request = PullSmsSendStatusByPhoneNumberRequest()
        request.PhoneNumber = phone
        request.SmsSdkAppId = self.own["SDK_APP_ID"]
        request.BeginTime = int((since - CLOCKS_APART).timestamp())
        request.EndTime = int((since + REPORTED_WITHIN).timestamp())
        request.Offset, request.Limit = 0, LISTED
        try:
            return self.client.PullSmsSendStatusByPhoneNumber(request).PullSmsSendStatusSet or []
        except Exception as error:  # whatever it was, nothing is known
            raise AskAgainError from error

    def parse_receipts(self, webhook: Webhook) -> list[Receipt]:
        """Reports of carriers, each asked back; none of what the provider does not know."""
        reports = [each for each in news_of(self.own, webhook) if each.get("sid") and each.get("mobile")]
        checked = [self._checked(each) for each in reports]
        if reports and not any(checked):
            raise PermissionError
        return [receipt for receipt in checked if receipt]

    def _checked(self, report: Mapping[str, Any]) -> Receipt | None:
        try:
            received = datetime.fromisoformat(str(report.get("user_receive_time"))).replace(tzinfo=CHINA)
        except ValueError:
            return None
        phone = e164(report["mobile"], report.get("nationcode", "86"))
        for each in self._reported(phone, received - REPORTED_WITHIN / 2):
            if each.SerialNo == report["sid"] and (state := STATES.get(each.ReportStatus)):
                code = "" if state is MessageState.DELIVERED else plain(report.get("errmsg", ""), 20)
                return Receipt(state, plain(each.SerialNo, 80), code, is_blocked=code in BLOCKED)
        return None

    def parse_replies(self, webhook: Webhook) -> list[Reply]:
        """A reply: nothing can be asked back here, so the secret and the list of addresses must do."""
        return [_reply(each) for each in news_of(self.own, webhook)]


def _reply(record: Mapping[str, Any]) -> Reply:
    phone = e164(record.get("mobile", ""), record.get("nationcode", "86"))
    if not phone:
        raise ValueError("a text from nobody")
    text = plain(record.get("text", ""), LONGEST_REPLY)
    return Reply(phone, text, sha256(f"{phone} {record.get('time')} {text}".encode()).hexdigest())


def refusal(code: str) -> Result:
    """What a code that is not Ok means."""
    if code.startswith(LATER):
        return NotSent(300 if code.startswith("LimitExceeded") else 30, "too_many")
    if not code or code.startswith(UNCLEAR):
        return Unknown(code or "no_code")
    if code in OPTED_OUT:
        return Rejected(code, Why.OPTED_OUT)
    return Rejected(code, Why.PERMANENT if code in PERMANENT else Why.CONFIG)


def _failure(error: TencentCloudSDKException) -> Result:
    """A refusal, or an error of the network that the SDK has put its own in place of."""
    seen = chain(error)
    if any(isinstance(each, LeaseOverError) for each in seen):
        return NotSent(retry_after=0, reason="lease_over")
    if any(never_connected(each) for each in seen):
        return NotSent()
    return Unknown(type(seen[-1]).__name__) if len(seen) > 1 else refusal(error.code or "")


def make(settings: Settings, _database: Database, own: SenderSettings) -> TencentSender:
    """The sender of texts by Tencent Cloud."""
    return TencentSender(settings, own)
