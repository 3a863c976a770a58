"""Seats with transport: the site offers, the home accepts with names, the pick-up list is printed."""

from functools import partial

from flask import flash, redirect, request, url_for
from flask_babel import gettext as _

from senior_univ.care import queries as care
from senior_univ.core.errors import NotFoundError
from senior_univ.core.paging import paginate
from senior_univ.core.permissions import Permission
from senior_univ.core.web import Page, allow, carry_out, db, found, number_asked, render, signed_in
from senior_univ.partnerships import actions, queries
from senior_univ.partnerships.actions.transport import Ride
from senior_univ.partnerships.forms import DeclineForm, PeopleForm, RideForm
from senior_univ.partnerships.models import TRANSPORT_LABELS, TRANSPORT_TAGS, TransportOffer
from senior_univ.partnerships.news import news_of
from senior_univ.partnerships.views.blueprint import blueprint
from senior_univ.partnerships.views.scheduling import (
    CHANGE,
    CONFIRM,
    ids_of,
    look_ahead,
    residents_by_unit,
    seats_ahead,
    tell_outcome,
)


@blueprint.get("/transports")
@allow(Permission.SEE_CLASS_REQUESTS)
def transports() -> Page:
    """Every offer of seats with transport of one's sites and to one's homes, the newest first."""
    page = paginate(db(), queries.visible_transports(signed_in()), 25)
    offers = signed_in().may(Permission.ANSWER_CLASS_REQUEST)
    return render(
        "partnerships/transports.html", page=page, offers=offers, labels=TRANSPORT_LABELS, tags=TRANSPORT_TAGS
    )


@blueprint.route("/transports/new", methods=["GET", "POST"])
@allow(Permission.ANSWER_CLASS_REQUEST)
def new_transport() -> Page:
    """The site offers residents of a home seats in one of its classes (``?class=``), and fetches them."""
    classes, homes = queries.classes_to_fill(db(), signed_in()), queries.homes_near(db(), signed_in())
    form = RideForm()
    form.offer(classes, homes)
    if not form.is_submitted():
        form.class_id.data = str(number_asked("class") or "")
    if form.validate_on_submit():
        taught = next(each for each in classes if str(each.id) == form.class_id.data)
        home = next(each for each in homes if str(each.id) == form.home.data)
        if made := carry_out(form, lambda: actions.offer_transport(db(), taught, home, _ride(form), by=signed_in())):
            flash(_("Your offer has been sent to %(home)s.", home=home.name), "ok")
            return redirect(url_for("partnerships.transport", transport_id=made.id), 303)
    return render("partnerships/new_transport.html", form=form, classes=classes, homes=homes)


def _ride(form: RideForm) -> Ride:
    return Ride(
        vehicle=form.vehicle.data or "",
        places=form.places.data or 0,
        wheelchair_places=form.wheelchair_places.data or 0,
        escorts=form.escorts.data or 0,
        picks_up_at=form.picks_up_at.data,
        picks_up_where=form.picks_up_where.data or "",
        note=form.note.data or "",
    )


@blueprint.get("/transports/<int:transport_id>")
@allow(Permission.SEE_CLASS_REQUESTS)
def transport(transport_id: int) -> Page:
    """One offer: what is fetched when, and what this side may do now."""
    offer = queries.transport_for(db(), signed_in(), transport_id)
    return render(
        "partnerships/transport.html",
        offer=offer,
        news=news_of(db(), signed_in(), offer),
        is_home=queries.asks_for(signed_in(), offer.home_id),
        is_site=queries.answers_for(signed_in(), offer.course_class.organisation_id),
        labels=TRANSPORT_LABELS,
        tags=TRANSPORT_TAGS,
    )


def _to_our_home(transport_id: int) -> TransportOffer:
    offer = queries.transport_for(db(), signed_in(), transport_id)
    if not queries.asks_for(signed_in(), offer.home_id):
        raise NotFoundError
    return offer


@blueprint.route("/transports/<int:transport_id>/accept", methods=["GET", "POST"])
@allow(Permission.ASK_FOR_CLASS)
def accept_transport(transport_id: int) -> Page:
    """The home chooses who comes; a check names who can't get a seat, then they get their seats."""
    offer, form = _to_our_home(transport_id), PeopleForm()
    units = residents_by_unit(offer.home_id)
    chosen, step = form.chosen(ids_of(units)), request.form.get("step")
    if form.validate_on_submit() and step != CHANGE:
        act = partial(actions.accept_transport, db(), offer, chosen, by=signed_in())
        if step != CONFIRM and (ahead := look_ahead(form, lambda: seats_ahead(act()))):
            title = _("Who is fetched to %(course)s?", course=_to_our_home(transport_id).course_class.course.title)
            return render("partnerships/residents_check.html", form=form, title=title, ahead=ahead, chosen=chosen)
        if step == CONFIRM and (done := carry_out(form, act)):
            tell_outcome(done)
            return redirect(url_for("partnerships.transport", transport_id=transport_id), 303)
    return render(
        "partnerships/accept_transport.html",
        form=form,
        offer=offer,
        units=units,
        needs=care.needs_of(db(), ids_of(units)),
        chosen=chosen,
    )


@blueprint.route("/transports/<int:transport_id>/decline", methods=["GET", "POST"])
@allow(Permission.ASK_FOR_CLASS)
def decline_transport(transport_id: int) -> Page:
    """The home needs no transport, and says why."""
    offer, form = _to_our_home(transport_id), DeclineForm()
    if form.validate_on_submit() and carry_out(
        form, lambda: actions.decline_transport(db(), offer, form.reason.data or "", by=signed_in())
    ):
        return redirect(url_for("partnerships.transport", transport_id=transport_id), 303)
    return render("partnerships/decline_transport.html", form=form, offer=offer)


@blueprint.post("/transports/<int:transport_id>/take-back")
@allow(Permission.ANSWER_CLASS_REQUEST)
def take_transport_back(transport_id: int) -> Page:
    """The site can't after all."""
    offer = queries.transport_for(db(), signed_in(), transport_id)
    if not queries.answers_for(signed_in(), offer.course_class.organisation_id):
        raise NotFoundError
    carry_out(None, lambda: actions.take_transport_back(db(), offer, by=signed_in()))
    flash(_("The offer has been taken back."), "ok")
    return redirect(url_for("partnerships.transport", transport_id=transport_id), 303)


@blueprint.get("/transports/<int:transport_id>/list")
@allow(Permission.SEE_CLASS_REQUESTS)
def pick_up_list(transport_id: int) -> Page:
    """The pick-up list on paper: who, with what need, a box to tick for the way there and the way back."""
    offer = queries.transport_for(db(), signed_in(), transport_id)
    found(offer.accepted_at)
    ids = [rider.person_id for rider in offer.riders]
    return render(
        "partnerships/pick_up_list.html",
        offer=offer,
        needs=care.needs_of(db(), ids),
        residencies=care.residencies_of(db(), ids),
    )
