"""A site offers; either side counters, declines or agrees."""

from dataclasses import replace

from flask import flash, redirect, url_for
from flask_babel import gettext as _

from senior_univ.catalogue.models import Course
from senior_univ.catalogue.queries import courses_of
from senior_univ.core.errors import NotFoundError
from senior_univ.core.permissions import Permission
from senior_univ.core.web import Page, allow, carry_out, db, found, number_asked, render, signed_in
from senior_univ.network.models import Organisation, Room
from senior_univ.network.queries import rooms_of
from senior_univ.partnerships import actions, matching, queries
from senior_univ.partnerships.forms import CounterForm, DeclineOfferForm, OfferForm
from senior_univ.partnerships.models import FREQUENCY_LABELS, ClassOffer, ClassRequest
from senior_univ.partnerships.rules import Proposal, proposal_of
from senior_univ.partnerships.views.blueprint import blueprint
from senior_univ.partnerships.views.requests import SHOWN_MATCHES
from senior_univ.teaching.models import Teacher
from senior_univ.timetable.models import Delivery


@blueprint.route("/requests/<int:request_id>/offer", methods=["GET", "POST"])
@allow(Permission.ANSWER_CLASS_REQUEST)
def offer(request_id: int) -> Page:
    """The site offers a class; teachers and rooms are ranked beside the form, with reasons."""
    asked = queries.request_for(db(), signed_in(), request_id)
    site = _site_answering(asked)
    matches, rooms = matching.rank_teachers(db(), asked, [site]), _rooms(asked, site.id)
    courses, teachers = _courses(asked, site), [match.teacher for match in matches]
    form = OfferForm()
    form.offer(courses, teachers, [match.room for match in rooms])
    if not form.is_submitted():
        form.start_from(asked)
    if form.validate_on_submit() and carry_out(
        form, lambda: actions.make_offer(db(), asked, _proposal(form, courses, teachers, rooms), by=signed_in())
    ):
        flash(_("Your offer has been sent to %(home)s.", home=asked.home.name), "ok")
        return redirect(url_for("partnerships.request", request_id=request_id), 303)
    return render(
        "partnerships/offer.html",
        form=form,
        asked=asked,
        courses=courses,
        subject=matching.subject_words(asked),
        teachers=matches[:SHOWN_MATCHES],
        rooms=rooms,
        frequency_labels=FREQUENCY_LABELS,
        taught=queries.classes_taught(db(), [teacher.id for teacher in teachers]),
    )


def _site_answering(asked: ClassRequest) -> Organisation:
    """The viewer's site that answers: ``?site=``, else the first."""
    sites = queries.sites_answering(db(), signed_in(), asked)
    if not sites:
        raise NotFoundError
    wanted = number_asked("site", sites[0].id)
    return found(next((site for site in sites if site.id == wanted), None))


def _courses(asked: ClassRequest, site: Organisation) -> list[Course]:
    """The site's courses, those of the subject that was asked for first."""
    return sorted(courses_of(db(), [site.id]), key=lambda course: course.subject_id != asked.subject_id)


def _rooms(asked: ClassRequest, site_id: int) -> list[matching.RoomMatch]:
    """The home's rooms, then the site's, each the best first; only the home's where it opens its own to the village."""
    of_home = matching.rank_rooms(db(), asked, asked.home_id)
    return of_home if asked.village_places else of_home + matching.rank_rooms(db(), asked, site_id)


def _proposal(
    form: OfferForm, courses: list[Course], teachers: list[Teacher], rooms: list[matching.RoomMatch]
) -> Proposal:
    by_id = {str(teacher.id): teacher for teacher in teachers}
    return Proposal(
        course=next(course for course in courses if str(course.id) == form.course.data),
        teacher=by_id[form.teacher.data],
        co_teacher=by_id.get(form.co_teacher.data or ""),
        room=next((match.room for match in rooms if str(match.room.id) == form.room.data), None),
        delivery=Delivery(form.delivery.data),
        weekday=int(form.weekday.data),
        starts=form.starts.data,
        minutes=form.minutes.data or 0,
        lessons=form.lessons.data,
        from_on=form.from_on.data,
        to_on=form.to_on.data,
        materials=form.materials.data or "",
        note=form.note.data or "",
    )


