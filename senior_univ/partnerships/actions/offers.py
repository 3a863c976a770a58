"""A site offers, either side counters, declines or accepts. Only what could be scheduled is offered."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta

from flask_babel import lazy_gettext as _l
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from senior_univ.audit.actions import record
from senior_univ.core import clock
from senior_univ.core.access import Viewer
from senior_univ.core.errors import DomainError
from senior_univ.network.queries import rooms_of
from senior_univ.partnerships import rules
from senior_univ.partnerships.actions import village
from senior_univ.partnerships.actions.requests import NO_LONGER_OPEN, refuse_open_offer, sites_engaged, take_up
from senior_univ.partnerships.models import Agreement, ClassOffer, ClassRequest, Frequency, NewsKind, RequestState
from senior_univ.partnerships.news import tell
from senior_univ.partnerships.rules import Proposal
from senior_univ.teaching.models import Teacher
from senior_univ.teaching.rules import reasons_against
from senior_univ.timetable import actions as timetable
from senior_univ.timetable import queries as timetable_queries
from senior_univ.timetable.conflicts import find_conflicts, slot_of
from senior_univ.timetable.models import Term
from senior_univ.timetable.rules import Plan, ends_same_day

LONGEST_COUNT = 60
LOOKED_AT = 4
"""How many lessons are looked at to tell in which weeks a class may begin."""


def make_offer(session: Session, request: ClassRequest, proposal: Proposal, *, by: Viewer) -> ClassOffer:
    """Answer a request with a class that can really be held.

    DomainError: no_longer_open, offer_open, wrong_course, wrong_teacher, wrong_room, and what stands against the time in
    every room that it may be in, with the nearest free times.
    """
    take_up(session, request)
    refuse_open_offer(request, proposal.course.organisation_id)
    check_possible(session, request, proposal, by=by)
    return _write(session, request, proposal, by=by)


def check_possible(session: Session, request: ClassRequest, proposal: Proposal, *, by: Viewer) -> None:
    """Refuse a proposal that could not be held."""
    _check_proposal(request, proposal)
    _check_term(session, proposal)
    if request.village_places:
        village.check_time(session, request.home_id, proposal.weekday, proposal.starts, proposal.minutes)
    timetable.refuse_impossible(session, plans(session, request, proposal), by=by)


def _write(
    session: Session, request: ClassRequest, proposal: Proposal, *, by: Viewer, counters: ClassOffer | None = None
) -> ClassOffer:
    offer = ClassOffer(
        request=request,
        is_by_home=counters is not None and not counters.is_by_home,
        offered_at=clock.now(),
        offered_by_id=by.person_id,
        **vars(proposal),
    )
    if counters is not None:
        offer.counters = counters
    session.add(offer)
    record(session, "class_offer.countered" if counters else "class_offer.made", offer, by=by, request_id=request.id)
    return offer


def _check_proposal(request: ClassRequest, proposal: Proposal) -> None:
    site_id = proposal.course.organisation_id
    if request.site_id not in (None, site_id) or proposal.course.closed_at is not None:
        raise DomainError("wrong_course", _l("This course is not given by your site."), field="course")
    _check_teacher(proposal.teacher, site_id, "teacher")
    if proposal.co_teacher is not None:
        _check_teacher(proposal.co_teacher, site_id, "co_teacher")
        if proposal.co_teacher.id == proposal.teacher.id:
            raise DomainError("same_teacher", _l("The second teacher must be somebody else."), field="co_teacher")
    if not ends_same_day(proposal.starts, proposal.minutes):
        raise DomainError("past_midnight", _l("A lesson must end on the day on which it begins."), field="minutes")
    rules.check_period(proposal.from_on, proposal.to_on, clock.today())
    _check_counts(request, proposal)
    _check_room(request, proposal, site_id)


def _check_term(session: Session, proposal: Proposal) -> None:
    """What is said of from and to lies in one term."""
    term = timetable_queries.current_term(session, proposal.from_on)
    if term is not None:
        rules.check_in_term(proposal.from_on, proposal.to_on, term)


def _check_teacher(teacher: Teacher, site_id: int, field: str) -> None:
    name = teacher.person.name
    if teacher.organisation_id != site_id:
        raise DomainError("wrong_teacher", _l("%(name)s does not teach for your site.", name=name), field=field)
    if reasons := reasons_against(teacher, clock.today()):
        words = _l("%(name)s can't be given a class: %(reason)s.", name=name, reason=reasons[0])
        raise DomainError("wrong_teacher", words, field=field)


def _check_counts(request: ClassRequest, proposal: Proposal) -> None:
    if proposal.lessons is not None and not 1 <= proposal.lessons <= LONGEST_COUNT:
        words = _l("A class has from 1 to %(most)d lessons.", most=LONGEST_COUNT)
        raise DomainError("no_lessons", words, field="lessons")
    if proposal.learners is not None and proposal.learners < max(1, request.wheelchairs):
        words = _l("It must be for one resident at least, and for everybody who comes in a wheelchair.")
        raise DomainError("no_learners", words, field="learners")


def _check_room(request: ClassRequest, proposal: Proposal, site_id: int) -> None:
    room = proposal.room
    if room is None:
        return
    if room.venue.organisation_id not in (request.home_id, site_id):
        raise DomainError("wrong_room", _l("This room belongs to neither of the two sides."), field="room")
    if request.village_places and room.venue.organisation_id != request.home_id:
        words = _l("The home opens its own room to the village; please choose one of the home's.")
        raise DomainError("wrong_room", words, field="room")
    heads = (proposal.learners or request.learners) + request.escorts + request.village_places
    if not rules.rooms_that_hold([room], heads, request.wheelchairs):
        words = _l(
            "%(room)s is too small: %(heads)d people come, %(wheelchairs)d of them in a wheelchair.",
            room=room.name,
            heads=heads,
            wheelchairs=request.wheelchairs,
        )
        raise DomainError("room_too_small", words, field="room")


def plans(session: Session, request: ClassRequest, proposal: Proposal) -> list[Plan]:
    """What opening the class would mean, in the room or in each room of the home; none before a term is entered.

    Every other week, from a day that is not said, it may be these weeks or those.
    """
    term = timetable_queries.current_term(session, proposal.from_on)
    if term is None:
        return []
    learners = proposal.learners or request.learners
    rooms = [proposal.room] if proposal.room else rooms_of(session, request.home_id)
    return [
        Plan(
            course=proposal.course,
            term=term,
            teacher=proposal.teacher,
            room=room,
            weekday=proposal.weekday,
            starts=proposal.starts,
            minutes=proposal.minutes,
            capacity=min(learners + request.village_places, room.capacity),
            wheelchair_places=min(request.wheelchairs, room.wheelchair_places),
            home_id=request.home_id,
            from_on=from_on,
            until_on=proposal.to_on,
            lessons=proposal.lessons or request.frequency.usual_lessons,
            every_weeks=request.frequency.every_weeks,
        )
        for room in rooms
        for from_on in _first_days(request.frequency, proposal.from_on, term)
    ]


def _first_days(frequency: Frequency, from_on: date | None, term: Term) -> list[date | None]:
    if from_on is not None or frequency is not Frequency.FORTNIGHTLY:
        return [from_on]
    earliest = max(term.starts_on, clock.today() + timedelta(days=1))
    return [earliest + timedelta(weeks=number) for number in range(frequency.every_weeks)]


def can_begin(session: Session, offer: ClassOffer, days: Sequence[date]) -> bool:
    """Whether the first lessons of what was agreed could be on these days as far as its teacher and room go."""
    if not days:
        return False
    proposal = replace(rules.proposal_of(offer), from_on=days[0], lessons=min(len(days), LOOKED_AT))
    slots = [slot_of(session, plan) for plan in plans(session, offer.request, proposal)]
    return any(not find_conflicts(session, slot) for slot in slots)


def home_of_class(request: ClassRequest) -> int | None:
    """The home whose residents alone may sit in the class; None where it is open to the village."""
    return None if request.village_places else request.home_id


def counter_offer(session: Session, offer: ClassOffer, changed: Proposal, *, by: Viewer) -> ClassOffer:
    """Answer an offer with another one, which differs in part; refuses as ``make_offer``, and nothing_changed."""
    request = offer.request
    take_up(session, request)
    _refuse_answered(offer)
    if replace(changed, note="") == replace(rules.proposal_of(offer), note=""):
        raise DomainError("nothing_changed", _l("Nothing is different from the offer. Please change something."))
    check_possible(session, request, changed, by=by)
    countered = _write(session, request, changed, by=by, counters=offer)
    try:
        session.flush()  # one counter for an offer: the database's last word
    except IntegrityError as error:
        raise _answered_meanwhile() from error
    return countered


def _answered_meanwhile() -> DomainError:
    return DomainError("offer_countered", _l("A change of this offer has been asked for meanwhile; please look again."))


def _refuse_answered(offer: ClassOffer) -> None:
    if offer.declined_at is not None:
        raise DomainError("offer_declined", _l("This offer has been declined meanwhile."))
    if offer.counter is not None:
        raise _answered_meanwhile()


def decline_offer(session: Session, offer: ClassOffer, *, by: Viewer, reason: str = "") -> ClassOffer:
    """The other side doesn't want this; another may be made. Refuses no_longer_open, offer_declined, offer_countered."""
    take_up(session, offer.request)
    _refuse_answered(offer)
    offer.declined_at, offer.declined_by_id, offer.decline_reason = clock.now(), by.person_id, reason
    record(session, "class_offer.declined", offer, by=by)
    to, from_ = sides_told(offer)
    tell(session, NewsKind.OFFER_DECLINED, offer.request, to=to, by=from_)
    return offer


