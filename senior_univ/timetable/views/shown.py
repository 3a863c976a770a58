"""Whose timetable a staff page shows: of an organisation with its rooms, a home, a unit, a room or a teacher; a week or a day."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

from flask import request, url_for
from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import joinedload

from senior_univ.care.models import Unit
from senior_univ.core import clock
from senior_univ.core.permissions import Permission
from senior_univ.core.web import db, found, number_asked, signed_in
from senior_univ.core.words import day_words, long_day_words
from senior_univ.network.models import Organisation, Room, Venue
from senior_univ.network.queries import is_in_scope, organisation_for
from senior_univ.teaching.models import Teacher
from senior_univ.timetable import booking_queries, calendars, queries, weeks
from senior_univ.timetable.care_weeks import CareScope, with_care
from senior_univ.timetable.views.scopes import day_asked, organisation_asked, planner

DAYS = {"week": 7, "day": 1}


@dataclass(frozen=True)
class Shown:
    """Whose timetable, and which part of it: ``by`` is week or day, ``first`` its first day."""

    organisation: Organisation
    room: Room | None = None
    teacher: Teacher | None = None
    unit: Unit | None = None
    by: str = "week"
    first: date = date.min

    @property
    def name(self) -> str:
        """Of the room, the teacher, the unit or the organisation."""
        if self.room is not None:
            return f"{self.room.venue.name} {self.room.name}"
        if self.unit is not None:
            return f"{self.organisation.name} {self.unit.name}"
        return self.teacher.person.name if self.teacher is not None else self.organisation.name

    @property
    def title(self) -> str:
        """The page's heading."""
        if self.by == "day":
            return _("The day of %(name)s", name=self.name)
        return _("The week of %(name)s", name=self.name)

    @property
    def last(self) -> date:
        """Its last day."""
        return self.first + timedelta(days=DAYS[self.by] - 1)

    @property
    def span(self) -> str:
        """Its days, in words."""
        if self.by == "day":
            return long_day_words(self.first)
        return _("%(first)s to %(last)s", first=day_words(self.first), last=day_words(self.last))

    @property
    def is_now(self) -> bool:
        """Whether today is shown."""
        return self.first <= clock.today() <= self.last

    @property
    def whose(self) -> dict[str, Any]:
        """Query parameters that lead to the same timetable."""
        for name in ("room", "teacher", "unit"):
            if (row := getattr(self, name)) is not None:
                return {name: row.id}
        return {"organisation": self.organisation.id}

    @property
    def asked(self) -> dict[str, Any]:
        """Query parameters that lead here again, but for the day."""
        return self.whose | ({"by": "day"} if self.by == "day" else {})

    def url(self, steps: int) -> str:
        """The address of the week or day so many steps later."""
        return url_for("timetable.week", on=self.first + timedelta(days=steps * DAYS[self.by]), **self.asked)

    @property
    def other_url(self) -> str:
        """The address of the week with this day, or of one day of this week: today where it is in it."""
        on = clock.today() if self.is_now else self.first
        asked = self.whose | ({"by": "day"} if self.by == "week" else {})
        return url_for("timetable.week", on=on, **asked)

    def days(self, link: Callable[[int], str] | None = None, *, is_for_wall: bool = False) -> list[weeks.Day]:
        """Its days with lessons, bookings, care day and what is special; ``link`` makes a lesson's address.

        On a wall nobody is named who is away, and no booking that nobody has granted.
        """
        bounds = weeks.week_bounds(self.first, DAYS[self.by])
        bookings = [row for row in self._bookings(bounds) if row.is_granted or not is_for_wall]
        rows: list[queries.LessonRow | weeks.BookingRow] = [
            *queries.lesson_rows(db(), *bounds, **self._scope()),
            *bookings,
        ]
        rows.sort(key=lambda row: row.starts_at)
        holidays = queries.holidays_between(db(), self.first, self.last)
        days = weeks.days_of(
            rows, self.first, DAYS[self.by], holidays=holidays, link=link, shown=self.organisation.name
        )
        days = self._with_notes(days)
        return with_care(db(), days, self._care(is_for_wall=is_for_wall)) if self._has_care_day else days

    @property
    def _has_care_day(self) -> bool:
        return self.organisation.is_care_home and self.room is None and self.teacher is None

    def _with_notes(self, days: list[weeks.Day]) -> list[weeks.Day]:
        place = self.room.venue if self.room is not None else self.organisation
        special = calendars.special_days(db(), place, self.first, self.last)
        return [day._replace(notes=tuple(map(str, special.get(day.day, ())))) for day in days]

    def _care(self, *, is_for_wall: bool) -> CareScope:
        may_see = is_in_scope(db(), signed_in(), Permission.SEE_RESIDENTS, self.organisation.id)
        return CareScope(self.organisation.id, self.unit, with_people=may_see and not is_for_wall)

    def _bookings(self, bounds: tuple[Any, Any]) -> list[weeks.BookingRow]:
        if self.teacher is not None or self.unit is not None:
            return []
        is_ours = self.organisation.id in signed_in().organisation_ids(Permission.MANAGE_ROOMS)
        link = _booking_link if is_ours else None
        if self.room is not None:
            return booking_queries.booking_rows(db(), *bounds, link, room_id=self.room.id)
        return booking_queries.booking_rows(db(), *bounds, link, owner_id=self.organisation.id)

    def _scope(self) -> queries.Scope:
        if self.room is not None:
            return {"room_id": self.room.id}
        if self.teacher is not None:
            return {"teacher_id": self.teacher.id}
        if self.unit is not None:
            return {"unit_id": self.unit.id}
        is_home = self.organisation.is_care_home
        return {"home_id": self.organisation.id} if is_home else {"organisation_id": self.organisation.id}


def _booking_link(booking_id: int) -> str:
    return url_for("timetable.booking", booking_id=booking_id)


def shown_asked() -> Shown | None:
    """What is asked for; NotFoundError where the viewer may not see it, None where she must choose."""
    whose = _whose_asked()
    if whose is None:
        return None
    by, on = ("day" if request.args.get("by") == "day" else "week"), day_asked()
    return replace(whose, by=by, first=on if by == "day" else clock.week_start(on))


def _whose_asked() -> Shown | None:
    if room_id := number_asked("room"):
        room = found(db().get(Room, room_id, options=[joinedload(Room.venue).joinedload(Venue.organisation)]))
        return Shown(_organisation(room.venue.organisation_id), room=room)
    if unit_id := number_asked("unit"):
        unit = found(db().get(Unit, unit_id))
        return Shown(_organisation(unit.home_id), unit=unit)
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
