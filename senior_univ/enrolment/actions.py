"""Taking and ending seats. Locks are taken in the order people, class, seat; see the package's docstring."""

import secrets
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import exists, insert, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from senior_univ.accounts import actions as accounts
from senior_univ.accounts.models import BelongingReason, Person
from senior_univ.audit import actions as audit
from senior_univ.core import clock
from senior_univ.core.access import Right, Viewer
from senior_univ.core.errors import DomainError, NotFoundError
from senior_univ.core.permissions import Permission
from senior_univ.enrolment import places, queries, rules
from senior_univ.enrolment.events import seat_ended, seat_taken, seats_taken
from senior_univ.enrolment.facts import facts_of
from senior_univ.enrolment.holding import has_other_lesson, hold_lesson, hold_lessons, release_lessons
from senior_univ.enrolment.models import Hand, Seat
from senior_univ.enrolment.places import AS_WRITTEN, Places, free_in
from senior_univ.timetable.models import CourseClass, Holder, Lesson, Occupancy

REFERENCE_DIGITS = 10
TAKEN, ENDED = "seat.taken", "seat.ended"
Row = dict[str, Any]
"""A seat that is to be written."""


@dataclass
class Outcome:
    """What came of enrolling many: the new seats, and who could not, each with the reason in words."""

    taken: list[Seat] = field(default_factory=list)
    refused: list[tuple[Person, DomainError]] = field(default_factory=list)


def take_seat(
    session: Session,
    *,
    course_class: CourseClass,
    person_id: int,
    hand: Hand,
    takes_wheelchair_place: bool = False,
    has_escort: bool = False,
    referrer_id: int | None = None,
    by: Viewer,
) -> Seat:
    """Give her a seat in the class, a wheelchair place and room for her escort with it, and her coming lessons.

    ``referrer_id`` is the site that sends her to another organisation's class.
    Refuses with DomainError: no_right, cancelled, over, already_in, window_not_open, window_over, by_allocation, by_invitation, residents_only,
    too_young, not_step_free, other_class, care_day, full (suggests up to three others), no_wheelchair_place,
    no_room_for_escort.
    """
    refuse_without_right(session, person_id, hand, by)
    facts = facts_of(session, course_class, [person_id], lock=True).get(person_id)
    if facts is None:
        raise NotFoundError
    now = clock.now()
    refusal = rules.reason_against(course_class, facts, asked_wheelchair=takes_wheelchair_place, now=now)
    if refusal:
        raise refusal
    row = _new_row(course_class, facts, hand, takes_wheelchair_place, has_escort, by)
    row["referrer_id"] = referrer_id
    accounts.belong(session, person_id, course_class.organisation_id, BelongingReason.ENROLLED)
    wanted = _places_of([row])
    if not places.take(session, course_class.id, wanted):
        raise _why_no_place(session, course_class, wanted)
    seat = _write(session, course_class.id, [row], facts.person.name)[0]
    audit.record(session, TAKEN, seat, by=by, on_behalf_of=person_id, about=course_class.course.title)
    is_resident = facts.residency is not None
    seat_taken.send(session, seat=seat, is_invited=facts.is_invited, is_resident=is_resident)
    return seat


def refuse_without_right(session: Session, person_id: int, hand: Hand, by: Viewer) -> None:
    """A relative enrols only whom she may; DomainError no_right."""
    if hand in (Hand.HERSELF, Hand.RELATIVE) and not by.may_for(person_id, Right.ENROL):
        person = session.get(Person, person_id)
        raise no_right(person.name if person else "")


def no_right(name: str) -> DomainError:
    """The refusal of a relative whom her elder has not let do this."""
    words = _l(
        "You may not do this for %(name)s yet. She can allow it under My family, or at her teaching site.", name=name
    )
    return DomainError("no_right", words)


def _new_row(
    course_class: CourseClass, facts: rules.Facts, hand: Hand, asked_wheelchair: bool, has_escort: bool, by: Viewer
) -> Row:
    return {
        "class_id": course_class.id,
        "person_id": facts.person.id,
        "reference": f"{secrets.randbelow(10**REFERENCE_DIGITS):0{REFERENCE_DIGITS}d}",
        "takes_wheelchair_place": facts.takes_wheelchair_place(asked_wheelchair),
        "has_escort": has_escort,
        "hand": hand,
        "taken_at": clock.now(),
        "taken_by_id": by.person_id,
    }


def _places_of(rows: Iterable[Row]) -> Places:
    return Places.of((row["takes_wheelchair_place"], row["has_escort"]) for row in rows)


def _why_no_place(session: Session, course_class: CourseClass, wanted: Places) -> DomainError:
    places.read_counters(session, course_class)
    closed = rules.refuse_closed(course_class, clock.now())
    if closed:
        return closed
    others = queries.classes_with_room(session, course_class, wheelchair=wanted.wheelchairs > 0)
    return rules.no_place(free_in(course_class), wanted, others) or rules.full(others)


