"""What staff see of queues: a class's own, adding and moving somebody, and the offers that wait for a call."""

from flask import flash, redirect, request, url_for
from flask_babel import gettext as _
from sqlalchemy.orm import joinedload

from senior_univ.accounts import queries as accounts
from senior_univ.accounts.models import Person
from senior_univ.core import clock
from senior_univ.core.forms import clean_text
from senior_univ.core.paging import paginate
from senior_univ.core.permissions import Permission
from senior_univ.core.web import Page, allow, carry_out, db, render, signed_in
from senior_univ.enrolment.models import Hand
from senior_univ.timetable import queries as timetable
from senior_univ.timetable.models import CourseClass
from senior_univ.waiting import actions, queries
from senior_univ.waiting.forms import AddForm, CallForm, MoveForm
from senior_univ.waiting.models import RUNG_LABELS, Offer, OfferRung, RungKind, WaitingParty
from senior_univ.waiting.views.blueprint import blueprint
from senior_univ.waiting.views.learner import hand_of


def _class(class_id: int) -> CourseClass:
    return timetable.class_for(db(), signed_in(), Permission.ENROL_OTHERS, class_id)


@blueprint.get("/classes/<int:class_id>/waiting")
@allow(Permission.ENROL_OTHERS)
def queue(class_id: int) -> Page:
    """Who waits for a class, in order."""
    course_class = _class(class_id)
    lines = queries.queue_of(db(), course_class)
    return render("waiting/queue.html", course_class=course_class, lines=lines, today=clock.today())


@blueprint.route("/classes/<int:class_id>/waiting/add", methods=["GET", "POST"])
@allow(Permission.ENROL_OTHERS)
def add(class_id: int) -> Page:
    """Find somebody and put her at the end of the queue; several who are ticked come together or not at all."""
    course_class = _class(class_id)
    text = (clean_text(request.values.get("q", "")) or "")[:40]
    people = _found(text) or _named()
    form = AddForm(people=[] if text else [person.id for person in people])
    form.people.choices = [(person.id, person.name) for person in people]
    chosen = [each for each in form.people.data or () if each in {person.id for person in people}]
    if form.validate_on_submit() and not chosen:
        form.people.errors = [_("Please tick at least one person.")]
    elif form.validate_on_submit() and carry_out(form, lambda: _add(course_class, chosen, form)):
        flash(_("On the waiting list now."), "ok")
        return redirect(url_for("waiting.queue", class_id=class_id), 303)
    return render("waiting/add.html", form=form, course_class=course_class, text=text, people=people)


def _named() -> list[Person]:
    """The people whom another page names, who want to come together."""
    named = [int(each) for each in request.args.getlist("people")[:4] if each.isdecimal() and len(each) < 10]
    visible = accounts.visible_people(signed_in(), Permission.ENROL_OTHERS).where(Person.id.in_(named))
    return list(db().scalars(visible.options(joinedload(Person.region)))) if named else []


def _found(text: str) -> list[Person]:
    return list(accounts.find_people(db(), signed_in(), Permission.ENROL_OTHERS, text)) if text else []


def _add(course_class: CourseClass, person_ids: list[int], form: AddForm) -> WaitingParty:
    return actions.join(
        db(),
        course_class=course_class,
        person_ids=person_ids,
        hand=Hand.CARE_HOME if course_class.home_id else Hand.DESK,
        by=signed_in(),
        wheelchair_ids=person_ids[:1] if form.wheelchair.data else (),
        escort_ids=person_ids[:1] if form.escort.data else (),
    )


@blueprint.route("/waiting/parties/<int:party_id>/move", methods=["GET", "POST"])
@allow(Permission.ENROL_OTHERS)
def move(party_id: int) -> Page:
    """Move somebody in the queue, with a reason that stays on record."""
    party = queries.party_for(db(), signed_in(), party_id)
    form = MoveForm()
    if form.validate_on_submit() and carry_out(form, lambda: _move(party, form)):
        flash(_("Moved. The reason is on record."), "ok")
        return redirect(url_for("waiting.queue", class_id=party.class_id), 303)
    form.seen.data = position = queries.position_of(db(), party)  # what the page shows now is what she has seen
    return render("waiting/move.html", form=form, party=party, position=position)


def _move(party: WaitingParty, form: MoveForm) -> WaitingParty:
    seen = form.seen.data or ""
    return actions.move(
        db(),
        party,
        to=form.to.data or 1,
        reason=form.reason.data or "",
        by=signed_in(),
        seen=int(seen) if seen.isascii() and seen.isdigit() else None,
    )


@blueprint.get("/waiting/offers")
@allow(Permission.ENROL_OTHERS)
def offers() -> Page:
    """The offers that wait for an answer, of every class of the viewer's organisations: whom to call."""
    page = paginate(db(), queries.offers_to_call(signed_in()), size=25)
    return render("waiting/offers.html", page=page, today=clock.today(), labels=RUNG_LABELS)


@blueprint.route("/waiting/offers/<int:offer_id>/call", methods=["GET", "POST"])
@allow(Permission.ENROL_OTHERS)
def call(offer_id: int) -> Page:
    """Call her, tick what came of it, or answer for her."""
    offer = queries.offer_to_call(db(), signed_in(), offer_id)
    form = CallForm()
    if form.validate_on_submit() and carry_out(form, lambda: _note_call(offer, form.reached.data or "")):
        flash(_("Noted."), "ok")
        return redirect(url_for("waiting.offers"), 303)
    return render("waiting/call.html", form=form, offer=offer, labels=RUNG_LABELS, rungs=_calls(offer))


def _calls(offer: Offer) -> list[OfferRung]:
    return [rung for rung in offer.rungs if rung.kind is RungKind.CALL]


def _note_call(offer: Offer, came: str) -> Offer:
    """Tick the viewer's own call (or every call, for whoever gives the class), then answer for her where she did."""
    own = signed_in().organisation_ids(Permission.ENROL_OTHERS)
    calls = _calls(offer)
    for rung in [each for each in calls if each.organisation_id in own] or calls:
        actions.tick(db(), rung, is_reached=came != "missed", by=signed_in())
    if came == "accepts":
        actions.accept(db(), offer, hand=hand_of(offer), by=signed_in())
    elif came == "declines":
        actions.decline(db(), offer, by=signed_in())
    return offer
