"""Granted bookings under which something has changed: they wait 'to settle' with the lessons, for both of their sides.

Each leaves the list when it fits again, when its days are given up or taken back, or when the owner holds it all the
same, with words for the others.
"""

from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import ColumnElement, Select, and_, func, or_, select
from sqlalchemy.orm import Session, contains_eager, joinedload, selectinload

from senior_univ.audit.actions import record
from senior_univ.core import clock
from senior_univ.core.access import Viewer
from senior_univ.core.errors import DomainError
from senior_univ.core.permissions import Permission
from senior_univ.network.models import Room, Venue
from senior_univ.network.queries import hours_of
from senior_univ.timetable.models import Occupancy, RoomBooking, Side
from senior_univ.timetable.room_days import RoomDays
from senior_univ.timetable.rules import Meeting


def _is_standing() -> ColumnElement[bool]:
    """Condition on RoomBooking: it is granted and has a day to come."""
    return and_(
        RoomBooking.granted_at.is_not(None),
        RoomBooking.declined_at.is_(None),
        RoomBooking.taken_back_at.is_(None),
        RoomBooking.days.any(Occupancy.starts_at > clock.now()),
    )


def recheck(session: Session, *concerned: ColumnElement[bool]) -> int:
    """Look again at the granted bookings of which ``concerned`` (on RoomBooking and Room) is true; how many no longer fit."""
    session.flush()
    query = select(RoomBooking).join(RoomBooking.room).where(_is_standing(), *concerned)
    options = (contains_eager(RoomBooking.room).joinedload(Room.venue), selectinload(RoomBooking.days))
    found = session.scalars(query.options(*options)).all()
    hours = hours_of(session, {booking.room.venue_id for booking in found})
    for booking in found:
        booking.unsettled = _against(booking, RoomDays(hours[booking.room.venue_id], ()))
    return sum(bool(booking.unsettled) for booking in found)


def _against(booking: RoomBooking, known: RoomDays) -> str:
    """Why a booking no longer fits, as the codes of lessons have it; empty where it does."""
    if booking.room.closed_at is not None or booking.room.venue.closed_at is not None:
        return "room_closed"
    return "venue_closed" if closed_days(booking, known) else ""


def closed_days(booking: RoomBooking, known: RoomDays) -> list[Occupancy]:
    """Its coming days on which the place is not open."""
    coming = [day for day in booking.days if day.starts_at > clock.now()]
    return [day for day in coming if not known.is_open(Meeting(day.starts_at, day.ends_at))]


def closed_days_of(session: Session, booking: RoomBooking) -> list[Occupancy]:
    """The same, with the hours read."""
    hours = hours_of(session, [booking.room.venue_id])
    return closed_days(booking, RoomDays(hours[booking.room.venue_id], ()))


def hold_all_the_same(session: Session, booking: RoomBooking, words: str, *, by: Viewer) -> RoomBooking:
    """The owner lets them in although the place would be closed; they read her words. Refuses settled and no_reason."""
    session.refresh(booking, ["unsettled", "declined_at", "taken_back_at"], with_for_update=True)
    if not booking.unsettled or not booking.is_granted:
        raise DomainError("settled", _l("This has been settled meanwhile."))
    if not words.strip():
        raise DomainError("no_reason", _l("Please say how they get in; they read it."), field="answer")
    booking.unsettled, booking.answer, booking.waits_for = "", words.strip(), Side.GUEST
    record(session, "booking.held", booking, by=by, reason=words)
    return booking


def visible_unsettled(viewer: Viewer) -> Select[RoomBooking]:
    """The bookings that the viewer's organisations have to settle, as owner or as guest, the soonest first."""
    own = viewer.organisation_ids(Permission.MANAGE_ROOMS)
    return (
        select(RoomBooking)
        .join(RoomBooking.room)
        .join(Room.venue)
        .where(RoomBooking.unsettled != "", _is_standing())
        .where(or_(Venue.organisation_id.in_(own), RoomBooking.organisation_id.in_(own)))
        .order_by(RoomBooking.starts_at, RoomBooking.id)
        .options(
            contains_eager(RoomBooking.room).contains_eager(Room.venue).joinedload(Venue.organisation),
            joinedload(RoomBooking.organisation),
        )
    )


def count_unsettled(session: Session, viewer: Viewer) -> int:
    """How many those are."""
    ids = visible_unsettled(viewer).order_by(None).options().with_only_columns(RoomBooking.id)
    return session.scalar(select(func.count()).select_from(ids.subquery())) or 0


def follow_opening_hours(session: Session, *, venue: Venue, **_more: Any) -> None:
    """A venue has other hours."""
    recheck(session, Room.venue_id == venue.id)


def follow_room(session: Session, *, room: Room, **_more: Any) -> None:
    """A room has changed."""
    recheck(session, RoomBooking.room_id == room.id)
