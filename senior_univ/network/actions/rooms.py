"""Venues, their rooms and their opening hours."""

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import time
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import select
from sqlalchemy.orm import Session

from senior_univ.audit.actions import record
from senior_univ.core import clock
from senior_univ.core.access import Viewer
from senior_univ.core.errors import DomainError
from senior_univ.core.words import weekday_words
from senior_univ.network.events import opening_hours_changed, room_changed, room_closing, venue_closing
from senior_univ.network.models import OpeningHours, Organisation, Region, Room, Sharing, Venue
from senior_univ.network.queries import below
from senior_univ.network.rules import distance_km, is_same_area

FARTHEST_KM = 100
"""No county is wider."""


@dataclass(frozen=True, kw_only=True)
class VenueDetails:
    """What is written about a venue; ``address`` in words that a driver understands."""

    name: str
    region_code: str
    sms_name: str = ""
    address: str = ""
    has_lift: bool = False
    lift_wheelchairs: int = 1
    latitude: float | None = None
    longitude: float | None = None
    sharing: Sharing = Sharing.OWN


@dataclass(frozen=True, kw_only=True)
class RoomDetails:
    """What is written about a room."""

    name: str
    capacity: int
    wheelchair_places: int = 0
    floor: int = 1
    is_step_free: bool = False
    has_seat_toilet: bool = False
    has_heating: bool = True
    has_cooling: bool = False
    has_microphone: bool = False
    has_screen: bool = False
    has_camera: bool = False


def add_venue(session: Session, organisation: Organisation, details: VenueDetails, *, by: Viewer) -> Venue:
    """A new venue of an organisation; DomainError ``unknown_region``, ``venue_elsewhere``, ``far_away`` or ``name_taken``."""
    _check_venue(session, organisation, details)
    venue = Venue(**asdict(details), organisation_id=organisation.id)
    session.add(venue)
    record(session, "venue.added", venue, by=by)
    return venue


def change_venue(session: Session, venue: Venue, details: VenueDetails, *, by: Viewer) -> Venue:
    """Write ``details`` over a venue; DomainError as for a new one."""
    _check_venue(session, venue.organisation, details, venue.id)
    _write(venue, details)
    record(session, "venue.changed", venue, by=by)
    return venue


def close_venue(session: Session, venue: Venue, *, by: Viewer) -> Venue:
    """Close a venue and its rooms."""
    venue_closing.send(session, venue=venue)
    for room in session.scalars(select(Room).where(Room.venue_id == venue.id, Room.closed_at.is_(None))):
        close_room(session, room, by=by)
    venue.closed_at = clock.now()
    record(session, "venue.closed", venue, by=by)
    return venue


def add_room(session: Session, venue: Venue, details: RoomDetails, *, by: Viewer) -> Room:
    """A new room; DomainError ``no_capacity``, ``wheelchairs_over_capacity`` or ``name_taken``."""
    _check_room(session, venue.id, details)
    room = Room(**asdict(details), venue_id=venue.id)
    session.add(room)
    record(session, "room.added", room, by=by)
    return room


def change_room(session: Session, room: Room, details: RoomDetails, *, by: Viewer) -> Room:
    """Write ``details`` over a room; DomainError as for a new one."""
    _check_room(session, room.venue_id, details, room.id)
    _write(room, details)
    record(session, "room.changed", room, by=by)
    room_changed.send(session, room=room)
    return room


def close_room(session: Session, room: Room, *, by: Viewer) -> Room:
    """Close a room."""
    room_closing.send(session, room=room)
    room.closed_at = clock.now()
    record(session, "room.closed", room, by=by)
    room_changed.send(session, room=room)
    return room


