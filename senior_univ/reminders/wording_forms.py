"""A wording as somebody writes it."""

from flask_babel import lazy_gettext as _l
from wtforms import SubmitField, TextAreaField

from senior_univ.core.forms import Form, at_most, needed


class WordingForm(Form):
    """The words, and what is to be done with them."""

    words = TextAreaField(_l("What it says"), validators=[needed(), at_most(300)])
    look = SubmitField(_l("Try it on real texts"))
    test = SubmitField(_l("Send it to my own phone"))
    save = SubmitField(_l("Use it from now on"))
