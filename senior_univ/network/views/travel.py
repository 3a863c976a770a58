"""How far it is from a venue to the others around it, and what somebody knows better than the map."""

from flask import flash, redirect, url_for
from flask_babel import gettext as _

from senior_univ.core.paging import page_of
from senior_univ.core.permissions import Permission
from senior_univ.core.web import Page, allow, carry_out, db, found, number_asked, render, signed_in
from senior_univ.network import actions, queries
from senior_univ.network.forms import TravelForm
from senior_univ.network.models import TRAVEL_LABELS, Organisation, Venue
from senior_univ.network.views.blueprint import blueprint
from senior_univ.network.ways import SHOWN, ways_from

PAGE = 25


@blueprint.route("/venues/<int:venue_id>/travel", methods=["GET", "POST"])
@allow(Permission.MANAGE_ROOMS)
def travel(venue_id: int) -> Page:
    """Kilometres and minutes to the venues around; minutes for one of them can be written down."""
    venue = queries.venue_for(db(), signed_in(), venue_id)
    ways = ways_from(db(), venue)
    others = {way.venue.id: way.venue for way in ways}
    form = TravelForm(other=number_asked("to"))
    form.other.choices = [(other.id, venue_words(other, venue.organisation)) for other in others.values()]
    if form.validate_on_submit():
        other = found(others.get(form.other.data))
        if carry_out(form, lambda: actions.set_travel_time(db(), venue, other, form.minutes.data or 0, by=signed_in())):
            return _back(venue, _("Your changes have been kept."))
    page = page_of(ways, PAGE)
    return render(
        "network/travel.html", form=form, venue=venue, page=page, modes=[TRAVEL_LABELS[each] for each in SHOWN]
    )


def venue_words(venue: Venue, own: Organisation) -> str:
    """A venue's name; with its organisation's where that is another one and is called otherwise."""
    is_told = venue.organisation_id != own.id and venue.organisation.name != venue.name
    return f"{venue.name} ({venue.organisation.name})" if is_told else venue.name


@blueprint.post("/venues/<int:venue_id>/travel/<int:other_id>/remove")
@allow(Permission.MANAGE_ROOMS)
def remove_travel(venue_id: int, other_id: int) -> Page:
    """Let the map tell again how long it takes."""
    venue = queries.venue_for(db(), signed_in(), venue_id)
    carry_out(None, lambda: actions.remove_travel_time(db(), venue, other_id, by=signed_in()))
    return _back(venue, _("The map tells again how long it takes."))


def _back(venue: Venue, words: str) -> Page:
    flash(words, "ok")
    return redirect(url_for("network.travel", venue_id=venue.id), 303)
