"""Copying a term: its classes with their teachers and, on their consent, its learners.

Each chosen class is opened anew in the later term as any class is: in the same room with the same teacher on the same
weekday, without that term's holidays. What can't be opened is left out and said in words; the others stand. Their
learners are invited, and their places are kept for an answer (see ``invitations``). A preview is the same act, undone.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import Select, select
from sqlalchemy.orm import Session, contains_eager, joinedload, selectinload

from senior_univ.accounts.queries import build_viewer
from senior_univ.audit import actions as audit
from senior_univ.core import clock
from senior_univ.core.access import Viewer
from senior_univ.core.errors import DomainError, NotFoundError
from senior_univ.core.permissions import Permission
from senior_univ.enrolment import invitations
from senior_univ.enrolment.models import Invitation, TermCopy, TermCopyPart
from senior_univ.network.models import Organisation
from senior_univ.network.queries import organisation_scope
from senior_univ.timetable import actions as timetable_actions
from senior_univ.timetable import queries as timetable
from senior_univ.timetable.checks import DECIDE_BEFORE
from senior_univ.timetable.models import CourseClass, Term
from senior_univ.timetable.rules import Plan

MOST_WORDS = 400


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
        every_weeks=old.every_weeks,
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


def begin_copy(
    session: Session, owner: Organisation, new: Term, classes: Sequence[CourseClass], *, with_learners: bool, by: Viewer
) -> TermCopy:
    """Note what is to be copied; ``copy_next`` does it class by class, so that nothing is lost when it is stopped."""
    copy = TermCopy(
        organisation=owner,
        old_term_id=classes[0].term_id,
        new_term=new,
        with_learners=with_learners,
        asked_at=clock.now(),
        asked_by_id=by.person_id,
        parts=[TermCopyPart(class_id=each.id) for each in classes],
    )
    session.add(copy)
    session.flush()
    return copy


def copy_next(session: Session, copy_id: int, *, most: int = 1) -> bool:
    """Copy the next classes of a term that is being copied; False where all is done. Two at once follow each other."""
    copy = session.get_one(TermCopy, copy_id, with_for_update=True, populate_existing=True)
    if copy.done_at is not None:
        return False
    wanted = select(TermCopyPart).where(TermCopyPart.copy_id == copy.id, TermCopyPart.done_at.is_(None))
    parts = session.scalars(wanted.order_by(TermCopyPart.id).limit(most)).all()
    by = build_viewer(session, copy.asked_by_id)
    for part in parts:
        _copy_part(session, copy, part, by)
    if len(parts) < most:
        copy.done_at = clock.now()
    return copy.done_at is None


def _copy_part(session: Session, copy: TermCopy, part: TermCopyPart, by: Viewer) -> None:
    wanted = select(CourseClass).where(CourseClass.id == part.class_id).options(*timetable.class_options())
    old = session.scalars(wanted).one()
    done = copy_classes(session, [old], copy.new_term, with_learners=copy.with_learners, by=by)
    part.done_at = clock.now()
    for made in done.made:
        part.new_class_id, part.invited, part.kept = made.new_id, made.invited, made.kept
    for _old_id, refusal in done.refused:
        words = [refusal.message, *refusal.suggestions]
        part.refusal = " ".join(map(str, words))[:MOST_WORDS]
    session.flush()


def copy_for(session: Session, viewer: Viewer, copy_id: int) -> TermCopy:
    """That copying, of an organisation whose classes the viewer plans, with its classes; else NotFoundError."""
    of_class: tuple[Any, ...] = timetable.class_options()
    wanted = (
        select(TermCopy)
        .join(TermCopy.organisation)
        .where(TermCopy.id == copy_id, organisation_scope(viewer, Permission.PLAN_CLASSES))
        .options(
            contains_eager(TermCopy.organisation),
            joinedload(TermCopy.new_term),
            selectinload(TermCopy.parts).joinedload(TermCopyPart.course_class).options(*of_class),
        )
    )
    found = session.scalar(wanted)
    if found is None:
        raise NotFoundError
    return found


def unfinished(session: Session) -> Sequence[int]:
    """Terms whose copying has begun and is not done."""
    return session.scalars(select(TermCopy.id).where(TermCopy.done_at.is_(None)).order_by(TermCopy.id)).all()


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
