"""A class with too few learners: the list, and merging, moving or cancelling, each shown before it is done."""

from datetime import time
from typing import Any

from flask import flash, redirect, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext

from senior_univ.core import clock
from senior_univ.core.paging import paginate
from senior_univ.core.permissions import Permission
from senior_univ.core.web import Page, allow, carry_out, db, number_asked, render, signed_in
from senior_univ.core.words import weekday_words
from senior_univ.enrolment import queries, too_few
from senior_univ.enrolment.forms import MergeForm
from senior_univ.enrolment.views.blueprint import blueprint
from senior_univ.timetable import class_settings
from senior_univ.timetable import queries as timetable
from senior_univ.timetable.forms import MoveClassForm, given
from senior_univ.timetable.models import CourseClass
from senior_univ.timetable.verdicts import Verdict, known_mark, of_class_move


def _planned(class_id: int) -> CourseClass:
    return timetable.class_for(db(), signed_in(), Permission.PLAN_CLASSES, class_id)


@blueprint.get("/classes/too-few")
@allow(Permission.PLAN_CLASSES)
def classes_too_few() -> Page:
    """The classes that are below their least number, those to be decided now first."""
    page = paginate(db(), too_few.too_few(signed_in()), 50)
    return render("enrolment/too_few.html", page=page, today=clock.today())


@blueprint.get("/classes/<int:class_id>/decide")
@allow(Permission.PLAN_CLASSES)
def decide_class(class_id: int) -> Page:
    """The three ways: into which classes it could be merged, at which times it could be, or the end of it."""
    shown = _planned(class_id)
    is_open = shown.cancelled_at is None and shown.last_lesson_at > clock.now()
    return render(
        "enrolment/decide_class.html",
        course_class=shown,
        is_open=is_open,
        others=db().scalars(too_few.classes_to_merge_into(signed_in(), shown)).all() if is_open else [],
        times=class_settings.free_weekly(db(), shown) if is_open else [],
        today=clock.today(),
    )


@blueprint.route("/classes/<int:class_id>/merge/<int:into_id>", methods=["GET", "POST"])
@allow(Permission.PLAN_CLASSES)
def merge_class(class_id: int, into_id: int) -> Page:
    """Who goes along and who can't; confirming moves everybody at once and tells them."""
    shown, into, form = _planned(class_id), _planned(into_id), MergeForm()
    if form.validate_on_submit():
        merging = carry_out(form, lambda: too_few.merge(db(), shown, into, by=signed_in()))
        if merging:
            count = len(merging.movers)
            flash(ngettext("%(num)d learner has moved.", "%(num)d learners have moved.", count), "ok")
            return redirect(url_for("timetable.course_class", class_id=into_id), 303)
    shown, into = _planned(class_id), _planned(into_id)
    merging = too_few.preview_merge(db(), shown, into, signed_in())
    near = queries.classes_with_room(db(), shown) if merging.refused else []
    return render("enrolment/merge_class.html", form=form, course_class=shown, into=into, merging=merging, near=near)


@blueprint.route("/classes/<int:class_id>/move-all", methods=["GET", "POST"])
@allow(Permission.PLAN_CLASSES)
def move_class(class_id: int) -> Page:
    """Every coming lesson at another time: who could not come then is shown before; confirming tells everybody once."""
    shown, form = _planned(class_id), MoveClassForm(data=_asked())
    form.weekday.choices = [(str(number), weekday_words(number)) for number in range(7)]
    if form.validate_on_submit() and _is_sure(shown, form):
        move = carry_out(form, lambda: _move(shown, form))
        if move:
            _say_moved(len(move.stayed))
            return redirect(url_for("timetable.course_class", class_id=class_id), 303)
    shown = _planned(class_id)
    is_asked = form.weekday.data is not None and form.starts.data is not None and not _misses(form)
    cannot = too_few.who_cannot(db(), shown, int(form.weekday.data), given(form.starts)) if is_asked else []
    form.known.data = known_mark([person.id for person, _refusal in cannot])
    return render(
        "enrolment/move_class.html",
        form=form,
        course_class=shown,
        cannot=cannot,
        is_asked=is_asked,
        verdict=_verdict(shown, form) if is_asked else None,
        coming=len(class_settings.coming_lessons(db(), shown)),
    )


@blueprint.get("/classes/<int:class_id>/move-all/check")
@allow(Permission.PLAN_CLASSES)
def check_move_class(class_id: int) -> Page:
    """What the form's answers so far come to; empty until both have been given."""
    shown, form = _planned(class_id), MoveClassForm(request.args, meta={"csrf": False})
    form.weekday.choices = [(str(number), weekday_words(number)) for number in range(7)]
    return render("timetable/_verdict.html", verdict=_verdict(shown, form)) if form.validate() else ""


def _is_sure(shown: CourseClass, form: MoveClassForm) -> bool:
    """Whether more than a look is asked for, and nobody is hindered who was not shown on the form that was sent."""
    cannot = too_few.who_cannot(db(), shown, int(form.weekday.data), given(form.starts))
    mark = known_mark([person.id for person, _refusal in cannot])
    return "only_check" not in request.form and mark in ("", form.known.data)


def _misses(form: MoveClassForm) -> bool:
    """Whether day or time could not be read; what an action refused is no such thing."""
    return form.weekday.data not in {key for key, _words in form.weekday.choices}


def _say_moved(stayed: int) -> None:
    flash(_("The class has another time. Everybody in it is being told."), "ok")
    if stayed:
        words = ngettext(
            "%(num)d lesson stayed as it was. Please decide on it by itself.",
            "%(num)d lessons stayed as they were. Please decide on each by itself.",
            stayed,
        )
        flash(words, "warning")


def _asked() -> dict[str, object]:
    """The time that a link proposes; nonsense is none."""
    weekday = number_asked("weekday", most=6)
    try:
        starts = time.fromisoformat(request.args.get("starts", "")).replace(tzinfo=None)
    except ValueError:
        starts = None
    return {"weekday": None if weekday is None else str(weekday), "starts": starts}


def _wanted(form: MoveClassForm) -> dict[str, Any]:
    return {
        "weekday": int(form.weekday.data),
        "starts": given(form.starts),
        "override": form.override.data or "",
        "leave_rest": form.leave_rest.data,
        "by": signed_in(),
    }


def _verdict(shown: CourseClass, form: MoveClassForm) -> Verdict:
    return of_class_move(db(), shown, **_wanted(form))


def _move(shown: CourseClass, form: MoveClassForm) -> class_settings.ClassMove:
    return class_settings.move_class(db(), shown, **_wanted(form))
