"""The week or day of an organisation, a unit, a room or a teacher: on the screen, on paper, and as a PDF."""

from typing import Any

from flask import redirect, request, url_for
from flask_babel import gettext as _
from sqlalchemy import select

from senior_univ.accounts.models import Person
from senior_univ.care.queries import units_of
from senior_univ.core.forms import clean_text
from senior_univ.core.paper import sheet, sheet_pdf
from senior_univ.core.permissions import Permission
from senior_univ.core.web import Page, allow, db, found, render, signed_in
from senior_univ.network.models import Organisation, Room, Venue
from senior_univ.teaching.models import Teacher
from senior_univ.timetable.sheets import sheet_asked
from senior_univ.timetable.views.blueprint import blueprint
from senior_univ.timetable.views.scopes import organisations_to_choose, planner
from senior_univ.timetable.views.shown import Shown, shown_asked


def _link(lesson_id: int) -> str:
    return url_for("timetable.lesson", lesson_id=lesson_id)


@blueprint.get("/week")
@allow(Permission.SEE_CLASSES)
def week() -> Page:
    """The week in which ``?on=`` lies, or that day alone (``?by=day``)."""
    shown = shown_asked()
    if shown is None:
        text = clean_text(request.args.get("q")) or ""
        choices = organisations_to_choose(Permission.SEE_CLASSES, text)
        return render(
            "timetable/choose.html", choices=choices, text=text, endpoint="timetable.week", title=_("The week")
        )
    return render(
        "timetable/week.html",
        shown=shown,
        caption=shown.name + _(": ") + shown.span,
        days=shown.days(_link),
        units=_units(shown.organisation),
        rooms=_rooms(shown.organisation),
        teachers=_teachers(shown.organisation),
        may_choose=bool(planner().posts),
        may_plan=signed_in().may(Permission.PLAN_CLASSES),
    )


@blueprint.get("/homes/<int:home_id>/week")
@allow(Permission.SEE_CLASSES)
def home_week(home_id: int) -> Page:
    """The short address of a home's week."""
    return redirect(url_for("timetable.week", organisation=home_id))


@blueprint.get("/units/<int:unit_id>/week")
@allow(Permission.SEE_CLASSES)
def unit_week(unit_id: int) -> Page:
    """The short address of a unit's week."""
    return redirect(url_for("timetable.week", unit=unit_id))


def _units(organisation: Organisation) -> list[tuple[int, str]]:
    """A home's units: id and name."""
    return [(unit.id, unit.name) for unit in units_of(db(), organisation.id)] if organisation.is_care_home else []


def _rooms(organisation: Organisation) -> list[tuple[int, str]]:
    """The rooms in use: id and name."""
    rooms = select(Room.id, Venue.name, Room.name).join(Room.venue).where(Venue.organisation_id == organisation.id)
    ordered = rooms.where(Room.closed_at.is_(None)).order_by(Venue.name, Room.name, Room.id)
    return [(room_id, f"{venue} {name}") for room_id, venue, name in db().execute(ordered)]


def _teachers(organisation: Organisation) -> list[tuple[int, str]]:
    """The teachers who have not retired: id and name."""
    teachers = select(Teacher.id, Person.name).join(Teacher.person).where(Teacher.organisation_id == organisation.id)
    ordered = teachers.where(Teacher.retired_on.is_(None)).order_by(Person.name, Teacher.id)
    return [(teacher_id, name) for teacher_id, name in db().execute(ordered)]


@blueprint.get("/week/print")
@allow(Permission.SEE_CLASSES)
def print_week() -> Page:
    """The same on a sheet for the wall, A4 or A3, in the chosen size of type."""
    return sheet("timetable/print_week.html", **_on_paper(found(shown_asked())))


@blueprint.get("/week/pdf")
@allow(Permission.SEE_CLASSES)
def week_pdf() -> Page:
    """The same sheet as a PDF."""
    shown = found(shown_asked())
    return sheet_pdf("timetable/print_week.html", filename=f"week-{shown.first}.pdf", **_on_paper(shown))


def _on_paper(shown: Shown) -> dict[str, Any]:
    days, paper, asked = shown.days(is_for_wall=True), sheet_asked(), shown.asked | {"on": shown.first}
    return {
        "shown": shown,
        "paper": paper,
        "days": [day for day in days if day.lessons or day.day.weekday() < 5 or shown.by == "day"],
        "asked": asked,
        "back_url": url_for("timetable.week", **asked),
        "pdf_url": url_for("timetable.week_pdf", **asked, **paper.asked),
    }
