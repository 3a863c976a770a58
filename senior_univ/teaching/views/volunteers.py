"""志愿者报名: an open form that begins with the promise, and the pages on which a site says yes or no."""

from datetime import datetime, timedelta

from flask import current_app, flash, redirect, request, session, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from senior_univ.accounts.actions import count_try
from senior_univ.accounts.models import Person, PhoneKind
from senior_univ.accounts.queries import names_of
from senior_univ.accounts.rules import keyed_hash, parse_phone, phone_words
from senior_univ.catalogue.queries import subjects
from senior_univ.core import clock
from senior_univ.core.paging import paginate
from senior_univ.core.permissions import Permission
from senior_univ.core.web import Page, allow, carry_out, commit, db, open_to_all, render, signed_in, viewer
from senior_univ.network.queries import region_path
from senior_univ.teaching import actions, queries
from senior_univ.teaching.forms import ApproveForm, PromiseForm, RefuseForm, VolunteerForm
from senior_univ.teaching.models import VolunteerApplication
from senior_univ.teaching.views.blueprint import blueprint

PER_ADDRESS_AND_HOUR = 10
PER_PHONE_AND_DAY = 3
PAGE_SIZE = 25
USUAL_HOURS = 4
TOO_OFTEN = _l("Many people have applied from here within this hour. Please call us instead.")
PROMISED = "volunteer_promised_at"
"""What is kept in the browser's own session: when she promised."""


@blueprint.route("/volunteer", methods=["GET", "POST"])
@open_to_all
def volunteer() -> Page:
    """The promise, before anything else is asked."""
    form = PromiseForm()
    if form.validate_on_submit():
        session[PROMISED] = clock.now().isoformat()
        return redirect(url_for("teaching.volunteer_about"), 303)
    return render("teaching/volunteer.html", form=form)


@blueprint.route("/volunteer/about", methods=["GET", "POST"])
@open_to_all
def volunteer_about() -> Page:
    """Who she is and what she would like to teach; only after the promise."""
    if PROMISED not in session:
        return redirect(url_for("teaching.volunteer"), 303)
    form = VolunteerForm(data=_known_of_her())
    form.offer(subjects(db()))
    form.look_up(db())
    if form.validate_on_submit() and _is_seldom(form) and (kept := carry_out(form, lambda: _apply(form))):
        del session[PROMISED]
        session["volunteer_site"] = kept.organisation.name
        return redirect(url_for("teaching.volunteer_done"), 303)
    return render("teaching/volunteer_about.html", form=form)


@blueprint.get("/volunteer/done")
@open_to_all
def volunteer_done() -> Page:
    """Thanks, and what happens next."""
    return render("teaching/volunteer_done.html", site=session.get("volunteer_site"))


def _known_of_her() -> dict[str, object]:
    """What somebody who is signed in need not type again."""
    who = viewer()
    person = db().get(Person, who.person_id) if who else None
    if person is None:
        return {}
    phone = phone_words(person.phone) if person.phone else ""
    return {"name": person.name, "phone": phone, "region_code": person.region_code}


def _is_seldom(form: VolunteerForm) -> bool:
    """Count this application for the address and the phone, so that nobody fills the table."""
    key = current_app.config["SECRET_KEY"]
    phone = keyed_hash(key, "volunteer", parse_phone(form.phone.data or "")[0])
    address = keyed_hash(key, "address", request.remote_addr or "")
    by_address = count_try(db(), "volunteer-from", address, timedelta(hours=1), PER_ADDRESS_AND_HOUR)
    if by_address and count_try(db(), "volunteer", phone, timedelta(days=1), PER_PHONE_AND_DAY):
        return True
    commit()
    form.form_errors.append(str(TOO_OFTEN))
    return False


def _apply(form: VolunteerForm) -> VolunteerApplication:
    who = viewer()
    applicant = actions.Applicant(
        name=form.name.data or "",
        phone=form.phone.data or "",
        region_code=form.region.code if form.region else "",
        subject_ids=tuple(form.subject_ids.data or ()),
        about=form.about.data or "",
        promised_at=datetime.fromisoformat(session[PROMISED]),
        person_id=who.person_id if who else None,
    )
    return actions.apply(db(), applicant)


@blueprint.get("/volunteers")
@allow(Permission.MANAGE_TEACHERS)
def volunteers() -> Page:
    """Who offered to teach: those who wait first."""
    wanted = queries.visible_applications(signed_in()).order_by(
        VolunteerApplication.answered_at.is_not(None), VolunteerApplication.applied_at.desc(), VolunteerApplication.id
    )
    page = paginate(db(), wanted, PAGE_SIZE)
    labels = {each.id: each.label for each in subjects(db())}
    return render("teaching/volunteers.html", page=page, labels=labels)


@blueprint.route("/volunteers/<int:application_id>", methods=["GET", "POST"])
@allow(Permission.MANAGE_TEACHERS)
def application(application_id: int) -> Page:
    """One application; a yes makes her a teacher, and she is told."""
    asked = queries.application_for(db(), signed_in(), application_id)
    form = ApproveForm(data={"hours_a_week": USUAL_HOURS})
    if form.validate_on_submit():
        hours, answer = form.hours_a_week.data or 0, form.answer.data or ""
        taught = carry_out(
            form, lambda: actions.approve(db(), asked, hours_a_week=hours, answer=answer, by=signed_in())
        )
        if taught:
            flash(_("%(name)s is a teacher now. Please add the times when she or he can teach.", name=asked.name), "ok")
            return redirect(url_for("teaching.teacher", teacher_id=taught.id), 303)
    return render("teaching/application.html", form=form, **_shown(application_id))


@blueprint.route("/volunteers/<int:application_id>/refuse", methods=["GET", "POST"])
@allow(Permission.MANAGE_TEACHERS)
def refuse_application(application_id: int) -> Page:
    """Not now, with a reason; she is told."""
    asked = queries.application_for(db(), signed_in(), application_id)
    form = RefuseForm()
    if form.validate_on_submit() and carry_out(
        form, lambda: actions.refuse(db(), asked, answer=form.answer.data or "", by=signed_in())
    ):
        flash(_("%(name)s is told.", name=asked.name), "ok")
        return redirect(url_for("teaching.volunteers"), 303)
    return render("teaching/refuse_application.html", form=form, **_shown(application_id))


def _shown(application_id: int) -> dict[str, object]:
    """An application with what its page says of it."""
    asked = queries.application_for(db(), signed_in(), application_id)
    labels = {each.id: each.label for each in subjects(db())}
    answered_by = names_of(db(), [asked.answered_by_id]) if asked.answered_by_id else {}
    return {
        "application": asked,
        "subjects_said": [labels[each] for each in asked.subject_ids if each in labels],
        "path": region_path(db(), asked.region_code) if asked.region_code else [],
        "answered_by": next(iter(answered_by.values()), ""),
        "gets_text": parse_phone(asked.phone)[1] is PhoneKind.MOBILE,
    }
