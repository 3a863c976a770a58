"""Letting every lesson of a place fall away: which and why, what it means, done; then the dates on which they are made up."""

from datetime import datetime
from typing import Any

from flask import flash, redirect, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from werkzeug.wrappers import Response

from senior_univ.core import clock
from senior_univ.core.errors import DomainError
from senior_univ.core.paging import paginate
from senior_univ.core.permissions import Permission
from senior_univ.core.web import Page, allow, carry_out, commit, db, found, render, show_refusal, signed_in
from senior_univ.network.models import Venue
from senior_univ.network.queries import region
from senior_univ.network.rules import city_of
from senior_univ.timetable import make_ups, making_up, queries, suspensions
from senior_univ.timetable.calendar_forms import ConfirmForm, SuspensionForm
from senior_univ.timetable.calendar_models import SUSPENSION_LABELS, Suspension, SuspensionKind
from senior_univ.timetable.suspensions import Scope, may_suspend
from senior_univ.timetable.views.blueprint import blueprint
from senior_univ.timetable.views.scopes import day_asked

PERMISSION = Permission.SUSPEND_LESSONS
MOST_VENUES = 200
blueprint.add_app_template_filter(SUSPENSION_LABELS.__getitem__, "suspension_words")


@blueprint.get("/suspensions")
@allow(PERMISSION)
def suspensions_list() -> Page:
    """What is and was suspended, the latest first."""
    page = paginate(db(), suspensions.visible_suspensions(signed_in()))
    return render("timetable/suspensions.html", page=page)


@blueprint.route("/suspensions/new", methods=["GET", "POST"])
@allow(PERMISSION)
def new_suspension() -> Page:
    """Which place, which days, why; leads to what it would mean."""
    form = _form()
    if form.validate_on_submit():
        scope = Scope(form.region, _venue(form.venue.data), *_days_and_why(form))
        try:
            _refuse_without_place(scope)
            suspensions.check_scope(scope, signed_in())
        except DomainError as refusal:
            show_refusal(form, refusal)
        else:
            return redirect(url_for("timetable.preview_suspension", **_asked(scope)), 303)
    return render("timetable/new_suspension.html", form=form)


def _form() -> SuspensionForm:
    form = SuspensionForm()
    venues = db().scalars(suspensions.visible_venues(signed_in()).limit(MOST_VENUES))
    prefix = next(iter(sorted(signed_in().prefixes(PERMISSION))), "")
    if prefix:
        start = prefix if len(prefix) >= 6 else city_of(prefix.ljust(6, "0"))  # a county's
        form.look_up(db(), within=prefix, near=prefix, start=start)
        form.venue.choices = [(0, _("No: the whole place above")), *((each.id, each.name) for each in venues)]
    else:
        form.venue.label.text = _("Which venue?")
        form.venue.choices = [(each.id, each.name) for each in venues]
    return form


def _venue(venue_id: int | None) -> Any:
    return db().scalar(suspensions.visible_venues(signed_in()).where(Venue.id == venue_id)) if venue_id else None


def _days_and_why(form: SuspensionForm) -> tuple[Any, ...]:
    return form.from_on.data, form.to_on.data, SuspensionKind(form.kind.data), form.note.data or ""


def _refuse_without_place(scope: Scope) -> None:
    if (scope.region is None) == (scope.venue is None):
        raise DomainError("one_place", _("Please choose either a place or a venue."), field="venue")


def _asked(scope: Scope) -> dict[str, Any]:
    """The query string that leads to the preview of a scope."""
    place = {"region": scope.region.code} if scope.region else {"venue": scope.venue.id if scope.venue else 0}
    days = {"from": scope.from_on.isoformat(), "to": scope.to_on.isoformat()}
    return place | days | {"why": scope.kind.value, "note": scope.note}


def _scope_asked() -> Scope:
    """What the query string asks for; 404 where it is not the viewer's."""
    code, venue = request.args.get("region", ""), request.args.get("venue", "")
    whys = {kind.value: kind for kind in SuspensionKind}
    is_id = venue.isascii() and venue.isdecimal() and len(venue) < 10
    scope = Scope(
        region(db(), code) if code else None,
        _venue(int(venue)) if is_id and not code else None,
        day_asked("from"),
        day_asked("to"),
        whys.get(request.args.get("why", ""), SuspensionKind.OTHER),
        request.args.get("note", "")[:60],
    )
    return found(scope if suspensions.may_suspend(signed_in(), scope) else None)


