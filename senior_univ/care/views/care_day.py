"""The home's day: meals, naps, medication, therapy, visiting hours."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby

from flask import redirect, request, url_for

from senior_univ.accounts.models import Person
from senior_univ.care import actions, queries
from senior_univ.care.forms import BlockForm, ExceptionForm, given_day, owner_of
from senior_univ.care.models import CARE_LABELS, CareBlock, Residency, Unit
from senior_univ.care.rules import by_weekday, may_have_units
from senior_univ.care.views.blueprint import blueprint
from senior_univ.core import clock
from senior_univ.core.permissions import Permission
from senior_univ.core.versions import changed_meanwhile
from senior_univ.core.web import Page, allow, carry_out, db, found, number_asked, render, signed_in


@dataclass(frozen=True)
class UnitDay:
    """The day of a unit, or of a home without units.

    ``blocks`` are the home's and the unit's. ``own_times`` are its residents' own, those of one person, kind and time
    together. ``visiting`` are the visiting hours of each weekday.
    """

    unit: Unit | None
    blocks: Sequence[CareBlock]
    own_times: Sequence[Sequence[CareBlock]]
    visiting: Mapping[int, Sequence[CareBlock]]


def _days(units: Sequence[Unit], blocks: Sequence[CareBlock], residencies: dict[int, Residency]) -> list[UnitDay]:
    """A day for each unit, and one for the home itself where it has none or somebody with own times lives in none."""
    shown: list[Unit | None] = [*units]
    if not units or any(residency.unit_id is None for residency in residencies.values()):
        shown.append(None)
    return [_day(unit, blocks, residencies) for unit in shown]


def _day(unit: Unit | None, blocks: Sequence[CareBlock], residencies: dict[int, Residency]) -> UnitDay:
    unit_id = unit.id if unit else None
    shared = [block for block in blocks if block.person_id is None and block.unit_id in (None, unit_id)]
    own = [b for b in blocks if b.person_id in residencies and residencies[b.person_id].unit_id == unit_id]
    in_order = sorted(own, key=lambda block: (*_same_time(block), block.weekday or 0))
    own_times = [list(group) for _key, group in groupby(in_order, key=_same_time)]
    return UnitDay(unit, [block for block in shared if block.blocks_lessons], own_times, _visiting(shared))


def _visiting(blocks: Sequence[CareBlock]) -> dict[int, list[CareBlock]]:
    """The visiting hours of each weekday that has any; those that are over are left out."""
    hours = [b for b in blocks if not b.blocks_lessons and (b.to_on is None or b.to_on >= clock.today())]
    return by_weekday(hours)


def _same_time(block: CareBlock) -> tuple[object, ...]:
    """What blocks of one person on several weekdays have in common."""
    return block.starts, block.ends, block.kind.value, block.person_id


@blueprint.get("/homes/<int:home_id>/care-day")
@allow(Permission.SEE_RESIDENTS)
def care_day(home_id: int) -> Page:
    """The day of every unit, of all weekdays or of ``?weekday=``."""
    home = queries.home_for(db(), signed_in(), Permission.SEE_RESIDENTS, home_id)
    weekday = number_asked("weekday", None, most=6)
    blocks = [b for b in queries.care_day(db(), home_id) if weekday is None or b.weekday in (None, weekday)]
    residencies = queries.residencies_of(db(), {b.person_id for b in blocks if b.person_id is not None})
    return render(
        "care/care_day.html",
        home=home,
        weekday=weekday,
        days=_days(queries.units_of(db(), home_id), blocks, residencies),
        residencies=residencies,
        labels=CARE_LABELS,
        may_have_units=may_have_units(home),
        may_change=queries.manages(db(), signed_in(), home_id),
    )


def _person_asked(home_id: int) -> Person | None:
    person_id = number_asked("person")
    if person_id is None:
        return None
    return queries.resident_for(db(), signed_in(), Permission.MANAGE_RESIDENTS, home_id, person_id).person


def _way_back(home_id: int, person_id: int | None) -> str:
    if person_id is not None:
        return url_for("care.resident", home_id=home_id, person_id=person_id)
    return url_for("care.care_day", home_id=home_id)


@blueprint.route("/homes/<int:home_id>/care-day/new", methods=["GET", "POST"])
@allow(Permission.MANAGE_RESIDENTS)
def new_block(home_id: int) -> Page:
    """Add a time for the home, a unit (``?unit=``) or one resident (``?person=``)."""
    home = queries.home_for(db(), signed_in(), Permission.MANAGE_RESIDENTS, home_id)
    person = _person_asked(home_id)
    form = BlockForm()
    form.offer(queries.units_of(db(), home_id), person)
    if form.is_fresh and not person:
        form.owner.data = f"unit-{number_asked('unit')}" if request.args.get("unit") else "home"
    if form.validate_on_submit() and carry_out(
        form,
        lambda: [actions.add_block(db(), form.plan(home_id, day), by=signed_in()) for day in form.days],
    ):
        return redirect(_way_back(home_id, person.id if person else None), 303)
    return render("care/block.html", form=form, home=home, block=None, person=person)


@blueprint.route("/homes/<int:home_id>/care-day/<int:block_id>", methods=["GET", "POST"])
@allow(Permission.MANAGE_RESIDENTS)
def change_block(home_id: int, block_id: int) -> Page:
    """Change a time of the day; further weekdays that are ticked become times of their own."""
    home = queries.home_for(db(), signed_in(), Permission.MANAGE_RESIDENTS, home_id)
    block = found(queries.block_for(db(), home_id, block_id))
    form = BlockForm()
    form.offer(queries.units_of(db(), home_id), block.person)
    if not form.is_submitted():
        form.start_from(block)
    shown = {"owner": owner_of(block), "weekdays": [] if block.weekday is None else [str(block.weekday)]}
    changes = changed_meanwhile(db(), form, block, **shown)
    is_clear = form.validate_on_submit() and not changes
    if is_clear and carry_out(form, lambda: _change(block, form)):
        return redirect(_way_back(home_id, block.person_id), 303)
    return render(
        "care/block.html",
        form=form,
        home=home,
        block=block,
        person=block.person,
        changes=changes,
        days_out=sorted(block.excepted),
        exception_form=ExceptionForm(formdata=None),
    )


def _change(block: CareBlock, form: BlockForm) -> CareBlock:
    first, *more = form.days
    actions.change_block(db(), block, form.plan(block.home_id, first), by=signed_in())
    for day in more:
        actions.add_block(db(), form.plan(block.home_id, day), by=signed_in())
    return block


@blueprint.route("/homes/<int:home_id>/care-day/<int:block_id>/except", methods=["GET", "POST"])
@allow(Permission.MANAGE_RESIDENTS)
def except_day(home_id: int, block_id: int) -> Page:
    """Take a single day out of a time of the day."""
    home = queries.home_for(db(), signed_in(), Permission.MANAGE_RESIDENTS, home_id)
    block = found(queries.block_for(db(), home_id, block_id))
    form = ExceptionForm()
    if form.validate_on_submit() and carry_out(
        form, lambda: actions.except_day(db(), block, given_day(form.on), by=signed_in())
    ):
        return redirect(url_for("care.change_block", home_id=home_id, block_id=block_id), 303)
    return render("care/except_day.html", form=form, home=home, block=block, labels=CARE_LABELS)


@blueprint.post("/homes/<int:home_id>/care-day/<int:block_id>/keep")
@allow(Permission.MANAGE_RESIDENTS)
def keep_day(home_id: int, block_id: int) -> Page:
    """Put a single day back."""
    queries.home_for(db(), signed_in(), Permission.MANAGE_RESIDENTS, home_id)
    block = found(queries.block_for(db(), home_id, block_id))
    form = ExceptionForm()
    if form.validate_on_submit():
        carry_out(None, lambda: actions.keep_day(db(), block, given_day(form.on), by=signed_in()))
    return redirect(url_for("care.change_block", home_id=home_id, block_id=block_id), 303)


@blueprint.post("/homes/<int:home_id>/care-day/<int:block_id>/end")
@allow(Permission.MANAGE_RESIDENTS)
def end_block(home_id: int, block_id: int) -> Page:
    """Take a time out of the day."""
    queries.home_for(db(), signed_in(), Permission.MANAGE_RESIDENTS, home_id)
    block = found(queries.block_for(db(), home_id, block_id))
    way_back = _way_back(home_id, block.person_id)
    carry_out(None, lambda: actions.end_block(db(), block, by=signed_in()))
    return redirect(way_back, 303)
