"""Forms of allocation days. Shape only: what is allowed is asked of the actions."""

from collections.abc import Sequence
from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, HiddenField

from senior_univ.core.forms import (
    ClockField,
    DayField,
    Form,
    Optional,
    RadioField,
    SelectField,
    StringField,
    TickBoxes,
    WholeNumberField,
    at_most,
    between,
    chosen,
    needed,
)

YES_NO_CHOICE = _l("Please choose yes or no.")


class WishForm(Form):
    """Which class would she like most, which next?"""

    class_id = RadioField(_l("Class"), [chosen(_l("Please choose a class."))], coerce=int, choices=[])


class TogetherForm(Form):
    """Does she come together with somebody?"""

    together = RadioField(
        _l("Do you want to come together with somebody?"),
        [chosen(YES_NO_CHOICE)],
        choices=[("yes", _l("Yes, together or not at all")), ("no", _l("No, alone"))],
    )


class WheelchairForm(Form):
    """Does she come in a wheelchair?"""

    wheelchair = RadioField(
        _l("Will you come in a wheelchair?"),
        [chosen(YES_NO_CHOICE)],
        choices=[("yes", _l("Yes, in a wheelchair")), ("no", _l("No wheelchair"))],
    )


class EscortForm(Form):
    """Does somebody come along to help her?"""

    escort = RadioField(
        _l("Does somebody come along to help you?"),
        [chosen(YES_NO_CHOICE)],
        choices=[("yes", _l("Yes, somebody comes along")), ("no", _l("No, nobody"))],
    )


class CheckForm(Form):
    """Her answers once more; the fields carry them."""

    wishes = HiddenField()
    wheelchair = HiddenField()
    escort = HiddenField()
    together = HiddenField()


class PartnerForm(Form):
    """Who is the other one?"""

    name = StringField(_l("Her name"), [needed(_l("Please write the name.")), at_most(30)])
    digits = StringField(
        _l("Last four digits of her phone, or her application number"),
        [needed(_l("Please write the four digits or the application number.")), at_most(12)],
    )


class AnswerForm(Form):
    """Yes or no to coming together."""

    answer = RadioField(
        _l("Do you want to come together?"),
        [chosen(YES_NO_CHOICE)],
        choices=[("yes", _l("Yes, together or not at all")), ("no", _l("No"))],
    )


class SendForm(Form):
    """Only asks to be sent."""


def key_or_none(choice: str | int | None) -> int | None:
    """The id of a choice, or None for no choice."""
    text = str(choice)
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 10 else None


class ApplyForForm(Form):
    """An application at the desk or in a home: everything on one page."""

    first = SelectField(_l("First wish"), coerce=key_or_none, choices=[], validate_choice=False)
    second = SelectField(_l("Second wish"), coerce=key_or_none, choices=[], validate_choice=False)
    third = SelectField(_l("Third wish"), coerce=key_or_none, choices=[], validate_choice=False)
    fourth = SelectField(_l("Fourth wish"), coerce=key_or_none, choices=[], validate_choice=False)
    fifth = SelectField(_l("Fifth wish"), coerce=key_or_none, choices=[], validate_choice=False)
    needs = TickBoxes(
        _l("What must we know?"),
        choices=[("wheelchair", _l("Comes in a wheelchair")), ("escort", _l("Somebody comes along to help"))],
    )
    name = StringField(
        _l("Together with (name)"), [Optional(), at_most(30)], description=_l("Both are here and want this.")
    )
    digits = StringField(_l("Last four digits of her phone, or her application number"), [Optional(), at_most(12)])

    @property
    def class_ids(self) -> list[int]:
        """The wishes, best first."""
        return [each.data for each in self.wishes if each.data is not None]

    @property
    def wishes(self) -> list[SelectField]:
        """The fields of the wishes, best first: as many as a learner has."""
        return [self.first, self.second, self.third, self.fourth, self.fifth]

    def offer(self, choices: Sequence[tuple[str, Any]]) -> None:
        """The classes to choose from; no more wishes than classes, and only the first one is needed."""
        for number, field in enumerate(self.wishes):
            field.choices = list(choices) if number == 0 else [("", _l("No further wish")), *choices]

    def fill(self, class_ids: Sequence[int]) -> None:
        """Show wishes that stand already."""
        for field, class_id in zip(self.wishes, class_ids, strict=False):
            field.data = class_id


class CallOffForm(Form):
    """Why a round is not held, and what becomes of its classes."""

    reason = StringField(
        _l("Why is it called off?"),
        [needed(_l("Please say why; everybody who applied reads it.")), at_most(120)],
        description=_l("Everybody who applied reads it, on the page and by text."),
    )
    first_come = BooleanField(_l("From now on these places are for whoever comes first"))


class RoundForm(Form):
    """A new round."""

    name = StringField(
        _l("Name of the allocation day"), [needed(), at_most(80)], description=_l("For example: Spring term 2027")
    )
    classes = TickBoxes(_l("Classes whose places are given"), coerce=int, choices=[], validate_choice=False)
    opens_on = DayField(_l("Applications open on"), [needed()])
    opens_time = ClockField(_l("Applications open at"), [needed()])
    closes_on = DayField(_l("Applications close on"), [needed()])
    closes_time = ClockField(_l("Applications close at"), [needed()])
    newcomers_share = WholeNumberField(
        _l("Percent of the places kept for newcomers"),
        [between(0, 100)],
        default=0,
        description=_l(
            "Whoever had no class before the window opened is a newcomer. What they leave is for everybody."
        ),
    )
    most_classes = WholeNumberField(_l("Classes that one person may have at most"), [between(1, 5)], default=1)
    public_number_name = StringField(
        _l("Public number that is part of the order"),
        [Optional(), at_most(120)],
        description=_l(
            "A number that is published after the close and that nobody here can choose, such as the closing index"
            " of a named day. Leave it empty if there is none."
        ),
    )


class NumberForm(Form):
    """The public number, once it is known."""

    number = StringField(_l("Public number"), [needed(_l("Please write the number.")), at_most(80)])