def _to_answer(request_id: int, offer_id: int) -> ClassOffer:
    """An offer that this viewer's side answers: the home the site's, the site the home's; 404 for any other."""
    asked = queries.request_for(db(), signed_in(), request_id)
    answered = found(next((offer for offer in asked.offers if offer.id == offer_id), None))
    if answered.is_by_home:
        is_ours = queries.answers_for(signed_in(), answered.site_id)
    else:
        is_ours = queries.asks_for(signed_in(), asked.home_id)
    if not is_ours:
        raise NotFoundError
    return answered


@blueprint.post("/requests/<int:request_id>/offers/<int:offer_id>/agree")
@allow(Permission.SEE_CLASS_REQUESTS)
def agree(request_id: int, offer_id: int) -> Page:
    """This side agrees; from now on the home may schedule the class."""
    answered = _to_answer(request_id, offer_id)
    agreement = found(carry_out(None, lambda: actions.agree(db(), answered, by=signed_in())))
    words = _("Agreed. Now the class can be scheduled in a room of your home.")
    flash(_("Agreed. The home schedules the class next.") if answered.is_by_home else words, "ok")
    return redirect(url_for("partnerships.agreement", agreement_id=agreement.id), 303)


@blueprint.route("/requests/<int:request_id>/offers/<int:offer_id>/counter", methods=["GET", "POST"])
@allow(Permission.SEE_CLASS_REQUESTS)
def counter(request_id: int, offer_id: int) -> Page:
    """This side would take the offer with another time, number or place; the other side answers that."""
    answered, form = _to_answer(request_id, offer_id), CounterForm()
    rooms = _counter_rooms(answered)
    form.offer(rooms)
    if not form.is_submitted():
        form.start_from(answered)
    if form.validate_on_submit() and carry_out(
        form,
        lambda: actions.counter_offer(db(), answered, _changed(form, answered, rooms), by=signed_in()),
    ):
        flash(_("Your change has been sent; the other side answers it."), "ok")
        return redirect(url_for("partnerships.request", request_id=request_id), 303)
    return render("partnerships/counter.html", form=form, offer=answered, asked=answered.request)


def _counter_rooms(offer: ClassOffer) -> list[Room]:
    of_home = rooms_of(db(), offer.request.home_id)
    return of_home if offer.request.village_places else of_home + rooms_of(db(), offer.site_id)


def _changed(form: CounterForm, offer: ClassOffer, rooms: list[Room]) -> Proposal:
    return replace(
        proposal_of(offer),
        weekday=int(form.weekday.data),
        starts=form.starts.data,
        minutes=form.minutes.data or 0,
        room=next((room for room in rooms if str(room.id) == form.room.data), None),
        learners=form.learners.data,
        lessons=form.lessons.data,
        from_on=form.from_on.data,
        to_on=form.to_on.data,
        note=form.note.data or "",
    )


@blueprint.route("/requests/<int:request_id>/offers/<int:offer_id>/decline", methods=["GET", "POST"])
@allow(Permission.SEE_CLASS_REQUESTS)
def decline_offer(request_id: int, offer_id: int) -> Page:
    """This side doesn't want it, with or without a word why; another offer may be made."""
    answered, form = _to_answer(request_id, offer_id), DeclineOfferForm()
    if form.validate_on_submit() and carry_out(
        form, lambda: actions.decline_offer(db(), answered, reason=form.reason.data or "", by=signed_in())
    ):
        flash(_("Declined. The site may make another offer."), "ok")
        return redirect(url_for("partnerships.request", request_id=request_id), 303)
    return render("partnerships/decline_offer.html", form=form, offer=answered, asked=answered.request)
