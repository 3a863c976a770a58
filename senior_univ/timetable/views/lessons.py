"""A lesson's own page; moving and cancelling it, after saying what that means."""

from datetime import datetime
from typing import Any

from flask import current_app, flash, redirect, url_for
from flask_babel import gettext as _

from senior_univ.core import clock
from senior_univ.core.permissions import Permission
from senior_univ.core.web import Page, allow, carry_out, db, render, signed_in
from senior_univ.network.models import Room
from senior_univ.network.queries import rooms_of
from senior_univ.teaching.models import Teacher
from senior_univ.teaching.queries import teachers_of
from senior_univ.timetable import actions, online, queries, rules, weeks
from senior_univ.timetable.forms import CancelForm, MoveForm, given
from senior_univ.timetable.models import Delivery, Lesson
from senior_univ.timetable.views.blueprint import blueprint
from senior_univ.timetable.views.classes import room_words


@blueprint.get("/lessons/<int:lesson_id>")
@allow(Permission.SEE_CLASSES)
def lesson(lesson_id: int) -> Page:
    """When and where a lesson is, and what became of it."""
    shown = queries.lesson_for(db(), signed_in(), Permission.SEE_CLASSES, lesson_id)
    may_change = rules.may_change(signed_in(), shown.course_class) and shown.cancelled_at is None
    return render(
        "timetable/lesson.html",
        **_words_of(shown),
        may_move=may_change and shown.starts_at > clock.now(),
        may_cancel=may_change and shown.ends_at > clock.now(),
        may_go_online=may_change and shown.ends_at > clock.now() and shown.course_class.delivery is not Delivery.ONLINE,
        has_way_in=online.has_way_in(shown.course_class, current_app.config["SETTINGS"]),
    )


def _words_of(lesson: Lesson) -> dict[str, Any]:
    return {"lesson": lesson, "line": weeks.lesson_line(lesson, shown=lesson.course_class.organisation.name)}


@blueprint.route("/lessons/<int:lesson_id>/move", methods=["GET", "POST"])
@allow(Permission.PLAN_CLASSES)
def move_lesson(lesson_id: int) -> Page:
    """Hold one lesson at another time, in another room or with another teacher."""
    shown = queries.lesson_for(db(), signed_in(), Permission.PLAN_CLASSES, lesson_id)
    rooms, teachers = _rooms(shown), _teachers(shown)
    form = _move_form(shown, rooms, teachers)
    if form.validate_on_submit() and carry_out(form, lambda: _move(form, shown, rooms, teachers)):
        flash(_("The lesson is changed. Everybody in the class is being told."), "ok")
        return redirect(url_for("timetable.lesson", lesson_id=lesson_id), 303)
    return render("timetable/move_lesson.html", form=form, **_words_of(_seen_now(form, lesson_id)))


def _move_form(shown: Lesson, rooms: dict[int, Room], teachers: dict[int, Teacher]) -> MoveForm:
    starts = clock.local(shown.starts_at)
    form = MoveForm(
        day=starts.date(),
        starts=starts.time(),
        room=shown.room_id,
        teacher=shown.teacher_id,
        seen=rules.version_of(shown),
    )
    form.room.choices = [(room.id, room_words(room)) for room in rooms.values()]
    form.teacher.choices = [(teacher.id, teacher.person.name) for teacher in teachers.values()]
    return form


def _move(form: MoveForm, shown: Lesson, rooms: dict[int, Room], teachers: dict[int, Teacher]) -> Lesson:
    starts_at: datetime = clock.instant(given(form.day), given(form.starts))
    room, teacher = rooms[form.room.data], teachers[form.teacher.data]
    return actions.move_lesson(
        db(), shown, starts_at=starts_at, room=room, teacher=teacher, by=signed_in(), seen=form.seen.data
    )


def _rooms(shown: Lesson) -> dict[int, Room]:
    """The rooms of the class's organisation, and of the home that it is for; the lesson's own first."""
    course_class = shown.course_class
    owners = [each for each in (course_class.home_id, course_class.organisation_id) if each]
    rooms = [shown.room, *(room for owner in owners for room in rooms_of(db(), owner))]
    return {room.id: room for room in rooms}


def _teachers(shown: Lesson) -> dict[int, Teacher]:
    """The teachers of the class's organisation; the lesson's own first."""
    others = teachers_of(db(), [shown.course_class.organisation_id])
    return {teacher.id: teacher for teacher in [shown.teacher, *others]}


def _seen_now(form: MoveForm | CancelForm, lesson_id: int) -> Lesson:
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
