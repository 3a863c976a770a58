"""Forms of terms, holidays, classes and lessons. Shape only: what is allowed is asked of the actions."""

from typing import Any

from flask_babel import lazy_gettext as _l
from flask_wtf.file import FileField
from wtforms import BooleanField, HiddenField, ValidationError

from senior_univ.core.drafts import Kept
from senior_univ.core.forms import (
    ClockField,
    DayField,
    Form,
    Optional,
    RadioField,
    SelectField,
    StringField,
    TextAreaField,
    WholeNumberField,
    at_most,
    between,
    chosen,
    in_words,
    needed,
)
from senior_univ.core.versions import Versioned
from senior_univ.timetable import online
from senior_univ.timetable.models import (
    ADMISSION_LABELS,
    DELIVERY_LABELS,
    HOLIDAY_LABELS,
    Admission,
    Delivery,
    HolidayKind,
)
from senior_univ.timetable.rules import FIRST_YEAR, LAST_YEAR
from senior_univ.timetable.series import REACH_LABELS, Reach


def key_of(text: Any) -> int:
    """The id of a choice; 0 for what is no id, which is no choice either."""
    return int(text) if str(text).isascii() and str(text).isdecimal() and len(str(text)) < 10 else 0


def given(field: Any) -> Any:
    """What a field that must be filled in holds, once its form is valid."""
    return field.data


def sane_day(_form: Form, field: DayField) -> None:
    """No day that calendars, lunar ones included, cannot follow."""
    if field.data is not None and not FIRST_YEAR <= field.data.year <= LAST_YEAR:
        raise ValidationError(_l("Please give a day from %(first)d to %(last)d.", first=FIRST_YEAR, last=LAST_YEAR))


class TermForm(Versioned):
    """A term: its name and days, from when who may enrol, and until when she may leave by herself."""

    name = StringField(_l("Name of the term"), [needed(), at_most(80)], description=_l("For example: Autumn term 2026"))
    starts_on = DayField(_l("First day"), [needed(), sane_day])
    ends_on = DayField(_l("Last day"), [needed(), sane_day])
    returning_from_on = DayField(
        _l("Learners of earlier terms may enrol from"),
        [Optional(), sane_day],
        description=_l("Leave it empty if nobody has to wait."),
    )
    newcomers_from_on = DayField(
        _l("Newcomers may enrol from"),
        [Optional(), sane_day],
        description=_l("Until then the seats of last term's learners are kept for their answer."),
    )
    enrol_until_on = DayField(_l("Enrolment ends on"), [Optional(), sane_day])
    withdraw_until_lesson = WholeNumberField(
        _l("She may leave by herself until lesson number"),
        [Optional(), between(1, 60)],
        description=_l("Once that lesson has begun, she leaves through her site. Leave it empty for no limit."),
    )


class HolidayForm(Form):
    """A day off or a make-up workday."""

    on = DayField(_l("Day"), [needed(), sane_day])
    kind = RadioField(
        _l("What is it?"), [chosen()], choices=[(kind.value, HOLIDAY_LABELS[kind]) for kind in HolidayKind]
    )
    stands_for = SelectField(
        _l("A make-up workday: which weekday does it stand for?"),
        [Optional()],
        choices=[],
        description=_l(
            "Organisations that take it hold that weekday's classes. Leave it empty if nothing was announced."
        ),
    )
    name = StringField(
        _l("Name of the holiday"), [needed(), at_most(80)], description=_l("For example: Spring Festival")
    )


class HolidayListForm(Form):
    """Many days at once: pasted, or a CSV or Excel file."""

    pasted = TextAreaField(_l("Paste the list here"), [at_most(20_000)])
    file = FileField(_l("Or choose a CSV or Excel file"))


class RemoveForm(Form):
    """Only asks to be sent."""


def admission_field() -> Any:
    """How the seats are given."""
    return RadioField(
        _l("How are the seats given?"),
        [chosen()],
        choices=[(each.value, ADMISSION_LABELS[each]) for each in Admission],
        default=Admission.FIRST_COME.value,
    )


def least_field() -> Any:
    """How many learners it takes at least."""
    return WholeNumberField(
        _l("Least number of learners"),
        [Optional()],
        default=0,
        description=_l("With fewer, merging, moving or cancelling is proposed. 0: it is given however few come."),
    )


def decide_field() -> Any:
    """When that is looked at."""
    return DayField(_l("It is decided by"), [Optional(), sane_day])


