"""A home asks, takes back; a site declines. Whoever answers a request takes its row first (``take_up``)."""

from flask_babel import lazy_gettext as _l
from sqlalchemy import select
from sqlalchemy.orm import Session

from senior_univ.audit.actions import record
from senior_univ.core import clock
from senior_univ.core.access import Viewer
from senior_univ.core.errors import DomainError
from senior_univ.partnerships import rules
from senior_univ.partnerships.models import ClassRequest, NewsKind, RequestState
from senior_univ.partnerships.news import tell

NO_LONGER_OPEN = {
    RequestState.AGREED: _l("This request has been agreed already."),
    RequestState.DECLINED: _l("The site has declined this request meanwhile."),
    RequestState.TAKEN_BACK: _l("The home has taken this request back meanwhile."),
}


def ask_for_class(session: Session, wish: rules.Wish, *, by: Viewer) -> ClassRequest:
    """Send a request to a site, or to all of the county; refuses what ``rules.check_wish`` refuses, and already_asked."""
    may_ask(session, wish)
    request = ClassRequest(
        home=wish.home,
        site=wish.site,
        subject=wish.subject,
        learners=wish.learners,
        wheelchairs=wish.wheelchairs,
        escorts=wish.escorts,
        village_places=wish.village_places,
        weekdays=sorted(wish.weekdays),
        earliest=wish.earliest,
        latest=wish.latest,
        more_windows=[[w.weekday, w.starts.isoformat("minutes"), w.ends.isoformat("minutes")] for w in wish.more],
        frequency=wish.frequency,
        delivery=wish.delivery,
        note=wish.note,
        asked_at=clock.now(),
        asked_by_id=by.person_id,
    )
    session.add(request)
    site_id = wish.site.id if wish.site else None
    record(session, "class_request.asked", request, by=by, home_id=wish.home.id, site_id=site_id)
    return request


def may_ask(session: Session, wish: rules.Wish) -> bool:
    """Whether a request could be sent as it is; refuses as ``ask_for_class`` does, which sends it."""
    rules.check_wish(wish)
    _refuse_second(session, wish)
    return True


def _refuse_second(session: Session, wish: rules.Wish) -> None:
    to_whom = ClassRequest.site_id == wish.site.id if wish.site else ClassRequest.site_id.is_(None)
    query = select(ClassRequest).where(
        ClassRequest.home_id == wish.home.id,
        to_whom,
        ClassRequest.subject_id == wish.subject.id,
        ClassRequest.declined_at.is_(None),
        ClassRequest.taken_back_at.is_(None),
    )
    if any(request.state is not RequestState.AGREED for request in session.scalars(query)):
        words = _l("You have asked all sites for this subject already; their answers are still open.")
        if wish.site:
            site = wish.site.name
            words = _l("You have asked %(site)s for this subject already; its answer is still open.", site=site)
        raise DomainError("already_asked", words, field="subject")


def take_up(session: Session, request: ClassRequest) -> None:
    """Wait for whoever is answering this request just now, then refuse where nothing is left to answer."""
    session.flush()  # a refresh forgets what was not written yet
    session.refresh(request, ["declined_at", "taken_back_at"], with_for_update=True)
    for offer in request.offers:
        session.expire(offer, ["declined_at", "agreement", "counter"])
    session.expire(request, ["offers"])
    if words := NO_LONGER_OPEN.get(request.state):
        raise DomainError("no_longer_open", words)


def take_back(session: Session, request: ClassRequest, *, by: Viewer) -> ClassRequest:
    """The home no longer asks; refuses no_longer_open."""
    take_up(session, request)
    request.taken_back_at = clock.now()
    record(session, "class_request.taken_back", request, by=by)
    for site_id in sites_engaged(request):
        tell(session, NewsKind.REQUEST_TAKEN_BACK, request, to=site_id, by=request.home_id)
    return request


def sites_engaged(request: ClassRequest) -> list[int]:
    """The sites that have something open with the home."""
    return [offer.site_id for offer in request.open_offers]


def decline_request(session: Session, request: ClassRequest, reason: str, *, by: Viewer) -> ClassRequest:
    """The site can't, and says why; refuses no_longer_open, open_to_all, offer_open and no_reason."""
    take_up(session, request)
    if request.site_id is None:
        words = _l("This request goes to every site of the county: whoever can't need not answer.")
        raise DomainError("open_to_all", words)
    refuse_open_offer(request, request.site_id)
    if not reason:
        raise DomainError("no_reason", _l("Please say why, in a few words; the home reads it."), field="reason")
    request.declined_at, request.declined_by_id, request.decline_reason = clock.now(), by.person_id, reason
    record(session, "class_request.declined", request, by=by)
    tell(session, NewsKind.REQUEST_DECLINED, request, to=request.home_id, by=request.site_id)
    return request


def refuse_open_offer(request: ClassRequest, site_id: int) -> None:
    """Refuse where something is open between the home and this site already."""
    if offer := request.open_offer_of(site_id):
        words = _l("An offer has been made already; the home has not answered it yet.")
        if offer.is_by_home:
            words = _l("The home has asked for a change of your offer. Please answer that first.")
        raise DomainError("offer_open", words)
