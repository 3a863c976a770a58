"""The agreed class is scheduled, and residents are chosen for it, in one act; what would come of it is shown before."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from functools import partial
from itertools import groupby
from typing import Any

from flask import flash, redirect, request, url_for
from flask_babel import gettext as _

from senior_univ.accounts import queries as accounts
from senior_univ.care import queries as care
from senior_univ.care.models import Residency
from senior_univ.core import clock
from senior_univ.core.errors import DomainError, NotFoundError
from senior_univ.core.forms import Form
from senior_univ.core.permissions import Permission
from senior_univ.core.web import Page, allow, carry_out, db, found, render, roll_back, show_refusal, signed_in
from senior_univ.core.words import is_chinese
from senior_univ.enrolment.actions import Outcome
from senior_univ.network.models import Room
from senior_univ.network.queries import rooms_of
from senior_univ.partnerships import actions, queries
from senior_univ.partnerships.actions.offers import home_of_class
from senior_univ.partnerships.forms import PeopleForm, ScheduleForm
from senior_univ.partnerships.models import Agreement
from senior_univ.partnerships.views.blueprint import blueprint
from senior_univ.timetable.models import CourseClass, Term
from senior_univ.timetable.queries import current_term, holidays_between
from senior_univ.timetable.rules import Plan, every_so_often, lesson_days

CONFIRM, CHANGE = "confirm", "change"
"""What the two buttons of the check ask for."""


def of_our_home(agreement_id: int) -> Agreement:
    """An agreement of one of the viewer's homes, or 404."""
    agreed = queries.agreement_for(db(), signed_in(), agreement_id)
    if not queries.asks_for(signed_in(), agreed.home_id):
        raise NotFoundError
    return agreed


@dataclass(frozen=True)
class Ahead:
    """What would come of it, in plain values: the days of the lessons, who gets a seat, and who does not, by reason."""

    taken: list[str]
    refused: dict[str, list[str]]
    days: Sequence[datetime] = ()


@blueprint.route("/agreements/<int:agreement_id>/class", methods=["GET", "POST"])
@allow(Permission.ASK_FOR_CLASS)
def schedule(agreement_id: int) -> Page:
    """Schedule the agreed class in the agreed room, or one of the home's: a check names the days and who gets a seat."""
    agreed = of_our_home(agreement_id)
    if request.method == "GET" and queries.is_scheduled(db(), agreed):
        return redirect(url_for("partnerships.agreement", agreement_id=agreement_id))
    form, rooms, people = ScheduleForm(), _rooms(agreed), PeopleForm()
    form.offer(rooms)
    if not form.is_submitted():
        _start(form, agreed, rooms)
    units = residents_by_unit(agreed.home_id)
    chosen, step = people.chosen(ids_of(units)), request.form.get("step")
    if form.validate_on_submit() and step != CHANGE:
        act = partial(_schedule, agreed, form, rooms, chosen)
        if step != CONFIRM and (ahead := look_ahead(form, lambda: _days_and_seats(*act()))):
            return _check(form, agreement_id, ahead, chosen)
        if step == CONFIRM and (done := carry_out(form, act)):
            flash(_("The class has been scheduled."), "ok")
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


def look_ahead(form: Form, act: Callable[[], Ahead]) -> Ahead | None:
    """What would come of an act: it is done and undone; a refusal stands on the form."""
    try:
        return act()
    except DomainError as refusal:
        show_refusal(form, refusal)
        return None
    finally:
        roll_back()


def _days_and_seats(opened: CourseClass, outcome: Outcome) -> Ahead:
    return replace(seats_ahead(outcome), days=[lesson.starts_at for lesson in opened.lessons])


def seats_ahead(outcome: Outcome) -> Ahead:
    """Who gets a seat, and who does not and why, by name."""
    names = accounts.names_of(db(), [seat.person_id for seat in outcome.taken])
    refused: dict[str, list[str]] = {}
    for person, refusal in outcome.refused:
        refused.setdefault(str(refusal.message), []).append(person.name)
    return Ahead([names[seat.person_id] for seat in outcome.taken], refused)


