"""突发情况: what went wrong, for the site and the home; and for the tiers above what was entered late, as counts."""

from datetime import timedelta

from flask import flash, redirect, url_for
from flask_babel import gettext as _

from senior_univ.attendance import incidents, late
from senior_univ.attendance.forms import IncidentNoteForm
from senior_univ.attendance.views.blueprint import blueprint
from senior_univ.core.paging import paginate
from senior_univ.core.permissions import Permission
from senior_univ.core.web import Page, allow, carry_out, db, render, signed_in

COUNTED = timedelta(days=90)


@blueprint.get("/incidents")
@allow(Permission.CALL_ROLL)
def all_incidents() -> Page:
    """What went wrong in the viewer's classes, the latest first."""
    page = paginate(db(), incidents.visible_incidents(signed_in()), size=25)
    return render("attendance/incidents.html", page=page)


@blueprint.route("/incidents/<int:incident_id>", methods=["GET", "POST"])
@allow(Permission.CALL_ROLL)
def incident(incident_id: int) -> Page:
    """One of them; what happened may be said afterwards."""
    shown = incidents.incident_for(db(), signed_in(), incident_id)
    form = IncidentNoteForm(note=shown.note)
    if form.validate_on_submit() and carry_out(
        form, lambda: incidents.add_words(db(), shown, form.note.data or "", by=signed_in())
    ):
        flash(_("Saved."), "ok")
        return redirect(url_for("attendance.all_incidents"), 303)
    return render("attendance/incident.html", form=form, incident=shown)


@blueprint.get("/late-entries")
@allow(Permission.SEE_COVERAGE)
def late_entries() -> Page:
    """Lessons whose attendance was entered long afterwards, and how often something went wrong: counts only."""
    return render(
        "attendance/late_entries.html",
        page=late.late_lessons(db(), signed_in()),
        incidents=incidents.count_by_organisation(db(), signed_in(), COUNTED),
    )
