"""Beginning a session: what every way of signing in ends with."""

from typing import Any

from flask import current_app, flash, redirect, request, session, url_for
from flask_login import login_user
from werkzeug.wrappers import Response

from senior_univ.accounts import actions
from senior_univ.accounts.models import Account
from senior_univ.accounts.web_setup import load_user
from senior_univ.core import clock
from senior_univ.core.errors import DomainError
from senior_univ.core.web import commit, db, roll_back, safe_next

PROVED_SECONDS = 30 * 60
"""How long a proved phone is good for saying who one is and for entering oneself."""


def secret() -> str:
    """The key of every keyed hash."""
    return str(current_app.config["SECRET_KEY"])


def address() -> str:
    """Where the request comes from; behind proxies what the trusted ones say."""
    return request.remote_addr or ""


def proved_phone() -> str | None:
    """The phone that this browser proved with a code a short while ago."""
    asked: dict[str, Any] = session.get("sign_in", {})
    is_fresh = clock.now().timestamp() - asked.get("proved_at", 0) < PROVED_SECONDS
    return asked.get("phone") if is_fresh else None


def enter(person_id: int, way: str) -> Response:
    """Sign that person in and go where she wanted to go; an account that was closed is told so."""
    try:
        account = actions.enter(db(), person_id, way)
        commit()
    except DomainError as refusal:
        roll_back()
        flash(str(refusal.message), "warning")
        return redirect(url_for("accounts.sign_in"), 303)
    return arrive(account)


def arrive(account: Account, then: str | None = None) -> Response:
    """Begin the session of an account that was entered, and go on to ``then`` or where she wanted to go."""
    asked: dict[str, Any] = session.get("sign_in", {})
    begin(f"{account.id}.{account.session_number}", is_borrowed=bool(asked.get("is_borrowed")))
    return redirect(then or safe_next(asked.get("next")) or "/", 303)


def begin(user_id: str, *, is_borrowed: bool) -> None:
    """A new session: nothing of an earlier one stays, so that a planted one is worth nothing."""
    session.clear()
    session.permanent = not is_borrowed
    if is_borrowed:
        session["borrowed_seen_at"] = int(clock.now().timestamp())
    login_user(load_user(user_id))
