"""What stands against many lessons at once: everything is read in a number of queries that does not grow with them."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from senior_univ.care.models import CareBlock, Quarantine
from senior_univ.care.queries import home_blocks, quarantines_between
from senior_univ.core import clock
from senior_univ.network.models import OpeningHours, Room
from senior_univ.network.queries import hours_of
from senior_univ.teaching.models import Availability, AvailabilityException
from senior_univ.teaching.queries import availability_of, exceptions_of
from senior_univ.timetable.constraints import Constraints, Window
from senior_univ.timetable.models import ClassAssistant, Holder, Lesson, Occupancy, Override
from senior_univ.timetable.slots import Taken, slot_of_lesson

Key = tuple[Holder, int]
"""A room or teacher: what kind, and its id."""


@dataclass(frozen=True)
class Facts:
    """What is known about many lessons; ``taken`` and ``helpers`` (by class) only where they are asked for."""

    opening: Mapping[int, Sequence[OpeningHours]]
    windows: Mapping[int, Sequence[Availability]]
    exceptions: Mapping[int, Sequence[AvailabilityException]]
    blocks: Mapping[tuple[int, int | None], Sequence[CareBlock]]
    quarantines: Mapping[int, Sequence[Quarantine]]
    overridden: Mapping[int, frozenset[str]]
    taken: Mapping[Key, Sequence[Taken]] = field(default_factory=dict)
    helpers: Mapping[int, Sequence[int]] = field(default_factory=dict)


def read_facts(
    session: Session, lessons: Sequence[Lesson], first: date, last: date, *, with_taken: bool = False
) -> Facts:
    """What is known of these lessons' rooms, teachers and homes from ``first`` to ``last``, both included."""
    teacher_ids = {lesson.teacher_id for lesson in lessons}
    units = {unit_id for lesson in lessons if (unit_id := lesson.course_class.unit_id)}
    homes = {(lesson.course_class.home_id, lesson.course_class.unit_id) for lesson in lessons}
    helpers = _helpers(session, lessons) if with_taken else {}
    return Facts(
        hours_of(session, {lesson.room.venue_id for lesson in lessons}),
        availability_of(session, teacher_ids),
        exceptions_of(session, teacher_ids, first, last),
        {(home, unit): home_blocks(session, home, unit) for home, unit in homes if home is not None},
        quarantines_between(session, units, first, last),
        _overridden(session, lessons),
        _taken(session, lessons, helpers, first, last) if with_taken else {},
        helpers,
    )


def _overridden(session: Session, lessons: Sequence[Lesson]) -> dict[int, frozenset[str]]:
    found: dict[int, set[str]] = defaultdict(set)
    wanted = select(Override.lesson_id, Override.code).where(Override.lesson_id.in_([lesson.id for lesson in lessons]))
    for lesson_id, code in session.execute(wanted):
        found[lesson_id].add(code)
    return {lesson_id: frozenset(codes) for lesson_id, codes in found.items()}


def _helpers(session: Session, lessons: Sequence[Lesson]) -> dict[int, list[int]]:
    found: dict[int, list[int]] = defaultdict(list)
    wanted = select(ClassAssistant.class_id, ClassAssistant.teacher_id)
    for class_id, teacher_id in session.execute(
        wanted.where(ClassAssistant.class_id.in_({each.class_id for each in lessons}))
    ):
        found[class_id].append(teacher_id)
    return found


def _taken(
    session: Session, lessons: Sequence[Lesson], helpers: Mapping[int, Sequence[int]], first: date, last: date
) -> dict[Key, list[Taken]]:
    teachers = {each.teacher_id for each in lessons} | {each for group in helpers.values() for each in group}
    held = ((Holder.ROOM, {each.room_id for each in lessons}), (Holder.TEACHER, teachers))
    found: dict[Key, list[Taken]] = defaultdict(list)
    for holder, ids in held:
        rows = session.execute(
            select(
                Occupancy.holder, Occupancy.holder_id, Occupancy.starts_at, Occupancy.ends_at,
                Occupancy.lesson_id, Occupancy.booking_id, Room.venue_id,
            )
            .outerjoin(Lesson, Lesson.id == Occupancy.lesson_id)
            .outerjoin(Room, Room.id == Lesson.room_id)
            .where(Occupancy.holder == holder, Occupancy.holder_id.in_(ids))
            .where(Occupancy.starts_at < clock.day_bounds(last)[1], Occupancy.ends_at > clock.day_bounds(first)[0])
            .order_by(Occupancy.starts_at)
        )  # fmt: skip
        for row in rows:
            found[row.holder, row.holder_id].append(Taken(*row))
    return found


def constraints_of(lesson: Lesson, facts: Facts) -> Constraints:
    """What may stand against a lesson with its room and teacher; its way and week are left out."""
    course_class = lesson.course_class
    helpers = facts.helpers.get(lesson.class_id, ())
    slot = slot_of_lesson(lesson, helper_ids=helpers, overrides=facts.overridden.get(lesson.id, frozenset()))
    keys = ((Holder.ROOM, lesson.room_id), *((Holder.TEACHER, each) for each in (lesson.teacher_id, *helpers)))
    taken: dict[date, list[Taken]] = defaultdict(list)
    for row in (row for key in keys for row in facts.taken.get(key, ())):
        taken[clock.local(row.starts_at).date()].append(row)
    return Constraints(
        slot,
        holidays={},
        opening=[Window(each.weekday, each.opens, each.closes) for each in facts.opening[lesson.room.venue_id]],
        available=facts.windows[lesson.teacher_id],
        exceptions=facts.exceptions[lesson.teacher_id],
        blocks=facts.blocks.get((course_class.home_id or 0, course_class.unit_id), ()),
        quarantines=facts.quarantines.get(course_class.unit_id or 0, ()),
        taken=taken,
        lent=slot.meetings,
        minutes_to={},
    )
