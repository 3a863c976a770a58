"""How an organisation's texts go."""

from typing import Any

from flask import current_app, flash, redirect, url_for
from flask_babel import gettext as _
from sqlalchemy import func, select

from senior_univ.accounts.models import Person
from senior_univ.accounts.rules import phone_words
from senior_univ.core.permissions import Permission
from senior_univ.core.web import Page, allow, carry_out, database, db, render, signed_in
from senior_univ.network.queries import organisation_for
from senior_univ.reminders import senders, texting
from senior_univ.reminders.models import PhoneStanding
from senior_univ.reminders.rules import HOURS
from senior_univ.reminders.texting_forms import TextingForm
from senior_univ.reminders.views.blueprint import blueprint

MOST_BLOCKED = 40
CHOSEN = (*HOURS, "sender", "fallback", "signature", "daily_cap")


@blueprint.route("/organisations/<int:organisation_id>/texting", methods=["GET", "POST"])
@allow(Permission.KEEP_LOCAL_DAYS)
def organisation_texting(organisation_id: int) -> Page:
    """Its quiet hours, times of reminders, sender, signature and cap; and which phones the carrier blocks."""
    organisation = organisation_for(db(), signed_in(), Permission.KEEP_LOCAL_DAYS, organisation_id)
    settings = current_app.config["SETTINGS"]
    form = TextingForm(obj=texting.texting_of(db(), organisation.id))
    _fill_senders(form)
    if form.validate_on_submit() and carry_out(
        form, lambda: texting.save(db(), organisation, _chosen(form), settings, by=signed_in())
    ):
        flash(_("Saved. It holds for whatever is sent from now on."), "ok")
        return redirect(url_for("reminders.organisation_texting", organisation_id=organisation.id), 303)
    return render(
        "reminders/organisation_texting.html",
        form=form,
        organisation=organisation,
        settings=settings,
        blocked=_blocked(organisation.id),
        phone_words=phone_words,
    )


def _fill_senders(form: TextingForm) -> None:
    names = senders.load_all(current_app.config["SETTINGS"], database()).choices()
    known = [name for name in (form.sender.data, form.fallback.data) if name and name != "None"]
    choices = [("", _("As the settings say")), *((name, name) for name in dict.fromkeys([*names, *known]))]
    form.sender.choices = form.fallback.choices = choices


def _chosen(form: TextingForm) -> dict[str, Any]:
    """What was filled in; an empty field is None."""
    return {name: None if form[name].data in ("", None) else form[name].data for name in CHOSEN}


def _blocked(organisation_id: int) -> list[PhoneStanding]:
    """Phones of its people that the carrier refuses or that are wrong."""
    theirs = select(Person.phone).where(Person.site_id == organisation_id, Person.ended_at.is_(None))
    shut = func.coalesce(PhoneStanding.blocked_at, PhoneStanding.wrong_at).is_not(None)
    rows = select(PhoneStanding).where(shut, PhoneStanding.phone.in_(theirs)).order_by(PhoneStanding.phone)
    return list(db().scalars(rows.limit(MOST_BLOCKED)))
