"""Terms of the city."""

from typing import Any

from flask import flash, redirect, url_for
from flask_babel import gettext as _

from senior_univ.core.permissions import Permission
from senior_univ.core.versions import changed_meanwhile
from senior_univ.core.web import Page, allow, carry_out, db, found, render, signed_in
from senior_univ.timetable import calendar_actions, queries
from senior_univ.timetable.forms import TermForm
from senior_univ.timetable.models import Term
from senior_univ.timetable.views.blueprint import blueprint


def _given(form: TermForm) -> dict[str, Any]:
    return {field.name: field.data for field in form if field.name not in ("seen", "csrf_token")}


@blueprint.get("/terms")
@allow(Permission.MANAGE_CALENDAR)
def terms() -> Page:
    """Every term, the latest first."""
    rows = queries.terms(db())
    first, last = (rows[-1].starts_on, rows[0].ends_on) if rows else (None, None)
    unknown = queries.unknown_years(db(), first, last) if first and last else []
    return render("timetable/terms.html", terms=rows, current=queries.current_term(db()), unknown_years=unknown)


@blueprint.route("/terms/new", methods=["GET", "POST"])
@allow(Permission.MANAGE_CALENDAR)
def new_term() -> Page:
    """Add a term."""
    form = TermForm()
    if form.validate_on_submit() and carry_out(
        form,
        lambda: calendar_actions.add_term(db(), **_given(form), by=signed_in()),
    ):
        flash(_("The term is added."), "ok")
        return redirect(url_for("timetable.terms"), 303)
    return render("timetable/term.html", form=form, term=None)


@blueprint.route("/terms/<int:term_id>", methods=["GET", "POST"])
@allow(Permission.MANAGE_CALENDAR)
def change_term(term_id: int) -> Page:
    """Change a term's name or days."""
    term = found(db().get(Term, term_id))
    form = TermForm(obj=term)
    changes = changed_meanwhile(db(), form, term)
    is_clear = form.validate_on_submit() and not changes
    if is_clear and carry_out(
        form,
        lambda: calendar_actions.change_term(db(), term, **_given(form), by=signed_in()),
    ):
        flash(_("The term is changed."), "ok")
        return redirect(url_for("timetable.terms"), 303)
    return render("timetable/term.html", form=form, term=term, changes=changes)
