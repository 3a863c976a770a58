"""Courses: found, added, changed, closed."""

from flask import Blueprint, flash, redirect, request, url_for
from flask_babel import gettext as _
from sqlalchemy import Select
from werkzeug.wrappers import Response

from senior_univ.catalogue import actions, queries
from senior_univ.catalogue.actions import CourseDetails
from senior_univ.catalogue.forms import CourseFilter, CourseForm
from senior_univ.catalogue.models import Course
from senior_univ.core.paging import paginate
from senior_univ.core.permissions import Permission
from senior_univ.core.web import Page, allow, carry_out, db, found, number_asked, render, signed_in
from senior_univ.network.models import Organisation
from senior_univ.network.queries import organisation_for, teaching_organisations

blueprint = Blueprint("catalogue", __name__)
PAGE_SIZE = 25


@blueprint.get("/courses")
@allow(Permission.MANAGE_COURSES)
def courses() -> Page:
    """The courses of the viewer's organisations."""
    form = CourseFilter(request.args, meta={"csrf": False})
    form.offer(queries.subjects(db()))
    query = _narrowed(queries.visible_courses(signed_in(), Permission.MANAGE_COURSES), form)
    return render("catalogue/courses.html", form=form, page=paginate(db(), query, PAGE_SIZE))


def _narrowed(query: Select[Course], form: CourseFilter) -> Select[Course]:
    if title := (form.title.data or "").strip():
        query = query.where(Course.title.contains(title, autoescape=True))
    if subject_id := number_asked("subject"):
        query = query.where(Course.subject_id == subject_id)
    return query.order_by(Course.closed_at.is_not(None), Organisation.name, Course.subject_id, Course.title, Course.id)


@blueprint.route("/courses/new", methods=["GET", "POST"])
@allow(Permission.MANAGE_COURSES)
def new_course() -> Page:
    """Add a course to one of the viewer's organisations."""
    form = CourseForm(data={"organisation_id": number_asked("organisation")})
    form.offer(teaching_organisations(db(), signed_in(), Permission.MANAGE_COURSES), queries.subjects(db()))
    if form.validate_on_submit():
        owner = organisation_for(db(), signed_in(), Permission.MANAGE_COURSES, form.organisation_id.data)
        if carry_out(form, lambda: actions.add_course(db(), owner, _details(form), by=signed_in())):
            return _back(_("%(name)s has been added.", name=form.title.data))
    return render("catalogue/course_form.html", form=form, course=None)


@blueprint.route("/courses/<int:course_id>/edit", methods=["GET", "POST"])
@allow(Permission.MANAGE_COURSES)
def edit_course(course_id: int) -> Page:
    """Change a course."""
    course = queries.course_for(db(), signed_in(), Permission.MANAGE_COURSES, course_id)
    found(None if course.closed_at else course)
    form = CourseForm(obj=course)
    form.offer([course.organisation], queries.subjects(db()))
    if form.validate_on_submit() and carry_out(
        form, lambda: actions.change_course(db(), course, _details(form), by=signed_in())
    ):
        return _back(_("Your changes have been kept."))
    return render("catalogue/course_form.html", form=form, course=course)


@blueprint.route("/courses/<int:course_id>/close", methods=["GET", "POST"])
@allow(Permission.MANAGE_COURSES)
def close_course(course_id: int) -> Page:
    """Close a course, once it was asked again."""
    course = queries.course_for(db(), signed_in(), Permission.MANAGE_COURSES, course_id)
    found(None if course.closed_at else course)
    if request.method == "POST":
        carry_out(None, lambda: actions.close_course(db(), course, by=signed_in()))
        return _back(_("%(name)s has been closed.", name=course.title))
    return render("catalogue/close_course.html", course=course)


def _details(form: CourseForm) -> CourseDetails:
    return CourseDetails(
        title=form.title.data or "",
        subject_id=form.subject_id.data,
        sms_name=form.sms_name.data or "",
        about=form.about.data or "",
        what_to_bring=form.what_to_bring.data or "",
    )


def _back(words: str) -> Response:
    flash(words, "ok")
    return redirect(url_for("catalogue.courses"), 303)
