"""What days are like in a place: market days, temple fairs, farm seasons; and an organisation's own timings."""

from flask import flash, redirect, request, url_for
from flask_babel import gettext as _

from senior_univ.core.paging import paginate
from senior_univ.core.permissions import Permission
from senior_univ.core.web import Page, allow, carry_out, db, found, render, signed_in
from senior_univ.core.words import is_chinese
from senior_univ.network.models import Level, Organisation
from senior_univ.network.queries import organisation_for, visible_organisations
from senior_univ.network.rules import city_of, level_of
from senior_univ.timetable import calendars
from senior_univ.timetable.calendar_forms import ConfirmForm, LocalDaysForm, TimingsForm
from senior_univ.timetable.calendar_models import LOCAL_DAYS_LABELS, LocalDays, LocalDaysKind
from senior_univ.timetable.views.blueprint import blueprint
from senior_univ.timetable.views.scopes import own_organisation_id

PERMISSION = Permission.KEEP_LOCAL_DAYS
blueprint.add_app_template_filter(LOCAL_DAYS_LABELS.__getitem__, "local_days_words")


def when_words(local: LocalDays) -> str:
    """On which days it is: 逢二、逢七, or from, to."""
    if local.kind is LocalDaysKind.MARKET:
        joint = "、" if is_chinese() else ", "
        return joint.join(_("lunar days that end in %(digit)d", digit=digit) for digit in local.digits)
    first = _("%(month)d/%(day)d", month=local.month, day=local.day)
    if local.kind is LocalDaysKind.TEMPLE_FAIR:
        return _("from lunar %(first)s, %(days)d days", first=first, days=local.length)
    return _("%(first)s to %(last)s", first=first, last=_("%(month)d/%(day)d", month=local.to_month, day=local.to_day))


blueprint.add_app_template_filter(when_words, "local_when")


@blueprint.get("/local-days")
@allow(PERMISSION)
def local_days() -> Page:
    """Market days, fairs and farm seasons where the viewer keeps them, and her organisation's timings."""
    page = paginate(db(), calendars.visible_local_days(db(), signed_in()))
    own = own_organisation_id(PERMISSION)
    prefixes = tuple(calendars.prefixes_kept(db(), signed_in()))
    return render(
        "timetable/local_days.html",
        page=page,
        is_hers=lambda local: local.region_code.startswith(prefixes),
        organisation=db().get(Organisation, own) if own else None,
        timings=calendars.timings_of(db(), own) if own else None,
    )


@blueprint.route("/local-days/new", methods=["GET", "POST"])
@allow(PERMISSION)
def new_local_days() -> Page:
    """Enter market days, a fair or a farm season of a place."""
    form = LocalDaysForm()
    prefix = found(next(iter(calendars.prefixes_kept(db(), signed_in())), None))
    if request.method == "GET" and level_of(prefix) is Level.TOWNSHIP:
        form.region_code.data = prefix
    form.look_up(
        db(), within=prefix, near=prefix, start=prefix if len(prefix) > 4 else city_of(prefix.ljust(6, "0"))
    )  # a city's
    if form.validate_on_submit() and carry_out(form, lambda: _enter(form)):
        flash(_("Entered. Whoever plans a lesson on such a day is told."), "ok")
        return redirect(url_for("timetable.local_days"), 303)
    return render("timetable/new_local_days.html", form=form)


def _enter(form: LocalDaysForm) -> LocalDays:
    names = ("name", "month", "day", "to_month", "to_day")
    given = {name: form[name].data for name in names}
    entered = calendars.Entered(
        region_code=found(form.region).code,
        kind=LocalDaysKind(form.kind.data),
        digits=tuple(int(digit) for digit in form.digits.data or ()),
        length=form.length.data or 1,
        **given,
    )
    return calendars.enter_local_days(db(), entered, by=signed_in())


@blueprint.route("/local-days/<int:local_id>/remove", methods=["GET", "POST"])
@allow(PERMISSION)
def remove_local_days(local_id: int) -> Page:
    """Take an entry out, after asking."""
    local, form = calendars.local_days_for(db(), signed_in(), local_id), ConfirmForm()
    name = local.name
    if form.validate_on_submit() and carry_out(form, lambda: calendars.remove_local_days(db(), local, by=signed_in())):
        flash(_("%(name)s is taken out.", name=name), "ok")
        return redirect(url_for("timetable.local_days"), 303)
    return render(
        "timetable/remove_local_days.html", form=form, local=calendars.local_days_for(db(), signed_in(), local_id)
    )


@blueprint.route("/organisations/<int:organisation_id>/timings", methods=["GET", "POST"])
@allow(PERMISSION)
def timings(organisation_id: int) -> Page:
    """How an organisation's days go: make-up days, winter break, winter timing."""
    organisation = organisation_for(db(), signed_in(), PERMISSION, organisation_id)
    form = TimingsForm(obj=calendars.timings_of(db(), organisation_id))
    given = {field.name: field.data for field in form if field.name != "csrf_token"}
    if form.validate_on_submit() and carry_out(
        form, lambda: calendars.change_timings(db(), organisation, by=signed_in(), **given)
    ):
        flash(_("The timings are kept. Classes that are opened from now on follow them."), "ok")
        return redirect(url_for("timetable.local_days"), 303)
    shown = found(db().scalar(visible_organisations(signed_in(), PERMISSION).where(Organisation.id == organisation_id)))
    return render("timetable/timings.html", form=form, organisation=shown)
