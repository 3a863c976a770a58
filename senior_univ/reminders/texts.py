"""The words of a text: a template per kind and language, filled with what was found true."""

from collections.abc import Mapping
from datetime import date, datetime
from functools import lru_cache
from pathlib import Path
from typing import Any

from flask_babel import force_locale
from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template

from config import Settings
from senior_univ.accounts.rules import phone_words
from senior_univ.core import words
from senior_univ.core.i18n import DEFAULT_LANGUAGE
from senior_univ.reminders.models import MessageKind
from senior_univ.reminders.places import said_place, shortened

FOLDER = Path(__file__).resolve().parents[2] / "templates" / "reminders" / "sms"
MOST_CHARACTERS = 1000


def _read(text: str) -> date | datetime:
    return datetime.fromisoformat(text) if "T" in text else date.fromisoformat(text)


def _said(value: Any) -> Any:
    """Where a lesson is online, or may be joined online, the words for that in the receiver's language."""
    return said_place(value) if isinstance(value, str) else value


environment = Environment(
    loader=FileSystemLoader(FOLDER),
    finalize=_said,
    undefined=StrictUndefined,
    autoescape=False,  # noqa: S701  # plain text to a phone
    trim_blocks=True,
    lstrip_blocks=True,
)
environment.filters.update(
    time=lambda text: words.time_words(datetime.fromisoformat(text)),
    day=lambda text: words.day_words(_read(text)),
    weekday=lambda text: words.weekday_words(words.local_day(_read(text)).weekday()),
    short=shortened,
)


@lru_cache
def _template(kind: MessageKind, language: str) -> Template:
    return environment.get_template(f"{kind.value}.{language}.txt")


def render(
    kind: MessageKind, language: str, parameters: Mapping[str, Any], settings: Settings, signature: str = ""
) -> str:
    """The text of ``kind`` in the receiver's language, without line breaks; jinja2.UndefinedError names what lacks.

    ``parameters["phones"]`` are the numbers to call back; where there is none, the help phone of the settings.
    ``signature``: the name in 【】 before it, by default the settings'.
    """
    phones = [each for each in parameters.get("phones", ()) if each] or [settings.help_phone]
    values = dict(parameters) | {
        "signature": signature or settings.sms_signature,
        "phone": (" or " if language == "en" else "或").join(
            phone_words(each) for each in dict.fromkeys(phones) if each
        ),
    }
    with force_locale(language or DEFAULT_LANGUAGE):
        text = _template(kind, "en" if language == "en" else "zh").render(values)
    return "".join(text.splitlines()).strip()[:MOST_CHARACTERS]
