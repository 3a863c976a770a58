"""What of the exchange waits for somebody, each thing by itself: words and the page on which it is dealt with."""

from collections.abc import Iterator
from typing import Any, NamedTuple

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import Session, joinedload

from senior_univ.catalogue.models import Course
from senior_univ.core.access import Viewer
from senior_univ.core.words import is_chinese
from senior_univ.partnerships import to_answer
from senior_univ.partnerships.models import Agreement, ClassOffer, ClassRequest, News, NewsKind, TransportOffer
from senior_univ.partnerships.news import unseen
from senior_univ.timetable.models import CourseClass

MOST = 5
"""Of each kind so many are named."""
NEWS_WORDS = {
    NewsKind.REQUEST_DECLINED: _l("%(who)s can't give the class that you asked for: %(what)s"),
    NewsKind.REQUEST_TAKEN_BACK: _l("%(who)s has taken its request back: %(what)s"),
    NewsKind.OFFER_DECLINED: _l("%(who)s has declined your offer: %(what)s"),
    NewsKind.AGREED: _l("%(who)s has agreed: %(what)s"),
    NewsKind.AGREED_ELSEWHERE: _l("%(who)s has agreed with another site: %(what)s"),
    NewsKind.SCHEDULED: _l("%(who)s has scheduled the class: %(what)s"),
    NewsKind.ENDED: _l("%(who)s has ended the agreement: %(what)s"),
    NewsKind.RIDE_ACCEPTED: _l("%(who)s lets residents be fetched: %(what)s"),
    NewsKind.RIDE_DECLINED: _l("%(who)s needs no transport: %(what)s"),
    NewsKind.RIDE_TAKEN_BACK: _l("%(who)s can't fetch residents after all: %(what)s"),
}


class Item(NamedTuple):
    """One thing: what it is, and the endpoint of its page with what that takes."""

    words: str
    endpoint: str
    arguments: dict[str, Any]


def waiting_items(session: Session, viewer: Viewer) -> list[Item]:
    """What waits for an answer first, then what is new; six queries, whatever there is."""
    return [
        *_requests(session, viewer),
        *_offers(session, viewer),
        *_agreements(session, viewer),
        *_rides(session, viewer),
        *map(_news, session.scalars(unseen(viewer).limit(MOST))),
    ]


def _requests(session: Session, viewer: Viewer) -> Iterator[Item]:
    query = to_answer.requests_waiting(viewer).order_by(ClassRequest.asked_at, ClassRequest.id).limit(MOST)
    options = (joinedload(ClassRequest.home), joinedload(ClassRequest.subject))
    for asked in session.scalars(query.options(*options)):
        who, what = asked.home.name, _subject(asked)
        words = _("%(who)s asks every site of the county for a class: %(what)s", who=who, what=what)
        if asked.site_id is not None:
            words = _("%(who)s asks for a class: %(what)s", who=who, what=what)
        yield _of_request(words, asked.id)


def _offers(session: Session, viewer: Viewer) -> Iterator[Item]:
    query = to_answer.offers_waiting(viewer).order_by(ClassOffer.offered_at, ClassOffer.id).limit(MOST)
    of_course = joinedload(ClassOffer.course)
    of_request = joinedload(ClassOffer.request).joinedload(ClassRequest.home)
    for offer in session.scalars(query.options(of_course.joinedload(Course.organisation), of_request)):
        title = offer.course.title
        if offer.is_by_home:
            words = _("%(who)s would like your offer changed: %(what)s", who=offer.request.home.name, what=title)
        else:
            words = _("%(who)s offers a class: %(what)s", who=offer.course.organisation.name, what=title)
        yield _of_request(words, offer.request_id)


def _agreements(session: Session, viewer: Viewer) -> Iterator[Item]:
    for query, words in (
        (to_answer.agreements_to_schedule(viewer), _l("Schedule the class that is agreed on: %(what)s")),
        (to_answer.agreements_to_look_back(viewer), _l("Say how it was: %(what)s")),
    ):
        found = query.order_by(Agreement.agreed_at, Agreement.id).limit(MOST)
        for agreed in session.scalars(found.options(joinedload(Agreement.offer).joinedload(ClassOffer.course))):
            yield _of_agreement(str(words) % {"what": agreed.offer.course.title}, agreed.id)


def _rides(session: Session, viewer: Viewer) -> Iterator[Item]:
    query = to_answer.rides_waiting(viewer).order_by(TransportOffer.offered_at, TransportOffer.id).limit(MOST)
    taught = joinedload(TransportOffer.course_class)
    options = (taught.joinedload(CourseClass.course), taught.joinedload(CourseClass.organisation))
    for offer in session.scalars(query.options(*options)):
        who, what = offer.course_class.organisation.name, offer.course_class.course.title
        yield _of_ride(_("%(who)s would fetch residents: %(what)s", who=who, what=what), offer.id)


def _news(said: News) -> Item:
    words, who = str(NEWS_WORDS[said.kind]), said.by.name
    if said.request is not None:
        return _of_request(words % {"who": who, "what": _subject(said.request)}, said.request.id)
    if said.agreement is not None:
        return _of_agreement(words % {"who": who, "what": said.agreement.offer.course.title}, said.agreement.id)
    taught = said.transport.course_class if said.transport else None
    return _of_ride(words % {"who": who, "what": taught.course.title if taught else ""}, said.transport_id or 0)


def _subject(asked: ClassRequest) -> str:
    return asked.subject.name if is_chinese() else asked.subject.name_en


def _of_request(words: str, request_id: int) -> Item:
    return Item(words, "partnerships.request", {"request_id": request_id})


def _of_agreement(words: str, agreement_id: int) -> Item:
    return Item(words, "partnerships.agreement", {"agreement_id": agreement_id})


def _of_ride(words: str, transport_id: int) -> Item:
    return Item(words, "partnerships.transport", {"transport_id": transport_id})
