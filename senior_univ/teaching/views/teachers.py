"""The registry of teachers: found, looked at, changed, retired; whose papers end soon."""

from datetime import date
from typing import Any

from flask import flash, redirect, request, url_for
from flask_babel import gettext as _
from sqlalchemy import Select
from werkzeug.wrappers import Response

from senior_univ.accounts.models import Person
from senior_univ.catalogue.queries import subjects
from senior_univ.core import clock
from senior_univ.core.paging import page_of, paginate
from senior_univ.core.permissions import Permission
from senior_univ.core.versions import changed_meanwhile
from senior_univ.core.web import Page, allow, carry_out, db, number_asked, render, signed_in
from senior_univ.network.models import TRAVEL_LABELS
from senior_univ.network.queries import region_path
from senior_univ.network.rules import point_words
from senior_univ.teaching import actions, queries
from senior_univ.teaching.actions import TeacherDetails
from senior_univ.teaching.forms import TeacherFilter, TeacherForm, kind_of
from senior_univ.teaching.models import SUBJECT_LEVEL_LABELS, TEACHER_LABELS, Teacher, TeacherKind
from senior_univ.teaching.rules import CHECK_LABELS, PAPER_LABELS, REMINDED_WITHIN, check_state
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


def visible_teacher(teacher_id: int) -> Teacher:
    """That teacher, if the viewer manages her."""
    return queries.teacher_for(db(), signed_in(), Permission.MANAGE_TEACHERS, teacher_id)


@blueprint.get("/teachers/<int:teacher_id>")
@allow(Permission.MANAGE_TEACHERS)
def teacher(teacher_id: int) -> Page:
    """One teacher: what she teaches, when she can, what she promised."""
    shown = visible_teacher(teacher_id)
    sees_own_day = queries.post_of(db(), shown) is not None
    return render("teaching/teacher.html", sees_own_day=sees_own_day, **everything_of(shown))


def everything_of(teacher: Teacher) -> dict[str, Any]:
    """What the page of a teacher shows, hers and her manager's."""
    today = clock.today()
    hours = queries.training_hours(db(), [teacher.person_id], today.year)
    return times_of(teacher) | {
        "kinds": TEACHER_LABELS,
        "state": check_state(teacher.check_expires_on, today),
        "state_labels": CHECK_LABELS,
        "paper_labels": PAPER_LABELS,
        "taught": queries.subjects_taught(db(), teacher.id),
        "levels": SUBJECT_LEVEL_LABELS,
        "papers": [(each, check_state(each.expires_on, today)) for each in queries.papers_of(db(), teacher.id)],
        "home_path": region_path(db(), teacher.home_region_code) if teacher.home_region_code else [],
        "travel": TRAVEL_LABELS[teacher.travel_mode],
        "position": point_words(teacher.home_point),
        "year": today.year,
        "training_hours": hours.get(teacher.person_id, 0),
    }


def times_of(teacher: Teacher) -> dict[str, Any]:
    """A teacher, her week, and the exceptions that are not over."""
    coming = queries.exceptions_of(db(), [teacher.id], clock.today(), date.max)
    return {
        "teacher": teacher,
        "slots": queries.availability_of(db(), [teacher.id])[teacher.id],
        "exceptions": coming[teacher.id],
    }


@blueprint.route("/teachers/<int:teacher_id>/edit", methods=["GET", "POST"])
@allow(Permission.MANAGE_TEACHERS)
def edit_teacher(teacher_id: int) -> Page:
    """Change what is written about a teacher; whoever saves second sees what the first has changed."""
    changed = visible_teacher(teacher_id)
    form = TeacherForm(data=_written(changed))
    form.offer_places([changed.organisation])
    changes = changed_meanwhile(db(), form, changed, has_promised=changed.promised_at is not None)
    is_clear = form.validate_on_submit() and not changes
    if is_clear and carry_out(form, lambda: actions.change_teacher(db(), changed, details(form), by=signed_in())):
        return back_to(teacher_id)
    changed = visible_teacher(teacher_id)
    return render("teaching/teacher_form.html", form=form, teacher=changed, person=changed.person, changes=changes)


def _written(teacher: Teacher) -> dict[str, object]:
    return {
        "organisation_id": teacher.organisation_id,
        "kind": teacher.kind.value,
        "hours_a_week": teacher.hours_a_week,
        "has_promised": teacher.promised_at is not None,
        "check_expires_on": teacher.check_expires_on,
    }


def details(form: TeacherForm) -> TeacherDetails:
    """What a form says of a teacher."""
    return TeacherDetails(
        kind=TeacherKind(form.kind.data),
        hours_a_week=form.hours_a_week.data or 0,
        has_promised=form.has_promised.data,
        check_expires_on=form.check_expires_on.data,
    )


@blueprint.route("/teachers/<int:teacher_id>/retire", methods=["GET", "POST"])
@allow(Permission.MANAGE_TEACHERS)
def retire_teacher(teacher_id: int) -> Page:
    """Retire a teacher, once it was asked again."""
    retired = visible_teacher(teacher_id)
    if request.method == "POST":
        carry_out(None, lambda: actions.retire_teacher(db(), retired, by=signed_in()))
        return back_to(teacher_id)
    return render("teaching/retire_teacher.html", teacher=retired)


@blueprint.post("/teachers/<int:teacher_id>/bring-back")
@allow(Permission.MANAGE_TEACHERS)
def bring_back_teacher(teacher_id: int) -> Page:
    """A retired teacher teaches again."""
    returning = visible_teacher(teacher_id)
    carry_out(None, lambda: actions.bring_back_teacher(db(), returning, by=signed_in()))
    return back_to(teacher_id)


@blueprint.post("/teachers/<int:teacher_id>/let-in")
@allow(Permission.MANAGE_TEACHERS)
def let_in(teacher_id: int) -> Page:
    """She signs in as a teacher from now on."""
    teacher = visible_teacher(teacher_id)
    if carry_out(None, lambda: actions.let_in(db(), teacher, by=signed_in())):
        name = visible_teacher(teacher_id).person.name
        flash(_("%(name)s sees her own day from now on, when she signs in.", name=name), "ok")
    return redirect(url_for("teaching.teacher", teacher_id=teacher_id), 303)


@blueprint.get("/teachers/expiring")
@allow(Permission.MANAGE_TEACHERS)
def expiring() -> Page:
    """Checks and papers that end within a month, or ended: who is to be asked for new ones."""
    seen = queries.visible_teachers(signed_in(), Permission.MANAGE_TEACHERS)
    papers = queries.expiring_papers(db(), seen, clock.today() + REMINDED_WITHIN)
    return render("teaching/expiring.html", page=page_of(papers, PAGE_SIZE), on=clock.today())


def back_to(teacher_id: int) -> Response:
    """What was changed is kept; her page shows it."""
    flash(_("Your changes have been kept."), "ok")
    return redirect(url_for("teaching.teacher", teacher_id=teacher_id), 303)
