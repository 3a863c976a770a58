"""What follows for seats and learners' times when a lesson, a class, a residency or a person changes."""

from collections.abc import Collection, Sequence
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from senior_univ.accounts.models import Person
from senior_univ.audit import actions as audit
from senior_univ.care import queries as care
from senior_univ.care import rules as care_rules
from senior_univ.care.models import CareBlock, Residency
from senior_univ.core import clock
from senior_univ.enrolment import invitations, queries
from senior_univ.enrolment.actions import ENDED, end_seat, lock_class
from senior_univ.enrolment.events import class_left_empty, moved_onto_other
from senior_univ.enrolment.holding import has_other_lesson, hold_lesson, release_lesson, release_lessons
from senior_univ.enrolment.models import InvitationAnswer, Seat
from senior_univ.enrolment.places import AS_WRITTEN
from senior_univ.enrolment.rules import not_free_then, other_class_then
from senior_univ.timetable.models import CourseClass, Holder, Lesson, Occupancy
from senior_univ.timetable.rules import Meeting

TRIES = 3
"""Somebody may join another class between our look and our write; the database then refuses, and we look again."""


def follow_move(session: Session, *, lesson: Lesson, **_more: Any) -> None:
    """Learners are taken at the lesson's new time; whoever has another lesson then keeps that one."""
    session.flush()  # the lesson's own change is read by the statements below
    lock_class(session, lesson.class_id)
    clashing: list[int] = []
    for attempt in range(TRIES):
        try:
            with session.begin_nested():
                clashing = _hold_new_time(session, lesson)
        except IntegrityError:
            if attempt == TRIES - 1:
                raise
        else:
            break
    moved_onto_other.send(session, lesson=lesson, person_ids=clashing)


def _hold_new_time(session: Session, lesson: Lesson) -> list[int]:
    """Take the learners who are free then; returns who is not."""
    release_lesson(session, lesson)
    is_busy = has_other_lesson(lesson)
    busy = select(Seat.person_id).where(Seat.class_id == lesson.class_id, queries.is_standing(), is_busy)
    clashing = session.scalars(busy.order_by(Seat.person_id)).all()
    if lesson.starts_at > clock.now():
        hold_lesson(session, lesson, ~is_busy)
    return list(clashing)


def tell_hindered(session: Session, *, moves: Sequence[tuple[Lesson, Meeting]], **_more: Any) -> dict[int, str]:
    """Who of a class's learners is not free when its lessons are at other times, and why, in as many statements as for
    one lesson: the answer to ``looking_for_hindered``."""
    people = queries.people_in(session, moves[0][0].class_id)
    ids, meetings = [person.id for person in people], [meeting for _lesson, meeting in moves]
    busy = _busy(session, ids, [lesson.id for lesson, _meeting in moves], meetings) if ids else set()
    blocks = care.blocks_for(session, ids)
    found = {}
    for person in people:
        hit = next((each for meeting in meetings for each in _hit(blocks.get(person.id, ()), meeting)), None)
        if person.id in busy:
            found[person.id] = str(other_class_then(person.name).message)
        elif hit:
            found[person.id] = str(not_free_then(person.name, hit).message)
    return found


def _busy(
    session: Session, person_ids: Collection[int], lesson_ids: Collection[int], meetings: Sequence[Meeting]
) -> set[int]:
    """Who of these people has something else at one of these times; the lessons themselves are nothing else."""
    first, last = min(each.starts_at for each in meetings), max(each.ends_at for each in meetings)
    taken = select(Occupancy.holder_id, Occupancy.starts_at, Occupancy.ends_at).where(
        Occupancy.holder == Holder.PERSON,
        Occupancy.holder_id.in_(person_ids),
        Occupancy.starts_at < last,
        Occupancy.ends_at > first,
        Occupancy.lesson_id.not_in(lesson_ids),
    )
    return {
        person_id
        for person_id, starts_at, ends_at in session.execute(taken)
        if any(starts_at < each.ends_at and each.starts_at < ends_at for each in meetings)
    }


