"""What providers tell us: receipts and replies. Nobody signs in here; each provider proves itself its own way.

Twilio signs every request for its very address, which names the attempt. Providers that sign nothing post to an address
with a secret in it, from addresses on a list, and what they say is asked back at the provider. Nothing of this is
logged, since it names phones; providers are checked before the transaction is opened, since that asks them.
"""

from collections.abc import Callable
from typing import TypeVar

from flask import abort, current_app, request

from senior_univ.core.web import Page, commit, db, open_to_all
from senior_univ.reminders import queries, receipts
from senior_univ.reminders.replies import take_reply
from senior_univ.reminders.senders import AskAgainError, Receipt, Reply, Sender, Senders, Webhook
from senior_univ.reminders.views.blueprint import blueprint

News = TypeVar("News")


def _sender(name: str) -> Sender:
    """The sender of that name."""
    loaded: Senders = current_app.extensions["senders"]
    if name not in loaded:
        abort(404)
    return loaded.of(name)


def _webhook(secret: str = "", message_id: int | None = None, attempt: int = 0) -> Webhook:
    root = current_app.config["SETTINGS"].public_url.rstrip("/")
    return Webhook(
        url=root + request.full_path.rstrip("?"),
        form=request.form,
        body=b"" if request.form else request.get_data(),
        signature=request.headers.get("X-Twilio-Signature", ""),
        secret=secret,
        address=request.remote_addr or "",
        message_id=message_id,
        attempt=attempt,
    )


def _parsed(parse: Callable[[Webhook], list[News]], webhook: Webhook) -> list[News]:
    """What a webhook says; a forged one is refused, one that can't be read too, one that can't be checked now put off."""
    try:
        return parse(webhook)
    except PermissionError:
        abort(403)
    except ValueError:
        abort(400)
    except AskAgainError:
        abort(503)


def _take_receipts(sender: Sender, webhook: Webhook) -> Page:
    for receipt in _parsed(sender.parse_receipts, webhook):
        message_id, attempt = _attempt_of(sender, receipt)
        receipts.take(db(), sender.name, message_id, attempt, receipt)
    return _thank(sender)


def _attempt_of(sender: Sender, receipt: Receipt) -> tuple[int, int]:
    """The attempt that a receipt is about.

    One that is named by its reference alone may come before the answer that brings this: then it is to be told again.
    """
    if receipt.message_id is not None:
        return receipt.message_id, receipt.attempt
    found = queries.attempt_by_ref(db(), sender.name, receipt.ref)
    if found is None:
        abort(503)
    return found


def _take_replies(sender: Sender, webhook: Webhook) -> Page:
    replies: list[Reply] = _parsed(sender.parse_replies, webhook)
    for reply in replies:
        take_reply(db(), sender.name, reply)
    return _thank(sender)


def _thank(sender: Sender) -> Page:
    commit()
    body, status = sender.thanks
    return current_app.response_class(body, status, mimetype="application/json" if body else None)


@blueprint.post("/webhooks/<sender>/<int:message_id>/<int:attempt>")
@open_to_all
def signed_receipts(sender: str, message_id: int, attempt: int) -> Page:
    """What became of an attempt, from a provider that signs for this very address."""
    return _take_receipts(_sender(sender), _webhook(message_id=message_id, attempt=attempt))


@blueprint.post("/webhooks/<sender>/incoming")
@open_to_all
def signed_replies(sender: str) -> Page:
    """Somebody answered a text, from a provider that signs for this very address."""
    return _take_replies(_sender(sender), _webhook())


@blueprint.post("/webhooks/<sender>/<secret>/receipts")
@open_to_all
def secret_receipts(sender: str, secret: str) -> Page:
    """What became of texts, from a provider that knows this address."""
    return _take_receipts(_sender(sender), _webhook(secret))


@blueprint.post("/webhooks/<sender>/<secret>/replies")
@open_to_all
def secret_replies(sender: str, secret: str) -> Page:
    """Somebody answered, from a provider that knows this address."""
    return _take_replies(_sender(sender), _webhook(secret))
