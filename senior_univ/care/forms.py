"""What staff of a home fill in: a new resident, where she lives, what she needs, a time of the care day, a unit."""

from collections.abc import Sequence
from datetime import date
from typing import cast

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import BooleanField
from wtforms.validators import ValidationError

from senior_univ.accounts.models import Person
from senior_univ.care.models import (
    AWAY_LABELS,
    CARE_LABELS,
    RESIDENCY_END_LABELS,
    CareBlock,
    CareKind,
    ResidencyEnd,
    Unit,
)
from senior_univ.care.rules import BlockPlan, Needs
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
    TickBoxes,
    WholeNumberField,
    at_most,
    between,
    chosen,
    needed,
)
from senior_univ.core.versions import Versioned
from senior_univ.core.words import WEEKDAYS_EN, weekday_words, zodiac_words

NOBODY_YET = "new"


def given_day(field: DayField) -> date:
    """What a day that must be filled in holds, once its form is valid."""
    return cast("date", field.data)


def weekday_choices() -> list[tuple[str, str]]:
    """Monday to Sunday as choices, their numbers as text."""
    return [(str(number), weekday_words(number)) for number in range(len(WEEKDAYS_EN))]


class PlaceForm(Form):
    """Unit and bed; a home without units asks for neither."""

    unit = SelectField(_l("Unit"), validators=[chosen(_l("Please choose the unit."))])
    bed = StringField(_l("Room and bed"), description=_l("For example 203-2"), validators=[Optional(), at_most(20)])

    def offer(self, units: Sequence[Unit]) -> None:
        """Offer these units."""
        self.unit.choices = [("", _("Please choose")), *((str(unit.id), unit.name) for unit in units)]
        if not units:
            del self.unit
            del self.bed

    @property
    def unit_id(self) -> int | None:
        """The chosen unit."""
        return int(self.unit.data) if "unit" in self else None

    @property
    def bed_name(self) -> str:
        """The bed, or nothing."""
        return (self.bed.data or "") if "bed" in self else ""


class NewResidentForm(PlaceForm, Kept):
    """Somebody who comes to live here. ``same_as`` is asked only when her name and birth year are already known."""

    name = StringField(_l("Name"), validators=[needed(_l("Please give the name.")), at_most(80)])
    birth_year = WholeNumberField(_l("Year of birth"), validators=[needed(_l("Please give the year of birth."))])
    phone = StringField(
        _l("Phone"), description=_l("A mobile or a landline; leave it empty if there is none"), validators=[Optional()]
    )
    from_on = DayField(_l("Lives here from"), validators=[needed(_l("Please give the day."))])
    same_as = RadioField(_l("Is she one of these people?"), choices=[], validate_choice=False, validators=[Optional()])

    def ask_whether_known(self, people: Sequence[Person]) -> bool:
        """Whether it is clear who is meant; else the question stands on the form."""
        if not people:
            del self.same_as
            return True
        self.same_as.choices = [*((str(p.id), known_words(p)) for p in people), (NOBODY_YET, _("No, somebody else"))]
        if self.same_as.data in {value for value, _words in self.same_as.choices}:
            return True
        self.same_as.errors = [_("Somebody of this name and year of birth is already known. Please choose.")]
        return False


def known_words(person: Person) -> str:
    """Name, birth year, 属相 and village, to tell people of one name apart."""
    parts = [person.name, str(person.birth_year), zodiac_words(person.birth_year or 0)]
    return "，".join([*parts, person.region.name] if person.region else parts)


class LeavingForm(Form):
    """When somebody left and why; that she died is said twice, since it can't be undone."""

    end = RadioField(
        _l("What happened?"),
        choices=[(end.value, RESIDENCY_END_LABELS[end]) for end in (ResidencyEnd.LEFT, ResidencyEnd.DIED)],
        validators=[chosen()],
    )
    to_on = DayField(_l("Last day here"), validators=[needed(_l("Please give the day."))])
    is_sure = BooleanField(_l("Yes, she has died. This can't be taken back."))

    def validate_is_sure(self, field: BooleanField) -> None:
        """Needed only where her record ends, too."""
        if self.end.data == ResidencyEnd.DIED.value and not field.data:
            raise ValidationError(_("Please tick this as well, if it is so."))


class AwayForm(Form):
    """Where a resident is who is not here for some days."""

    kind = RadioField(
        _l("Where is she?"), choices=[(kind.value, words) for kind, words in AWAY_LABELS.items()], validators=[chosen()]
    )
    from_on = DayField(_l("First day away"), validators=[needed(_l("Please give the day."))])
    to_on = DayField(_l("Last day away"), description=_l("Leave it empty if nobody knows yet"), validators=[Optional()])


