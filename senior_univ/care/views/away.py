"""A resident is away for some days, and comes back."""

from flask import flash, redirect, url_for
from flask_babel import gettext as _

from senior_univ.care import actions, queries
from senior_univ.care.forms import AwayForm, given_day
from senior_univ.care.models import AwayKind
from senior_univ.care.views.blueprint import blueprint
from senior_univ.core import clock
from senior_univ.core.permissions import Permission
from senior_univ.core.web import Page, allow, carry_out, db, found, render, signed_in


@blueprint.route("/homes/<int:home_id>/residents/<int:person_id>/away", methods=["GET", "POST"])
@allow(Permission.MANAGE_RESIDENTS)
def go_away(home_id: int, person_id: int) -> Page:
    """Write down that a resident is in hospital or at home with her family."""
    residency = queries.resident_for(db(), signed_in(), Permission.MANAGE_RESIDENTS, home_id, person_id)
    form = AwayForm()
    if not form.is_submitted():
        form.from_on.data = clock.today()
    if form.validate_on_submit() and carry_out(
        form,
        lambda: actions.go_away(
            db(),
            residency,
            AwayKind(form.kind.data),
            from_on=given_day(form.from_on),
            to_on=form.to_on.data,
            by=signed_in(),
        ),
    ):
        flash(_("%(name)s is on leave from her lessons for as long; her seats are kept.", name=residency.person.name), "ok")  # fmt: skip
        return redirect(url_for("care.resident", home_id=home_id, person_id=person_id), 303)
    return render("care/away.html", form=form, residency=residency)


@blueprint.post("/homes/<int:home_id>/away/<int:away_id>/back")
@allow(Permission.MANAGE_RESIDENTS)
def come_back(home_id: int, away_id: int) -> Page:
    """She is back, or does not go at all."""
    queries.home_for(db(), signed_in(), Permission.MANAGE_RESIDENTS, home_id)
    away = found(queries.away_for(db(), home_id, away_id))
    person_id = away.person_id
    carry_out(None, lambda: actions.come_back(db(), away, by=signed_in()))
    flash(_("She comes to her lessons again."), "ok")
    return redirect(url_for("care.resident", home_id=home_id, person_id=person_id), 303)
