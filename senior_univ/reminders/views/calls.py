"""Whom to call: everybody whom no text reached or reaches, soonest first; ticked as reached or tried."""

from collections.abc import Collection, Sequence
from typing import Any

from flask import flash, redirect, request, url_for
from flask_babel import gettext as _

from senior_univ.accounts.queries import main_contacts
from senior_univ.accounts.rules import phone_words
from senior_univ.care.queries import residencies_of
from senior_univ.core import clock
from senior_univ.core.paging import paginate
from senior_univ.core.permissions import Permission
from senior_univ.core.web import Page, allow, commit, db, render, safe_next, signed_in
from senior_univ.reminders import calls
from senior_univ.reminders.models import CALL_WHY_LABELS, KIND_LABELS, Call, CallWhy
from senior_univ.reminders.views.blueprint import blueprint
from senior_univ.timetable.queries import lesson_for

ON_PAPER = 200


def _shown(rows: Sequence[Call]) -> dict[str, Any]:
    """What call lines need: contacts, residents' rooms, labels; two queries however many calls there are."""
    ids = {each.person_id for each in rows}
    return {
        "contacts": main_contacts(db(), ids),
        "homes": residencies_of(db(), ids),
        "same_names": _same_names(each.person for each in rows),
        "why": CALL_WHY_LABELS,
        "kinds": KIND_LABELS,
        "phone_words": phone_words,
    }


def _same_names(people: Any) -> Collection[str]:
    """Names that several of these people have."""
    names = [person.name for person in {person.id: person for person in people}.values()]
    return {name for name in names if names.count(name) > 1}


@blueprint.get("/calls")
@allow(Permission.PLAN_CLASSES)
def open_calls() -> Page:
    """要打的电话: every open call of the viewer's organisations, soonest first, grouped by reason."""
    page = paginate(db(), calls.open_calls(signed_in()))
    groups: dict[CallWhy, list[Call]] = {}
    for call in page.rows:
        groups.setdefault(call.why, []).append(call)
    return render("reminders/calls.html", page=page, groups=groups, **_shown(page.rows))


@blueprint.get("/calls/print")
@allow(Permission.PLAN_CLASSES)
def print_calls() -> Page:
    """The same on paper, with a column to tick."""
    rows = db().scalars(calls.open_calls(signed_in()).limit(ON_PAPER)).all()
    return render("reminders/print_calls.html", rows=rows, now=clock.now(), **_shown(rows))


@blueprint.get("/lessons/<int:lesson_id>/calls")
@allow(Permission.PLAN_CLASSES)
def lesson_calls(lesson_id: int) -> Page:
    """Who was and who was not reached about a lesson."""
    lesson = lesson_for(db(), signed_in(), Permission.PLAN_CLASSES, lesson_id)
    page = paginate(db(), calls.calls_of_lesson(signed_in(), lesson_id))
    return render("reminders/lesson_calls.html", lesson=lesson, page=page, **_shown(page.rows))


@blueprint.post("/calls/<int:call_id>/reached")
@allow(Permission.PLAN_CLASSES)
def call_reached(call_id: int) -> Page:
    """She was spoken to."""
    call = calls.call_for(db(), signed_in(), call_id)
    calls.tick_reached(db(), call, by=signed_in())
    commit()
    flash(_("%(name)s is reached.", name=call.person.name), "ok")
    return redirect(_back(), 303)


@blueprint.post("/calls/<int:call_id>/tried")
@allow(Permission.PLAN_CLASSES)
def call_tried(call_id: int) -> Page:
    """Nobody picked up."""
    call = calls.call_for(db(), signed_in(), call_id)
    calls.tick_tried(db(), call, by=signed_in())
    commit()
    flash(_("Noted: nobody picked up. The call stays on the list."), "ok")
    return redirect(_back(), 303)


def _back() -> str:
    return safe_next(request.form.get("next")) or url_for("reminders.open_calls")
