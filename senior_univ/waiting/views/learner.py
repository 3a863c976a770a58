"""Waiting for a place: joining, one's place in the queue, leaving with one tap, answering an offer with one tap."""

from flask import flash, redirect, request, url_for
from flask_babel import gettext as _

from senior_univ.accounts import queries as accounts
from senior_univ.care import queries as care
from senior_univ.core.access import Right
from senior_univ.core.permissions import Permission
from senior_univ.core.web import (
    Page,
    allow,
    carry_out,
    commit,
    db,
    found,
    learner_id,
    number_asked,
    render,
    signed_in,
)
from senior_univ.enrolment import queries as enrolment
from senior_univ.enrolment import rules as enrolment_rules
from senior_univ.enrolment import together
from senior_univ.enrolment.models import Hand
from senior_univ.timetable.models import CourseClass
from senior_univ.waiting import actions, queries
from senior_univ.waiting.forms import JoinForm, TapForm
from senior_univ.waiting.models import Offer, WaitingParty
from senior_univ.waiting.views.blueprint import blueprint


@blueprint.route("/waiting/<int:class_id>/join", methods=["GET", "POST"])
@allow(Permission.LEARN)
def join(class_id: int) -> Page:
    """Wait for a place in a full class: who, and who brings what; then a place at the end of the queue."""
    course_class = found(enrolment.class_to_join(db(), class_id, learner_id()))
    form = JoinForm()
    companions = _companions()
    form.people.choices = [(person_id, name) for person_id, name in companions.items()]
    if not form.is_submitted():
        form.people.data = [learner_id(), *_company_asked(companions)]
    if form.validate_on_submit() and carry_out(form, lambda: _join(course_class, form, companions)):
        return redirect(url_for("waiting.place", class_id=class_id), 303)
    if queries.place_in(db(), class_id, learner_id()):  # sent twice, it is the same place
        return redirect(url_for("waiting.place", class_id=class_id), 303)
    if enrolment.standing_seat(db(), class_id, learner_id()):
        return redirect(url_for("enrolment.confirmed", class_id=class_id), 303)
    knows_needs = bool(care.needs_of(db(), [learner_id()])) and len(companions) == 1
    return render(
        "waiting/join.html",
        form=form,
        course_class=course_class,
        knows_needs=knows_needs,
        length=queries.count_waiting(db(), class_id),
    )


def _company_asked(companions: dict[int, str]) -> list[int]:
    """Who was to come with her when there was no room for both."""
    asked = number_asked("company")
    return [asked] if asked in companions and asked != learner_id() else []


@blueprint.post("/waiting/together/<int:wish_id>")
@allow(Permission.LEARN)
def wait_together(wish_id: int) -> Page:
    """Somebody was asked to come together, says yes, and there is no room: both wait."""
    wish = together.wish_for(db(), signed_in(), wish_id)
    hand = Hand.HERSELF if wish.asks_person_id == signed_in().person_id else Hand.RELATIVE
    carry_out(None, lambda: actions.join_together(db(), wish, hand=hand, by=signed_in()))
    flash(_("You wait together now. Two places are kept for you when they come free."), "ok")
    return redirect(url_for("enrolment.my_classes"), 303)


def _companions() -> dict[int, str]:
    """Whom the page's learner may name: herself, and whoever the signed-in person may enrol."""
    who = signed_in()
    elders = [elder for elder, rights in who.elders.items() if Right.ENROL in rights]
    names = accounts.names_of(db(), {learner_id(), who.person_id, *elders})
    return {each: names[each] for each in dict.fromkeys([learner_id(), who.person_id, *elders]) if each in names}


def _join(course_class: CourseClass, form: JoinForm, companions: dict[int, str]) -> WaitingParty:
    people = [each for each in form.people.data or () if each in companions] or [learner_id()]
    first = people[:1]
    return actions.join(
        db(),
        course_class=course_class,
        person_ids=people,
        hand=Hand.HERSELF if people == [signed_in().person_id] else Hand.RELATIVE,
        by=signed_in(),
        wheelchair_ids=first if form.wheelchair.data else (),
        escort_ids=first if form.escort.data else (),
    )


