"""One's own page: what is kept, how pages look, whether reminders come."""

from flask import flash, redirect, session, url_for
from flask_babel import lazy_gettext as _l
from flask_login import current_user

from senior_univ.accounts import actions, queries
from senior_univ.accounts.models import Account, Person
from senior_univ.accounts.views.blueprint import blueprint
from senior_univ.core.permissions import ROLE_LABELS, Permission
from senior_univ.core.web import Page, allow, commit, db, render, signed_in
from senior_univ.network.queries import region_path


@blueprint.get("/me")
@allow(Permission.LEARN)
def profile() -> Page:
    """What is kept of me."""
    who = signed_in()
    me = db().get_one(Person, who.person_id)
    return render(
        "accounts/profile.html",
        me=me,
        path=region_path(db(), me.region_code) if me.region_code else [],
        posts=queries.postings_of(db(), [who.person_id]).get(who.person_id, []),
        roles=ROLE_LABELS,
        has_password=db().get_one(Account, current_user.account_id).password_hash is not None,
    )


@blueprint.post("/me/reminders/stop")
@allow(Permission.LEARN)
def no_reminders() -> Page:
    """No reminders by text any more."""
    actions.stop_reminders(db(), db().get_one(Person, signed_in().person_id), by=signed_in())
    commit()
    flash(str(_l("You get no reminders any more. A cancelled or moved class is still told to you.")), "ok")
    return redirect(url_for("accounts.profile"), 303)


@blueprint.post("/me/reminders/start")
@allow(Permission.LEARN)
def reminders_again() -> Page:
    """Reminders by text again."""
    actions.want_reminders(db(), db().get_one(Person, signed_in().person_id), by=signed_in())
    commit()
    flash(str(_l("You get reminders again.")), "ok")
    return redirect(url_for("accounts.profile"), 303)


@blueprint.post("/me/sign-out-everywhere")
@allow(Permission.LEARN)
def leave_everywhere() -> Page:
    """Every device on which I am signed in asks again who I am."""
    actions.sign_out_everywhere(db(), current_user.account_id, by=signed_in())
    commit()
    session.clear()
    flash(str(_l("You are signed out everywhere.")), "ok")
    return redirect(url_for("accounts.sign_in"), 303)
