"""The week of an organisation, a room or a teacher, on the screen and on paper."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from flask import request, url_for
from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import joinedload

from senior_univ.accounts.models import Person
from senior_univ.core import clock
from senior_univ.core.forms import clean_text
from senior_univ.core.permissions import Permission
from senior_univ.core.web import Page, allow, db, found, number_asked, render, signed_in
from senior_univ.core.words import day_words
from senior_univ.network.models import Organisation, Room, Venue
from senior_univ.network.queries import organisation_for
from senior_univ.teaching.models import Teacher
from senior_univ.timetable import queries, weeks
from senior_univ.timetable.views.blueprint import blueprint
from senior_univ.timetable.views.scopes import day_asked, organisation_asked, organisations_to_choose, planner


@dataclass(frozen=True)
class Shown:
    """Whose week it is."""

    organisation: Organisation
    room: Room | None = None
    teacher: Teacher | None = None

    @property
    def name(self) -> str:
        """Of the room, the teacher or the organisation."""
        if self.room is not None:
            return f"{self.room.venue.name} {self.room.name}"
        return self.teacher.person.name if self.teacher is not None else self.organisation.name

    @property
    def asked(self) -> dict[str, Any]:
        """Query parameters that lead here again."""
        if self.room is not None:
            return {"room": self.room.id}
        return {"teacher": self.teacher.id} if self.teacher is not None else {"organisation": self.organisation.id}

    def lessons(self, first: date) -> list[queries.LessonRow]:
        """The lessons of the seven days from ``first``."""
        return queries.lesson_rows(db(), *weeks.week_bounds(first), **self._scope())

    def _scope(self) -> queries.Scope:
        if self.room is not None:
            return {"room_id": self.room.id}
        if self.teacher is not None:
            return {"teacher_id": self.teacher.id}
        is_home = self.organisation.is_care_home
        return {"home_id": self.organisation.id} if is_home else {"organisation_id": self.organisation.id}


def shown_asked() -> Shown | None:
    """Whose week is asked for; NotFoundError where the viewer may not see it, None where she must choose."""
    if room_id := number_asked("room"):
        room = found(db().get(Room, room_id, options=[joinedload(Room.venue)]))
        return Shown(_organisation(room.venue.organisation_id), room=room)
    if teacher_id := number_asked("teacher"):
        return _of_teacher(found(db().get(Teacher, teacher_id, options=[joinedload(Teacher.person)])))
    if organisation := organisation_asked(Permission.SEE_CLASSES):
        return Shown(organisation)
    own = select(Teacher).where(Teacher.person_id == signed_in().person_id).options(joinedload(Teacher.person))
    teacher = db().scalar(own)
    return _of_teacher(teacher) if teacher else None


def _of_teacher(teacher: Teacher) -> Shown:
    is_herself = teacher.person_id == signed_in().person_id
    organisation = db().get(Organisation, teacher.organisation_id) if is_herself else None
    return Shown(organisation or _organisation(teacher.organisation_id), teacher=teacher)


def _organisation(organisation_id: int) -> Organisation:
    return organisation_for(db(), planner(), Permission.SEE_CLASSES, organisation_id)


def _link(lesson_id: int) -> str:
    return url_for("timetable.lesson", lesson_id=lesson_id)


def week_words(first: date) -> str:
    """The seven days from ``first``, in words."""
    last = first + timedelta(days=6)
    return _("%(first)s to %(last)s", first=day_words(first), last=day_words(last))


@blueprint.get("/week")
@allow(Permission.SEE_CLASSES)
def week() -> Page:
    """The week in which ``?on=`` lies: of an organisation with its rooms, of a room, or of a teacher."""
    shown = shown_asked()
    if shown is None:
        text = clean_text(request.args.get("q")) or ""
        choices = organisations_to_choose(Permission.SEE_CLASSES, text)
        return render(
            "timetable/choose.html", choices=choices, text=text, endpoint="timetable.week", title=_("The week")
        )
    first = clock.week_start(day_asked())
    return render(
        "timetable/week.html",
        shown=shown,
        first=first,
        caption=f"{shown.name}: {week_words(first)}",
        days=week_days(shown, first, _link),
        previous_url=url_for("timetable.week", on=first - timedelta(days=7), **shown.asked),
        next_url=url_for("timetable.week", on=first + timedelta(days=7), **shown.asked),
        rooms=_rooms(shown.organisation),
        teachers=_teachers(shown.organisation),
        may_choose=bool(planner().posts),
        may_plan=signed_in().may(Permission.PLAN_CLASSES),
    )


def week_days(shown: Shown, first: date, link: Callable[[int], str] | None = None) -> list[weeks.Day]:
    """The seven days from ``first`` with their lessons; ``link`` makes a lesson's address."""
    holidays = queries.holidays_between(db(), first, first + timedelta(days=6))
    return weeks.days_of(shown.lessons(first), first, holidays=holidays, link=link, shown=shown.organisation.name)


def _rooms(organisation: Organisation) -> list[tuple[int, str]]:
    """The rooms in use: id and name."""
    rooms = select(Room.id, Venue.name, Room.name).join(Room.venue).where(Venue.organisation_id == organisation.id)
    ordered = rooms.where(Room.closed_at.is_(None)).order_by(Venue.name, Room.name, Room.id)
    return [(room_id, f"{venue} {name}") for room_id, venue, name in db().execute(ordered)]


def _teachers(organisation: Organisation) -> list[tuple[int, str]]:
    """The teachers who have not retired: id and name."""
    teachers = select(Teacher.id, Person.name).join(Teacher.person).where(Teacher.organisation_id == organisation.id)
    ordered = teachers.where(Teacher.retired_on.is_(None)).order_by(Person.name, Teacher.id)
    return [(teacher_id, name) for teacher_id, name in db().execute(ordered)]


@blueprint.get("/week/print")
@allow(Permission.SEE_CLASSES)
def print_week() -> Page:
    """The same week on one sheet, A4 across, in large type for the wall."""
    shown = found(shown_asked())
    first = clock.week_start(day_asked())
    days = week_days(shown, first)
    return render(
        "timetable/print_week.html",
        shown=shown,
        days=[day for day in days if day.lessons or day.day.weekday() < 5],
        caption=week_words(first),
        back_url=url_for("timetable.week", on=first, **shown.asked),
    )