def _hit(blocks: Sequence[CareBlock], meeting: Meeting) -> Sequence[CareBlock]:
    starts, ends = clock.local(meeting.starts_at), clock.local(meeting.ends_at).time()
    return care_rules.blocks_hit(blocks, starts.weekday(), starts.time(), ends, on=starts.date())


def follow_resumed(session: Session, *, lesson_ids: Sequence[int], **_more: Any) -> None:
    """Learners are taken again by lessons that are held after all, unless they have something else then."""
    for lesson in session.scalars(select(Lesson).where(Lesson.id.in_(lesson_ids)).order_by(Lesson.class_id, Lesson.id)):
        lock_class(session, lesson.class_id)
        hold_lesson(session, lesson, ~has_other_lesson(lesson))


def follow_lesson_cancelled(session: Session, *, lesson: Lesson, **_more: Any) -> None:
    """Learners are free at the time of a cancelled lesson."""
    lock_class(session, lesson.class_id)
    release_lesson(session, lesson)


def follow_class_cancelled(session: Session, *, course_class: CourseClass, **_more: Any) -> None:
    """Every seat of a cancelled class ends with it, and its learners are free again."""
    session.flush()  # the class's own change is read by the statements below
    lock_class(session, course_class.id)
    ended_at = course_class.cancelled_at or clock.now()
    ended = (
        update(Seat)
        .where(Seat.class_id == course_class.id, queries.is_standing())
        .values(ended_at=ended_at)
        .returning(Seat.person_id, Seat.id)
    )
    gone = session.execute(ended, execution_options=AS_WRITTEN).all()
    nobody = {"seats_taken": 0, "wheelchairs_taken": 0, "escorts_taken": 0}
    session.execute(
        update(CourseClass).where(CourseClass.id == course_class.id).values(nobody), execution_options=AS_WRITTEN
    )
    release_lessons(session, course_class.id)
    people = [person_id for person_id, _seat_id in gone]
    title = course_class.course.title
    audit.record_all(session, ENDED, [(course_class, each) for each in people], by=None, about=title)
    class_left_empty.send(session, course_class=course_class, person_ids=sorted(people))


def follow_class_gone(session: Session, *, course_class: CourseClass, **_more: Any) -> None:
    """Nobody is invited to a cancelled class any more."""
    session.flush()
    lock_class(session, course_class.id)
    invitations.close_open(session, InvitationAnswer.CLASS_GONE, class_id=course_class.id)


def answer_invitation(session: Session, *, seat: Seat, is_invited: bool, **_more: Any) -> None:
    """Whoever has a seat has answered her invitation."""
    if is_invited:
        people = [seat.person_id]
        invitations.close_open(session, InvitationAnswer.ACCEPTED, class_id=seat.class_id, person_ids=people)


def answer_invitations(session: Session, *, course_class: CourseClass, seats: Sequence[Seat], **_more: Any) -> None:
    """The same for many."""
    people = [seat.person_id for seat in seats]
    invitations.close_open(session, InvitationAnswer.ACCEPTED, class_id=course_class.id, person_ids=people)


def follow_residency_ended(session: Session, *, residency: Residency, **_more: Any) -> None:
    """Whoever leaves a home leaves the classes that are for its residents only."""
    _end_seats(session, Seat.person_id == residency.person_id, CourseClass.home_id == residency.home_id)


def follow_person_ended(session: Session, *, person: Person, **_more: Any) -> None:
    """Whoever is no longer on file has no seat."""
    _end_seats(session, Seat.person_id == person.id)
    invitations.close_open(session, InvitationAnswer.TAKEN_BACK, person_ids=[person.id])


def _end_seats(session: Session, *conditions: Any) -> None:
    standing = (
        select(Seat)
        .join(Seat.course_class)
        .where(queries.is_standing(), CourseClass.last_lesson_at > clock.now(), *conditions)
        .order_by(Seat.class_id)
    )
    for seat in session.scalars(standing).all():
        end_seat(session, seat, by=None)
