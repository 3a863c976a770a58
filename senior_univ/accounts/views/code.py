"""Signing in with a phone and the code that is sent to it."""

from typing import Any

from flask import abort, current_app, flash, redirect, request, session, url_for
from flask_babel import lazy_gettext as _l

from senior_univ.accounts import actions, queries
from senior_univ.accounts.actions import CodeAnswer
from senior_univ.accounts.forms import BORROWED, CodeForm, EmptyForm, PhoneForm
from senior_univ.accounts.models import PhoneKind
from senior_univ.accounts.rules import parse_phone, read_code
from senior_univ.accounts.views.blueprint import blueprint
from senior_univ.accounts.views.entering import address, enter, proved_phone, secret
from senior_univ.core import clock
from senior_univ.core.errors import DomainError
from senior_univ.core.web import Page, commit, db, open_to_all, render, safe_next, show_refusal

TOO_MANY = _l("Many codes were asked for within this hour. Please wait an hour, or call us and we will help you.")
SENT_BEFORE = _l("A code was sent to this phone less than a minute ago. It is still good.")
SENT_AGAIN = _l("Another code is on its way.")
WRONG_CODE = _l("This code is not right, or it is too old. Please look at the newest text, or send the code again.")
LANDLINE = _l(
    "A text can't reach a landline. Please use a mobile, or call us: we will enrol you and help you by phone."
)


def demo_accounts() -> list[Any]:
    """What the demo lists on the sign-in page: objects with ``label``, ``what`` and ``person_id``; else nothing."""
    listed = current_app.extensions.get("demo_accounts")
    return list(listed(db())) if listed and current_app.config["SETTINGS"].demo else []


def mobile_of(text: str) -> str:
    """E.164 of a mobile; DomainError ``landline`` and those of ``parse_phone``."""
    phone, kind = parse_phone(text)
    if kind is PhoneKind.LANDLINE:
        raise DomainError("landline", LANDLINE, field="phone")
    return phone


@blueprint.route("/sign-in", methods=["GET", "POST"])
@open_to_all
def sign_in() -> Page:
    """Ask for a phone; every phone that a text can reach gets the same answer."""
    form = PhoneForm()
    if form.validate_on_submit():
        try:
            phone = mobile_of(form.phone.data)
        except DomainError as refusal:
            show_refusal(form, refusal)
        else:
            answer = ask_for_code(phone)
            if answer is not CodeAnswer.TOO_MANY:
                session["sign_in"] = {"phone": phone, "next": safe_next(request.values.get("next"))}
                return redirect(url_for("accounts.enter_code"), 303)
            form.phone.errors = [str(TOO_MANY)]
    return render("accounts/sign_in.html", form=form, demo_accounts=demo_accounts())


def ask_for_code(phone: str) -> CodeAnswer:
    """Have a code sent, and say so where one was on its way already."""
    answer = actions.issue_code(db(), phone, address=address(), key=secret())
    commit()
    if answer is CodeAnswer.SENT_BEFORE:
        flash(str(SENT_BEFORE))
    return answer


@blueprint.route("/sign-in/code", methods=["GET", "POST"])
@open_to_all
def enter_code() -> Page:
    """Ask for the code; the right one leads in, or to who one is, or to entering oneself."""
    asked = session.get("sign_in")
    if not asked:
        return redirect(url_for("accounts.sign_in"), 303)
    form = CodeForm()
    if form.validate_on_submit():
        if actions.use_code(db(), asked["phone"], read_code(form.code.data), key=secret()):
            proved = {"proved_at": clock.now().timestamp(), "is_borrowed": form.device.data == BORROWED}
            session["sign_in"] = asked | proved
            return go_in(asked["phone"])
        commit()
        form.code.errors = [str(WRONG_CODE)]
    return render("accounts/code.html", form=form, phone=asked["phone"])


def go_in(phone: str) -> Page:
    """The next page of somebody who proved that phone; the code is used up by now."""
    people = queries.people_with_phone(db(), phone)
    if len(people) == 1:
        return enter(people[0].id, "code")
    commit()
    return redirect(url_for("accounts.choose_person" if people else "accounts.register"), 303)


@blueprint.post("/sign-in/code/again")
@open_to_all
def send_again() -> Page:
    """Another code to the same phone."""
    asked = session.get("sign_in")
    if asked:
        answer = ask_for_code(asked["phone"])
        if answer is CodeAnswer.TOO_MANY:
            flash(str(TOO_MANY), "warning")
        elif answer is CodeAnswer.SENT:
            flash(str(SENT_AGAIN), "ok")
    return redirect(url_for("accounts.enter_code"), 303)


@blueprint.route("/sign-in/who", methods=["GET", "POST"])
@open_to_all
def choose_person() -> Page:
    """Ask which of the people who share the proved phone this is."""
    phone = proved_phone()
    if phone is None:
        return redirect(url_for("accounts.sign_in"), 303)
    people = queries.people_with_phone(db(), phone)
    chosen = request.form.get("person_id", type=int)
    if EmptyForm().validate_on_submit() and chosen in {person.id for person in people}:
        return enter(chosen, "code")
    return render("accounts/who.html", people=people)


@blueprint.post("/sign-in/demo")
@open_to_all
def sign_in_demo() -> Page:
    """One tap into one of the demo's accounts; there is no such page where the demo is off."""
    chosen = request.form.get("person_id", type=int)
    if chosen is None or chosen not in {each.person_id for each in demo_accounts()}:
        abort(404)
    return enter(chosen, "demo")
