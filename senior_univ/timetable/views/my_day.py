"""我的今天: a teacher's own day on a phone, and 今天去不了 in two taps."""

from collections.abc import Sequence
from datetime import date

from flask import flash, redirect, url_for
from flask_babel import gettext as _

from senior_univ.accounts.rules import phone_words
from senior_univ.core import clock
from senior_univ.core.permissions import Permission
from senior_univ.core.web import Page, allow, carry_out, db, found, render, signed_in
from senior_univ.teaching.models import Teacher
from senior_univ.timetable import settling, teacher_days
from senior_univ.timetable.calendar_forms import ConfirmForm
from senior_univ.timetable.models import Lesson
from senior_univ.timetable.views.blueprint import blueprint

blueprint.add_app_template_filter(phone_words, "phone_said")


@blueprint.get("/my-day")
@allow(Permission.TEACH)
def my_day() -> Page:
    """Today's lessons, else those of the next day on which she teaches."""
    teacher = teacher_days.teacher_of(db(), signed_in())
    if teacher is None:
        return render("timetable/my_day.html", teacher=None, day=clock.today(), stops=[])
    day = _day_shown(teacher)
    return render(
        "timetable/my_day.html",
        teacher=teacher,
        day=day,
        stops=teacher_days.stops_of(db(), teacher, day),
        now=clock.now(),
    )


def _day_shown(teacher: Teacher) -> date:
    """Today while a lesson is still to be held, else the next day with one."""
    today = clock.today()
    if any(lesson.ends_at > clock.now() for lesson in teacher_days.lessons_on(db(), teacher.id, today)):
        return today
    return teacher_days.next_day(db(), teacher.id, today) or today


def _own_coming(teacher: Teacher, day: date) -> Sequence[Lesson]:
    lessons = teacher_days.lessons_on(db(), teacher.id, day)
    return [each for each in lessons if each.starts_at > clock.now() and each.teacher_id == teacher.id]


@blueprint.route("/my-day/cannot-come", methods=["GET", "POST"])
@allow(Permission.TEACH)
def cannot_come() -> Page:
    """She can't come: says which lessons that are; the second tap opens them to substitution and tells the site."""
    teacher = found(teacher_days.teacher_of(db(), signed_in()))
    form, day = ConfirmForm(), _day_shown(teacher)
    lessons = _own_coming(teacher, day)
    if form.validate_on_submit() and lessons:
        done = carry_out(form, lambda: [settling.cannot_come(db(), teacher, lessons, by=signed_in())])
        if done:
            flash(_("Your site knows and looks for somebody. Get well soon."), "ok")
            return redirect(url_for("timetable.my_day"), 303)
    return render("timetable/cannot_come.html", form=form, lessons=lessons, day=day)


@blueprint.post("/my-day/can-come")
@allow(Permission.TEACH)
def can_come() -> Page:
    """She can after all."""
    teacher = found(teacher_days.teacher_of(db(), signed_in()))
    lessons = _own_coming(teacher, _day_shown(teacher))

    def take_back() -> bool:
        settling.can_come_after_all(db(), teacher, lessons, by=signed_in())
        return True

    carry_out(None, take_back)
    flash(_("Good: your lessons are held as planned."), "ok")
    return redirect(url_for("timetable.my_day"), 303)
