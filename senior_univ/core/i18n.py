"""Language: zh-CN whatever Accept-Language says; only a choice (profile or cookie) changes it."""

from flask import Flask, g, request
from flask_babel import Babel

DEFAULT_LANGUAGE = "zh_CN"
LANGUAGES = {"zh_CN": "zh-CN", "en": "en"}
"""Babel's name of each language → its BCP 47 tag."""

babel = Babel()


def chosen_language() -> str:
    """The language of this request: profile, else cookie, else zh-CN."""
    choice = g.get("language") or request.cookies.get("language")
    return choice if choice in LANGUAGES else DEFAULT_LANGUAGE


def init_app(app: Flask) -> None:
    """Set up translation; msgids are English."""
    app.config["BABEL_TRANSLATION_DIRECTORIES"] = f"{app.root_path}/translations"
    app.config["BABEL_DEFAULT_LOCALE"] = DEFAULT_LANGUAGE
    babel.init_app(app, locale_selector=chosen_language)
