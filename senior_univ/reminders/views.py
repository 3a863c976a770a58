"""The demo's 短信 page, the texts that staff may see, and the providers' webhook."""

from flask import Blueprint, abort, current_app, flash, redirect, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString

from senior_univ.accounts.rules import phone_words
from senior_univ.core import clock
from senior_univ.core.paging import paginate
from senior_univ.core.permissions import Permission
from senior_univ.core.web import Page, allow, commit, database, db, found, open_to_all, render, signed_in
from senior_univ.reminders import actions, queries, senders, suspensions
from senior_univ.reminders.models import EXPLANATIONS, KIND_LABELS, STATE_LABELS, Message, MessageState, SentText
from senior_univ.reminders.replies import take_reply
from senior_univ.reminders.rules import TAGS, has_no_receipt
from senior_univ.reminders.senders import Reply
from senior_univ.timetable.suspensions import suspension_for
from senior_univ.waiting.queries import phones_asked

blueprint = Blueprint("reminders", __name__)


@blueprint.get("/texts")
@open_to_all
def texts() -> Page:
    """What the demo's people would have got on their phones, the codes included; not there outside the demo."""
    if not current_app.config["SETTINGS"].demo:
        abort(404)
    page = paginate(db(), queries.texts_shown(), size=25)
    asked = phones_asked(db(), {each.phone for each in page.rows})
    newest = {each.phone: each.id for each in reversed(page.rows) if each.phone in asked}
    return render("reminders/texts.html", page=page, phone_words=phone_words, answerable=set(newest.values()))


@blueprint.post("/texts/<int:text_id>/reply")
@open_to_all
def reply_to_text(text_id: int) -> Page:
    """Reply to a text of the demo as its phone's owner would; not there outside the demo."""
    if not current_app.config["SETTINGS"].demo:
        abort(404)
    text = found(db().get(SentText, text_id))
    answer = request.form.get("text", "")
    take_reply(db(), Reply(text.phone, answer, f"demo.{text.id}.{answer[:20]}"))
    commit()
    flash(_("Replied. The answer to it appears here in a moment."), "ok")
    return redirect(url_for("reminders.texts"), 303)


@blueprint.get("/messages")
@allow(Permission.SEE_MESSAGES)
def messages() -> Page:
    """The texts about the viewer's own people, and what became of each."""
    page = paginate(db(), queries.visible_messages(signed_in()), size=50)
    about = {each.person_id for message in page.rows for each in message.about if each.person_id}
    return render(
        "reminders/messages.html",
        page=page,
        visible=queries.visible_among(db(), signed_in(), about),
        phone_words=phone_words,
        kinds=KIND_LABELS,
        state_words=state_words,
        explanations=EXPLANATIONS,
        tags=TAGS,
    )


def state_words(message: Message) -> LazyString:
    """A text's state in words; a provider's long silence is one of its own."""
    waits = message.state is MessageState.ACCEPTED and message.sender != "console"
    if waits and message.attempted_at and has_no_receipt(message.attempted_at, clock.now()):
        return _l("Sent, no receipt")
    return STATE_LABELS[message.state]


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


@blueprint.get("/suspensions/<int:suspension_id>/call-sheet")
@allow(Permission.PLAN_CLASSES)
def call_sheet(suspension_id: int) -> Page:
    """Whom to call about suspended lessons; whom no text reaches comes first, whoever was reached last."""
    shown = suspension_for(db(), signed_in(), suspension_id)
    page = paginate(db(), suspensions.people_to_call(shown, signed_in()))
    reached, count = suspensions.count_to_call(db(), shown, signed_in())
    return render(
        "reminders/call_sheet.html",
        suspension=shown,
        page=page,
        lines=suspensions.call_lines(db(), shown, page.rows),
        reached=reached,
        count=count,
        phone_words=phone_words,
    )


@blueprint.post("/suspensions/<int:suspension_id>/call-sheet")
@allow(Permission.PLAN_CLASSES)
def tick_call(suspension_id: int) -> Page:
    """Somebody was reached by phone."""
    shown = suspension_for(db(), signed_in(), suspension_id)
    text = request.form.get("person", "")
    suspensions.tick(
        db(), shown, int(text) if text.isascii() and text.isdecimal() and len(text) < 10 else 0, by=signed_in()
    )
    commit()
    return redirect(url_for("reminders.call_sheet", suspension_id=suspension_id), 303)


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
