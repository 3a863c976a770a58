"""Two people changing the same thing: the second sees what changed meanwhile and keeps everything she typed.

A form that is ``Versioned`` carries what its fields held when it was shown. When it comes back, the row is locked and
compared with that: where somebody has changed it since, nothing is written. The page shows what changed; what she
filled in stays as she filled it in, and what she left alone becomes what it is now. Saving once more is her decision.
"""

import json
from collections.abc import Mapping
from datetime import date, time
from typing import Any, NamedTuple

from flask_babel import gettext as _
from sqlalchemy import inspect
from sqlalchemy.orm import Session
from wtforms import Field, HiddenField

from senior_univ.core import words
from senior_univ.core.db import Base
from senior_univ.core.forms import Form

LONGEST = 10_000


class Versioned(Form):
    """A form that carries what it showed."""

    seen = HiddenField()


class Change(NamedTuple):
    """A field that somebody else changed: what it is called, what it was and what it is now, in words."""

    label: Any
    was: str
    now: str


def changed_meanwhile(session: Session, form: Versioned, record: Base, **values: Any) -> list[Change]:
    """What has changed in ``record`` since this form was shown; on the first showing, nothing, and the form notes it.

    ``values`` are fields that the record has under another name or in another shape. The record is locked, so that what
    is compared is what will be written over. A form that carries nothing is compared with nothing.
    """
    if not form.is_submitted():
        form.seen.data = _noted(_values(form, record, values))
        return []
    lock_row(session, record)
    now = _values(form, record, values)
    seen = _read(form.seen.data)
    form.seen.data = _noted(now)
    changed = [name for name, text in now.items() if seen.get(name, text) != text]
    for name in changed:
        if _text(form[name].data) == seen[name]:  # she left it alone
            _take_over(form[name], values[name] if name in values else getattr(record, name))
    return [
        Change(form[name].label.text, _said(form[name], seen[name]), _said(form[name], now[name])) for name in changed
    ]


def lock_row(session: Session, record: Base) -> None:
    """Read a record's own columns anew and let nobody else change them until the transaction ends."""
    session.refresh(record, inspect(type(record)).column_attrs.keys(), with_for_update={"key_share": True})


def _take_over(field: Field, value: Any) -> None:
    """Let a field hold what the record holds now."""
    field.process_data(getattr(value, "value", value))
    field.raw_data = []


def _values(form: Versioned, record: Base, values: Mapping[str, Any]) -> dict[str, str]:
    """The record's values by the form's fields, as text."""
    names = [field.name for field in form if field.name not in ("seen", "csrf_token")]
    return {
        name: _text(values[name] if name in values else getattr(record, name))
        for name in names
        if name in values or hasattr(record, name)
    }


def _text(value: Any) -> str:
    value = getattr(value, "value", value)  # an enum by what is stored
    return "" if value is None else str(value)


def _noted(values: Mapping[str, str]) -> str:
    return json.dumps(values, ensure_ascii=False)


def _read(text: str | None) -> dict[str, str]:
    try:
        found = json.loads((text or "")[:LONGEST])
    except ValueError:
        return {}
    return {str(name): str(value) for name, value in found.items()} if isinstance(found, dict) else {}


def _said(field: Field, text: str) -> str:
    """A value as its field would show it."""
    for value, label, *_rest in field.iter_choices() if getattr(field, "choices", None) else ():
        if str(value) == text:
            return str(label)
    if not text:
        return _("nothing")
    return _day_or_time(text) or text


def _day_or_time(text: str) -> str:
    try:
        if "-" in text:
            return words.day_words(date.fromisoformat(text))
        return words.time_words(time.fromisoformat(text)) if ":" in text else ""
    except ValueError:
        return ""
