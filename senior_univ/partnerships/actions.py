"""Asking, offering, declining, agreeing, and scheduling what was agreed. Nothing here commits."""

from datetime import date

from flask_babel import lazy_gettext as _l
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from senior_univ.audit.actions import record
from senior_univ.core import clock
from senior_univ.core.access import Viewer
from senior_univ.core.errors import DomainError
from senior_univ.network.queries import rooms_of
from senior_univ.partnerships import queries, rules
from senior_univ.partnerships.models import Agreement, ClassOffer, ClassRequest, RequestState
from senior_univ.teaching.rules import reasons_against
from senior_univ.timetable import actions as timetable
from senior_univ.timetable import queries as timetable_queries
from senior_univ.timetable.models import CourseClass
from senior_univ.timetable.rules import Plan, first_day

NO_LONGER_OPEN = {
    RequestState.AGREED: _l("This request has been agreed already."),
    RequestState.DECLINED: _l("The site has declined this request meanwhile."),
    RequestState.TAKEN_BACK: _l("The home has taken this request back meanwhile."),
}


def ask_for_class(session: Session, wish: rules.Wish, *, by: Viewer) -> ClassRequest:
    """Send a request to a site; refuses what ``rules.check_wish`` refuses, and already_asked."""
    may_ask(session, wish)
    request = ClassRequest(
        home=wish.home,
        site=wish.site,
        subject=wish.subject,
        learners=wish.learners,
        wheelchairs=wish.wheelchairs,
        weekdays=sorted(wish.weekdays),
        earliest=wish.earliest,
        latest=wish.latest,
        note=wish.note,
        asked_at=clock.now(),
        asked_by_id=by.person_id,
    )
    session.add(request)
    record(session, "class_request.asked", request, by=by, home_id=wish.home.id, site_id=wish.site.id)
    return request


def may_ask(session: Session, wish: rules.Wish) -> bool:
    """Whether a request could be sent as it is; refuses as ``ask_for_class`` does, which sends it."""
    rules.check_wish(wish)
    _refuse_second(session, wish)
    return True


def _refuse_second(session: Session, wish: rules.Wish) -> None:
    query = select(ClassRequest).where(
        ClassRequest.home_id == wish.home.id,
        ClassRequest.site_id == wish.site.id,
        ClassRequest.subject_id == wish.subject.id,
        ClassRequest.declined_at.is_(None),
        ClassRequest.taken_back_at.is_(None),
    )
    if any(request.state is not RequestState.AGREED for request in session.scalars(query)):
        words = _l("You have asked %(site)s for this subject already; its answer is still open.", site=wish.site.name)
        raise DomainError("already_asked", words, field="subject")


def _take_up(session: Session, request: ClassRequest) -> None:
    """Wait for whoever is answering this request just now, then refuse where nothing is left to answer."""
    session.flush()  # a refresh forgets what was not written yet
    session.refresh(request, ["declined_at", "taken_back_at"], with_for_update=True)
    for offer in request.offers:
        session.expire(offer, ["declined_at", "agreement"])
    session.expire(request, ["offers"])
    if words := NO_LONGER_OPEN.get(request.state):
        raise DomainError("no_longer_open", words)


def take_back(session: Session, request: ClassRequest, *, by: Viewer) -> ClassRequest:
    """The home no longer asks; refuses no_longer_open."""
    _take_up(session, request)
    request.taken_back_at = clock.now()
    record(session, "class_request.taken_back", request, by=by)
    return request


def decline_request(session: Session, request: ClassRequest, reason: str, *, by: Viewer) -> ClassRequest:
    """The site can't, and says why; refuses no_longer_open, offer_open and no_reason."""
    _take_up(session, request)
    _refuse_open_offer(request)
    if not reason:
        raise DomainError("no_reason", _l("Please say why, in a few words; the home reads it."), field="reason")
    request.declined_at, request.declined_by_id, request.decline_reason = clock.now(), by.person_id, reason
    record(session, "class_request.declined", request, by=by)
    return request


def _refuse_open_offer(request: ClassRequest) -> None:
    if request.open_offer is not None:
        raise DomainError("offer_open", _l("An offer has been made already; the home has not answered it yet."))


