"""From results to seats: class by class, each in a transaction of its own; then, class by class, the others wait and all
who wished for it most are told.

Each step takes a row that says whether it was done. Whoever is stopped in the middle has done nothing of that step, and
the next one begins there; two who come at once follow each other.
"""

from collections.abc import Mapping, Sequence

from sqlalchemy import exists, select, update
from sqlalchemy.orm import Session, selectinload

from senior_univ.allocation.actions import class_with_everything, lock_round
from senior_univ.allocation.events import results_known
from senior_univ.allocation.models import AllocatedClass, AllocatedPlace, AllocationRound, Application, Wish
from senior_univ.audit import actions as audit
from senior_univ.core import clock
from senior_univ.core.access import Viewer
from senior_univ.core.db import Database
from senior_univ.enrolment import actions as enrolment
from senior_univ.enrolment.actions import Wish as Seating
from senior_univ.enrolment.facts import facts_of
from senior_univ.enrolment.rules import Facts, reason_against
from senior_univ.timetable.models import Admission, CourseClass
from senior_univ.waiting import actions as waiting
from senior_univ.waiting.actions import Group

NO_PLACE, NOT_ALONE, GONE = "no_place", "not_alone", "gone"


def settle(database: Database, round_id: int) -> None:
    """Give every seat of a round that was drawn, in as many transactions as it takes; again is nothing."""
    while True:
        with database.write() as session:
            if not settle_next(session, session.get_one(AllocationRound, round_id)):
                return


def settle_next(session: Session, allocation_round: AllocationRound) -> bool:
    """The next step of giving the seats; False where all is done, or nothing is drawn."""
    lock_round(session, allocation_round)
    if allocation_round.drawn_at is None or allocation_round.settled_at is not None:
        return False
    by = Viewer(allocation_round.made_by_id, allocation_round.made_by.name)
    for step, done_at in ((_seat, "settled_at"), (_queue, "queued_at")):
        if each := _first_without(session, allocation_round, done_at):
            step(session, each, by)
            setattr(each, done_at, clock.now())
            return True
    _finish(session, allocation_round)
    return True


def _first_without(session: Session, allocation_round: AllocationRound, done_at: str) -> AllocatedClass | None:
    column = getattr(AllocatedClass, done_at)
    query = select(AllocatedClass).where(AllocatedClass.round_id == allocation_round.id, column.is_(None))
    return session.scalar(query.order_by(AllocatedClass.id).limit(1))


def _seat(session: Session, each: AllocatedClass, by: Viewer) -> None:
    """Everybody who was given a place in the class has her seat, or the words why not."""
    places = _places_given(session, each)
    course_class = class_with_everything(session, each.class_id)
    facts = facts_of(session, course_class, [place.application.person_id for place in places], lock=True)
    refused = _refused(course_class, places, facts)
    for place in places:
        place.refusal = refused.get(place.application_id, "")
    chosen = [place for place in places if not place.refusal]
    if chosen:
        _take_seats(session, course_class, chosen, facts, by)


def _places_given(session: Session, each: AllocatedClass) -> Sequence[AllocatedPlace]:
    query = (
        select(AllocatedPlace)
        .join(AllocatedPlace.application)
        .where(AllocatedPlace.class_id == each.class_id, Application.round_id == each.round_id)
        .order_by(Application.position, Application.number)
        .options(selectinload(AllocatedPlace.application))
    )
    return session.scalars(query).all()


def _refused(course_class: CourseClass, places: Sequence[AllocatedPlace], facts: Mapping[int, Facts]) -> dict[int, str]:
    """{application: code} of those for whom a seat is not possible any more, and of who comes with them or not at all."""
    now = clock.now()
    refused = {}
    for application in (place.application for place in places):
        if application.person_id not in facts:
            refused[application.id] = GONE
        elif reason := reason_against(
            course_class,
            facts[application.person_id],
            asked_wheelchair=application.wheelchair,
            now=now,
            is_admitted=True,
        ):
            refused[application.id] = reason.code
    left_alone = {place.application_id for place in places if place.application.partner_id in refused} - refused.keys()
    return refused | dict.fromkeys(left_alone, NOT_ALONE)


def _take_seats(
    session: Session,
    course_class: CourseClass,
    chosen: Sequence[AllocatedPlace],
    facts: Mapping[int, Facts],
    by: Viewer,
) -> None:
    wishes = [
        Seating(facts[each.person_id], each.wheelchair, each.has_escort, each.hand)
        for each in (place.application for place in chosen)
    ]
    outcome = enrolment.seat_wishes(session, course_class, wishes, by=by, is_admitted=True)
    seated = {seat.person_id for seat in outcome.taken}
    codes = {person.id: refusal.code for person, refusal in outcome.refused}
    for place in chosen:
        if place.application.person_id in seated:
            place.seated_at = clock.now()
        else:
            place.refusal = codes.get(place.application.person_id, NO_PLACE)


def _queue(session: Session, each: AllocatedClass, by: Viewer) -> None:
    """Those who were given nothing wait for the class that they wished for most, in the drawn order.

    Every seat is written by then, so that everybody who wished for this class most can be told what became of all of it.
    """
    course_class = class_with_everything(session, each.class_id)
    unlucky = _without_place(session, each)
    if unlucky and course_class.cancelled_at is None:
        _let_wait(session, course_class, unlucky, by)
    results_known.send(session, allocation_round=each.allocation_round, class_id=each.class_id)


def _let_wait(session: Session, course_class: CourseClass, unlucky: Sequence[Application], by: Viewer) -> None:
    groups = [_group(members) for members in _parties(unlucky)]
    parties = waiting.join_in_order(session, course_class=course_class, groups=groups, by=by)
    waits = {place.person_id for party in parties for place in party.places}
    ids = [application.id for application in unlucky if application.person_id in waits]
    session.execute(update(Application).where(Application.id.in_(ids)).values(waits_class_id=course_class.id))


def _without_place(session: Session, each: AllocatedClass) -> Sequence[Application]:
    is_given = exists().where(AllocatedPlace.application_id == Application.id)
    query = (
        select(Application)
        .join(Wish, (Wish.application_id == Application.id) & (Wish.rank == 1))
        .where(Application.round_id == each.round_id, Application.withdrawn_at.is_(None))
        .where(Wish.class_id == each.class_id, ~is_given)
        .order_by(Application.position, Application.number)
    )
    return session.scalars(query).all()


def _parties(applications: Sequence[Application]) -> list[list[Application]]:
    """Those of one position come together."""
    found: dict[int | None, list[Application]] = {}
    for each in applications:
        found.setdefault(each.position, []).append(each)
    return list(found.values())


def _group(members: Sequence[Application]) -> Group:
    return Group(
        [each.person_id for each in members],
        members[0].hand,
        [each.person_id for each in members if each.wheelchair],
        [each.person_id for each in members if each.has_escort],
    )


def _finish(session: Session, allocation_round: AllocationRound) -> None:
    """What is left over is for whoever comes first."""
    ids = select(AllocatedClass.class_id).where(AllocatedClass.round_id == allocation_round.id)
    session.execute(
        update(CourseClass)
        .where(CourseClass.id.in_(ids))
        .values(admission=Admission.FIRST_COME)
        .execution_options(synchronize_session=False)
    )
    allocation_round.settled_at = clock.now()
    audit.record(session, "round.settled", allocation_round, by=None, about=allocation_round.name)
    session.flush()  # the next step reads the round's state anew
