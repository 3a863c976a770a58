"""The shapes of what people type; what is allowed is asked of the actions."""

from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, PasswordField
from wtforms.validators import EqualTo, InputRequired

from senior_univ.core.forms import (
    Form,
    Optional,
    RadioField,
    StringField,
    WholeNumberField,
    at_most,
    chosen,
    needed,
)

OWN, BORROWED = "own", "borrowed"


class PhoneForm(Form):
    """Whom a code is sent to."""

    phone = StringField(_l("What is your phone number?"), [needed(_l("Please write your phone number.")), at_most(30)])


class CodeForm(Form):
    """The code from the text, and whose device this is."""

    code = StringField(
        _l("Code from the text"), [needed(_l("Please write the six digits from the text.")), at_most(30)]
    )
    device = RadioField(
        _l("Is this device your own?"),
        [chosen()],
        choices=[(OWN, _l("My own")), (BORROWED, _l("Borrowed, or others use it too"))],
        default=OWN,
    )


class StaffForm(Form):
    """Sign-in of staff."""

    login = StringField(_l("Login name or phone number"), [needed(), at_most(40)])
    password = PasswordField(_l("Password"), [InputRequired(_l("Please write your password."))])
    is_shared = BooleanField(_l("Others use this device too"))


class PasswordForm(Form):
    """Another password."""

    old_password = PasswordField(_l("Your password until now"), [InputRequired(_l("Please write your password."))])
    new_password = PasswordField(_l("New password"), [needed()])
    repeated = PasswordField(
        _l("New password, once more"), [EqualTo("new_password", _l("The two new passwords are not the same."))]
    )


class NameForm(Form):
    """A name, one question on its page."""

    name = StringField(_l("What is your name?"), [needed(_l("Please write the name.")), at_most(30)])


class BirthForm(Form):
    """A birth date; the year is enough."""

    year = WholeNumberField(_l("Year"), [needed(_l("Please write the year, for example 1948."))])
    month = WholeNumberField(_l("Month"), [Optional()])
    day = WholeNumberField(_l("Day"), [Optional()])


class EmptyForm(Form):
    """A button."""