@blueprint.get("/waiting/<int:class_id>")
@allow(Permission.LEARN)
def place(class_id: int) -> Page:
    """Her place in the queue, what happens next, and the way out."""
    hers = found(queries.place_in(db(), class_id, learner_id()))
    if hers.offer_id:
        return redirect(url_for("waiting.offer", offer_id=hers.offer_id), 303)
    return render("waiting/place.html", hers=hers, form=TapForm(), may_leave=_may_leave())


def _may_leave() -> bool:
    return signed_in().may_for(learner_id(), Right.WITHDRAW)


@blueprint.post("/waiting/places/<int:place_id>/leave")
@allow(Permission.LEARN)
def leave(place_id: int) -> Page:
    """Leave a queue with one tap; staff take somebody out in the same way."""
    hers = queries.place_for(db(), signed_in(), place_id)
    actions.leave(db(), hers, by=signed_in())
    commit()
    course_class = hers.party.course_class
    flash(_("%(name)s no longer waits for %(course)s.", name=hers.person.name, course=course_class.course.title), "ok")
    if request.form.get("to") == "enrolled":
        return redirect(url_for("enrolment.enrolled_by_me"), 303)
    is_own = hers.person_id in (signed_in().person_id, learner_id())
    if not is_own and enrolment_rules.serves(signed_in(), course_class):
        return redirect(url_for("waiting.queue", class_id=hers.class_id), 303)
    return redirect(url_for("enrolment.my_classes"), 303)


@blueprint.get("/waiting/offers/<int:offer_id>")
@allow(Permission.LEARN)
def offer(offer_id: int) -> Page:
    """A place is kept for her: take it or let it go, one tap each; an answered one says what became of it."""
    offered = queries.offer_for(db(), signed_in(), offer_id)
    first = enrolment.first_lesson(db(), offered.course_class)
    return render("waiting/offer.html", offer=offered, first=first, may_answer=actions.may_answer(offered, signed_in()))


@blueprint.post("/waiting/offers/<int:offer_id>/accept")
@allow(Permission.LEARN)
def accept(offer_id: int) -> Page:
    """Take the place. Tapped twice, it is the same seat."""
    offered = queries.offer_for(db(), signed_in(), offer_id)
    actions.accept(db(), offered, hand=hand_of(offered), by=signed_in())
    commit()
    return _after_answer(offered, accepted=True)


@blueprint.post("/waiting/offers/<int:offer_id>/decline")
@allow(Permission.LEARN)
def decline(offer_id: int) -> Page:
    """Let the place go to the next."""
    offered = queries.offer_for(db(), signed_in(), offer_id)
    actions.decline(db(), offered, by=signed_in())
    commit()
    return _after_answer(offered, accepted=False)


def hand_of(offered: Offer) -> Hand:
    """By whose hand an offer is answered."""
    who, people = signed_in(), {each.person_id for each in offered.party.places}
    if who.person_id in people:
        return Hand.HERSELF
    if any(who.may_for(each, Right.ENROL) for each in people):
        return Hand.RELATIVE
    home_id = offered.course_class.home_id
    return Hand.CARE_HOME if home_id and who.organisation_ids(Permission.ENROL_OTHERS) == {home_id} else Hand.DESK


def _after_answer(offered: Offer, *, accepted: bool) -> Page:
    course = offered.course_class.course.title
    hers = learner_id() in {each.person_id for each in offered.party.places}
    if accepted and hers:
        return redirect(url_for("enrolment.confirmed", class_id=offered.class_id), 303)
    flash(
        _("The place in %(course)s is taken.", course=course)
        if accepted
        else _("The place in %(course)s goes to the next one.", course=course),
        "ok",
    )
    return redirect(url_for("enrolment.my_classes") if hers else url_for("waiting.offers"), 303)
