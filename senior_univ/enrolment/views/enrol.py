"""Enrolling: one question a page, only what is not known, then the answers once more, then a seat; and its end."""

from typing import Any

from flask import flash, redirect, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from senior_univ.accounts import queries as accounts
from senior_univ.care import queries as care
from senior_univ.core.access import Right
from senior_univ.core.errors import DomainError
from senior_univ.core.permissions import Permission
from senior_univ.core.web import Page, allow, carry_out, db, found, learner_id, render, signed_in
from senior_univ.enrolment import actions, queries, rules, together
from senior_univ.enrolment.facts import refusal_for
from senior_univ.enrolment.forms import CheckForm, EndForm, PhoneForm, WheelchairForm
from senior_univ.enrolment.models import Hand, Seat
from senior_univ.enrolment.too_few import gone_lately
from senior_univ.enrolment.views.blueprint import blueprint
from senior_univ.enrolment.views.find import others_instead
from senior_univ.enrolment.views.together import companions, company_said, hand_for
from senior_univ.timetable.models import CourseClass


def _class_to_join(class_id: int) -> CourseClass:
    return found(queries.class_to_join(db(), class_id, learner_id()))


def _hand() -> Hand:
    return Hand.HERSELF if learner_id() == signed_in().person_id else Hand.RELATIVE


def _wheelchair_said() -> str | None:
    said = request.values.get("wheelchair")
    return said if said in ("yes", "no") else None


def _phone_said() -> str | None:
    return "wrong" if request.args.get("phone") == "wrong" else None


def _questions() -> list[str]:
    """What has to be asked of her at all."""
    person = queries.learner(db(), learner_id())
    knows_needs = person.id in care.needs_of(db(), [person.id])
    asks_phone = person.mobile is not None and person.reminders_stopped_at is None
    return ([] if knows_needs else ["wheelchair"]) + (["phone"] if asks_phone else [])


def _go_to(question: str, class_id: int, **answers: Any) -> Response:
    endpoints = {"wheelchair": "enrolment.ask_wheelchair", "phone": "enrolment.ask_phone", "check": "enrolment.check"}
    return redirect(url_for(endpoints[question], class_id=class_id, **answers), 303)


@blueprint.get("/enrol/<int:class_id>")
@allow(Permission.LEARN)
def enrol(class_id: int) -> Page:
    """Where enrolling begins: the first question, or at once what stands against it."""
    course_class = _class_to_join(class_id)
    if queries.standing_seat(db(), class_id, learner_id()):
        return redirect(url_for("enrolment.confirmed", class_id=class_id), 303)
    actions.refuse_without_right(db(), learner_id(), _hand(), signed_in())
    if refusal := refusal_for(db(), course_class, learner_id()):
        return _say_no(course_class, refusal)
    return _go_to((*_questions(), "check")[0], class_id)


def _say_no(course_class: CourseClass, refusal: DomainError) -> Page:
    others = others_instead(course_class, refusal)
    return render("enrolment/not_now.html", course_class=course_class, refusal=refusal, others=others)


def _steps(question: str) -> dict[str, int]:
    asked = [*_questions(), "check"]
    number = asked.index(question) + 1 if question in asked else 1
    return {"number": number, "total": len(asked)}


@blueprint.route("/enrol/<int:class_id>/wheelchair", methods=["GET", "POST"])
@allow(Permission.LEARN)
def ask_wheelchair(class_id: int) -> Page:
    """Will she come in a wheelchair?"""
    course_class = _class_to_join(class_id)
    form = WheelchairForm(data={"wheelchair": _wheelchair_said()})
    if form.validate_on_submit():
        then = "phone" if "phone" in _questions() and not request.args.get("back") else "check"
        return _go_to(then, class_id, wheelchair=form.wheelchair.data, phone=_phone_said())
    return render("enrolment/ask_wheelchair.html", form=form, course_class=course_class, step=_steps("wheelchair"))


@blueprint.route("/enrol/<int:class_id>/phone", methods=["GET", "POST"])
@allow(Permission.LEARN)
def ask_phone(class_id: int) -> Page:
    """Is the phone on file the right one for reminders?"""
    course_class = _class_to_join(class_id)
    form = PhoneForm()
    if form.validate_on_submit():
        wrong = {"phone": "wrong"} if form.phone.data == "wrong" else {}
        return _go_to("check", class_id, wheelchair=_wheelchair_said(), **wrong)
    person = queries.learner(db(), learner_id())
    return render("enrolment/ask_phone.html", form=form, course_class=course_class, person=person, step=_steps("phone"))


