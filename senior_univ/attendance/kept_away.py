"""Leave of who can't come because of what her home wrote down: she is away, her unit is closed, her day is full.

One function makes her leave what it must be, however often it is asked: leave that is missing is added, leave that has
lost its cause is taken back, and her seats are not touched. What somebody took back herself stays taken back. A lesson
for her own home or unit is no matter of leave where the whole of it is not free then: it waits to be settled.
"""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import NamedTuple

from sqlalchemy import and_, insert, or_, select, update
from sqlalchemy.orm import Session

from senior_univ.attendance.models import Leave
from senior_univ.attendance.queries import is_standing
from senior_univ.attendance.rules import AWAY, CARE_DAY, KEPT_AWAY, UNIT_CLOSED
from senior_univ.audit import actions as audit
from senior_univ.care import queries as care
from senior_univ.care.models import Away, CareBlock, Quarantine, Residency
from senior_univ.care.rules import blocks_hit
from senior_univ.core import clock
from senior_univ.enrolment.models import Seat
from senior_univ.timetable.models import CourseClass, Delivery, Lesson

Absence = tuple[int, int]
"""A lesson and a person, by id."""


class Coming(NamedTuple):
    """A lesson to come of somebody's class, with what decides whether she can be there."""

    lesson_id: int
    person_id: int
    starts_at: datetime
    ends_at: datetime
    is_online: bool
    delivery: Delivery
    home_id: int | None
    unit_id: int | None

    @property
    def needs_going_out(self) -> bool:
        """Whether it can't be joined from her room."""
        return self.delivery is Delivery.ON_SITE and not self.is_online


@dataclass(frozen=True)
class HomeFacts:
    """What homes wrote down about these people."""

    residencies: Mapping[int, Residency]
    away: Mapping[int, Sequence[Away]]
    closed: Mapping[int, Sequence[Quarantine]]
    blocks: Mapping[int, Sequence[CareBlock]]


def follow(session: Session, person_ids: Collection[int]) -> dict[int, list[int]]:
    """Make the leave of these people what it must be now; returns {person: lessons from which she is newly on leave}."""
    session.flush()
    residencies = care.residencies_of(session, person_ids)
    kept = _kept(session, person_ids)
    if not residencies and not kept:
        return {}
    coming = _coming(session, person_ids)
    facts = _facts(session, residencies, coming)
    reasons = {(each.lesson_id, each.person_id): reason_to_stay(each, facts) for each in coming}
    wanted = {absence: reason for absence, reason in reasons.items() if reason}
    _take_back(session, [leave_id for absence, leave_id in kept.items() if absence not in wanted])
    return _put_on_leave(session, wanted)


def _coming(session: Session, person_ids: Collection[int]) -> list[Coming]:
    """The lessons to come of the classes in which these people have seats."""
    of_lesson = (Lesson.starts_at, Lesson.ends_at, Lesson.is_online)
    of_class = (CourseClass.delivery, CourseClass.home_id, CourseClass.unit_id)
    query = (
        select(Lesson.id, Seat.person_id, *of_lesson, *of_class)
        .join(Lesson.course_class)
        .join(Seat, and_(Seat.class_id == Lesson.class_id, Seat.ended_at.is_(None)))
        .where(Seat.person_id.in_(person_ids), Lesson.starts_at > clock.now(), Lesson.cancelled_at.is_(None))
        .order_by(Lesson.starts_at, Lesson.id, Seat.person_id)
    )
    return [Coming(*row) for row in session.execute(query)]


def _kept(session: Session, person_ids: Collection[int]) -> dict[Absence, int]:
    """The standing leave from coming lessons that such a cause gave."""
    query = (
        select(Leave.lesson_id, Leave.person_id, Leave.id)
        .join(Leave.lesson)
        .where(Leave.person_id.in_(person_ids), Leave.reason.in_(KEPT_AWAY), Leave.asked_by_id.is_(None))
        .where(is_standing(), Lesson.starts_at > clock.now())
    )
    return {(lesson_id, person_id): leave_id for lesson_id, person_id, leave_id in session.execute(query)}


