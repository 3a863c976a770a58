"""Forms of the home feature."""

from typing import Any

from flask_babel import lazy_gettext as _l

from senior_univ.accounts.rules import parse_phone
from senior_univ.core.forms import Form, RadioField, StringField, TextAreaField, at_most, chosen, in_words, needed

ABOUT = {
    "enrol": _l("I want to take a class"),
    "timetable": _l("A question about my timetable"),
    "leave": _l("I can't come to a lesson"),
    "tablet": _l("I don't get on with the tablet"),
    "other": _l("Something else"),
}


class CallMeForm(Form):
    """What it is about, and which number to call."""

    about = RadioField(_l("What is it about?"), choices=list(ABOUT.items()), validators=[chosen()])
    phone = StringField(_l("Which number shall we call?"), [needed(_l("Please give a phone number.")), at_most(30)])

    def validate_phone(self, field: Any) -> None:
        """A mobile or a landline."""
        with in_words():
            parse_phone(field.data)


class CloseCallForm(Form):
    """What came of the call."""

    outcome = TextAreaField(
        _l("What was said or done?"), [needed(_l("Please write what was said or done.")), at_most(500)]
    )
