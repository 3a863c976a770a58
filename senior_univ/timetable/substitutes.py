"""Who could step in where a lesson's teacher can't come: teaches the subject, is free, is near, has hours left.

All teachers of the county are looked at in a fixed number of queries; what stands against each is looked at in memory, as
for any change of a lesson. The organisation's own come first; another's is taken once her site has said yes.
"""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString
from sqlalchemy import and_, or_, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session, contains_eager, joinedload

from senior_univ.audit.actions import record
from senior_univ.core import clock
from senior_univ.core.access import Viewer
from senior_univ.core.errors import DomainError
from senior_univ.network.models import Organisation, Room, TravelMode, TravelTime, Venue
from senior_univ.network.queries import below
from senior_univ.network.rules import distance_km, travel_minutes
from senior_univ.teaching.models import SUBJECT_LEVEL_LABELS, SubjectLevel, Teacher, TeacherSubject
from senior_univ.teaching.queries import availability_of, exceptions_of, standing
from senior_univ.timetable import events
from senior_univ.timetable.actions import lock_lesson
from senior_univ.timetable.cautions import home_of
from senior_univ.timetable.constraints import Constraints
from senior_univ.timetable.models import Holder, Lesson, Occupancy
from senior_univ.timetable.refusals import TAKEN_JUST_NOW
from senior_univ.timetable.slots import Taken, slot_of_lesson

COUNTY = 6
"""Digits of a county's code."""
MOST_SHOWN = 8
FAR_AWAY = 24 * 60


@dataclass(frozen=True)
class Substitute:
    """Somebody who can step in: why, how many minutes she rides (None: unknown), minutes of her week that are left."""

    teacher: Teacher
    reasons: Sequence[LazyString]
    minutes_away: int | None
    hours_left: float
    is_own: bool


@dataclass(frozen=True)
class Ways:
    """How far everything is from one venue."""

    here: Venue
    points: Mapping[int, tuple[float, float] | None]
    written: Mapping[int, int]

    def from_venue(self, venue_id: int | None, mode: TravelMode) -> int | None:
        """Minutes from another venue; None where nobody knows."""
        if venue_id is None or venue_id == self.here.id:
            return 0 if venue_id else None
        if venue_id in self.written:
            return self.written[venue_id]
        return self._minutes(self.points.get(venue_id), mode)

    def from_home(self, teacher: Teacher) -> int | None:
        """Minutes from where a teacher starts in the morning."""
        return self._minutes(home_of(teacher), teacher.travel_mode)

    def _minutes(self, point: tuple[float, float] | None, mode: TravelMode) -> int | None:
        km = distance_km(point, self.here.point)
        return None if km is None else travel_minutes(km, mode)


def ways_to(session: Session, here: Venue, venue_ids: Collection[int]) -> Ways:
    """How far these venues are from one, in one query."""
    one, other = TravelTime.one_id, TravelTime.other_id
    pair = or_(and_(one == here.id, other == Venue.id), and_(other == here.id, one == Venue.id))
    located = select(Venue.id, Venue.latitude, Venue.longitude, TravelTime.minutes).outerjoin(TravelTime, pair)
    rows = session.execute(located.where(Venue.id.in_(venue_ids))).all()
    points = {
        row.id: None if row.latitude is None or row.longitude is None else (row.latitude, row.longitude) for row in rows
    }
    return Ways(here, points, {row.id: row.minutes for row in rows if row.minutes is not None})


def find_substitutes(session: Session, lesson: Lesson, most: int = MOST_SHOWN) -> list[Substitute]:
    """Who could teach a lesson instead, the nearest of the own organisation first; ``most`` of them."""
    levels = _who_teaches(session, lesson)
    teachers = {teacher.id: teacher for teacher, _level in levels}
    day = clock.local(lesson.starts_at).date()
    monday = clock.week_start(day)
    taken = _taken_in_week(session, teachers, monday)
    here = lesson.room.venue
    ways = ways_to(session, here, {row.venue_id for rows in taken.values() for row in rows if row.venue_id})
    windows, exceptions = availability_of(session, teachers), exceptions_of(session, teachers, day, day)
    found = []
    for teacher, level in levels:
        known = _constraints(lesson, teacher, taken[teacher.id], ways)
        known = replace(known, available=windows[teacher.id], exceptions=exceptions[teacher.id])
        if known.conflict(known.slot.meetings[0]) is None:
            found.append(_substitute(lesson, teacher, level, known, ways))
    return sorted(found, key=_best_first)[:most]


def _who_teaches(session: Session, lesson: Lesson) -> list[tuple[Teacher, SubjectLevel]]:
    """The county's teachers of the lesson's subject who may be given one, with their level."""
    day, course_class = clock.local(lesson.starts_at).date(), lesson.course_class
    may = (Teacher.promised_at.is_not(None), standing(day), Organisation.closed_on.is_(None))
    is_checked = (Teacher.check_expires_on.is_(None)) | (Teacher.check_expires_on >= day)
    rows = session.execute(
        select(Teacher, TeacherSubject.level)
        .join(TeacherSubject, TeacherSubject.teacher_id == Teacher.id)
        .join(Teacher.organisation)
        .where(TeacherSubject.subject_id == course_class.course.subject_id, Teacher.id != lesson.teacher_id)
        .where(below(Organisation.region_code, course_class.region_code[:COUNTY]), is_checked, *may)
        .options(joinedload(Teacher.person), contains_eager(Teacher.organisation))
        .order_by(Teacher.id)
    )
    return [(teacher, level) for teacher, level in rows]


