"""What an organisation gave and got in the exchange in a year, in hours and heads: both sides are credited alike."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session, joinedload, selectinload

from senior_univ.attendance.models import TOOK_PART, Attendance
from senior_univ.core import clock
from senior_univ.core.access import Viewer
from senior_univ.core.permissions import Permission
from senior_univ.network.models import Organisation
from senior_univ.network.queries import organisation_scope
from senior_univ.partnerships.models import Agreement, ClassOffer, TransportOffer
from senior_univ.timetable.models import CourseClass, Lesson


@dataclass(frozen=True)
class Held:
    """What was held of a class in a year: lessons, minutes, person-times (人次) and different people (人数)."""

    lessons: int = 0
    minutes: int = 0
    person_times: int = 0
    people: int = 0


@dataclass(frozen=True)
class Credit:
    """One partnership's year: between which two, by agreement or by fetching residents, and what was held."""

    site: Organisation
    home: Organisation
    title: str
    is_ride: bool
    held: Held


@dataclass(frozen=True)
class Sum:
    """An organisation's year."""

    organisation: Organisation
    partnerships: int
    lessons: int
    minutes: int
    person_times: int
    people: int


def year_bounds(year: int) -> tuple[datetime, datetime]:
    """First and last instant of a local year, half-open."""
    return clock.day_bounds(date(year, 1, 1))[0], clock.day_bounds(date(year, 12, 31))[1]


def credits_of(session: Session, organisation_ids: Collection[int], year: int) -> list[Credit]:
    """Every partnership of these organisations of which something was held that year. Six queries."""
    agreements = _agreements(session, organisation_ids)
    rides = _rides(session, organisation_ids)
    riders = {ride.id: {rider.person_id for rider in ride.riders} for ride in rides}
    held = _held(session, [each.class_id for each in agreements if each.class_id], year)
    found = [
        Credit(each.site, each.home, each.offer.course.title, is_ride=False, held=held.get(each.class_id or 0, Held()))
        for each in agreements
    ]
    of_rides = _held_of_riders(session, rides, riders, year)
    found += [
        Credit(ride.course_class.organisation, ride.home, ride.course_class.course.title, True, of_rides[ride.id])
        for ride in rides
    ]
    return [credit for credit in found if credit.held.lessons]


def _agreements(session: Session, organisation_ids: Collection[int]) -> Sequence[Agreement]:
    query = select(Agreement).where(
        or_(Agreement.home_id.in_(organisation_ids), Agreement.site_id.in_(organisation_ids)),
        Agreement.class_id.is_not(None),
    )
    offer = joinedload(Agreement.offer).joinedload(ClassOffer.course)
    options = (joinedload(Agreement.home), joinedload(Agreement.site), offer)
    return session.scalars(query.options(*options).order_by(Agreement.id)).all()


def _rides(session: Session, organisation_ids: Collection[int]) -> Sequence[TransportOffer]:
    of_site = TransportOffer.course_class.has(CourseClass.organisation_id.in_(organisation_ids))
    query = select(TransportOffer).where(
        or_(TransportOffer.home_id.in_(organisation_ids), of_site), TransportOffer.accepted_at.is_not(None)
    )
    taught = joinedload(TransportOffer.course_class)
    options = (
        joinedload(TransportOffer.home),
        taught.joinedload(CourseClass.organisation),
        taught.joinedload(CourseClass.course),
        selectinload(TransportOffer.riders),
    )
    return session.scalars(query.options(*options).order_by(TransportOffer.id)).all()


