"""The form in which an organisation chooses how its texts go."""

from flask_babel import lazy_gettext as _l

from senior_univ.core.forms import (
    ClockField,
    Form,
    Optional,
    SelectField,
    StringField,
    WholeNumberField,
    at_most,
    between,
)

LATER = (Optional(),)


class TextingForm(Form):
    """What is left empty is as the deployment's settings say."""

    quiet_from = ClockField(_l("No texts in the night from"), validators=LATER)
    quiet_until = ClockField(_l("In the night until"), validators=LATER)
    noon_quiet_from = ClockField(_l("No texts at noon from"), validators=LATER)
    noon_quiet_until = ClockField(_l("At noon until"), validators=LATER)
    evening_reminder = ClockField(_l("Tomorrow's lessons are announced at"), validators=LATER)
    morning_reminder = ClockField(_l("Today's lessons are announced at"), validators=LATER)
    sender = SelectField(_l("Sender"))
    fallback = SelectField(_l("Sender where that one is down"))
    signature = StringField(_l("Signature in 【】"), validators=[Optional(), at_most(20)])
    daily_cap = WholeNumberField(
        _l("The most texts a day"),
        description=_l("Codes and urgent texts are not counted. Empty: no limit."),
        validators=[Optional(), between(1, 1_000_000)],
    )
