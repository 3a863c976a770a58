"""What the timetable has to say when something below it ends: nothing that a coming lesson needs is closed."""

from typing import Any

from flask_babel import lazy_gettext as _l
from flask_babel import lazy_ngettext
from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.orm import Session

from senior_univ.catalogue.models import Course
from senior_univ.core import clock
from senior_univ.core.errors import DomainError
from senior_univ.network.models import Organisation, Room, Venue
from senior_univ.teaching.models import Teacher
from senior_univ.timetable.booking_queries import standing_bookings
from senior_univ.timetable.models import CourseClass, Lesson, RoomBooking


def _refuse_if_needed(session: Session, *needs: ColumnElement[bool]) -> None:
    """DomainError ``still_needed`` where a standing lesson to come meets one of ``needs``; says how many and until when."""
    coming = (
        select(func.count(), func.max(Lesson.starts_at))
        .join(Lesson.course_class)
        .where(Lesson.ends_at > clock.now(), Lesson.cancelled_at.is_(None), or_(*needs))
    )
    count, last = session.execute(coming).one()
    if count:
        words = _l(
            "%(count)d coming lessons still need this, the last on %(day)s. Move or cancel them first.",
            count=count,
            day=clock.local(last).date().isoformat(),
        )
        raise DomainError("still_needed", words)


def _refuse_if_booked(session: Session, *whose: ColumnElement[bool]) -> None:
    """DomainError ``still_booked`` where a booking that meets one of ``whose`` stands or waits for its answer."""
    count = len(standing_bookings(session, or_(*whose)))
    if count:
        words = lazy_ngettext(
            "%(num)d booking by another organisation stands or waits for an answer. Please settle it first.",
            "%(num)d bookings by other organisations stand or wait for an answer. Please settle them first.",
            count,
        )
        raise DomainError("still_booked", words)


def keep_room(session: Session, *, room: Room, **_more: Any) -> None:
    """A room is not closed while lessons are to be held in it, or others have booked it."""
    _refuse_if_needed(session, Lesson.room_id == room.id)
    _refuse_if_booked(session, RoomBooking.room_id == room.id)


def keep_venue(session: Session, *, venue: Venue, **_more: Any) -> None:
    """Nor is a venue."""
    rooms = select(Room.id).where(Room.venue_id == venue.id)
    _refuse_if_needed(session, Lesson.room_id.in_(rooms))
    _refuse_if_booked(session, RoomBooking.room_id.in_(rooms))


def keep_organisation(session: Session, *, organisation: Organisation, **_more: Any) -> None:
    """Nor an organisation that gives classes, or in whose rooms or for whose residents they are given."""
    rooms = select(Room.id).join(Room.venue).where(Venue.organisation_id == organisation.id)
    _refuse_if_needed(
        session,
        CourseClass.organisation_id == organisation.id,
        CourseClass.home_id == organisation.id,
        Lesson.room_id.in_(rooms),
    )
    _refuse_if_booked(session, RoomBooking.room_id.in_(rooms), RoomBooking.organisation_id == organisation.id)


def keep_course(session: Session, *, course: Course, **_more: Any) -> None:
    """Nor a course."""
    _refuse_if_needed(session, CourseClass.course_id == course.id)


def keep_teacher(session: Session, *, teacher: Teacher, **_more: Any) -> None:
    """Nor does a teacher retire before her last lesson."""
    _refuse_if_needed(session, Lesson.teacher_id == teacher.id)
