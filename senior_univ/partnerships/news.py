"""Telling the other side of the exchange what was done; it stands on the first page until somebody there took notice."""

from collections.abc import Sequence

from sqlalchemy import ColumnElement, Select, false, or_, select
from sqlalchemy.orm import Session, contains_eager, joinedload

from senior_univ.core import clock
from senior_univ.core.access import Viewer
from senior_univ.core.permissions import Permission
from senior_univ.partnerships.models import Agreement, ClassOffer, ClassRequest, News, NewsKind, TransportOffer
from senior_univ.timetable.models import CourseClass

About = ClassRequest | Agreement | TransportOffer


def tell(session: Session, kind: NewsKind, about: About, *, to: int, by: int) -> None:
    """Tell the organisation ``to`` what the organisation ``by`` did. What was told of it before is no news any more."""
    session.flush()  # what is told of needs its id
    for old in session.scalars(
        select(News).where(_is_about(about), News.organisation_id == to, News.seen_at.is_(None))
    ):
        old.seen_at = clock.now()
    said = News(organisation_id=to, by_id=by, kind=kind, told_at=clock.now())
    if isinstance(about, ClassRequest):
        said.request_id = about.id
    elif isinstance(about, Agreement):
        said.agreement_id = about.id
    else:
        said.transport_id = about.id
    session.add(said)


def _is_about(about: About) -> ColumnElement[bool]:
    if isinstance(about, ClassRequest):
        return News.request_id == about.id
    return News.agreement_id == about.id if isinstance(about, Agreement) else News.transport_id == about.id


def _own(viewer: Viewer) -> ColumnElement[bool]:
    homes = viewer.organisation_ids(Permission.ASK_FOR_CLASS)
    sites = viewer.organisation_ids(Permission.ANSWER_CLASS_REQUEST)
    return or_(false(), News.organisation_id.in_(homes | sites))


def unseen(viewer: Viewer) -> Select[News]:
    """What those for whom the viewer works were told and have not taken notice of, the oldest first."""
    of_request = joinedload(News.request).joinedload(ClassRequest.subject)
    of_agreement = joinedload(News.agreement).joinedload(Agreement.offer).joinedload(ClassOffer.course)
    of_ride = joinedload(News.transport).joinedload(TransportOffer.course_class).joinedload(CourseClass.course)
    return (
        select(News)
        .join(News.by)
        .where(News.seen_at.is_(None), _own(viewer))
        .order_by(News.told_at, News.id)
        .options(contains_eager(News.by), of_request, of_agreement, of_ride)
    )


def news_of(session: Session, viewer: Viewer, about: About) -> Sequence[News]:
    """What of it is new to the viewer's side."""
    return session.scalars(unseen(viewer).where(_is_about(about))).all()


def take_notice(session: Session, viewer: Viewer, news_id: int) -> News | None:
    """Somebody here has seen it; None where it was never told to her side."""
    said = session.scalar(select(News).where(News.id == news_id, _own(viewer)))
    if said is not None and said.seen_at is None:
        said.seen_at = clock.now()
    return said
