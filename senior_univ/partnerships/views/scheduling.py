"""The agreed class is scheduled, and residents are chosen for it, in one act."""

from collections.abc import Collection, Sequence
from datetime import date, timedelta
from itertools import groupby
from typing import Any

from flask import flash, redirect, request, url_for
from flask_babel import gettext as _

from senior_univ.care import queries as care
from senior_univ.care.models import Residency
from senior_univ.core import clock
from senior_univ.core.errors import DomainError, NotFoundError
from senior_univ.core.permissions import Permission
from senior_univ.core.web import Page, allow, carry_out, db, found, render, signed_in
from senior_univ.enrolment.actions import Outcome
from senior_univ.network.models import Room
from senior_univ.network.queries import rooms_of
from senior_univ.partnerships import actions, queries
from senior_univ.partnerships.actions.offers import home_of_class
from senior_univ.partnerships.forms import PeopleForm, ScheduleForm
from senior_univ.partnerships.models import Agreement, ClassOffer
from senior_univ.partnerships.views.blueprint import blueprint
from senior_univ.timetable.models import CourseClass, Term
from senior_univ.timetable.queries import current_term, holidays_between
from senior_univ.timetable.rules import Plan, lesson_days


def of_our_home(agreement_id: int) -> Agreement:
    """An agreement of one of the viewer's homes, or 404."""
    agreed = queries.agreement_for(db(), signed_in(), agreement_id)
    if not queries.asks_for(signed_in(), agreed.home_id):
        raise NotFoundError
    return agreed


@blueprint.route("/agreements/<int:agreement_id>/class", methods=["GET", "POST"])
@allow(Permission.ASK_FOR_CLASS)
def schedule(agreement_id: int) -> Page:
    """Schedule the agreed class in the agreed room, or one of the home's; whoever is ticked gets a seat at once."""
    agreed = of_our_home(agreement_id)
    if request.method == "GET" and queries.is_scheduled(db(), agreed):
        return redirect(url_for("partnerships.agreement", agreement_id=agreement_id))
    form, rooms, people = ScheduleForm(), _rooms(agreed), PeopleForm()
    form.offer(rooms)
    if not form.is_submitted():
        _start(form, agreed.offer, rooms)
    units = residents_by_unit(agreed.home_id)
    chosen = people.chosen(ids_of(units))
    if form.validate_on_submit() and (done := carry_out(form, lambda: _schedule(agreed, form, rooms, chosen))):
        flash(_("The class has been scheduled. Now enrol the residents who come."), "ok")
        tell_outcome(done[1])
        return redirect(url_for("partnerships.agreement", agreement_id=agreement_id), 303)
    return render(
        "partnerships/schedule.html",
        form=form,
        agreed=agreed,
        rooms=rooms,
        units=units,
        chosen=chosen,
    )


def _rooms(agreed: Agreement) -> list[Room]:
    """The home's rooms, and the site's one where that was agreed on."""
    of_home, of_offer = rooms_of(db(), agreed.home_id), agreed.offer.room
    is_site_room = of_offer is not None and all(room.id != of_offer.id for room in of_home)
    return [of_offer, *of_home] if of_offer is not None and is_site_room else of_home


def _start(form: ScheduleForm, offer: ClassOffer, rooms: list[Room]) -> None:
    """Begin with what was agreed, from the next such weekday on, until the term's end."""
    form.start_from(offer, rooms)
    term = current_term(db())
    days = _days(term, offer) if term else []
    form.from_on.data = days[0] if days else clock.today() + timedelta(1)
    form.lessons.data = len(days) or offer.lesson_count


def _days(term: Term, offer: ClassOffer) -> list[date]:
    holidays = holidays_between(db(), term.starts_on, term.ends_on)
    off = {day for day, holiday in holidays.items() if holiday.is_off}
    first = max(term.starts_on, clock.today() + timedelta(1))
    return lesson_days(first, term.ends_on, offer.weekday, skip=off, limit=offer.lesson_count)


def _schedule(
    agreed: Agreement, form: ScheduleForm, rooms: list[Room], person_ids: list[int]
) -> tuple[CourseClass, Outcome]:
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
        home_id=home_of_class(agreed.offer.request),
        from_on=form.from_on.data,
        lessons=form.lessons.data or 0,
        delivery=agreed.offer.delivery,
    )
    opened = actions.schedule_class(db(), agreed, plan, by=signed_in())
    if not person_ids:
        return opened, Outcome()
    return opened, actions.enrol_residents(db(), opened, agreed.home_id, person_ids, by=signed_in())


def residents_by_unit(home_id: int) -> list[tuple[Any, list[Residency]]]:
    """Who lives in the home, by unit, to be ticked."""
    residents: Sequence[Residency] = care.residents(db(), signed_in(), home_id)
    return [(unit, list(group)) for unit, group in groupby(residents, key=lambda residency: residency.unit)]


def ids_of(units: list[tuple[Any, list[Residency]]]) -> list[int]:
    """Everybody who can be ticked."""
    return [residency.person_id for _unit, group in units for residency in group]


def tell_outcome(outcome: Outcome) -> None:
    """Say how many got a seat, and who did not and why."""
    if outcome.taken:
        flash(_("%(count)d residents have a seat.", count=len(outcome.taken)), "ok")
    for person, refusal in outcome.refused:
        flash(f"{person.name}：{refusal.message}", "warning")


@blueprint.route("/agreements/<int:agreement_id>/residents", methods=["GET", "POST"])
@allow(Permission.ASK_FOR_CLASS)
def residents(agreement_id: int) -> Page:
    """Give more residents seats in the agreed class."""
    agreed, form = of_our_home(agreement_id), PeopleForm()
    course_class = found(queries.class_of(db(), agreed))
    units = residents_by_unit(agreed.home_id)
    chosen = form.chosen(ids_of(units))
    if form.validate_on_submit() and (done := carry_out(form, lambda: _enrol(agreed, course_class, chosen))):
        tell_outcome(done)
        return redirect(url_for("partnerships.agreement", agreement_id=agreement_id), 303)
    return render(
        "partnerships/residents.html",
        form=form,
        agreed=agreed,
        units=units,
        chosen=chosen,
    )


def _enrol(agreed: Agreement, course_class: CourseClass, person_ids: Collection[int]) -> Outcome:
    if not person_ids:
        raise DomainError("nobody", _("Please tick at least one resident."), field="people")
    return actions.enrol_residents(db(), course_class, agreed.home_id, person_ids, by=signed_in())
