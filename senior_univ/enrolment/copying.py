"""Copying a term: its classes with their teachers and, on their consent, its learners.

Each chosen class is opened anew in the later term as any class is: in the same room with the same teacher on the same
weekday, without that term's holidays. What can't be opened is left out and said in words; the others stand. Their
learners are invited, and their places are kept for an answer (see ``invitations``). A preview is the same act, undone.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import date

from flask_babel import lazy_gettext as _l
from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from senior_univ.audit import actions as audit
from senior_univ.core import clock
from senior_univ.core.access import Viewer
from senior_univ.core.errors import DomainError
from senior_univ.core.permissions import Permission
from senior_univ.enrolment import invitations
from senior_univ.enrolment.models import Invitation
from senior_univ.timetable import actions as timetable_actions
from senior_univ.timetable import queries as timetable
from senior_univ.timetable.checks import DECIDE_BEFORE
from senior_univ.timetable.models import CourseClass, Term
from senior_univ.timetable.rules import Plan


@dataclass(frozen=True)
class Copied:
    """A class as it is or would be in the later term, in plain values, so that it outlives an undone transaction."""

    old_id: int
    title: str
    first_on: date | None = None
    last_on: date | None = None
    lessons: int = 0
    invited: int = 0
    kept: int = 0
    new_id: int | None = None


@dataclass
class Copies:
    """What came of copying: the classes that stand, and those (by the old one's id) that can't be."""

    made: list[Copied] = field(default_factory=list)
    refused: list[tuple[int, DomainError]] = field(default_factory=list)


def classes_to_copy(viewer: Viewer, organisation_id: int, term_id: int) -> Select[CourseClass]:
    """An organisation's classes of a term that were not cancelled, in the week's order."""
    own = timetable.visible_classes(viewer, Permission.PLAN_CLASSES).where(
        CourseClass.organisation_id == organisation_id,
        CourseClass.term_id == term_id,
        CourseClass.cancelled_at.is_(None),
    )
    ordered = own.order_by(CourseClass.weekday, CourseClass.starts, CourseClass.id)
    return ordered.options(*timetable.class_options())


def copied_already(session: Session, class_ids: Collection[int], term: Term) -> set[int]:
    """Which of these classes go on in that term already."""
    made = select(CourseClass.copied_from_id).where(
        CourseClass.copied_from_id.in_(class_ids), CourseClass.term_id == term.id, CourseClass.cancelled_at.is_(None)
    )
    return {each for each in session.scalars(made) if each is not None}


def plan_of(old: CourseClass, term: Term) -> Plan:
    """The class that continues ``old`` in ``term``."""
    return Plan(
        course=old.course,
        term=term,
        teacher=old.teacher,
        room=old.room,
        weekday=old.weekday,
        starts=old.starts,
        minutes=old.minutes,
        capacity=old.capacity,
        wheelchair_places=old.wheelchair_places,
        home_id=old.home_id,
        lessons=old.lessons_planned,
        admission=old.admission,
        least_learners=old.least_learners,
        decide_on=_decide_on(old, term),
        material_costs=old.material_costs,
        copied_from_id=old.id,
        unit_id=old.unit_id,
        delivery=old.delivery,
        join_url=old.join_url,
    )


def _decide_on(old: CourseClass, term: Term) -> date | None:
    """As many days after (or before) the new term's first as it was in the old one."""
    if old.decide_on is None:
        return None
    day = term.starts_on + (old.decide_on - old.term.starts_on)
    return min(max(day, term.starts_on - DECIDE_BEFORE), term.ends_on)


def copy_classes(
    session: Session, classes: Sequence[CourseClass], term: Term, *, with_learners: bool, by: Viewer
) -> Copies:
    """Open these classes anew in ``term``; a class that can't be is left out, with what stands against it in words."""
    done = Copies()
    there = copied_already(session, [old.id for old in classes], term)
    for old in classes:
        if old.id in there:
            done.refused.append((old.id, DomainError("copied_already", _l("This class goes on in that term already."))))
            continue
        try:
            with session.begin_nested():
                done.made.append(_copy(session, old, term, with_learners=with_learners, by=by))
        except DomainError as refusal:
            done.refused.append((old.id, refusal))
    audit.record(session, "term.copied", term, by=by, classes=len(done.made))
    return done


def _copy(session: Session, old: CourseClass, term: Term, *, with_learners: bool, by: Viewer) -> Copied:
    new = timetable_actions.open_class(session, plan_of(old, term), by=by)
    asked: Sequence[Invitation] = ()
    if with_learners:
        people = invitations.learners_before(session, new)
        asked = invitations.invite(session, course_class=new, person_ids=people, by=by).invitations if people else ()
    return Copied(
        old.id,
        old.course.title,
        clock.local(new.first_lesson_at).date(),
        clock.local(new.last_lesson_at).date(),
        new.lessons_planned,
        len(asked),
        sum(each.is_held for each in asked),
        new.id,
    )
