"""Twilio, by its official client: outside mainland China, or with a registered signature.

Twilio takes no idempotency key, so an unclear answer is ``Unknown`` and is looked up in its list of messages by
number, exact text and time. Its scheduled sending is not used, since STOP does not cancel it.
"""

from datetime import timedelta
from typing import Any

import requests
from twilio.base.exceptions import TwilioException, TwilioRestException
from twilio.http.http_client import TwilioHttpClient
from twilio.request_validator import RequestValidator
from twilio.rest import Client

from config import SenderSettings, Settings
from senior_univ.core import clock
from senior_univ.core.db import Database
from senior_univ.reminders.models import MessageState
from senior_univ.reminders.senders import (
    Abilities,
    Accepted,
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
from senior_univ.reminders.senders.guarded_http import GuardedAdapter, LeaseOverError, lease_of_send, never_connected
from senior_univ.reminders.senders.webhook_words import LONGEST_REPLY, plain

OPTED_OUT = {21610}
TOO_MANY = {20429, 14107, 21611, 30001}
CONFIG = {20003, 20005, 20008, 20404, 21212, 21408, 21603, 21606, 21608, 21609, 21659, 21660, 21703, 30002}
"""Our account, number or settings: the text itself could be sent once these are put right."""

BLOCKED = {"21610", "30004"}
"""Whoever has the number, or her carrier, refuses our texts."""

STATES = {
    "queued": MessageState.ACCEPTED,
    "accepted": MessageState.ACCEPTED,
    "sending": MessageState.ACCEPTED,
    "sent": MessageState.ACCEPTED,
    "delivered": MessageState.DELIVERED,
    "read": MessageState.DELIVERED,
    "undelivered": MessageState.FAILED,
    "failed": MessageState.FAILED,
    "canceled": MessageState.FAILED,
}
LONGEST_VALIDITY = 36000
SHORTEST_VALIDITY = 5
CLOCKS_APART = timedelta(minutes=2)
LISTED = 100
LISTED_OUT_OF_ORDER = timedelta(days=1)
"""Twilio lists by when a text was sent, which for one that waited is later than when it was made."""


class TwilioSender(SenderBase):
    """Sends by Twilio's Messages API."""

    abilities = Abilities(lookup=Known.FUZZY)
    states = STATES
    status_field = "MessageStatus"
    ref_field = "MessageSid"

    def __init__(self, settings: Settings, own: SenderSettings | None = None) -> None:
        own = own or settings.all_senders()[0]
        super().__init__(own)
        self.settings = settings
        http = TwilioHttpClient(timeout=settings.sender_timeout)
        for scheme in ("https://", "http://"):
            http.session.mount(scheme, GuardedAdapter(pool_maxsize=32))
        self.client = Client(own["ACCOUNT_SID"], own["AUTH_TOKEN"], http_client=http)
        if own["API_URL"]:
            self.client.api.base_url = own["API_URL"].rstrip("/")
        self.validator = RequestValidator(own["AUTH_TOKEN"])

    def send(self, outgoing: Outgoing) -> Result:
        """Hand over one text within its lease."""
        token = lease_of_send.set(outgoing.lease)
        try:
            return self._hand_over(outgoing)
        except LeaseOverError:
            return NotSent(retry_after=0, reason="lease_over")
        except TwilioRestException as error:
            return _refusal(error)
        except requests.RequestException as error:
            return NotSent() if never_connected(error) else Unknown(type(error).__name__)
        except (TwilioException, ValueError) as error:
            return Unknown(type(error).__name__)  # an answer that can't be read
        finally:
            lease_of_send.reset(token)

    def _hand_over(self, outgoing: Outgoing) -> Result:
        made = self.client.messages.create(to=outgoing.phone, body=outgoing.text, **self._options(outgoing))
        segments, cost = _whole(made.num_segments), _thousandths(made.price)
        return Accepted(made.sid, segments, cost if cost is not None else segments and segments * self.price)

    def _options(self, outgoing: Outgoing) -> dict[str, Any]:
        origin = self.own["FROM"]
        options: dict[str, Any] = {"messaging_service_sid" if origin.startswith("MG") else "from_": origin}
        options["status_callback"] = self.callback_url(outgoing)
        if outgoing.expires_at is not None:
            left = int((outgoing.expires_at - clock.now()).total_seconds())
            options["validity_period"] = min(max(left, SHORTEST_VALIDITY), LONGEST_VALIDITY)
        return options

    def lookup(self, sought: Sought) -> Lookup:
        """Look for the attempt among the texts to that number, the newest first."""
        since = sought.began_at - CLOCKS_APART
        try:
            for each in self.client.messages.stream(to=sought.phone, page_size=LISTED):
                if each.date_created is not None and each.date_created < since - LISTED_OUT_OF_ORDER:
                    break
                if each.body == sought.text and each.date_created is not None and each.date_created >= since:
                    return Found(each.sid)
        except (TwilioException, requests.RequestException, ValueError):
            return NotThere.NO_ANSWER
        return NotThere.NOT_YET

    def callback_url(self, outgoing: Outgoing) -> str:
        """Where Twilio reports on an attempt."""
        root = self.settings.public_url.rstrip("/")
        return f"{root}/webhooks/{self.name}/{outgoing.message_id}/{outgoing.attempt}"

    def parse_receipts(self, webhook: Webhook) -> list[Receipt]:
        """The receipt of a status callback; PermissionError unless Twilio signed it for this very address."""
        self._refuse_forged(webhook)
        form = webhook.form
        state = self.states.get(form.get(self.status_field, ""))
        if state is None or webhook.message_id is None:
            return []
        code = plain(form.get("ErrorCode", ""), 20)
        ref = plain(form.get(self.ref_field, ""), 80)
        return [Receipt(state, ref, code, webhook.message_id, webhook.attempt, code in BLOCKED)]

    def parse_replies(self, webhook: Webhook) -> list[Reply]:
        """An incoming text; PermissionError unless Twilio signed it for this very address."""
        self._refuse_forged(webhook)
        form = webhook.form
        ref = plain(form.get("MessageSid", ""), 80)
        if not ref:
            raise ValueError("a text without its name")
        return [Reply(plain(form.get("From", ""), 20), plain(form.get("Body", ""), LONGEST_REPLY), ref)]

    def _refuse_forged(self, webhook: Webhook) -> None:
        """Twilio's validator raises where the signature is missing, so that is asked first."""
        if not webhook.signature or not self.validator.validate(webhook.url, dict(webhook.form), webhook.signature):
            raise PermissionError


def _whole(text: str | None) -> int | None:
    return int(text) if text and text.isdecimal() else None


def _thousandths(price: str | None) -> int | None:
    """Twilio's price is negative, and None until it knows it."""
    return None if price is None else round(abs(float(price)) * 1000)


def _refusal(error: TwilioRestException) -> Result:
    code = error.code or 0
    if error.status == 429 or code in TOO_MANY:
        return NotSent(reason="too_many")
    if error.status >= 500 or 300 <= error.status < 400:
        return Unknown(f"http_{error.status}")
    if code in OPTED_OUT:
        return Rejected(str(code), Why.OPTED_OUT)
    is_config = code in CONFIG or error.status in (401, 403, 404)
    return Rejected(str(code or error.status), Why.CONFIG if is_config else Why.PERMANENT)


def make(settings: Settings, _database: Database, own: SenderSettings) -> TwilioSender:
    """The Twilio sender for these settings."""
    return TwilioSender(settings, own)
