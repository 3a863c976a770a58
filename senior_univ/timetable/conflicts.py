"""What stands against a time in a room with a teacher.

The kinds of conflicts are looked at in ``constraints``, what only warns in ``cautions``, who may override what is in
``overrides``, free times are found in ``nearest``, and the words are in ``refusals``.
"""

from collections.abc import Sequence
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from senior_univ.core import clock
from senior_univ.timetable import rules
from senior_univ.timetable.calendars import days_of
from senior_univ.timetable.checks import teacher_problem
from senior_univ.timetable.constraints import read_constraints
from senior_univ.timetable.models import ClassAssistant, Lesson, Override
from senior_univ.timetable.rules import Meeting, Plan
from senior_univ.timetable.slots import Conflict, Kind, Slot, slot_of_class, slot_of_lesson, slot_of_plan

__all__ = [
    "Conflict",
    "Kind",
    "Slot",
    "conflicts_of_lesson",
    "find_all",
    "find_conflicts",
    "helpers_of",
    "slot_of",
    "slot_of_class",
    "slot_of_lesson",
]


def span_of(meetings: Sequence[Meeting]) -> tuple[date, date]:
    """The first and the last local day of meetings."""
    days = [clock.local(meeting.starts_at).date() for meeting in meetings]
    return min(days), max(days)


def find_all(session: Session, slot: Slot) -> list[Conflict]:
    """Everything that stands against the slot's meetings, meeting by meeting, the gravest first."""
    if not slot.meetings:
        return []
    constraints = read_constraints(session, slot, *span_of(slot.meetings))
    return [conflict for meeting in slot.meetings for conflict in constraints.against(meeting)]


def find_conflicts(session: Session, slot: Slot) -> list[Conflict]:
    """What stands against the slot's meetings, in their order, the gravest thing for each."""
    gravest: dict[Meeting, Conflict] = {}
    for conflict in find_all(session, slot):
        gravest.setdefault(conflict.meeting, conflict)
    return list(gravest.values())


def slot_of(session: Session, plan: Plan) -> Slot:
    """The meetings that a plan makes on the days on which its organisation teaches, in its room with its teacher."""
    days = days_of(session, plan.course.organisation_id, plan.term.starts_on, plan.term.ends_on)
    return slot_of_plan(plan, rules.planned_meetings(plan, clock.now(), days))


def helpers_of(session: Session, class_id: int) -> Sequence[int]:
    """The teachers who help in a class, beside its own: they are taken with it."""
    return session.scalars(select(ClassAssistant.teacher_id).where(ClassAssistant.class_id == class_id)).all()


def conflicts_of_lesson(session: Session, lesson: Lesson) -> list[Conflict]:
    """What stands against a lesson where and when it is, save what was overridden for it."""
    overridden = session.scalars(select(Override.code).where(Override.lesson_id == lesson.id))
    helpers = helpers_of(session, lesson.class_id)
    slot = slot_of_lesson(lesson, helper_ids=helpers, overrides=frozenset(overridden))
    day, meeting = clock.local(lesson.starts_at).date(), slot.meetings[0]
    problem = teacher_problem(lesson.teacher, day, day)
    barred = [Conflict(problem.code, "teacher", meeting, problem)] if problem else []
    return [*barred, *find_all(session, slot)]
