"""Finding a room that others have opened, by place, day and time, and by what is needed of it."""

from dataclasses import dataclass
from typing import NamedTuple

from sqlalchemy import ColumnElement, Select, exists, select
from sqlalchemy.orm import Session, contains_eager

from senior_univ.core.access import Viewer
from senior_univ.core.permissions import Permission
from senior_univ.network.models import Organisation, Region, Room, Venue
from senior_univ.network.queries import below, hours_of, region_paths
from senior_univ.network.rules import Point, distance_km
from senior_univ.timetable.booking_queries import is_shared
from senior_univ.timetable.models import Holder, Occupancy
from senior_univ.timetable.room_days import RoomDays
from senior_univ.timetable.rules import Meeting


@dataclass(frozen=True)
class RoomWish:
    """What is asked of a room; ``place`` is a region's code, without ``meeting`` any time will do."""

    place: str = ""
    meeting: Meeting | None = None
    seats: int = 0
    wheelchairs: int = 0
    is_step_free: bool = False
    has_screen: bool = False
    has_camera: bool = False
    has_microphone: bool = False

    def conditions(self) -> list[ColumnElement[bool]]:
        """On Room and Venue."""
        needs: list[ColumnElement[bool]] = [Room.capacity >= self.seats, Room.wheelchair_places >= self.wheelchairs]
        asked: list[tuple[bool, ColumnElement[bool]]] = [
            (self.is_step_free, Room.is_step_free.is_(True)),
            (self.has_screen, Room.has_screen.is_(True)),
            (self.has_camera, Room.has_camera.is_(True)),
            (self.has_microphone, Room.has_microphone.is_(True)),
        ]
        needs += [has_it for is_asked, has_it in asked if is_asked]
        if self.place:
            needs.append(below(Venue.region_code, self.place))
        if self.meeting:
            needs.append(_is_free(self.meeting))
        return needs


def _is_free(meeting: Meeting) -> ColumnElement[bool]:
    return ~exists().where(
        Occupancy.holder == Holder.ROOM,
        Occupancy.holder_id == Room.id,
        Occupancy.starts_at < meeting.ends_at,
        Occupancy.ends_at > meeting.starts_at,
    )


class SharedRoom(NamedTuple):
    """A room that was found, and how far it is from the viewer's own place in a straight line."""

    room: Room
    km: float | None


def find_rooms(session: Session, viewer: Viewer, wish: RoomWish) -> list[SharedRoom]:
    """The rooms of others that are as wished, the nearest first. Three queries."""
    rooms = session.scalars(
        _of_others(viewer)
        .where(*wish.conditions())
        .options(contains_eager(Room.venue).contains_eager(Venue.organisation))
    ).all()
    if wish.meeting:
        hours = hours_of(session, {room.venue_id for room in rooms})
        rooms = [room for room in rooms if RoomDays(hours[room.venue_id], ()).is_open(wish.meeting)]
    here = _own_point(session, viewer)
    found = [SharedRoom(room, distance_km(here, room.venue.point)) for room in rooms]
    return sorted(found, key=lambda each: (each.km is None, each.km, each.room.venue.name, each.room.name))


def _of_others(viewer: Viewer) -> Select[Room]:
    own = viewer.organisation_ids(Permission.MANAGE_ROOMS)
    query = select(Room).join(Room.venue).join(Venue.organisation)
    return query.where(*is_shared(), Organisation.id.not_in(own))


def _own_point(session: Session, viewer: Viewer) -> Point | None:
    own = viewer.organisation_ids(Permission.MANAGE_ROOMS)
    query = select(Venue).where(Venue.organisation_id.in_(own), Venue.closed_at.is_(None), Venue.latitude.is_not(None))
    venue = session.scalars(query.order_by(Venue.id).limit(1)).first()
    return venue.point if venue else None


def places_with_rooms(session: Session, viewer: Viewer) -> list[tuple[str, str]]:
    """The counties and townships in which others have opened rooms: code and name with what it lies in."""
    codes = session.scalars(_of_others(viewer).with_only_columns(Venue.region_code).distinct()).all()
    wanted = {code[:length] for code in codes for length in (6, 9) if len(code) >= length}
    paths = region_paths(session, sorted(wanted))
    return [(code, _path_words(paths[code])) for code in sorted(paths)]


def _path_words(path: list[Region]) -> str:
    return " ".join(each.spoken_name for each in path[1:] or path)