class QuarantineForm(Form):
    """From when to when nobody enters or leaves a unit."""

    from_on = DayField(_l("First day"), validators=[needed(_l("Please give the day."))])
    to_on = DayField(_l("Last day"), validators=[needed(_l("Please give the day."))])
    reason = StringField(_l("Why"), description=_l("For example: flu"), validators=[Optional(), at_most(200)])


class NeedsForm(Form):
    """What somebody needs to take part."""

    uses_wheelchair = BooleanField(_l("Uses a wheelchair"))
    needs_step_free = BooleanField(_l("Needs a way without steps"))
    needs_escort = BooleanField(_l("Needs somebody to go with her"))
    is_hard_of_hearing = BooleanField(_l("Is hard of hearing"))
    note = TextAreaField(
        _l("What the teacher should know"),
        description=_l("No illnesses, please: only what helps in class"),
        validators=[Optional(), at_most(500)],
    )

    @property
    def needs(self) -> Needs:
        """What was ticked and written."""
        return Needs(
            uses_wheelchair=self.uses_wheelchair.data,
            needs_step_free=self.needs_step_free.data,
            needs_escort=self.needs_escort.data,
            is_hard_of_hearing=self.is_hard_of_hearing.data,
            note=self.note.data or "",
        )


class BlockForm(Versioned, Kept):
    """A time of the care day: whose, what, on which days, from, to, and in which period."""

    owner = SelectField(_l("For whom"))
    kind = SelectField(_l("What"), choices=[], validators=[chosen(_l("Please choose what it is."))])
    weekdays = TickBoxes(_l("On which days"), description=_l("None ticked means every day"))
    starts = ClockField(_l("From"), validators=[needed(_l("Please give the time it starts."))])
    ends = ClockField(_l("To"), validators=[needed(_l("Please give the time it ends."))])
    from_on = DayField(
        _l("From which day"), description=_l("Leave both empty if it is always so"), validators=[Optional()]
    )
    to_on = DayField(_l("Until which day"), validators=[Optional()])
    note = StringField(_l("Note"), validators=[Optional(), at_most(200)])

    def offer(self, units: Sequence[Unit], person: Person | None) -> None:
        """Offer the whole home and these units, or this one resident."""
        everybody = [("home", _("The whole home")), *((f"unit-{unit.id}", unit.name) for unit in units)]
        self.owner.choices = [(f"person-{person.id}", person.name)] if person else everybody
        kinds = [kind for kind in CareKind if not (person and kind is CareKind.VISITING)]
        self.kind.choices = [("", _("Please choose")), *((kind.value, CARE_LABELS[kind]) for kind in kinds)]
        self.weekdays.choices = weekday_choices()

    def start_from(self, block: CareBlock) -> None:
        """Fill in what stands there now."""
        self.owner.data = owner_of(block)
        self.kind.data = block.kind.value
        self.weekdays.data = [] if block.weekday is None else [str(block.weekday)]
        self.starts.data, self.ends.data, self.note.data = block.starts, block.ends, block.note
        self.from_on.data, self.to_on.data = block.from_on, block.to_on

    @property
    def days(self) -> list[int | None]:
        """The weekdays ticked; None alone for every day."""
        ticked = sorted(int(day) for day in self.weekdays.data or [])
        return [*ticked] if 0 < len(ticked) < len(WEEKDAYS_EN) else [None]

    def plan(self, home_id: int, weekday: int | None) -> BlockPlan:
        """What was typed, for one weekday or every day."""
        kind, _dash, key = self.owner.data.partition("-")
        return BlockPlan(
            home_id=home_id,
            kind=CareKind(self.kind.data),
            starts=self.starts.data,
            ends=self.ends.data,
            weekday=weekday,
            unit_id=int(key) if kind == "unit" else None,
            person_id=int(key) if kind == "person" else None,
            note=self.note.data or "",
            from_on=self.from_on.data,
            to_on=self.to_on.data,
        )


class ExceptionForm(Form):
    """A single day on which a time of the care day does not hold."""

    on = DayField(_l("On which day is it not so?"), validators=[needed(_l("Please give the day."))])


def owner_of(block: CareBlock) -> str:
    """The choice that stands for a block's owner."""
    if block.person_id is not None:
        return f"person-{block.person_id}"
    return f"unit-{block.unit_id}" if block.unit_id is not None else "home"


class UnitForm(Form):
    """A unit of a home."""

    name = StringField(_l("Name of the unit"), validators=[needed(_l("Please give the name.")), at_most(80)])
    floor = WholeNumberField(_l("Floor"), default=1, validators=[needed(), between(-3, 60)])
    gathering_minutes = WholeNumberField(
        _l("Minutes to bring everybody together"), default=10, validators=[needed(), between(0, 120)]
    )
