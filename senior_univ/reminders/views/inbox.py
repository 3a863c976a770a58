"""What people wrote and a person must read."""

from flask import current_app, flash, redirect, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from senior_univ.accounts.rules import phone_words
from senior_univ.core.forms import Form, TextAreaField, at_most, needed
from senior_univ.core.paging import paginate
from senior_univ.core.permissions import Permission
from senior_univ.core.web import Page, allow, carry_out, commit, database, db, render, signed_in
from senior_univ.reminders import inbox, senders
from senior_univ.reminders.models import KIND_LABELS, MEANING_LABELS, Channel, IncomingText, Meaning
from senior_univ.reminders.views.blueprint import blueprint


class AnswerForm(Form):
    """An answer in one's own words."""

    words = TextAreaField(_l("Answer by text"), validators=[needed(), at_most(inbox.LONGEST_ANSWER)])


@blueprint.get("/inbox")
@allow(Permission.SEE_MESSAGES)
def inbox_page() -> Page:
    """Every text that waits to be read, and what was settled."""
    page = paginate(db(), inbox.visible_incoming(signed_in()))
    return render("reminders/inbox.html", page=page, meanings=MEANING_LABELS, phone_words=phone_words)


@blueprint.route("/inbox/<int:incoming_id>", methods=["GET", "POST"])
@allow(Permission.SEE_MESSAGES)
def incoming_text(incoming_id: int) -> Page:
    """One of them with everything that was texted from and to its phone; answered by text where that is possible."""
    incoming = inbox.incoming_for(db(), signed_in(), incoming_id)
    form = AnswerForm()
    may_answer = _takes_words(incoming)
    if may_answer and form.validate_on_submit():
        words = form.words.data or ""
        if carry_out(form, lambda: inbox.answer(db(), incoming, words, by=signed_in())):
            flash(_("The answer goes out in a moment."), "ok")
            return redirect(url_for("reminders.incoming_text", incoming_id=incoming_id), 303)
    people = inbox.people_meant(db(), signed_in(), incoming.phone)
    return render(
        "reminders/incoming_text.html",
        incoming=incoming,
        form=form,
        may_answer=may_answer,
        lines=inbox.thread(db(), signed_in(), incoming),
        people=people,
        meanings=MEANING_LABELS,
        kinds=KIND_LABELS,
        phone_words=phone_words,
    )


def _takes_words(incoming: IncomingText) -> bool:
    """Whether an answer in free words could be sent there."""
    if incoming.meaning is Meaning.WRONG_NUMBER or not incoming.phone:
        return False
    known = senders.load_all(current_app.config["SETTINGS"], database())
    names = known.for_organisation(None, Channel.SMS)
    return any(known.of(name).abilities.free_text for name in names[:1])


@blueprint.post("/inbox/<int:incoming_id>/settle")
@allow(Permission.SEE_MESSAGES)
def settle_incoming(incoming_id: int) -> Page:
    """It was read, and what was to do is done."""
    inbox.settle(db(), inbox.incoming_for(db(), signed_in(), incoming_id), by=signed_in())
    commit()
    flash(_("Settled."), "ok")
    return redirect(url_for("reminders.inbox_page"), 303)


@blueprint.post("/inbox/<int:incoming_id>/right")
@allow(Permission.SEE_MESSAGES)
def number_is_right(incoming_id: int) -> Page:
    """The number is hers after all."""
    inbox.say_right(db(), inbox.incoming_for(db(), signed_in(), incoming_id), by=signed_in())
    commit()
    flash(_("Noted. Texts go to this phone again."), "ok")
    return redirect(url_for("reminders.inbox_page"), 303)
