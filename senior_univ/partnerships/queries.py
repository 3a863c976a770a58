"""Requests, offers and agreements that a viewer may see, and the sites that a home may ask."""

from collections.abc import Collection, Sequence

from sqlalchemy import ColumnElement, Select, case, false, or_, select
from sqlalchemy.orm import Session, contains_eager, joinedload, selectinload

from senior_univ.care import queries as care
from senior_univ.care.models import CareBlock
from senior_univ.care.rules import blocks_hit
from senior_univ.core import clock
from senior_univ.core.access import Viewer
from senior_univ.core.errors import NotFoundError
from senior_univ.core.permissions import Permission
from senior_univ.network.models import TEACHING_KINDS, Organisation, Region
from senior_univ.network.queries import below
from senior_univ.partnerships.models import Agreement, ClassOffer, ClassRequest
from senior_univ.partnerships.rules import Wish
from senior_univ.teaching.models import Teacher
from senior_univ.timetable.models import CourseClass


def asks_for(viewer: Viewer, home_id: int) -> bool:
    """Whether ``viewer`` asks for classes for this home."""
    return home_id in viewer.organisation_ids(Permission.ASK_FOR_CLASS)


def answers_for(viewer: Viewer, site_id: int) -> bool:
    """Whether ``viewer`` answers requests to this site."""
    return site_id in viewer.organisation_ids(Permission.ANSWER_CLASS_REQUEST)


def _concerns(viewer: Viewer, rows: type[ClassRequest] | type[Agreement]) -> ColumnElement[bool]:
    homes = viewer.organisation_ids(Permission.ASK_FOR_CLASS)
    sites = viewer.organisation_ids(Permission.ANSWER_CLASS_REQUEST)
    return or_(false(), rows.home_id.in_(homes), rows.site_id.in_(sites))


def visible_requests(viewer: Viewer) -> Select[ClassRequest]:
    """Requests of the viewer's homes and to the viewer's sites, the newest first, with all that is said of them."""
    offers = selectinload(ClassRequest.offers)
    return (
        select(ClassRequest)
        .where(_concerns(viewer, ClassRequest))
        .order_by(ClassRequest.asked_at.desc(), ClassRequest.id.desc())
        .options(
            joinedload(ClassRequest.home),
            joinedload(ClassRequest.site),
            joinedload(ClassRequest.subject),
            offers.joinedload(ClassOffer.agreement),
            offers.joinedload(ClassOffer.course),
            offers.joinedload(ClassOffer.teacher).joinedload(Teacher.person),
        )
    )


def request_for(session: Session, viewer: Viewer, request_id: int) -> ClassRequest:
    """That request, or NotFoundError for whoever is neither the home nor the site."""
    found = session.scalar(visible_requests(viewer).where(ClassRequest.id == request_id))
    if found is None:
        raise NotFoundError
    return found


def visible_agreements(viewer: Viewer) -> Select[Agreement]:
    """Agreements of the viewer's homes and sites, the newest first, with their offers."""
    offer = joinedload(Agreement.offer)
    return (
        select(Agreement)
        .where(_concerns(viewer, Agreement))
        .order_by(Agreement.agreed_at.desc(), Agreement.id.desc())
        .options(
            joinedload(Agreement.home),
            joinedload(Agreement.site),
            offer.joinedload(ClassOffer.request).joinedload(ClassRequest.subject),
            offer.joinedload(ClassOffer.course),
            offer.joinedload(ClassOffer.teacher).joinedload(Teacher.person),
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
    hit = (block for day in wish.weekdays for block in blocks_hit(blocks, day, wish.earliest, wish.latest))
    return list({(block.kind, block.starts, block.ends): block for block in hit}.values())
