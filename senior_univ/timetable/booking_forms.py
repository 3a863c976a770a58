"""Forms of finding and booking a room of others. Shape only: what is allowed is asked of the actions."""

from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import BooleanField

from senior_univ.core.forms import (
    ClockField,
    DayField,
    Form,
    Optional,
    RadioField,
    SelectField,
    StringField,
    WholeNumberField,
    at_most,
    between,
    chosen,
    needed,
)
from senior_univ.timetable.forms import given, key_of, sane_day


class MayBeEmpty(Optional):
    """In a filter everything may be left out, without a word at every field."""

    def __init__(self) -> None:
        super().__init__()
        self.field_flags: dict[str, object] = {}


class RoomFilter(Form):
    """Narrows the rooms that others have opened; its places are set by the view."""

    place = SelectField(_l("Where"), validate_choice=False)
    day = DayField(_l("Day"), [MayBeEmpty(), sane_day])
    starts = ClockField(_l("From"), [MayBeEmpty()])
    ends = ClockField(_l("To"), [MayBeEmpty()])
    seats = WholeNumberField(_l("People"), [MayBeEmpty(), between(0, 999)])
    wheelchairs = WholeNumberField(_l("Wheelchairs"), [MayBeEmpty(), between(0, 999)])
    is_step_free = BooleanField(_l("Reached without a step"))
    has_screen = BooleanField(_l("Screen"))
    has_microphone = BooleanField(_l("Microphone"))
    has_camera = BooleanField(_l("Camera for lessons online"))

    def validate(self, extra_validators: Any = None) -> bool:
        """A time needs a day and both its ends, in order."""
        is_right: bool = super().validate(extra_validators)
        times = [self.starts.data, self.ends.data]
        if (any(times) and not (all(times) and self.day.data)) or (self.day.data and not any(times)):
            self.form_errors.append(_l("To look for what is free, please give a day, from when and until when."))
            return False
        if is_right and all(times) and given(self.ends) <= given(self.starts):
            self.ends.errors = [_l("The end must be after the beginning.")]
            return False
        return is_right


class BookingForm(Form):
    """When a room of others is needed, and what for; the organisations are set by the view."""

    organisation = SelectField(_l("For which organisation"), [chosen()], coerce=key_of)
    day = DayField(_l("Day"), [needed(), sane_day])
    starts = ClockField(_l("From"), [needed()])
    ends = ClockField(_l("To"), [needed()])
    weeks = WholeNumberField(
        _l("For how many weeks"),
        [needed()],
        default=1,
        description=_l("1 is this day only; with 4, the same weekday and time four times."),
    )
    purpose = StringField(
        _l("What for?"),
        [needed(), at_most(200)],
        description=_l("A few words that the owner reads. For example: calligraphy with 20 residents."),
    )


class AnswerForm(Form):
    """Yes or no to a booking, and words for them."""

    is_granted = RadioField(
        _l("May they have the room?"),
        [chosen()],
        choices=[("yes", _l("Yes, they may have it")), ("no", _l("No, they can't have it"))],
    )
    answer = StringField(
        _l("Words for them"),
        [at_most(200)],
        description=_l("For example: who has the key. Where you say no, please say why."),
    )


class RevokeForm(Form):
    """Why a room that was granted is taken back."""

    answer = StringField(
        _l("Why?"), [needed(), at_most(200)], description=_l("They read it. For example: the heating is being mended.")
    )


class HoldForm(Form):
    """What those who have booked should know when the place is closed, and they come all the same."""

    answer = StringField(
        _l("How do they get in?"),
        [needed(), at_most(200)],
        description=_l("They read it. For example: Mr Wang opens the gate at nine."),
    )


class PressForm(Form):
    """Only asks to be sent."""
