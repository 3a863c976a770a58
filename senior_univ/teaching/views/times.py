"""When a teacher can teach: her week, days away and extra days; her own pages are in ``own``."""

from datetime import date
from typing import cast

from flask import flash, redirect, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from senior_univ.core.permissions import Permission
from senior_univ.core.web import Page, allow, carry_out, db, found, render, signed_in
from senior_univ.teaching import actions
from senior_univ.teaching.forms import AWAY, AvailabilityForm, ExceptionForm
from senior_univ.teaching.models import Availability, AvailabilityException, Teacher
from senior_univ.teaching.views.blueprint import blueprint
from senior_univ.teaching.views.teachers import times_of, visible_teacher


@blueprint.route("/teachers/<int:teacher_id>/availability", methods=["GET", "POST"])
@allow(Permission.MANAGE_TEACHERS)
def availability(teacher_id: int) -> Page:
    """When a teacher can teach, weekday by weekday."""
    return week_page(visible_teacher(teacher_id), url_for("teaching.availability", teacher_id=teacher_id))


@blueprint.post("/teachers/<int:teacher_id>/availability/<int:slot_id>/remove")
@allow(Permission.MANAGE_TEACHERS)
def remove_availability(teacher_id: int, slot_id: int) -> Page:
    """Take one of a teacher's times away."""
    return take_time(visible_teacher(teacher_id), slot_id, url_for("teaching.availability", teacher_id=teacher_id))


@blueprint.route("/teachers/<int:teacher_id>/days", methods=["GET", "POST"])
@allow(Permission.MANAGE_TEACHERS)
def days(teacher_id: int) -> Page:
    """Days on which a teacher is away, or can teach in addition."""
    return days_page(visible_teacher(teacher_id), url_for("teaching.days", teacher_id=teacher_id))


@blueprint.post("/teachers/<int:teacher_id>/days/<int:exception_id>/remove")
@allow(Permission.MANAGE_TEACHERS)
def remove_days(teacher_id: int, exception_id: int) -> Page:
    """The week holds again on these days."""
    return take_days(visible_teacher(teacher_id), exception_id, url_for("teaching.days", teacher_id=teacher_id))


def week_page(teacher: Teacher, here: str, *, is_own: bool = False) -> Page:
    """Her week at the address ``here``, and the form that adds to it."""
    form = AvailabilityForm()
    if form.validate_on_submit():
        weekdays, starts, ends = form.weekdays.data, form.starts.data, form.ends.data
        if carry_out(form, lambda: actions.add_availability(db(), teacher, weekdays, starts, ends, by=signed_in())):
            return _kept(here)
    return render("teaching/availability.html", form=form, is_own=is_own, **times_of(teacher))


def days_page(teacher: Teacher, here: str, *, is_own: bool = False) -> Page:
    """The days on which her week does not hold, and the form that adds to them."""
    form = ExceptionForm()
    if form.validate_on_submit() and carry_out(
        form, lambda: actions.add_exception(db(), teacher, _exception(form), by=signed_in())
    ):
        return _kept(here)
    return render("teaching/days.html", form=form, is_own=is_own, **times_of(teacher))


def _exception(form: ExceptionForm) -> actions.ExceptionDetails:
    first = cast("date", form.from_on.data)  # the form has asked for it
    return actions.ExceptionDetails(
        from_on=first,
        to_on=form.to_on.data or first,
        is_away=form.kind.data == AWAY,
        starts=form.starts.data,
        ends=form.ends.data,
        note=form.note.data or "",
    )


def take_time(teacher: Teacher, slot_id: int, here: str) -> Page:
    """Take one of her times away, and back to ``here``."""
    slot = found(db().get(Availability, slot_id))
    found(slot if slot.teacher_id == teacher.id else None)
    carry_out(None, lambda: actions.remove_availability(db(), teacher, slot, by=signed_in()))
    return _kept(here)


def take_days(teacher: Teacher, exception_id: int, here: str) -> Page:
    """Her week holds again on these days; back to ``here``."""
    exception = found(db().get(AvailabilityException, exception_id))
    found(exception if exception.teacher_id == teacher.id else None)
    carry_out(None, lambda: actions.remove_exception(db(), teacher, exception, by=signed_in()))
    return _kept(here)


def _kept(here: str) -> Response:
    flash(_("Your changes have been kept."), "ok")
    return redirect(here, 303)
