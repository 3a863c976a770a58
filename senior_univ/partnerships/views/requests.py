"""Requests as both sides see them, the site's answer and the home's."""

from flask import flash, redirect, url_for
from flask_babel import gettext as _

from senior_univ.catalogue.models import Course
from senior_univ.catalogue.queries import courses_of
from senior_univ.core import clock
from senior_univ.core.errors import NotFoundError
from senior_univ.core.paging import paginate
from senior_univ.core.permissions import Permission
from senior_univ.core.web import Page, allow, carry_out, db, found, render, signed_in
from senior_univ.partnerships import actions, queries
from senior_univ.partnerships.forms import DeclineForm, OfferForm
from senior_univ.partnerships.models import REQUEST_LABELS, REQUEST_TAGS, ClassOffer, ClassRequest
from senior_univ.partnerships.rules import Proposal
from senior_univ.partnerships.views.blueprint import blueprint
from senior_univ.teaching.models import Teacher
from senior_univ.teaching.queries import availability_of, teachers_of
from senior_univ.teaching.rules import reasons_against


@blueprint.get("/requests")
@allow(Permission.SEE_CLASS_REQUESTS)
def requests() -> Page:
    """Every request of one's homes and to one's sites, the newest first."""
    page = paginate(db(), queries.visible_requests(signed_in()), 25)
    asks = signed_in().may(Permission.ASK_FOR_CLASS)
    return render("partnerships/requests.html", page=page, asks=asks, labels=REQUEST_LABELS, tags=REQUEST_TAGS)


@blueprint.get("/requests/<int:request_id>")
@allow(Permission.SEE_CLASS_REQUESTS)
def request(request_id: int) -> Page:
    """One request: where it stands, and what this side may do now."""
    asked = queries.request_for(db(), signed_in(), request_id)
    return render(
        "partnerships/request.html",
        asked=asked,
        is_home=queries.asks_for(signed_in(), asked.home_id),
        is_site=queries.answers_for(signed_in(), asked.site_id),
        labels=REQUEST_LABELS,
        tags=REQUEST_TAGS,
    )


def _of_home(request_id: int) -> ClassRequest:
    asked = queries.request_for(db(), signed_in(), request_id)
    if not queries.asks_for(signed_in(), asked.home_id):
        raise NotFoundError
    return asked


def _to_site(request_id: int) -> ClassRequest:
    asked = queries.request_for(db(), signed_in(), request_id)
    if not queries.answers_for(signed_in(), asked.site_id):
        raise NotFoundError
    return asked


def _offer_of(asked: ClassRequest, offer_id: int) -> ClassOffer:
    return found(next((offer for offer in asked.offers if offer.id == offer_id), None))


@blueprint.post("/requests/<int:request_id>/take-back")
@allow(Permission.ASK_FOR_CLASS)
def take_back(request_id: int) -> Page:
    """The home no longer asks."""
    asked = _of_home(request_id)
    carry_out(None, lambda: actions.take_back(db(), asked, by=signed_in()))
    flash(_("The request has been taken back."), "ok")
    return redirect(url_for("partnerships.request", request_id=request_id), 303)


@blueprint.route("/requests/<int:request_id>/decline", methods=["GET", "POST"])
@allow(Permission.ANSWER_CLASS_REQUEST)
def decline(request_id: int) -> Page:
    """The site can't, and says why."""
    asked, form = _to_site(request_id), DeclineForm()
    if form.validate_on_submit() and carry_out(
        form, lambda: actions.decline_request(db(), asked, form.reason.data, by=signed_in())
    ):
        return redirect(url_for("partnerships.request", request_id=request_id), 303)
    return render("partnerships/decline.html", form=form, asked=asked)


@blueprint.route("/requests/<int:request_id>/offer", methods=["GET", "POST"])
@allow(Permission.ANSWER_CLASS_REQUEST)
def offer(request_id: int) -> Page:
    """The site offers a class; the teachers' own times are shown beside the form."""
    asked, form = _to_site(request_id), OfferForm()
    courses, teachers = _courses(asked), _teachers(asked)
    form.offer(courses, teachers)
    if not form.is_submitted():
        form.start_from(asked)
    if form.validate_on_submit() and carry_out(
        form, lambda: actions.make_offer(db(), asked, _proposal(form, courses, teachers), by=signed_in())
    ):
        flash(_("Your offer has been sent to %(home)s.", home=asked.home.name), "ok")
        return redirect(url_for("partnerships.request", request_id=request_id), 303)
    ids = [teacher.id for teacher in teachers]
    return render(
        "partnerships/offer.html",
        form=form,
        asked=asked,
        courses=courses,
        teachers=teachers,
        times=availability_of(db(), ids),
        taught=queries.classes_taught(db(), ids),
    )


def _courses(asked: ClassRequest) -> list[Course]:
    """The site's courses, those of the subject that was asked for first."""
    return sorted(courses_of(db(), [asked.site_id]), key=lambda course: course.subject_id != asked.subject_id)


def _teachers(asked: ClassRequest) -> list[Teacher]:
    """The site's teachers who may be given a class, those who teach the subject first."""
    allowed = [t for t in teachers_of(db(), [asked.site_id]) if not reasons_against(t, clock.today())]
    return sorted(allowed, key=lambda t: asked.subject_id not in {subject.id for subject in t.subjects})


def _proposal(form: OfferForm, courses: list[Course], teachers: list[Teacher]) -> Proposal:
    return Proposal(
        course=next(course for course in courses if str(course.id) == form.course.data),
        teacher=next(teacher for teacher in teachers if str(teacher.id) == form.teacher.data),
        weekday=int(form.weekday.data),
        starts=form.starts.data,
        minutes=form.minutes.data or 0,
        note=form.note.data or "",
    )


@blueprint.post("/requests/<int:request_id>/offers/<int:offer_id>/agree")
@allow(Permission.ASK_FOR_CLASS)
def agree(request_id: int, offer_id: int) -> Page:
    """The home agrees; from now on it may schedule the class."""
    answered = _offer_of(_of_home(request_id), offer_id)
    agreement = found(carry_out(None, lambda: actions.agree(db(), answered, by=signed_in())))
    flash(_("Agreed. Now the class can be scheduled in a room of your home."), "ok")
    return redirect(url_for("partnerships.agreement", agreement_id=agreement.id), 303)


@blueprint.post("/requests/<int:request_id>/offers/<int:offer_id>/decline")
@allow(Permission.ASK_FOR_CLASS)
def decline_offer(request_id: int, offer_id: int) -> Page:
    """The home doesn't want this offer; the site may make another."""
    answered = _offer_of(_of_home(request_id), offer_id)
    carry_out(None, lambda: actions.decline_offer(db(), answered, by=signed_in()))
    flash(_("Declined. The site may make another offer."), "ok")
    return redirect(url_for("partnerships.request", request_id=request_id), 303)
