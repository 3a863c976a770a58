"""What is asked before one text goes to many people."""

from flask_babel import lazy_gettext as _l
from wtforms import RadioField, TextAreaField
from wtforms.validators import Optional

from senior_univ.core.forms import ClockField, DayField, Form, at_most, chosen, needed

NOW, LATER = "now", "later"


class BulkForm(Form):
    """To whom, what, when. The choices of ``audience`` are the view's: ``class:4``, ``site:2``, ``home:7``, ``county:130502``."""

    audience = RadioField(_l("Who is to get it?"), validators=[chosen()])
    words = TextAreaField(
        _l("What does it say?"),
        validators=[needed(), at_most(300)],
        description=_l(
            "Your organisation's name stands before it and your phone number behind it, both by themselves."
        ),
    )
    when = RadioField(_l("When?"), choices=[(NOW, _l("At once")), (LATER, _l("At a time that I choose"))], default=NOW)
    day = DayField(_l("Day"), validators=[Optional()])
    clock = ClockField(_l("Time"), validators=[Optional()])


class ConfirmForm(Form):
    """Yes."""
