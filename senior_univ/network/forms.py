"""The region picker that every form with a village shares, and the network's own forms."""

from typing import Any

from flask import current_app
from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import Session
from wtforms import BooleanField, HiddenField, SearchField

from senior_univ.core.forms import (
    ClockField,
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
from senior_univ.network import queries
from senior_univ.network.maps import MAP_LABELS, MapKind
from senior_univ.network.models import (
    LEVEL_LABELS,
    ORGANISATION_LABELS,
    SHARING_LABELS,
    Level,
    OrganisationKind,
    Region,
    Sharing,
)
from senior_univ.network.rules import LEVELS_OF_KIND

CHOICES_SHOWN = 12


class RegionPicker(Form):
    """A form part that asks for a village: by typing part of its name, or step by step from the county down.

    Works without JavaScript: what was typed or picked comes back as the next choices, and nothing else is lost. Call
    ``look_up`` before ``validate_on_submit``; afterwards ``region`` is the place, or None where none was asked for.
    Show it with ``region_picker`` of ``network/_parts.html``.
    """

    place = StringField(
        _l("Village or community"),
        [at_most(40)],
        description=_l("Type part of the name. If you leave this empty, you can choose from a list."),
    )
    region_code = RadioField(_l("Which one is it?"), choices=[], validate_choice=False)
    place_before = HiddenField()

    levels = frozenset({Level.VILLAGE})
    """What may be picked in the end; anything above it leads one step down."""
    is_region_needed = True
    region: Region | None = None
    region_problem: Any = None
    is_half_way = False
    """Whether something was picked that leads a step down, rather than being a place."""

    def look_up(self, session: Session, *, near: str = "", within: str = "", start: str = "") -> None:
        """Find the place that was typed or picked.

        ``near`` is a code whose township and county come first in what is found, ``within`` a prefix that a place must
        have, ``start`` the region whose parts are offered before anything was typed (none: only the field).
        """
        self.region_hints: dict[str, str] = {}
        typed, picked = self.place.data or "", self.region_code.data or ""
        if self.is_submitted_here and typed and (typed != self.place_before.data or not picked):
            self._search(session, typed, near, within)
        elif picked:
            self._pick(session, picked, within)
        elif self.is_submitted_here and self.is_region_needed:
            self._offer_children(session, within.ljust(6, "0") if within else _city(), within)
            self.region_problem = _l("Please type the name of the village, or choose where it is.")
        elif start:
            self._offer_children(session, start)
        self.place_before.data = typed

    @property
    def is_submitted_here(self) -> bool:
        """Whether there is anything to look up: a POST, or a search by GET."""
        return self.is_submitted() or not self.meta.csrf

    def _search(self, session: Session, typed: str, near: str, within: str) -> None:
        found = queries.search_regions(session, typed, near=near, within=within, limit=CHOICES_SHOWN)
        self.region_code.data = None
        if len(found) == 1:
            self._pick(session, found[0].code, within)
        elif found:
            self._offer_found(session, found)
            many = _l("Many places are called like this. Please choose one, or type more of the name.")
            several = _l("Several places are called like this. Please choose one.")
            self.region_problem = many if len(found) == CHOICES_SHOWN else several
        elif typed.isdigit():
            self.region_problem = _l("There is no region with the code %(code)s here.", code=typed)
        else:
            self.region_problem = _l("We know no place called %(name)s here. Please try a shorter part.", name=typed)

    def _pick(self, session: Session, code: str, within: str) -> None:
        region = queries.region(session, code)
        self.region_code.data = None
        if region is None or not code.startswith(within):
            self.region_problem = _l("There is no region with the code %(code)s here.", code=code[:12])
        elif region.level in self.levels:
            self.region, self.region_code.data = region, code
            self._offer_found(session, [region])
        else:
            self._offer_children(session, code, within)
            self.is_half_way = bool(self.region_code.choices)

    def _offer_found(self, session: Session, found: list[Region]) -> None:
        paths = queries.region_paths(session, [each.code for each in found])
        self.region_code.choices = [(each.code, each.spoken_name) for each in found]
        self.region_hints = {code: " ".join(step.spoken_name for step in path[1:-1]) for code, path in paths.items()}

    def _offer_children(self, session: Session, code: str, within: str = "") -> None:
        path = queries.region_path(session, code)
        children = queries.child_regions(session, code)
        self.region_code.choices = [(each.code, each.spoken_name) for each in children]
        if len(path) > 1 and path[-2].code.startswith(within):
            self.region_code.choices.append((path[-2].code, _l("Not in this list: one step back")))
        if children:
            self.region_code.label.text = _question(path, children[0].level)

    def validate(self, extra_validators: Any = None) -> bool:
        """Everything of the form is right, and a place was found where one is needed."""
        is_right = super().validate(extra_validators)
        if self.region_problem:
            field = self.region_code if self.region_code.choices else self.place
            field.errors = [*field.errors, self.region_problem]
            return False
        return is_right and not self.is_half_way


def _city() -> str:
    city: str = current_app.config["SETTINGS"].region
    return city


def _question(path: list[Region], level: Level) -> Any:
    if len(path) < 2:
        return LEVEL_LABELS[level]
    return _l(
        "%(level)s in %(place)s", level=LEVEL_LABELS[level], place=" ".join(each.spoken_name for each in path[1:])
    )


KINDS = [(kind.value, words) for kind, words in ORGANISATION_LABELS.items()]
SMS_NAME_HINT = _l("How texts call it, at most 10 characters.")


class OrganisationFilter(Form):
    """Narrows the list of organisations."""

    name = SearchField(_l("Name of the organisation"), [at_most(80)])
    kind = SelectField(_l("Kind"), choices=[("", _l("Every kind")), *KINDS])
    county = SelectField(_l("County or zone"), validate_choice=False)

    def offer_counties(self, counties: list[Region]) -> None:
        """Let one of ``counties`` be chosen."""
        self.county.choices = [("", _l("Everywhere")), *((each.code, each.name) for each in counties)]


class OrganisationForm(RegionPicker):
    """What is written about an organisation."""

    name = StringField(_l("Name of the organisation"), [needed(), at_most(80)])
    phone = StringField(
        _l("Telephone"),
        [Optional(), at_most(30)],
        description=_l("A landline with its area code, such as 0319-2020001, or a mobile."),
    )
    desk_opens = ClockField(_l("The desk opens at"), [needed()])
    desk_closes = ClockField(_l("The desk closes at"), [needed()])
    least_age = WholeNumberField(_l("Learners join from the age of"), [needed(), between(0, 120)])
    sms_name = StringField(_l("Short name for texts"), [Optional(), at_most(10)], description=SMS_NAME_HINT)

    def take_levels_of(self, kind: OrganisationKind | None) -> None:
        """Let the place be of a level at which that kind stands."""
        self.levels = frozenset(LEVELS_OF_KIND[kind] if kind else Level)
        self.place.label.text = _l("Place")


class NewOrganisationForm(OrganisationForm):
    """A new organisation also has a kind, which stays."""

    kind = SelectField(_l("Kind"), [chosen()], choices=[("", _l("Please choose")), *KINDS])


class ChangedOrganisationForm(OrganisationForm):
    """An organisation that exists also has somebody above it."""

    parent_id = SelectField(_l("Tier above"), coerce=int, validate_choice=False)


class VenueForm(RegionPicker):
    """What is written about a venue."""

    name = StringField(_l("Name of the venue"), [needed(), at_most(80)])
    address = StringField(
        _l("Address"),
        [Optional(), at_most(200)],
        description=_l("In words that a driver understands: 12 Beiguan Street, opposite the old tree."),
    )
    sms_name = StringField(_l("Short name for texts"), [Optional(), at_most(10)], description=SMS_NAME_HINT)
    position = StringField(
        _l("Position on the map"),
        [Optional(), at_most(60)],
        description=_l("Latitude and longitude, as a map tells them: 37.0682, 114.5048. Ways are reckoned from it."),
    )
    map = RadioField(
        _l("Which map are the numbers from?"),
        [chosen()],
        description=_l("Chinese maps show every place some hundred metres away; it is reckoned back."),
        choices=[(each.value, words) for each, words in MAP_LABELS.items()],
        coerce=MapKind,
        default=MapKind.CHINESE,
    )
    has_lift = BooleanField(_l("There is a lift"))
    lift_wheelchairs = WholeNumberField(
        _l("Wheelchairs that the lift takes at once"), [needed(), between(0, 20)], default=1
    )
    sharing = RadioField(
        _l("May others use the rooms?"),
        [chosen()],
        choices=[(each.value, words) for each, words in SHARING_LABELS.items()],
        coerce=Sharing,
        default=Sharing.OWN,
    )


class RoomForm(Form):
    """What is written about a room."""

    name = StringField(_l("Name of the room"), [needed(), at_most(80)])
    capacity = WholeNumberField(_l("How many people it takes"), [needed(), between(-999, 999)])
    wheelchair_places = WholeNumberField(_l("Wheelchair places among them"), [needed(), between(-999, 999)])
    floor = WholeNumberField(_l("Floor"), [needed(), between(-3, 60)])
    is_step_free = BooleanField(_l("Reached without a step"))
    has_seat_toilet = BooleanField(_l("Seat toilet nearby"))
    has_heating = BooleanField(_l("Heating"))
    has_cooling = BooleanField(_l("Air conditioning"))
    has_microphone = BooleanField(_l("Microphone"))
    has_screen = BooleanField(_l("Screen"))
    has_camera = BooleanField(_l("Camera for lessons online"))


class HoursForm(Form):
    """Opening hours on one or more weekdays."""

    weekdays = TickBoxes(_l("On which days"), [chosen(_l("Please tick at least one day."))], coerce=int)
    opens = ClockField(_l("From"), [needed()])
    closes = ClockField(_l("To"), [needed()])

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.weekdays.choices = [(day, weekday_words(day)) for day in range(7)]


class TravelForm(Form):
    """How long the way to another venue takes. The venues are set by the view."""

    other = SelectField(_l("To"), [chosen()], coerce=int)
    minutes = WholeNumberField(_l("Minutes"), [needed(), between(0, 600)])
