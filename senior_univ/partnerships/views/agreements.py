"""Agreements, and scheduling the agreed class in a room of the home."""

from datetime import date, timedelta

from flask import flash, redirect, request, url_for
from flask_babel import gettext as _

from senior_univ.core import clock
from senior_univ.core.errors import DomainError, NotFoundError
from senior_univ.core.paging import paginate
from senior_univ.core.permissions import Permission
from senior_univ.core.web import Page, allow, carry_out, db, found, render, signed_in
from senior_univ.network.models import Room
from senior_univ.network.queries import rooms_of
from senior_univ.partnerships import actions, queries
from senior_univ.partnerships.forms import ScheduleForm
from senior_univ.partnerships.models import Agreement, ClassOffer
from senior_univ.partnerships.views.blueprint import blueprint
from senior_univ.timetable.models import CourseClass, HolidayKind, Term
from senior_univ.timetable.queries import current_term, holidays_between
from senior_univ.timetable.rules import Plan, lesson_days

USUAL_LESSONS = 16


@blueprint.get("/agreements")
@allow(Permission.SEE_CLASS_REQUESTS)
def agreements() -> Page:
    """Every agreement of one's homes and sites, the newest first."""
    page = paginate(db(), queries.visible_agreements(signed_in()), 25)
    return render("partnerships/agreements.html", page=page)


@blueprint.get("/agreements/<int:agreement_id>")
@allow(Permission.SEE_CLASS_REQUESTS)
def agreement(agreement_id: int) -> Page:
    """One agreement, and the class that it led to."""
    agreed = queries.agreement_for(db(), signed_in(), agreement_id)
    return render(
        "partnerships/agreement.html",
        agreed=agreed,
        scheduled=queries.class_of(db(), agreed),
        is_home=queries.asks_for(signed_in(), agreed.home_id),
    )


@blueprint.route("/agreements/<int:agreement_id>/class", methods=["GET", "POST"])
@allow(Permission.ASK_FOR_CLASS)
def schedule(agreement_id: int) -> Page:
    """Schedule the agreed class weekly, in a room of the home with the site's teacher."""
    agreed = queries.agreement_for(db(), signed_in(), agreement_id)
    if not queries.asks_for(signed_in(), agreed.home_id):
        raise NotFoundError
    if request.method == "GET" and queries.is_scheduled(db(), agreed):
        return redirect(url_for("partnerships.agreement", agreement_id=agreement_id))
    form, rooms = ScheduleForm(), rooms_of(db(), agreed.home_id)
    form.offer(rooms)
    if not form.is_submitted():
        _start(form, agreed.offer, rooms)
    if form.validate_on_submit() and carry_out(form, lambda: _schedule(agreed, form, rooms)):
        flash(_("The class has been scheduled. Now enrol the residents who come."), "ok")
        return redirect(url_for("partnerships.agreement", agreement_id=agreement_id), 303)
    return render("partnerships/schedule.html", form=form, agreed=agreed, rooms=rooms)


def _start(form: ScheduleForm, offer: ClassOffer, rooms: list[Room]) -> None:
    """Begin with what was agreed, from the next such weekday on, until the term's end."""
    form.start_from(offer, rooms)
    term = current_term(db())
    days = _days(term, offer.weekday) if term else []
    form.from_on.data = days[0] if days else clock.today() + timedelta(1)
    form.lessons.data = len(days) or USUAL_LESSONS


def _days(term: Term, weekday: int) -> list[date]:
    holidays = holidays_between(db(), term.starts_on, term.ends_on)
    off = {day for day, holiday in holidays.items() if holiday.kind is HolidayKind.HOLIDAY}
    first = max(term.starts_on, clock.today() + timedelta(1))
    return lesson_days(first, term.ends_on, weekday, skip=off, limit=USUAL_LESSONS)


def _schedule(agreed: Agreement, form: ScheduleForm, rooms: list[Room]) -> CourseClass:
    term = current_term(db(), form.from_on.data)
    if term is None:
        raise DomainError("no_term", _("No term has been entered for this day yet."), field="from_on")
    plan = Plan(
        course=agreed.offer.course,
        term=term,
        teacher=agreed.offer.teacher,
        room=found(next((room for room in rooms if str(room.id) == form.room.data), None)),
        weekday=int(form.weekday.data),
        starts=form.starts.data,
        minutes=form.minutes.data or 0,
        capacity=form.capacity.data or 0,
        wheelchair_places=form.wheelchair_places.data or 0,
        home_id=agreed.home_id,
        from_on=form.from_on.data,
        lessons=form.lessons.data or 0,
    )
    return actions.schedule_class(db(), agreed, plan, by=signed_in())
