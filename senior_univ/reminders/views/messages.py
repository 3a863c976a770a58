"""The demo's 短信 page and the texts that staff may see."""

from collections.abc import Sequence

from flask import abort, current_app, flash, redirect, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString

from senior_univ.accounts.rules import phone_words
from senior_univ.core import clock
from senior_univ.core.paging import paginate
from senior_univ.core.permissions import Permission
from senior_univ.core.web import Page, allow, commit, db, found, open_to_all, render, signed_in
from senior_univ.reminders import queries, questions
from senior_univ.reminders.life import explained
from senior_univ.reminders.models import KIND_LABELS, STATE_LABELS, Message, MessageState, SentText
from senior_univ.reminders.replies import take_reply
from senior_univ.reminders.rules import TAGS, has_no_receipt
from senior_univ.reminders.senders import Reply
from senior_univ.reminders.views.blueprint import blueprint
from senior_univ.waiting.queries import phones_asked


@blueprint.get("/texts")
@open_to_all
def texts() -> Page:
    """What the demo's people would have got on their phones, the codes included; not there outside the demo."""
    if not current_app.config["SETTINGS"].demo:
        abort(404)
    page = paginate(db(), queries.texts_shown(), size=25)
    return render("reminders/texts.html", page=page, phone_words=phone_words, answers=_answers_to(page.rows))


def _answers_to(texts: Sequence[SentText]) -> dict[int, tuple[int, ...]]:
    """{text: the digits that answer it}; an offer whose text is not known is answered at its phone's newest text."""
    phones = {each.phone for each in texts}
    open_ones = {each.id: each for each in questions.questions_to(db(), phones, unanswered=True)}
    asked = phones_asked(db(), phones) - {each.phone for each in open_ones.values()}
    newest = {each.phone: each.id for each in reversed(texts) if each.phone in asked}
    answers: dict[int, tuple[int, ...]] = dict.fromkeys(newest.values(), questions.PAIRS[0])
    for text in texts:
        message = open_ones.get(int(text.ref.split(".")[0])) if text.ref.split(".")[0].isdecimal() else None
        if message is not None and (digits := questions.digits_of(message)):
            answers[text.id] = digits if message.kind in questions.ASKED_ALWAYS else digits[:1]
    return answers


@blueprint.post("/texts/<int:text_id>/reply")
@open_to_all
def reply_to_text(text_id: int) -> Page:
    """Reply to a text of the demo as its phone's owner would; not there outside the demo."""
    if not current_app.config["SETTINGS"].demo:
        abort(404)
    text = found(db().get(SentText, text_id))
    answer = request.form.get("text", "")
    take_reply(db(), "demo", Reply(text.phone, answer, f"demo.{text.id}.{answer[:20]}"))
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
        explained=explained,
        tags=TAGS,
    )


def state_words(message: Message) -> LazyString:
    """A text's state in words; a provider's long silence is one of its own."""
    waits = message.state is MessageState.ACCEPTED and not message.sender.startswith("console")
    if waits and message.attempted_at and has_no_receipt(message.attempted_at, clock.now()):
        return _l("Sent, no receipt")
    return STATE_LABELS[message.state]
