"""Somebody's week as her site or her home sees it: at the desk, on the phone, and on paper for her door."""

from senior_univ.accounts.models import Person
from senior_univ.accounts.queries import person_for
from senior_univ.core.paper import sheet, sheet_pdf
from senior_univ.core.permissions import Permission
from senior_univ.core.web import Page, allow, db, render, signed_in
from senior_univ.enrolment.views.blueprint import blueprint
from senior_univ.enrolment.views.shown import shown_asked
from senior_univ.enrolment.views.week import on_paper


def _person(person_id: int) -> Person:
    return person_for(db(), signed_in(), Permission.ENROL_OTHERS, person_id)


@blueprint.get("/people/<int:person_id>/week")
@allow(Permission.ENROL_OTHERS)
def person_week(person_id: int) -> Page:
    """A learner's week or day; a lesson of somebody else's class is a time that is taken, no more."""
    person, shown = _person(person_id), shown_asked(person_id)
    return render("enrolment/person_week.html", person=person, shown=shown, days=shown.days())


@blueprint.get("/people/<int:person_id>/week/print")
@allow(Permission.ENROL_OTHERS)
def print_person_week(person_id: int) -> Page:
    """The same on a sheet."""
    _person(person_id)
    return sheet("enrolment/print_week.html", **on_paper(shown_asked(person_id), person_id))


@blueprint.get("/people/<int:person_id>/week/pdf")
@allow(Permission.ENROL_OTHERS)
def person_week_pdf(person_id: int) -> Page:
    """The same sheet as a PDF."""
    _person(person_id)
    shown = shown_asked(person_id)
    return sheet_pdf("enrolment/print_week.html", filename=f"week-{shown.first}.pdf", **on_paper(shown, person_id))
