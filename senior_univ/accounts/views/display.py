"""Text size, colours and language; leaving; helping an elder and stopping."""

from flask import current_app, redirect, request, session
from flask_login import current_user
from werkzeug.wrappers import Response

from senior_univ.accounts import actions
from senior_univ.accounts.views.blueprint import blueprint
from senior_univ.core.i18n import LANGUAGES
from senior_univ.core.pages import SIZES, THEMES
from senior_univ.core.web import Page, commit, db, go_on, open_to_all

YEAR = 365 * 24 * 3600
COLUMNS = {"size": "text_size", "theme": "theme", "language": "language"}
BY_TAG = {tag: name for name, tag in LANGUAGES.items()}


def choices_sent() -> dict[str, str]:
    """What the buttons sent, nonsense left out: any of ``size``, ``theme`` and ``language``."""
    sent = request.form
    language = BY_TAG.get(sent.get("language", ""))
    chosen = {
        "size": sent.get("size") if sent.get("size") in SIZES else None,
        "theme": sent.get("theme") if sent.get("theme") in THEMES else None,
        "language": language,
    }
    return {name: value for name, value in chosen.items() if value}


@blueprint.post("/display")
@open_to_all
def change_display() -> Page:
    """Keep the choice in the profile of who is signed in, and in a cookie for everybody else."""
    choices = choices_sent()
    if choices and current_user.is_authenticated:
        columns = {COLUMNS[name]: value for name, value in choices.items()}
        actions.choose_display(db(), current_user.person, columns)
        commit()
    answer = go_on("/")
    if "borrowed_seen_at" not in session:
        keep_in_cookies(answer, choices)
    return answer


def keep_in_cookies(answer: Response, choices: dict[str, str]) -> None:
    """For a year, on this device."""
    secure = current_app.config["SETTINGS"].secure_cookies
    for name, value in choices.items():
        answer.set_cookie(name, value, max_age=YEAR, httponly=True, samesite="Lax", secure=secure)


@blueprint.post("/sign-out")
@open_to_all
def sign_out() -> Page:
    """End this session; nothing of it stays on the device."""
    session.clear()
    return redirect("/", 303)
