"""Reads what decides whether people may have a seat: the same few queries for one person as for a hundred.

They are built once, since building them takes longer than running them, and everybody who enrols needs them.
"""

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Select, and_, bindparam, exists, or_, select
from sqlalchemy.orm import Session, aliased, joinedload

from senior_univ.accounts.models import Person
from senior_univ.care import queries as care
from senior_univ.care.models import AccessNeeds, Residency
from senior_univ.catalogue.models import Course
from senior_univ.core import clock
from senior_univ.core.errors import DomainError, NotFoundError
from senior_univ.enrolment.models import Invitation, InvitationAnswer, Seat
from senior_univ.enrolment.places import Places, free_in
from senior_univ.enrolment.rules import Facts, OtherClass, no_place, reason_against
from senior_univ.timetable.models import CourseClass, Holder, Lesson, Occupancy

A_DAY = timedelta(days=1)
"""No lesson lasts longer."""

wanted, hers = aliased(Lesson), aliased(Lesson)

earlier, then = aliased(Seat), aliased(CourseClass)
IS_INVITED = exists().where(
    Invitation.class_id == bindparam("class_id"),
    Invitation.person_id == Person.id,
    or_(Invitation.answer.is_(None), Invitation.answer == InvitationAnswer.ACCEPTED),
)
IS_RETURNING = exists().where(
    earlier.person_id == Person.id, then.id == earlier.class_id, then.first_lesson_at < bindparam("term_begins")
)
"""She had a seat in a class that began before this term; one that she left counts, too."""

PEOPLE: Select[Any, Any, Any, Any, Any, Any] = (  # needs, residency and seat may be None
    select(Person, AccessNeeds, Residency, Seat, IS_INVITED, IS_RETURNING)
    .outerjoin(AccessNeeds, AccessNeeds.person_id == Person.id)
    .outerjoin(Residency, and_(Residency.person_id == Person.id, Residency.to_on.is_(None)))
    .outerjoin(Seat, and_(Seat.person_id == Person.id, Seat.class_id == bindparam("class_id"), Seat.ended_at.is_(None)))
    .where(Person.id.in_(bindparam("person_ids", expanding=True)), Person.ended_at.is_(None))
    .order_by(Person.id)
    .options(joinedload(Residency.unit))
)
PEOPLE_LOCKED = PEOPLE.with_for_update(of=Person, key_share=True)

OTHER_CLASSES = (
    select(
        Occupancy.holder_id,
        CourseClass.id,
        Course.title,
        CourseClass.weekday,
        CourseClass.starts,
        CourseClass.minutes,
        CourseClass.every_weeks,
    )
    .join(
        wanted,
        and_(
            wanted.class_id == bindparam("class_id"),
            wanted.cancelled_at.is_(None),
            wanted.starts_at > bindparam("now"),
            Occupancy.starts_at < wanted.ends_at,
            wanted.starts_at < Occupancy.ends_at,
        ),
    )
    .join(hers, hers.id == Occupancy.lesson_id)
    .join(CourseClass, CourseClass.id == hers.class_id)
    .join(Course, Course.id == CourseClass.course_id)
    .where(
        Occupancy.holder == Holder.PERSON,
        Occupancy.holder_id.in_(bindparam("person_ids", expanding=True)),
        Occupancy.ends_at > bindparam("now"),
        Occupancy.starts_at.between(bindparam("first"), bindparam("last")),  # finds her times by the index on them
        CourseClass.id != bindparam("class_id"),
    )
    .distinct()
)


def facts_of(
    session: Session, course_class: CourseClass, person_ids: Collection[int], *, lock: bool = False
) -> dict[int, Facts]:
    """The facts about each of these people, by id; ``lock`` lets nobody else give one of them a seat meanwhile."""
    begins, _ends = clock.day_bounds(course_class.term.starts_on)
    asked = {"class_id": course_class.id, "person_ids": list(person_ids), "term_begins": begins}
    rows = session.execute(PEOPLE_LOCKED if lock else PEOPLE, asked).all()
    resident_ids = [person.id for person, _, residency, *_ in rows if residency is not None]
    blocks = care.blocks_for(session, resident_ids) if resident_ids else {}
    others = _other_classes(session, course_class, person_ids, clock.now())
    return {
        person.id: Facts(person, needs, residency, seat, blocks.get(person.id, ()), others.get(person.id, ()), *more)
        for person, needs, residency, seat, *more in rows
    }


