"""When what a suspension cancelled is made up: a date is proposed for each lesson, taken one by one or all together.

A made-up lesson is the same lesson at another time. First choice is the class's usual day and time after its last lesson,
within the term; then the usual time on any day after the suspension.
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import chain

from flask_babel import lazy_gettext as _l
from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from senior_univ.audit.actions import record
from senior_univ.core import clock
from senior_univ.core.access import Viewer
from senior_univ.core.errors import DomainError
from senior_univ.core.permissions import Permission
from senior_univ.timetable import calendars, events, queries, rules
from senior_univ.timetable.actions import LESSON_STATE, keep_span
from senior_univ.timetable.calendar_models import Suspension
from senior_univ.timetable.lesson_facts import Facts, constraints_of, read_facts
from senior_univ.timetable.models import CourseClass, Holder, Lesson
from senior_univ.timetable.rules import Meeting
from senior_univ.timetable.slots import Taken
from senior_univ.timetable.suspensions import lessons_of, take_again
from senior_univ.timetable.teaching_days import TeachingDays

DAYS_LOOKED_AT = 21
AT_ONCE = 40
"""Lessons made up before the page comes back."""


@dataclass(frozen=True)
class Proposal:
    """When a lesson could be made up; None where no time was found."""

    lesson: Lesson
    starts_at: datetime | None


def open_lessons(suspension: Suspension, viewer: Viewer) -> Select[Lesson]:
    """What a suspension cancelled, that the viewer plans and nobody has made up yet, class by class."""
    mine = queries.sees_classes(viewer, Permission.PLAN_CLASSES)
    still = lessons_of(suspension).where(Lesson.cancelled_at.is_not(None), CourseClass.cancelled_at.is_(None), mine)
    return still.order_by(None).order_by(Lesson.class_id, Lesson.starts_at)


def progress(session: Session, suspension: Suspension, viewer: Viewer) -> tuple[int, int]:
    """How many of the viewer's cancelled lessons have been made up, and how many there are."""
    mine = (Lesson.suspension_id == suspension.id, queries.sees_classes(viewer, Permission.PLAN_CLASSES))
    counted = select(func.count(), func.count(Lesson.cancelled_at)).select_from(Lesson).join(Lesson.course_class)
    count, still = session.execute(counted.where(*mine)).one()
    return count - still, count


def propose(session: Session, suspension: Suspension, lessons: Sequence[Lesson]) -> list[Proposal]:
    """A time for each of these cancelled lessons, none twice; a number of queries that does not grow with them."""
    if not lessons:
        return []
    first = max(clock.today(), suspension.to_on) + timedelta(days=1)
    ends = session.execute(
        select(CourseClass.id, CourseClass.last_lesson_at).where(
            CourseClass.id.in_({each.class_id for each in lessons})
        )
    )
    last_of = {class_id: clock.local(at).date() for class_id, at in ends}
    term = queries.current_term(session, first)
    last = max(first + timedelta(days=DAYS_LOOKED_AT), term.ends_on if term else first)
    facts = read_facts(session, lessons, clock.week_start(first), last, with_taken=True)
    taken = {key: list(rows) for key, rows in facts.taken.items()}
    days = _days(session, lessons, first, last)
    proposals = []
    for lesson in lessons:
        known = _with_taken(facts, taken)
        candidates = _candidates(lesson, max(first, last_of[lesson.class_id]), first, last, days)
        found = _first_free(lesson, known, candidates)
        proposals.append(Proposal(lesson, found.starts_at if found else None))
        if found:
            _take_in_mind(lesson, facts, taken, found)
    return proposals


def _with_taken(facts: Facts, taken: dict[tuple[Holder, int], list[Taken]]) -> Facts:
    return Facts(
        facts.opening,
        facts.windows,
        facts.exceptions,
        facts.blocks,
        facts.quarantines,
        facts.overridden,
        taken,
        facts.helpers,
    )


def _days(session: Session, lessons: Sequence[Lesson], first: date, last: date) -> dict[int, TeachingDays]:
    owners = {lesson.course_class.organisation_id for lesson in lessons}
    return calendars.days_of_many(session, owners, first, last)


