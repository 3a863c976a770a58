"""A lesson's own page; moving and cancelling it, after saying what that means."""

from typing import Any

from flask import current_app, flash, redirect, url_for
from flask_babel import gettext as _

from senior_univ.core import clock
from senior_univ.core.permissions import Permission
from senior_univ.core.web import Page, allow, carry_out, db, render, signed_in
from senior_univ.timetable import actions, online, queries, rules, weeks
from senior_univ.timetable.forms import CancelForm, given
from senior_univ.timetable.models import Delivery, Lesson
from senior_univ.timetable.overrides import OVERRIDE_LABELS, overrides_of
from senior_univ.timetable.views.blueprint import blueprint


@blueprint.get("/lessons/<int:lesson_id>")
@allow(Permission.SEE_CLASSES)
def lesson(lesson_id: int) -> Page:
    """When and where a lesson is, and what became of it."""
    shown = queries.lesson_for(db(), signed_in(), Permission.SEE_CLASSES, lesson_id)
    may_change = rules.may_change(signed_in(), shown.course_class) and shown.cancelled_at is None
    return render(
        "timetable/lesson.html",
        **_words_of(shown),
        overridden=[(OVERRIDE_LABELS[each.code], each) for each in overrides_of(db(), lesson_id)],
        may_move=may_change and shown.starts_at > clock.now(),
        may_cancel=may_change and shown.ends_at > clock.now(),
        may_go_online=may_change and shown.ends_at > clock.now() and shown.course_class.delivery is not Delivery.ONLINE,
        has_way_in=online.has_way_in(shown.course_class, current_app.config["SETTINGS"]),
    )


def _words_of(lesson: Lesson) -> dict[str, Any]:
    return {"lesson": lesson, "line": weeks.lesson_line(lesson, shown=lesson.course_class.organisation.name)}


def _seen_now(form: CancelForm, lesson_id: int) -> Lesson:
    """The lesson as it is now: a form that is sent again was made in sight of this."""
    lesson = queries.lesson_for(db(), signed_in(), Permission.PLAN_CLASSES, lesson_id)
    form.seen.data = rules.version_of(lesson)
    return lesson


@blueprint.route("/lessons/<int:lesson_id>/cancel", methods=["GET", "POST"])
@allow(Permission.PLAN_CLASSES)
def cancel_lesson(lesson_id: int) -> Page:
    """Let one lesson fall away."""
    shown = queries.lesson_for(db(), signed_in(), Permission.PLAN_CLASSES, lesson_id)
    form = CancelForm(seen=rules.version_of(shown))
    if form.validate_on_submit() and carry_out(form, lambda: _cancel(form, shown)):
        flash(_("The lesson is cancelled. Everybody in the class is being told."), "ok")
        return redirect(url_for("timetable.lesson", lesson_id=lesson_id), 303)
    return render("timetable/cancel_lesson.html", form=form, **_words_of(_seen_now(form, lesson_id)))


def _cancel(form: CancelForm, shown: Lesson) -> Lesson:
    return actions.cancel_lesson(db(), shown, reason=given(form.reason), by=signed_in(), seen=form.seen.data)
