"""What follows for queues when a seat, a class, a residency or a person changes."""

from collections.abc import Collection, Sequence
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from senior_univ.accounts.models import Person
from senior_univ.care.models import Residency
from senior_univ.core.access import Viewer
from senior_univ.enrolment.models import Hand, Seat
from senior_univ.timetable.models import CourseClass
from senior_univ.waiting import actions
from senior_univ.waiting.events import queue_ended
from senior_univ.waiting.models import Ending, WaitingPlace
from senior_univ.waiting.offering import offer_free


def follow_seat_ended(session: Session, *, seat: Seat, **_more: Any) -> None:
    """What she leaves is offered to whoever is next."""
    offer_free(session, seat.course_class)


def follow_room_made(session: Session, *, course_class: CourseClass, **_more: Any) -> None:
    """A class that holds more people than before offers what is free."""
    offer_free(session, course_class)


def let_wait(
    session: Session, *, course_class: CourseClass, person_ids: Sequence[int], hand: Hand, by: Viewer, **_more: Any
) -> list[int]:
    """Those of many who found no place join the queue in their order, each for herself; returns who waits now."""
    groups = [actions.Group([person_id], hand) for person_id in person_ids]
    parties = actions.join_in_order(session, course_class=course_class, groups=groups, by=by)
    return [place.person_id for party in parties for place in party.places]


def follow_seat_taken(session: Session, *, seat: Seat, **_more: Any) -> None:
    """Whoever has a seat waits no longer."""
    _stop_waiting(session, seat.class_id, [seat.person_id])


def follow_seats_taken(session: Session, *, course_class: CourseClass, seats: Sequence[Seat], **_more: Any) -> None:
    """The same for many."""
    _stop_waiting(session, course_class.id, [seat.person_id for seat in seats])


def _stop_waiting(session: Session, class_id: int, person_ids: Collection[int]) -> None:
    _take_out(session, Ending.SEATED, WaitingPlace.class_id == class_id, WaitingPlace.person_id.in_(person_ids))


def follow_class_cancelled(session: Session, *, course_class: CourseClass, **_more: Any) -> None:
    """Nobody waits for a class that was cancelled."""
    session.flush()
    people = actions.end_queue(session, course_class)
    queue_ended.send(session, course_class=course_class, person_ids=sorted(people))


def follow_residency_ended(session: Session, *, residency: Residency, **_more: Any) -> None:
    """Whoever leaves a home waits for none of its own classes any more."""
    in_home = WaitingPlace.class_id.in_(select(CourseClass.id).where(CourseClass.home_id == residency.home_id))
    _take_out(session, Ending.MAY_NOT, WaitingPlace.person_id == residency.person_id, in_home)


def follow_person_ended(session: Session, *, person: Person, **_more: Any) -> None:
    """Whoever is no longer on file waits for nothing."""
    _take_out(session, Ending.MAY_NOT, WaitingPlace.person_id == person.id)


def _take_out(session: Session, ending: Ending, *conditions: Any) -> None:
    standing = select(WaitingPlace).where(WaitingPlace.ended_at.is_(None), *conditions).order_by(WaitingPlace.class_id)
    for place in session.scalars(standing).all():
        actions.take_out(session, place, ending, by=None)
