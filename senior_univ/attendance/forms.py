"""Forms of attendance."""

from flask_babel import lazy_gettext as _l
from wtforms import BooleanField

from senior_univ.attendance.rules import REASONS
from senior_univ.core.forms import Form, Optional, RadioField, StringField, TextAreaField, at_most, needed


class LeaveForm(Form):
    """Leave from one lesson; the reason is hers to give or not."""

    reason = RadioField(_l("Why?"), [Optional()], choices=list(REASONS.items()), default="")


class BackForm(Form):
    """Takes a leave back; nothing to fill in."""


class RollForm(Form):
    """The roll call's one form: each button says what it enters, so nothing is filled in."""


class CodeForm(Form):
    """The digits on the wall."""

    code = StringField(_l("The code on the wall"), [needed(_l("Please type the digits on the wall."))])


class ScanForm(Form):
    """What a scanner types into the field, or a phone's camera brings along as an address."""

    card = StringField(_l("Hold the card to the scanner"), [needed(_l("Please hold the card to the scanner."))])


class CardsForm(Form):
    """Whose cards are printed."""

    again = BooleanField(_l("Also for those who have a card; their old card then works no more"))


class IncidentNoteForm(Form):
    """What happened, in words, afterwards."""

    note = TextAreaField(_l("What happened, and what was done"), [at_most(500)])
