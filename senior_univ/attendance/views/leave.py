"""Asking for leave: the lessons of the next weeks, one tap each."""

from datetime import timedelta

from flask import flash, redirect, url_for
from flask_babel import gettext as _

from senior_univ.attendance import actions, queries
from senior_univ.attendance.forms import BackForm, LeaveForm
from senior_univ.attendance.models import Leave
from senior_univ.attendance.views.blueprint import blueprint
from senior_univ.core import clock
from senior_univ.core.access import Right
from senior_univ.core.permissions import Permission
from senior_univ.core.web import Page, allow, carry_out, db, found, learner_id, render, signed_in
from senior_univ.core.words import near_day_words, time_words
from senior_univ.enrolment import queries as seats
from senior_univ.timetable.models import Lesson

WEEKS_AHEAD = 4


@blueprint.get("/my-leave")
@allow(Permission.LEARN)
def my_leave() -> Page:
    """Her coming lessons, each with the way to say that she will not come, or will after all."""
    now = clock.now()
    lessons = seats.lessons_of_person(db(), learner_id(), now, now + timedelta(weeks=WEEKS_AHEAD))
    leaves = queries.leaves_of(db(), learner_id(), [lesson.id for lesson in lessons])
    may_ask = signed_in().may_for(learner_id(), Right.ASK_LEAVE)
    return render("attendance/my_leave.html", lessons=lessons, leaves=leaves, may_ask=may_ask)


@blueprint.route("/lessons/<int:lesson_id>/leave", methods=["GET", "POST"])
@allow(Permission.LEARN)
def ask_leave(lesson_id: int) -> Page:
    """She will not come to this lesson; why, if she likes to say."""
    lesson = found(seats.lesson_of(db(), learner_id(), lesson_id))
    form = LeaveForm()
    if form.validate_on_submit() and carry_out(form, lambda: _ask(lesson, form.reason.data or "")):
        flash(_("Leave noted: %(when)s. Thank you for telling us.", when=_when(lesson)), "ok")
        return redirect(url_for("attendance.my_leave"), 303)
    return render("attendance/ask_leave.html", form=form, lesson=lesson)


def _ask(lesson: Lesson, reason: str) -> Leave:
    return actions.ask_leave(db(), lesson, person_id=learner_id(), reason=reason, by=signed_in())


@blueprint.post("/lessons/<int:lesson_id>/leave/back")
@allow(Permission.LEARN)
def take_back(lesson_id: int) -> Page:
    """She comes after all."""
    lesson = found(seats.lesson_of(db(), learner_id(), lesson_id))
    leave = queries.leaves_of(db(), learner_id(), [lesson_id]).get(lesson_id)
    form = BackForm()
    if leave is not None and form.validate_on_submit():
        carry_out(None, lambda: actions.take_back_leave(db(), leave, by=signed_in()))
        flash(_("Good, we expect you: %(when)s.", when=_when(lesson)), "ok")
    return redirect(url_for("attendance.my_leave"), 303)


def _when(lesson: Lesson) -> str:
    return f"{near_day_words(lesson.starts_at)} {time_words(lesson.starts_at)} {lesson.course_class.course.title}"