def _check(form: ScheduleForm, agreement_id: int, ahead: Ahead, chosen: list[int]) -> Page:
    agreed = of_our_home(agreement_id)
    days = [clock.local(at).date() for at in ahead.days]
    room = next(room for room in _rooms(agreed) if str(room.id) == form.room.data)
    return render(
        "partnerships/schedule_check.html",
        form=form,
        agreed=agreed,
        ahead=ahead,
        chosen=chosen,
        room=room,
        left_out=_left_out(days, agreed.offer.request.frequency.every_weeks),
    )


def _left_out(days: list[date], every_weeks: int) -> list[tuple[date, str]]:
    """The days between the first and the last on which a lesson would be but for a holiday, with its name."""
    holidays = holidays_between(db(), days[0], days[-1])
    usual = [days[0] + timedelta(weeks=number) for number in range(0, (days[-1] - days[0]).days // 7, every_weeks)]
    return [(day, holidays[day].name) for day in usual if day not in days and day in holidays]


def _rooms(agreed: Agreement) -> list[Room]:
    """The home's rooms, and the site's one where that was agreed on."""
    of_home, of_offer = rooms_of(db(), agreed.home_id), agreed.offer.room
    is_site_room = of_offer is not None and all(room.id != of_offer.id for room in of_home)
    return [of_offer, *of_home] if of_offer is not None and is_site_room else of_home


def _start(form: ScheduleForm, agreed: Agreement, rooms: list[Room]) -> None:
    """Begin with what was agreed, from the next such weekday on, until the agreement's end."""
    form.start_from(agreed.offer, rooms)
    term = current_term(db(), agreed.from_on)
    days = _days(term, agreed) if term else []
    form.from_on.data = days[0] if days else clock.today() + timedelta(1)
    form.lessons.data = len(days) or agreed.offer.lesson_count


def _days(term: Term, agreed: Agreement) -> list[date]:
    """The days of the agreed lessons; every other week, those weeks in which the first lessons can be."""
    holidays = holidays_between(db(), term.starts_on, term.ends_on)
    off = {day for day, holiday in holidays.items() if holiday.is_off}
    first = max(term.starts_on, agreed.from_on, clock.today() + timedelta(1))
    last = min(term.ends_on, agreed.to_on or term.ends_on)
    offer = agreed.offer
    weekly = lesson_days(first, last, offer.weekday, skip=off)
    every_weeks = offer.request.frequency.every_weeks
    series = [list(every_so_often(weekly[phase:], every_weeks)) for phase in range(every_weeks)]
    free = (days for days in series if every_weeks == 1 or actions.can_begin(db(), offer, days))
    return next(free, series[0])[: offer.lesson_count]


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
    """Say how many got a seat, and who did not and why: a sentence for each reason."""
    if outcome.taken:
        flash(_("%(count)d residents have a seat.", count=len(outcome.taken)), "ok")
    for why, names in seats_ahead(outcome).refused.items():
        comma = "、" if is_chinese() else ", "
        flash(_("%(name)s: %(why)s", name=comma.join(names), why=why), "warning")


@blueprint.route("/agreements/<int:agreement_id>/residents", methods=["GET", "POST"])
@allow(Permission.ASK_FOR_CLASS)
def residents(agreement_id: int) -> Page:
    """Give more residents seats in the agreed class."""
    agreed, form = of_our_home(agreement_id), PeopleForm()
    course_class = found(queries.class_of(db(), agreed))
    units = residents_by_unit(agreed.home_id)
    chosen, step = form.chosen(ids_of(units)), request.form.get("step")
    if form.validate_on_submit() and step != CHANGE:
        act = partial(_enrol, agreed, course_class, chosen)
        if step != CONFIRM and (ahead := look_ahead(form, lambda: seats_ahead(act()))):
            title = _("Who comes to %(course)s?", course=of_our_home(agreement_id).offer.course.title)
            return render("partnerships/residents_check.html", form=form, title=title, ahead=ahead, chosen=chosen)
        if step == CONFIRM and (done := carry_out(form, act)):
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
