"""Classes below their least number, and what may be done: merge, move, cancel. Each is looked at before it is done.

Merging gives every learner who may have one a seat in the other class by one act, keeps those seats' wheelchair places
and escorts, and cancels the class: whoever could not go along is told as of any cancelled class, with what is near.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import time, timedelta

from flask_babel import lazy_gettext as _l
from sqlalchemy import Select, select, update
from sqlalchemy.orm import Session, joinedload

from senior_univ.accounts.models import Person
from senior_univ.audit import actions as audit
from senior_univ.care import queries as care
from senior_univ.care import rules as care_rules
from senior_univ.core import clock
from senior_univ.core.access import Viewer
from senior_univ.core.errors import DomainError
from senior_univ.core.permissions import Permission
from senior_univ.enrolment import actions, places, queries, rules
from senior_univ.enrolment.events import learners_moved
from senior_univ.enrolment.facts import facts_of
from senior_univ.enrolment.holding import release_lessons
from senior_univ.enrolment.models import Hand, Seat
from senior_univ.enrolment.places import AS_WRITTEN, Places
from senior_univ.timetable import actions as lessons
from senior_univ.timetable import queries as timetable
from senior_univ.timetable.class_settings import coming_lessons, moved_meetings
from senior_univ.timetable.models import CourseClass, Holder, Lesson, Occupancy
from senior_univ.timetable.rules import Meeting, end_time

MOVED, MERGED = "seat.moved", "class.merged"
MOST_OTHERS = 8


def too_few(viewer: Viewer) -> Select[CourseClass]:
    """The viewer's classes that have fewer learners than they need, the first to be decided first."""
    below = timetable.visible_classes(viewer, Permission.PLAN_CLASSES).where(
        CourseClass.cancelled_at.is_(None),
        CourseClass.last_lesson_at > clock.now(),
        CourseClass.decide_on.is_not(None),
        CourseClass.seats_taken < CourseClass.least_learners,
    )
    return below.order_by(CourseClass.decide_on, CourseClass.id).options(*timetable.class_options())


def due(viewer: Viewer) -> Select[CourseClass]:
    """Those of them whose day of decision has come."""
    return too_few(viewer).where(CourseClass.decide_on <= clock.today())


def classes_to_merge_into(viewer: Viewer, course_class: CourseClass) -> Select[CourseClass]:
    """The viewer's classes of the same subject that have a seat free: those of the same course and place first."""
    others = timetable.visible_classes(viewer, Permission.PLAN_CLASSES).where(
        CourseClass.id != course_class.id,
        CourseClass.cancelled_at.is_(None),
        CourseClass.last_lesson_at > clock.now(),
        CourseClass.term_id == course_class.term_id,
        CourseClass.course.has(subject_id=course_class.course.subject_id),
        *places.is_free(Places(seats=1)),
    )
    same = (
        (CourseClass.course_id == course_class.course_id).desc(),
        (CourseClass.room_id == course_class.room_id).desc(),
    )
    ordered = others.order_by(*same, CourseClass.weekday, CourseClass.starts, CourseClass.id).limit(MOST_OTHERS)
    return ordered.options(*timetable.class_options())


@dataclass(frozen=True)
class Merging:
    """What merging means: who goes along, and who can't and why."""

    seats: Sequence[Seat]
    refused: Sequence[tuple[Person, DomainError]]

    @property
    def movers(self) -> list[Person]:
        """Who has a seat in the other class afterwards."""
        told = {person.id for person, _ in self.refused}
        return [seat.person for seat in self.seats if seat.person_id not in told]


def preview_merge(session: Session, course_class: CourseClass, into: CourseClass, by: Viewer) -> Merging:
    """Who of a class could go along into another, in the order in which they joined."""
    return _weigh(session, course_class, into, by, lock=False)


def _weigh(session: Session, course_class: CourseClass, into: CourseClass, by: Viewer, *, lock: bool) -> Merging:
    seats = _seats(session, course_class)
    facts = facts_of(session, into, [seat.person_id for seat in seats], lock=lock)
    wishes = [
        actions.Wish(_without(facts[seat.person_id], course_class), seat.takes_wheelchair_place, seat.has_escort)
        for seat in seats
        if seat.person_id in facts
    ]
    _rows, refused = actions.decide(into, wishes, Hand.DESK, by, is_admitted=True)
    return Merging(seats, refused)


def _seats(session: Session, course_class: CourseClass) -> Sequence[Seat]:
    standing = select(Seat).where(Seat.class_id == course_class.id, queries.is_standing())
    loaded = joinedload(Seat.person).joinedload(Person.region)
    return session.scalars(standing.order_by(Seat.taken_at, Seat.id).options(loaded)).all()


def _without(facts: rules.Facts, course_class: CourseClass) -> rules.Facts:
    """Her facts when the class that is given up is in nobody's way."""
    return replace(facts, others=[other for other in facts.others if other.class_id != course_class.id])


