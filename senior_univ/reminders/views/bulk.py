"""One text to many people: to whom and what, what it would be, sent, stopped, whom it did not reach."""

from datetime import datetime, timedelta

from flask import current_app, flash, redirect, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from config import Settings
from senior_univ.accounts.rules import phone_words
from senior_univ.core import clock
from senior_univ.core.errors import DomainError
from senior_univ.core.paging import paginate
from senior_univ.core.permissions import AREA_ROLES
from senior_univ.core.web import Page, allow, carry_out, db, render, show_refusal, signed_in
from senior_univ.network.models import Organisation
from senior_univ.network.queries import counties_of, region, visible_organisations
from senior_univ.network.rules import is_below
from senior_univ.reminders import bulk
from senior_univ.reminders.bulk import PERMISSION
from senior_univ.reminders.bulk_forms import LATER, BulkForm, ConfirmForm
from senior_univ.reminders.figures import NOT_REACHED, NOT_WANTED, ON_THE_WAY, SENT
from senior_univ.reminders.life import explained
from senior_univ.reminders.models import (
    CALL_WHY_LABELS,
    STATE_LABELS,
    Audience,
    BulkMessage,
    Channel,
    OrganisationTexting,
)
from senior_univ.reminders.views.blueprint import blueprint
from senior_univ.reminders.views.figures import money
from senior_univ.timetable.models import CourseClass
from senior_univ.timetable.queries import visible_classes

MOST_OWN = 10
"""Organisations to choose from; for another one the way begins on its own page."""

FAR = timedelta(days=30)
REGISTERED_ONLY = _l(
    "Your organisation's sender takes registered texts only, so nothing can be sent in words of your own."
)
GONE = _l("Please choose again: this is no longer there.")


@blueprint.get("/messages/to-many")
@allow(PERMISSION)
def bulk_messages() -> Page:
    """What was sent to many, the latest first."""
    page = paginate(db(), bulk.visible_bulks(signed_in()), size=25)
    return render("reminders/bulk_messages.html", page=page, audience_words=_audience_words)


@blueprint.route("/messages/to-many/new", methods=["GET", "POST"])
@allow(PERMISSION)
def new_bulk() -> Page:
    """To whom, what and when; leads to what it would be. ``?to=class:4`` offers that audience, too."""
    form = BulkForm(audience=request.args.get("to"))
    form.audience.choices = _choices(request.args.get("to", ""))
    if request.method == "GET" and len(form.audience.choices) == 1:
        form.audience.data = form.audience.choices[0][0]
    if form.validate_on_submit():
        try:
            made = _asked(form)
        except DomainError as refusal:
            show_refusal(form, refusal)
        else:
            kept = carry_out(form, lambda: bulk.prepare(db(), made, _settings(), by=signed_in()))
            if kept is not None:
                return redirect(url_for("reminders.bulk_message", bulk_id=kept.id), 303)
            form.audience.choices = _choices(request.args.get("to", ""))
    return render("reminders/new_bulk.html", form=form)


def _settings() -> Settings:
    found: Settings = current_app.config["SETTINGS"]
    return found


def _choices(asked: str) -> list[tuple[str, str]]:
    """The audiences that the viewer may choose: what was asked for, her own organisations, her counties."""
    own = visible_organisations(signed_in(), PERMISSION).where(Organisation.closed_on.is_(None))
    organisations = db().scalars(own.order_by(Organisation.name).limit(MOST_OWN + 1)).all()
    few = organisations if len(organisations) <= MOST_OWN else ()
    choices = [(_name_of(each), each.name) for each in few]
    choices += [(f"{Audience.COUNTY.value}:{code}", name) for code, name in _counties()]
    known = {value for value, _words in choices}
    target = _target(asked) if asked not in known else None
    return [(asked, _audience_words(target)), *choices] if target is not None else choices


def _name_of(organisation: Organisation) -> str:
    kind = Audience.HOME if organisation.is_care_home else Audience.SITE
    return f"{kind.value}:{organisation.id}"


def _counties() -> list[tuple[str, str]]:
    prefixes = signed_in().prefixes(PERMISSION)
    counties = counties_of(db(), signed_in(), PERMISSION) if prefixes else []
    words = [(each.code, _("Everybody in %(county)s", county=each.name)) for each in counties]
    return [(code, name) for code, name in words if is_below(code, prefixes)]


def _target(text: str) -> BulkMessage | None:
    """The bulk message to that audience, not kept yet; None where there is no such audience for this viewer."""
    kind, _colon, named = text.partition(":")
    is_id = named.isascii() and named.isdecimal() and len(named) < 10
    if kind == Audience.CLASS.value and is_id:
        shown = db().scalar(visible_classes(signed_in(), PERMISSION).where(CourseClass.id == int(named)))
        return _to_class(shown) if shown is not None and shown.cancelled_at is None else None
    if kind in (Audience.SITE.value, Audience.HOME.value) and is_id:
        seen = visible_organisations(signed_in(), PERMISSION).where(Organisation.id == int(named))
        organisation = db().scalar(seen)
        return _to_organisation(Audience(kind), organisation) if organisation is not None else None
    if kind == Audience.COUNTY.value and named in dict(_counties()):
        return _to_county(named)
    return None


def _to_class(shown: CourseClass) -> BulkMessage:
    return BulkMessage(
        audience=Audience.CLASS,
        class_id=shown.id,
        course_class=shown,
        organisation_id=shown.organisation_id,
        organisation=shown.organisation,
    )


