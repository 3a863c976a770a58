"""The region picker that every form with a village shares, and the network's own forms."""

from typing import Any

from flask import current_app
from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import Session
from wtforms import HiddenField

from senior_univ.core.forms import Form, RadioField, StringField, at_most
from senior_univ.network import queries
from senior_univ.network.models import LEVEL_LABELS, Level, Region

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
            self._offer_children(session, within or _city())
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
        is_half_way = self.region is None and bool(self.region_code.choices)
        return is_right and not is_half_way


def _city() -> str:
    city: str = current_app.config["SETTINGS"].region
    return city


def _question(path: list[Region], level: Level) -> Any:
    if len(path) < 2:
        return LEVEL_LABELS[level]
    return _l(
        "%(level)s in %(place)s", level=LEVEL_LABELS[level], place=" ".join(each.spoken_name for each in path[1:])
    )
