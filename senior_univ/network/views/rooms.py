"""Venues, rooms and opening hours of an organisation."""

from flask import flash, redirect, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from senior_univ.core.permissions import Permission
from senior_univ.core.web import Page, allow, carry_out, db, found, render, signed_in
from senior_univ.network import actions, maps, queries
from senior_univ.network.actions import RoomDetails, VenueDetails
from senior_univ.network.forms import HoursForm, RoomForm, VenueForm
from senior_univ.network.maps import MapKind
from senior_univ.network.models import OpeningHours, Room, Venue
from senior_univ.network.rules import point_words, read_point
from senior_univ.network.views.blueprint import blueprint


def _back_to(organisation_id: int, words: str = "") -> Response:
    flash(words or _("Your changes have been kept."), "ok")
    return redirect(url_for("network.organisation", organisation_id=organisation_id), 303)


@blueprint.route("/organisations/<int:organisation_id>/venues/new", methods=["GET", "POST"])
@allow(Permission.MANAGE_ROOMS)
def new_venue(organisation_id: int) -> Page:
    """Add a venue to an organisation."""
    owner = queries.organisation_for(db(), signed_in(), Permission.MANAGE_ROOMS, organisation_id)
    form = VenueForm(data={"region_code": owner.region_code, "name": owner.name})
    form.look_up(db(), near=owner.region_code)
    if form.validate_on_submit() and carry_out(
        form, lambda: actions.add_venue(db(), owner, _venue_details(form), by=signed_in())
    ):
        return _back_to(owner.id)
    return render("network/venue_form.html", form=form, owner=owner, venue=None)


@blueprint.route("/venues/<int:venue_id>/edit", methods=["GET", "POST"])
@allow(Permission.MANAGE_ROOMS)
def edit_venue(venue_id: int) -> Page:
    """Change a venue."""
    venue = queries.venue_for(db(), signed_in(), venue_id)
    form = VenueForm(obj=venue, position=_shown_on_map(venue))
    form.look_up(db(), near=venue.region_code)
    if form.validate_on_submit() and carry_out(
        form, lambda: actions.change_venue(db(), venue, _venue_details(form, venue), by=signed_in())
    ):
        return _back_to(venue.organisation_id)
    return render("network/venue_form.html", form=form, owner=venue.organisation, venue=venue)


def _shown_on_map(venue: Venue) -> str:
    """Where the map that people have shows a venue."""
    return point_words(maps.shown(venue.point, MapKind.CHINESE))


def _position(form: VenueForm, venue: Venue | None) -> tuple[float | None, float | None]:
    """What was typed, as it is kept; numbers that nobody touched stay to the last digit."""
    typed, kind = form.position.data, form.map.data
    if not typed:
        return None, None
    if venue is not None and kind is MapKind.CHINESE and typed == _shown_on_map(venue):
        return venue.latitude, venue.longitude
    return maps.kept(read_point(typed), kind)


def _venue_details(form: VenueForm, venue: Venue | None = None) -> VenueDetails:
    """What was typed; DomainError where the position is none."""
    north, east = _position(form, venue)
    return VenueDetails(
        name=form.name.data,
        region_code=form.region.code if form.region else "",
        sms_name=form.sms_name.data or "",
        address=form.address.data or "",
        has_lift=form.has_lift.data,
        lift_wheelchairs=form.lift_wheelchairs.data or 0,
        latitude=north,
        longitude=east,
        sharing=form.sharing.data,
    )


@blueprint.route("/venues/<int:venue_id>/close", methods=["GET", "POST"])
@allow(Permission.MANAGE_ROOMS)
def close_venue(venue_id: int) -> Page:
    """Close a venue with its rooms, once it was asked again."""
    venue = queries.venue_for(db(), signed_in(), venue_id)
    if request.method == "POST":
        carry_out(None, lambda: actions.close_venue(db(), venue, by=signed_in()))
        return _back_to(venue.organisation_id, _("%(name)s has been closed.", name=venue.name))
    return _ask_to_close(venue, venue.organisation_id, _("Its rooms are closed, too."))


