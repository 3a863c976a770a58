"""Who lives in a home: the list by unit, one resident, coming, moving and leaving."""

from itertools import groupby
from typing import Any

from flask import flash, redirect, request, url_for
from flask_babel import gettext as _

from senior_univ.accounts import actions as accounts_actions
from senior_univ.accounts import queries as accounts
from senior_univ.accounts.models import Person
from senior_univ.care import actions, queries
from senior_univ.care.forms import NOBODY_YET, LeavingForm, NeedsForm, NewResidentForm, PlaceForm
from senior_univ.care.models import AWAY_LABELS, CARE_LABELS, RESIDENCY_END_LABELS, Residency, ResidencyEnd
from senior_univ.care.rules import Place, may_have_units
from senior_univ.care.views.blueprint import blueprint
from senior_univ.core import clock
from senior_univ.core.forms import clean_text
from senior_univ.core.permissions import Permission
from senior_univ.core.web import Page, allow, carry_out, db, found, number_asked, render, signed_in
from senior_univ.network.models import Organisation

AT_ONCE = 60
"""So many residents are shown in one go; a larger home opens with its first unit."""


def _home(home_id: int, permission: Permission = Permission.SEE_RESIDENTS) -> Organisation:
    return queries.home_for(db(), signed_in(), permission, home_id)


def _by_unit(residencies: Any) -> list[tuple[Any, list[Residency]]]:
    return [(unit, list(rows)) for unit, rows in groupby(residencies, key=lambda residency: residency.unit)]


@blueprint.get("/homes/<int:home_id>/residents")
@allow(Permission.SEE_RESIDENTS)
def residents(home_id: int) -> Page:
    """Residents by unit: of ``?unit=``, found by ``?q=`` (name, pinyin, room), or ``?all=1``."""
    home = _home(home_id)
    counts = queries.count_by_unit(db(), home_id)
    units = queries.units_of(db(), home_id)
    text = clean_text(request.args.get("q", ""))[:40] or ""  # type: ignore[index]
    unit_id = number_asked("unit")
    if unit_id is None and not text and "all" not in request.args and sum(counts.values()) > AT_ONCE and units:
        unit_id = units[0].id
    rows = queries.residents(db(), signed_in(), home_id, unit_id, text)
    return render(
        "care/residents.html",
        home=home,
        groups=_by_unit(rows),
        needs=queries.needs_of(db(), [row.person_id for row in rows]),
        away=queries.away_today(db(), [row.person_id for row in rows]),
        away_labels=AWAY_LABELS,
        repeated=queries.repeated_names(db(), home_id),
        units=units,
        counts=counts,
        unit_id=unit_id,
        text=text,
        may_manage=queries.manages(db(), signed_in(), home_id),
    )


@blueprint.get("/homes/<int:home_id>/residents/print")
@allow(Permission.SEE_RESIDENTS)
def print_residents(home_id: int) -> Page:
    """All residents on paper, a unit a page."""
    home = _home(home_id)
    rows = queries.residents(db(), signed_in(), home_id, number_asked("unit"))
    needs = queries.needs_of(db(), [row.person_id for row in rows])
    units = queries.units_of(db(), home_id)
    return render("care/print_residents.html", home=home, groups=_by_unit(rows), needs=needs, units=units)


@blueprint.route("/homes/<int:home_id>/residents/new", methods=["GET", "POST"])
@allow(Permission.MANAGE_RESIDENTS)
def new_resident(home_id: int) -> Page:
    """Add a resident: a new person, or one already known of the same name and birth year."""
    home = _home(home_id, Permission.MANAGE_RESIDENTS)
    form = NewResidentForm()
    form.offer(queries.units_of(db(), home_id))
    if form.is_fresh:
        form.from_on.data = clock.today()
    known = _known(home, form)
    is_clear = form.validate_on_submit() and form.ask_whether_known(known)
    if is_clear and (residency := carry_out(form, lambda: _admit(home, form, known))):
        flash(_("%(name)s now lives here.", name=residency.person.name), "ok")
        return redirect(url_for("care.resident", home_id=home_id, person_id=residency.person_id), 303)
    return render("care/new_resident.html", form=form, home=home, known=known)


def _known(home: Organisation, form: NewResidentForm) -> list[Person]:
    if not form.is_submitted() or not form.name.data or form.birth_year.data is None:
        return []
    return list(queries.known_people(db(), home, name=form.name.data, birth_year=form.birth_year.data))


