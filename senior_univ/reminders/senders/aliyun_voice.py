"""Alibaba Cloud's calls (阿里云语音服务) by SingleCallByTts: a registered template is read out, twice.

The provider finds a call by its own id alone, so one whose answer was lost can't be looked up. What a report says is
asked back by that id, and the id alone says which attempt it was, since the provider does not give back ours.
"""

import json
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from alibabacloud_dyvmsapi20170525.client import Client
from alibabacloud_dyvmsapi20170525.models import QueryCallDetailByCallIdRequest, SingleCallByTtsRequest

from config import SenderSettings, Settings
from senior_univ.core.db import Database
from senior_univ.reminders.models import Channel, MessageKind, MessageState
from senior_univ.reminders.senders import (
    Abilities,
    Accepted,
    AskAgainError,
    Filled,
    Known,
    Lookup,
    NotSent,
    NotThere,
    Outgoing,
    Receipt,
    Rejected,
    Result,
    SenderBase,
    Sought,
    Unknown,
    Webhook,
    Why,
)
from senior_univ.reminders.senders.aliyun import CHINA, LONGEST_PARAMETER, national
from senior_univ.reminders.senders.aliyun_api import OK, client_options, send_within
from senior_univ.reminders.senders.templates import Templates
from senior_univ.reminders.senders.unsigned import news_of
from senior_univ.reminders.senders.webhook_words import plain

ENDPOINT = "dyvmsapi.aliyuncs.com"
PLAYED_TIMES = 2
ANSWERED = "200000"
READ_OUT = 11010000138001
"""The product that QueryCallDetailByCallId wants to be told: calls that read out a template."""

CLOCKS_APART = timedelta(minutes=10)


class AliyunVoice(SenderBase):
    """Calls by SingleCallByTts."""

    channel = Channel.VOICE
    abilities = Abilities(free_text=False, replies=False, lookup=Known.NO)
    thanks = ('{"code":0,"msg":"OK"}', 200)

    def __init__(self, settings: Settings, own: SenderSettings) -> None:
        super().__init__(own)
        self.templates = Templates(settings, own, LONGEST_PARAMETER, "")
        self.client = Client(client_options(settings, own, ENDPOINT))

    def fill(self, kind: MessageKind, language: str, parameters: Mapping[str, Any]) -> Filled | None:
        """The registered template, filled; without one ``send`` refuses."""
        return self.templates.fill(kind, language, parameters)

    def send(self, outgoing: Outgoing) -> Result:
        """Have one phone called within the lease."""
        filled = outgoing.filled
        if filled is None:
            return Rejected("no_template", Why.CONFIG)
        request = SingleCallByTtsRequest(
            called_number=national(outgoing.phone),
            called_show_number=self.own["SHOW_NUMBER"] or None,
            tts_code=filled.id,
            tts_param=json.dumps(dict(filled.values), ensure_ascii=False),
            play_times=PLAYED_TIMES,
            out_id=outgoing.ref,
        )
        body = send_within(outgoing.lease, lambda: self.client.single_call_by_tts(request))
        if isinstance(body, NotSent | Rejected | Unknown):
            return body
        return Accepted(body.call_id or outgoing.ref, 1, self.price)

    def lookup(self, sought: Sought) -> Lookup:
        """Without the call's id nobody can tell."""
        return NotThere.CANT_TELL

    def parse_receipts(self, webhook: Webhook) -> list[Receipt]:
        """VoiceReport, each asked back by the call's id; none of what the provider does not know."""
        named = [each for each in news_of(self.own, webhook) if each.get("call_id") and each.get("originate_time")]
        checked = [self._checked(each) for each in named]
        if named and not any(checked):
            raise PermissionError
        return [receipt for receipt in checked if receipt]

    def _checked(self, report: Mapping[str, Any]) -> Receipt | None:
        call_id = plain(report["call_id"], 80)
        detail = self._detail(call_id, str(report["originate_time"]))
        if detail is None:
            return None
        code = plain(detail.get("state", ""), 20)
        is_answered = code == ANSWERED
        state = MessageState.DELIVERED if is_answered else MessageState.FAILED
        return Receipt(state, call_id, "" if is_answered else code)

    def _detail(self, call_id: str, originated: str) -> dict[str, Any] | None:
        """What the provider knows of a call of the 24 hours from shortly before then; None for none of ours."""
        try:
            since = datetime.fromisoformat(originated).replace(tzinfo=CHINA) - CLOCKS_APART
        except ValueError:
            return None
        milliseconds = int(since.timestamp() * 1000)
        request = QueryCallDetailByCallIdRequest(call_id=call_id, prod_id=READ_OUT, query_date=milliseconds)
        try:
            body = self.client.query_call_detail_by_call_id(request).body
            detail = json.loads(body.data) if body.code == OK and body.data else None
        except Exception as error:  # whatever it was, nothing is known
            raise AskAgainError from error
        return detail if isinstance(detail, dict) and detail.get("callee") else None


def make(settings: Settings, _database: Database, own: SenderSettings) -> AliyunVoice:
    """The calls of Alibaba Cloud."""
    return AliyunVoice(settings, own)