def _facts(session: Session, residencies: Mapping[int, Residency], coming: Sequence[Coming]) -> HomeFacts:
    if not coming:
        return HomeFacts(residencies, {}, {}, {})
    first, last = clock.local(coming[0].starts_at).date(), clock.local(coming[-1].starts_at).date()
    unit_ids = {each.unit_id for each in residencies.values() if each.unit_id is not None}
    return HomeFacts(
        residencies,
        care.away_between(session, residencies.keys(), first, last),
        care.quarantines_between(session, unit_ids, first, last),
        care.blocks_for(session, residencies.keys(), residencies),
    )


def reason_to_stay(lesson: Coming, facts: HomeFacts) -> str:
    """Why she can't come to a lesson; empty where nothing is known that keeps her."""
    person_id, residency = lesson.person_id, facts.residencies.get(lesson.person_id)
    if residency is None:
        return ""
    starts, ends = clock.local(lesson.starts_at), clock.local(lesson.ends_at)
    day = starts.date()
    if any(is_within(day, each.from_on, each.to_on) for each in facts.away.get(person_id, ())):
        return AWAY
    closed = facts.closed.get(residency.unit_id or 0, ())
    if lesson.needs_going_out and any(is_within(day, each.from_on, each.to_on) for each in closed):
        return UNIT_CLOSED
    hit = blocks_hit(facts.blocks.get(person_id, ()), day.weekday(), starts.time(), ends.time(), day)
    return CARE_DAY if any(_keeps_her_alone(block, lesson) for block in hit) else ""


def is_within(day: date, first: date, last: date | None) -> bool:
    """Whether a day is from, to, both included; without a last day it goes on."""
    return first <= day and (last is None or day <= last)


def _keeps_her_alone(block: CareBlock, lesson: Coming) -> bool:
    """Whether a dated block is a matter of hers, not of the class's: a lasting one refuses the seat itself."""
    if block.to_on is None:
        return False
    is_in_home = lesson.home_id == block.home_id
    return block.person_id is not None or not is_in_home or block.unit_id not in (None, lesson.unit_id)


def _take_back(session: Session, leave_ids: Collection[int]) -> None:
    if leave_ids:
        back = update(Leave).where(Leave.id.in_(leave_ids)).values(taken_back_at=clock.now())
        session.execute(back, execution_options={"synchronize_session": False})


def _put_on_leave(session: Session, wanted: Mapping[Absence, str]) -> dict[int, list[int]]:
    lesson_ids = {lesson_id for lesson_id, _person_id in wanted}
    settled = _settled(session, lesson_ids) if lesson_ids else set()
    missing = {absence: reason for absence, reason in wanted.items() if absence not in settled}
    if missing:
        now = clock.now()
        rows = [
            {"lesson_id": lesson_id, "person_id": person_id, "reason": reason, "asked_at": now}
            for (lesson_id, person_id), reason in missing.items()
        ]
        session.execute(insert(Leave), rows)
        wanted_lessons = select(Lesson).where(Lesson.id.in_({lesson_id for lesson_id, _person_id in missing}))
        lessons = {lesson.id: lesson for lesson in session.scalars(wanted_lessons)}
        audit.record_all(session, "leave.kept_away", [(lessons[each], who) for each, who in missing], by=None)
    found: dict[int, list[int]] = defaultdict(list)
    for lesson_id, person_id in missing:
        found[person_id].append(lesson_id)
    return dict(found)


def _settled(session: Session, lesson_ids: Collection[int]) -> set[Absence]:
    """Who is on leave already, and who said that she comes all the same."""
    said_so = and_(Leave.reason.in_(KEPT_AWAY), Leave.taken_back_by_id.is_not(None))
    query = select(Leave.lesson_id, Leave.person_id).where(Leave.lesson_id.in_(lesson_ids), or_(is_standing(), said_so))
    return {(lesson_id, person_id) for lesson_id, person_id in session.execute(query)}


def closed_out(session: Session, person_ids: Collection[int]) -> dict[int, list[int]]:
    """{person: coming lessons from which her closed unit keeps her}."""
    query = (
        select(Leave.person_id, Leave.lesson_id)
        .join(Leave.lesson)
        .where(Leave.person_id.in_(person_ids), Leave.reason == UNIT_CLOSED, is_standing())
        .where(Lesson.starts_at > clock.now(), Lesson.cancelled_at.is_(None))
        .order_by(Lesson.starts_at, Lesson.id)
    )
    found: dict[int, list[int]] = defaultdict(list)
    for person_id, lesson_id in session.execute(query):
        found[person_id].append(lesson_id)
    return dict(found)
