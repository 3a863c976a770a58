"""Alibaba Cloud's texts (阿里云短信服务), by its official SDK: registered templates, mainland China.

Each attempt carries its own ``OutId``, by which QuerySendDetails finds it, so that a lookup is exact. Receipts are not
signed: what one says is asked back at the provider, whose answer counts.
"""

import json
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any
from zoneinfo import ZoneInfo

from alibabacloud_dysmsapi20170525.client import Client
from alibabacloud_dysmsapi20170525.models import QuerySendDetailsRequest, SendSmsRequest

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
from senior_univ.reminders.senders.aliyun_api import OK, client_options, send_within
from senior_univ.reminders.senders.templates import Templates
from senior_univ.reminders.senders.unsigned import attempt_named, news_of
from senior_univ.reminders.senders.webhook_words import LONGEST_REPLY, e164, plain

ENDPOINT = "dysmsapi.aliyuncs.com"
CHINA = ZoneInfo("Asia/Shanghai")
LONGEST_PARAMETER = 35
ON_A_PAGE = 50
MOST_PAGES = 20
STATES = {1: MessageState.ACCEPTED, 2: MessageState.FAILED, 3: MessageState.DELIVERED}
BLOCKED = {"MOBILE_IN_BLACK", "BLACK_LIST", "isv.BLACK_LIST", "USER_REJECT"}
ASKED_AT_ONCE = 8


class AliyunSender(SenderBase):
    """Sends by SendSms, asks by QuerySendDetails."""

    thanks = ('{"code":0,"msg":"OK"}', 200)

    def __init__(self, settings: Settings, own: SenderSettings) -> None:
        super().__init__(own)
        self.abilities = Abilities(free_text=False, replies=own.takes_replies, lookup=Known.EXACT)
        self.templates = Templates(settings, own, LONGEST_PARAMETER, own["SIGN_NAME"])
        self.client = Client(client_options(settings, own, ENDPOINT))

    def fill(self, kind: MessageKind, language: str, parameters: Mapping[str, Any]) -> Filled | None:
        """The registered template, filled; without one ``send`` refuses."""
        return self.templates.fill(kind, language, parameters)

    def send(self, outgoing: Outgoing) -> Result:
        """Hand over one text within its lease."""
        filled = outgoing.filled
        if filled is None:
            return Rejected("no_template", Why.CONFIG)
        request = SendSmsRequest(
            phone_numbers=national(outgoing.phone),
            sign_name=self.own["SIGN_NAME"],
            template_code=filled.id,
            template_param=json.dumps(dict(filled.values), ensure_ascii=False),
            out_id=outgoing.ref,
        )
        body = send_within(outgoing.lease, lambda: self.client.send_sms(request))
        if isinstance(body, NotSent | Rejected | Unknown):
            return body
        return Accepted(body.biz_id or outgoing.ref)

    def lookup(self, sought: Sought) -> Lookup:
        """Look for the attempt among that day's texts to that number; around midnight on both days."""
        days = {at.astimezone(CHINA).date() for at in (sought.began_at, sought.began_at + timedelta(minutes=10))}
        try:
            for day in sorted(days):
                if self._detail(sought.phone, f"{day:%Y%m%d}", sought.ref) is not None:
                    return Found(sought.ref)
        except AskAgainError:
            return NotThere.NO_ANSWER
        return NotThere.NOT_YET

    def _detail(self, phone: str, day: str, ref: str) -> Any:
        """What the provider knows of an attempt, or None; AskAgainError where it could not be asked."""
        for page in range(1, MOST_PAGES + 1):
            request = QuerySendDetailsRequest(
                phone_number=national(phone), send_date=day, page_size=ON_A_PAGE, current_page=page
            )
            try:
                body = self.client.query_send_details(request).body
            except Exception as error:  # whatever it was, nothing is known
                raise AskAgainError from error
            if body is None or body.code != OK:
                raise AskAgainError
            details = (body.sms_send_detail_dtos and body.sms_send_detail_dtos.sms_send_detail_dto) or []
            for each in details:
                if each.out_id == ref:
                    return each
            if len(details) < ON_A_PAGE:
                return None
        raise AskAgainError

    def parse_receipts(self, webhook: Webhook) -> list[Receipt]:
        """SmsReport, each asked back; none of what the provider does not know."""
        named = [each for each in news_of(self.own, webhook) if attempt_named(each.get("out_id"))]
        with ThreadPoolExecutor(ASKED_AT_ONCE) as threads:
            checked = list(threads.map(self._checked, named))
        if named and not any(checked):
            raise PermissionError
        return [receipt for receipt in checked if receipt]

    def _checked(self, report: Mapping[str, Any]) -> Receipt | None:
        named = attempt_named(report.get("out_id"))
        try:
            day = datetime.fromisoformat(str(report.get("send_time"))).strftime("%Y%m%d")
        except ValueError:
            return None
        detail = self._detail(e164(report.get("phone_number", "")), day, str(report.get("out_id")))
        if detail is None or named is None:
            return None
        state = STATES.get(detail.send_status)
        if state is None or (state is MessageState.ACCEPTED and "success" in report):
            raise AskAgainError  # it does not know yet what its report says
        code = "" if state is MessageState.DELIVERED else plain(detail.err_code or "", 20)
        message_id, attempt = named
        return Receipt(state, plain(report.get("biz_id", ""), 80), code, message_id, attempt, code in BLOCKED)

    def parse_replies(self, webhook: Webhook) -> list[Reply]:
        """SmsUp: nothing can be asked back here, so the secret and the list of addresses must do."""
        return [_reply(each) for each in news_of(self.own, webhook)]


def _reply(record: Mapping[str, Any]) -> Reply:
    phone, text = e164(record.get("phone_number", "")), plain(record.get("content", ""), LONGEST_REPLY)
    if not phone:
        raise ValueError("a text from nobody")
    named = record.get("sequence_id")
    content = f"{phone} {record.get('send_time')} {text}"
    return Reply(phone, text, plain(named, 80) if named else sha256(content.encode()).hexdigest())


def national(phone: str) -> str:
    """A number as these providers write it: a mainland mobile bare, a landline with 0, others with their country code."""
    bare = phone.removeprefix("+86")
    if bare == phone:
        return phone.removeprefix("+")
    return bare if bare.startswith("1") and len(bare) == 11 else f"0{bare}"


def make(settings: Settings, _database: Database, own: SenderSettings) -> AliyunSender:
    """The sender of texts by Alibaba Cloud."""
    return AliyunSender(settings, own)
