"""Counting places in a class: each change is one conditional UPDATE, so that no two processes give the last one twice.

A learner takes a seat, one in a wheelchair a wheelchair place besides; an escort takes no seat, but room. What is held
is kept for somebody who was offered it, and free for nobody else. Who waits, and in what order, is known above.
"""

from collections.abc import Iterable
from typing import NamedTuple, Self

from sqlalchemy import ColumnElement, and_, or_, select, update
from sqlalchemy.orm import Session

from senior_univ.network.models import Room
from senior_univ.timetable.models import CourseClass

AS_WRITTEN = {"synchronize_session": False}
"""Rows changed by a condition are not looked for among those in memory."""
COUNTERS = (
    "capacity",
    "wheelchair_places",
    "seats_taken",
    "wheelchairs_taken",
    "escorts_taken",
    "seats_held",
    "wheelchairs_held",
    "escorts_held",
)
IN_USE = CourseClass.seats_taken + CourseClass.seats_held
ESCORTS = CourseClass.escorts_taken + CourseClass.escorts_held
WHEELCHAIRS = CourseClass.wheelchairs_taken + CourseClass.wheelchairs_held
ROOM = select(Room.capacity).where(Room.id == CourseClass.room_id).correlate(CourseClass).scalar_subquery()
"""How many people the class's room holds, learners and escorts together."""


class Places(NamedTuple):
    """So many seats, wheelchair places among them, and escorts besides."""

    seats: int = 0
    wheelchairs: int = 0
    escorts: int = 0

    @classmethod
    def of(cls, people: Iterable[tuple[bool, bool]]) -> Self:
        """The places of people, each given as (in a wheelchair, with an escort)."""
        each = list(people)
        return cls(len(each), sum(wheelchair for wheelchair, _ in each), sum(escort for _, escort in each))

    def plus(self, more: Self) -> Self:
        """These places and others."""
        return type(self)(*(one + another for one, another in zip(self, more, strict=True)))

    def counted(self, suffix: str, sign: int = 1) -> dict[str, ColumnElement[int]]:
        """The values of an UPDATE that adds these places to the counters ``…_taken`` or ``…_held``."""
        return {
            f"{name}_{suffix}": getattr(CourseClass, f"{name}_{suffix}") + sign * number
            for name, number in zip(("seats", "wheelchairs", "escorts"), self, strict=True)
            if number
        }


class Free(NamedTuple):
    """What is free in a class: ``people`` is what room there is for learners and escorts together, never less than seats."""

    seats: int
    wheelchairs: int
    people: int

    def fits(self, wanted: Places) -> bool:
        """Whether all these places can be had."""
        return wanted.wheelchairs <= self.wheelchairs and not self.lacks_seats(wanted)

    def lacks_seats(self, wanted: Places) -> bool:
        """Whether seats are too few for it, or the room too small for the escorts."""
        return wanted.seats > self.seats or wanted.seats + wanted.escorts > self.people

    def less(self, wanted: Places) -> "Free":
        """What is left when these places are given."""
        people = self.people - wanted.seats - wanted.escorts
        return Free(min(self.seats - wanted.seats, people), self.wheelchairs - wanted.wheelchairs, people)

    def more(self, given: Places) -> "Free":
        """What there is when these places are given back."""
        return self.less(Places(-given.seats, -given.wheelchairs, -given.escorts))


def free_in(course_class: CourseClass) -> Free:
    """What is free by the counters in memory."""
    held = course_class.seats_taken + course_class.seats_held
    people = course_class.room.capacity - held - course_class.escorts_taken - course_class.escorts_held
    return Free(min(course_class.capacity - held, people), course_class.wheelchairs_free, people)


def is_full() -> ColumnElement[bool]:
    """Condition on CourseClass: no seat is free, or escorts fill the room."""
    return or_(CourseClass.capacity <= IN_USE, and_(ESCORTS > 0, IN_USE + ESCORTS >= ROOM))


def is_free(wanted: Places) -> list[ColumnElement[bool]]:
    """Conditions on CourseClass: these places can be had."""
    conditions = [IN_USE + wanted.seats <= CourseClass.capacity]
    conditions.append(IN_USE + ESCORTS + wanted.seats + wanted.escorts <= ROOM)
    if wanted.wheelchairs:
        conditions.append(WHEELCHAIRS + wanted.wheelchairs <= CourseClass.wheelchair_places)
    return conditions


def _change(
    session: Session, class_id: int, values: dict[str, ColumnElement[int]], *conditions: ColumnElement[bool]
) -> bool:
    if not values:
        return True
    changed = update(CourseClass).where(CourseClass.id == class_id, *conditions).values(values)
    return session.scalar(changed.returning(CourseClass.id), execution_options=AS_WRITTEN) is not None


def take(session: Session, class_id: int, wanted: Places) -> bool:
    """Count these places as taken if all of them are free at this moment: one statement decides."""
    return _change(session, class_id, wanted.counted("taken"), CourseClass.cancelled_at.is_(None), *is_free(wanted))


def give_back(session: Session, class_id: int, given: Places) -> None:
    """Places that were taken are free again."""
    _change(session, class_id, given.counted("taken", -1))


def hold(session: Session, class_id: int, wanted: Places) -> bool:
    """Keep these places for somebody if all of them are free at this moment: one statement decides."""
    return _change(session, class_id, wanted.counted("held"), CourseClass.cancelled_at.is_(None), *is_free(wanted))


def let_go(session: Session, class_id: int, held: Places) -> None:
    """Places that were held are free again."""
    _change(session, class_id, held.counted("held", -1))


def turn_into_taken(session: Session, class_id: int, held: Places) -> None:
    """Places that were held are taken now by those for whom they were kept."""
    _change(session, class_id, held.counted("held", -1) | held.counted("taken"))


def read_counters(session: Session, course_class: CourseClass, *, lock: bool = False) -> None:
    """Make the counters in memory those of the database; ``lock`` lets nobody else change them until the end."""
    session.refresh(course_class, [*COUNTERS, "cancelled_at"], with_for_update={"key_share": True} if lock else None)
