"""Whose timetable a page of enrolment shows, and which part: the learner's own, or somebody's as her site or home sees it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from flask import request, url_for

from senior_univ.care import queries as care
from senior_univ.core import clock
from senior_univ.core.permissions import Permission
from senior_univ.core.web import db, learner_id, signed_in
from senior_univ.core.words import day_words, long_day_words
from senior_univ.enrolment import queries
from senior_univ.enrolment.absences import absences
from senior_univ.network.queries import is_in_scope
from senior_univ.timetable import queries as timetable
from senior_univ.timetable import weeks
from senior_univ.timetable.care_weeks import with_resident
from senior_univ.timetable.models import Lesson
from senior_univ.timetable.weeks import Day

DAYS = {"week": 7, "day": 1}
EARLIEST, LATEST = date(2000, 1, 1), date(2099, 12, 31)


@dataclass(frozen=True)
class Shown:
    """``by`` is week or day, ``first`` its first day; ``person_id`` whose it is where staff look, None for one's own."""

    by: str
    first: date
    person_id: int | None = None

    @property
    def last(self) -> date:
        """Its last day."""
        return self.first + timedelta(days=DAYS[self.by] - 1)

    @property
    def span(self) -> str:
        """Its days, in words."""
        if self.by == "day":
            return long_day_words(self.first)
        return f"{day_words(self.first)} — {day_words(self.last)}"

    @property
    def asked(self) -> dict[str, Any]:
        """Query parameters that lead here again, but for the day."""
        return {"by": "day"} if self.by == "day" else {}

    def page(self, name: str = "week", **asked: Any) -> str:
        """The address of one of the pages of this timetable: week, print_week, week_pdf."""
        if self.person_id is None:
            own = {"week": "my_week", "print_week": "print_week", "week_pdf": "my_week_pdf"}
            return url_for(f"enrolment.{own[name]}", **asked)
        of_person = {"week": "person_week", "print_week": "print_person_week", "week_pdf": "person_week_pdf"}
        return url_for(f"enrolment.{of_person[name]}", person_id=self.person_id, **asked)

    def url(self, steps: int) -> str:
        """The address of the week or day so many steps later."""
        on = self.first + timedelta(days=steps * DAYS[self.by])
        return self.page(on=on.isoformat(), **self.asked)

    @property
    def other_url(self) -> str:
        """The address of the week with this day, or of one day of this week: today where it is in it."""
        on = clock.today() if self.is_now else self.first
        return self.page(on=on.isoformat(), **({"by": "day"} if self.by == "week" else {}))

    @property
    def is_now(self) -> bool:
        """Whether today is shown."""
        return self.first <= clock.today() <= self.last

    def days(self, *, with_doors: bool = False) -> list[Day]:
        """The days that are shown; a lesson that she asked leave from says so. ``with_doors``: with the ways in online."""
        person_id = self.person_id or learner_id()
        lessons = queries.lessons_of_person(db(), person_id, *weeks.week_bounds(self.first, DAYS[self.by]))
        days = weeks.days_of(
            lessons,
            self.first,
            DAYS[self.by],
            holidays=timetable.holidays_between(db(), self.first, self.last),
            link=_lesson_page if self.person_id else None,
            join=_way_in if with_doors else None,
        )
        away = {lesson_id for lesson_id, _person in absences(db(), [person_id], [lesson.id for lesson in lessons])}
        days = [with_lines(day, lambda line: _on_leave(line, away)) for day in days]
        return self._as_staff_see(days, lessons, person_id) if self.person_id else days

    def _as_staff_see(self, days: list[Day], lessons: Sequence[Lesson], person_id: int) -> list[Day]:
        """With her care day where it is their home; with what other organisations teach her as a taken time only."""
        residency = care.residencies_of(db(), [person_id]).get(person_id)
        if residency and is_in_scope(db(), signed_in(), Permission.SEE_RESIDENTS, residency.home_id):
            days = with_resident(db(), days, residency)
        seen = timetable.lessons_seen(db(), signed_in(), [lesson.id for lesson in lessons])
        return [
            with_lines(day, lambda line: line if line.lesson_id in seen else weeks.taken_line(line)) for day in days
        ]


def with_lines(day: Day, change: Any) -> Day:
    """The day with every line as ``change`` makes it."""
    return day._replace(
        morning=[change(line) for line in day.morning], afternoon=[change(line) for line in day.afternoon]
    )


def _on_leave(line: weeks.LessonLine, away: set[int]) -> weeks.LessonLine:
    if line.lesson_id not in away or line.is_cancelled:
        return line
    return weeks.on_leave_line(line)


def _lesson_page(lesson_id: int) -> str:
    return url_for("timetable.lesson", lesson_id=lesson_id)


def _way_in(lesson_id: int) -> str:
    return url_for("enrolment.join_lesson", lesson_id=lesson_id)


def shown_asked(person_id: int | None = None) -> Shown:
    """What the address asks for; nonsense is this week."""
    by = "day" if request.args.get("by") == "day" else "week"
    try:
        on = min(max(date.fromisoformat(request.args.get("on", "")), EARLIEST), LATEST)
    except ValueError:
        on = clock.today()
    return Shown(by, on if by == "day" else clock.week_start(on), person_id)
