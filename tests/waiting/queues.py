"""What the tests of queues do again and again."""

from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from senior_univ.accounts.models import Person
from senior_univ.core.access import Viewer
from senior_univ.enrolment.models import Hand, Seat
from senior_univ.timetable.models import CourseClass
from senior_univ.waiting import actions
from senior_univ.waiting.models import Offer, WaitingParty, WaitingPlace
from tests.factories import make_person

COUNTERS = ("seats_taken", "wheelchairs_taken", "escorts_taken", "seats_held", "wheelchairs_held", "escorts_held")


def herself(person: Person) -> Viewer:
    return Viewer(person.id, person.name)


def wait(session: Session, course_class: CourseClass, *people: Person, **given: Any) -> WaitingParty:
    """These people wait together, as the first of them asked."""
    defaults = {"hand": Hand.DESK, "by": herself(people[0])}
    ids = [person.id for person in people]
    return actions.join(session, course_class=course_class, person_ids=ids, **defaults | given)


def counted(session: Session, course_class: CourseClass) -> dict[str, int]:
    """What the class counts, as it is in the database."""
    row = session.execute(select(*(getattr(CourseClass, name) for name in COUNTERS)).filter_by(id=course_class.id))
    return dict(zip(COUNTERS, row.one(), strict=True))


def in_rows(session: Session, course_class: CourseClass) -> dict[str, int]:
    """The same counters made anew from seats, open offers and kept seats."""
    seats = session.execute(
        select(Seat.takes_wheelchair_place, Seat.has_escort).where(
            Seat.class_id == course_class.id, Seat.ended_at.is_(None)
        )
    ).all()
    offers = session.execute(
        select(Offer.seats, Offer.wheelchairs, Offer.escorts).where(
            Offer.class_id == course_class.id, Offer.answered_at.is_(None)
        )
    ).all()
    kept = session.scalar(select(func.sum(WaitingParty.kept)).where(WaitingParty.class_id == course_class.id)) or 0
    numbers = (
        len(seats),
        sum(seat.takes_wheelchair_place for seat in seats),
        sum(seat.has_escort for seat in seats),
        sum(offer.seats for offer in offers) + kept,
        sum(offer.wheelchairs for offer in offers),
        sum(offer.escorts for offer in offers),
    )
    return dict(zip(COUNTERS, numbers, strict=True))


def open_offer(session: Session, party: WaitingParty) -> Offer | None:
    return actions.open_offer(session, party.id)


def place_of(session: Session, course_class: CourseClass, person: Person) -> WaitingPlace:
    return session.scalars(
        select(WaitingPlace).filter_by(class_id=course_class.id, person_id=person.id, ended_at=None)
    ).one()


def people(session: Session, number: int) -> list[Person]:
    return [make_person(session) for _ in range(number)]
