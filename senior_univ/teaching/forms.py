"""Forms of teachers."""

from collections.abc import Iterable
from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, HiddenField, SearchField

from senior_univ.accounts.rules import parse_phone
from senior_univ.catalogue.models import Subject
from senior_univ.core.forms import (
    ClockField,
    DayField,
    Form,
    Optional,
    RadioField,
    SelectField,
    StringField,
    TextAreaField,
    TickBoxes,
    WholeNumberField,
    at_most,
    between,
    chosen,
    in_words,
    needed,
)
from senior_univ.core.versions import Versioned
from senior_univ.core.words import weekday_words
from senior_univ.network.forms import RegionPicker
from senior_univ.network.models import TRAVEL_LABELS, Organisation, Region
from senior_univ.teaching.models import SUBJECT_LEVEL_LABELS, TEACHER_LABELS, SubjectLevel, TeacherKind

AWAY, EXTRA = "away", "extra"
MISSING, DONE = "missing", "done"
NO_SUBJECT = _l("Please choose at least one subject.")
ANSWER_HINT = _l("One short sentence; it is in the text that is sent.")
KINDS = [(kind.value, words) for kind, words in TEACHER_LABELS.items()]


class TeacherFilter(Form):
    """Narrows the list of teachers."""

    name = SearchField(_l("Name or pinyin"), [at_most(80)])
    subject = SelectField(_l("Subject"), validate_choice=False)
    kind = SelectField(_l("Kind"), choices=[("", _l("Every kind")), *KINDS], validate_choice=False)

    def offer(self, subjects: Iterable[Subject]) -> None:
        """Let one of ``subjects`` be chosen."""
        self.subject.choices = [("", _l("Every subject")), *((str(each.id), each.label) for each in subjects)]


class TeacherForm(Versioned):
    """What is written about a teacher; two may have it open at once."""

    organisation_id = SelectField(_l("Teaches for"), [chosen()], coerce=int)
    kind = RadioField(_l("Kind"), [chosen()], choices=KINDS)
    hours_a_week = WholeNumberField(_l("At most so many hours a week"), [needed(), between(1, 60)])
    has_promised = BooleanField(
        _l("Has promised to sell nothing and take no money"),
        description=_l("Nobody is given a class without this promise."),
    )
    check_expires_on = DayField(
        _l("Safety check good until"), [Optional()], description=_l("The last day on which it is good.")
    )

    def offer_places(self, organisations: Iterable[Organisation]) -> None:
        """Let one of ``organisations`` be chosen."""
        places = [(each.id, each.name) for each in organisations]
        self.organisation_id.choices = places if len(places) == 1 else [(0, _l("Please choose")), *places]


class FirstTeacherForm(TeacherForm):
    """A teacher begins with some subjects; up to whom is asked next."""

    subject_ids = TickBoxes(_l("Subjects"), [chosen(NO_SUBJECT)], coerce=int)

    def offer(self, organisations: Iterable[Organisation], subjects: Iterable[Subject]) -> None:
        """Let one of ``organisations`` and any of ``subjects`` be chosen."""
        self.offer_places(organisations)
        self.subject_ids.choices = [(each.id, each.label) for each in subjects]


class NewTeacherForm(FirstTeacherForm, RegionPicker):
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


class ExceptionForm(Form):
    """Days on which a week does not hold."""

    kind = RadioField(
        _l("What is it about?"),
        [chosen()],
        choices=[(AWAY, _l("Away on these days")), (EXTRA, _l("Can teach in addition on these days"))],
        default=AWAY,
    )
    from_on = DayField(_l("First day"), [needed()])
    to_on = DayField(_l("Last day"), [Optional()], description=_l("Leave it empty for a single day."))
    starts = ClockField(_l("From"), [Optional()])
    ends = ClockField(_l("To"), [Optional()])
    note = StringField(_l("Note"), [Optional(), at_most(200)])


class SubjectForm(Form):
    """A subject and up to whom it is taught."""

    subject_id = SelectField(_l("Subject"), [chosen()], coerce=int)
    level = RadioField(
        _l("Up to whom?"),
        [chosen()],
        choices=[(level.value, words) for level, words in SUBJECT_LEVEL_LABELS.items()],
        default=SubjectLevel.BEGINNERS.value,
    )

    def offer(self, subjects: Iterable[Subject]) -> None:
        """Let one of ``subjects`` be chosen."""
        self.subject_id.choices = [(0, _l("Please choose")), *((each.id, each.label) for each in subjects)]


class PaperForm(Form):
    """A paper and its last day."""

    name = StringField(
        _l("Name of the paper"),
        [needed(), at_most(80)],
        description=_l("A teaching licence or first aid, for example."),
    )
    expires_on = DayField(
        _l("Good until"), [Optional()], description=_l("The last day on which it is good; empty if for good.")
    )