def _write(session: Session, class_id: int, rows: Sequence[Row], name: str = "") -> list[Seat]:
    """Write seats of one class and their holders' coming lessons; the database has the last word."""
    try:
        seats = session.scalars(insert(Seat).returning(Seat), rows).all()
        hold_lessons(session, class_id, [seat.person_id for seat in seats])
    except IntegrityError as error:
        raise _refusal_of(error, name) from error
    return list(seats)


def _refusal_of(error: IntegrityError, name: str) -> DomainError:
    words = str(error.orig)
    if "occupancy_overlap" in words:
        return rules.other_class_then(name)
    if "reference" in words:
        return DomainError("try_again", _l("That did not work. Please try once more."))
    return rules.already_in(name)


def take_seats(
    session: Session,
    *,
    course_class: CourseClass,
    person_ids: Collection[int],
    hand: Hand,
    by: Viewer,
    wheelchair_ids: Collection[int] = (),
    escort_ids: Collection[int] = (),
    together: bool = False,
    is_admitted: bool = False,
) -> Outcome:
    """Give seats to many at once, in the order given, to whoever may have one; the others are told why not.

    The number of statements does not grow with the people. Nobody else can take a place or a person meanwhile.
    ``wheelchair_ids`` come in a wheelchair beside those on file, ``escort_ids`` with an escort. ``together``: all of
    them or nobody. ``is_admitted``: they went the way in which this class gives its seats (an allocation day).
    """
    facts = facts_of(session, course_class, person_ids, lock=True)
    places.read_counters(session, course_class, lock=True)
    wishes = [
        Wish(facts[each], each in wheelchair_ids, each in escort_ids)
        for each in dict.fromkeys(person_ids)
        if each in facts
    ]
    rows, refused = decide(course_class, wishes, hand, by, is_admitted=is_admitted)
    if together and refused:
        told = {person.id for person, _ in refused}
        spared = [wish.facts.person for wish in wishes if wish.facts.person.id not in told]
        return Outcome(refused=refused + [(person, rules.not_alone(person.name)) for person in spared])
    return Outcome(_seat(session, course_class, rows, facts, by), refused)


def seat_wishes(
    session: Session, course_class: CourseClass, wishes: Sequence["Wish"], *, by: Viewer, is_admitted: bool = False
) -> Outcome:
    """The same for wishes that say by whose hand, of people whose facts the caller has read and locked."""
    places.read_counters(session, course_class, lock=True)
    rows, refused = decide(course_class, wishes, Hand.HERSELF, by, is_admitted=is_admitted)
    facts = {wish.facts.person.id: wish.facts for wish in wishes}
    return Outcome(_seat(session, course_class, rows, facts, by), refused)


def _seat(
    session: Session, course_class: CourseClass, rows: Sequence[Row], facts: Mapping[int, rules.Facts], by: Viewer
) -> list[Seat]:
    """Write decided seats of a class that is locked, count them, and tell of them once."""
    if not rows:
        return []
    if not places.take(session, course_class.id, _places_of(rows)):
        raise _why_no_place(session, course_class, _places_of(rows))
    return _settle(session, course_class, rows, facts, by)


def _settle(
    session: Session, course_class: CourseClass, rows: Sequence[Row], facts: Mapping[int, rules.Facts], by: Viewer
) -> list[Seat]:
    """Write seats whose places are counted, in the order of ``rows``, and all that goes with them."""
    order = {row["person_id"]: number for number, row in enumerate(rows)}
    accounts.belong_all(session, list(order), course_class.organisation_id, BelongingReason.ENROLLED)
    seats = sorted(_write(session, course_class.id, rows), key=lambda seat: order[seat.person_id])
    about = course_class.course.title
    audit.record_all(session, TAKEN, [(seat, seat.person_id) for seat in seats], by=by, about=about)
    residents = [person_id for person_id in order if facts[person_id].residency is not None]
    seats_taken.send(session, course_class=course_class, seats=seats, resident_ids=residents)
    return seats


def take_held_seats(
    session: Session,
    *,
    course_class: CourseClass,
    person_ids: Collection[int],
    hand: Hand,
    by: Viewer,
    wheelchair_ids: Collection[int] = (),
    escort_ids: Collection[int] = (),
) -> list[Seat]:
    """Turn places that are held for these people into their seats: all of them, or the first one's DomainError."""
    facts = facts_of(session, course_class, person_ids, lock=True)
    places.read_counters(session, course_class, lock=True)
    now, rows = clock.now(), []
    for each in person_ids:
        if each not in facts:
            raise NotFoundError
        asked = each in wheelchair_ids
        if no := rules.reason_against(course_class, facts[each], asked_wheelchair=asked, now=now, is_admitted=True):
            raise no
        row = _new_row(course_class, facts[each], hand, asked, each in escort_ids, by)
        rows.append(row | {"takes_wheelchair_place": asked})  # as held, whatever has come on file since
    places.turn_into_taken(session, course_class.id, _places_of(rows))
    return _settle(session, course_class, rows, facts, by)