def _taken_in_week(session: Session, teacher_ids: Collection[int], monday: date) -> Mapping[int, list[Taken]]:
    """What takes each of these teachers in a week, in order, with where it is."""
    rows = session.execute(
        select(
            Occupancy.holder,
            Occupancy.holder_id,
            Occupancy.starts_at,
            Occupancy.ends_at,
            Occupancy.lesson_id,
            Occupancy.booking_id,
            Room.venue_id,
        )
        .join(Lesson, Lesson.id == Occupancy.lesson_id)
        .join(Room, Room.id == Lesson.room_id)
        .where(
            Occupancy.holder == Holder.TEACHER,
            Occupancy.holder_id.in_(teacher_ids),
            Occupancy.starts_at >= clock.day_bounds(monday)[0],
            Occupancy.starts_at < clock.day_bounds(monday + timedelta(days=6))[1],
        )
        .order_by(Occupancy.starts_at)
    )
    taken: dict[int, list[Taken]] = defaultdict(list)
    for row in rows:
        taken[row.holder_id].append(Taken(*row))
    return taken


def _constraints(lesson: Lesson, teacher: Teacher, rows: Sequence[Taken], ways: Ways) -> Constraints:
    """What may stand against this teacher; the room and the day are as they were."""
    by_day: dict[date, list[Taken]] = defaultdict(list)
    for row in rows:
        by_day[clock.local(row.starts_at).date()].append(row)
    slot = slot_of_lesson(lesson, teacher=teacher)
    away = {row.venue_id: ways.from_venue(row.venue_id, teacher.travel_mode) for row in rows if row.venue_id}
    return Constraints(
        slot,
        holidays={},
        opening=(),
        available=(),
        exceptions=(),
        blocks=(),
        quarantines=(),
        taken=by_day,
        lent=slot.meetings,
        minutes_to={venue_id: minutes for venue_id, minutes in away.items() if minutes is not None},
    )


def _substitute(lesson: Lesson, teacher: Teacher, level: SubjectLevel, known: Constraints, ways: Ways) -> Substitute:
    day = clock.local(lesson.starts_at).date()
    minutes = _minutes_away(lesson.starts_at, known.taken.get(day, ()), teacher, ways)
    left = teacher.hours_a_week * 60 - known.minutes_taught.get(clock.week_start(day), 0)
    is_own = teacher.organisation_id == lesson.course_class.organisation_id
    said = [
        _l("Teaches it: %(level)s", level=SUBJECT_LEVEL_LABELS[level]),
        _l("Free at that time"),
        _l("Nobody has entered how far she has to come") if minutes is None else _way_said(minutes),
        _l("%(hours)s hours of her week are left", hours=f"{left / 60:g}"),
    ]
    return Substitute(teacher, said, minutes, left / 60, is_own)


def _way_said(minutes: int) -> LazyString:
    return _l("%(minutes)d minutes away", minutes=minutes) if minutes else _l("In the house already")


def _minutes_away(starts_at: datetime, rows: Sequence[Taken], teacher: Teacher, ways: Ways) -> int | None:
    """From her lesson before on that day, else from her home."""
    before = [row for row in rows if row.ends_at <= starts_at]
    return ways.from_venue(before[-1].venue_id, teacher.travel_mode) if before else ways.from_home(teacher)


def _best_first(each: Substitute) -> tuple[bool, int, float, int]:
    minutes = FAR_AWAY if each.minutes_away is None else each.minutes_away
    return not each.is_own, minutes, -each.hours_left, each.teacher.id


def take_substitute(
    session: Session, lesson: Lesson, teacher_id: int, *, by: Viewer, seen: str | None = None
) -> Lesson:
    """Let somebody step in for once, of another organisation, too; refuses whoever is no substitute (any more)."""
    lock_lesson(session, lesson, seen)
    if lesson.starts_at <= clock.now():
        raise DomainError("lesson_begun", _l("This lesson has begun already; it can no longer be moved."))
    session.execute(select(Teacher.id).where(Teacher.id == teacher_id).with_for_update(key_share=True))
    chosen = next(
        (each for each in find_substitutes(session, lesson, most=10_000) if each.teacher.id == teacher_id), None
    )
    if chosen is None:
        raise DomainError("no_substitute", _l("She is no longer free at that time. Please choose somebody else."))
    old_teacher_id = lesson.teacher_id
    _give(session, lesson, old_teacher_id, teacher_id)
    lesson.teacher = chosen.teacher
    record(session, "lesson.substituted", lesson, by=by, was=old_teacher_id, becomes=teacher_id)
    events.lesson_moved.send(
        session,
        lesson=lesson,
        old_starts_at=lesson.starts_at,
        old_room_id=lesson.room_id,
        old_teacher_id=old_teacher_id,
    )
    return lesson


def _give(session: Session, lesson: Lesson, old_id: int, new_id: int) -> None:
    held = (Occupancy.lesson_id == lesson.id, Occupancy.holder == Holder.TEACHER, Occupancy.holder_id == old_id)
    try:
        with session.begin_nested():
            session.execute(update(Occupancy).where(*held).values(holder_id=new_id))
    except IntegrityError as error:
        raise DomainError("taken_just_now", TAKEN_JUST_NOW) from error