def costs_field() -> Any:
    """What learners pay for materials, as text."""
    return StringField(
        _l("Cost of materials"),
        [at_most(200)],
        description=_l("Seats are free. For example: paper and ink, about 20 yuan, bought by oneself."),
    )


def override_field() -> Any:
    """Why something that stands in the way is overridden."""
    return StringField(
        _l("Why must it be all the same?"),
        [Optional(), at_most(200)],
        description=_l("A few words; they stay on record with your name and stand on the lesson's page."),
    )


def delivery_field() -> Any:
    """Where a class meets."""
    return RadioField(
        _l("How is it given?"),
        [chosen()],
        choices=[(each.value, DELIVERY_LABELS[each]) for each in Delivery],
        default=Delivery.ON_SITE.value,
    )


def clean_link(_form: Form, field: StringField) -> None:
    """Of a link, or a whole invitation with one in it, only the link is kept."""
    with in_words():
        field.data = online.clean_join_url(field.data or "")


def join_field() -> Any:
    """The way into the class's online lessons."""
    return StringField(
        _l("Link to join online"),
        [at_most(2_000), clean_link],
        description=_l("From any meeting service, for classes that are online or both. The whole invitation will do."),
    )


class ClassForm(Kept):
    """A class in an organisation's own room. Choices are set by the view."""

    term = SelectField(_l("Term"), [chosen()], coerce=key_of)
    course = SelectField(_l("Course"), [chosen()], coerce=key_of)
    teacher = SelectField(_l("Teacher"), [chosen()], coerce=key_of)
    room = SelectField(_l("Room"), [chosen()], coerce=key_of)
    unit = SelectField(_l("For whom in the home?"), coerce=key_of, default="")
    delivery = delivery_field()
    join_url = join_field()
    weekday = SelectField(_l("Day of the week"), [chosen()], choices=[])
    starts = ClockField(_l("Begins at"), [needed()])
    minutes = WholeNumberField(_l("Minutes"), [needed()], default=90)
    from_on = DayField(
        _l("First day"),
        [Optional(), sane_day],
        description=_l(
            "The first lesson is on this weekday on or after that day. Leave it empty to begin as soon as possible."
        ),
    )
    lessons = WholeNumberField(
        _l("Number of lessons"), [needed()], default=16, description=_l("Public holidays are left out.")
    )
    capacity = WholeNumberField(_l("Seats"), [needed()], default=30)
    wheelchair_places = WholeNumberField(_l("Of these, places for wheelchairs"), [needed()], default=0)
    admission = admission_field()
    least_learners = least_field()
    decide_on = decide_field()
    material_costs = costs_field()
    override = override_field()


class ClassSettingsForm(Versioned):
    """What may change of a class while it runs."""

    delivery = delivery_field()
    join_url = join_field()
    capacity = WholeNumberField(_l("Seats"), [needed()])
    wheelchair_places = WholeNumberField(_l("Of these, places for wheelchairs"), [needed()])
    admission = admission_field()
    least_learners = least_field()
    decide_on = decide_field()
    material_costs = costs_field()


class MoveClassForm(Form):
    """Another day of the week and time for every lesson to come. ``known`` marks the learners who were shown as hindered."""

    weekday = SelectField(_l("Day of the week"), [chosen()], choices=[])
    starts = ClockField(_l("Begins at"), [needed()])
    leave_rest = BooleanField(_l("Lessons that can't be then stay as they are; I decide on each by itself"))
    override = override_field()
    known = HiddenField()


class MoveForm(Form):
    """Another time, room or teacher for one lesson.

    ``seen`` is what the lesson was when the form was made, ``known`` marks the learners who were shown as hindered.
    """

    day = DayField(_l("Day"), [needed(), sane_day])
    starts = ClockField(_l("Begins at"), [needed()])
    room = SelectField(_l("Room"), [chosen()], coerce=key_of)
    teacher = SelectField(_l("Teacher"), [chosen()], coerce=key_of)
    reach = RadioField(
        _l("Which lessons?"),
        [chosen()],
        choices=[(each.value, REACH_LABELS[each]) for each in Reach],
        default=Reach.ONE.value,
        description=_l("For later lessons the weekday and time of this one count."),
    )
    override = override_field()
    seen = HiddenField()
    known = HiddenField()


class SeenForm(Form):
    """Asks for a yes about a lesson as it was seen."""

    seen = HiddenField()


class CancelForm(Form):
    """Why a lesson or a class falls away."""

    reason = StringField(
        _l("Why?"),
        [needed(), at_most(200)],
        description=_l("A few words; learners and teacher read them. For example: the teacher is ill."),
    )
    seen = HiddenField()
