"""Offering what is free to whoever is next. The caller's transaction ends with the class locked."""

from collections.abc import Iterator, Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from senior_univ.accounts import queries as accounts
from senior_univ.accounts.models import Person
from senior_univ.audit import actions as audit
from senior_univ.care import queries as care
from senior_univ.core import clock
from senior_univ.enrolment import places
from senior_univ.enrolment.actions import lock_class
from senior_univ.enrolment.places import Places, free_in
from senior_univ.enrolment.rules import refuse_closed
from senior_univ.timetable.models import CourseClass
from senior_univ.waiting.events import place_offered
from senior_univ.waiting.models import Offer, OfferRung, RungKind, WaitingParty, WaitingPlace
from senior_univ.waiting.rules import Sharing, Waiting, answer_day, share_out

FRESH = {"populate_existing": True}
"""Rows are read anew under the class's lock, whatever was in memory before."""


def standing_parties(session: Session, class_id: int) -> Sequence[WaitingParty]:
    """Everybody who waits for a class, in order; those who have an open offer are still in it."""
    loaded = (
        selectinload(WaitingParty.places).joinedload(WaitingPlace.person),
        selectinload(WaitingParty.offers.and_(Offer.answered_at.is_(None))),
    )
    query = select(WaitingParty).where(WaitingParty.class_id == class_id, WaitingParty.ended_at.is_(None))
    ordered = query.order_by(WaitingParty.number, WaitingParty.id).options(*loaded)
    return session.scalars(ordered, execution_options=FRESH).all()


def offer_free(session: Session, course_class: CourseClass, *, is_opening: bool = True) -> list[Offer]:
    """Offer what is free in the class to whoever is next; ``is_opening``: something came free, which counts as a turn."""
    session.flush()
    lock_class(session, course_class.id)
    queue = standing_parties(session, course_class.id)
    places.read_counters(session, course_class)
    if not queue or refuse_closed(course_class, clock.now()):
        return []
    waiting = {party.id: party for party in queue if not party.offers}
    free = free_in(course_class).more(Places(seats=sum(party.kept for party in waiting.values())))
    shared = share_out(free, [_as_waiting(party) for party in waiting.values()], clock.today())
    _keep(session, course_class.id, waiting, shared, is_opening=is_opening)
    offers = [
        _make_offer(session, course_class, waiting[each])
        for each in shared.offered
        if places.hold(session, course_class.id, waiting[each].wants)
    ]
    places.read_counters(session, course_class)
    return offers


def _as_waiting(party: WaitingParty) -> Waiting:
    return Waiting(party.id, party.wants, party.skipped, party.kept, party.kept_since)


def _keep(
    session: Session, class_id: int, waiting: dict[int, WaitingParty], shared: Sharing, *, is_opening: bool
) -> None:
    """Write who was passed over and for whom seats are kept from now on."""
    # All is let go before anything is held anew: the queue's order may have changed, and with it who keeps.
    places.let_go(session, class_id, Places(seats=sum(party.kept for party in waiting.values())))
    for party in waiting.values():
        wanted = shared.kept.get(party.id, 0)
        kept = wanted if places.hold(session, class_id, Places(seats=wanted)) else 0
        party.kept = kept
        party.kept_since = (party.kept_since or clock.today()) if kept else None
    for party_id in shared.begin_anew:
        waiting[party_id].skipped = 0
    for party_id in shared.passed_over if is_opening else ():
        waiting[party_id].skipped += 1


def _make_offer(session: Session, course_class: CourseClass, party: WaitingParty) -> Offer:
    """Offer a party the places that are held for it, with the rungs by which it is asked."""
    wants = party.wants
    offer = Offer(
        party=party,
        class_id=course_class.id,
        seats=wants.seats,
        wheelchairs=wants.wheelchairs,
        escorts=wants.escorts,
        made_at=clock.now(),
        answer_by=answer_day(clock.today()),
        rungs=list(_rungs(session, course_class, party)),
    )
    session.add(offer)
    session.flush()
    for place in party.standing:
        about = course_class.course.title
        audit.record(session, "waiting.offered", offer, by=None, on_behalf_of=place.person_id, about=about)
    place_offered.send(session, offer=offer)
    return offer


def _rungs(session: Session, course_class: CourseClass, party: WaitingParty) -> Iterator[OfferRung]:
    people = [place.person for place in party.standing]
    ids = [person.id for person in people]
    contacts, homes = accounts.main_contacts(session, ids), care.residencies_of(session, ids)
    callers = set()
    for person in people:
        yield from _texts(person, contacts.get(person.id))
        home = homes.get(person.id)
        caller_id = (home.home_id if home else None) or person.site_id or course_class.organisation_id
        if caller_id not in callers:
            callers.add(caller_id)
            yield OfferRung(kind=RungKind.CALL, person=person, told=person, organisation_id=caller_id)


def _texts(person: Person, contact: Person | None) -> Iterator[OfferRung]:
    """Her own phone, then her relative's; whoever stopped texts is not asked by one."""
    told = [(RungKind.PHONE, person), (RungKind.RELATIVE, contact)]
    seen = set()
    for kind, owner in told:
        mobile = owner.mobile if owner and owner.reminders_stopped_at is None else None
        if owner and mobile and mobile not in seen:
            seen.add(mobile)
            yield OfferRung(kind=kind, person=person, told=owner, phone=mobile)
