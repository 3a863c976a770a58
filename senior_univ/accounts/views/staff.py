"""Sign-in of staff with a password. Hashing is slow, so that it is done between two short transactions."""

from flask import flash, redirect, request, session, url_for
from flask_babel import lazy_gettext as _l
from flask_login import current_user

from senior_univ.accounts import actions, queries
from senior_univ.accounts.actions import codes
from senior_univ.accounts.forms import PasswordForm, StaffForm
from senior_univ.accounts.models import Account
from senior_univ.accounts.passwords import hash_password, is_password
from senior_univ.accounts.rules import keyed_hash, parse_phone, plain_text
from senior_univ.accounts.views.blueprint import blueprint
from senior_univ.accounts.views.entering import address, begin, enter, secret
from senior_univ.core.errors import DomainError
from senior_univ.core.permissions import Permission
from senior_univ.core.web import (
    Page,
    allow,
    close_session,
    commit,
    db,
    open_to_all,
    render,
    safe_next,
    show_refusal,
    signed_in,
)

NOT_RIGHT = _l("The name or the password is not right.")
TOO_OFTEN = _l("This was tried too often within this hour. Please wait, or ask your administrator.")


def counted_as(login: str) -> str:
    """What tries of a login are counted under: a phone is one, however it is written."""
    try:
        return parse_phone(login)[0]
    except DomainError:
        return login


def may_try(login: str) -> bool:
    """Count this try for the name and for where it comes from."""
    name, place = keyed_hash(secret(), "login", login), keyed_hash(secret(), "address", address())
    by_name = codes.count_try(db(), "password", name, codes.HOUR, codes.PASSWORDS_PER_NAME_AND_HOUR)
    by_place = codes.count_try(db(), "password-from", place, codes.HOUR, codes.PASSWORDS_PER_ADDRESS_AND_HOUR)
    return by_name and by_place


def person_with(login: str, password: str) -> int | None:
    """The person whose name and password these are; as slow where there is no such name."""
    account = queries.account_by_login(db(), login)
    person_id, kept = (account.person_id, account.password_hash) if account else (None, None)
    commit()
    close_session()
    return person_id if is_password(password, kept) else None


@blueprint.route("/sign-in/staff", methods=["GET", "POST"])
@open_to_all
def sign_in_staff() -> Page:
    """Ask for a login name or phone, and the password."""
    form = StaffForm()
    if form.validate_on_submit():
        login = plain_text(form.login.data).casefold()
        if not may_try(counted_as(login)):
            commit()
            form.form_errors.append(str(TOO_OFTEN))
        elif person_id := person_with(login, form.password.data):
            session["sign_in"] = {"next": safe_next(request.values.get("next")), "is_borrowed": form.is_shared.data}
            return enter(person_id, "password")
        else:
            form.form_errors.append(str(NOT_RIGHT))
    return render("accounts/sign_in_staff.html", form=form)


@blueprint.route("/me/password", methods=["GET", "POST"])
@allow(Permission.LEARN)
def change_password() -> Page:
    """A new password, for whom has one; other devices are signed out by it."""
    account = db().get_one(Account, current_user.account_id)
    form = PasswordForm()
    if form.validate_on_submit() and account.password_hash and (new_hash := checked(form, account)):
        account = db().get_one(Account, current_user.account_id)
        actions.set_password(db(), account, new_hash, by=signed_in())
        commit()
        begin(f"{account.id}.{account.session_number}", is_borrowed="borrowed_seen_at" in session)
        flash(str(_l("Your password was changed.")), "ok")
        return redirect(url_for("accounts.profile"), 303)
    return render("accounts/password.html", form=form, has_password=bool(account.password_hash))


def checked(form: PasswordForm, account: Account) -> str | None:
    """The new password's hash where the old password is right; no transaction is open while it is made."""
    if not may_try(str(account.id)):
        commit()
        form.form_errors.append(str(TOO_OFTEN))
        return None
    kept = account.password_hash
    commit()
    close_session()
    if not is_password(form.old_password.data, kept):
        form.old_password.errors = [str(_l("The password is not right."))]
        return None
    try:
        return hash_password(form.new_password.data)
    except DomainError as refusal:
        show_refusal(form, refusal)
        return None
