"""Two ways into the registry: somebody who is known already, and somebody new."""

from flask import flash, redirect, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from senior_univ.accounts.actions import add_person
from senior_univ.accounts.queries import find_people, person_for
from senior_univ.catalogue.queries import subjects
from senior_univ.core.forms import clean_text
from senior_univ.core.permissions import Permission
from senior_univ.core.web import Page, allow, carry_out, db, number_asked, render, signed_in
from senior_univ.network.queries import organisation_for, teaching_organisations
from senior_univ.teaching import actions, queries
from senior_univ.teaching.forms import FirstTeacherForm, NewTeacherForm
from senior_univ.teaching.models import Teacher
from senior_univ.teaching.views.blueprint import blueprint
from senior_univ.teaching.views.teachers import details

USUAL_HOURS = 20


@blueprint.get("/teachers/new")
@allow(Permission.MANAGE_TEACHERS)
def new_teacher() -> Page:
    """Look for the person first, so that nobody is entered twice."""
    text = (clean_text(request.args.get("q")) or "")[:40]
    people = find_people(db(), signed_in(), Permission.MANAGE_TEACHERS, text)
    teaching = queries.teaching_among(db(), [person.id for person in people])
    return render("teaching/find_person.html", text=text, people=people, teaching=teaching)


@blueprint.route("/teachers/new/<int:person_id>", methods=["GET", "POST"])
@allow(Permission.MANAGE_TEACHERS)
def new_teacher_of(person_id: int) -> Page:
    """Register somebody who is known already."""
    person = person_for(db(), signed_in(), Permission.MANAGE_TEACHERS, person_id)
    form = FirstTeacherForm(data={"hours_a_week": USUAL_HOURS, "organisation_id": number_asked("organisation")})
    _offer(form)
    if form.validate_on_submit():
        added = carry_out(form, lambda: _register(form, person_id))
        if added:
            return _done(added, person.name)
    return render("teaching/teacher_form.html", form=form, teacher=None, person=person)


@blueprint.route("/teachers/new/person", methods=["GET", "POST"])
@allow(Permission.MANAGE_TEACHERS)
def new_teacher_and_person() -> Page:
    """Register somebody who is new here."""
    form = NewTeacherForm(data={"hours_a_week": USUAL_HOURS, "name": clean_text(request.args.get("name"))})
    _offer(form)
    form.look_up(db())
    if form.validate_on_submit():
        added = carry_out(form, lambda: _register_new(form))
        if added:
            return _done(added, form.name.data or "")
    return render("teaching/new_person.html", form=form)


def _offer(form: FirstTeacherForm) -> None:
    form.offer(teaching_organisations(db(), signed_in(), Permission.MANAGE_TEACHERS), subjects(db()))


def chosen_subjects(form: FirstTeacherForm) -> tuple[int, ...]:
    """The subjects that are ticked."""
    return tuple(form.subject_ids.data or ())


def _register(form: FirstTeacherForm, person_id: int) -> Teacher:
    who = signed_in()
    person = person_for(db(), who, Permission.MANAGE_TEACHERS, person_id)
    owner = organisation_for(db(), who, Permission.MANAGE_TEACHERS, form.organisation_id.data)
    return actions.add_teacher(db(), person, owner, details(form), subject_ids=chosen_subjects(form), by=who)


def _register_new(form: NewTeacherForm) -> Teacher:
    who = signed_in()
    owner = organisation_for(db(), who, Permission.MANAGE_TEACHERS, form.organisation_id.data)
    person = add_person(
        db(),
        name=form.name.data or "",
        birth_year=form.birth_year.data,
        phone=form.phone.data or None,
        region_code=form.region.code if form.region else None,
        site_id=owner.id,
        by=who,
    )
    return actions.add_teacher(db(), person, owner, details(form), subject_ids=chosen_subjects(form), by=who)


def _done(teacher: Teacher, name: str) -> Response:
    flash(_("%(name)s is a teacher now. Please add the times when she or he can teach.", name=name), "ok")
    return redirect(url_for("teaching.availability", teacher_id=teacher.id), 303)
