"""Webhooks of providers that sign nothing: an address with a secret in it, from the addresses on a list."""

import json
from hmac import compare_digest
from ipaddress import ip_address
from typing import Any

from config import SenderSettings
from senior_univ.reminders.senders import Webhook

MOST_NEWS = 500


def news_of(own: SenderSettings, webhook: Webhook) -> list[dict[str, Any]]:
    """The records in a webhook's JSON; PermissionError for a stranger, ValueError for what is no such list."""
    if not compare_digest(webhook.secret.encode(), own["WEBHOOK_SECRET"].encode()):
        raise PermissionError
    if own.webhook_addresses and not _is_listed(own, webhook.address):
        raise PermissionError
    try:
        read = json.loads(webhook.body)
    except RecursionError as error:
        raise ValueError("nested without end") from error
    records = read if isinstance(read, list) else [read]
    if len(records) > MOST_NEWS or not all(isinstance(each, dict) for each in records):
        raise ValueError("no list of records")
    return records


def _is_listed(own: SenderSettings, address: str) -> bool:
    try:
        return any(ip_address(address) in each for each in own.webhook_addresses)
    except ValueError:
        return False


def attempt_named(ref: object) -> tuple[int, int] | None:
    """(text, attempt) of ``7.2``; None for what another application sent under the same account."""
    message_id, _, attempt = str(ref).partition(".")
    if not all(each.isascii() and each.isdecimal() and len(each) < 10 for each in (message_id, attempt)):
        return None
    return int(message_id), int(attempt)
