"""今日接送单 of a home: on the screen, on paper, and striking from it; and what a closed unit means."""

from collections.abc import Sequence
from datetime import date, timedelta

from flask import flash, redirect, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext

from senior_univ.attendance import day_list as lists
from senior_univ.attendance.views.blueprint import blueprint
from senior_univ.care import queries as care
from senior_univ.core import clock
from senior_univ.core.errors import NotFoundError
from senior_univ.core.forms import Form
from senior_univ.core.permissions import Permission
from senior_univ.core.web import Page, allow, carry_out, db, found, number_asked, render, signed_in
from senior_univ.timetable.quarantines import lessons_of_unit

FAR = timedelta(days=31)
"""How far from today a list may be: a typed address asks for no other."""


def _day_asked(text: str) -> date:
    try:
        day = date.fromisoformat(text.strip())
    except ValueError:
        return clock.today()
    return day if abs(day - clock.today()) <= FAR else clock.today()


@blueprint.get("/homes/<int:home_id>/today")
@allow(Permission.SEE_RESIDENTS)
def day_list(home_id: int) -> Page:
    """Who goes to which lesson of ``?on=`` (default: today), of every unit or of ``?unit=``."""
    home = care.home_for(db(), signed_in(), Permission.SEE_RESIDENTS, home_id)
    day, unit_id = _day_asked(request.args.get("on", "")), number_asked("unit")
    return render(
        "attendance/day_list.html",
        home=home,
        day=day,
        unit_id=unit_id,
        units=care.units_of(db(), home_id),
        lists=lists.day_list(db(), home, day, unit_id),
        day_before=day - timedelta(days=1),
        day_after=day + timedelta(days=1),
        may_strike=care.manages(db(), signed_in(), home_id) and day >= clock.today(),
        now=clock.now(),
    )


@blueprint.get("/homes/<int:home_id>/today/print")
@allow(Permission.SEE_RESIDENTS)
def print_day_list(home_id: int) -> Page:
    """The same on paper, a unit a sheet."""
    home = care.home_for(db(), signed_in(), Permission.SEE_RESIDENTS, home_id)
    day, unit_id = _day_asked(request.args.get("on", "")), number_asked("unit")
    shown = [each for each in lists.day_list(db(), home, day, unit_id) if each.outings or unit_id is not None]
    return render("attendance/print_day_list.html", home=home, day=day, unit_id=unit_id, lists=shown)


def _meant(home_id: int) -> Sequence[int]:
    """Whom the tapped button stands for: one resident, or everybody of a unit (0: of none); NotFoundError for others."""
    if unit := request.form.get("unit", ""):
        unit_id = int(unit) if unit.isdecimal() and len(unit) < 10 else 0
        if unit_id:
            found(care.unit_for(db(), home_id, unit_id))
        return lists.people_of_unit(db(), home_id, unit_id or None)
    person = request.form.get("person", "")
    if not person.isdecimal() or len(person) > 9:
        raise NotFoundError
    care.resident_for(db(), signed_in(), Permission.MANAGE_RESIDENTS, home_id, int(person))
    return [int(person)]


def _back(home_id: int, day: date) -> Page:
    shown = request.form.get("shown", "")
    unit = shown if shown.isdecimal() else None
    return redirect(url_for("attendance.day_list", home_id=home_id, on=day.isoformat(), unit=unit), 303)


@blueprint.post("/homes/<int:home_id>/today/strike")
@allow(Permission.MANAGE_RESIDENTS)
def strike(home_id: int) -> Page:
    """One resident, or a whole unit, does not come on that day."""
    care.home_for(db(), signed_in(), Permission.MANAGE_RESIDENTS, home_id)
    day, people = _day_asked(request.form.get("on", "")), _meant(home_id)
    form = Form()
    if form.validate_on_submit():
        struck = carry_out(form, lambda: lists.strike(db(), people, day, by=signed_in()))
        for words in form.form_errors:
            flash(words, "warning")
        if struck:
            count = len({leave.person_id for leave in struck})
            flash(ngettext("%(num)d person is struck from the list.", "%(num)d people are struck from the list.", count), "ok")  # fmt: skip
    return _back(home_id, day)


@blueprint.post("/homes/<int:home_id>/today/put-back")
@allow(Permission.MANAGE_RESIDENTS)
def put_back(home_id: int) -> Page:
    """They come after all."""
    care.home_for(db(), signed_in(), Permission.MANAGE_RESIDENTS, home_id)
    day, people = _day_asked(request.form.get("on", "")), _meant(home_id)
    form = Form()
    if form.validate_on_submit() and carry_out(form, lambda: lists.put_back(db(), people, day, by=signed_in())):
        flash(_("Back on the list."), "ok")
    return _back(home_id, day)


@blueprint.get("/homes/<int:home_id>/closed/<int:quarantine_id>")
@allow(Permission.SEE_RESIDENTS)
def closed_unit(home_id: int, quarantine_id: int) -> Page:
    """What the days on which a unit is closed mean for lessons: online, cancelled, on leave; and whom to call."""
    home = care.home_for(db(), signed_in(), Permission.SEE_RESIDENTS, home_id)
    quarantine = found(care.quarantine_for(db(), home_id, quarantine_id))
    return render(
        "attendance/closed_unit.html",
        home=home,
        quarantine=quarantine,
        lessons=lessons_of_unit(db(), quarantine),
        leaves=lists.leave_of_closed(db(), quarantine),
        may_change=care.manages(db(), signed_in(), home_id),
        is_open=quarantine.lifted_at is not None or quarantine.to_on < clock.today(),
    )