class HomeForm(RegionPicker, Versioned):
    """Where a teacher starts from and how she travels."""

    is_region_needed = False

    position = StringField(
        _l("Position on the map"),
        [Optional(), at_most(60)],
        description=_l("Latitude and longitude, as a map tells them: 37.0682, 114.5048. Ways are reckoned from it."),
    )
    travel_mode = RadioField(
        _l("How does she or he travel?"),
        [chosen()],
        choices=[(mode.value, words) for mode, words in TRAVEL_LABELS.items()],
    )


class TrainingForm(Versioned):
    """What is written about a training."""

    organisation_id = SelectField(_l("Held by"), [chosen()], coerce=int)
    name = StringField(_l("Name of the training"), [needed(), at_most(80)])
    on = DayField(_l("Day"), [needed()])
    hours = WholeNumberField(_l("Training hours"), [needed()])

    def offer(self, organisations: Iterable[Organisation]) -> None:
        """Let one of ``organisations`` be chosen."""
        self.organisation_id.choices = [(each.id, each.name) for each in organisations]


class WorkerFilter(Form):
    """Narrows who has done the yearly training."""

    year = SelectField(_l("Year"), validate_choice=False)
    county = SelectField(_l("County or zone"), validate_choice=False)
    organisation = SelectField(_l("Organisation"), validate_choice=False)
    state = SelectField(
        _l("Show"),
        choices=[("", _l("All workers")), (MISSING, _l("Who has not done it")), (DONE, _l("Who has done it"))],
        validate_choice=False,
    )

    def offer(self, years: Iterable[int], counties: Iterable[Region], organisations: Iterable[Organisation]) -> None:
        """Let a year, a county and an organisation be chosen."""
        self.year.choices = [(str(year), str(year)) for year in years]
        self.county.choices = [("", _l("Everywhere")), *((each.code, each.name) for each in counties)]
        self.organisation.choices = [
            ("", _l("Every organisation")),
            *((str(each.id), each.name) for each in organisations),
        ]


class YearFilter(Form):
    """Which year's training."""

    year = SelectField(_l("Year"), validate_choice=False)

    def offer(self, years: Iterable[int]) -> None:
        """Let a year be chosen."""
        self.year.choices = [(str(year), str(year)) for year in years]


class PartsForm(Form):
    """Who of those on the page took part."""

    present = TickBoxes(_l("Who took part?"), coerce=int)
    shown = HiddenField()
    """Whom the page showed: only they are written."""

    def offer(self, people: Iterable[tuple[int, str]]) -> None:
        """Let any of ``people`` (id, words) be ticked."""
        choices = list(people)
        self.present.choices = choices
        self.shown.data = self.shown.data or ",".join(str(person_id) for person_id, _words in choices)

    def shown_ids(self) -> set[int]:
        """Whom the page showed."""
        return {
            int(each)
            for each in (self.shown.data or "").split(",")
            if each.isascii() and each.isdigit() and len(each) < 10
        }


class PromiseForm(Form):
    """不推销、不收钱, before anything else is asked."""

    has_promised = BooleanField(
        _l("I promise: I sell nothing, and I take no money."),
        [chosen(_l("Without this promise nobody can teach here. Please tick the box, or call us."))],
    )


class VolunteerForm(RegionPicker):
    """Who would like to teach, and what."""

    name = StringField(_l("Your name"), [needed(_l("Please write your name.")), at_most(30)])
    phone = StringField(_l("Your phone number"), [needed(_l("Please give a phone number.")), at_most(30)])
    subject_ids = TickBoxes(_l("What would you like to teach?"), [chosen(NO_SUBJECT)], coerce=int)
    about = TextAreaField(
        _l("What have you done so far?"),
        [Optional(), at_most(500)],
        description=_l("A few words: your work, what you can do, when you have time."),
    )

    def offer(self, subjects: Iterable[Subject]) -> None:
        """Let any of ``subjects`` be chosen."""
        self.subject_ids.choices = [(each.id, each.label) for each in subjects]

    def validate_phone(self, field: Any) -> None:
        """A mobile or a landline."""
        with in_words():
            parse_phone(field.data)


class ApproveForm(Form):
    """Yes: for how many hours a week, and what she is told beside it."""

    hours_a_week = WholeNumberField(_l("At most so many hours a week"), [needed(), between(1, 60)])
    answer = TextAreaField(_l("Words to her or him"), [Optional(), at_most(60)], description=ANSWER_HINT)


class RefuseForm(Form):
    """No, and why."""

    answer = TextAreaField(_l("Why not now?"), [needed(), at_most(60)], description=ANSWER_HINT)


def kind_of(text: str | None) -> TeacherKind | None:
    """The kind with that value."""
    return {kind.value: kind for kind in TeacherKind}.get(text or "")
