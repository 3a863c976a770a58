"""Joining a queue, leaving it, answering an offer, and what staff do to it. People are locked before the class."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from sqlalchemy import func, insert, select
from sqlalchemy.orm import Session

from senior_univ.accounts.models import Person
from senior_univ.audit import actions as audit
from senior_univ.core import clock
from senior_univ.core.access import Right, Viewer
from senior_univ.core.errors import NotFoundError
from senior_univ.enrolment import actions as enrolment
from senior_univ.enrolment import places, together
from senior_univ.enrolment.facts import facts_of
from senior_univ.enrolment.models import Hand, Seat, TogetherWish
from senior_univ.enrolment.places import Places
from senior_univ.enrolment.rules import Facts, reason_against, serves
from senior_univ.timetable.models import CourseClass
from senior_univ.waiting import rules
from senior_univ.waiting.events import looking_for_texts, offer_passed_on
from senior_univ.waiting.models import Answer, Ending, Offer, OfferRung, RungKind, WaitingParty, WaitingPlace
from senior_univ.waiting.offering import FRESH, offer_free, standing_parties


@dataclass(frozen=True)
class Group:
    """People who want to come together or not at all, and by whose hand they wait."""

    person_ids: Sequence[int]
    hand: Hand
    wheelchair_ids: Collection[int] = ()
    escort_ids: Collection[int] = ()


def join(
    session: Session,
    *,
    course_class: CourseClass,
    person_ids: Sequence[int],
    hand: Hand,
    by: Viewer,
    wheelchair_ids: Collection[int] = (),
    escort_ids: Collection[int] = (),
    is_admitted: bool = False,
) -> WaitingParty:
    """Let somebody, or several who come together or not at all, wait at the end of the class's queue.

    Asks what a seat asks, save that there is room; where there is room for them, they are offered it at once. Refuses
    with DomainError as ``enrolment.actions.take_seat``, and already_waits, odd_party, never_fits, queue_too_long.
    """
    for person_id in person_ids:
        enrolment.refuse_without_right(session, person_id, hand, by)
    group = Group(list(dict.fromkeys(person_ids)), hand, wheelchair_ids, escort_ids)
    return _join(session, course_class, group, by, is_admitted=is_admitted)


def join_together(session: Session, wish: TogetherWish, *, hand: Hand, by: Viewer) -> WaitingParty:
    """Let two wait of whom one has asked and the other agrees now; refuses as ``join``, or not_asked."""
    together.begin_answer(session, wish, hand, by)
    people = [wish.person_id, wish.asks_person_id]
    first = people[:1]
    group = Group(people, wish.hand, first if wish.takes_wheelchair_place else (), first if wish.has_escort else ())
    party = _join(session, wish.course_class, group, by)
    together.end_agreed(session, wish, by=by)
    return party


def _join(
    session: Session, course_class: CourseClass, group: Group, by: Viewer, *, is_admitted: bool = False
) -> WaitingParty:
    facts = facts_of(session, course_class, group.person_ids, lock=True)
    if len(facts) < len(group.person_ids):
        raise NotFoundError
    places.read_counters(session, course_class, lock=True)
    _refuse_joining(session, course_class, group, facts, is_admitted=is_admitted)
    party = _add(session, course_class, [group], facts, by)[0]
    offer_free(session, course_class, is_opening=False)
    return party


def _refuse_joining(
    session: Session, course_class: CourseClass, group: Group, facts: dict[int, Facts], *, is_admitted: bool
) -> None:
    waiting, now = _who_waits(session, course_class.id), clock.now()
    for each in group.person_ids:
        asked = each in group.wheelchair_ids
        no = reason_against(course_class, facts[each], asked_wheelchair=asked, now=now, is_admitted=is_admitted)
        if no or each in waiting:
            raise no or rules.already_waits(facts[each].person.name)
    wants = Places.of(_brings(group, facts))
    room = course_class.room.capacity
    if no := rules.refuse_size(wants, course_class.capacity, course_class.wheelchair_places, room):
        raise no
    if len(waiting) >= rules.LONGEST_QUEUE:
        raise rules.queue_too_long()


def join_in_order(
    session: Session, *, course_class: CourseClass, groups: Sequence[Group], by: Viewer | None
) -> list[WaitingParty]:
    """Let many groups wait at the end of a queue in the order given, without looking at one again: for an allocation.

    Whoever is in the class or waits for it already, or could never fit, is left out with her group. The number of
    statements does not grow with the groups.
    """
    ids = [person_id for group in groups for person_id in group.person_ids]
    facts = facts_of(session, course_class, ids, lock=True)
    places.read_counters(session, course_class, lock=True)
    waiting = _who_waits(session, course_class.id)
    kept = [group for group in groups if all(_may_wait(each, facts, waiting) for each in group.person_ids)]
    parties = _add(session, course_class, kept, facts, by)
    if parties:
        offer_free(session, course_class, is_opening=False)
    return parties


def _may_wait(person_id: int, facts: dict[int, Facts], waiting: Collection[int]) -> bool:
    return person_id in facts and facts[person_id].seat is None and person_id not in waiting


def _who_waits(session: Session, class_id: int) -> set[int]:
    standing = select(WaitingPlace.person_id).where(WaitingPlace.class_id == class_id, WaitingPlace.ended_at.is_(None))
    return set(session.scalars(standing))


def _brings(group: Group, facts: dict[int, Facts]) -> list[tuple[bool, bool]]:
    """Of each in a group: whether she comes in a wheelchair, whether with an escort."""
    return [
        (facts[each].takes_wheelchair_place(each in group.wheelchair_ids), each in group.escort_ids)
        for each in group.person_ids
    ]


def _add(
    session: Session, course_class: CourseClass, groups: Sequence[Group], facts: dict[int, Facts], by: Viewer | None
) -> list[WaitingParty]:
    """Write parties at the end of the queue of a class that is locked; the statements do not grow with them."""
    if not groups:
        return []
    highest = select(func.max(WaitingParty.number)).where(WaitingParty.class_id == course_class.id)
    numbered = dict(enumerate(groups, (session.scalar(highest) or 0) + 1))
    common = {"class_id": course_class.id, "joined_at": clock.now(), "joined_by_id": by.person_id if by else None}
    new = [common | {"number": number, "hand": group.hand} for number, group in numbered.items()]
    parties = session.scalars(insert(WaitingParty).returning(WaitingParty), new).all()
    rows = [
        {
            "class_id": course_class.id,
            "party_id": party.id,
            "person_id": person_id,
            "takes_wheelchair_place": wheelchair,
            "has_escort": escort,
        }
        for party in parties
        for person_id, (wheelchair, escort) in zip(
            numbered[party.number].person_ids, _brings(numbered[party.number], facts), strict=True
        )
    ]
    written = session.scalars(insert(WaitingPlace).returning(WaitingPlace), rows).all()
    people = [(place, place.person_id) for place in written]
    audit.record_all(session, "waiting.joined", people, by=by, about=course_class.course.title)
    return sorted(parties, key=lambda party: party.number)


def leave(session: Session, place: WaitingPlace, *, by: Viewer) -> WaitingPlace:
    """Take one person out of the queue; the others of her party go on waiting, and an offer to them shrinks."""
    if not (by.may_for(place.person_id, Right.WITHDRAW) or serves(by, place.party.course_class)):
        raise enrolment.no_right(place.person.name)
    return take_out(session, place, Ending.LEFT, by=by)


def take_out(session: Session, place: WaitingPlace, ending: Ending, *, by: Viewer | None) -> WaitingPlace:
    """End one person's waiting, by whatever cause; what was held for her is free for the next."""
    enrolment.lock_class(session, place.class_id)
    session.refresh(place)
    if place.ended_at is not None:
        return place
    party = place.party
    place.ended_at, place.ending = clock.now(), ending
    about = party.course_class.course.title
    audit.record(session, f"waiting.{ending.value}", place, by=by, on_behalf_of=place.person_id, about=about)
    session.flush()
    offer = open_offer(session, party.id)
    if party.standing:
        if offer:
            _shrink(session, offer, party.wants)
    else:
        if offer:
            _close(session, offer, Answer.WITHDRAWN, by)
        _end(session, party, ending)
    offer_free(session, party.course_class)
    return place


