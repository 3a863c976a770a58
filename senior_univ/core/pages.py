"""What every page has: security headers, the layout's context, and a page with one next step for each error."""

from datetime import datetime, time
from typing import Any

from flask import Flask, Response, current_app, g, redirect, request, url_for
from flask_babel import lazy_gettext as _l
from flask_wtf.csrf import CSRFError
from markupsafe import Markup
from sqlalchemy.exc import OperationalError
from werkzeug.exceptions import HTTPException, SecurityError
from werkzeug.wrappers import Response as AnyResponse

from senior_univ.core import clock, web, words
from senior_univ.core.errors import DomainError, NotFoundError
from senior_univ.core.i18n import LANGUAGES, chosen_language
from senior_univ.core.logs import log
from senior_univ.core.permissions import Permission

SIZES = ("standard", "large", "largest")
THEMES = ("light", "dark", "contrast")

SECURITY_HEADERS = {
    "Content-Security-Policy": "default-src 'self'; object-src 'none'; base-uri 'self'; form-action 'self'; "
    "frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "X-Frame-Options": "DENY",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=()",
}

ERRORS = {
    400: (_l("This could not be read"), _l("Something in the address or the form could not be read. Please go back.")),
    401: (_l("Please sign in"), _l("This page needs you to be signed in.")),
    403: (_l("This page is not for your role"), _l("If you need it for your work, ask your administrator.")),
    404: (_l("We can't find this page"), _l("The address is wrong, or what it showed is no longer there.")),
    405: (_l("This page can't be opened like this"), _l("Please go back and use the buttons on the page.")),
    413: (_l("This is too large"), _l("Please send less at once.")),
    500: (_l("Something went wrong on our side"), _l("It was not your fault, and nothing was changed.")),
    503: (_l("Very many people are here just now"), _l("Nothing was changed. Please wait a minute and try again.")),
}


def _choice(name: str, allowed: tuple[str, ...], default: str) -> str:
    value = g.get(name) or request.cookies.get(name)
    return value if value in allowed else default


def layout_context() -> dict[str, Any]:
    """What the layout needs on every page, an error page included: nothing here asks the database."""
    who = g.get("page_viewer")
    return {
        "page_size": _choice("size", SIZES, "standard" if who and who.is_staff else "large"),
        "page_theme": _choice("theme", THEMES, "light"),
        "page_language": LANGUAGES[chosen_language()],
        "current_path": request.full_path.rstrip("?"),
        "today": clock.today(),
    }


def add_headers(response: Response) -> Response:
    """Strict headers on everything, and no copy of a signed-in person's page kept by a proxy or a shared tablet."""
    for name, value in SECURITY_HEADERS.items():
        response.headers.setdefault(name, value)
    if current_app.config["SESSION_COOKIE_SECURE"]:
        response.headers.setdefault("Strict-Transport-Security", "max-age=31536000")
    if request.endpoint != "static":
        response.headers.setdefault("Cache-Control", "no-store")
    return response


def _error_page(status: int, title: Any = None, text: Any = None, suggestions: tuple[Any, ...] = ()) -> tuple[str, int]:
    standard = ERRORS.get(status, ERRORS[400])
    page = web.render(
        "_layout/error.html",
        status=status,
        title=title or standard[0],
        words=text or standard[1],
        suggestions=suggestions,
    )
    return page, status


def _on_http_error(error: HTTPException) -> Any:
    if isinstance(error, SecurityError):  # an untrusted host name: no address of ours can be made for it
        return str(_l("This address is not served here.")), 400, {"Content-Type": "text/plain; charset=utf-8"}
    if error.response is not None or (error.code or 500) < 400:
        return error
    if error.code == 401:
        return redirect(url_for("accounts.sign_in"))
    return _error_page(error.code or 500)


def _on_not_found(_error: NotFoundError) -> tuple[str, int]:
    return _error_page(404)


def _on_refusal(refusal: DomainError) -> tuple[str, int]:
    return _error_page(409, _l("This can't be done now"), refusal.message, refusal.suggestions)


def _on_csrf(_error: CSRFError) -> tuple[str, int]:
    return _error_page(
        400,
        _l("This page was open for too long"),
        _l("Nothing was changed. Please go back, load it again and send once more."),
    )


def _stop_asking() -> None:
    """From here on this request's page is made without the database: features' context processors look at this mark."""
    web.close_session()
    g.is_broken = True


def _on_busy(error: OperationalError) -> tuple[str, int]:
    log.warning("database busy or away", exc_info=error)
    _stop_asking()
    return _error_page(503)


def _on_failure(error: Exception) -> tuple[str, int]:
    log.error("unexpected error", exc_info=error)
    _stop_asking()
    return _error_page(500)


def refuse_unreadable() -> AnyResponse | tuple[str, int] | None:
    """A NUL in a parameter is nonsense to every database: refused before anything reads it."""
    if any("\0" in value for value in request.args.values()) or "\0" in request.path:
        return _error_page(400)
    return None


def unbroken(said: str) -> Markup:
    """Words of which the last, the hours of a class, stay on one line: 每星期四 上午9:30—11:00."""
    before, space, last = said.rpartition(" ")
    return Markup('{}{}<span class="nowrap">{}</span>').format(before, space, last)


def _time_range(starts_at: time | datetime, ends_at: time | datetime) -> Markup:
    return unbroken(words.time_range_words(starts_at, ends_at))


def init_app(app: Flask) -> None:
    """Headers, context, filters and error pages."""
    app.context_processor(layout_context)
    app.jinja_env.filters.update(words.FILTERS)
    app.jinja_env.filters["unbroken"] = unbroken
    app.jinja_env.globals.update(time_range=_time_range, Permission=Permission)
    app.before_request(refuse_unreadable)
    app.after_request(add_headers)
    app.teardown_request(web.close_session)
    app.register_error_handler(HTTPException, _on_http_error)
    app.register_error_handler(NotFoundError, _on_not_found)
    app.register_error_handler(DomainError, _on_refusal)
    app.register_error_handler(CSRFError, _on_csrf)
    app.register_error_handler(OperationalError, _on_busy)
    app.register_error_handler(Exception, _on_failure)
