"""What providers tell us: receipts and replies. Nobody signs in here; each provider proves itself its own way."""

from flask import abort, current_app, request

from senior_univ.core.web import Page, commit, database, db, open_to_all
from senior_univ.reminders import actions, senders
from senior_univ.reminders.replies import take_reply
from senior_univ.reminders.views.blueprint import blueprint


def _sender() -> senders.Sender:
    """The sender that the settings name, made once."""
    if "sender" not in current_app.extensions:
        current_app.extensions["sender"] = senders.load(current_app.config["SETTINGS"], database())
    found: senders.Sender = current_app.extensions["sender"]
    return found


@blueprint.post("/webhooks/twilio/<int:message_id>/<int:attempt>")
@open_to_all
def twilio_receipt(message_id: int, attempt: int) -> Page:
    """Twilio says what became of a text; only Twilio, by its signature over our public address."""
    settings = current_app.config["SETTINGS"]
    if settings.sender != "twilio":
        abort(404)
    url = settings.public_url.rstrip("/") + request.full_path.rstrip("?")
    try:
        signature = request.headers.get("X-Twilio-Signature", "")
        receipt = _sender().parse_receipt(url, request.form, signature)
    except PermissionError:
        abort(403)
    if receipt is not None:
        actions.apply_receipt(db(), message_id, attempt, receipt)
        commit()
    return "", 204


@blueprint.post("/webhooks/twilio/incoming")
@open_to_all
def twilio_reply() -> Page:
    """Somebody answered a text; only Twilio tells us, by its signature over our public address."""
    settings = current_app.config["SETTINGS"]
    if settings.sender != "twilio":
        abort(404)
    url = settings.public_url.rstrip("/") + request.full_path.rstrip("?")
    try:
        reply = _sender().parse_reply(url, request.form, request.headers.get("X-Twilio-Signature", ""))
    except PermissionError:
        abort(403)
    take_reply(db(), reply)
    commit()
    return "", 204
