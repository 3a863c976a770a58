"""A teacher's own day: where she goes next, who has the key, what to bring, how long the ride is; and her month's hours."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import or_, select
from sqlalchemy.orm import Session, joinedload

from senior_univ.accounts.models import Person, RoleAssignment
from senior_univ.core import clock
from senior_univ.core.access import Viewer
from senior_univ.core.permissions import Role
from senior_univ.network.models import Organisation
from senior_univ.network.queries import travel_minutes_between
from senior_univ.network.rules import distance_km, travel_minutes
from senior_univ.teaching.models import Teacher
from senior_univ.teaching.queries import standing
from senior_univ.timetable import queries
from senior_univ.timetable.cautions import home_of
from senior_univ.timetable.models import ClassAssistant, Lesson, Unsettled
from senior_univ.timetable.settling import TEACHER_CANNOT

KEEPERS = (Role.SITE_MANAGER, Role.CARE_SCHEDULER)
LOOKED_AHEAD = timedelta(days=14)


@dataclass(frozen=True)
class Stop:
    """One lesson of her day: ``minutes`` to ride from where she is before (None: unknown), ``keepers`` hold the key."""

    lesson: Lesson
    minutes: int | None
    keepers: Sequence[Person]
    place: Organisation
    is_open: bool


def teacher_of(session: Session, viewer: Viewer) -> Teacher | None:
    """The viewer as a teacher; None where she is not in the registry."""
    hers = select(Teacher).where(Teacher.person_id == viewer.person_id, standing(clock.today()))
    return session.scalar(hers.options(joinedload(Teacher.person)))


def teaches_in(teacher_id: int) -> Any:
    """Condition on Lesson: she gives it or helps in its class."""
    helped = select(ClassAssistant.class_id).where(ClassAssistant.teacher_id == teacher_id)
    return or_(Lesson.teacher_id == teacher_id, Lesson.class_id.in_(helped))


def lessons_on(session: Session, teacher_id: int, day: date) -> Sequence[Lesson]:
    """Her lessons of a day that stand, in order."""
    starts, ends = clock.day_bounds(day)
    loaded: tuple[Any, ...] = queries.lesson_options()
    wanted = select(Lesson).join(Lesson.course_class).where(teaches_in(teacher_id), Lesson.starts_at >= starts)
    standing_ones = wanted.where(Lesson.starts_at < ends, Lesson.cancelled_at.is_(None))
    return session.scalars(standing_ones.order_by(Lesson.starts_at).options(*loaded)).all()


def next_day(session: Session, teacher_id: int, after: date) -> date | None:
    """The next day after one on which she teaches, within a fortnight."""
    starts, ends = clock.day_bounds(after)[1], clock.day_bounds(after + LOOKED_AHEAD)[1]
    coming = select(Lesson.starts_at).where(
        teaches_in(teacher_id), Lesson.starts_at >= starts, Lesson.starts_at < ends, Lesson.cancelled_at.is_(None)
    )
    first = session.scalar(coming.order_by(Lesson.starts_at).limit(1))
    return clock.local(first).date() if first else None


def stops_of(session: Session, teacher: Teacher, day: date) -> list[Stop]:
    """Her day, stop by stop; a fixed number of queries."""
    lessons = lessons_on(session, teacher.id, day)
    venues = [lesson.room.venue for lesson in lessons]
    minutes = travel_minutes_between(session, {venue.id for venue in venues}, teacher.travel_mode) if venues else {}
    owners = {venue.organisation_id for venue in venues}
    keepers = _keepers(session, owners)
    places = {each.id: each for each in session.scalars(select(Organisation).where(Organisation.id.in_(owners)))}
    on_list = select(Unsettled.lesson_id).where(
        Unsettled.lesson_id.in_([lesson.id for lesson in lessons]),
        Unsettled.code == TEACHER_CANNOT,
        Unsettled.settled_at.is_(None),
    )
    is_open = set(session.scalars(on_list))
    rides = list(_rides(teacher, lessons, minutes))
    return [
        Stop(lesson, ride, keepers.get(venue.organisation_id, []), places[venue.organisation_id], lesson.id in is_open)
        for lesson, venue, ride in zip(lessons, venues, rides, strict=True)
    ]


def _rides(teacher: Teacher, lessons: Sequence[Lesson], minutes: Mapping[tuple[int, int], int]) -> Iterator[int | None]:
    before: int | None = None
    for lesson in lessons:
        venue = lesson.room.venue
        if before is None:
            km = distance_km(home_of(teacher), venue.point)
            yield None if km is None else travel_minutes(km, teacher.travel_mode)
        else:
            yield 0 if before == venue.id else minutes.get((before, venue.id))
        before = venue.id


def _keepers(session: Session, organisation_ids: set[int]) -> dict[int, list[Person]]:
    """Who runs each of these places, and so has its key."""
    rows = session.execute(
        select(RoleAssignment.organisation_id, Person)
        .join(Person, Person.id == RoleAssignment.person_id)
        .where(RoleAssignment.organisation_id.in_(organisation_ids), RoleAssignment.role.in_(KEEPERS))
        .where(RoleAssignment.taken_at.is_(None), Person.ended_at.is_(None))
        .order_by(RoleAssignment.id)
    )
    found: dict[int, list[Person]] = {}
    for organisation_id, person in rows:
        found.setdefault(organisation_id, []).append(person)
    return found


@dataclass(frozen=True)
class HourRow:
    """A lesson that was held, as the statement lists it."""

    lesson: Lesson
    minutes: int
    is_helper: bool


def month_bounds(month: date) -> tuple[date, date]:
    """First and last day of the month in which a day lies."""
    first = month.replace(day=1)
    after = (first + timedelta(days=32)).replace(day=1)
    return first, after - timedelta(days=1)


def hours_of_month(session: Session, teacher: Teacher, month: date) -> list[HourRow]:
    """What a teacher taught and helped in in a month: lessons that are over and were not cancelled."""
    first, last = month_bounds(month)
    starts, ends = clock.day_bounds(first)[0], clock.day_bounds(last)[1]
    loaded: tuple[Any, ...] = queries.lesson_options()
    held = (Lesson.starts_at >= starts, Lesson.starts_at < ends, Lesson.ends_at <= clock.now())
    wanted = (
        select(Lesson).join(Lesson.course_class).where(*held, Lesson.cancelled_at.is_(None), teaches_in(teacher.id))
    )
    lessons = session.scalars(wanted.order_by(Lesson.starts_at).options(*loaded)).all()
    return [
        HourRow(each, (each.ends_at - each.starts_at) // timedelta(minutes=1), each.teacher_id != teacher.id)
        for each in lessons
    ]
