"""Applying for somebody at the desk or in a home: find her, then everything on one page."""

from flask import redirect, request, url_for

from senior_univ.accounts import queries as accounts
from senior_univ.accounts.models import Person
from senior_univ.allocation import actions, queries, rules
from senior_univ.allocation.actions import Wanted
from senior_univ.allocation.forms import ApplyForForm, SendForm
from senior_univ.allocation.models import AllocationRound, Application
from senior_univ.allocation.views.blueprint import blueprint
from senior_univ.care import queries as care
from senior_univ.core import clock
from senior_univ.core.forms import clean_text
from senior_univ.core.permissions import Permission, Role
from senior_univ.core.web import Page, allow, carry_out, db, render, signed_in
from senior_univ.enrolment.models import Hand
from senior_univ.enrolment.rules import class_when


@blueprint.get("/allocation-days/<int:round_id>/people")
@allow(Permission.ENROL_OTHERS)
def people(round_id: int) -> Page:
    """Find whoever is to apply: by name, pinyin or last four digits."""
    each = queries.round_of(db(), round_id)
    text = (clean_text(request.args.get("q", "")) or "")[:40]
    seen = accounts.find_people(db(), signed_in(), Permission.ENROL_OTHERS, text) if text else []
    numbers = queries.numbers_of(db(), round_id, [person.id for person in seen])
    return render("allocation/people.html", round=each, text=text, people=seen, numbers=numbers)


@blueprint.route("/allocation-days/<int:round_id>/people/<int:person_id>", methods=["GET", "POST"])
@allow(Permission.ENROL_OTHERS)
def person(round_id: int, person_id: int) -> Page:
    """Her wishes, what she brings, and with whom she comes."""
    each = queries.round_of(db(), round_id)
    who = accounts.person_for(db(), signed_in(), Permission.ENROL_OTHERS, person_id)
    application = queries.application_of(db(), round_id, person_id)
    classes = queries.classes_to_wish(db(), each, person_id)
    form = ApplyForForm(data=_known(application, person_id))
    form.offer([(str(one.id), f"{one.course.title}，{class_when(one)}") for one in classes])
    if application is not None and not form.is_submitted():
        form.fill([wish.class_id for wish in application.wishes])
    if form.validate_on_submit() and carry_out(form, lambda: _apply_for(each, person_id, form)):
        return redirect(url_for("allocation.person", round_id=round_id, person_id=person_id, done=1), 303)
    refusal = rules.refuse_outside_window(each, clock.now())
    return render(
        "allocation/person.html",
        form=form,
        round=each,
        person=who,
        application=application,
        refusal=refusal,
        has_classes=bool(classes),
        classes=classes,
        is_done="done" in request.args and application is not None,
    )


def _known(application: Application | None, person_id: int) -> dict[str, object]:
    """What stands already, so that nothing is typed twice."""
    on_file = care.needs_of(db(), [person_id]).get(person_id)
    if application is None:
        return {"needs": ["wheelchair"] if on_file and on_file.uses_wheelchair else []}
    needs = {"wheelchair": application.wheelchair, "escort": application.has_escort}
    return {"needs": [name for name, is_so in needs.items() if is_so]}


def staff_hand() -> Hand:
    """The hand of a care home's scheduler, else of a desk."""
    is_home = any(post.role is Role.CARE_SCHEDULER for post in signed_in().posts)
    return Hand.CARE_HOME if is_home else Hand.DESK


def _apply_for(each: AllocationRound, person_id: int, form: ApplyForForm) -> Application:
    needs = form.needs.data or []
    wanted = Wanted(form.class_ids, wheelchair="wheelchair" in needs, has_escort="escort" in needs)
    application = actions.apply(db(), each, wanted, person_id=person_id, hand=staff_hand(), by=signed_in())
    if form.name.data and application.partner_id is None:
        _bring_together(application, form.name.data, form.digits.data or "")
    return application


def _bring_together(application: Application, name: str, digits: str) -> None:
    """Both stand here, and staff whom both may be seen by say so; the other one only if staff may see her."""
    actions.ask_together(db(), application, name=name, digits=digits, hand=staff_hand(), by=signed_in())
    if application.partner_id is not None or application.asks_person_id is None:
        return
    visible = accounts.visible_people(signed_in(), Permission.ENROL_OTHERS)
    if db().scalar(visible.where(Person.id == application.asks_person_id)) is not None:
        actions.agree(db(), application, hand=staff_hand(), by=signed_in())


@blueprint.route("/allocation-days/<int:round_id>/people/<int:person_id>/withdraw", methods=["GET", "POST"])
@allow(Permission.ENROL_OTHERS)
def withdraw_for(round_id: int, person_id: int) -> Page:
    """Take her application back for her."""
    who = accounts.person_for(db(), signed_in(), Permission.ENROL_OTHERS, person_id)
    application, form = queries.standing_application(db(), round_id, person_id), SendForm()
    if form.validate_on_submit() and carry_out(
        form, lambda: actions.withdraw_application(db(), application, hand=staff_hand(), by=signed_in())
    ):
        return redirect(url_for("allocation.person", round_id=round_id, person_id=person_id), 303)
    return render(
        "allocation/withdraw_for.html",
        form=form,
        application=application,
        person=who,
        round=application.allocation_round,
    )