def _admit(home: Organisation, form: NewResidentForm, known: list[Person]) -> Residency:
    unit_id = form.unit_id
    unit = found(queries.unit_for(db(), home.id, unit_id)) if unit_id is not None else None
    person = _chosen(form, known) or accounts_actions.add_person(
        db(),
        name=form.name.data,
        birth_year=form.birth_year.data,
        phone=form.phone.data,
        region_code=home.region_code,
        site_id=home.id,
        by=signed_in(),
    )
    return actions.admit(db(), person, Place(home, unit, form.bed_name), from_on=form.from_on.data, by=signed_in())


def _chosen(form: NewResidentForm, known: list[Person]) -> Person | None:
    if not known or form.same_as.data == NOBODY_YET:
        return None
    return next(person for person in known if str(person.id) == form.same_as.data)


@blueprint.get("/homes/<int:home_id>/residents/<int:person_id>")
@allow(Permission.SEE_RESIDENTS)
def resident(home_id: int, person_id: int) -> Page:
    """One resident: needs, own times of the care day, main contact, where she lived in this home."""
    residency = queries.resident_for(db(), signed_in(), Permission.SEE_RESIDENTS, home_id, person_id)
    return render(
        "care/resident.html",
        residency=residency,
        person=residency.person,
        home=residency.home,
        needs=queries.needs_of(db(), [person_id]).get(person_id),
        blocks=[block for block in queries.care_day(db(), home_id) if block.person_id == person_id],
        labels=CARE_LABELS,
        history=queries.history(db(), home_id, person_id),
        ends=RESIDENCY_END_LABELS,
        days_away=queries.days_away(db(), home_id, person_id),
        away_labels=AWAY_LABELS,
        may_have_units=may_have_units(residency.home),
        contact=accounts.main_contacts(db(), [person_id]).get(person_id),
        may_manage=queries.manages(db(), signed_in(), home_id),
    )


@blueprint.route("/homes/<int:home_id>/residents/<int:person_id>/needs", methods=["GET", "POST"])
@allow(Permission.MANAGE_RESIDENTS)
def change_needs(home_id: int, person_id: int) -> Page:
    """Change what a resident needs."""
    residency = queries.resident_for(db(), signed_in(), Permission.MANAGE_RESIDENTS, home_id, person_id)
    form = NeedsForm(obj=queries.needs_of(db(), [person_id]).get(person_id))
    if form.validate_on_submit() and carry_out(
        form, lambda: actions.set_needs(db(), person_id, form.needs, by=signed_in())
    ):
        return redirect(url_for("care.resident", home_id=home_id, person_id=person_id), 303)
    return render("care/needs.html", form=form, residency=residency)


@blueprint.route("/homes/<int:home_id>/residents/<int:person_id>/move", methods=["GET", "POST"])
@allow(Permission.MANAGE_RESIDENTS)
def move_resident(home_id: int, person_id: int) -> Page:
    """Give a resident another unit or bed."""
    residency = queries.resident_for(db(), signed_in(), Permission.MANAGE_RESIDENTS, home_id, person_id)
    form = PlaceForm(unit=residency.unit_id, bed=residency.bed)
    form.offer(queries.units_of(db(), home_id))
    if form.validate_on_submit() and carry_out(form, lambda: _move(residency, form)):
        return redirect(url_for("care.resident", home_id=home_id, person_id=person_id), 303)
    return render("care/move.html", form=form, residency=residency)


def _move(residency: Residency, form: PlaceForm) -> Residency:
    unit_id = form.unit_id
    unit = found(queries.unit_for(db(), residency.home_id, unit_id)) if unit_id is not None else None
    return actions.move(db(), residency, Place(residency.home, unit, form.bed_name), by=signed_in())


@blueprint.route("/homes/<int:home_id>/residents/<int:person_id>/discharge", methods=["GET", "POST"])
@allow(Permission.MANAGE_RESIDENTS)
def discharge_resident(home_id: int, person_id: int) -> Page:
    """Write down that a resident has left."""
    residency = queries.resident_for(db(), signed_in(), Permission.MANAGE_RESIDENTS, home_id, person_id)
    form = LeavingForm()
    if not form.is_submitted():
        form.to_on.data = clock.today()
    if form.validate_on_submit() and carry_out(
        form,
        lambda: actions.discharge(
            db(), residency, to_on=form.to_on.data, end=ResidencyEnd(form.end.data), by=signed_in()
        ),
    ):
        flash(_("%(name)s no longer lives here.", name=residency.person.name), "ok")
        return redirect(url_for("care.residents", home_id=home_id), 303)
    return render("care/discharge.html", form=form, residency=residency)
