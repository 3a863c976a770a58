"""Reading queues, somebody's places in them, and offers. A learner's own are asked for by her id."""

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, exists, func, or_, select
from sqlalchemy.orm import Session, aliased, contains_eager, joinedload, selectinload

from senior_univ.accounts.models import Person
from senior_univ.care.models import Residency
from senior_univ.core import clock
from senior_univ.core.access import Right, Viewer
from senior_univ.core.errors import NotFoundError
from senior_univ.core.permissions import Permission
from senior_univ.timetable import queries as timetable
from senior_univ.timetable.models import CourseClass
from senior_univ.waiting.models import Offer, OfferRung, WaitingParty, WaitingPlace

Before = aliased(WaitingParty, name="before")
POSITION = (
    select(func.count())
    .where(
        Before.class_id == WaitingParty.class_id,
        Before.ended_at.is_(None),
        or_(
            Before.number < WaitingParty.number, and_(Before.number == WaitingParty.number, Before.id < WaitingParty.id)
        ),
    )
    .correlate(WaitingParty)
    .scalar_subquery()
)
"""How many parties are before this one."""


@dataclass(frozen=True)
class HerPlace:
    """Somebody's place in a queue: ``position`` counts from 1; ``offer`` where it is her turn."""

    place: WaitingPlace
    position: int
    offer_id: int | None
    answer_by: date | None

    @property
    def course_class(self) -> CourseClass:
        """The class for which she waits."""
        return self.place.party.course_class


def _her_places() -> Select[Any]:
    loaded: tuple[Any, ...] = timetable.class_options()
    of_party = contains_eager(WaitingPlace.party).options(joinedload(WaitingParty.course_class).options(*loaded))
    return (
        select(WaitingPlace, POSITION + 1, Offer.id, Offer.answer_by)
        .join(WaitingPlace.party)
        .outerjoin(Offer, and_(Offer.party_id == WaitingParty.id, Offer.answered_at.is_(None)))
        .where(WaitingPlace.ended_at.is_(None))
        .order_by(Offer.answer_by.is_(None), Offer.answer_by, WaitingPlace.id)
        .options(of_party, joinedload(WaitingPlace.person))
    )


def places_of(session: Session, person_id: int) -> list[HerPlace]:
    """Every queue in which she waits, open offers first, with all that is said of the classes."""
    return [HerPlace(*row) for row in session.execute(_her_places().where(WaitingPlace.person_id == person_id))]


def places_joined_by(session: Session, viewer: Viewer, most: int = 40) -> list[HerPlace]:
    """The queues in which others wait by the viewer's hand, open offers first, as far as she may still see them."""
    elders = [elder for elder, rights in viewer.elders.items() if Right.SEE in rights]
    theirs = _her_places().join(CourseClass, CourseClass.id == WaitingPlace.class_id)
    by_her = theirs.where(WaitingParty.joined_by_id == viewer.person_id, WaitingPlace.person_id != viewer.person_id)
    seen = by_her.where(or_(WaitingPlace.person_id.in_(elders), _serves(viewer)))
    return [HerPlace(*row) for row in session.execute(seen.limit(most))]


def place_in(session: Session, class_id: int, person_id: int) -> HerPlace | None:
    """Her place in that class's queue."""
    hers = _her_places().where(WaitingPlace.class_id == class_id, WaitingPlace.person_id == person_id)
    row = session.execute(hers).first()
    return HerPlace(*row) if row else None


def place_for(session: Session, viewer: Viewer, place_id: int) -> WaitingPlace:
    """That place, one that has ended included; NotFoundError unless it is the viewer's, her elder's or her class's."""
    elders = [elder for elder, rights in viewer.elders.items() if Right.SEE in rights]
    seen = or_(WaitingPlace.person_id.in_([viewer.person_id, *elders]), _serves(viewer))
    wanted = select(WaitingPlace).join(CourseClass, CourseClass.id == WaitingPlace.class_id)
    loaded = (joinedload(WaitingPlace.party).joinedload(WaitingParty.course_class), joinedload(WaitingPlace.person))
    found = session.scalar(wanted.where(WaitingPlace.id == place_id, seen).options(*loaded))
    if found is None:
        raise NotFoundError
    return found


def _serves(viewer: Viewer) -> ColumnElement[bool]:
    return timetable.sees_classes(viewer, Permission.ENROL_OTHERS)


def count_waiting(session: Session, class_id: int) -> int:
    """How many people wait for a class."""
    standing = select(func.count()).where(WaitingPlace.class_id == class_id, WaitingPlace.ended_at.is_(None))
    return session.scalar(standing) or 0


@dataclass(frozen=True)
class QueueLine:
    """A party as staff see it."""

    position: int
    party: WaitingParty
    residencies: dict[int, Residency]
    namesakes: set[str]

    @property
    def offer(self) -> Offer | None:
        """The offer that it has not answered."""
        return self.party.offers[0] if self.party.offers else None


def queue_of(session: Session, course_class: CourseClass) -> list[QueueLine]:
    """Everybody who waits for a class that the caller may see, in order."""
    query = (
        select(WaitingParty)
        .where(WaitingParty.class_id == course_class.id, WaitingParty.ended_at.is_(None))
        .order_by(WaitingParty.number, WaitingParty.id)
        .options(
            selectinload(WaitingParty.places).joinedload(WaitingPlace.person).joinedload(Person.region),
            selectinload(WaitingParty.offers.and_(Offer.answered_at.is_(None))).selectinload(Offer.rungs),
        )
    )
    parties = session.scalars(query).all()
    people = [place.person for party in parties for place in party.standing]
    homes = _residencies(session, [person.id for person in people])
    equal = {name for name, count in Counter(person.name for person in people).items() if count > 1}
    return [QueueLine(number, party, homes, equal) for number, party in enumerate(parties, 1)]


