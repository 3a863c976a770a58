"""A home opens its room to the village: visiting hours and quarantines hold for whoever comes from outside."""

from datetime import date, time
from itertools import chain

from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString
from sqlalchemy.orm import Session

from senior_univ.care.queries import care_day, quarantines_between, units_of
from senior_univ.core import clock
from senior_univ.core.access import Viewer
from senior_univ.core.errors import DomainError
from senior_univ.core.words import day_words
from senior_univ.partnerships import rules
from senior_univ.partnerships.models import Agreement
from senior_univ.timetable import actions as timetable
from senior_univ.timetable import bookings
from senior_univ.timetable.models import RoomBooking
from senior_univ.timetable.rules import Meeting, Plan


def check_time(session: Session, home_id: int, weekday: int, starts: time, minutes: int) -> None:
    """Refuse a weekly time at which nobody from outside may be in the home: outside_visiting."""
    of_home = [block for block in care_day(session, home_id) if not block.unit_id and not block.person_id]
    rules.check_visit(of_home, weekday, starts, minutes)


def lend_room(session: Session, agreement: Agreement, plan: Plan, *, by: Viewer) -> None:
    """Book the home's room for the site at every time of the plan, granted at once.

    DomainError: outside_visiting, quarantine, room_taken.
    """
    check_time(session, agreement.home_id, plan.weekday, plan.starts, plan.minutes)
    meetings = timetable.planned_meetings(session, plan)
    if not meetings:
        return  # opening the class says so in words
    days = [clock.local(meeting.starts_at).date() for meeting in meetings]
    _refuse_quarantine(session, agreement.home_id, days)
    booking = _booking_of(agreement, plan, meetings[0], (days[-1] - days[0]).days // (7 * plan.every_weeks) + 1, by)
    session.add(booking)
    session.flush()
    bookings.grant_booking(session, booking, by=by)


def _booking_of(agreement: Agreement, plan: Plan, first: Meeting, weeks: int, by: Viewer) -> RoomBooking:
    return RoomBooking(
        room=plan.room,
        organisation_id=agreement.site_id,
        starts_at=first.starts_at,
        ends_at=first.ends_at,
        weeks=weeks,
        every_weeks=plan.every_weeks,
        purpose=plan.course.title,
        asked_at=clock.now(),
        asked_by_id=by.person_id,
    )


def _refuse_quarantine(session: Session, home_id: int, days: list[date]) -> None:
    unit_ids = [unit.id for unit in units_of(session, home_id)]
    standing = chain.from_iterable(quarantines_between(session, unit_ids, days[0], days[-1]).values())
    for each in standing:
        if any(each.from_on <= day <= each.to_on for day in days):
            words = _l(
                "The home is in quarantine until %(day)s; people from outside can come from the day after.",
                day=LazyString(day_words, each.to_on),
            )
            raise DomainError("quarantine", words, field="from_on")
