"""Which other rooms of the same place would take a lesson as it is."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from senior_univ.network.models import Room
from senior_univ.network.queries import hours_of, rooms_of
from senior_univ.timetable.constraints import Constraints, Window
from senior_univ.timetable.models import Holder, Lesson, Occupancy
from senior_univ.timetable.slots import slot_of_lesson


def free_rooms(session: Session, lesson: Lesson, most: int) -> list[Room]:
    """Rooms of the owner of the lesson's room that are free, open and large enough then, the smallest first."""
    rooms = [each for each in rooms_of(session, lesson.room.venue.organisation_id) if each.id != lesson.room_id]
    taken = select(Occupancy.holder_id).where(
        Occupancy.holder == Holder.ROOM,
        Occupancy.holder_id.in_([room.id for room in rooms]),
        Occupancy.starts_at < lesson.ends_at,
        Occupancy.ends_at > lesson.starts_at,
    )
    busy = set(session.scalars(taken))
    hours = hours_of(session, {room.venue_id for room in rooms})
    open_then = [
        room
        for room in rooms
        if room.id not in busy
        and _is_large_enough(room, lesson)
        and _is_open(lesson, [Window(each.weekday, each.opens, each.closes) for each in hours[room.venue_id]])
    ]
    return sorted(open_then, key=lambda room: (room.venue_id != lesson.room.venue_id, room.capacity, room.id))[:most]


def _is_large_enough(room: Room, lesson: Lesson) -> bool:
    course_class = lesson.course_class
    comes = course_class.seats_taken + course_class.escorts_taken
    return room.capacity >= comes and room.wheelchair_places >= course_class.wheelchairs_taken


def _is_open(lesson: Lesson, opening: list[Window]) -> bool:
    slot = slot_of_lesson(lesson)
    known = Constraints(
        slot,
        holidays={},
        opening=opening,
        available=(),
        exceptions=(),
        blocks=(),
        quarantines=(),
        taken={},
        lent=slot.meetings,
        minutes_to={},
    )
    return known.conflict(slot.meetings[0]) is None