def _to_organisation(kind: Audience, organisation: Organisation) -> BulkMessage:
    given = {"audience_organisation_id": organisation.id, "audience_organisation": organisation}
    return BulkMessage(audience=kind, organisation_id=organisation.id, organisation=organisation, **given)


def _to_county(code: str) -> BulkMessage:
    """From the office of the officer who sends it."""
    post = next(each for each in signed_in().posts if each.role in AREA_ROLES and each.gives(PERMISSION))
    office = db().get_one(Organisation, post.organisation_id)
    place = region(db(), code)
    return BulkMessage(
        audience=Audience.COUNTY, region_code=code, region=place, organisation_id=office.id, organisation=office
    )


def _asked(form: BulkForm) -> BulkMessage:
    """What the form asks for; DomainError where its audience or its time is none."""
    target = _target(form.audience.data)
    if target is None:
        raise DomainError("gone", GONE, field="audience")
    if not _takes_own_words(target):
        raise DomainError("registered_only", REGISTERED_ONLY, field="words")
    target.words = " ".join((form.words.data or "").split())
    target.due_at = _time_asked(form) if form.when.data == LATER else clock.now()
    return target


def _takes_own_words(target: BulkMessage) -> bool:
    """Whether some sender of its organisation takes more than registered templates."""
    texting, loaded = db().get(OrganisationTexting, target.organisation_id), current_app.extensions["senders"]
    names = loaded.for_organisation(texting, Channel.SMS)
    return any(loaded.of(name).abilities.free_text for name in names[:1])


def _time_asked(form: BulkForm) -> datetime:
    if form.day.data is None or form.clock.data is None:
        raise DomainError("no_time", _l("Please enter a day and a time."), field="day")
    at = clock.instant(form.day.data, form.clock.data)
    if not clock.now() <= at <= clock.now() + FAR:
        raise DomainError("time", _l("Please choose a time within the next 30 days."), field="day")
    return at


def _audience_words(shown: BulkMessage) -> str:
    if shown.course_class is not None:
        course = shown.course_class.course.title
        return _("The class %(course)s (%(teacher)s)", course=course, teacher=shown.course_class.teacher.person.name)
    if shown.region is not None:
        return _("Everybody in %(county)s", county=shown.region.name)
    return shown.audience_organisation.name if shown.audience_organisation else ""


@blueprint.get("/messages/to-many/<int:bulk_id>")
@allow(PERMISSION)
def bulk_message(bulk_id: int) -> Page:
    """Before it is confirmed: what it would be. After: how far it is, and whom it did not reach."""
    shown = bulk.bulk_for(db(), signed_in(), bulk_id)
    about = {"bulk": shown, "audience": _audience_words(shown), "phone_words": phone_words, "form": ConfirmForm()}
    if shown.confirmed_at is None:
        seen = bulk.preview(db(), shown, _settings(), _price(shown))
        return render("reminders/bulk_preview.html", **about, seen=seen, cost=money(seen.cost), now=clock.now())
    states = bulk.states_of(db(), shown)
    counts = {
        name: sum(states[state] for state in group)
        for name, group in (("sent", SENT), ("on_the_way", ON_THE_WAY), ("failed", NOT_REACHED), ("not", NOT_WANTED))
    }
    page = paginate(db(), bulk.people_missed(shown, signed_in()), size=50)
    is_over = shown.stopped_at is not None or (shown.written_at is not None and not counts["on_the_way"])
    return render(
        "reminders/bulk_message.html",
        **about,
        counts=counts,
        is_over=is_over,
        page=page,
        missed=bulk.missed_of(db(), shown, page.rows),
        states=STATE_LABELS,
        whys=CALL_WHY_LABELS,
        explained=explained,
        now=clock.now(),
    )


def _price(shown: BulkMessage) -> int:
    """What a part costs by the sender that its organisation chose, in thousandths."""
    texting = db().get(OrganisationTexting, shown.organisation_id)
    prices = {each.name: each.price for each in _settings().all_senders()}
    name = texting.sender if texting is not None and texting.sender in prices else _settings().sender
    return prices.get(name or "", 0)


@blueprint.post("/messages/to-many/<int:bulk_id>/confirm")
@allow(PERMISSION)
def confirm_bulk(bulk_id: int) -> Page:
    """Send it; sent twice, it goes once."""
    shown = bulk.bulk_for(db(), signed_in(), bulk_id)
    if ConfirmForm().validate_on_submit():
        carry_out(None, lambda: bulk.confirm(db(), shown, _settings(), by=signed_in()))
        flash(_("It is being sent. Here you see how far it is."), "ok")
    return redirect(url_for("reminders.bulk_message", bulk_id=bulk_id), 303)


@blueprint.post("/messages/to-many/<int:bulk_id>/stop")
@allow(PERMISSION)
def stop_bulk(bulk_id: int) -> Page:
    """Send no more of it."""
    shown = bulk.bulk_for(db(), signed_in(), bulk_id)
    if ConfirmForm().validate_on_submit():
        carry_out(None, lambda: bulk.stop(db(), shown, by=signed_in()))
        flash(_("Stopped. What has gone can't be called back."), "ok")
    return redirect(url_for("reminders.bulk_message", bulk_id=bulk_id), 303)
