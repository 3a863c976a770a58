"""A learner's own week: day by day, one day alone, and on paper."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from flask import Response, request, url_for
from flask_babel import gettext as _

from senior_univ.core import clock
from senior_univ.core.permissions import Permission
from senior_univ.core.web import Page, allow, db, found, learner_id, render
from senior_univ.core.words import day_words
from senior_univ.enrolment import queries
from senior_univ.enrolment.absences import absences
from senior_univ.enrolment.views.blueprint import blueprint
from senior_univ.timetable import queries as timetable
from senior_univ.timetable import weeks
from senior_univ.timetable.pictures import can_draw, draw_days
from senior_univ.timetable.weeks import Day

DAYS = {"week": 7, "day": 1}
EARLIEST, LATEST = date(2000, 1, 1), date(2099, 12, 31)


@dataclass(frozen=True)
class Shown:
    """What part of her timetable a page shows: ``by`` is week or day, ``first`` its first day."""

    by: str
    first: date

    @property
    def last(self) -> date:
        """Its last day."""
        return self.first + timedelta(days=DAYS[self.by] - 1)

    def url(self, steps: int) -> str:
        """The address of the week or day so many steps later."""
        on = self.first + timedelta(days=steps * DAYS[self.by])
        return url_for("enrolment.my_week", on=on.isoformat(), by=None if self.by == "week" else self.by)

    @property
    def other_url(self) -> str:
        """The address of the week with this day, or of one day of this week: today where it is in it."""
        on = clock.today() if self.is_now else self.first
        return url_for("enrolment.my_week", on=on.isoformat(), by="day" if self.by == "week" else None)

    @property
    def is_now(self) -> bool:
        """Whether today is shown."""
        return self.first <= clock.today() <= self.last


def _asked() -> Shown:
    """What the address asks for; nonsense is this week."""
    by = "day" if request.args.get("by") == "day" else "week"
    try:
        on = min(max(date.fromisoformat(request.args.get("on", "")), EARLIEST), LATEST)
    except ValueError:
        on = clock.today()
    return Shown(by, on if by == "day" else clock.week_start(on))


def _days(shown: Shown) -> list[Day]:
    """The days that are shown, each lesson with its state; a lesson that she asked leave from says so."""
    count = DAYS[shown.by]
    lessons = queries.lessons_of_person(db(), learner_id(), *weeks.week_bounds(shown.first, count))
    days = weeks.days_of(
        lessons,
        shown.first,
        count,
        holidays=timetable.holidays_between(db(), shown.first, shown.last),
        join=lambda lesson_id: url_for("enrolment.join_lesson", lesson_id=lesson_id),
    )
    away = absences(db(), [learner_id()], [lesson.id for lesson in lessons])
    return [_with_leave(day, {lesson_id for lesson_id, _person in away}) for day in days]


def _with_leave(day: Day, away: set[int]) -> Day:
    def marked(lines: Sequence[weeks.LessonLine]) -> list[weeks.LessonLine]:
        return [
            line._replace(state=_("On leave"), state_kind="primary")
            if line.lesson_id in away and not line.is_cancelled
            else line
            for line in lines
        ]

    return day._replace(morning=marked(day.morning), afternoon=marked(day.afternoon))


@blueprint.get("/my-week")
@allow(Permission.LEARN)
def my_week() -> Page:
    """Her lessons of a week, or of one day (``?by=day``), around ``?on=``."""
    shown = _asked()
    days = _days(shown)
    coming = queries.next_lesson(db(), learner_id()) if not any(day.lessons for day in days) else None
    return render("enrolment/my_week.html", shown=shown, days=days, coming=coming)


@blueprint.get("/my-week/print")
@allow(Permission.LEARN)
def print_week() -> Page:
    """Her week on paper."""
    shown = _asked()
    person = queries.learner(db(), learner_id())
    return render("enrolment/print_week.html", shown=shown, days=_days(shown), person=person)


@blueprint.get("/my-week/picture")
@allow(Permission.LEARN)
def my_picture_page() -> Page:
    """Her week as a picture to keep."""
    shown = _asked()
    on = shown.first.isoformat()
    return render(
        "timetable/picture.html",
        title=_("Timetable of %(name)s", name=queries.learner(db(), learner_id()).name),
        picture_url=url_for("enrolment.my_picture", on=on) if can_draw() else None,
        print_url=url_for("enrolment.print_week", on=on),
        back_url=url_for("enrolment.my_week", on=on),
    )


@blueprint.get("/my-week/picture.png")
@allow(Permission.LEARN)
def my_picture() -> Page:
    """Her week, drawn."""
    shown = _asked()
    title = _("Timetable of %(name)s", name=queries.learner(db(), learner_id()).name)
    span = f"{day_words(shown.first)} — {day_words(shown.last)}"
    drawn = found(draw_days(title, span, _days(shown)) if can_draw() else None)
    return Response(drawn, mimetype="image/png")