def _candidates(
    lesson: Lesson, after: date, first: date, last: date, days: dict[int, TeachingDays]
) -> Iterator[tuple[date, time]]:
    """Days and times that come into question, the best first."""
    known, at = days[lesson.course_class.organisation_id], clock.local(lesson.starts_at)
    usual = known.of_weekday(after + timedelta(days=1), last, at.weekday())
    others = (first + timedelta(days=number) for number in range(DAYS_LOOKED_AT))
    for day in chain(usual, (day for day in others if not known.is_off(day))):
        yield day, known.begins(day, at.time(), at.date())


def _first_free(lesson: Lesson, facts: Facts, candidates: Iterator[tuple[date, time]]) -> Meeting | None:
    known, now = constraints_of(lesson, facts), clock.now()
    minutes = (lesson.ends_at - lesson.starts_at) // timedelta(minutes=1)
    for day, starts in candidates:
        meeting = rules.meeting_on(day, starts, minutes)
        if known.all_free([meeting], now):
            return meeting
    return None


def _take_in_mind(lesson: Lesson, facts: Facts, taken: dict[tuple[Holder, int], list[Taken]], meeting: Meeting) -> None:
    teachers = (lesson.teacher_id, *facts.helpers.get(lesson.class_id, ()))
    for key in ((Holder.ROOM, lesson.room_id), *((Holder.TEACHER, each) for each in teachers)):
        row = Taken(*key, meeting.starts_at, meeting.ends_at, lesson.id, None, lesson.room.venue_id)
        taken.setdefault(key, []).append(row)


def make_up(session: Session, lesson: Lesson, starts_at: datetime, *, by: Viewer) -> Lesson:
    """Hold a cancelled lesson at another time after all; refuses what has been made up, and a time that is taken."""
    session.refresh(lesson, [*LESSON_STATE, "suspension_id"], with_for_update={"key_share": True})
    if lesson.cancelled_at is None or lesson.suspension_id is None:
        raise DomainError("made_up_already", _l("This lesson has been made up already."))
    if starts_at <= clock.now():
        raise DomainError("in_the_past", _l("That time has passed already."))
    meeting = Meeting(starts_at, starts_at + (lesson.ends_at - lesson.starts_at))
    day = clock.local(starts_at).date()
    facts = read_facts(session, [lesson], day, day, with_taken=True)
    if constraints_of(lesson, facts).conflict(meeting) is not None:
        raise DomainError("not_free", _l("That time is no longer free. Please look at the times again."))
    _hold(session, lesson, meeting, facts, by)
    return lesson


def _hold(session: Session, lesson: Lesson, meeting: Meeting, facts: Facts, by: Viewer) -> None:
    old_starts_at = lesson.starts_at
    lesson.cancelled_at = lesson.cancelled_by_id = None
    lesson.cancel_reason = ""
    lesson.moved_from = lesson.moved_from or old_starts_at
    lesson.starts_at, lesson.ends_at = meeting
    session.flush()
    take_again(session, lesson, facts)
    record(
        session, "lesson.made_up", lesson, by=by, was=old_starts_at.isoformat(), becomes=meeting.starts_at.isoformat()
    )
    events.lesson_moved.send(
        session,
        lesson=lesson,
        old_starts_at=old_starts_at,
        old_room_id=lesson.room_id,
        old_teacher_id=lesson.teacher_id,
    )
    keep_span(session, lesson.course_class)


def make_up_many(session: Session, suspension: Suspension, *, by: Viewer, most: int = AT_ONCE) -> int:
    """Take the proposals for the next ``most`` lessons; how many were made up.

    Those for which no time was found, or whose time somebody else was faster to take, are passed over.
    """
    lessons = session.scalars(open_lessons(suspension, by)).unique().all()
    number = 0
    for proposal in propose(session, suspension, lessons):
        if number < most and proposal.starts_at is not None:
            number += _took(session, proposal.lesson, proposal.starts_at, by)
    return number


def _took(session: Session, lesson: Lesson, starts_at: datetime, by: Viewer) -> bool:
    try:
        with session.begin_nested():
            make_up(session, lesson, starts_at, by=by)
    except DomainError:
        return False
    return True


def classes_open(proposals: Sequence[Proposal]) -> list[tuple[CourseClass, list[Proposal]]]:
    """Proposals by class, in their order."""
    groups: dict[int, list[Proposal]] = defaultdict(list)
    for proposal in proposals:
        groups[proposal.lesson.class_id].append(proposal)
    return [(group[0].lesson.course_class, group) for group in groups.values()]
