"""今日接送单: who of a home goes to which lesson of a day, from where, and by when to begin gathering.

A unit takes its minutes to gather, and every further trip of the lift its own, so that a lesson with five wheelchairs
and a lift for two begins earlier for those who push. Striking somebody writes leave, for her or for a whole unit.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import groupby
from typing import NamedTuple

from flask_babel import lazy_gettext as _l
from sqlalchemy import and_, insert, select, update
from sqlalchemy.orm import Session, contains_eager, joinedload, raiseload

from senior_univ.attendance.events import leave_asked, leave_taken_back
from senior_univ.attendance.models import Leave
from senior_univ.attendance.queries import is_standing, leaves_among
from senior_univ.attendance.rules import STRUCK, UNIT_CLOSED, reason_words
from senior_univ.audit import actions as audit
from senior_univ.care import queries as care
from senior_univ.care.models import AccessNeeds, Quarantine, Residency, Unit
from senior_univ.core import clock
from senior_univ.core.access import Viewer
from senior_univ.core.errors import DomainError
from senior_univ.enrolment.models import Seat
from senior_univ.network.models import Organisation, Venue
from senior_univ.timetable.models import CourseClass, Delivery, Lesson
from senior_univ.timetable.queries import lesson_options

TRIP_MINUTES = 4
"""What every trip of a lift after the first takes besides, there and back."""


@dataclass(frozen=True)
class Rider:
    """Somebody on the list of a lesson."""

    residency: Residency
    needs: AccessNeeds | None
    leave: Leave | None
    takes_wheelchair: bool
    has_escort: bool

    @property
    def is_coming(self) -> bool:
        """Whether she is to be brought."""
        return self.leave is None

    @property
    def is_struck(self) -> bool:
        """Whether it was her home that struck her, which can be undone here."""
        return self.leave is not None and self.leave.reason == STRUCK

    @property
    def why_not(self) -> str:
        """Why she does not come, in words."""
        return reason_words(self.leave.reason) if self.leave else ""

    @property
    def needs_escort(self) -> bool:
        """Whether somebody goes with her."""
        return self.has_escort or bool(self.needs and self.needs.needs_escort)


@dataclass(frozen=True)
class Outing:
    """A lesson to which residents of a unit are brought; ``riders`` by room and bed."""

    lesson: Lesson
    riders: Sequence[Rider]
    gather_at: datetime | None
    trips: int

    @property
    def coming(self) -> list[Rider]:
        """Who is to be brought."""
        return [rider for rider in self.riders if rider.is_coming]

    @property
    def wheelchairs(self) -> int:
        """How many of them use a wheelchair."""
        return sum(rider.takes_wheelchair for rider in self.coming)

    @property
    def escorts(self) -> int:
        """With how many of them somebody goes."""
        return sum(rider.needs_escort for rider in self.coming)


@dataclass(frozen=True)
class UnitList:
    """The list of a unit, or of a home without units; ``closed`` where nobody leaves it that day."""

    unit: Unit | None
    outings: Sequence[Outing]
    closed: Quarantine | None


class Found(NamedTuple):
    """A resident's lesson of the day."""

    lesson: Lesson
    seat: Seat
    residency: Residency


def day_list(session: Session, home: Organisation, day: date, unit_id: int | None = None) -> list[UnitList]:
    """The list of every unit (or of one) of a home that the caller may see; few queries, however many people."""
    found = _found(session, home.id, day, unit_id)
    person_ids = {each.residency.person_id for each in found}
    needs = care.needs_of(session, person_ids)
    leaves = {
        (leave.lesson_id, leave.person_id): leave
        for leave in leaves_among(session, person_ids, {each.lesson.id for each in found})
    }
    lift = lift_of(session, home.id)
    units = [unit for unit in care.units_of(session, home.id) if unit_id in (None, unit.id)]
    closed = care.quarantines_between(session, [unit.id for unit in units], day, day)
    shown: list[Unit | None] = [*units]
    if not units or any(each.residency.unit_id is None for each in found):
        shown.append(None)
    lists = []
    for unit in shown:
        own = [each for each in found if each.residency.unit_id == (unit.id if unit else None)]
        outings = [_outing(list(rows), unit, needs, leaves, lift) for _id, rows in groupby(own, lambda f: f.lesson.id)]
        shut = closed.get(unit.id, ()) if unit else ()
        lists.append(UnitList(unit, outings, shut[0] if shut else None))
    return lists