def open_offer(session: Session, party_id: int) -> Offer | None:
    """The offer that a party has not answered, read anew."""
    wanted = select(Offer).where(Offer.party_id == party_id, Offer.answered_at.is_(None))
    return session.scalar(wanted, execution_options=FRESH)


def _shrink(session: Session, offer: Offer, wants: Places) -> None:
    held = offer.held
    too_many = Places(held.seats - wants.seats, held.wheelchairs - wants.wheelchairs, held.escorts - wants.escorts)
    places.let_go(session, offer.class_id, too_many)
    offer.seats, offer.wheelchairs, offer.escorts = wants
    session.flush()


def _close(session: Session, offer: Offer, answer: Answer, by: Viewer | None) -> None:
    """Write an offer's answer; unless it was accepted, its places are free again."""
    offer.answered_at, offer.answer, offer.answered_by_id = clock.now(), answer, by.person_id if by else None
    session.flush()
    if answer is not Answer.ACCEPTED:
        places.let_go(session, offer.class_id, offer.held)


def _end(session: Session, party: WaitingParty, ending: Ending) -> None:
    places.let_go(session, party.class_id, Places(seats=party.kept))
    now = clock.now()
    for place in party.standing:
        place.ended_at, place.ending = now, ending
    party.ended_at, party.ending, party.kept, party.kept_since = now, ending, 0, None
    session.flush()


