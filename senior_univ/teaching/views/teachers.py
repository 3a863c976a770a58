"""The registry of teachers: found, looked at, changed, retired, and their weekly times."""

from flask import flash, redirect, request, url_for
from flask_babel import gettext as _
from sqlalchemy import Select
from werkzeug.wrappers import Response

from senior_univ.accounts.models import Person
from senior_univ.catalogue.queries import subjects
from senior_univ.core import clock
from senior_univ.core.paging import paginate
from senior_univ.core.permissions import Permission
from senior_univ.core.web import Page, allow, carry_out, db, found, number_asked, render, signed_in
from senior_univ.teaching import actions, queries
from senior_univ.teaching.actions import TeacherDetails
from senior_univ.teaching.forms import AvailabilityForm, TeacherFilter, TeacherForm, kind_of
from senior_univ.teaching.models import TEACHER_LABELS, Availability, Teacher, TeacherKind
from senior_univ.teaching.rules import CHECK_LABELS, check_state
from senior_univ.teaching.views.blueprint import blueprint

PAGE_SIZE = 25


@blueprint.get("/teachers")
@allow(Permission.MANAGE_TEACHERS)
def teachers() -> Page:
    """The teachers of the viewer's organisations; retired ones last."""
    form = TeacherFilter(request.args, meta={"csrf": False})
    form.offer(subjects(db()))
    query = _narrowed(queries.visible_teachers(signed_in(), Permission.MANAGE_TEACHERS), form)
    page = paginate(db(), query, PAGE_SIZE)
    states = {each.id: check_state(each.check_expires_on, clock.today()) for each in page.rows}
    return render(
        "teaching/teachers.html",
        form=form,
        page=page,
        kinds=TEACHER_LABELS,
        states=states,
        state_labels=CHECK_LABELS,
    )


def _narrowed(query: Select[Teacher], form: TeacherFilter) -> Select[Teacher]:
    if name := (form.name.data or "").strip():
        query = query.where(queries.is_called(name))
    if subject_id := number_asked("subject"):
        query = query.where(queries.teaches(subject_id))
    if kind := kind_of(form.kind.data):
        query = query.where(Teacher.kind == kind)
    return query.order_by(Teacher.retired_on.is_not(None), Person.name, Teacher.id)


def _teacher(teacher_id: int) -> Teacher:
    return queries.teacher_for(db(), signed_in(), Permission.MANAGE_TEACHERS, teacher_id)


def _standing(teacher_id: int) -> Teacher:
    teacher = _teacher(teacher_id)
    return found(None if teacher.retired_on else teacher)


@blueprint.get("/teachers/<int:teacher_id>")
@allow(Permission.MANAGE_TEACHERS)
def teacher(teacher_id: int) -> Page:
    """One teacher: what she teaches, when she can, what she promised."""
    shown = _teacher(teacher_id)
    return render(
        "teaching/teacher.html",
        teacher=shown,
        slots=queries.availability_of(db(), [shown.id])[shown.id],
        kinds=TEACHER_LABELS,
        state=check_state(shown.check_expires_on, clock.today()),
        state_labels=CHECK_LABELS,
    )


@blueprint.route("/teachers/<int:teacher_id>/edit", methods=["GET", "POST"])
@allow(Permission.MANAGE_TEACHERS)
def edit_teacher(teacher_id: int) -> Page:
    """Change what is written about a teacher."""
    changed = _standing(teacher_id)
    form = TeacherForm(data=_written(changed))
    form.offer([changed.organisation], subjects(db()))
    if form.validate_on_submit() and carry_out(
        form, lambda: actions.change_teacher(db(), changed, details(form), by=signed_in())
    ):
        return _back_to(teacher_id)
    return render("teaching/teacher_form.html", form=form, teacher=changed, person=changed.person)


def _written(teacher: Teacher) -> dict[str, object]:
    return {
        "organisation_id": teacher.organisation_id,
        "kind": teacher.kind.value,
        "subject_ids": [each.id for each in teacher.subjects],
        "hours_a_week": teacher.hours_a_week,
        "has_promised": teacher.promised_at is not None,
        "check_expires_on": teacher.check_expires_on,
    }


def details(form: TeacherForm) -> TeacherDetails:
    """What a form says of a teacher."""
    return TeacherDetails(
        kind=TeacherKind(form.kind.data),
        subject_ids=tuple(form.subject_ids.data or ()),
        hours_a_week=form.hours_a_week.data or 0,
        has_promised=form.has_promised.data,
        check_expires_on=form.check_expires_on.data,
    )


@blueprint.route("/teachers/<int:teacher_id>/retire", methods=["GET", "POST"])
@allow(Permission.MANAGE_TEACHERS)
def retire_teacher(teacher_id: int) -> Page:
    """Retire a teacher, once it was asked again."""
    retired = _standing(teacher_id)
    if request.method == "POST":
        carry_out(None, lambda: actions.retire_teacher(db(), retired, by=signed_in()))
        return _back_to(teacher_id)
    return render("teaching/retire_teacher.html", teacher=retired)


@blueprint.post("/teachers/<int:teacher_id>/bring-back")
@allow(Permission.MANAGE_TEACHERS)
def bring_back_teacher(teacher_id: int) -> Page:
    """A retired teacher teaches again."""
    returning = _teacher(teacher_id)
    carry_out(None, lambda: actions.bring_back_teacher(db(), returning, by=signed_in()))
    return _back_to(teacher_id)


@blueprint.route("/teachers/<int:teacher_id>/availability", methods=["GET", "POST"])
@allow(Permission.MANAGE_TEACHERS)
def availability(teacher_id: int) -> Page:
    """When a teacher can teach, weekday by weekday."""
    asked = _standing(teacher_id)
    form = AvailabilityForm()
    if form.validate_on_submit():
        days, starts, ends = form.weekdays.data, form.starts.data, form.ends.data
        if carry_out(form, lambda: actions.add_availability(db(), asked, days, starts, ends, by=signed_in())):
            return _back_to_times(teacher_id)
    slots = queries.availability_of(db(), [teacher_id])[teacher_id]
    return render("teaching/availability.html", form=form, teacher=asked, slots=slots)


@blueprint.post("/teachers/<int:teacher_id>/availability/<int:slot_id>/remove")
@allow(Permission.MANAGE_TEACHERS)
def remove_availability(teacher_id: int, slot_id: int) -> Page:
    """Take one of a teacher's times away."""
    asked = _standing(teacher_id)
    slot = found(db().get(Availability, slot_id))
    found(slot if slot.teacher_id == teacher_id else None)
    carry_out(None, lambda: actions.remove_availability(db(), asked, slot, by=signed_in()))
    return _back_to_times(teacher_id)


def _back_to(teacher_id: int) -> Response:
    flash(_("Your changes have been kept."), "ok")
    return redirect(url_for("teaching.teacher", teacher_id=teacher_id), 303)


def _back_to_times(teacher_id: int) -> Response:
    flash(_("Your changes have been kept."), "ok")
    return redirect(url_for("teaching.availability", teacher_id=teacher_id), 303)
