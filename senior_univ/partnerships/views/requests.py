"""Requests as both sides see them; the home takes one back, the site declines."""

from collections.abc import Sequence

from flask import flash, redirect, url_for
from flask_babel import gettext as _

from senior_univ.core.errors import NotFoundError
from senior_univ.core.paging import paginate
from senior_univ.core.permissions import Permission
from senior_univ.core.web import Page, allow, carry_out, db, found, render, signed_in
from senior_univ.network.models import Organisation
from senior_univ.partnerships import actions, matching, queries, rules
from senior_univ.partnerships.forms import DeclineForm
from senior_univ.partnerships.models import (
    FREQUENCY_LABELS,
    REQUEST_LABELS,
    REQUEST_TAGS,
    ClassOffer,
    ClassRequest,
    RequestState,
)
from senior_univ.partnerships.news import news_of, take_notice
from senior_univ.partnerships.views.blueprint import blueprint
from senior_univ.timetable.models import DELIVERY_LABELS

SHOWN_MATCHES = 8
MOST_SITES = 200


@blueprint.get("/requests")
@allow(Permission.SEE_CLASS_REQUESTS)
def requests() -> Page:
    """Every request of one's homes and to one's sites, the newest first."""
    page = paginate(db(), queries.visible_requests(signed_in()), 25)
    return render(
        "partnerships/requests.html",
        page=page,
        states={asked.id: state_seen(asked) for asked in page.rows},
        asks=signed_in().may(Permission.ASK_FOR_CLASS),
        labels=REQUEST_LABELS,
        tags=REQUEST_TAGS,
    )


def state_seen(asked: ClassRequest) -> RequestState:
    """Where a request stands for this viewer: a site learns nothing of what others offered."""
    if queries.asks_for(signed_in(), asked.home_id) or asked.site_id is not None:
        return asked.state
    return rules.state_for(asked, signed_in().organisation_ids(Permission.ANSWER_CLASS_REQUEST))


@blueprint.get("/requests/<int:request_id>")
@allow(Permission.SEE_CLASS_REQUESTS)
def request(request_id: int) -> Page:
    """One request: where it stands, what was said, and what this side may do now."""
    asked = queries.request_for(db(), signed_in(), request_id)
    is_home = queries.asks_for(signed_in(), asked.home_id)
    sites = queries.sites_answering(db(), signed_in(), asked)
    offers = [offer for offer in asked.offers if is_home or offer.site_id in {site.id for site in sites}]
    return render(
        "partnerships/request.html",
        asked=asked,
        news=news_of(db(), signed_in(), asked),
        state=state_seen(asked),
        offers=offers,
        changed={offer.id: _changes(offer) for offer in offers},
        is_home=is_home,
        is_site=bool(sites),
        may_offer=_may_offer(asked, sites),
        labels=REQUEST_LABELS,
        tags=REQUEST_TAGS,
        frequency_labels=FREQUENCY_LABELS,
        delivery_labels=DELIVERY_LABELS,
    )


def _changes(offer: ClassOffer) -> list[str]:
    return rules.changes(offer.counters, offer) if offer.counters else []


def _may_offer(asked: ClassRequest, sites: Sequence[Organisation]) -> bool:
    """Whether one of the viewer's sites has nothing open with the home."""
    is_asking = asked.state in (RequestState.WAITING, RequestState.OFFERED, RequestState.COUNTERED)
    return is_asking and any(asked.open_offer_of(site.id) is None for site in sites)


@blueprint.post("/exchange-news/<int:news_id>/notice")
@allow(Permission.SEE_CLASS_REQUESTS)
def notice(news_id: int) -> Page:
    """Somebody here has seen what the other side did."""
    said = found(carry_out(None, lambda: take_notice(db(), signed_in(), news_id)))
    flash(_("Noted. It no longer stands on your first page."), "ok")
    if said.request_id:
        return redirect(url_for("partnerships.request", request_id=said.request_id), 303)
    if said.agreement_id:
        return redirect(url_for("partnerships.agreement", agreement_id=said.agreement_id), 303)
    return redirect(url_for("partnerships.transport", transport_id=said.transport_id), 303)


@blueprint.get("/requests/<int:request_id>/matches")
@allow(Permission.ASK_FOR_CLASS)
def matches(request_id: int) -> Page:
    """Which teachers of the site, or of the county, might come, and which room of the home fits; with reasons."""
    asked = of_home(request_id)
    county = db().scalars(queries.sites_near(asked.home).limit(MOST_SITES)).all()
    sites = [asked.site] if asked.site else list(county)
    teachers = matching.rank_teachers(db(), asked, sites)
    return render(
        "partnerships/matches.html",
        asked=asked,
        subject=matching.subject_words(asked),
        teachers=[match for match in teachers if match.level is not None][:SHOWN_MATCHES],
        rooms=matching.rank_rooms(db(), asked, asked.home_id),
    )


def of_home(request_id: int) -> ClassRequest:
    """A request of one of the viewer's homes, or 404."""
    asked = queries.request_for(db(), signed_in(), request_id)
    if not queries.asks_for(signed_in(), asked.home_id):
        raise NotFoundError
    return asked


@blueprint.post("/requests/<int:request_id>/take-back")
@allow(Permission.ASK_FOR_CLASS)
def take_back(request_id: int) -> Page:
    """The home no longer asks."""
    asked = of_home(request_id)
    carry_out(None, lambda: actions.take_back(db(), asked, by=signed_in()))
    flash(_("The request has been taken back."), "ok")
    return redirect(url_for("partnerships.request", request_id=request_id), 303)


@blueprint.route("/requests/<int:request_id>/decline", methods=["GET", "POST"])
@allow(Permission.ANSWER_CLASS_REQUEST)
def decline(request_id: int) -> Page:
    """The site can't, and says why."""
    asked, form = queries.request_for(db(), signed_in(), request_id), DeclineForm()
    if asked.site_id is None or not queries.answers_for(signed_in(), asked.site_id):
        raise NotFoundError
    if form.validate_on_submit() and carry_out(
        form, lambda: actions.decline_request(db(), asked, form.reason.data, by=signed_in())
    ):
        return redirect(url_for("partnerships.request", request_id=request_id), 303)
    return render("partnerships/decline.html", form=form, asked=asked)