def _refuse_answer(offer: Offer) -> None:
    """Refuse what was answered, passed on or taken back meanwhile, each in its own words."""
    if offer.answer in (Answer.ACCEPTED, Answer.DECLINED):
        raise rules.answered_already(offer.answer is Answer.ACCEPTED)
    if offer.answer is Answer.SILENT:
        raise rules.gone_to_next()
    if offer.answer is not None:
        raise rules.no_longer_offered()


def may_answer(offer: Offer, by: Viewer) -> bool:
    """Whether this viewer may answer: one of the party, a relative of one, or staff of the class or who calls."""
    if any(by.may_for(place.person_id, Right.ENROL) for place in offer.party.places):
        return True
    return serves(by, offer.course_class) or bool(callers(offer) & {post.organisation_id for post in by.posts})


def callers(offer: Offer) -> set[int]:
    """The homes and sites whose staff are to call."""
    return {rung.organisation_id for rung in offer.rungs if rung.organisation_id is not None}


def _begin_answer(session: Session, offer: Offer, by: Viewer) -> None:
    """Lock people, then the class; then see whether the offer still stands."""
    if not may_answer(offer, by):
        raise enrolment.no_right(offer.party.places[0].person.name)
    people = sorted(place.person_id for place in offer.party.places)
    session.execute(
        select(Person.id).where(Person.id.in_(people)).order_by(Person.id).with_for_update(key_share=True)
    ).all()
    enrolment.lock_class(session, offer.class_id)
    session.refresh(offer)
    session.refresh(offer.party, ["places", "kept", "ended_at"])
    for place in offer.party.places:
        session.refresh(place)
    _refuse_answer(offer)


def accept(session: Session, offer: Offer, *, hand: Hand, by: Viewer) -> list[Seat]:
    """Turn the held places into seats for all of the party.

    Refuses with DomainError: no_right, offer_late, offer_answered, offer_gone, and where one of them may no longer be
    in this class with the words of a seat; the offer then stands as it was.
    """
    _begin_answer(session, offer, by)
    party = offer.party
    waiting = party.standing
    _close(session, offer, Answer.ACCEPTED, by)
    _end(session, party, Ending.SEATED)
    seats = enrolment.take_held_seats(
        session,
        course_class=offer.course_class,
        person_ids=[place.person_id for place in waiting],
        hand=hand,
        by=by,
        wheelchair_ids={place.person_id for place in waiting if place.takes_wheelchair_place},
        escort_ids={place.person_id for place in waiting if place.has_escort},
    )
    _record(session, "waiting.accepted", offer, waiting, by)
    return seats


def decline(session: Session, offer: Offer, *, by: Viewer) -> Offer:
    """Give the places to the next; the party's waiting ends. Refuses with DomainError as ``accept``."""
    _begin_answer(session, offer, by)
    waiting = offer.party.standing
    _close(session, offer, Answer.DECLINED, by)
    _end(session, offer.party, Ending.DECLINED)
    _record(session, "waiting.declined", offer, waiting, by)
    offer_free(session, offer.course_class)
    return offer