@dataclass(frozen=True)
class Wish:
    """Somebody who wants a seat, what she brings, and by whose hand where it is not the others'."""

    facts: rules.Facts
    in_wheelchair: bool = False
    with_escort: bool = False
    hand: Hand | None = None


def decide(
    course_class: CourseClass, wishes: Sequence[Wish], hand: Hand, by: Viewer, *, is_admitted: bool
) -> tuple[list[Row], list[tuple[Person, DomainError]]]:
    """The seats to write, and who can't have one; the first come first while places last."""
    rows: list[Row] = []
    refused: list[tuple[Person, DomainError]] = []
    now, free = clock.now(), free_in(course_class)
    for wish in wishes:
        asked = wish.in_wheelchair
        row = _new_row(course_class, wish.facts, wish.hand or hand, asked, wish.with_escort, by)
        wanted = _places_of([row])
        refusal = rules.reason_against(
            course_class, wish.facts, asked_wheelchair=asked, now=now, is_admitted=is_admitted
        )
        if refusal := refusal or rules.no_place(free, wanted):
            refused.append((wish.facts.person, refusal))
            continue
        rows.append(row)
        free = free.less(wanted)
    return rows, refused


def end_seat(session: Session, seat: Seat, *, by: Viewer | None) -> Seat:
    """End a seat: its places are free again and her coming lessons with it; a seat that has ended stays as it is.

    Refuses with DomainError no_right where a relative may not, too_late_to_leave where only the site still can. ``by``
    None is the system, after a change elsewhere.
    """
    if by is not None and not _may_end(seat, by):
        raise no_right(seat.person.name)
    if by is not None and (no := refusal_of_leaving(session, seat, by)):
        raise no
    lock_class(session, seat.class_id)
    ended = (
        update(Seat)
        .where(Seat.id == seat.id, queries.is_standing())
        .values(ended_at=clock.now(), ended_by_id=by.person_id if by else None)
        .returning(Seat.id)
    )
    if session.scalar(ended, execution_options=AS_WRITTEN) is None:
        return seat
    session.refresh(seat, ["ended_at", "ended_by_id"])
    _give_back(session, seat)
    audit.record(session, ENDED, seat, by=by, on_behalf_of=seat.person_id, about=seat.course_class.course.title)
    seat_ended.send(session, seat=seat)
    return seat


def lock_class(session: Session, class_id: int) -> None:
    """Let nobody take or end a seat of this class until the transaction ends."""
    session.execute(select(CourseClass.id).where(CourseClass.id == class_id).with_for_update(key_share=True))


def _may_end(seat: Seat, by: Viewer) -> bool:
    return by.may_for(seat.person_id, Right.WITHDRAW) or rules.serves(by, seat.course_class) or _has_referred(seat, by)


def _has_referred(seat: Seat, by: Viewer) -> bool:
    return seat.referrer_id in by.organisation_ids(Permission.SERVE_DESK)


def refusal_of_leaving(session: Session, seat: Seat, by: Viewer) -> DomainError | None:
    """Why this viewer can't end the seat any more, by the term's rule; the class's own site always can."""
    number = seat.course_class.term.withdraw_until_lesson
    if number is None or seat.ended_at is not None or rules.serves(by, seat.course_class):
        return None
    begun = select(Lesson.id).where(
        Lesson.class_id == seat.class_id, Lesson.number == number, Lesson.starts_at <= clock.now()
    )
    has_begun = session.scalar(begun) is not None
    return rules.refuse_leaving(number, seat.course_class.organisation.phone) if has_begun else None


def _give_back(session: Session, seat: Seat) -> None:
    places.give_back(session, seat.class_id, Places.of([(seat.takes_wheelchair_place, seat.has_escort)]))
    release_lessons(session, seat.class_id, [seat.person_id])
    if not _has_other_seat(session, seat):
        accounts.stop_belonging(session, seat.person_id, seat.course_class.organisation_id, BelongingReason.ENROLLED)


def _has_other_seat(session: Session, seat: Seat) -> bool:
    others = (
        select(Seat.id)
        .join(Seat.course_class)
        .where(
            Seat.person_id == seat.person_id,
            queries.is_standing(),
            CourseClass.organisation_id == seat.course_class.organisation_id,
        )
    )
    return session.scalar(others.limit(1)) is not None


def hold_again(session: Session, lesson: Lesson, person: Person) -> None:
    """She comes to a lesson after all that had been moved onto another of hers; DomainError other_class if it still is."""
    has_it = exists().where(
        Occupancy.holder == Holder.PERSON, Occupancy.holder_id == person.id, Occupancy.lesson_id == lesson.id
    )
    hers = (Seat.person_id == person.id) & (Seat.class_id == lesson.class_id) & queries.is_standing()
    if session.scalar(select(has_it)):
        return
    if session.scalar(select(Seat.id).where(hers, has_other_lesson(lesson))):
        raise rules.other_class_then(person.name)
    hold_lesson(session, lesson, Seat.person_id == person.id)
