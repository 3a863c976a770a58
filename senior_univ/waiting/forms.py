"""Forms of queues: one question for learners, plain ones for staff."""

from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, HiddenField

from senior_univ.core.forms import Form, RadioField, StringField, TickBoxes, WholeNumberField, at_most, between, needed

WHEELCHAIR = [("yes", _l("Yes, in a wheelchair")), ("no", _l("No wheelchair"))]


class JoinForm(Form):
    """Who waits, and what she brings; asked only as far as it is not known."""

    people = TickBoxes(_l("Who would like to come?"), coerce=int, choices=[], validate_choice=False)
    wheelchair = BooleanField(_l("Somebody comes in a wheelchair"))
    escort = BooleanField(_l("Somebody comes along to help, who does not learn"))


class TapForm(Form):
    """One tap; nothing to fill in."""


class AddForm(Form):
    """Somebody whom staff put at the end of the queue."""

    people = TickBoxes(_l("Who waits"), coerce=int, choices=[], validate_choice=False)
    wheelchair = BooleanField(_l("Comes in a wheelchair"))
    escort = BooleanField(_l("With an escort"))


class MoveForm(Form):
    """Another place in the queue, and why; ``seen`` is the place at which she was shown."""

    seen = HiddenField()

    to = WholeNumberField(
        _l("New place in the queue"), [needed(_l("Please give a place, 1 is the first.")), between(1, 500)]
    )
    reason = StringField(
        _l("Why"),
        [needed(_l("Please say why, in a few words; it is kept on record.")), at_most(200)],
        description=_l("Everybody who is moved can read it in her record."),
    )


class CallForm(Form):
    """What came of a call."""

    reached = RadioField(
        _l("What came of the call?"),
        [needed(_l("Please choose one."))],
        choices=[
            ("accepts", _l("She takes the place")),
            ("declines", _l("She does not want it")),
            ("reached", _l("Reached, she will answer later")),
            ("missed", _l("Not reached")),
        ],
    )
