"""Organisations: found, looked at, added, changed, closed."""

from flask import flash, redirect, request, url_for
from flask_babel import gettext as _
from sqlalchemy import Select

from senior_univ.core.paging import paginate
from senior_univ.core.permissions import Permission
from senior_univ.core.phones import phone_words
from senior_univ.core.web import Page, allow, carry_out, db, found, render, signed_in
from senior_univ.network import actions, queries
from senior_univ.network.actions import OrganisationDetails
from senior_univ.network.forms import (
    ChangedOrganisationForm,
    NewOrganisationForm,
    OrganisationFilter,
    OrganisationForm,
)
from senior_univ.network.models import ORGANISATION_LABELS, SHARING_LABELS, Organisation, OrganisationKind
from senior_univ.network.rules import days_in_a_row
from senior_univ.network.views.blueprint import blueprint

PAGE_SIZE = 25
KINDS_BY_VALUE = {kind.value: kind for kind in OrganisationKind}


@blueprint.get("/organisations")
@allow(Permission.SEE_NETWORK)
def organisations() -> Page:
    """The organisations of the viewer's area, or her own."""
    viewer = signed_in()
    form = OrganisationFilter(request.args, meta={"csrf": False})
    form.offer_counties(queries.counties_of(db(), viewer, Permission.SEE_NETWORK))
    page = paginate(db(), _narrowed(queries.visible_organisations(viewer, Permission.SEE_NETWORK), form), PAGE_SIZE)
    paths = queries.region_paths(db(), [each.region_code for each in page.rows])
    return render(
        "network/organisations.html",
        form=form,
        page=page,
        paths=paths,
        labels=ORGANISATION_LABELS,
        may_add=viewer.may(Permission.MANAGE_NETWORK),
    )


def _narrowed(query: Select[Organisation], form: OrganisationFilter) -> Select[Organisation]:
    if name := (form.name.data or "").strip():
        query = query.where(Organisation.name.contains(name, autoescape=True))
    if kind := _kind_of(form.kind.data):
        query = query.where(Organisation.kind == kind)
    if county := form.county.data:
        query = query.where(queries.below(Organisation.region_code, county[:12]))
    return query.order_by(Organisation.closed_on.is_not(None), Organisation.region_code, Organisation.id)


def _kind_of(text: str | None) -> OrganisationKind | None:
    return KINDS_BY_VALUE.get(text or "")


@blueprint.get("/organisations/<int:organisation_id>")
@allow(Permission.SEE_NETWORK)
def organisation(organisation_id: int) -> Page:
    """One organisation: who is above it, its desk, its venues and rooms."""
    viewer = signed_in()
    seen = queries.organisation_for(db(), viewer, Permission.SEE_NETWORK, organisation_id)
    venues = queries.venues_of(db(), seen.id)
    hours = queries.hours_of(db(), [venue.id for venue in venues])
    return render(
        "network/organisation.html",
        organisation=seen,
        path=queries.region_path(db(), seen.region_code),
        tiers=queries.tiers_above(db(), seen),
        venues=venues,
        hours={venue_id: days_in_a_row(each) for venue_id, each in hours.items()},
        rooms=queries.rooms_of(db(), seen.id),
        labels=ORGANISATION_LABELS,
        sharing_labels=SHARING_LABELS,
        may_change=queries.is_in_scope(db(), viewer, Permission.MANAGE_NETWORK, seen.id),
        may_change_rooms=queries.is_in_scope(db(), viewer, Permission.MANAGE_ROOMS, seen.id),
        may_see_roles=viewer.may(Permission.MANAGE_ROLES),
        may_text=queries.is_in_scope(db(), viewer, Permission.SEND_BULK_MESSAGES, seen.id),
    )


@blueprint.route("/organisations/new", methods=["GET", "POST"])
@allow(Permission.MANAGE_NETWORK)
def new_organisation() -> Page:
    """Add an organisation in the viewer's area."""
    form = NewOrganisationForm(data={} if request.method == "POST" else _usual_hours())
    kind = _kind_of(form.kind.data)
    form.take_levels_of(kind)
    form.look_up(db(), within=_only_area())
    if form.validate_on_submit() and kind:
        added = carry_out(form, lambda: actions.add_organisation(db(), _details(form, kind), by=signed_in()))
        if added:
            flash(_("%(name)s has been added.", name=added.name), "ok")
            return redirect(url_for("network.organisation", organisation_id=added.id), 303)
    return render("network/organisation_form.html", form=form, organisation=None)


@blueprint.route("/organisations/<int:organisation_id>/edit", methods=["GET", "POST"])
@allow(Permission.MANAGE_NETWORK)
def edit_organisation(organisation_id: int) -> Page:
    """Change an organisation."""
    changed = queries.organisation_for(db(), signed_in(), Permission.MANAGE_NETWORK, organisation_id)
    form = ChangedOrganisationForm(obj=changed)
    if request.method == "GET":
        form.phone.data = phone_words(changed.phone)
    form.take_levels_of(changed.kind)
    form.look_up(db(), near=changed.region_code, within=_only_area())
    parents = queries.possible_parents(db(), changed.kind, changed.region_code)
    form.parent_id.choices = [(0, _("None")), *((each.id, each.name) for each in parents)]
    if form.validate_on_submit():
        details, parent_id = _details(form, changed.kind), form.parent_id.data or None
        act = actions.change_organisation
        if carry_out(form, lambda: act(db(), changed, details, parent_id=parent_id, by=signed_in())):
            flash(_("Your changes have been kept."), "ok")
            return redirect(url_for("network.organisation", organisation_id=organisation_id), 303)
    return render("network/organisation_form.html", form=form, organisation=changed)


@blueprint.route("/organisations/<int:organisation_id>/close", methods=["GET", "POST"])
@allow(Permission.MANAGE_NETWORK)
def close_organisation(organisation_id: int) -> Page:
    """Close an organisation, once it was asked again."""
    closed = queries.organisation_for(db(), signed_in(), Permission.MANAGE_NETWORK, organisation_id)
    found(None if closed.closed_on else closed)
    if request.method == "POST":
        carry_out(None, lambda: actions.close_organisation(db(), closed, by=signed_in()))
        flash(_("%(name)s has been closed.", name=closed.name), "ok")
        return redirect(url_for("network.organisations"), 303)
    return render(
        "network/close.html",
        title=_("Close %(name)s?", name=closed.name),
        text=_("It stays in the records, but nothing new can be planned with it, and its staff lose their access."),
        back_url=url_for("network.organisation", organisation_id=closed.id),
    )


def _details(form: OrganisationForm, kind: OrganisationKind) -> OrganisationDetails:
    return OrganisationDetails(
        name=form.name.data,
        kind=kind,
        region_code=form.region.code if form.region else "",
        phone=form.phone.data or "",
        sms_name=form.sms_name.data or "",
        desk_opens=form.desk_opens.data,
        desk_closes=form.desk_closes.data,
        least_age=form.least_age.data or 0,
    )


def _usual_hours() -> dict[str, object]:
    usual = OrganisationDetails(name="", kind=OrganisationKind.TEACHING_SITE, region_code="")
    return {"desk_opens": usual.desk_opens, "desk_closes": usual.desk_closes, "least_age": usual.least_age}


def _only_area() -> str:
    """The prefix of the viewer's area where there is one alone: the picker looks nowhere else."""
    prefixes = signed_in().prefixes(Permission.MANAGE_NETWORK)
    return min(prefixes) if len(prefixes) == 1 else ""