@blueprint.route("/venues/<int:venue_id>/hours", methods=["GET", "POST"])
@allow(Permission.MANAGE_ROOMS)
def opening_hours(venue_id: int) -> Page:
    """When a venue is open, weekday by weekday."""
    venue = queries.venue_for(db(), signed_in(), venue_id)
    form = HoursForm()
    if form.validate_on_submit():
        days, opens, closes = form.weekdays.data, form.opens.data, form.closes.data
        if carry_out(form, lambda: actions.add_opening_hours(db(), venue, days, opens, closes, by=signed_in())):
            flash(_("Your changes have been kept."), "ok")
            return redirect(url_for("network.opening_hours", venue_id=venue.id), 303)
    hours = queries.hours_of(db(), [venue.id])[venue.id]
    return render("network/opening_hours.html", form=form, venue=venue, hours=hours)


@blueprint.post("/venues/<int:venue_id>/hours/<int:hours_id>/remove")
@allow(Permission.MANAGE_ROOMS)
def remove_opening_hours(venue_id: int, hours_id: int) -> Page:
    """Take one opening time away."""
    venue = queries.venue_for(db(), signed_in(), venue_id)
    hours = found(db().get(OpeningHours, hours_id))
    found(hours if hours.venue_id == venue.id else None)
    carry_out(None, lambda: actions.remove_opening_hours(db(), hours, by=signed_in()))
    flash(_("Your changes have been kept."), "ok")
    return redirect(url_for("network.opening_hours", venue_id=venue.id), 303)


@blueprint.route("/venues/<int:venue_id>/rooms/new", methods=["GET", "POST"])
@allow(Permission.MANAGE_ROOMS)
def new_room(venue_id: int) -> Page:
    """Add a room to a venue."""
    venue = queries.venue_for(db(), signed_in(), venue_id)
    form = RoomForm(data={"wheelchair_places": 0, "floor": 1, "has_heating": True})
    if form.validate_on_submit() and carry_out(
        form, lambda: actions.add_room(db(), venue, _room_details(form), by=signed_in())
    ):
        return _back_to(venue.organisation_id)
    return render("network/room_form.html", form=form, venue=venue, room=None)


@blueprint.route("/rooms/<int:room_id>/edit", methods=["GET", "POST"])
@allow(Permission.MANAGE_ROOMS)
def edit_room(room_id: int) -> Page:
    """Change a room."""
    room = queries.room_for(db(), signed_in(), room_id)
    form = RoomForm(obj=room)
    if form.validate_on_submit() and carry_out(
        form, lambda: actions.change_room(db(), room, _room_details(form), by=signed_in())
    ):
        return _back_to(room.venue.organisation_id)
    return render("network/room_form.html", form=form, venue=room.venue, room=room)


def _room_details(form: RoomForm) -> RoomDetails:
    return RoomDetails(**{name: field.data for name, field in form._fields.items() if name != "csrf_token"})


@blueprint.route("/rooms/<int:room_id>/close", methods=["GET", "POST"])
@allow(Permission.MANAGE_ROOMS)
def close_room(room_id: int) -> Page:
    """Close a room, once it was asked again."""
    room = queries.room_for(db(), signed_in(), room_id)
    if request.method == "POST":
        carry_out(None, lambda: actions.close_room(db(), room, by=signed_in()))
        return _back_to(room.venue.organisation_id, _("%(name)s has been closed.", name=room.name))
    return _ask_to_close(room, room.venue.organisation_id, _("No new class can be planned in it."))


def _ask_to_close(place: Venue | Room, organisation_id: int, text: str) -> str:
    back_url = url_for("network.organisation", organisation_id=organisation_id)
    return render("network/close.html", title=_("Close %(name)s?", name=place.name), text=text, back_url=back_url)
