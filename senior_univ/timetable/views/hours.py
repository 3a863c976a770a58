"""A teacher's hours of a month: on the screen, for print, and as a spreadsheet."""

from datetime import date
from typing import Any

from flask import url_for
from flask_babel import gettext as _

from senior_univ.core import clock
from senior_univ.core.errors import NotFoundError
from senior_univ.core.paper import XLSX, attachment, sheet, spreadsheet
from senior_univ.core.permissions import Permission
from senior_univ.core.web import Page, allow, db, render, signed_in
from senior_univ.core.words import day_words, is_chinese, time_range_words
from senior_univ.teaching.models import Teacher
from senior_univ.teaching.queries import teacher_for
from senior_univ.timetable import teacher_days
from senior_univ.timetable.places import lesson_place_at_work
from senior_univ.timetable.teacher_days import HourRow
from senior_univ.timetable.views.blueprint import blueprint
from senior_univ.timetable.views.scopes import day_asked, planner

MINUTES_PER_HOUR = 45
"""One 课时, as schools count it."""


def _teacher(teacher_id: int) -> Teacher:
    """Any that the viewer's organisations keep, and herself."""
    own = teacher_days.teacher_of(db(), signed_in())
    if own is not None and own.id == teacher_id:
        return own
    try:
        return teacher_for(db(), planner(), Permission.MANAGE_TEACHERS, teacher_id)
    except NotFoundError:
        return teacher_for(db(), planner(), Permission.SEE_COVERAGE, teacher_id)


def _context(teacher_id: int) -> dict[str, Any]:
    teacher, month = _teacher(teacher_id), day_asked("on").replace(day=1)
    rows = teacher_days.hours_of_month(db(), teacher, month)
    minutes = sum(row.minutes for row in rows)
    return {
        "teacher": teacher,
        "month": month,
        "month_words": f"{month.year}年{month.month}月" if is_chinese() else f"{month:%B %Y}",
        "rows": rows,
        "minutes": minutes,
        "hours": minutes // MINUTES_PER_HOUR,
        "lesson_count": len(rows),
    }


@blueprint.get("/teachers/<int:teacher_id>/hours")
@allow(Permission.SEE_CLASSES)
def teacher_hours(teacher_id: int) -> Page:
    """What a teacher taught in the month of ``?on=``."""
    context = _context(teacher_id)
    first, last = teacher_days.month_bounds(context["month"])
    return render(
        "timetable/hours.html",
        previous=_month_before(first),
        following=_month_after(last),
        is_now=last >= clock.today(),
        **context,
    )


def _month_before(first: date) -> date:
    return date.fromordinal(first.toordinal() - 1).replace(day=1)


def _month_after(last: date) -> date:
    return date.fromordinal(last.toordinal() + 1)


@blueprint.get("/teachers/<int:teacher_id>/hours/print")
@allow(Permission.SEE_CLASSES)
def print_hours(teacher_id: int) -> Page:
    """The same on paper, with lines to sign."""
    context = _context(teacher_id)
    back_url = url_for("timetable.teacher_hours", teacher_id=teacher_id, on=context["month"].isoformat())
    return sheet("timetable/print_hours.html", back_url=back_url, **context)


@blueprint.get("/teachers/<int:teacher_id>/hours.xlsx")
@allow(Permission.SEE_CLASSES)
def hours_file(teacher_id: int) -> Page:
    """The same as a spreadsheet."""
    context = _context(teacher_id)
    name = context["teacher"].person.name
    heads = [_("Day"), _("Time"), _("Class"), _("Where"), _("As what"), _("Minutes")]
    above = [
        _("Hours of %(name)s, %(month)s", name=name, month=context["month_words"]),
        _("%(lessons)d lessons, %(minutes)d minutes, %(hours)d lesson hours of 45 minutes", lessons=context["lesson_count"],
          minutes=context["minutes"], hours=context["hours"]),
    ]  # fmt: skip
    content = spreadsheet(heads, [_row(row) for row in context["rows"]], above=above)
    return attachment(content, XLSX, f"hours-{teacher_id}-{context['month']:%Y-%m}.xlsx")


def _row(row: HourRow) -> list[Any]:
    lesson = row.lesson
    return [
        day_words(lesson.starts_at),
        time_range_words(lesson.starts_at, lesson.ends_at),
        lesson.course_class.course.title,
        lesson_place_at_work(lesson),
        _("Helped") if row.is_helper else _("Taught"),
        row.minutes,
    ]
