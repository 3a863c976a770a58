"""Forms of local days, timings, suspensions. Shape only: what is allowed is asked of the actions."""

from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, HiddenField

from senior_univ.core.forms import (
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
from senior_univ.network.forms import RegionPicker
from senior_univ.network.models import Level
from senior_univ.timetable.calendar_models import (
    LOCAL_DAYS_LABELS,
    SUSPENSION_LABELS,
    LocalDaysKind,
    SuspensionKind,
)
from senior_univ.timetable.calendars import MOST_LATER
from senior_univ.timetable.forms import key_of, sane_day

DIGITS = [(str(number % 10), _l("Days that end in %(digit)d", digit=number % 10)) for number in range(1, 11)]
PLACES = frozenset({Level.COUNTY, Level.TOWNSHIP, Level.VILLAGE})


def _month(label: object) -> WholeNumberField:
    return WholeNumberField(label, [Optional(), between(1, 12)])


def _day(label: object) -> WholeNumberField:
    return WholeNumberField(label, [Optional(), between(1, 31)])


class PlacePicker(RegionPicker):
    """A county, township or village."""

    levels = PLACES


class LocalDaysForm(PlacePicker):
    """Market days, a temple fair or a farm season of a place; what is needed depends on the kind."""

    kind = RadioField(
        _l("What is it?"), [chosen()], choices=[(each.value, LOCAL_DAYS_LABELS[each]) for each in LocalDaysKind]
    )
    name = StringField(_l("What is it called?"), [needed(), at_most(80)], description=_l("For example: wheat harvest"))
    digits = TickBoxes(_l("Market days by the lunar calendar"), [Optional()], choices=DIGITS)
    month = _month(_l("First day: month"))
    day = _day(_l("First day: day"))
    length = WholeNumberField(_l("Temple fair: how many days"), [Optional(), between(1, 30)], default=1)
    to_month = _month(_l("Farm season, last day: month"))
    to_day = _day(_l("Farm season, last day: day"))


class TimingsForm(Form):
    """How an organisation's days go."""

    takes_make_up_days = BooleanField(_l("On a make-up workday we hold the classes of the weekday for which it stands"))
    has_winter_break = BooleanField(_l("Winter break, from the 20th of the last lunar month to the 16th of the first"))
    winter_month = WholeNumberField(_l("Winter timing from: month"), [needed(), between(1, 12)])
    winter_day = WholeNumberField(_l("Winter timing from: day"), [needed(), between(1, 31)])
    summer_month = WholeNumberField(_l("Summer timing from: month"), [needed(), between(1, 12)])
    summer_day = WholeNumberField(_l("Summer timing from: day"), [needed(), between(1, 31)])
    morning_minutes = WholeNumberField(
        _l("In winter, lessons before noon begin so many minutes later"),
        [needed(), between(-MOST_LATER, MOST_LATER)],
        description=_l("Earlier: with a minus, such as -30. 0 leaves them as they are."),
    )
    afternoon_minutes = WholeNumberField(
        _l("In winter, lessons after noon begin so many minutes later"),
        [needed(), between(-MOST_LATER, MOST_LATER)],
        description=_l("A class at 3:00 pm in summer is at 2:30 pm in winter with -30."),
    )


class SuspensionForm(PlacePicker):
    """Which place, which days, why. With a venue chosen no region is needed."""

    is_region_needed = False
    venue = SelectField(_l("Or only one venue"), coerce=key_of, choices=[])
    from_on = DayField(_l("First day"), [needed(), sane_day])
    to_on = DayField(_l("Last day"), [needed(), sane_day])
    kind = RadioField(
        _l("Why?"), [chosen()], choices=[(each.value, SUSPENSION_LABELS[each]) for each in SuspensionKind]
    )
    note = StringField(
        _l("What learners should know besides"),
        [Optional(), at_most(60)],
        description=_l("It is in the text to everybody. Leave it empty if there is nothing."),
    )


class ConfirmForm(Form):
    """Only asks to be sent; ``at`` is the time that was shown, where one was."""

    at = HiddenField()
