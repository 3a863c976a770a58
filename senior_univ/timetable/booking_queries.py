"""Reading bookings of rooms: those of one's own organisation, those of one's own rooms, and what of them waits."""

from collections.abc import Callable, Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, Select, and_, case, func, or_, select
from sqlalchemy.orm import Session, contains_eager, joinedload, selectinload

from senior_univ.core import clock
from senior_univ.core.access import Viewer
from senior_univ.core.errors import NotFoundError
from senior_univ.core.permissions import Permission
from senior_univ.network.models import Organisation, Room, Sharing, Venue
from senior_univ.timetable.models import Occupancy, RoomBooking, Side
from senior_univ.timetable.room_days import asked_days, is_of_our_room, is_ours
from senior_univ.timetable.rules import Meeting
from senior_univ.timetable.weeks import BookingRow

WITH_ROOM = (
    joinedload(RoomBooking.organisation),
    joinedload(RoomBooking.room).joinedload(Room.venue).joinedload(Venue.organisation),
)


def booking_for(session: Session, viewer: Viewer, booking_id: int) -> RoomBooking:
    """That booking with its days, of the viewer's organisation or room; else NotFoundError."""
    found = session.scalar(
        select(RoomBooking)
        .where(RoomBooking.id == booking_id, or_(is_ours(viewer), is_of_our_room(viewer)))
        .options(*WITH_ROOM, selectinload(RoomBooking.days))
    )
    if found is None:
        raise NotFoundError
    return found


def sides_of(session: Session, viewer: Viewer, booking: RoomBooking) -> set[Side]:
    """On which side of a booking the viewer is; somebody with a whole area may be on both."""
    row = session.execute(
        select(is_of_our_room(viewer), is_ours(viewer)).select_from(RoomBooking).where(RoomBooking.id == booking.id)
    ).one()
    return {side for side, is_on in zip((Side.OWNER, Side.GUEST), row, strict=True) if is_on}


def bookings_of(viewer: Viewer, side: Side) -> Select[RoomBooking]:
    """The bookings of the viewer's rooms (the owner's side) or organisations (the guest's); what waits for her comes first."""
    is_mine = is_of_our_room(viewer) if side is Side.OWNER else is_ours(viewer)
    waits = case((RoomBooking.waits_for == side, 0), else_=1)
    query = select(RoomBooking).where(is_mine).options(*WITH_ROOM)
    return query.order_by(waits, RoomBooking.starts_at.desc(), RoomBooking.id.desc())


def _waits_for(viewer: Viewer) -> ColumnElement[bool]:
    """Condition on RoomBooking, its room's venue joined: it waits for an organisation in which the viewer works."""
    own = viewer.organisation_ids(Permission.MANAGE_ROOMS)
    return or_(
        and_(RoomBooking.waits_for == Side.OWNER, Venue.organisation_id.in_(own)),
        and_(RoomBooking.waits_for == Side.GUEST, RoomBooking.organisation_id.in_(own)),
    )


def waiting_bookings(viewer: Viewer) -> Select[RoomBooking]:
    """The bookings that wait for an answer or for notice of those among whom the viewer works; the soonest first."""
    waiting = select(RoomBooking).join(RoomBooking.room).join(Room.venue).where(_waits_for(viewer))
    return waiting.options(*WITH_ROOM).order_by(RoomBooking.starts_at, RoomBooking.id)


def count_waiting(session: Session, viewer: Viewer) -> int:
    """How many those are."""
    if not viewer.may(Permission.MANAGE_ROOMS):
        return 0
    query = waiting_bookings(viewer).with_only_columns(func.count(RoomBooking.id)).order_by(None)
    return session.scalar(query) or 0


def room_to_book(session: Session, room_id: int) -> Room:
    """That room with its venue and owner, where it is in use and open to others; else NotFoundError."""
    found = session.scalar(
        select(Room)
        .join(Room.venue)
        .join(Venue.organisation)
        .where(Room.id == room_id, *is_shared())
        .options(contains_eager(Room.venue).contains_eager(Venue.organisation))
    )
    if found is None:
        raise NotFoundError
    return found


def is_shared() -> tuple[ColumnElement[bool], ...]:
    """Conditions on Room, Venue and Organisation: in use, and opened to others."""
    return (
        Room.closed_at.is_(None),
        Venue.closed_at.is_(None),
        Organisation.closed_on.is_(None),
        Venue.sharing != Sharing.OWN,
    )


def booking_rows(
    session: Session,
    starts: datetime,
    ends: datetime,
    link: Callable[[int], str] | None = None,
    *,
    room_id: int | None = None,
    owner_id: int | None = None,
) -> list[BookingRow]:
    """The days between two instants on which others have a room, or any room of an owner, or ask for it; in order.

    ``link`` makes the address of a booking's page of its id.
    """
    of_room = RoomBooking.room_id == room_id if room_id else Venue.organisation_id == owner_id
    granted = _rows(
        session, of_room, RoomBooking.days.any(and_(Occupancy.starts_at >= starts, Occupancy.starts_at < ends))
    )
    asked = _rows(session, of_room, and_(RoomBooking.waits_for == Side.OWNER, RoomBooking.granted_at.is_(None)))
    rows = [
        _row(booking, Meeting(day.starts_at, day.ends_at), link)
        for booking in granted
        for day in booking.days
        if starts <= day.starts_at < ends
    ]
    rows += [
        _row(booking, day, link) for booking in asked for day in asked_days(booking) if starts <= day.starts_at < ends
    ]
    return sorted(rows, key=lambda row: row.starts_at)


def _rows(session: Session, *conditions: ColumnElement[bool]) -> Sequence[RoomBooking]:
    query = select(RoomBooking).join(RoomBooking.room).join(Room.venue).where(*conditions)
    return session.scalars(
        query.options(
            contains_eager(RoomBooking.room).contains_eager(Room.venue),
            joinedload(RoomBooking.organisation),
            selectinload(RoomBooking.days),
        )
    ).all()


def _row(booking: RoomBooking, day: Meeting, link: Callable[[int], str] | None) -> BookingRow:
    room = booking.room
    return BookingRow(
        *day,
        booking.purpose,
        room.venue.name,
        room.name,
        booking.organisation.name,
        booking.is_granted,
        link(booking.id) if link else None,
    )


def is_coming(booking: RoomBooking) -> bool:
    """Whether any of the days that were asked for is still to come."""
    return asked_days(booking)[-1].ends_at > clock.now()


def standing_bookings(session: Session, which: ColumnElement[bool]) -> list[RoomBooking]:
    """The bookings that are granted or wait for an answer and have a day to come, of those that meet a condition."""
    rows = session.scalars(
        select(RoomBooking).where(which, RoomBooking.declined_at.is_(None), RoomBooking.taken_back_at.is_(None))
    )
    return [booking for booking in rows if is_coming(booking)]
