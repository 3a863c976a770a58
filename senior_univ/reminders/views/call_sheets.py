"""Whom to call."""

from flask import redirect, request, url_for

from senior_univ.accounts.rules import phone_words
from senior_univ.core.paging import paginate
from senior_univ.core.permissions import Permission
from senior_univ.core.web import Page, allow, commit, db, render, signed_in
from senior_univ.reminders import suspensions
from senior_univ.reminders.views.blueprint import blueprint
from senior_univ.timetable.suspensions import suspension_for


@blueprint.get("/suspensions/<int:suspension_id>/call-sheet")
@allow(Permission.PLAN_CLASSES)
def call_sheet(suspension_id: int) -> Page:
    """Whom to call about suspended lessons; whom no text reaches comes first, whoever was reached last."""
    shown = suspension_for(db(), signed_in(), suspension_id)
    page = paginate(db(), suspensions.people_to_call(shown, signed_in()))
    reached, count = suspensions.count_to_call(db(), shown, signed_in())
    return render(
        "reminders/call_sheet.html",
        suspension=shown,
        page=page,
        lines=suspensions.call_lines(db(), shown, page.rows),
        reached=reached,
        count=count,
        phone_words=phone_words,
    )


@blueprint.post("/suspensions/<int:suspension_id>/call-sheet")
@allow(Permission.PLAN_CLASSES)
def tick_call(suspension_id: int) -> Page:
    """Somebody was reached by phone."""
    shown = suspension_for(db(), signed_in(), suspension_id)
    text = request.form.get("person", "")
    suspensions.tick(
        db(), shown, int(text) if text.isascii() and text.isdecimal() and len(text) < 10 else 0, by=signed_in()
    )
    commit()
    return redirect(url_for("reminders.call_sheet", suspension_id=suspension_id), 303)