@blueprint.route("/suspensions/preview", methods=["GET", "POST"])
@allow(PERMISSION)
def preview_suspension() -> Page:
    """How many lessons, classes and people it is, and which; then it is done."""
    scope, form = _scope_asked(), ConfirmForm()
    if form.validate_on_submit():
        done = carry_out(form, lambda: suspensions.suspend(db(), scope, by=signed_in()))
        if done:
            flash(_("The lessons are suspended. Everybody in them is being told."), "ok")
            return redirect(url_for("timetable.suspension", suspension_id=done.id), 303)
        scope = _scope_asked()
    page = paginate(db(), suspensions.lessons_in(scope))
    counts = suspensions.preview(db(), scope)
    return render("timetable/preview_suspension.html", form=form, scope=scope, page=page, counts=counts)


@blueprint.get("/suspensions/<int:suspension_id>")
@allow(PERMISSION)
def suspension(suspension_id: int) -> Page:
    """What was suspended, who must still be called, and when it is made up."""
    shown = suspensions.suspension_for(db(), signed_in(), suspension_id)
    page = paginate(db(), suspensions.lessons_of(shown))
    made_up, count = make_ups.progress(db(), shown, signed_in())
    return render(
        "timetable/suspension.html",
        suspension=shown,
        page=page,
        made_up=made_up,
        count=count,
        may_end=shown.ended_at is None and shown.to_on >= clock.today() and may_suspend(signed_in(), _scope_of(shown)),
        may_plan=signed_in().may(Permission.PLAN_CLASSES),
    )


@blueprint.route("/suspensions/<int:suspension_id>/end", methods=["GET", "POST"])
@allow(PERMISSION)
def end_suspension(suspension_id: int) -> Page:
    """Let it end before its time, after saying what that means."""
    shown, form = suspensions.suspension_for(db(), signed_in(), suspension_id), ConfirmForm()
    found(shown if suspensions.may_suspend(signed_in(), _scope_of(shown)) else None)
    if form.validate_on_submit():
        resumed = carry_out(form, lambda: suspensions.end_suspension(db(), shown, by=signed_in()))
        if resumed is not None:
            said = ngettext("%(num)d lesson is held again.", "%(num)d lessons are held again.", len(resumed))
            flash(_("The suspension is over.") + " " + said, "ok")
            return redirect(url_for("timetable.suspension", suspension_id=suspension_id), 303)
    shown = suspensions.suspension_for(db(), signed_in(), suspension_id)
    return render("timetable/end_suspension.html", form=form, suspension=shown)


def _scope_of(shown: Suspension) -> Scope:
    return Scope(shown.region, shown.venue, shown.from_on, shown.to_on, shown.kind, shown.note)


@blueprint.get("/suspensions/<int:suspension_id>/make-up")
@allow(Permission.PLAN_CLASSES)
def make_up_dates(suspension_id: int) -> Page:
    """A date for each lesson that fell away, class by class; one tap takes one, or all."""
    shown = suspensions.suspension_for(db(), signed_in(), suspension_id)
    page = paginate(db(), make_ups.open_lessons(shown, signed_in()), 25)
    proposals = make_ups.propose(db(), shown, page.rows)
    made_up, count = make_ups.progress(db(), shown, signed_in())
    return render(
        "timetable/make_up.html",
        suspension=shown,
        page=page,
        classes=make_ups.classes_open(proposals),
        has_times=any(each.starts_at for each in proposals),
        made_up=made_up,
        count=count,
        is_running=making_up.running(db(), shown, signed_in()) is not None,
    )


@blueprint.post("/suspensions/<int:suspension_id>/make-up")
@allow(Permission.PLAN_CLASSES)
def make_up_all(suspension_id: int) -> Page:
    """Take every proposal: a few at once, and the scheduler goes on with many."""
    shown = suspensions.suspension_for(db(), signed_in(), suspension_id)
    making = making_up.begin(db(), shown, by=signed_in())
    goes_on = making_up.go_on(db(), making.id, most=make_ups.AT_ONCE)
    number = making.made
    commit()
    if not goes_on:
        flash(ngettext("%(num)d lesson is made up.", "%(num)d lessons are made up.", number), "ok")
    return _to_make_ups(suspension_id)


@blueprint.post("/lessons/<int:lesson_id>/make-up")
@allow(Permission.PLAN_CLASSES)
def make_up_lesson(lesson_id: int) -> Page:
    """Take one proposal."""
    lesson = queries.lesson_for(db(), signed_in(), Permission.PLAN_CLASSES, lesson_id)
    suspension_id, starts_at = found(lesson.suspension_id), found(_instant(request.form.get("at", "")))
    try:
        make_ups.make_up(db(), lesson, starts_at, by=signed_in())
    except DomainError as refusal:
        flash(str(refusal.message), "warning")
    else:
        commit()
        flash(_("The lesson is made up. Everybody in the class is being told."), "ok")
    return _to_make_ups(suspension_id)


def _to_make_ups(suspension_id: int) -> Response:
    return redirect(url_for("timetable.make_up_dates", suspension_id=suspension_id), 303)


def _instant(text: str) -> datetime | None:
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        return None
    return at if at.tzinfo else None
