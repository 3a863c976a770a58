"""Rewording texts: which there are, one of them tried on real texts, sent to oneself, used from now on."""

from flask import current_app, flash, redirect, request, url_for
from flask_babel import gettext as _

from senior_univ.accounts.rules import phone_words
from senior_univ.core.errors import DomainError
from senior_univ.core.paging import page_of
from senior_univ.core.web import Page, allow, carry_out, commit, db, render, show_refusal, signed_in
from senior_univ.reminders import wording
from senior_univ.reminders.models import KIND_LABELS
from senior_univ.reminders.views.blueprint import blueprint
from senior_univ.reminders.views.figures import money
from senior_univ.reminders.wording import LANGUAGES, PERMISSION, Shape
from senior_univ.reminders.wording_forms import WordingForm


def _language() -> str:
    asked = request.args.get("language", "")
    return asked if asked in LANGUAGES else LANGUAGES[0]


@blueprint.get("/messages/wordings")
@allow(PERMISSION)
def wordings() -> Page:
    """Every text that can be reworded, as it reads now."""
    page = page_of(wording.shapes(db(), _language()), 25)
    return render("reminders/wordings.html", page=page, language=_language(), kinds=KIND_LABELS)


@blueprint.route("/messages/wordings/<shape>", methods=["GET", "POST"])
@allow(PERMISSION)
def edit_wording(shape: str) -> Page:
    """One text: its words, what may stand in them, how they read on real texts."""
    settings = current_app.config["SETTINGS"]
    shown = wording.shape_of(db(), shape, _language())
    form = WordingForm(words=shown.words)
    tried = None
    if form.validate_on_submit():
        words = form.words.data or ""
        if form.save.data and _saved(form, shown, words):
            flash(_("From now on the text reads so."), "ok")
            return redirect(url_for("reminders.wordings", language=_language()), 303)
        if form.test.data:
            _send_test(form, shown, words)
        try:
            kept = wording.check(shown, words, settings)
            tried = wording.try_out(db(), signed_in(), shown, kept, settings)
        except DomainError as refusal:
            if not form.errors:
                show_refusal(form, refusal)
    return render(
        "reminders/edit_wording.html",
        form=form,
        shape=shown,
        tried=tried,
        kind=KIND_LABELS[shown.kind],
        language=_language(),
        takes_words=current_app.extensions["senders"].default.abilities.free_text,
        cost=money(_price() * tried.parts) if tried else "",
    )


def _price() -> int:
    settings = current_app.config["SETTINGS"]
    return next((each.price for each in settings.all_senders() if each.name == settings.sender), 0)


def _saved(form: WordingForm, shown: Shape, words: str) -> bool:
    settings, done = current_app.config["SETTINGS"], []
    carry_out(form, lambda: done.append(wording.reword(db(), shown, words, settings, by=signed_in())))
    return bool(done) and not form.errors


def _send_test(form: WordingForm, shown: Shape, words: str) -> None:
    settings = current_app.config["SETTINGS"]
    phone = carry_out(form, lambda: wording.send_test(db(), signed_in(), shown, words, settings), is_step=True)
    if phone is not None:
        flash(_("It is being sent to %(phone)s.", phone=phone_words(phone)), "ok")


@blueprint.post("/messages/wordings/<shape>/shipped")
@allow(PERMISSION)
def back_to_shipped(shape: str) -> Page:
    """The shipped text again."""
    shown = wording.shape_of(db(), shape, _language())
    wording.reword(db(), shown, shown.shipped, current_app.config["SETTINGS"], by=signed_in())
    commit()
    flash(_("The text reads as it was shipped."), "ok")
    return redirect(url_for("reminders.wordings", language=_language()), 303)
