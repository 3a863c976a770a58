"""Public holidays and make-up workdays of a year: the list, entering one, importing many."""

from collections.abc import Sequence
from datetime import date

from flask import flash, redirect, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from werkzeug.wrappers import Response

from senior_univ.core import clock
from senior_univ.core.errors import NotFoundError
from senior_univ.core.permissions import Permission
from senior_univ.core.web import Page, allow, carry_out, db, found, number_asked, render, signed_in
from senior_univ.core.words import weekday_words
from senior_univ.timetable import calendar_actions, holiday_lists, queries, rules
from senior_univ.timetable.forms import HolidayForm, HolidayListForm, RemoveForm, given
from senior_univ.timetable.holiday_lists import ListedDay
from senior_univ.timetable.models import Holiday, HolidayKind
from senior_univ.timetable.rules import FIRST_YEAR, LAST_YEAR
from senior_univ.timetable.views.blueprint import blueprint
from senior_univ.timetable.weeks import holiday_name


@blueprint.get("/holidays")
@allow(Permission.MANAGE_CALENDAR)
def holidays() -> Page:
    """The holidays and make-up workdays of ``?year=``, lunar dates beside the solar ones."""
    year = number_asked("year", clock.today().year, least=FIRST_YEAR, most=LAST_YEAR) or FIRST_YEAR
    days = queries.holidays_between(db(), date(year, 1, 1), date(year, 12, 31))
    return render(
        "timetable/holidays.html",
        year=year,
        rows=[(run[0], run[-1], holiday_name(run[0]), len(run)) for run in rules.runs(days.values())],
        first_year=FIRST_YEAR,
        last_year=LAST_YEAR,
    )


@blueprint.route("/holidays/new", methods=["GET", "POST"])
@allow(Permission.MANAGE_CALENDAR)
def new_holiday() -> Page:
    """Enter one day."""
    form = HolidayForm(on=_day_asked())
    form.stands_for.choices = [
        ("", _("Nothing was announced")),
        *((str(each), weekday_words(each)) for each in range(7)),
    ]
    if form.validate_on_submit():
        day = ListedDay(given(form.on), HolidayKind(form.kind.data), given(form.name), stands_for=_stands_for(form))
        if entered := carry_out(form, lambda: _enter([day], _("Entered by hand"))):
            return _back_to(entered)
    return render("timetable/holiday.html", form=form)


def _stands_for(form: HolidayForm) -> int | None:
    is_named = form.kind.data == HolidayKind.WORKDAY.value and form.stands_for.data
    return int(form.stands_for.data) if is_named else None


def _day_asked() -> date | None:
    """The first of January of the year that was being looked at."""
    year = number_asked("year", least=FIRST_YEAR, most=LAST_YEAR)
    return date(year, 1, 1) if year else None


def _enter(days: Sequence[ListedDay], source: str) -> list[ListedDay]:
    return calendar_actions.enter_holidays(db(), days, source=source, by=signed_in())


def _back_to(entered: Sequence[ListedDay]) -> Response:
    flash(ngettext("%(num)d day is entered.", "%(num)d days are entered.", len(entered)), "ok")
    off = [day.on for day in entered if day.kind is HolidayKind.HOLIDAY]
    if count := calendar_actions.lessons_on(db(), off):
        said = ngettext(
            "%(num)d lesson is already planned on these days. Please let its site know.",
            "%(num)d lessons are already planned on these days. Please let their sites know.",
            count,
        )
        flash(said, "warning")
    return redirect(url_for("timetable.holidays", year=entered[0].on.year), 303)


@blueprint.route("/holidays/import", methods=["GET", "POST"])
@allow(Permission.MANAGE_CALENDAR)
def import_holidays() -> Page:
    """Enter many days: pasted, or from a CSV or Excel file. All of them or none."""
    form = HolidayListForm()
    if form.validate_on_submit() and (entered := carry_out(form, lambda: _enter(_listed(form), _("Imported list")))):
        return _back_to(entered)
    return render("timetable/import_holidays.html", form=form)


def _listed(form: HolidayListForm) -> list[ListedDay]:
    """The days of the file where one was sent, else of the text."""
    if form.file.data and (content := form.file.data.read()):
        return holiday_lists.read_file(content)
    return holiday_lists.read_text(form.pasted.data or "")


@blueprint.route("/holidays/<day>/remove", methods=["GET", "POST"])
@allow(Permission.MANAGE_CALENDAR)
def remove_holiday(day: str) -> Page:
    """Let a day, and those that belong to it, be like any other again, after asking."""
    run = _run_of(_parsed(day))
    first, name, form = run[0], holiday_name(run[0]), RemoveForm()
    if form.validate_on_submit() and carry_out(
        form, lambda: calendar_actions.remove_holidays(db(), run, by=signed_in())
    ):
        flash(_("%(holiday)s is taken out.", holiday=name), "ok")
        return redirect(url_for("timetable.holidays", year=first.on.year), 303)
    return render("timetable/remove_holiday.html", form=form, first=first, last=run[-1], name=name)


def _run_of(day: date) -> list[Holiday]:
    """The days of the year that belong together with ``day``."""
    days = queries.holidays_between(db(), date(day.year, 1, 1), date(day.year, 12, 31))
    return found(next((run for run in rules.runs(days.values()) if days.get(day) in run), None))


def _parsed(day: str) -> date:
    try:
        return date.fromisoformat(day)
    except ValueError:
        raise NotFoundError from None
