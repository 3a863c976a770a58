"""A learner's own week: day by day, one day alone, on paper, as a PDF and as a picture."""

from typing import Any

from flask import Response, url_for
from flask_babel import gettext as _

from senior_univ.core.paper import sheet, sheet_pdf
from senior_univ.core.permissions import Permission
from senior_univ.core.web import Page, allow, db, found, learner_id, render
from senior_univ.enrolment import queries
from senior_univ.enrolment.views.blueprint import blueprint
from senior_univ.enrolment.views.shown import Shown, shown_asked
from senior_univ.timetable.pictures import can_draw, draw_days
from senior_univ.timetable.sheets import sheet_asked


@blueprint.get("/my-week")
@allow(Permission.LEARN)
def my_week() -> Page:
    """Her lessons of a week, or of one day (``?by=day``), around ``?on=``."""
    shown = shown_asked()
    days = shown.days(with_doors=True)
    coming = queries.next_lesson(db(), learner_id()) if not any(day.lessons for day in days) else None
    return render("enrolment/my_week.html", shown=shown, days=days, coming=coming)


@blueprint.get("/my-week/print")
@allow(Permission.LEARN)
def print_week() -> Page:
    """Her week on paper."""
    return sheet("enrolment/print_week.html", **on_paper(shown_asked(), learner_id()))


@blueprint.get("/my-week/pdf")
@allow(Permission.LEARN)
def my_week_pdf() -> Page:
    """The same sheet as a PDF."""
    shown = shown_asked()
    return sheet_pdf("enrolment/print_week.html", filename=f"week-{shown.first}.pdf", **on_paper(shown, learner_id()))


def on_paper(shown: Shown, person_id: int) -> dict[str, Any]:
    """What her sheet for the wall shows."""
    paper, asked = sheet_asked(), shown.asked | {"on": shown.first.isoformat()}
    return {
        "shown": shown,
        "days": [day._replace(care=()) for day in shown.days()],
        "person": queries.learner(db(), person_id),
        "paper": paper,
        "asked": asked,
        "back_url": shown.page(**asked),
        "pdf_url": shown.page("week_pdf", **asked, **paper.asked),
    }


@blueprint.get("/my-week/picture")
@allow(Permission.LEARN)
def my_picture_page() -> Page:
    """Her week as a picture to keep."""
    on = shown_asked().first.isoformat()
    return render(
        "timetable/picture.html",
        title=_("Timetable of %(name)s", name=queries.learner(db(), learner_id()).name),
        picture_url=url_for("enrolment.my_picture", on=on) if can_draw() else None,
        print_url=url_for("enrolment.print_week", on=on),
        back_url=url_for("enrolment.my_week", on=on),
    )


@blueprint.get("/my-week/picture.png")
@allow(Permission.LEARN)
def my_picture() -> Page:
    """Her week, drawn."""
    shown = shown_asked()
    title = _("Timetable of %(name)s", name=queries.learner(db(), learner_id()).name)
    drawn = found(draw_days(title, shown.span, shown.days()) if can_draw() else None)
    return Response(drawn, mimetype="image/png")
