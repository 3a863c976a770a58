"""A person's page for staff: details, relatives, and her consent on record."""

from typing import Any

from flask import flash, redirect, url_for
from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import Session

from senior_univ.accounts import actions, queries
from senior_univ.accounts.actions import Terms
from senior_univ.accounts.forms import ConsentForm, EmptyForm, PersonForm, StaffRelativeForm
from senior_univ.accounts.models import CONSENT_LABELS, RELATION_LABELS, RIGHT_LABELS, Consent, FamilyGrant, Person
from senior_univ.accounts.rules import phone_words, stands, terms_of
from senior_univ.accounts.views.blueprint import blueprint
from senior_univ.accounts.views.family import rights_of
from senior_univ.core import clock
from senior_univ.core.permissions import Permission
from senior_univ.core.versions import changed_meanwhile
from senior_univ.core.web import Page, allow, carry_out, commit, db, found, render, signed_in
from senior_univ.network.models import Level
from senior_univ.network.queries import region_path, region_paths, search_regions

LABELS = {"relations": RELATION_LABELS, "rights": RIGHT_LABELS, "consents": CONSENT_LABELS}
MANY_PLACES = _l("Several places are called that. Please choose one in the list above, then save again.")
NO_PLACE = _l("There is no place of that name. Please try a part of it.")


def visible_person(person_id: int) -> Person:
    """That person, or 404."""
    return queries.person_for(db(), signed_in(), Permission.KEEP_PEOPLE, person_id)


@blueprint.get("/people/<int:person_id>")
@allow(Permission.KEEP_PEOPLE)
def person(person_id: int) -> Page:
    """Who she is, how she is reached, and who may act for her."""
    shown = visible_person(person_id)
    grants = queries.grants_by(db(), person_id)
    return render(
        "accounts/people/person.html",
        person=shown,
        path=region_path(db(), shown.region_code) if shown.region_code else [],
        grants=grants,
        helped=queries.grants_to(db(), person_id),
        witnesses=queries.names_of(db(), {grant.witness_id for grant in grants if grant.witness_id}),
        serves_desk=signed_in().may(Permission.SERVE_DESK),
        stands=lambda grant: stands(grant, clock.today()),
        **LABELS,
    )


@blueprint.route("/people/<int:person_id>/edit", methods=["GET", "POST"])
@allow(Permission.KEEP_PEOPLE)
def edit_person(person_id: int) -> Page:
    """Correct her details."""
    shown = visible_person(person_id)
    form = PersonForm(
        name=shown.name,
        birth_year=shown.birth_year,
        phone=phone_words(shown.phone),
        region_code=shown.region_code,
    )
    fill_places(db(), form, shown)
    changes = changed_meanwhile(db(), form, shown, phone=phone_words(shown.phone))
    is_clear = form.validate_on_submit() and is_place_clear(form) and not changes
    if is_clear and carry_out(form, lambda: change(form, shown)):
        flash(str(_l("It was saved.")), "ok")
        return redirect(url_for("accounts.person", person_id=person_id), 303)
    return render("accounts/people/edit.html", form=form, person=visible_person(person_id), changes=changes)


def change(form: PersonForm, shown: Person) -> Person:
    """What the form says."""
    return actions.change_person(
        db(),
        shown,
        name=form.name.data,
        birth_year=form.birth_year.data,
        phone=form.phone.data or "",
        region_code=form.region_code.data or None,
        by=signed_in(),
    )


def fill_places(session: Session, form: PersonForm, shown: Person) -> None:
    """Offer her own place and those whose name was typed."""
    typed = search_regions(session, form.place.data or "", Level.VILLAGE, near=shown.region_code or "")
    codes = list(dict.fromkeys([*([shown.region_code] if shown.region_code else []), *(each.code for each in typed)]))
    paths = region_paths(session, codes)
    words = {code: " ".join(step.spoken_name for step in paths[code][1:]) for code in codes if code in paths}
    form.region_code.choices = [("", _l("Not known")), *words.items()]
    form.found_codes = [each.code for each in typed]


def is_place_clear(form: PersonForm) -> bool:
    """Take the one place that was typed; ask where there are several, refuse where there is none."""
    if not form.place.data or form.region_code.data in form.found_codes:
        return True
    if len(form.found_codes) == 1:
        form.region_code.data = form.found_codes[0]
        return True
    form.place.errors = [str(MANY_PLACES if form.found_codes else NO_PLACE)]
    return False


@blueprint.route("/people/<int:person_id>/relatives/new", methods=["GET", "POST"])
@allow(Permission.KEEP_PEOPLE)
def add_relative(person_id: int) -> Page:
    """Write down a relative who asks to act for her; her consent is recorded on the next page."""
    shown = visible_person(person_id)
    form = StaffRelativeForm()
    if form.validate_on_submit() and (grant := carry_out(form, lambda: ask_for(form, shown))):
        return redirect(url_for("accounts.record_consent", person_id=person_id, grant_id=grant.id), 303)
    return render("accounts/people/relative.html", form=form, person=shown)


def ask_for(form: StaffRelativeForm, shown: Person) -> FamilyGrant:
    """The relative, known or new, and what she asks for."""
    who = signed_in()
    relative = actions.known_or_new(db(), name=form.name.data, phone=form.phone.data, by=who)
    terms = Terms(form.relation.data, rights_of(form.rights.data), form.is_main_contact.data)
    return actions.ask_grant(db(), elder_id=shown.id, relative_id=relative.id, terms=terms, by=who)


@blueprint.route("/people/<int:person_id>/grants/<int:grant_id>/consent", methods=["GET", "POST"])
@allow(Permission.KEEP_PEOPLE)
def record_consent(person_id: int, grant_id: int) -> Page:
    """Record how she said yes: in front of staff, on the phone to the number on file, or by her guardian."""
    shown = visible_person(person_id)
    grant = found(queries.grant_for(db(), person_id, grant_id))
    form = ConsentForm()
    if form.validate_on_submit() and carry_out(form, lambda: write_consent(form, grant)):
        flash(str(_l("Her consent is on record. She sees it, and can end it at any time.")), "ok")
        return redirect(url_for("accounts.person", person_id=person_id), 303)
    form.seen.data = terms_of(grant)
    return render("accounts/people/consent.html", form=form, person=shown, grant=grant, **LABELS)


def write_consent(form: ConsentForm, grant: FamilyGrant) -> FamilyGrant:
    """What the form says of her consent."""
    given: dict[str, Any] = {"basis": form.basis.data or "", "ends_on": form.ends_on.data, "seen": form.seen.data}
    return actions.give_grant(db(), grant, consent=Consent(form.consent.data), by=signed_in(), **given)


@blueprint.route("/people/<int:person_id>/grants/<int:grant_id>/end", methods=["POST"])
@allow(Permission.KEEP_PEOPLE)
def end_grant_for(person_id: int, grant_id: int) -> Page:
    """She said no, at the desk or on the phone: it ends at once."""
    visible_person(person_id)
    grant = found(queries.grant_for(db(), person_id, grant_id))
    if EmptyForm().validate_on_submit():
        actions.end_grant(db(), grant, by=signed_in())
        commit()
        flash(str(_l("This was ended. Nothing can be done with it any more.")), "ok")
    return redirect(url_for("accounts.person", person_id=person_id), 303)
