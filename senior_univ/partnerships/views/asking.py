"""A home asks: which site or all of the county, what, check, sent."""

from flask import flash, redirect, request, url_for
from flask_babel import gettext as _

from senior_univ.care import queries as care
from senior_univ.care.models import CARE_LABELS
from senior_univ.catalogue.queries import subjects
from senior_univ.core.forms import clean_text
from senior_univ.core.paging import paginate
from senior_univ.core.permissions import Permission
from senior_univ.core.web import Page, allow, carry_out, db, found, number_asked, render, signed_in
from senior_univ.network.models import Organisation
from senior_univ.partnerships import actions, queries
from senior_univ.partnerships.forms import RequestForm
from senior_univ.partnerships.models import FREQUENCY_LABELS, ClassRequest, Frequency
from senior_univ.partnerships.rules import Wish, nearness
from senior_univ.partnerships.views.blueprint import blueprint
from senior_univ.timetable.models import DELIVERY_LABELS, Delivery

SEND, CHANGE = "send", "change"
"""What the two buttons of the check ask for."""
TO_ALL = 0
"""``?site=`` of a request that goes to every site of the county."""
WORDS = {"frequency_labels": FREQUENCY_LABELS, "delivery_labels": DELIVERY_LABELS}


def _home_asked() -> Organisation | None:
    """The home that asks: ``?home=``, else the viewer's only one."""
    homes = care.homes(db(), signed_in(), Permission.ASK_FOR_CLASS)
    home_id = number_asked("home", homes[0].id if len(homes) == 1 else None)
    return next((home for home in homes if home.id == home_id), None)


@blueprint.route("/requests/new", methods=["GET", "POST"])
@allow(Permission.ASK_FOR_CLASS)
def new_request() -> Page:
    """First the site (``?site=``; 0 is every site of the county), then what is asked; a check before it is sent."""
    home = _home_asked()
    if home is None:
        return render("partnerships/choose_home.html", homes=care.homes(db(), signed_in(), Permission.ASK_FOR_CLASS))
    site_id = number_asked("site")
    return _choose_site(home) if site_id is None else _ask(home, site_id)


def _choose_site(home: Organisation) -> Page:
    text = (clean_text(request.args.get("q")) or "")[:40]
    page = paginate(db(), queries.sites_near(home, text), 25)
    near = {site.id: nearness(home.region_code, site.region_code) for site in page.rows}
    return render("partnerships/choose_site.html", home=home, page=page, near=near, text=text)


def _ask(home: Organisation, site_id: int) -> Page:
    site = found(queries.site(db(), site_id)) if site_id != TO_ALL else None
    form = RequestForm()
    form.offer(subjects(db()))
    step = request.form.get("step")
    if form.validate_on_submit() and step != CHANGE:
        wish = _wish(home, site, form)
        if step != SEND and carry_out(form, lambda: actions.may_ask(db(), wish), is_step=True):
            hit = queries.care_day_hit(db(), wish)
            return render("partnerships/check.html", form=form, wish=wish, hit=hit, labels=CARE_LABELS, **WORDS)
        if step == SEND and (sent := carry_out(form, lambda: _send(wish))):
            whom = site.name if site else _("every site of the county")
            flash(_("Your request has been sent to %(site)s.", site=whom), "ok")
            return redirect(url_for("partnerships.request", request_id=sent.id), 303)
    return render("partnerships/ask.html", form=form, home=home, site=site)


def _wish(home: Organisation, site: Organisation | None, form: RequestForm) -> Wish:
    return Wish(
        home=home,
        site=site,
        subject=next(subject for subject in subjects(db()) if str(subject.id) == form.subject.data),
        learners=form.learners.data or 0,
        wheelchairs=form.wheelchairs.data or 0,
        weekdays=tuple(sorted(int(day) for day in form.weekdays.data or ())),
        earliest=form.earliest.data,
        latest=form.latest.data,
        note=form.note.data or "",
        more=form.further_windows(),
        escorts=form.escorts.data or 0,
        village_places=form.village_places.data or 0,
        frequency=Frequency(form.frequency.data),
        delivery=Delivery(form.delivery.data),
    )


def _send(wish: Wish) -> ClassRequest:
    return actions.ask_for_class(db(), wish, by=signed_in())