def _lessons(session: Session, class_ids: Collection[int], year: int) -> dict[int, list[tuple[int, int]]]:
    """The lessons of each class that were held that year: id and minutes."""
    starts, ends = year_bounds(year)
    query = select(Lesson.class_id, Lesson.id, Lesson.starts_at, Lesson.ends_at).where(
        Lesson.class_id.in_(class_ids),
        Lesson.cancelled_at.is_(None),
        Lesson.starts_at >= starts,
        Lesson.starts_at < ends,
        Lesson.ends_at <= clock.now(),
    )
    held: dict[int, list[tuple[int, int]]] = defaultdict(list)
    for class_id, lesson_id, starts_at, ends_at in session.execute(query):
        held[class_id].append((lesson_id, int((ends_at - starts_at).total_seconds()) // 60))
    return held


def _held(session: Session, class_ids: Collection[int], year: int) -> dict[int, Held]:
    lessons = _lessons(session, class_ids, year)
    starts, ends = year_bounds(year)
    took_part = (
        select(Lesson.class_id, func.count(), func.count(func.distinct(Attendance.person_id)))
        .join(Attendance, Attendance.lesson_id == Lesson.id)
        .where(
            Lesson.class_id.in_(class_ids),
            Attendance.kind.in_(TOOK_PART),
            Lesson.cancelled_at.is_(None),
            Lesson.starts_at >= starts,
            Lesson.starts_at < ends,
        )
    )
    counts = {
        class_id: (times, people) for class_id, times, people in session.execute(took_part.group_by(Lesson.class_id))
    }
    return {
        class_id: Held(len(rows), sum(minutes for _id, minutes in rows), *counts.get(class_id, (0, 0)))
        for class_id, rows in lessons.items()
    }


def _held_of_riders(
    session: Session, rides: Sequence[TransportOffer], riders: Mapping[int, set[int]], year: int
) -> dict[int, Held]:
    """Of a class to which residents are fetched only what they took part in counts."""
    lessons = _lessons(session, {ride.class_id for ride in rides}, year)
    ids = [lesson_id for rows in lessons.values() for lesson_id, _minutes in rows]
    people = set().union(*riders.values())
    query = select(Attendance.lesson_id, Attendance.person_id).where(
        Attendance.lesson_id.in_(ids), Attendance.person_id.in_(people), Attendance.kind.in_(TOOK_PART)
    )
    present: dict[int, set[int]] = defaultdict(set)
    for lesson_id, person_id in session.execute(query):
        present[lesson_id].add(person_id)
    return {ride.id: _held_of_ride(lessons.get(ride.class_id, []), present, riders[ride.id]) for ride in rides}


def _held_of_ride(lessons: Sequence[tuple[int, int]], present: Mapping[int, set[int]], riders: set[int]) -> Held:
    came = {lesson_id: present[lesson_id] & riders for lesson_id, _minutes in lessons if lesson_id in present}
    came = {lesson_id: people for lesson_id, people in came.items() if people}
    minutes = sum(length for lesson_id, length in lessons if lesson_id in came)
    return Held(len(came), minutes, sum(map(len, came.values())), len(set().union(*came.values())))


def sums(found: Iterable[Credit], organisation_ids: Collection[int]) -> list[Sum]:
    """Each organisation's year; both sides of a partnership are credited with all of it."""
    by_organisation: dict[int, list[Credit]] = defaultdict(list)
    organisations: dict[int, Organisation] = {}
    for credit in found:
        for side in (credit.site, credit.home):
            if side.id in organisation_ids:
                organisations[side.id] = side
                by_organisation[side.id].append(credit)
    return [sum_of(organisations[key], rows) for key, rows in sorted(by_organisation.items())]


def sum_of(organisation: Organisation, rows: Sequence[Credit]) -> Sum:
    """What an organisation's partnerships come to; somebody in two classes counts in each."""
    return Sum(
        organisation,
        len(rows),
        sum(row.held.lessons for row in rows),
        sum(row.held.minutes for row in rows),
        sum(row.held.person_times for row in rows),
        sum(row.held.people for row in rows),
    )


def own_organisations(session: Session, viewer: Viewer) -> Sequence[Organisation]:
    """The homes and sites for which the viewer takes part in the exchange."""
    ids = viewer.organisation_ids(Permission.SEE_CLASS_REQUESTS)
    return session.scalars(select(Organisation).where(Organisation.id.in_(ids)).order_by(Organisation.id)).all()


def area_ids(session: Session, viewer: Viewer) -> set[int]:
    """Every organisation of the areas for which an officer answers."""
    return set(session.scalars(select(Organisation.id).where(organisation_scope(viewer, Permission.SEE_COVERAGE))))