def _residencies(session: Session, person_ids: Sequence[int]) -> dict[int, Residency]:
    if not person_ids:
        return {}
    standing = select(Residency).where(Residency.person_id.in_(person_ids), Residency.to_on.is_(None))
    rows = session.scalars(standing.options(joinedload(Residency.unit), joinedload(Residency.home)))
    return {each.person_id: each for each in rows}


def party_for(session: Session, viewer: Viewer, party_id: int) -> WaitingParty:
    """That standing party of a class whose queue the viewer keeps; else NotFoundError."""
    wanted = (
        select(WaitingParty)
        .join(WaitingParty.course_class)
        .where(WaitingParty.id == party_id, WaitingParty.ended_at.is_(None), _serves(viewer))
        .options(
            contains_eager(WaitingParty.course_class).options(*_class_options()),
            selectinload(WaitingParty.places).joinedload(WaitingPlace.person),
        )
    )
    found = session.scalar(wanted)
    if found is None:
        raise NotFoundError
    return found


def position_of(session: Session, party: WaitingParty) -> int:
    """At which place a party is, counted from 1."""
    return (session.scalar(select(POSITION).where(WaitingParty.id == party.id)) or 0) + 1


def _class_options() -> tuple[Any, ...]:
    return timetable.class_options()


def _offers() -> Select[Offer]:
    return (
        select(Offer)
        .join(Offer.course_class)
        .options(
            contains_eager(Offer.course_class).options(*_class_options()),
            joinedload(Offer.party),
            selectinload(Offer.party, WaitingParty.places).joinedload(WaitingPlace.person).joinedload(Person.region),
            selectinload(Offer.rungs).joinedload(OfferRung.told),
            selectinload(Offer.rungs).joinedload(OfferRung.organisation),
        )
    )


def _keeps(viewer: Viewer) -> ColumnElement[bool]:
    """Condition on Offer and its class: the viewer's organisation gives the class, or is to call."""
    own = viewer.organisation_ids(Permission.ENROL_OTHERS)
    calls = exists().where(OfferRung.offer_id == Offer.id, OfferRung.organisation_id.in_(own))
    return or_(_serves(viewer), calls)


def offer_for(session: Session, viewer: Viewer, offer_id: int) -> Offer:
    """That offer, an answered one included; NotFoundError unless it is to the viewer, her elder, or hers to see to."""
    elders = [elder for elder, rights in viewer.elders.items() if Right.SEE in rights]
    is_theirs = exists().where(
        WaitingPlace.party_id == Offer.party_id, WaitingPlace.person_id.in_([viewer.person_id, *elders])
    )
    found = session.scalar(_offers().where(Offer.id == offer_id, or_(is_theirs, _keeps(viewer))))
    if found is None:
        raise NotFoundError
    return found


def offer_to_call(session: Session, viewer: Viewer, offer_id: int) -> Offer:
    """The same for staff who call and tick."""
    found = session.scalar(_offers().where(Offer.id == offer_id, _keeps(viewer)))
    if found is None:
        raise NotFoundError
    return found


def offers_to_call(viewer: Viewer) -> Select[Offer]:
    """The open offers that the viewer's organisation gives or is to call about, the most pressing first."""
    return _offers().where(Offer.answered_at.is_(None), _keeps(viewer)).order_by(Offer.answer_by, Offer.id)


def overdue_offers(session: Session) -> Sequence[int]:
    """Offers whose days are over without an answer."""
    overdue = select(Offer.id).where(Offer.answered_at.is_(None), Offer.answer_by < clock.today())
    return session.scalars(overdue.order_by(Offer.id)).all()


def open_offers(session: Session, offer_ids: Collection[int]) -> set[int]:
    """Those of these offers that nobody has answered."""
    return set(session.scalars(select(Offer.id).where(Offer.id.in_(offer_ids), Offer.answered_at.is_(None))))


def phones_asked(session: Session, phones: Collection[str]) -> set[str]:
    """Those of these phones to which an offer was told that nobody has answered."""
    asked = select(OfferRung.phone).join(OfferRung.offer)
    return set(session.scalars(asked.where(OfferRung.phone.in_(phones), Offer.answered_at.is_(None))))


def classes_over(session: Session) -> Sequence[int]:
    """Classes that are over or cancelled and for which somebody still waits."""
    is_over = or_(CourseClass.last_lesson_at <= clock.now(), CourseClass.cancelled_at.is_not(None))
    waited_for = select(WaitingParty.class_id).join(WaitingParty.course_class)
    return session.scalars(waited_for.where(WaitingParty.ended_at.is_(None), is_over).distinct()).all()


def offer_told_to(session: Session, phone: str) -> OfferRung | None:
    """The rung by which the newest open offer was told to that phone, else by which the newest of all was."""
    told = select(OfferRung).join(OfferRung.offer).where(OfferRung.phone == phone)
    newest = told.order_by(Offer.answered_at.is_not(None), Offer.id.desc()).limit(1)
    return session.scalar(newest.options(contains_eager(OfferRung.offer)))
