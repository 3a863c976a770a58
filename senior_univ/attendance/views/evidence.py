"""Evidence for subsidies, of a class or of a site or home and a period: a page, a spreadsheet, a PDF."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import cast
from urllib.parse import urlencode

from flask import request, url_for
from flask_babel import gettext as _
from werkzeug.datastructures import MultiDict

from senior_univ.attendance import evidence
from senior_univ.attendance.evidence import Evidence
from senior_univ.attendance.evidence_sheet import evidence_xlsx, hours_words, how_words
from senior_univ.attendance.forms import PeriodForm
from senior_univ.attendance.models import Kind
from senior_univ.attendance.views.blueprint import blueprint
from senior_univ.core import clock
from senior_univ.core.errors import DomainError
from senior_univ.core.paging import page_of
from senior_univ.core.paper import XLSX, attachment, sheet_pdf
from senior_univ.core.permissions import Permission
from senior_univ.core.web import Page, allow, db, found, number_asked, render, signed_in
from senior_univ.core.words import day_words
from senior_univ.network.models import Organisation
from senior_univ.network.queries import organisation_for, visible_organisations
from senior_univ.timetable import queries as timetable

SEES = Permission.PLAN_CLASSES
BEFORE_A_TERM = timedelta(days=30)

blueprint.add_app_template_filter(hours_words, "hours")
blueprint.add_app_template_filter(how_words, "evidence_how")


@dataclass(frozen=True)
class Sheet:
    """Evidence, and what it is about in words."""

    title: str
    about: str
    evidence: Evidence


def _page(sheet: Sheet, **more: object) -> Page:
    """A page at a time on the screen; the files have all of it."""
    page = page_of(sheet.evidence.lines, size=25)
    return render("attendance/evidence.html", kinds=list(Kind), page=page, **vars(sheet), **more)


def _spreadsheet(sheet: Sheet, filename: str) -> Page:
    return attachment(evidence_xlsx(sheet.title, sheet.about, sheet.evidence), XLSX, filename)


def _paper(sheet: Sheet, filename: str, back: str) -> Page:
    return sheet_pdf(
        "attendance/evidence_paper.html", filename=filename, back_url=back, kinds=list(Kind), today=clock.today(),
        **vars(sheet),
    )  # fmt: skip


@blueprint.get("/classes/<int:class_id>/evidence")
@allow(SEES)
def class_evidence(class_id: int) -> Page:
    """The lessons of a class that were held, as counts."""
    return _page(
        _of_class(class_id),
        xlsx_url=url_for("attendance.class_evidence_xlsx", class_id=class_id),
        pdf_url=url_for("attendance.class_evidence_pdf", class_id=class_id),
        back_url=url_for("timetable.course_class", class_id=class_id),
    )


@blueprint.get("/classes/<int:class_id>/evidence/xlsx")
@allow(SEES)
def class_evidence_xlsx(class_id: int) -> Page:
    """The same as a spreadsheet."""
    return _spreadsheet(_of_class(class_id), f"evidence-{class_id}.xlsx")


@blueprint.get("/classes/<int:class_id>/evidence/pdf")
@allow(SEES)
def class_evidence_pdf(class_id: int) -> Page:
    """The same as a PDF, or as a page to print."""
    back = url_for("attendance.class_evidence", class_id=class_id)
    return _paper(_of_class(class_id), f"evidence-{class_id}.pdf", back)


def _of_class(class_id: int) -> Sheet:
    course_class = timetable.class_for(db(), signed_in(), SEES, class_id)
    about = f"{course_class.organisation.name} {course_class.term.name}"
    return Sheet(_title(course_class.course.title), about, evidence.of_class(db(), course_class))


def _title(what: str) -> str:
    return _("Evidence of lessons held: %(what)s", what=what)


@blueprint.get("/evidence")
@allow(SEES)
def organisation_evidence() -> Page:
    """The lessons of the viewer's site or home in a period, as counts; by default this term's until today."""
    form, organisation = _period_form(), _organisation()
    if not form.validate():
        return render("attendance/evidence.html", title=_title(organisation.name), about="", form=form)
    return _page(
        _in_period(form, organisation),
        form=form,
        xlsx_url=_same_as("organisation_evidence_xlsx"),
        pdf_url=_same_as("organisation_evidence_pdf"),
    )


@blueprint.get("/evidence/xlsx")
@allow(SEES)
def organisation_evidence_xlsx() -> Page:
    """The same as a spreadsheet."""
    return _spreadsheet(_in_valid_period(), "evidence.xlsx")


@blueprint.get("/evidence/pdf")
@allow(SEES)
def organisation_evidence_pdf() -> Page:
    """The same as a PDF, or as a page to print."""
    return _paper(_in_valid_period(), "evidence.pdf", _same_as("organisation_evidence"))


def _same_as(view: str) -> str:
    """Address of the same period in another way."""
    return f"{url_for(f'attendance.{view}')}?{urlencode(request.args.to_dict())}"


def _organisation() -> Organisation:
    """The one that is asked for, else the viewer's own; 404 for any other."""
    if asked := number_asked("organisation"):
        return organisation_for(db(), signed_in(), SEES, asked)
    own = Organisation.id.in_(signed_in().organisation_ids(SEES))
    mine = visible_organisations(signed_in(), SEES).where(own).order_by(Organisation.id)
    return found(db().scalar(mine.limit(1)))


def _period_form() -> PeriodForm:
    """From and until as asked; by default from the first day of this term until today."""
    if "first" in request.args or "last" in request.args:
        return PeriodForm(request.args)
    term, today = timetable.current_term(db()), clock.today()
    first = term.starts_on if term and term.starts_on <= today else today - BEFORE_A_TERM
    return PeriodForm(MultiDict({"first": first.isoformat(), "last": today.isoformat()}))


def _in_valid_period() -> Sheet:
    """What is asked for as a file; a period that is none is refused on a page of its own, in words."""
    form = _period_form()
    if not form.validate():
        raise DomainError("no_period", next(words for field in form for words in field.errors))
    return _in_period(form, _organisation())


def _in_period(form: PeriodForm, organisation: Organisation) -> Sheet:
    """What was held from the first to the last day, both included."""
    first, last = cast("date", form.first.data), cast("date", form.last.data)
    starts, ends = clock.day_bounds(first)[0], clock.day_bounds(last)[1]
    about = _("%(first)s to %(last)s", first=day_words(first), last=day_words(last))
    return Sheet(_title(organisation.name), about, evidence.of_organisation(db(), organisation, starts, ends))
