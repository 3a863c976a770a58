"""Requests, offers, agreements and transports that a viewer may see, and the sites that a home may ask."""

from collections.abc import Collection, Sequence
from typing import Any

from sqlalchemy import ColumnElement, Select, case, false, or_, select
from sqlalchemy.orm import Session, contains_eager, joinedload, selectinload

from senior_univ.care import queries as care
from senior_univ.care.models import CareBlock
from senior_univ.care.rules import blocks_hit
from senior_univ.core import clock
from senior_univ.core.access import Viewer
from senior_univ.core.errors import NotFoundError
from senior_univ.core.permissions import Permission
from senior_univ.network.models import TEACHING_KINDS, Organisation, Region, Room
from senior_univ.network.queries import below
from senior_univ.partnerships.models import Agreement, ClassOffer, ClassRequest, Rider, TransportOffer
from senior_univ.partnerships.rules import Wish
from senior_univ.teaching.models import Teacher
from senior_univ.timetable.models import CourseClass
from senior_univ.timetable.queries import class_options


def asks_for(viewer: Viewer, home_id: int) -> bool:
    """Whether ``viewer`` asks for classes for this home."""
    return home_id in viewer.organisation_ids(Permission.ASK_FOR_CLASS)


def answers_for(viewer: Viewer, site_id: int) -> bool:
    """Whether ``viewer`` answers requests to this site."""
    return site_id in viewer.organisation_ids(Permission.ANSWER_CLASS_REQUEST)


def counties(viewer: Viewer) -> set[str]:
    """The counties of the sites for which ``viewer`` answers."""
    return {post.prefix[:6] for post in viewer.posts if post.gives(Permission.ANSWER_CLASS_REQUEST)}


def is_near(home_code: ColumnElement[str] | Any, viewer: Viewer) -> ColumnElement[bool]:
    """Condition that a home lies in a county of the viewer's sites: an open request of it goes to them."""
    return or_(false(), *(below(home_code, county) for county in sorted(counties(viewer))))


def sites_answering(session: Session, viewer: Viewer, asked: ClassRequest) -> Sequence[Organisation]:
    """The viewer's sites that may answer this request."""
    own = viewer.organisation_ids(Permission.ANSWER_CLASS_REQUEST)
    query = select(Organisation).where(Organisation.id.in_(own), Organisation.kind.in_(TEACHING_KINDS))
    if asked.site_id is not None:
        query = query.where(Organisation.id == asked.site_id)
    else:
        query = query.where(below(Organisation.region_code, asked.home.region_code[:6]))
    return session.scalars(query.order_by(Organisation.id)).all()


def _concerns(viewer: Viewer) -> ColumnElement[bool]:
    homes = viewer.organisation_ids(Permission.ASK_FOR_CLASS)
    sites = viewer.organisation_ids(Permission.ANSWER_CLASS_REQUEST)
    to_all = ClassRequest.site_id.is_(None) & ClassRequest.home.has(is_near(Organisation.region_code, viewer))
    return or_(false(), ClassRequest.home_id.in_(homes), ClassRequest.site_id.in_(sites), to_all)


def offer_options() -> tuple[Any, ...]:
    """Loads an offer with all that is said of it."""
    return (
        joinedload(ClassOffer.agreement),
        joinedload(ClassOffer.course),
        joinedload(ClassOffer.room).joinedload(Room.venue),
        joinedload(ClassOffer.teacher).joinedload(Teacher.person),
        joinedload(ClassOffer.co_teacher).joinedload(Teacher.person),
        joinedload(ClassOffer.counter),
    )


def visible_requests(viewer: Viewer) -> Select[ClassRequest]:
    """Requests of the viewer's homes and to the viewer's sites, the newest first, with all that is said of them."""
    return (
        select(ClassRequest)
        .where(_concerns(viewer))
        .order_by(ClassRequest.asked_at.desc(), ClassRequest.id.desc())
        .options(
            joinedload(ClassRequest.home),
            joinedload(ClassRequest.site),
            joinedload(ClassRequest.subject),
            selectinload(ClassRequest.offers).options(*offer_options()),
        )
    )


def request_for(session: Session, viewer: Viewer, request_id: int) -> ClassRequest:
    """That request, or NotFoundError for whoever is neither the home nor a site that is asked."""
    found = session.scalar(visible_requests(viewer).where(ClassRequest.id == request_id))
    if found is None:
        raise NotFoundError
    return found


def _parties(viewer: Viewer) -> ColumnElement[bool]:
    homes = viewer.organisation_ids(Permission.ASK_FOR_CLASS)
    sites = viewer.organisation_ids(Permission.ANSWER_CLASS_REQUEST)
    return or_(false(), Agreement.home_id.in_(homes), Agreement.site_id.in_(sites))


def visible_agreements(viewer: Viewer) -> Select[Agreement]:
    """Agreements of the viewer's homes and sites, the newest first, with their offers, classes and feedback."""
    offer = joinedload(Agreement.offer)
    return (
        select(Agreement)
        .where(_parties(viewer))
        .order_by(Agreement.agreed_at.desc(), Agreement.id.desc())
        .options(
            joinedload(Agreement.home),
            joinedload(Agreement.site),
            joinedload(Agreement.course_class),
            selectinload(Agreement.feedback),
            offer.joinedload(ClassOffer.request).joinedload(ClassRequest.subject),
            *(offer.options(option) for option in offer_options()),
        )
    )


