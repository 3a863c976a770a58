"""What else is written about a teacher, each on a page of its own: subjects with level, papers, where she lives."""

from collections.abc import Callable

from flask import flash, redirect, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from senior_univ.catalogue import queries as catalogue
from senior_univ.core import clock
from senior_univ.core.permissions import Permission
from senior_univ.core.versions import changed_meanwhile
from senior_univ.core.web import Page, allow, carry_out, db, found, render, signed_in
from senior_univ.network.models import TravelMode
from senior_univ.network.rules import point_words, read_point
from senior_univ.teaching import actions, queries
from senior_univ.teaching.forms import HomeForm, PaperForm, SubjectForm
from senior_univ.teaching.models import SUBJECT_LEVEL_LABELS, Qualification, SubjectLevel, Teacher, TeacherSubject
from senior_univ.teaching.rules import PAPER_LABELS, check_state
from senior_univ.teaching.views.blueprint import blueprint
from senior_univ.teaching.views.teachers import visible_teacher


@blueprint.route("/teachers/<int:teacher_id>/subjects", methods=["GET", "POST"])
@allow(Permission.MANAGE_TEACHERS)
def subjects(teacher_id: int) -> Page:
    """What a teacher teaches, and up to whom."""
    teacher = visible_teacher(teacher_id)
    form = SubjectForm()
    form.offer(catalogue.subjects(db()))
    if form.validate_on_submit() and carry_out(
        form,
        lambda: actions.add_subject(db(), teacher, form.subject_id.data, SubjectLevel(form.level.data), by=signed_in()),
    ):
        return _kept("teaching.subjects", teacher_id)
    taught = queries.subjects_taught(db(), teacher_id)
    return render(
        "teaching/subjects.html",
        form=form,
        teacher=visible_teacher(teacher_id),
        taught=taught,
        levels=SUBJECT_LEVEL_LABELS,
    )


@blueprint.post("/teachers/<int:teacher_id>/subjects/<int:subject_id>/remove")
@allow(Permission.MANAGE_TEACHERS)
def remove_subject(teacher_id: int, subject_id: int) -> Page:
    """She teaches it no more."""
    teacher = visible_teacher(teacher_id)
    taught = found(db().get(TeacherSubject, (teacher_id, subject_id)))
    carry_out(None, lambda: actions.remove_subject(db(), teacher, taught, by=signed_in()))
    return _kept("teaching.subjects", teacher_id)


@blueprint.route("/teachers/<int:teacher_id>/papers", methods=["GET", "POST"])
@allow(Permission.MANAGE_TEACHERS)
def papers(teacher_id: int) -> Page:
    """A teacher's papers; one of the same name is renewed."""
    teacher = visible_teacher(teacher_id)
    form = PaperForm()
    if form.validate_on_submit() and carry_out(
        form,
        lambda: actions.add_paper(db(), teacher, form.name.data or "", form.expires_on.data, by=signed_in()),
    ):
        return _kept("teaching.papers", teacher_id)
    known = [(each, check_state(each.expires_on, clock.today())) for each in queries.papers_of(db(), teacher_id)]
    return render(
        "teaching/papers.html", form=form, teacher=visible_teacher(teacher_id), papers=known, labels=PAPER_LABELS
    )


@blueprint.post("/teachers/<int:teacher_id>/papers/<int:paper_id>/remove")
@allow(Permission.MANAGE_TEACHERS)
def remove_paper(teacher_id: int, paper_id: int) -> Page:
    """It does not count any more."""
    teacher = visible_teacher(teacher_id)
    paper = found(db().get(Qualification, paper_id))
    found(paper if paper.teacher_id == teacher_id else None)
    carry_out(None, lambda: actions.remove_paper(db(), teacher, paper, by=signed_in()))
    return _kept("teaching.papers", teacher_id)


@blueprint.route("/teachers/<int:teacher_id>/home", methods=["GET", "POST"])
@allow(Permission.MANAGE_TEACHERS)
def home(teacher_id: int) -> Page:
    """Where a teacher starts from in the morning, and how she travels; ways are reckoned from it."""
    back = url_for("teaching.teacher", teacher_id=teacher_id)
    return home_page(lambda: visible_teacher(teacher_id), back)


def home_page(read: Callable[[], Teacher], back: str, *, is_own: bool = False) -> Page:
    """The same for whatever teacher ``read`` finds, again after a refusal; then back to the address ``back``."""
    teacher = read()
    held = {
        "region_code": teacher.home_region_code,
        "position": point_words(teacher.home_point),
        "travel_mode": teacher.travel_mode.value,
    }
    form = HomeForm(data=held)
    changes = changed_meanwhile(
        db(), form, teacher, region_code=teacher.home_region_code, position=point_words(teacher.home_point)
    )
    form.look_up(db(), near=teacher.organisation.region_code)
    is_clear = form.validate_on_submit() and not changes
    if is_clear and carry_out(form, lambda: _change_home(form, teacher)):
        flash(_("Your changes have been kept."), "ok")
        return redirect(back, 303)
    return render("teaching/home.html", form=form, teacher=read(), changes=changes, back=back, is_own=is_own)


def _change_home(form: HomeForm, teacher: Teacher) -> Teacher:
    """What the form says; DomainError where the position is none."""
    details = actions.HomeDetails(
        region_code=form.region.code if form.region else None,
        point=read_point(form.position.data) if form.position.data else None,
        travel_mode=TravelMode(form.travel_mode.data),
    )
    return actions.change_home(db(), teacher, details, by=signed_in())


def _kept(endpoint: str, teacher_id: int) -> Response:
    flash(_("Your changes have been kept."), "ok")
    return redirect(url_for(endpoint, teacher_id=teacher_id), 303)
