"""The forms of certificates and smiles."""

from flask_babel import lazy_gettext as _l

from senior_univ.core.forms import Form, RadioField, StringField, TextAreaField, at_most, chosen, needed
from senior_univ.records.models import FACE_LABELS


class NoFields(Form):
    """A button, and what keeps it from being pressed by another site."""


class NumberForm(Form):
    """The number of a certificate, as it is printed on it."""

    number = StringField(
        _l("Number of the certificate"),
        [needed(_l("Please type the number that is on the certificate.")), at_most(40)],
        description=_l("Twelve digits, at the bottom of the certificate. Spaces don't matter."),
    )


class TakeBackForm(Form):
    """Why a certificate is taken back."""

    reason = TextAreaField(
        _l("Why is it taken back?"),
        [needed(_l("Please say why. The learner sees it.")), at_most(200)],
        description=_l("The learner sees this. Whoever asks for the number is told only that it was taken back."),
    )


class SmileForm(Form):
    """Three faces."""

    face = RadioField(
        choices=[(face.value, words) for face, words in FACE_LABELS.items()],
        validators=[chosen(_l("Please tap one of the three faces."))],
    )