def agreement_for(session: Session, viewer: Viewer, agreement_id: int) -> Agreement:
    """That agreement, or NotFoundError for whoever is neither the home nor the site."""
    found = session.scalar(visible_agreements(viewer).where(Agreement.id == agreement_id))
    if found is None:
        raise NotFoundError
    return found


def class_of(session: Session, agreement: Agreement) -> CourseClass | None:
    """The class that was scheduled on an agreement, with its room."""
    query = select(CourseClass).where(CourseClass.id == agreement.class_id)
    return session.scalar(query.options(joinedload(CourseClass.room), joinedload(CourseClass.term)))


def is_scheduled(session: Session, agreement: Agreement) -> bool:
    """Whether the agreement's class has been scheduled and not been cancelled since."""
    scheduled = class_of(session, agreement)
    return scheduled is not None and scheduled.cancelled_at is None


def visible_transports(viewer: Viewer) -> Select[TransportOffer]:
    """Offers of seats with transport of the viewer's sites and to the viewer's homes, the newest first."""
    homes = viewer.organisation_ids(Permission.ASK_FOR_CLASS)
    sites = viewer.organisation_ids(Permission.ANSWER_CLASS_REQUEST)
    of_class: tuple[Any, ...] = class_options()
    return (
        select(TransportOffer)
        .join(TransportOffer.course_class)
        .where(or_(false(), TransportOffer.home_id.in_(homes), CourseClass.organisation_id.in_(sites)))
        .order_by(TransportOffer.offered_at.desc(), TransportOffer.id.desc())
        .options(
            joinedload(TransportOffer.home),
            contains_eager(TransportOffer.course_class).options(*of_class),
            selectinload(TransportOffer.riders).joinedload(Rider.person),
        )
    )


def transport_for(session: Session, viewer: Viewer, offer_id: int) -> TransportOffer:
    """That offer, or NotFoundError for whoever is neither the site nor the home."""
    found = session.scalar(visible_transports(viewer).where(TransportOffer.id == offer_id))
    if found is None:
        raise NotFoundError
    return found


def classes_to_fill(session: Session, viewer: Viewer) -> Sequence[CourseClass]:
    """The viewer's sites' classes with free seats to which residents could be fetched, by weekday."""
    query = select(CourseClass).where(
        CourseClass.organisation_id.in_(viewer.organisation_ids(Permission.ANSWER_CLASS_REQUEST)),
        CourseClass.home_id.is_(None),
        CourseClass.cancelled_at.is_(None),
        CourseClass.last_lesson_at > clock.now(),
        CourseClass.capacity > CourseClass.seats_taken + CourseClass.seats_held,
    )
    return session.scalars(
        query.order_by(CourseClass.weekday, CourseClass.starts, CourseClass.id).options(*class_options())
    ).all()


def homes_near(session: Session, viewer: Viewer) -> Sequence[Organisation]:
    """The standing care homes of the counties of the viewer's sites, by name."""
    query = select(Organisation).where(is_near(Organisation.region_code, viewer), Organisation.closed_on.is_(None))
    found = session.scalars(query.order_by(Organisation.name, Organisation.id)).all()
    return [each for each in found if each.is_care_home]


def classes_taught(session: Session, teacher_ids: Collection[int]) -> dict[int, list[CourseClass]]:
    """The weekly classes of these teachers that are not over, by teacher, Monday first."""
    query = select(CourseClass).where(
        CourseClass.teacher_id.in_(teacher_ids),
        CourseClass.cancelled_at.is_(None),
        CourseClass.last_lesson_at >= clock.now(),
    )
    taught: dict[int, list[CourseClass]] = {}
    for course_class in session.scalars(query.order_by(CourseClass.weekday, CourseClass.starts)):
        taught.setdefault(course_class.teacher_id, []).append(course_class)
    return taught


def sites_near(home: Organisation, text: str = "") -> Select[Organisation]:
    """Teaching organisations that ``home`` may ask, the nearest first: its township, its county.

    Without ``text`` those of its county; ``text`` finds others by their name or their place's.
    """
    code = home.region_code
    township = below(Organisation.region_code, code[:9]) if len(code) >= 9 else false()
    county = below(Organisation.region_code, code[:6])
    nearest = case((township, 0), (county, 1), else_=2)
    query = select(Organisation).join(Organisation.region).options(contains_eager(Organisation.region))
    query = query.where(Organisation.kind.in_(TEACHING_KINDS), Organisation.closed_on.is_(None))
    called = or_(Organisation.name.contains(text, autoescape=True), Region.name.contains(text, autoescape=True))
    return query.where(called if text else county).order_by(nearest, Organisation.name, Organisation.id)


def site(session: Session, site_id: int) -> Organisation | None:
    """A teaching organisation that may be asked."""
    query = select(Organisation).where(Organisation.id == site_id, Organisation.closed_on.is_(None))
    return session.scalar(query.where(Organisation.kind.in_(TEACHING_KINDS)).options(joinedload(Organisation.region)))


def care_day_hit(session: Session, wish: Wish) -> Sequence[CareBlock]:
    """The times of the home's day that lie in the hours asked for, each once whatever the units."""
    blocks = care.home_blocks(session, wish.home.id)
    hit = (block for window in wish.windows for block in blocks_hit(blocks, *window))
    return list({(block.kind, block.starts, block.ends): block for block in hit}.values())
