"""Forms of attendance."""

from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, FileField
from wtforms.validators import ValidationError

from senior_univ.attendance.evidence import LONGEST_PERIOD
from senior_univ.attendance.models import FILE_LABELS, FileKind
from senior_univ.attendance.rules import REASONS
from senior_univ.core.forms import (
    DayField,
    Form,
    Optional,
    RadioField,
    StringField,
    TextAreaField,
    at_most,
    needed,
)


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

    card = StringField(
        _l("Hold the card to the scanner"),
        [needed(_l("Please hold the card to the scanner."))],
        render_kw={"autofocus": True},
    )


class CardsForm(Form):
    """Whose cards are printed."""

    again = BooleanField(_l("Also for those who have a card; their old card then works no more"))


class IncidentNoteForm(Form):
    """What happened, in words, afterwards."""

    note = TextAreaField(_l("What happened, and what was done"), [at_most(500)])


class PeriodForm(Form):
    """From one day to another; asked by GET."""

    class Meta(Form.Meta):
        """Nothing is changed, so no token is asked for."""

        csrf = False

    first = DayField(_l("First day"), [needed()])
    last = DayField(_l("Last day"), [needed()])

    def validate_last(self, field: DayField) -> None:
        """In order, and no longer than a year."""
        if self.first.data and field.data and field.data < self.first.data:
            raise ValidationError(str(_l("The last day is before the first one.")))
        if self.first.data and field.data and field.data - self.first.data > LONGEST_PERIOD:
            raise ValidationError(str(_l("Please ask for one year at most.")))


class AttachForm(Form):
    """A scan or photo for a lesson; what is in the file is looked at by the action."""

    kind = RadioField(
        _l("What is in the file?"),
        choices=[(kind.value, words) for kind, words in FILE_LABELS.items()],
        default=FileKind.SIGN_IN_SHEET.value,
    )
    file = FileField(_l("The file"))
    has_consent = BooleanField(_l("For a class photo: everybody who can be recognised in it agreed to it"))


class RemoveFileForm(Form):
    """Why a file is removed."""

    reason = StringField(_l("Why is it removed?"), [needed(_l("Please say why it is removed.")), at_most(200)])
