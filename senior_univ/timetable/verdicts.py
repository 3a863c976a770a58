"""Whether what a form asks for can be, before anything is written: the answer while it is filled and of its check button."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, time
from hashlib import sha256
from typing import Any

from sqlalchemy.orm import Session

from senior_univ.core.access import Viewer
from senior_univ.core.errors import DomainError
from senior_univ.network.models import Room
from senior_univ.teaching.models import Teacher
from senior_univ.timetable import actions, cautions
from senior_univ.timetable.class_settings import ClassMove, examine_class
from senior_univ.timetable.models import CourseClass, Lesson
from senior_univ.timetable.refusals import ClashError, conflict_words
from senior_univ.timetable.rules import Meeting, Plan
from senior_univ.timetable.series import Reach, examine_series
from senior_univ.timetable.slots import slot_of_plan


@dataclass(frozen=True)
class Verdict:
    """What was found: a refusal, or what whoever goes on should know.

    ``hindered`` are learners who could not come, each in words; ``stays`` lessons that would not move along, in words.
    """

    refusal: DomainError | None = None
    said: Sequence[Any] = ()
    hindered: Mapping[int, str] = field(default_factory=dict)
    stays: Sequence[tuple[Lesson, Any]] = ()
    first: datetime | None = None
    last: datetime | None = None
    lessons: int = 0

    @property
    def may_override(self) -> bool:
        """Whether a reason would do."""
        return isinstance(self.refusal, ClashError) and self.refusal.may_override

    @property
    def known(self) -> str:
        """A mark of who is hindered: a form that carries it has shown them."""
        return known_mark(self.hindered)


def known_mark(person_ids: Mapping[int, Any] | Sequence[int]) -> str:
    """A short mark of these people; empty for nobody."""
    return sha256(repr(sorted(person_ids)).encode()).hexdigest()[:16] if person_ids else ""


def of_plan(session: Session, plan: Plan, *, override: str = "", by: Viewer) -> Verdict:
    """Whether a class could be opened."""
    try:
        slot, _overridden = actions.examine_plan(session, plan, override=override, by=by)
    except DomainError as refusal:
        return Verdict(refusal)
    return Verdict(
        said=cautions.warnings(session, plan, slot),
        first=slot.meetings[0].starts_at,
        last=slot.meetings[-1].starts_at,
        lessons=len(slot.meetings),
    )


def said_of_opened(session: Session, plan: Plan, opened: CourseClass) -> list[Any]:
    """What whoever has opened a class should know of it."""
    meetings = [Meeting(lesson.starts_at, lesson.ends_at) for lesson in opened.lessons]
    return list(cautions.warnings(session, plan, slot_of_plan(plan, meetings)))


def of_move(
    session: Session,
    lesson: Lesson,
    *,
    starts_at: datetime,
    room: Room,
    teacher: Teacher,
    override: str = "",
    by: Viewer,
) -> Verdict:
    """Whether a lesson could be moved, and who of its learners could not come."""
    try:
        slot, _overridden = actions.examine_move(
            session, lesson, starts_at=starts_at, room=room, teacher=teacher, override=override, by=by
        )
    except DomainError as refusal:
        return Verdict(refusal)
    return Verdict(
        said=cautions.said_cautions(slot, cautions.find_cautions(session, slot)),
        hindered=cautions.learners_met(session, [lesson], slot.meetings),
        first=slot.meetings[0].starts_at,
        last=slot.meetings[0].starts_at,
        lessons=1,
    )


def of_series(
    session: Session,
    lesson: Lesson,
    reach: Reach,
    *,
    starts_at: datetime,
    room: Room,
    teacher: Teacher,
    override: str = "",
    by: Viewer,
) -> Verdict:
    """The same for a lesson with later ones, or with all that are to come: as many queries as for one."""
    try:
        move = examine_series(
            session, lesson, reach, starts_at=starts_at, room=room, teacher=teacher, override=override, by=by
        )
    except DomainError as refusal:
        return Verdict(refusal)
    return replace(
        _of_many(session, move, by), hindered=cautions.learners_met(session, move.lessons, move.slot.meetings)
    )


def _of_many(session: Session, move: ClassMove, by: Viewer) -> Verdict:
    slot = move.slot
    return Verdict(
        said=cautions.said_cautions(slot, cautions.find_cautions(session, slot)),
        stays=[(lesson, conflict_words(session, slot, conflict, by)) for lesson, conflict in move.stayed],
        first=slot.meetings[0].starts_at,
        last=slot.meetings[-1].starts_at,
        lessons=len(move.lessons),
    )


def of_class_move(
    session: Session,
    course_class: CourseClass,
    *,
    weekday: int,
    starts: time,
    override: str = "",
    leave_rest: bool = False,
    by: Viewer,
) -> Verdict:
    """Whether a class could have another time, and which of its lessons would stay as they are."""
    try:
        move = examine_class(
            session, course_class, weekday=weekday, starts=starts, override=override, leave_rest=leave_rest, by=by
        )
    except DomainError as refusal:
        return Verdict(refusal)
    return _of_many(session, move, by)