def _other_classes(
    session: Session, course_class: CourseClass, person_ids: Collection[int], now: datetime
) -> dict[int, list[OtherClass]]:
    """The other classes that each of them has at the time of a coming lesson of this class."""
    around = {"first": now - A_DAY, "last": course_class.last_lesson_at + A_DAY}
    asked = {"class_id": course_class.id, "person_ids": list(person_ids), "now": now} | around
    found: dict[int, list[OtherClass]] = defaultdict(list)
    for person_id, other_id, title, weekday, starts, minutes, every in session.execute(OTHER_CLASSES, asked):
        found[person_id].append(OtherClass(other_id, title, weekday, starts, minutes, every))
    return found


def refusals_of(session: Session, classes: Sequence[CourseClass], person_id: int) -> dict[int, DomainError]:
    """Why she can't have a seat in each of these classes, by their ids: the same few queries for one as for fifty.

    The classes are those in which she has no seat. Where she may have one, the class is not in the answer.
    """
    if not classes:
        return {}
    found: dict[int, DomainError] = {}
    ids, now = [each.id for each in classes], clock.now()
    facts = facts_of(session, classes[0], [person_id]).get(person_id)
    if facts is None:
        raise NotFoundError
    clashes = _clashes(session, ids, person_id, now)
    invited = set(session.scalars(_invited_to(ids, person_id)))
    for each in classes:
        hers = replace(facts, seat=None, others=clashes.get(each.id, ()), is_invited=each.id in invited)
        wanted = Places(seats=1, wheelchairs=int(hers.takes_wheelchair_place(False)))
        no = reason_against(each, hers, asked_wheelchair=False, now=now) or no_place(free_in(each), wanted)
        if no:
            found[each.id] = no
    return found


def _invited_to(class_ids: Collection[int], person_id: int) -> Select[int]:
    stands = or_(Invitation.answer.is_(None), Invitation.answer == InvitationAnswer.ACCEPTED)
    return select(Invitation.class_id).where(
        Invitation.class_id.in_(class_ids), Invitation.person_id == person_id, stands
    )


def _clashes(
    session: Session, class_ids: Collection[int], person_id: int, now: datetime
) -> dict[int, list[OtherClass]]:
    """What she has at the time of a coming lesson of each of these classes."""
    query = (
        select(
            wanted.class_id,
            CourseClass.id,
            Course.title,
            CourseClass.weekday,
            CourseClass.starts,
            CourseClass.minutes,
            CourseClass.every_weeks,
        )
        .select_from(Occupancy)
        .join(wanted, and_(Occupancy.starts_at < wanted.ends_at, wanted.starts_at < Occupancy.ends_at))
        .join(hers, hers.id == Occupancy.lesson_id)
        .join(CourseClass, CourseClass.id == hers.class_id)
        .join(Course, Course.id == CourseClass.course_id)
        .where(
            wanted.class_id.in_(class_ids),
            wanted.cancelled_at.is_(None),
            wanted.starts_at > now,
            Occupancy.holder == Holder.PERSON,
            Occupancy.holder_id == person_id,
            Occupancy.ends_at > now,
        )
        .distinct()
    )
    found: dict[int, list[OtherClass]] = defaultdict(list)
    for class_id, other_id, title, weekday, starts, minutes, every in session.execute(query):
        found[class_id].append(OtherClass(other_id, title, weekday, starts, minutes, every))
    return found


def refusal_for(
    session: Session, course_class: CourseClass, person_id: int, *, wheelchair: bool = False
) -> DomainError | None:
    """Why she can't have a seat as things stand, so that nobody answers questions in vain; None where she can."""
    facts = facts_of(session, course_class, [person_id]).get(person_id)
    if facts is None:
        raise NotFoundError
    refusal = reason_against(course_class, facts, asked_wheelchair=wheelchair, now=clock.now())
    wanted = Places(seats=1, wheelchairs=int(facts.takes_wheelchair_place(wheelchair)))
    return refusal or no_place(free_in(course_class), wanted)
