"""Forms of teachers."""

from collections.abc import Iterable
from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, SearchField

from senior_univ.catalogue.models import Subject
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
from senior_univ.core.words import weekday_words
from senior_univ.network.forms import RegionPicker
from senior_univ.network.models import Organisation
from senior_univ.teaching.models import TEACHER_LABELS, TeacherKind

KINDS = [(kind.value, words) for kind, words in TEACHER_LABELS.items()]


class TeacherFilter(Form):
    """Narrows the list of teachers."""

    name = SearchField(_l("Name or pinyin"), [at_most(80)])
    subject = SelectField(_l("Subject"), validate_choice=False)
    kind = SelectField(_l("Kind"), choices=[("", _l("Every kind")), *KINDS], validate_choice=False)

    def offer(self, subjects: Iterable[Subject]) -> None:
        """Let one of ``subjects`` be chosen."""
        self.subject.choices = [("", _l("Every subject")), *((str(each.id), each.label) for each in subjects)]


class TeacherForm(Form):
    """What is written about a teacher."""

    organisation_id = SelectField(_l("Teaches for"), [chosen()], coerce=int)
    kind = RadioField(_l("Kind"), [chosen()], choices=KINDS)
    subject_ids = TickBoxes(_l("Subjects"), [chosen(_l("Please choose at least one subject."))], coerce=int)
    hours_a_week = WholeNumberField(_l("At most so many hours a week"), [needed(), between(1, 60)])
    has_promised = BooleanField(
        _l("Has promised to sell nothing and take no money"),
        description=_l("Nobody is given a class without this promise."),
    )
    check_expires_on = DayField(
        _l("Safety check good until"), [Optional()], description=_l("The last day on which it is good.")
    )

    def offer(self, organisations: Iterable[Organisation], subjects: Iterable[Subject]) -> None:
        """Let one of ``organisations`` and any of ``subjects`` be chosen."""
        places = [(each.id, each.name) for each in organisations]
        self.organisation_id.choices = places if len(places) == 1 else [(0, _l("Please choose")), *places]
        self.subject_ids.choices = [(each.id, each.label) for each in subjects]


class NewTeacherForm(TeacherForm, RegionPicker):
    """A teacher who is not among the people yet."""

    is_region_needed = False

    name = StringField(_l("Name"), [needed(), at_most(80)])
    birth_year = WholeNumberField(_l("Year of birth"), [Optional(), between(1900, 2100)])
    phone = StringField(
        _l("Telephone"),
        [Optional(), at_most(30)],
        description=_l("A mobile, or a landline with its area code. Leave it empty if there is none."),
    )


class AvailabilityForm(Form):
    """A time of one or more weekdays."""

    weekdays = TickBoxes(_l("On which days"), [chosen(_l("Please tick at least one day."))], coerce=int)
    starts = ClockField(_l("From"), [needed()])
    ends = ClockField(_l("To"), [needed()])

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.weekdays.choices = [(day, weekday_words(day)) for day in range(7)]


def kind_of(text: str | None) -> TeacherKind | None:
    """The kind with that value."""
    return {kind.value: kind for kind in TeacherKind}.get(text or "")
