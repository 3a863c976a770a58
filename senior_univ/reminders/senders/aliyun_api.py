"""What Alibaba Cloud's texts and calls have in common: the client, the guard on its socket, what its answers mean.

The SDK offers no way to hand it a transport, and keeps its sessions for the whole process: so the adapter that it makes
for each is replaced by the guarded one. It tries nothing twice unless told to, and hides the first error inside its own.
"""

import logging
from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

from alibabacloud_tea_openapi.exceptions import AlibabaCloudException, ServerException, ThrottlingException
from alibabacloud_tea_openapi.utils_models import Config
from darabonba.core import DaraCore

from config import SenderSettings, Settings
from senior_univ.reminders.senders import Lease, NotSent, Rejected, Unknown, Why
from senior_univ.reminders.senders.chains import chain
from senior_univ.reminders.senders.guarded_http import GuardedAdapter, LeaseOverError, lease_of_send, never_connected

logging.getLogger("darabonba-core").setLevel(logging.CRITICAL)  # it would print whole requests, phones included

OK = "OK"
PERMANENT = {
    "isv.MOBILE_NUMBER_ILLEGAL",
    "isv.MOBILE_COUNT_OVER_LIMIT",
    "isv.BLACK_KEY_CONTROL_LIMIT",
    "isv.SMS_CONTENT_ILLEGAL",
    "isv.PARAM_LENGTH_LIMIT",
    "isv.PARAM_NOT_SUPPORT_URL",
    "isv.TEMPLATE_PARAMS_ILLEGAL",
    "isv.INVALID_JSON_PARAM",
    "isv.TTS_PARAM_ILLEGAL",
    "isv.DOMESTIC_NUMBER_NOT_SUPPORTED",
    "isv.CUSTOMER_REFUSED",
}
"""This number or these values never; every other refusal is about our account, signature or template."""

LATER = {"isv.BUSINESS_LIMIT_CONTROL", "isv.FLOW_LIMIT_CONTROL"}
"""Too many to this number or at once."""

UNCLEAR = {"isp.SYSTEM_ERROR", "isp.GATEWAY_ERROR", "ServiceUnavailable", "InternalError"}
LIMIT_PAUSE = 300


def _guarded_adapter(_protocol: str, _tls: str | None = None, pool_size: int | None = None) -> GuardedAdapter:
    return GuardedAdapter(pool_maxsize=pool_size or 32)


DaraCore.get_adapter = staticmethod(_guarded_adapter)


def client_options(settings: Settings, own: SenderSettings, endpoint: str) -> Config:
    """The SDK's options for one sender: its timeouts are ours, in milliseconds."""
    milliseconds = settings.sender_timeout * 1000
    elsewhere = urlsplit(own["API_URL"])
    return Config(
        access_key_id=own["ACCESS_KEY_ID"],
        access_key_secret=own["ACCESS_KEY_SECRET"],
        endpoint=elsewhere.netloc or endpoint,
        protocol=elsewhere.scheme or "https",
        read_timeout=milliseconds,
        connect_timeout=milliseconds,
    )


def send_within(lease: Lease, ask: Callable[[], Any]) -> Any:
    """The body of the answer, or why there is none as NotSent, Rejected or Unknown."""
    token = lease_of_send.set(lease)
    try:
        body = ask().body
    except AlibabaCloudException as error:
        return _refusal_of(error)
    except Exception as error:  # noqa: BLE001  # the SDK raises whatever it met inside exceptions of three families
        return _failure(error)
    finally:
        lease_of_send.reset(token)
    code = (body and body.code) or ""
    return body if code == OK else refusal(code)


def refusal(code: str) -> NotSent | Rejected | Unknown:
    """What a code that is not OK means."""
    if code in LATER or code.startswith("Throttling"):
        return NotSent(LIMIT_PAUSE if code in LATER else 30, "too_many")
    if not code or code in UNCLEAR:
        return Unknown(code or "no_code")
    return Rejected(code, Why.PERMANENT if code in PERMANENT else Why.CONFIG)


def _refusal_of(error: AlibabaCloudException) -> NotSent | Rejected | Unknown:
    if isinstance(error, ThrottlingException):
        return NotSent((error.retry_after or 30_000) / 1000, "too_many")
    if isinstance(error, ServerException) or (error.status_code or 500) >= 500:
        return Unknown(f"http_{error.status_code}")
    return refusal(error.code or f"http_{error.status_code}")


def _failure(error: BaseException) -> NotSent | Unknown:
    """The SDK's own exceptions hold or were raised in the middle of the one that says what happened."""
    seen = list(chain(error))
    if any(isinstance(each, LeaseOverError) for each in seen):
        return NotSent(retry_after=0, reason="lease_over")
    if any(never_connected(each) for each in seen):
        return NotSent()
    return Unknown(type(seen[-1]).__name__)
