"""Homes and their units."""

from flask import redirect, url_for

from senior_univ.care import actions, queries
from senior_univ.care.forms import UnitForm
from senior_univ.care.rules import may_have_units
from senior_univ.care.views.blueprint import blueprint
from senior_univ.core.permissions import Permission
from senior_univ.core.web import Page, allow, carry_out, db, found, render, signed_in


@blueprint.get("/homes")
@allow(Permission.SEE_RESIDENTS)
def homes() -> Page:
    """The homes whose residents this viewer may see; somebody with one home goes straight to it."""
    rows = queries.homes(db(), signed_in())
    if len(rows) == 1:
        return redirect(url_for("care.residents", home_id=rows[0].id))
    return render("care/homes.html", homes=rows, counts=queries.count_by_home(db(), [home.id for home in rows]))


@blueprint.get("/homes/<int:home_id>/units")
@allow(Permission.SEE_RESIDENTS)
def units(home_id: int) -> Page:
    """The units of a home."""
    home = queries.home_for(db(), signed_in(), Permission.SEE_RESIDENTS, home_id)
    counts = queries.count_by_unit(db(), home_id)
    may_manage = queries.manages(db(), signed_in(), home_id)
    return render(
        "care/units.html",
        home=home,
        units=queries.units_of(db(), home_id),
        counts=counts,
        may_manage=may_manage,
        may_have_units=may_have_units(home),
        quarantines=queries.quarantines_of(db(), home_id),
    )


@blueprint.route("/homes/<int:home_id>/units/new", methods=["GET", "POST"])
@allow(Permission.MANAGE_RESIDENTS)
def new_unit(home_id: int) -> Page:
    """Add a unit."""
    home = queries.home_for(db(), signed_in(), Permission.MANAGE_RESIDENTS, home_id)
    form = UnitForm()
    if form.validate_on_submit() and carry_out(
        form,
        lambda: actions.add_unit(
            db(),
            home,
            form.name.data,
            floor=form.floor.data or 0,
            gathering_minutes=form.gathering_minutes.data or 0,
            by=signed_in(),
        ),
    ):
        return redirect(url_for("care.units", home_id=home_id), 303)
    return render("care/unit.html", form=form, home=home, unit=None)


@blueprint.route("/homes/<int:home_id>/units/<int:unit_id>", methods=["GET", "POST"])
@allow(Permission.MANAGE_RESIDENTS)
def change_unit(home_id: int, unit_id: int) -> Page:
    """Change a unit."""
    home = queries.home_for(db(), signed_in(), Permission.MANAGE_RESIDENTS, home_id)
    unit = found(queries.unit_for(db(), home_id, unit_id))
    form = UnitForm(obj=unit)
    if form.validate_on_submit() and carry_out(
        form,
        lambda: actions.change_unit(
            db(),
            unit,
            form.name.data,
            floor=form.floor.data or 0,
            gathering_minutes=form.gathering_minutes.data or 0,
            by=signed_in(),
        ),
    ):
        return redirect(url_for("care.units", home_id=home_id), 303)
    return render("care/unit.html", form=form, home=home, unit=unit)