def _record(session: Session, action: str, offer: Offer, waiting: Sequence[WaitingPlace], by: Viewer | None) -> None:
    people = [(offer, place.person_id) for place in waiting]
    audit.record_all(session, action, people, by=by, about=offer.course_class.course.title)


def tick(session: Session, rung: OfferRung, *, is_reached: bool, by: Viewer) -> OfferRung:
    """Put on record that somebody called, or tried to; a rung that was ticked may be ticked again after a later call."""
    _refuse_answer(rung.offer)
    rung.tried_at, rung.is_reached, rung.ticked_by_id = clock.now(), is_reached, by.person_id
    audit.record(session, "waiting.called", rung.offer, by=by, on_behalf_of=rung.person_id, reached=is_reached)
    return rung


def pass_on(session: Session, offer_id: int) -> bool:
    """Give an offer's places to the next if nobody answered in its days and every rung was tried; whether it did.

    Any number of processes may try it at once.
    """
    offer = session.get(Offer, offer_id)
    if offer is None:
        return False
    enrolment.lock_class(session, offer.class_id)
    session.refresh(offer)
    if offer.answer is not None or offer.answer_by >= clock.today():
        return False
    _note_texts(session, offer)
    if not rules.all_tried([rung.tried_at is not None for rung in offer.rungs]):
        return False
    party = session.get_one(WaitingParty, offer.party_id, populate_existing=True)
    waiting = party.standing
    _close(session, offer, Answer.SILENT, None)
    _end(session, party, Ending.SILENT)
    _record(session, "waiting.passed_on", offer, waiting, None)
    offer_passed_on.send(session, offer=offer)
    offer_free(session, offer.course_class)
    return True


def _note_texts(session: Session, offer: Offer) -> None:
    """Write down which texts went out; who sends them knows."""
    open_rungs = {rung.id: rung for rung in offer.rungs if rung.tried_at is None and rung.kind is not RungKind.CALL}
    if not open_rungs:
        return
    for _handler, tried in looking_for_texts.send(session, rung_ids=list(open_rungs)):
        for rung_id, at in tried.items():
            open_rungs[rung_id].tried_at = at
    session.flush()


def move(
    session: Session, party: WaitingParty, *, to: int, reason: str, by: Viewer, seen: int | None = None
) -> WaitingParty:
    """Put a party at another place of the queue, counted from 1, with the reason on its people's record.

    ``seen`` is the place at which it was shown. Refuses with DomainError: no_reason, offer_gone where it no longer
    waits, changed_meanwhile where it is somewhere else by now.
    """
    if not reason.strip():
        raise rules.needs_reason()
    enrolment.lock_class(session, party.class_id)
    queue = {each.id: each for each in standing_parties(session, party.class_id)}
    if party.id not in queue:
        raise rules.no_longer_offered()
    order = list(queue)
    was = order.index(party.id) + 1
    if seen is not None and seen != was:
        raise rules.changed_meanwhile(was)
    for number, party_id in enumerate(rules.reordered(order, party.id, to), 1):
        queue[party_id].number = number
    session.flush()
    for place in party.standing:
        audit.record(
            session, "waiting.moved", party, by=by, on_behalf_of=place.person_id, reason=reason, was=was, becomes=to
        )
    offer_free(session, party.course_class, is_opening=False)
    return party


def end_queue(session: Session, course_class: CourseClass) -> list[int]:
    """Everybody's waiting for a class that is over or was cancelled ends; returns who waited."""
    enrolment.lock_class(session, course_class.id)
    gone, held, now = [], Places(), clock.now()
    for party in standing_parties(session, course_class.id):
        held = held.plus(Places(seats=party.kept))
        for offer in party.offers:
            held = held.plus(offer.held)
            offer.answered_at, offer.answer = now, Answer.WITHDRAWN
        for place in party.standing:
            place.ended_at, place.ending = now, Ending.CLASS_GONE
            gone.append((place, place.person_id))
        party.ended_at, party.ending, party.kept, party.kept_since = now, Ending.CLASS_GONE, 0, None
    session.flush()
    places.let_go(session, course_class.id, held)
    audit.record_all(session, "waiting.class_gone", gone, by=None, about=course_class.course.title)
    return [person_id for _place, person_id in gone]