def _found(session: Session, home_id: int, day: date, unit_id: int | None) -> list[Found]:
    starts, ends = clock.day_bounds(day)
    query = (
        select(Lesson, Seat, Residency)
        .join(Lesson.course_class)
        .join(Seat, and_(Seat.class_id == Lesson.class_id, Seat.ended_at.is_(None)))
        .join(Residency, and_(Residency.person_id == Seat.person_id, Residency.to_on.is_(None)))
        .where(Residency.home_id == home_id, Lesson.starts_at >= starts, Lesson.starts_at < ends)
        .where(Lesson.cancelled_at.is_(None))
        .order_by(Lesson.starts_at, Lesson.id, Residency.bed, Residency.person_id)
        .options(*lesson_options(), joinedload(Residency.person), joinedload(Residency.unit))
    )
    if unit_id is not None:
        query = query.where(Residency.unit_id == unit_id)
    return [Found(*row) for row in session.execute(query)]


def lift_of(session: Session, home_id: int) -> int:
    """How many wheelchairs the home's lift takes at once; 0 where it has none."""
    query = select(Venue.lift_wheelchairs).where(Venue.organisation_id == home_id, Venue.has_lift)
    return session.scalar(query.order_by(Venue.id).limit(1)) or 0


def _outing(
    found: Sequence[Found],
    unit: Unit | None,
    needs: dict[int, AccessNeeds],
    leaves: dict[tuple[int, int], Leave],
    lift: int,
) -> Outing:
    lesson = found[0].lesson
    riders = [
        _rider(each, needs.get(each.residency.person_id), leaves.get((lesson.id, each.residency.person_id)))
        for each in found
    ]
    wheelchairs = sum(rider.takes_wheelchair for rider in riders if rider.is_coming)
    trips = lift_trips(wheelchairs, lift) if unit and _takes_lift(unit, lesson) else 0
    return Outing(lesson, riders, gathering_starts(lesson, unit, trips), trips)


def _rider(found: Found, needs: AccessNeeds | None, leave: Leave | None) -> Rider:
    in_wheelchair = found.seat.takes_wheelchair_place or bool(needs and needs.uses_wheelchair)
    return Rider(found.residency, needs, leave, in_wheelchair, found.seat.has_escort)


def _takes_lift(unit: Unit, lesson: Lesson) -> bool:
    """Whether the way leads to another floor: to the lesson's, or down to the door."""
    is_in_home = lesson.room.venue.organisation_id == unit.home_id
    return unit.floor != (lesson.room.floor if is_in_home else 1)