def add_opening_hours(
    session: Session, venue: Venue, weekdays: Iterable[int], opens: time, closes: time, *, by: Viewer
) -> list[OpeningHours]:
    """Open a venue on weekdays (0 is Monday); DomainError ``end_before_start`` or ``hours_overlap``."""
    if opens >= closes:
        raise DomainError("end_before_start", _l("The end must be after the beginning."), field="closes")
    standing = list(session.scalars(select(OpeningHours).where(OpeningHours.venue_id == venue.id)))
    added = []
    for weekday in sorted(set(weekdays)):
        if any(each.weekday == weekday and each.opens < closes and opens < each.closes for each in standing):
            words = _l("%(weekday)s: there are hours at that time already.", weekday=weekday_words(weekday))
            raise DomainError("hours_overlap", words, field="weekdays")
        added.append(OpeningHours(venue_id=venue.id, weekday=weekday, opens=opens, closes=closes))
    session.add_all(added)
    record(session, "venue.hours_added", venue, by=by, weekdays=[each.weekday for each in added])
    opening_hours_changed.send(session, venue=venue)
    return added


def remove_opening_hours(session: Session, hours: OpeningHours, *, by: Viewer) -> None:
    """Take one opening time away."""
    venue = session.get(Venue, hours.venue_id)
    record(session, "venue.hours_removed", venue, by=by, weekday=hours.weekday)
    session.delete(hours)
    opening_hours_changed.send(session, venue=venue)


def _write(row: Venue | Room, details: VenueDetails | RoomDetails) -> None:
    for name, value in asdict(details).items():
        setattr(row, name, value)


def _check_venue(session: Session, organisation: Organisation, details: VenueDetails, itself: int = 0) -> None:
    region = session.get(Region, details.region_code)
    if region is None:
        words = _l("There is no region with the code %(code)s here.", code=details.region_code)
        raise DomainError("unknown_region", words, field="place")
    if not is_same_area(organisation.region_code, region.code):
        raise DomainError("venue_elsewhere", _l("A venue is in its organisation's own county."), field="place")
    _check_lift(details)
    _check_position(session, details, itself)
    venues = select(Venue.id).where(
        Venue.organisation_id == organisation.id,
        Venue.name == details.name,
        Venue.closed_at.is_(None),
        Venue.id != itself,
    )
    _refuse_taken_name(session, venues)


def _check_lift(details: VenueDetails) -> None:
    if details.has_lift and details.lift_wheelchairs < 1:
        words = _l(
            "A lift that takes no wheelchair is none for these people. Please untick it, or say how many it takes."
        )
        raise DomainError("lift_takes_none", words, field="lift_wheelchairs")


def _check_position(session: Session, details: VenueDetails, itself: int) -> None:
    """Refuse a position far from every venue of the same county: a digit is wrong, or the numbers are of elsewhere."""
    if details.latitude is None or details.longitude is None:
        return
    point = (details.latitude, details.longitude)
    others = session.scalars(
        select(Venue).where(
            below(Venue.region_code, details.region_code[:6]), Venue.latitude.is_not(None), Venue.id != itself
        )
    )
    ways = [(km, other.name) for other in others if (km := distance_km(point, other.point)) is not None]
    if ways and min(ways)[0] > FARTHEST_KM:
        km, name = min(ways)
        words = _l(
            "That is %(km)d kilometres from %(venue)s in the same county. Please look at the numbers again.",
            km=km,
            venue=name,
        )
        raise DomainError("far_away", words, field="position")


def _check_room(session: Session, venue_id: int, details: RoomDetails, itself: int = 0) -> None:
    if details.capacity < 1:
        raise DomainError("no_capacity", _l("A room takes at least one person."), field="capacity")
    if not 0 <= details.wheelchair_places <= details.capacity:
        words = _l("There cannot be more wheelchair places than places.")
        raise DomainError("wheelchairs_over_capacity", words, field="wheelchair_places")
    rooms = select(Room.id).where(
        Room.venue_id == venue_id, Room.name == details.name, Room.closed_at.is_(None), Room.id != itself
    )
    _refuse_taken_name(session, rooms)


def _refuse_taken_name(session: Session, same: Any) -> None:
    if session.scalar(same.limit(1)):
        raise DomainError("name_taken", _l("This name is taken here. Please choose another one."), field="name")
