"""Alone or together with somebody: the question, asking her, and her answer."""

from typing import Any

from flask import flash, redirect, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from senior_univ.accounts import queries as accounts
from senior_univ.core.access import Right
from senior_univ.core.permissions import Permission
from senior_univ.core.web import Page, allow, carry_out, db, found, learner_id, render, signed_in
from senior_univ.enrolment import queries, together
from senior_univ.enrolment.forms import AnswerForm, CompanionForm, CompanyForm, EndForm
from senior_univ.enrolment.models import Hand, TogetherWish
from senior_univ.enrolment.views.blueprint import blueprint
from senior_univ.timetable.models import CourseClass

ALONE, OTHER = "no", "other"


def companions() -> dict[int, str]:
    """{person: name} of everybody beside the page's learner whom the signed-in person may enrol."""
    who = signed_in()
    elders = [elder for elder, rights in who.elders.items() if Right.ENROL in rights]
    others = [each for each in dict.fromkeys([who.person_id, *elders]) if each != learner_id()]
    names = accounts.names_of(db(), others) if others else {}
    return {each: names[each] for each in others if each in names}


def company_said() -> int | None:
    """Who comes with her, by the answer in the address or form; None where she comes alone."""
    said = request.values.get("company", "")
    known = {str(each): each for each in companions()} if said.isdecimal() else {}
    return known.get(said)


def hand_for(person_id: int) -> Hand:
    """Whether somebody enrols herself or a relative does."""
    return Hand.HERSELF if person_id == signed_in().person_id else Hand.RELATIVE


def _class_to_join(class_id: int) -> CourseClass:
    return found(queries.class_to_join(db(), class_id, learner_id()))


@blueprint.route("/enrol/<int:class_id>/company", methods=["GET", "POST"])
@allow(Permission.LEARN)
def ask_company(class_id: int) -> Page:
    """Does she come alone or together with somebody?"""
    course_class, form = _class_to_join(class_id), CompanyForm(data={"company": request.args.get("company") or ALONE})
    known = [(str(each), _l("Together with %(name)s", name=name)) for each, name in companions().items()]
    other = _l("Together with somebody else") if known else _l("Together with somebody")
    form.company.choices = [(ALONE, _l("Alone")), *known, (OTHER, other)]
    answers: dict[str, Any] = {name: request.args.get(name) for name in ("wheelchair", "phone")}
    if form.validate_on_submit():
        if form.company.data == OTHER:
            return redirect(url_for("enrolment.with_whom", class_id=class_id, **answers), 303)
        return redirect(url_for("enrolment.check", class_id=class_id, company=form.company.data, **answers), 303)
    return render("enrolment/ask_company.html", form=form, course_class=course_class)


@blueprint.route("/enrol/<int:class_id>/with-whom", methods=["GET", "POST"])
@allow(Permission.LEARN)
def with_whom(class_id: int) -> Page:
    """Who is the other one? She is asked, and agrees on her own screen or at a desk."""
    course_class, form = _class_to_join(class_id), CompanionForm()
    if form.validate_on_submit() and (wish := carry_out(form, lambda: _ask(course_class, form))):
        return redirect(url_for("enrolment.together_wish", wish_id=wish.id), 303)
    return render("enrolment/with_whom.html", form=form, course_class=course_class)


def _ask(course_class: CourseClass, form: CompanionForm) -> TogetherWish:
    return together.ask(
        db(),
        course_class,
        person_id=learner_id(),
        name=form.name.data or "",
        digits=form.digits.data or "",
        takes_wheelchair_place=request.args.get("wheelchair") == "yes",
        has_escort=form.escort.data,
        hand=hand_for(learner_id()),
        by=signed_in(),
    )


@blueprint.route("/together/<int:wish_id>", methods=["GET", "POST"])
@allow(Permission.LEARN)
def together_wish(wish_id: int) -> Page:
    """Whoever asked sees what became of it; whoever is asked says yes or no."""
    wish, form = together.wish_for(db(), signed_in(), wish_id), AnswerForm()
    may_answer = signed_in().may_for(wish.asks_person_id, Right.ENROL) and learner_id() != wish.person_id
    if may_answer and form.validate_on_submit():
        says_yes = form.answer.data == "yes"
        if carry_out(form, lambda: _answer(wish, says_yes=says_yes)):
            return _after_answer(together.wish_for(db(), signed_in(), wish_id), says_yes=says_yes)
    wish = together.wish_for(db(), signed_in(), wish_id)
    is_lacking = together.lacks_places(wish)
    return render("enrolment/together.html", form=form, wish=wish, may_answer=may_answer, is_lacking=is_lacking)


def _answer(wish: TogetherWish, *, says_yes: bool) -> object:
    act = together.agree if says_yes else together.decline
    return act(db(), wish, hand=hand_for(wish.asks_person_id), by=signed_in())


def _after_answer(wish: TogetherWish, *, says_yes: bool) -> Page:
    if says_yes:
        course = wish.course_class.course.title
        flash(_("You are in %(course)s together: %(one)s and %(other)s.", course=course, one=wish.person.name, other=wish.asks_person.name), "ok")  # fmt: skip
        if learner_id() == wish.asks_person_id:
            return redirect(url_for("enrolment.confirmed", class_id=wish.class_id), 303)
    else:
        flash(_("Thank you. She knows now and may come alone."), "ok")
    return redirect(url_for("enrolment.my_classes"), 303)


@blueprint.route("/together/<int:wish_id>/take-back", methods=["GET", "POST"])
@allow(Permission.LEARN)
def take_back_wish(wish_id: int) -> Page:
    """Ask her no more."""
    wish, form = together.wish_for(db(), signed_in(), wish_id), EndForm()
    if form.validate_on_submit() and carry_out(
        form, lambda: together.take_back(db(), wish, hand=hand_for(wish.person_id), by=signed_in())
    ):
        return redirect(url_for("enrolment.class_page", class_id=wish.class_id), 303)
    return render("enrolment/take_back_wish.html", form=form, wish=wish)
