"""A site offers residents seats in one of its classes and fetches them; the home accepts with names, or declines."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import time

from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import Session

from senior_univ.audit.actions import record
from senior_univ.care.queries import needs_of
from senior_univ.core import clock
from senior_univ.core.access import Viewer
from senior_univ.core.errors import DomainError
from senior_univ.enrolment.actions import Outcome
from senior_univ.network.models import Organisation
from senior_univ.partnerships.actions.agreements import enrol_residents
from senior_univ.partnerships.models import NewsKind, Rider, TransportOffer, TransportState
from senior_univ.partnerships.news import tell
from senior_univ.timetable.models import CourseClass
from senior_univ.timetable.rules import minute_of_day

ANSWERED = {
    TransportState.ACCEPTED: _l("This offer has been accepted already."),
    TransportState.DECLINED: _l("This offer has been declined meanwhile."),
    TransportState.TAKEN_BACK: _l("The site has taken this offer back meanwhile."),
}


@dataclass(frozen=True)
class Ride:
    """How residents are fetched to a class."""

    vehicle: str
    places: int
    wheelchair_places: int
    escorts: int
    picks_up_at: time
    picks_up_where: str
    note: str = ""


def offer_transport(
    session: Session, course_class: CourseClass, home: Organisation, ride: Ride, *, by: Viewer
) -> TransportOffer:
    """Offer a home's residents seats with transport.

    DomainError: class_over, not_a_home, too_many_wheelchairs, too_many_places, too_late_pick_up.
    """
    _check(course_class, home, ride)
    offer = TransportOffer(
        course_class=course_class, home=home, offered_at=clock.now(), offered_by_id=by.person_id, **vars(ride)
    )
    session.add(offer)
    record(session, "transport.offered", offer, by=by, class_id=course_class.id, home_id=home.id)
    return offer


def _check(course_class: CourseClass, home: Organisation, ride: Ride) -> None:
    if course_class.cancelled_at is not None or course_class.last_lesson_at <= clock.now():
        raise DomainError("class_over", _l("This class is over or was cancelled."), field="class_id")
    if course_class.home_id is not None:
        raise DomainError("not_open", _l("This class is for the residents of one home."), field="class_id")
    if not home.is_care_home or home.closed_on is not None:
        raise DomainError("not_a_home", _l("%(name)s is no care home.", name=home.name), field="home")
    if ride.wheelchair_places > ride.places:
        words = _l("There can't be more places for wheelchairs than places.")
        raise DomainError("too_many_wheelchairs", words, field="wheelchair_places")
    if ride.places > course_class.seats_free:
        words = _l("Only %(free)d seats of this class are free.", free=max(0, course_class.seats_free))
        raise DomainError("too_many_places", words, field="places")
    if minute_of_day(ride.picks_up_at) >= minute_of_day(course_class.starts):
        raise DomainError("too_late_pick_up", _l("The lesson has begun by then."), field="picks_up_at")


def _take_up(session: Session, offer: TransportOffer) -> None:
    """Wait for whoever answers this offer just now, then refuse where it is answered."""
    session.flush()  # a refresh forgets what was not written yet
    session.refresh(offer, ["accepted_at", "declined_at", "taken_back_at"], with_for_update=True)
    if words := ANSWERED.get(offer.state):
        raise DomainError("answered_already", words)


def accept_transport(session: Session, offer: TransportOffer, person_ids: Collection[int], *, by: Viewer) -> Outcome:
    """These residents come: they get their seats and places in the vehicle; who may not is told why.

    DomainError: answered_already, nobody, too_many, too_many_wheelchairs, not_resident, nobody_fits.
    """
    _take_up(session, offer)
    _check_riders(session, offer, person_ids)
    outcome = enrol_residents(session, offer.course_class, offer.home_id, person_ids, by=by)
    if not outcome.taken:
        reasons = [f"{person.name}：{refusal.message}" for person, refusal in outcome.refused]
        raise DomainError("nobody_fits", _l("Nobody of those you chose can come."), field="people", suggestions=reasons)
    offer.accepted_at, offer.answered_by_id = clock.now(), by.person_id
    session.add_all(Rider(offer_id=offer.id, person_id=seat.person_id) for seat in outcome.taken)
    record(session, "transport.accepted", offer, by=by, riders=len(outcome.taken))
    tell(session, NewsKind.RIDE_ACCEPTED, offer, to=offer.course_class.organisation_id, by=offer.home_id)
    return outcome


def _check_riders(session: Session, offer: TransportOffer, person_ids: Collection[int]) -> None:
    if not person_ids:
        raise DomainError("nobody", _l("Please tick at least one resident."), field="people")
    if len(person_ids) > offer.places:
        words = _l("The vehicle has %(places)d places, and you chose %(chosen)d.", places=offer.places, chosen=len(person_ids))  # fmt: skip
        raise DomainError("too_many", words, field="people")
    wheelchairs = sum(needs.uses_wheelchair for needs in needs_of(session, person_ids).values())
    if wheelchairs > offer.wheelchair_places:
        words = _l(
            "The vehicle has %(places)d places for wheelchairs, and %(chosen)d of those you chose need one.",
            places=offer.wheelchair_places,
            chosen=wheelchairs,
        )
        raise DomainError("too_many_wheelchairs", words, field="people")


def decline_transport(session: Session, offer: TransportOffer, reason: str, *, by: Viewer) -> TransportOffer:
    """The home needs no transport; refuses answered_already and no_reason."""
    _take_up(session, offer)
    if not reason:
        raise DomainError("no_reason", _l("Please say why, in a few words; the site reads it."), field="reason")
    offer.declined_at, offer.answered_by_id, offer.decline_reason = clock.now(), by.person_id, reason
    record(session, "transport.declined", offer, by=by)
    tell(session, NewsKind.RIDE_DECLINED, offer, to=offer.course_class.organisation_id, by=offer.home_id)
    return offer


def take_transport_back(session: Session, offer: TransportOffer, *, by: Viewer) -> TransportOffer:
    """The site can't after all, before the home has answered; refuses answered_already."""
    _take_up(session, offer)
    offer.taken_back_at = clock.now()
    record(session, "transport.taken_back", offer, by=by)
    tell(session, NewsKind.RIDE_TAKEN_BACK, offer, to=offer.home_id, by=offer.course_class.organisation_id)
    return offer