def sides_told(offer: ClassOffer) -> tuple[int, int]:
    """Who made an offer and is told of the answer, and whose answer it is."""
    home_id, site_id = offer.request.home_id, offer.site_id
    return (home_id, site_id) if offer.is_by_home else (site_id, home_id)


def agree(session: Session, offer: ClassOffer, *, by: Viewer) -> Agreement:
    """Make an agreement of an offer, from and to as was offered, else from today until its term ends.

    Refuses no_longer_open, offer_declined, offer_countered and in_the_past. Nothing else of the request stays open.
    """
    request, today = offer.request, clock.today()
    take_up(session, request)
    _refuse_answered(offer)
    if offer.to_on is not None and offer.to_on < today:
        words = _l("The last day of this offer has passed. Please ask for a change with other days.")
        raise DomainError("in_the_past", words)
    term = timetable_queries.current_term(session, offer.from_on)
    others = [site_id for site_id in sites_engaged(request) if site_id != offer.site_id]
    agreement = Agreement(
        offer=offer,
        home_id=request.home_id,
        site_id=offer.site_id,
        agreed_at=clock.now(),
        agreed_by_id=by.person_id,
        from_on=max(offer.from_on or today, today),
        to_on=offer.to_on or (term.ends_on if term else None),
    )
    session.add(agreement)
    try:
        session.flush()  # one agreement for an offer: the database's last word
    except IntegrityError as error:
        raise DomainError("no_longer_open", NO_LONGER_OPEN[RequestState.AGREED]) from error
    record(session, "agreement.made", agreement, by=by, offer_id=offer.id)
    to, from_ = sides_told(offer)
    tell(session, NewsKind.AGREED, agreement, to=to, by=from_)
    for site_id in others:
        tell(session, NewsKind.AGREED_ELSEWHERE, request, to=site_id, by=request.home_id)
    return agreement
