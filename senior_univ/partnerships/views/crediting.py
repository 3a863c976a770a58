"""What the exchange came to in a year: of one's own homes and sites, and of an officer's area; a page and a spreadsheet."""

from collections.abc import Sequence

from flask import url_for
from flask_babel import gettext as _

from senior_univ.core import clock
from senior_univ.core.paging import page_of
from senior_univ.core.paper import XLSX, attachment, spreadsheet
from senior_univ.core.permissions import Permission
from senior_univ.core.web import Page, allow, db, number_asked, render, signed_in
from senior_univ.partnerships import crediting
from senior_univ.partnerships.crediting import Credit, Sum
from senior_univ.partnerships.views.blueprint import blueprint

FIRST_YEAR, LAST_YEAR = 2000, 2100


def _year() -> int:
    """``?year=``, else this one."""
    this_year = clock.today().year
    return number_asked("year", this_year, least=FIRST_YEAR, most=LAST_YEAR) or this_year


@blueprint.get("/exchange")
@allow(Permission.SEE_CLASS_REQUESTS)
def credit() -> Page:
    """The year of one's own homes and sites: what was held together with whom, in hours and heads."""
    organisations = crediting.own_organisations(db(), signed_in())
    rows = crediting.credits_of(db(), [each.id for each in organisations], _year())
    return render(
        "partnerships/credit.html",
        year=_year(),
        first_year=FIRST_YEAR,
        last_year=LAST_YEAR,
        page=page_of(rows, size=25),
        sums=crediting.sums(rows, {each.id for each in organisations}),
    )


@blueprint.get("/exchange/xlsx")
@allow(Permission.SEE_CLASS_REQUESTS)
def credit_xlsx() -> Page:
    """The same as a spreadsheet."""
    organisations = crediting.own_organisations(db(), signed_in())
    rows = crediting.credits_of(db(), [each.id for each in organisations], _year())
    names = (_(", ")).join(each.name for each in organisations)
    heads = [_("Site"), _("Care home"), _("Course"), _("In which way"), *_number_heads()]
    lines = [[row.site.name, row.home.name, row.title, how_words(row), *_numbers(row)] for row in rows]
    return attachment(spreadsheet(heads, lines, above=[_title(), names]), XLSX, f"exchange-{_year()}.xlsx")


@blueprint.get("/exchange/area")
@allow(Permission.SEE_COVERAGE)
def area_credit() -> Page:
    """The year of every home and site of an officer's area, as counts."""
    return render(
        "partnerships/area_credit.html",
        year=_year(),
        first_year=FIRST_YEAR,
        last_year=LAST_YEAR,
        page=page_of(_area_sums(), size=25),
        xlsx_url=url_for("partnerships.area_credit_xlsx", year=_year()),
    )


@blueprint.get("/exchange/area/xlsx")
@allow(Permission.SEE_COVERAGE)
def area_credit_xlsx() -> Page:
    """The same as a spreadsheet."""
    heads = [_("Organisation"), _("Partnerships"), *_number_heads()]
    lines = [
        [each.organisation.name, each.partnerships, each.lessons, hours(each.minutes), each.person_times, each.people]
        for each in _area_sums()
    ]
    return attachment(spreadsheet(heads, lines, above=[_title()]), XLSX, f"exchange-area-{_year()}.xlsx")


def _area_sums() -> Sequence[Sum]:
    ids = crediting.area_ids(db(), signed_in())
    return crediting.sums(crediting.credits_of(db(), ids, _year()), ids)


def _title() -> str:
    return _("Care homes and sites together, %(year)d", year=_year())


def _number_heads() -> list[str]:
    return [_("Lessons"), _("Teaching hours"), _("Person-times"), _("People")]


def _numbers(row: Credit) -> list[int | str]:
    return [row.held.lessons, hours(row.held.minutes), row.held.person_times, row.held.people]


def hours(minutes: int) -> str:
    """Hours with one decimal, as subsidies count them."""
    return f"{minutes / 60:.1f}"


def how_words(row: Credit) -> str:
    """Whether the site came or fetched the residents."""
    return _("Residents were fetched") if row.is_ride else _("By agreement")


blueprint.add_app_template_filter(hours, "credit_hours")
blueprint.add_app_template_filter(how_words, "credit_how")