@blueprint.route("/enrol/<int:class_id>/check", methods=["GET", "POST"])
@allow(Permission.LEARN)
def check(class_id: int) -> Page:
    """Her answers once more; confirming takes the seat. Sent twice, it is the same seat."""
    course_class = _class_to_join(class_id)
    form = CheckForm()
    if form.validate_on_submit():
        seat = carry_out(form, lambda: _take(course_class, form))
        if seat or queries.standing_seat(db(), class_id, learner_id()):
            return redirect(url_for("enrolment.confirmed", class_id=class_id, phone=_phone_said()), 303)
    elif _wheelchair_said() is None and "wheelchair" in _questions():
        return _go_to("wheelchair", class_id)
    form.wheelchair.data, form.company.data = _wheelchair_said() or "no", company_said()
    return render("enrolment/check.html", form=form, course_class=course_class, **_said())


def _take(course_class: CourseClass, form: CheckForm) -> Seat:
    companion = company_said()
    if companion is not None:
        return _take_together(course_class, form, companion)
    return actions.take_seat(
        db(),
        course_class=course_class,
        person_id=learner_id(),
        hand=_hand(),
        takes_wheelchair_place=form.wheelchair.data == "yes",
        has_escort=form.escort.data,
        by=signed_in(),
    )


def _take_together(course_class: CourseClass, form: CheckForm, companion: int) -> Seat:
    """Both or nobody; whatever else she brings is hers."""
    people = (learner_id(), companion)
    for each in people:
        actions.refuse_without_right(db(), each, hand_for(each), signed_in())
    return together.take_both(
        db(),
        course_class=course_class,
        hands={each: hand_for(each) for each in people},
        wheelchair_ids=people[:1] if form.wheelchair.data == "yes" else (),
        escort_ids=people[:1] if form.escort.data else (),
        by=signed_in(),
    )[0]


def _said() -> dict[str, Any]:
    """What the page of answers says of her: who she is, and whom reminders reach."""
    person = queries.learner(db(), learner_id())
    contact = None if person.mobile else accounts.main_contacts(db(), [person.id]).get(person.id)
    questions = _questions()
    return {
        "person": person,
        "contact": contact,
        "questions": questions,
        "step": _steps("check"),
        "phone_said": _phone_said(),
        "companion": companions().get(company_said() or 0),
    }


@blueprint.get("/enrol/<int:class_id>/confirmed")
@allow(Permission.LEARN)
def confirmed(class_id: int) -> Page:
    """She is in: the number, the first lesson, what to bring, and the way back."""
    seat = found(queries.standing_seat(db(), class_id, learner_id()))
    first = queries.first_lesson(db(), seat.course_class)
    return render(
        "enrolment/confirmed.html", seat=seat, first=first, may_undo=_may_undo(seat), phone_said=_phone_said()
    )


def _may_undo(seat: Seat) -> bool:
    return seat.id not in queries.begun(db(), [seat])


@blueprint.get("/my-classes")
@allow(Permission.LEARN)
def my_classes() -> Page:
    """Every class that she is in, with the way out of each."""
    seats = queries.seats_of(db(), learner_id())
    may_end = signed_in().may_for(learner_id(), Right.WITHDRAW)
    begun = queries.begun(db(), seats)
    gone = gone_lately(db(), learner_id())
    wishes = together.wishes_of(db(), learner_id())
    return render(
        "enrolment/my_classes.html",
        seats=seats,
        begun=begun,
        may_end=may_end,
        gone=gone,
        together_wishes=wishes,
        learner_id=learner_id(),
    )


@blueprint.route("/seats/<int:seat_id>/end", methods=["GET", "POST"])
@allow(Permission.LEARN)
def end_seat(seat_id: int) -> Page:
    """Undo an enrolment before the first lesson, or leave the class afterwards; asked once more."""
    seat = queries.seat_for(db(), signed_in(), seat_id)
    form = EndForm()
    if form.validate_on_submit() and carry_out(form, lambda: actions.end_seat(db(), seat, by=signed_in())):
        flash(
            _("%(name)s is no longer in %(course)s.", name=seat.person.name, course=seat.course_class.course.title),
            "ok",
        )
        return redirect(_after_end(seat), 303)
    back, refusal = _after_end(seat), actions.refusal_of_leaving(db(), seat, signed_in())
    return render("enrolment/end_seat.html", form=form, seat=seat, may_undo=_may_undo(seat), back=back, refusal=refusal)


def _after_end(seat: Seat) -> str:
    if rules.serves(signed_in(), seat.course_class) and seat.person_id not in (signed_in().person_id, learner_id()):
        return url_for("enrolment.roster", class_id=seat.class_id)
    return url_for("enrolment.my_classes")