def merge(session: Session, course_class: CourseClass, into: CourseClass, *, by: Viewer) -> Merging:
    """Move a class's learners into another and cancel it, in one act.

    Refuses with DomainError: same_class, cancelled, over, class_cancelled, class_over, nobody_fits.
    """
    if into.id == course_class.id:
        raise DomainError("same_class", _l("A class can't be merged into itself."))
    session.execute(select(Lesson.id).where(Lesson.class_id == course_class.id).with_for_update(key_share=True)).all()
    people = select(Seat.person_id).where(Seat.class_id == course_class.id, queries.is_standing())
    locked = select(Person.id).where(Person.id.in_(people)).order_by(Person.id).with_for_update(key_share=True)
    session.execute(locked).all()
    for class_id in sorted((course_class.id, into.id)):
        actions.lock_class(session, class_id)
    places.read_counters(session, into)
    for each in (into, course_class):
        if closed := rules.refuse_closed(each, clock.now()):
            raise closed
    merging = _weigh(session, course_class, into, by, lock=True)
    if merging.seats and not merging.movers:
        raise DomainError("nobody_fits", _l("Nobody of this class can go along. Please choose another class."))
    _move_seats(session, course_class, into, merging, by)
    audit.record(session, MERGED, course_class, by=by, into=into.id, moved=len(merging.movers))
    reason = str(_l("Merged into another class"))
    lessons.cancel_class(session, course_class, reason=reason, by=by)
    return merging


def _move_seats(session: Session, course_class: CourseClass, into: CourseClass, merging: Merging, by: Viewer) -> None:
    ids = [person.id for person in merging.movers]
    moving = [seat for seat in merging.seats if seat.person_id in set(ids)]
    if not moving:
        return
    release_lessons(session, course_class.id, ids)
    outcome = actions.take_seats(
        session,
        course_class=into,
        person_ids=ids,
        hand=Hand.DESK,
        by=by,
        wheelchair_ids={seat.person_id for seat in moving if seat.takes_wheelchair_place},
        escort_ids={seat.person_id for seat in moving if seat.has_escort},
        is_admitted=True,
    )
    ended = update(Seat).where(Seat.id.in_([seat.id for seat in moving]))
    session.execute(ended.values(ended_at=clock.now(), ended_by_id=by.person_id), execution_options=AS_WRITTEN)
    given = Places.of((seat.takes_wheelchair_place, seat.has_escort) for seat in moving)
    places.give_back(session, course_class.id, given)
    subjects = [(seat, seat.person_id) for seat in outcome.taken]
    audit.record_all(session, MOVED, subjects, by=by, about=into.course.title)
    learners_moved.send(session, course_class=course_class, into=into, seats=outcome.taken)


def who_cannot(
    session: Session, course_class: CourseClass, weekday: int, starts: time
) -> list[tuple[Person, DomainError]]:
    """Who of a class is not free if all its coming lessons move there: another lesson, or her care day."""
    meetings = moved_meetings(coming_lessons(session, course_class), weekday, starts, course_class.minutes)
    people = queries.people_in(session, course_class.id)
    if not meetings or not people:
        return []
    busy = _busy(session, course_class, [person.id for person in people], meetings)
    blocks = care.blocks_for(session, [person.id for person in people])
    ends = end_time(starts, course_class.minutes)
    found = []
    for person in people:
        hit = care_rules.blocks_hit(blocks.get(person.id, ()), weekday, starts, ends)
        if person.id in busy:
            found.append((person, rules.other_class_then(person.name)))
        elif hit:
            found.append((person, rules.not_free_then(person.name, hit[0])))
    return found


def _busy(
    session: Session, course_class: CourseClass, person_ids: Sequence[int], meetings: Sequence[Meeting]
) -> set[int]:
    own = select(Lesson.id).where(Lesson.class_id == course_class.id)
    taken = select(Occupancy.holder_id, Occupancy.starts_at, Occupancy.ends_at).where(
        Occupancy.holder == Holder.PERSON,
        Occupancy.holder_id.in_(person_ids),
        Occupancy.starts_at < meetings[-1].ends_at,
        Occupancy.ends_at > meetings[0].starts_at,
        Occupancy.lesson_id.not_in(own),
    )
    return {
        person_id
        for person_id, starts_at, ends_at in session.execute(taken)
        if any(meeting.overlaps(starts_at, ends_at) for meeting in meetings)
    }


@dataclass(frozen=True)
class Gone:
    """A class of hers that was cancelled lately, with what is near instead."""

    course_class: CourseClass
    others: Sequence[CourseClass]


def gone_lately(session: Session, person_id: int, *, days: int = 30, most: int = 2) -> list[Gone]:
    """The classes that were cancelled under her within ``days``, each with the nearest ones that have room."""
    first, _ends = clock.day_bounds(clock.today() - timedelta(days=days))
    query = (
        select(CourseClass)
        .join(Seat, Seat.class_id == CourseClass.id)
        .where(
            Seat.person_id == person_id,
            Seat.ended_at == CourseClass.cancelled_at,
            Seat.ended_by_id.is_(None),  # whoever was moved into another class has not lost hers
            CourseClass.cancelled_at >= first,
        )
        .order_by(CourseClass.cancelled_at.desc())
        .limit(most)
        .options(*timetable.class_options())
    )
    return [Gone(each, queries.classes_with_room(session, each)) for each in session.scalars(query).all()]
