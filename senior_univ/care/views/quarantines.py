"""A unit is closed for some days, and opens again."""

from flask import current_app, flash, redirect, url_for
from flask_babel import gettext as _

from senior_univ.care import actions, queries
from senior_univ.care.forms import QuarantineForm, given_day
from senior_univ.care.models import Quarantine
from senior_univ.care.views.blueprint import blueprint
from senior_univ.core import clock
from senior_univ.core.permissions import Permission
from senior_univ.core.web import Page, allow, carry_out, db, found, render, signed_in


@blueprint.route("/homes/<int:home_id>/units/<int:unit_id>/close", methods=["GET", "POST"])
@allow(Permission.MANAGE_RESIDENTS)
def close_unit(home_id: int, unit_id: int) -> Page:
    """Close a unit from, to; what follows is said before and shown after."""
    home = queries.home_for(db(), signed_in(), Permission.MANAGE_RESIDENTS, home_id)
    unit = found(queries.unit_for(db(), home_id, unit_id))
    form = QuarantineForm()
    if not form.is_submitted():
        form.from_on.data = clock.today()

    def declare() -> Quarantine:
        return actions.declare_quarantine(
            db(),
            unit,
            from_on=given_day(form.from_on),
            to_on=given_day(form.to_on),
            reason=form.reason.data or "",
            by=signed_in(),
            settings=current_app.config["SETTINGS"],
        )

    if form.validate_on_submit() and (declared := carry_out(form, declare)):
        return redirect(url_for("attendance.closed_unit", home_id=home_id, quarantine_id=declared.id), 303)
    count = queries.count_by_unit(db(), home_id).get(unit_id, 0)
    return render("care/close_unit.html", form=form, home=home, unit=unit, count=count)


@blueprint.post("/homes/<int:home_id>/closed/<int:quarantine_id>/open")
@allow(Permission.MANAGE_RESIDENTS)
def open_unit(home_id: int, quarantine_id: int) -> Page:
    """Open a unit again before its time."""
    queries.home_for(db(), signed_in(), Permission.MANAGE_RESIDENTS, home_id)
    quarantine = found(queries.quarantine_for(db(), home_id, quarantine_id))
    carry_out(None, lambda: actions.lift_quarantine(db(), quarantine, by=signed_in()))
    flash(_("The unit is open again. Its residents come to their lessons again."), "ok")
    return redirect(url_for("attendance.closed_unit", home_id=home_id, quarantine_id=quarantine_id), 303)