def lift_trips(wheelchairs: int, lift: int) -> int:
    """How often the lift goes for so many wheelchairs; a home without a lift has none to count."""
    return -(-wheelchairs // lift) if lift else 0


def gathering_starts(lesson: Lesson, unit: Unit | None, trips: int) -> datetime | None:
    """By when to begin bringing a unit together; None where there is no unit, or nobody has to go anywhere."""
    is_online = lesson.is_online or lesson.course_class.delivery is Delivery.ONLINE
    if unit is None or is_online:
        return None
    return lesson.starts_at - timedelta(minutes=unit.gathering_minutes + TRIP_MINUTES * max(0, trips - 1))


def people_of_unit(session: Session, home_id: int, unit_id: int | None) -> Sequence[int]:
    """Who lives in a unit, or without one, today."""
    query = select(Residency.person_id).where(Residency.home_id == home_id, Residency.to_on.is_(None))
    return session.scalars(query.where(Residency.unit_id == unit_id)).all()


def strike(session: Session, person_ids: Collection[int], day: date, *, by: Viewer) -> list[Leave]:
    """These people come to none of their lessons of that day that have not begun; whoever is on leave already stays so.

    Refuses with DomainError nothing_to_strike. The caller has asked whose they are.
    """
    missing = _to_strike(session, person_ids, day)
    if not missing:
        raise DomainError("nothing_to_strike", _l("There is no lesson left that day from which to strike anybody."))
    now = clock.now()
    same = {"reason": STRUCK, "asked_at": now, "asked_by_id": by.person_id}
    rows = [{"lesson_id": lesson_id, "person_id": person_id, **same} for lesson_id, person_id in missing]
    ids = session.scalars(insert(Leave).returning(Leave.id), rows).all()
    leaves = session.scalars(select(Leave).where(Leave.id.in_(ids)).order_by(Leave.id)).all()
    audit.record_all(session, "leave.struck", [(leave, leave.person_id) for leave in leaves], by=by, day=str(day))
    for leave in leaves:
        leave_asked.send(session, leave=leave)
    return list(leaves)


def _to_strike(session: Session, person_ids: Collection[int], day: date) -> list[tuple[int, int]]:
    starts, ends = _rest_of(day)
    on_leave = select(Leave.id).where(Leave.lesson_id == Lesson.id, Leave.person_id == Seat.person_id, is_standing())
    query = (
        select(Lesson.id, Seat.person_id)
        .join(Seat, and_(Seat.class_id == Lesson.class_id, Seat.ended_at.is_(None)))
        .where(Seat.person_id.in_(person_ids), Lesson.starts_at >= starts, Lesson.starts_at < ends)
        .where(Lesson.cancelled_at.is_(None), ~on_leave.exists())
        .order_by(Lesson.id, Seat.person_id)
    )
    return [(lesson_id, person_id) for lesson_id, person_id in session.execute(query)]


def _rest_of(day: date) -> tuple[datetime, datetime]:
    """That day, without what has begun."""
    starts, ends = clock.day_bounds(day)
    return max(starts, clock.now() + timedelta(microseconds=1)), ends


def put_back(session: Session, person_ids: Collection[int], day: date, *, by: Viewer) -> list[Leave]:
    """Undo striking: they come after all to what has not begun. What they asked for themselves stays."""
    starts, ends = _rest_of(day)
    query = (
        select(Leave)
        .join(Leave.lesson)
        .where(Leave.person_id.in_(person_ids), Leave.reason == STRUCK, is_standing())
        .where(Lesson.starts_at >= starts, Lesson.starts_at < ends)
        .order_by(Leave.id)
    )
    leaves = session.scalars(query).all()
    values = {"taken_back_at": clock.now(), "taken_back_by_id": by.person_id}
    session.execute(update(Leave).where(Leave.id.in_([leave.id for leave in leaves])).values(values))
    audit.record_all(session, "leave.taken_back", [(leave, leave.person_id) for leave in leaves], by=by, day=str(day))
    for leave in leaves:
        leave_taken_back.send(session, leave=leave)
    return list(leaves)


def leave_of_closed(session: Session, quarantine: Quarantine) -> Sequence[Leave]:
    """From which lessons elsewhere a closed unit keeps its residents, by day, with each lesson and person."""
    starts, _end = clock.day_bounds(quarantine.from_on)
    _start, ends = clock.day_bounds(quarantine.to_on)
    lives_there = select(Residency.person_id).where(Residency.unit_id == quarantine.unit_id, Residency.to_on.is_(None))
    of_class = contains_eager(Leave.lesson).contains_eager(Lesson.course_class)
    query = (
        select(Leave)
        .join(Leave.lesson)
        .join(Lesson.course_class)
        .where(Leave.person_id.in_(lives_there), Leave.reason == UNIT_CLOSED, is_standing())
        .where(Lesson.starts_at >= starts, Lesson.starts_at < ends)
        .order_by(Lesson.starts_at, Lesson.id, Leave.person_id)
        .options(
            joinedload(Leave.person),
            of_class.joinedload(CourseClass.course),
            of_class.joinedload(CourseClass.organisation),
            raiseload("*"),
        )
    )
    return session.scalars(query).all()
