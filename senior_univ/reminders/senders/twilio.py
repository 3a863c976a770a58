"""Twilio, by its official client: outside mainland China, or with a registered signature.

Twilio takes no idempotency key, so an unclear answer is ``Unknown`` and is looked up in its list of messages by
number, exact text and time. Its scheduled sending is not used, since STOP does not cancel it.
"""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import requests
from twilio.base.exceptions import TwilioException, TwilioRestException
from twilio.http.http_client import TwilioHttpClient
from twilio.request_validator import RequestValidator
from twilio.rest import Client
from urllib3.exceptions import ConnectTimeoutError, NameResolutionError, NewConnectionError

from config import Settings
from senior_univ.core import clock
from senior_univ.core.db import Database
from senior_univ.reminders.models import MessageState
from senior_univ.reminders.senders import (
    Accepted,
    Found,
    Lookup,
    NotSent,
    NotThere,
    Outgoing,
    Receipt,
    Rejected,
    Reply,
    Result,
    Sought,
    Unknown,
    Why,
)
from senior_univ.reminders.senders.guarded_http import GuardedAdapter, LeaseOverError, lease_of_send

OPTED_OUT = {21610}
TOO_MANY = {20429, 14107, 21611, 30001}
CONFIG = {20003, 20005, 20008, 20404, 21212, 21408, 21603, 21606, 21608, 21609, 21659, 21660, 21703, 30002}
"""Our account, number or settings: the text itself could be sent once these are put right."""

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


class TwilioSender:
    """Sends by Twilio's Messages API."""

    name = "twilio"

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        http = TwilioHttpClient(timeout=settings.sender_timeout)
        for scheme in ("https://", "http://"):
            http.session.mount(scheme, GuardedAdapter(pool_maxsize=32))
        self.client = Client(settings.twilio_account_sid, settings.twilio_auth_token, http_client=http)
        if settings.twilio_api_url:
            self.client.api.base_url = settings.twilio_api_url.rstrip("/")
        self.validator = RequestValidator(settings.twilio_auth_token)

    def send(self, outgoing: Outgoing) -> Result:
        """Hand over one text within its lease."""
        token = lease_of_send.set(outgoing.lease)
        try:
            made = self.client.messages.create(to=outgoing.phone, body=outgoing.text, **self._options(outgoing))
        except LeaseOverError:
            return NotSent(retry_after=0, reason="lease_over")
        except TwilioRestException as error:
            return _refusal(error)
        except requests.RequestException as error:
            return NotSent() if _never_connected(error) else Unknown(type(error).__name__)
        except (TwilioException, ValueError) as error:
            return Unknown(type(error).__name__)  # an answer that can't be read
        finally:
            lease_of_send.reset(token)
        return Accepted(made.sid)

    def _options(self, outgoing: Outgoing) -> dict[str, Any]:
        origin = self.settings.twilio_from
        options: dict[str, Any] = {"messaging_service_sid" if origin.startswith("MG") else "from_": origin}
        options["status_callback"] = callback_url(self.settings, outgoing.message_id, outgoing.attempt)
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

    def parse_receipt(self, url: str, form: Mapping[str, str], signature: str) -> Receipt | None:
        """The receipt of a status callback; PermissionError unless Twilio signed it for this very address."""
        self._refuse_forged(url, form, signature)
        state = STATES.get(form.get("MessageStatus", ""))
        if state is None:
            return None
        return Receipt(state, form.get("MessageSid", "")[:80], form.get("ErrorCode", "")[:20])

    def parse_reply(self, url: str, form: Mapping[str, str], signature: str) -> Reply:
        """An incoming text; PermissionError unless Twilio signed it for this very address."""
        self._refuse_forged(url, form, signature)
        return Reply(form.get("From", "")[:20], form.get("Body", "")[:1600], form.get("MessageSid", "")[:80])

    def _refuse_forged(self, url: str, form: Mapping[str, str], signature: str) -> None:
        if not signature or not self.validator.validate(url, dict(form), signature):
            raise PermissionError


def callback_url(settings: Settings, message_id: int, attempt: int) -> str:
    """Where Twilio reports on an attempt."""
    return f"{settings.public_url.rstrip('/')}/webhooks/twilio/{message_id}/{attempt}"


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


def _never_connected(error: requests.RequestException) -> bool:
    """Whether no connection was made, so that nothing can have been sent."""
    if isinstance(error, requests.ConnectTimeout):
        return True
    cause = error.args[0] if error.args else None
    reason = getattr(cause, "reason", cause)
    return isinstance(reason, NewConnectionError | NameResolutionError | ConnectTimeoutError)


def make(settings: Settings, _database: Database) -> TwilioSender:
    """The Twilio sender for these settings."""
    return TwilioSender(settings)
