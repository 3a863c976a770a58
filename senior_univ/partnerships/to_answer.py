"""What of the exchange waits for somebody, as one number of each kind: for the first screen, in one query."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, ScalarSelect, Select, and_, exists, false, func, or_, select
from sqlalchemy.orm import Session, aliased

from senior_univ.catalogue.models import Course
from senior_univ.core import clock
from senior_univ.core.access import Viewer
from senior_univ.core.permissions import Permission
from senior_univ.network.models import Organisation
from senior_univ.partnerships.models import Agreement, ClassOffer, ClassRequest, Feedback, TransportOffer
from senior_univ.partnerships.queries import is_near
from senior_univ.timetable.models import CourseClass

LaterOffer = aliased(ClassOffer)
OtherOffer = aliased(ClassOffer)


@dataclass(frozen=True)
class ToAnswer:
    """How many requests, offers and counters wait for an answer, agreements for a class or feedback, rides for names."""

    requests: int
    offers: int
    to_schedule: int
    feedback: int
    rides: int

    @property
    def total(self) -> int:
        """All of it."""
        return self.requests + self.offers + self.to_schedule + self.feedback + self.rides


def to_answer(session: Session, viewer: Viewer) -> ToAnswer:
    """What waits for this viewer's homes and sites."""
    waiting = (
        _count(requests_waiting(viewer)),
        _count(offers_waiting(viewer)),
        _count(agreements_to_schedule(viewer)),
        _count(agreements_to_look_back(viewer)),
        _count(rides_waiting(viewer)),
    )
    return ToAnswer(*session.execute(select(*waiting)).one())


def _count(query: Select[Any]) -> ScalarSelect[int]:
    return query.with_only_columns(func.count()).correlate(None).scalar_subquery()


def _homes(viewer: Viewer) -> frozenset[int]:
    return viewer.organisation_ids(Permission.ASK_FOR_CLASS)


def _sites(viewer: Viewer) -> frozenset[int]:
    return viewer.organisation_ids(Permission.ANSWER_CLASS_REQUEST)


def _is_asking() -> ColumnElement[bool]:
    """Condition on ClassRequest: neither declined, taken back nor agreed."""
    is_agreed = exists().where(Agreement.offer_id == OtherOffer.id, OtherOffer.request_id == ClassRequest.id)
    return and_(ClassRequest.declined_at.is_(None), ClassRequest.taken_back_at.is_(None), ~is_agreed)


def _is_open() -> ColumnElement[bool]:
    """Condition on ClassOffer: neither declined nor countered."""
    return and_(ClassOffer.declined_at.is_(None), ~exists().where(LaterOffer.counters_id == ClassOffer.id))


def _by_site(sites: frozenset[int]) -> ColumnElement[bool]:
    """Condition on ClassOffer: it is between the home and one of these sites."""
    return ClassOffer.course.has(Course.organisation_id.in_(sites))


def requests_waiting(viewer: Viewer) -> Select[ClassRequest]:
    """Requests to these sites, or to all of their county, to which they have nothing open."""
    sites = _sites(viewer)
    to_all = ClassRequest.site_id.is_(None) & ClassRequest.home.has(is_near(Organisation.region_code, viewer))
    has_answered = exists().where(ClassOffer.request_id == ClassRequest.id, _is_open(), _by_site(sites))
    mine = or_(false(), ClassRequest.site_id.in_(sites), to_all)
    return select(ClassRequest).where(mine, _is_asking(), ~has_answered)


def offers_waiting(viewer: Viewer) -> Select[ClassOffer]:
    """Offers to these homes, and changes of offers that these sites made."""
    to_me = or_(
        and_(ClassOffer.is_by_home.is_(False), ClassOffer.request.has(ClassRequest.home_id.in_(_homes(viewer)))),
        and_(ClassOffer.is_by_home.is_(True), _by_site(_sites(viewer))),
    )
    return select(ClassOffer).where(to_me, _is_open(), ClassOffer.request.has(_is_asking()))


def agreements_to_schedule(viewer: Viewer) -> Select[Agreement]:
    """Agreements of these homes that stand and have no class."""
    is_held = exists().where(CourseClass.id == Agreement.class_id, CourseClass.cancelled_at.is_(None))
    return select(Agreement).where(Agreement.home_id.in_(_homes(viewer)), Agreement.ended_at.is_(None), ~is_held)


def agreements_to_look_back(viewer: Viewer) -> Select[Agreement]:
    """Agreements that are over (as ``rules.is_over``) and of which this side has not said how it was."""
    today = clock.today()
    has_class = exists().where(CourseClass.id == Agreement.class_id)
    is_gone = has_class.where(CourseClass.cancelled_at.is_not(None))
    is_past = has_class.where(
        CourseClass.cancelled_at.is_(None), CourseClass.last_lesson_at < clock.day_bounds(today)[0]
    )
    ended = and_(Agreement.ended_at.is_not(None), has_class, or_(Agreement.to_on < today, is_gone))
    is_over = or_(ended, and_(Agreement.ended_at.is_(None), is_past))
    owes = or_(
        and_(Agreement.home_id.in_(_homes(viewer)), ~_has_said(is_by_home=True)),
        and_(Agreement.site_id.in_(_sites(viewer)), ~_has_said(is_by_home=False)),
    )
    return select(Agreement).where(is_over, owes)


def _has_said(*, is_by_home: bool) -> ColumnElement[bool]:
    return exists().where(Feedback.agreement_id == Agreement.id, Feedback.is_by_home.is_(is_by_home))


def rides_waiting(viewer: Viewer) -> Select[TransportOffer]:
    """Offers of seats with transport that these homes have not answered."""
    is_coming = TransportOffer.course_class.has(
        and_(CourseClass.cancelled_at.is_(None), CourseClass.last_lesson_at > clock.now())
    )
    unanswered = [
        column.is_(None)
        for column in (TransportOffer.accepted_at, TransportOffer.declined_at, TransportOffer.taken_back_at)
    ]
    return select(TransportOffer).where(TransportOffer.home_id.in_(_homes(viewer)), is_coming, *unanswered)
