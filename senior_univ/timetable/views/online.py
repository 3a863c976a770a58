"""A teacher goes into her online lesson; a lesson is held online for once."""

from flask import current_app, flash, redirect, url_for
from flask_babel import gettext as _

from senior_univ.core.permissions import Permission
from senior_univ.core.web import Page, allow, carry_out, db, render, signed_in
from senior_univ.timetable import queries, rules, weeks
from senior_univ.timetable.forms import SeenForm
from senior_univ.timetable.going_online import hold_online
from senior_univ.timetable.meeting_servers import Guest
from senior_univ.timetable.models import Lesson
from senior_univ.timetable.views.blueprint import blueprint
from senior_univ.timetable.views.joining import go_in


@blueprint.get("/lessons/<int:lesson_id>/teach")
@allow(Permission.SEE_CLASSES)
def teach_online(lesson_id: int) -> Page:
    """Into an online lesson, at work: its teachers moderate it, everybody else listens."""
    lesson = queries.lesson_for(db(), signed_in(), Permission.SEE_CLASSES, lesson_id)
    is_teacher = queries.is_taught_by(db(), lesson, signed_in().person_id)
    back_url = url_for("timetable.lesson", lesson_id=lesson_id)
    return go_in(lesson, Guest(signed_in().name, is_teacher), back_url)


@blueprint.route("/lessons/<int:lesson_id>/online", methods=["GET", "POST"])
@allow(Permission.PLAN_CLASSES)
def hold_lesson_online(lesson_id: int) -> Page:
    """Hold this one lesson online; where it is online for once, in its room again."""
    shown = queries.lesson_for(db(), signed_in(), Permission.PLAN_CLASSES, lesson_id)
    goes_online = not shown.is_online
    form = SeenForm(seen=rules.version_of(shown))
    if form.validate_on_submit() and carry_out(form, lambda: _hold(form, shown, goes_online)):
        flash(_("The lesson is changed. Everybody in the class is being told."), "ok")
        return redirect(url_for("timetable.lesson", lesson_id=lesson_id), 303)
    shown = queries.lesson_for(db(), signed_in(), Permission.PLAN_CLASSES, lesson_id)
    form.seen.data = rules.version_of(shown)
    line = weeks.lesson_line(shown, shown=shown.course_class.organisation.name)
    return render("timetable/hold_online.html", form=form, lesson=shown, line=line, goes_online=not shown.is_online)


def _hold(form: SeenForm, shown: Lesson, goes_online: bool) -> Lesson:
    settings = current_app.config["SETTINGS"]
    return hold_online(db(), shown, settings, by=signed_in(), is_online=goes_online, seen=form.seen.data)
