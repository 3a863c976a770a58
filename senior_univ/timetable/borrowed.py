"""Lessons in a room that their organisation has booked: while a lesson stands, it holds the room instead of the booking.

The database lets only one hold a room, so a booking's row makes way for the lesson, and comes back where the lesson goes.
"""

from collections.abc import Collection, Iterable, Sequence

from sqlalchemy import delete, insert, select
from sqlalchemy.orm import Session, contains_eager

from senior_univ.core import clock
from senior_univ.network.models import Room
from senior_univ.timetable.models import Holder, Lesson, Occupancy, RoomBooking
from senior_univ.timetable.room_days import asked_days
from senior_univ.timetable.rules import Meeting
from senior_univ.timetable.slots import Slot

STANDING = (
    RoomBooking.granted_at.is_not(None),
    RoomBooking.declined_at.is_(None),
    RoomBooking.taken_back_at.is_(None),
)
"""Conditions on RoomBooking: granted, and neither revoked nor taken back."""


def take_over(session: Session, slot: Slot) -> None:
    """The slot's organisation's bookings of its room leave the times of its meetings."""
    if not slot.is_borrowed or not slot.meetings:
        return
    first, last = min(each.starts_at for each in slot.meetings), max(each.ends_at for each in slot.meetings)
    rows = session.execute(
        select(Occupancy.id, Occupancy.booking_id, Occupancy.starts_at, Occupancy.ends_at)
        .join(RoomBooking, RoomBooking.id == Occupancy.booking_id)
        .where(
            Occupancy.holder == Holder.ROOM,
            Occupancy.holder_id == slot.room.id,
            Occupancy.starts_at < last,
            Occupancy.ends_at > first,
            RoomBooking.organisation_id == slot.owner_id,
        )
    ).all()
    hit = [row for row in rows if any(each.overlaps(row.starts_at, row.ends_at) for each in slot.meetings)]
    session.execute(delete(Occupancy).where(Occupancy.id.in_([row.id for row in hit])))
    for row in hit:
        left = _without(Meeting(row.starts_at, row.ends_at), slot.meetings)
        _write(session, slot.room.id, row.booking_id, left)


def give_back(session: Session, lessons: Sequence[Lesson]) -> None:
    """Lessons no longer hold the room where they were: a booking under which they were held holds it again."""
    bookings = granted(session, {lesson.room_id for lesson in lessons}) if lessons else []
    for lesson in lessons:
        was = Meeting(lesson.starts_at, lesson.ends_at)
        parties = (lesson.room_id, lesson.course_class.organisation_id)
        for booking in bookings:
            if (booking.room_id, booking.organisation_id) == parties and covers(booking, was):
                _write_joined(session, booking, was)


def granted(session: Session, room_ids: Collection[int]) -> Sequence[RoomBooking]:
    """The bookings of these rooms that stand."""
    return session.scalars(select(RoomBooking).where(RoomBooking.room_id.in_(room_ids), *STANDING)).all()


def booked_rooms(session: Session, organisation_id: int) -> list[Room]:
    """The rooms of others that an organisation has booked and may still use, each with its venue."""
    bookings = session.scalars(
        select(RoomBooking)
        .join(RoomBooking.room)
        .where(RoomBooking.organisation_id == organisation_id, *STANDING, Room.closed_at.is_(None))
        .options(contains_eager(RoomBooking.room).joinedload(Room.venue))
        .order_by(Room.name, Room.id)
    )
    now = clock.now()
    rooms = {booking.room_id: booking.room for booking in bookings if asked_days(booking)[-1].ends_at > now}
    return list(rooms.values())


def covers(booking: RoomBooking, span: Meeting) -> bool:
    """Whether a span lies in one of the booking's days."""
    return any(day.starts_at <= span.starts_at and span.ends_at <= day.ends_at for day in asked_days(booking))


def _without(whole: Meeting, gone: Iterable[Meeting]) -> list[Meeting]:
    """What of a span is left without others."""
    left, reached = [], whole.starts_at
    for each in sorted(gone):
        if each.overlaps(*whole):
            if each.starts_at > reached:
                left.append(Meeting(reached, each.starts_at))
            reached = max(reached, each.ends_at)
    return [*left, Meeting(reached, whole.ends_at)] if reached < whole.ends_at else left


def _write(session: Session, room_id: int, booking_id: int | None, spans: Sequence[Meeting]) -> None:
    row = {"holder": Holder.ROOM, "holder_id": room_id, "booking_id": booking_id}
    if spans:
        session.execute(insert(Occupancy), [row | span._asdict() for span in spans])


def _write_joined(session: Session, booking: RoomBooking, span: Meeting) -> None:
    """A span of a booking, as one row with those that touch it."""
    touching = session.execute(
        select(Occupancy.id, Occupancy.starts_at, Occupancy.ends_at).where(
            Occupancy.booking_id == booking.id, Occupancy.starts_at <= span.ends_at, Occupancy.ends_at >= span.starts_at
        )
    ).all()
    session.execute(delete(Occupancy).where(Occupancy.id.in_([row.id for row in touching])))
    starts_at = min([span.starts_at, *(row.starts_at for row in touching)])
    ends_at = max([span.ends_at, *(row.ends_at for row in touching)])
    _write(session, booking.room_id, booking.id, [Meeting(starts_at, ends_at)])
