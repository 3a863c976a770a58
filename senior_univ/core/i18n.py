"""Language: zh-CN whatever Accept-Language says; only a choice (profile or cookie) changes it."""

from babel import Locale
from flask import Flask, g, request
from flask_babel import Babel

DEFAULT_LANGUAGE = "zh_CN"
LANGUAGES = {"zh_CN": "zh-CN", "en": "en"}
"""Babel's name of each language → its BCP 47 tag."""

LOCALES = {name: Locale.parse(name) for name in LANGUAGES}
"""Made once: Babel looks through its files for each name that it is given."""

babel = Babel()


def chosen_language() -> str:
    """The language of this request: profile, else cookie, else zh-CN."""
    choice = g.get("language") or request.cookies.get("language")
    return choice if choice in LANGUAGES else DEFAULT_LANGUAGE


def chosen_locale() -> Locale:
    """The same for Babel."""
    return LOCALES[chosen_language()]


def init_app(app: Flask) -> None:
    """Set up translation; msgids are English."""
    app.config["BABEL_TRANSLATION_DIRECTORIES"] = f"{app.root_path}/translations"
    app.config["BABEL_DEFAULT_LOCALE"] = DEFAULT_LANGUAGE
    babel.init_app(app, locale_selector=chosen_locale)
