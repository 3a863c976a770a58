"""Base of every form: text is trimmed and freed of control characters, choices have large targets, words are ours."""

import unicodedata
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from typing import Any

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import (
    DateField,
    IntegerField,
    RadioField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
    TimeField,
)
from wtforms.fields.choices import SelectChoice
from wtforms.fields.core import UnboundField
from wtforms.meta import DefaultMeta
from wtforms.validators import DataRequired, InputRequired, Length, NumberRange, Optional, ValidationError
from wtforms.widgets import CheckboxInput, ListWidget

from senior_univ.core.errors import DomainError
from senior_univ.core.i18n import chosen_language


def clean_text(text: str | None) -> str | None:
    """``text`` without outer space, control characters or NUL; line breaks stay."""
    if text is None:
        return None
    kept = (c for c in text.replace("\r\n", "\n") if c == "\n" or unicodedata.category(c) not in ("Cc", "Cs", "Cn"))
    return unicodedata.normalize("NFC", "".join(kept)).strip()


class Form(FlaskForm):
    """A form with CSRF protection whose text fields are cleaned and whose refusals are lists of words."""

    class Meta(FlaskForm.Meta):
        """Cleans the text of every field; WTForms' own words are read from their file once, not at every request."""

        @property
        def locales(self) -> tuple[str]:
            """The language of WTForms' own words."""
            return (chosen_language(),)

        def get_translations(self, form: Any) -> Any:
            """WTForms' own words in that language."""
            return DefaultMeta.get_translations(self, form)

        def bind_field(self, form: Any, unbound_field: Any, options: dict[str, Any]) -> Any:
            """Add the cleaning filter to text fields; choices may be pairs of value and words."""
            given = dict(unbound_field.kwargs)
            if issubclass(unbound_field.field_class, StringField):
                given["filters"] = (clean_text, *given.get("filters", ()))
            if given.get("choices"):
                given["choices"] = [SelectChoice.from_input(each) for each in given["choices"]]
            fresh = UnboundField(unbound_field.field_class, *unbound_field.args, name=unbound_field.name, **given)
            return fresh.bind(form=form, **options)


@contextmanager
def in_words() -> Iterator[None]:
    """Within a field's validator, a refusal of a rule becomes that field's error."""
    try:
        yield
    except DomainError as refusal:
        raise ValidationError(str(refusal.message)) from refusal


class TickBoxes(SelectMultipleField):
    """Several choices, each a tick box with its words."""

    widget = ListWidget(prefix_label=False)
    option_widget = CheckboxInput()


def needed(words: Any = None) -> InputRequired:
    """The field must be filled in; ``words`` say what to do."""
    return InputRequired(words or _l("Please fill this in."))


def chosen(words: Any = None) -> DataRequired:
    """One of the choices must be taken."""
    return DataRequired(words or _l("Please choose one."))


def at_most(length: int) -> Length:
    """Text of at most ``length`` characters."""
    return Length(max=length, message=_l("Please use at most %(max)d characters."))


def between(least: int, most: int) -> NumberRange:
    """A number from ``least`` to ``most``."""
    return NumberRange(least, most, message=_l("Please give a number from %(min)s to %(max)s."))


class WholeNumberField(IntegerField):
    """A whole number, refused in our words."""

    def process_formdata(self, valuelist: list[str]) -> None:
        """Read the number; full-width digits are digits too."""
        if not valuelist or not valuelist[0].strip():
            self.data = None
            return
        text = unicodedata.normalize("NFKC", valuelist[0]).strip()
        if not text.lstrip("-").isdecimal() or len(text) > 9:
            self.data = None
            raise ValueError(self.gettext(str(_l("Please give a whole number."))))
        self.data = int(text)


class DayField(DateField):
    """A day, refused in our words; the browser's own picker is used."""

    def process_formdata(self, valuelist: list[str]) -> None:
        """Read an ISO day."""
        self.data = None
        if not valuelist or not valuelist[0].strip():
            return
        try:
            self.data = date.fromisoformat(unicodedata.normalize("NFKC", valuelist[0]).strip())
        except ValueError:
            raise ValueError(str(_l("Please give a day that exists, such as 2026-03-15."))) from None


class ClockField(TimeField):
    """A time of day, refused in our words."""

    def process_formdata(self, valuelist: list[str]) -> None:
        """Read HH:MM."""
        try:
            super().process_formdata(valuelist)
        except ValueError:
            raise ValueError(str(_l("Please give a time such as 9:30."))) from None


__all__ = [
    "ClockField",
    "DayField",
    "Form",
    "Optional",
    "RadioField",
    "SelectField",
    "StringField",
    "TextAreaField",
    "TickBoxes",
    "WholeNumberField",
    "at_most",
    "between",
    "chosen",
    "clean_text",
    "in_words",
    "needed",
]
