"""Who is signed in, known to every page before it is made."""

from typing import Any

from flask import Flask, g, request, session
from flask_babel import lazy_gettext as _l
from flask_login import AnonymousUserMixin, LoginManager, UserMixin, current_user
from sqlalchemy.orm import Session

from senior_univ.accounts import actions, jobs, queries
from senior_univ.accounts.models import Draft
from senior_univ.accounts.queries import SignedInPerson
from senior_univ.accounts.rules import masked_phone
from senior_univ.audit.queries import People
from senior_univ.core import clock
from senior_univ.core.access import Right, Viewer
from senior_univ.core.drafts import form_sent, looking_for_draft, page_path
from senior_univ.core.errors import DomainError
from senior_univ.core.phones import phone_words
from senior_univ.core.web import SAFE_METHODS, db

IDLE_SECONDS = 10 * 60
"""A borrowed tablet forgets who used it after so long without a page."""

NEEDS_NOBODY = {"static", "health.alive", "health.ready"}
ABOUT_NOBODY = {"accounts.sign_out", "accounts.change_display", "accounts.stop_helping"}
"""What is sent here is about no elder."""

HELP_ENDED = _l("You may not act for this person any more. Nothing was changed.")


class User(UserMixin):
    """Flask-Login's idea of the person who is signed in."""

    def __init__(self, found: SignedInPerson) -> None:
        self.id = f"{found.account_id}.{found.session_number}"
        self.account_id = found.account_id
        self.person = found.person
        self.viewer: Viewer = found.viewer
        self.elder_names = found.elder_names


def load_user(user_id: str) -> User | None:
    """The user of a session; None where the account is closed or signed out everywhere since."""
    account_id, _, session_number = user_id.partition(".")
    if not (account_id.isdecimal() and session_number.isdecimal()):
        return None
    found = queries.signed_in_person(db(), int(account_id), int(session_number))
    return User(found) if found else None


def know_user() -> None:
    """Load who is signed in, before any page asks for her language and text size; forget whose account is closed."""
    if request.endpoint in NEEDS_NOBODY or "_user_id" not in session:
        return
    if _has_been_left():
        session.clear()
    elif current_user.is_authenticated:
        person = current_user.person
        g.page_viewer = current_user.viewer
        g.language, g.size, g.theme = person.language, person.text_size, person.theme
        _stop_help_that_ended()
    else:
        session.pop("_user_id")


def _stop_help_that_ended() -> None:
    """Forget the elder who let her help no longer; what was filled in for that elder must not happen to oneself."""
    helped = session.get("acting_for")
    if helped is None or current_user.viewer.may_for(helped, Right.SEE):
        return
    session.pop("acting_for")
    if request.method not in SAFE_METHODS and request.endpoint not in ABOUT_NOBODY:
        raise DomainError("help_ended", HELP_ENDED)


def _has_been_left() -> bool:
    """Whether this is a borrowed tablet that nobody touched for too long; keeps the time of this touch."""
    if "borrowed_seen_at" not in session:
        return False
    now = int(clock.now().timestamp())
    is_left = bool(now - session["borrowed_seen_at"] > IDLE_SECONDS)
    session["borrowed_seen_at"] = now
    return is_left


def accounts_context() -> dict[str, Any]:
    """``viewer``, ``acting_for`` (the elder being helped) and ``is_borrowed`` for every page."""
    if g.get("is_broken") or "_user_id" not in session or not current_user.is_authenticated:
        return {}
    helped = session.get("acting_for")
    names = current_user.elder_names
    return {
        "viewer": current_user.viewer,
        "acting_for": {"id": helped, "name": names[helped]} if helped in names else None,
        "is_borrowed": "borrowed_seen_at" in session,
    }


def draft_here() -> Draft | None:
    """What the viewer kept of the form of this page."""
    if not current_user.is_authenticated:
        return None
    return queries.draft_of(db(), current_user.viewer.person_id, page_path())


def read_draft(path: str, **_more: Any) -> dict[str, list[str]] | None:
    """The answer to ``looking_for_draft``."""
    if not current_user.is_authenticated:
        return None
    kept = queries.draft_of(db(), current_user.viewer.person_id, path)
    return kept.data if kept else None


def drop_sent(session: Session, *, path: str, **_more: Any) -> None:
    """What was kept of a form that has been sent is gone with it."""
    if current_user.is_authenticated:
        actions.drop_draft(session, current_user.viewer.person_id, path)


def init_app(app: Flask) -> None:
    """Set up Flask-Login, the context, the filters ``phone`` and ``masked_phone``, and what the audit asks of people."""
    app.extensions["audit_people"] = People(queries.names_of, queries.acts_seen_by)
    manager = LoginManager(app)
    manager.user_loader(load_user)
    manager.session_protection = None  # a mobile's address changes from page to page
    manager.anonymous_user = AnonymousUserMixin
    form_sent.connect(drop_sent)
    looking_for_draft.connect(read_draft)
    app.extensions.setdefault("jobs", []).append(("drafts", jobs.EVERY_SECONDS, jobs.forget_drafts))
    app.jinja_env.globals.update(draft_here=draft_here, page_path=page_path)
    app.before_request(know_user)
    app.context_processor(accounts_context)
    app.jinja_env.filters.update(phone=phone_words, masked_phone=masked_phone)