def make_offer(session: Session, request: ClassRequest, proposal: rules.Proposal, *, by: Viewer) -> ClassOffer:
    """Answer a request with a class that can really be held.

    DomainError: no_longer_open, offer_open, wrong_course, wrong_teacher, and what stands against the time in every room
    of the home, with the nearest free times.
    """
    _take_up(session, request)
    _refuse_open_offer(request)
    _check_proposal(request, proposal)
    timetable.refuse_impossible(session, plans(session, request, proposal), by=by)
    offer = ClassOffer(
        request=request,
        course=proposal.course,
        teacher=proposal.teacher,
        weekday=proposal.weekday,
        starts=proposal.starts,
        minutes=proposal.minutes,
        note=proposal.note,
        offered_at=clock.now(),
        offered_by_id=by.person_id,
    )
    session.add(offer)
    record(session, "class_offer.made", offer, by=by, request_id=request.id)
    return offer


def _check_proposal(request: ClassRequest, proposal: rules.Proposal) -> None:
    site_id, name = request.site_id, proposal.teacher.person.name
    if proposal.course.organisation_id != site_id or proposal.course.closed_at is not None:
        raise DomainError("wrong_course", _l("This course is not given by your site."), field="course")
    if proposal.teacher.organisation_id != site_id:
        raise DomainError("wrong_teacher", _l("%(name)s does not teach for your site.", name=name), field="teacher")
    if reasons := reasons_against(proposal.teacher, clock.today()):
        words = _l("%(name)s can't be given a class: %(reason)s.", name=name, reason=reasons[0])
        raise DomainError("wrong_teacher", words, field="teacher")
    if proposal.starts.hour * 60 + proposal.starts.minute + proposal.minutes >= 24 * 60:
        raise DomainError("past_midnight", _l("A lesson must end on the day on which it begins."), field="minutes")


def plans(session: Session, request: ClassRequest, proposal: rules.Proposal) -> list[Plan]:
    """What opening the class would mean, in each room of the home; none before a term is entered."""
    term = timetable_queries.current_term(session)
    if term is None:
        return []
    return [
        Plan(
            course=proposal.course,
            term=term,
            teacher=proposal.teacher,
            room=room,
            weekday=proposal.weekday,
            starts=proposal.starts,
            minutes=proposal.minutes,
            capacity=min(request.learners, room.capacity),
            wheelchair_places=min(request.wheelchairs, room.wheelchair_places),
            home_id=request.home_id,
        )
        for room in rooms_of(session, request.home_id)
    ]


def decline_offer(session: Session, offer: ClassOffer, *, by: Viewer) -> ClassOffer:
    """The home doesn't want this offer; the site may make another. Refuses no_longer_open and offer_declined."""
    _take_up(session, offer.request)
    _refuse_declined(offer)
    offer.declined_at, offer.declined_by_id = clock.now(), by.person_id
    record(session, "class_offer.declined", offer, by=by)
    return offer


def _refuse_declined(offer: ClassOffer) -> None:
    if offer.declined_at is not None:
        raise DomainError("offer_declined", _l("This offer has been declined meanwhile."))


def agree(session: Session, offer: ClassOffer, *, by: Viewer) -> Agreement:
    """Make an agreement of an offer, from today. Refuses no_longer_open and offer_declined."""
    request = offer.request
    _take_up(session, request)
    _refuse_declined(offer)
    agreement = Agreement(
        offer=offer,
        home_id=request.home_id,
        site_id=request.site_id,
        agreed_at=clock.now(),
        agreed_by_id=by.person_id,
        from_on=clock.today(),
    )
    session.add(agreement)
    try:
        session.flush()  # one agreement for an offer: the database's last word
    except IntegrityError as error:
        raise DomainError("no_longer_open", NO_LONGER_OPEN[RequestState.AGREED]) from error
    record(session, "agreement.made", agreement, by=by, offer_id=offer.id)
    return agreement


def schedule_class(session: Session, agreement: Agreement, plan: Plan, *, by: Viewer) -> CourseClass:
    """Open the agreed class; refuses ended, already_scheduled, wrong_home and whatever ``open_class`` refuses."""
    session.flush()  # a refresh forgets what was not written yet
    session.refresh(agreement, ["class_id", "to_on"], with_for_update=True)
    _check_agreement(session, agreement, first_day(plan, clock.now()))
    if plan.home_id != agreement.home_id or plan.room.venue.organisation_id != agreement.home_id:
        raise DomainError("wrong_home", _l("The class is held in a room of the home."), field="room")
    opened = timetable.open_class(session, plan, by=by)
    agreement.class_id = opened.id
    record(session, "agreement.scheduled", agreement, by=by, class_id=opened.id)
    return opened


def _check_agreement(session: Session, agreement: Agreement, first: date) -> None:
    if agreement.to_on is not None and agreement.to_on < first:
        raise DomainError("ended", _l("This agreement has ended."))
    if queries.is_scheduled(session, agreement):
        raise DomainError("already_scheduled", _l("The class of this agreement has been scheduled already."))
