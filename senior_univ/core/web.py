"""The edge: one transaction a request, marks of permission on routes, rendering, refusals turned into words."""

from collections.abc import Callable
from functools import wraps
from typing import Any, ParamSpec, TypeVar
from urllib.parse import urlsplit

from flask import Response as FlaskResponse
from flask import abort, current_app, g, redirect, render_template, request, session, url_for
from flask_babel import lazy_gettext as _l
from flask_login import current_user
from flask_wtf import FlaskForm
from sqlalchemy.orm import Session
from werkzeug.routing import IntegerConverter
from werkzeug.wrappers import Response

from senior_univ.core.access import Right, Viewer
from senior_univ.core.db import Database, end_reading
from senior_univ.core.drafts import tell_sent
from senior_univ.core.errors import DomainError, NotFoundError
from senior_univ.core.permissions import Permission

P = ParamSpec("P")
R = TypeVar("R")
Found = TypeVar("Found")
Page = str | Response | FlaskResponse | tuple[str, int]
SAFE_METHODS = {"GET", "HEAD", "OPTIONS"}
OPEN = "open"
"""Mark of a route that needs no sign-in."""


class KeyConverter(IntegerConverter):
    """``<int:…>`` in URLs: a number past the largest key is not found rather than an error of the database."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **({"max": 2**31 - 1} | options))


def database() -> Database:
    """The application's database."""
    found: Database = current_app.extensions["database"]
    return found


def db() -> Session:
    """This request's session: a read for safe methods, else a write transaction from its first use."""
    if "db" not in g:
        is_safe = request.method in SAFE_METHODS
        g.db = database().new_reader() if is_safe else database().new_writer()
        g.is_writing = not is_safe
    opened: Session = g.db
    return opened


def _stop_writing() -> None:
    """Let later reads of this request go on in plain transactions, so that rendering holds no lock."""
    if g.get("is_writing"):
        g.db.bind = database().reading_engine
        g.is_writing = False


def commit() -> None:
    """End this request's write transaction and keep what it wrote; called by the view, before anything is rendered."""
    db().commit()
    _stop_writing()


def roll_back() -> None:
    """End this request's write transaction and undo what it wrote."""
    db().rollback()
    _stop_writing()


def close_session(_error: BaseException | None = None) -> None:
    """End of a request: whatever was not committed is undone."""
    opened = g.pop("db", None)
    if opened is not None:
        if not g.is_writing:
            end_reading(opened)
        opened.close()


def render(template: str, **context: Any) -> str:
    """A page. Anything uncommitted is undone first, so that no page speaks of what was not kept."""
    if g.get("is_writing"):
        roll_back()
    return render_template(template, **context)


def carry_out(form: FlaskForm | None, act: Callable[[], R], *, is_step: bool = False) -> R | None:
    """Run ``act`` and commit; a refusal undoes everything and stands on the form in words.

    Returns what ``act`` returned (an action returns the record that it wrote), or None for a refusal. Without a form
    the refusal is raised on, and the edge shows it on a page of its own. ``is_step``: the form is not sent by this yet.
    """
    try:
        done = act()
        if form is not None and not is_step:
            tell_sent(db())
        commit()
    except DomainError as refusal:
        roll_back()
        if form is None:
            raise
        show_refusal(form, refusal)
        return None
    return done


def show_refusal(form: FlaskForm, refusal: DomainError) -> None:
    """Put a refusal's words on the field that it names, else on the form."""
    words = [str(refusal.message), *map(str, refusal.suggestions)]
    if refusal.field and refusal.field in form:
        form[refusal.field].errors = [*form[refusal.field].errors, *words]
    else:
        form.form_errors.extend(words)


def viewer() -> Viewer | None:
    """Who is looking, or None for a stranger."""
    found: Viewer | None = current_user.viewer if current_user.is_authenticated else None
    return found


def signed_in() -> Viewer:
    """Who is looking, on a route that needs sign-in."""
    found = viewer()
    if found is None:
        abort(401)
    return found


def learner_id() -> int:
    """The person whose learning this page is about: the elder being helped, else oneself."""
    who = signed_in()
    helped = session.get("acting_for")
    return helped if isinstance(helped, int) and who.may_for(helped, Right.SEE) else who.person_id


def allow(permission: Permission) -> Callable[[Callable[P, R]], Callable[P, R | Page]]:
    """Mark a route: only somebody whose role carries ``permission`` may use it."""

    def mark(view: Callable[P, R]) -> Callable[P, R | Page]:
        @wraps(view)
        def guarded(*args: P.args, **kwargs: P.kwargs) -> R | Page:
            who = viewer()
            if who is None:
                return redirect(url_for("accounts.sign_in", next=safe_next(request.full_path.rstrip("?"))))
            if not who.may(permission):
                abort(403)
            return view(*args, **kwargs)

        guarded.allowed = permission  # type: ignore[attr-defined]
        return guarded

    return mark


def open_to_all(view: Callable[P, R]) -> Callable[P, R]:
    """Mark a route that needs no sign-in."""
    view.allowed = OPEN  # type: ignore[attr-defined]
    return view


def found(row: Found | None) -> Found:
    """``row``, or 404 where there is none that this viewer may see."""
    if row is None:
        raise NotFoundError
    return row


def safe_next(target: str | None) -> str | None:
    """``target`` if it is a path of this site, else None: no redirect leads elsewhere."""
    if not target or not target.startswith("/") or target.startswith(("//", "/\\")):
        return None
    parts = urlsplit(target)
    return None if parts.netloc or parts.scheme or any(ord(c) < 32 for c in target) else target


def go_on(default: str) -> Response:
    """Redirect to the form's or URL's ``next`` where it is a path of this site, else to ``default``."""
    return redirect(safe_next(request.values.get("next")) or default, code=303)


def number_asked(name: str, default: int | None = None, *, least: int = 0, most: int = 2**31 - 1) -> int | None:
    """A whole number from the query string; nonsense is read as ``default``."""
    text = request.args.get(name, "").strip()
    if not (text.isascii() and text.isdigit()) or len(text) > 10:
        return default
    number = int(text)
    return number if least <= number <= most else default


NOT_READABLE = _l("This could not be read. Please go back and try again.")
