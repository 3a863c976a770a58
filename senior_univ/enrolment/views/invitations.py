"""Inviting people into a class, and her yes or no: by herself, by a relative, or by staff on the phone."""

from typing import Any

from flask import flash, redirect, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext

from senior_univ.accounts import queries as accounts
from senior_univ.accounts.models import Person
from senior_univ.core.forms import clean_text
from senior_univ.core.paging import paginate
from senior_univ.core.permissions import Permission
from senior_univ.core.web import Page, allow, carry_out, db, learner_id, render, signed_in
from senior_univ.enrolment import invitations as inviting
from senior_univ.enrolment.forms import AnswerForm, InviteForm
from senior_univ.enrolment.models import INVITATION_LABELS, Hand, Invitation
from senior_univ.enrolment.views.blueprint import blueprint
from senior_univ.timetable import queries as timetable
from senior_univ.timetable.models import CourseClass


@blueprint.route("/classes/<int:class_id>/invitations", methods=["GET", "POST"])
@allow(Permission.PLAN_CLASSES)
def invitations(class_id: int) -> Page:
    """Who was invited and what she said; find somebody and invite her; or all who learnt in the class before."""
    course_class = timetable.class_for(db(), signed_in(), Permission.PLAN_CLASSES, class_id)
    form = InviteForm()
    if form.validate_on_submit() and (invited := carry_out(form, lambda: _invite(course_class, form))):
        _say_invited(invited)
        return redirect(url_for("enrolment.invitations", class_id=class_id), 303)
    text = (clean_text(request.args.get("q", "")) or "")[:40]
    people = accounts.find_people(db(), signed_in(), Permission.KEEP_PEOPLE, text) if text else []
    return render(
        "enrolment/invitations.html",
        course_class=timetable.class_for(db(), signed_in(), Permission.PLAN_CLASSES, class_id),
        form=form,
        text=text,
        people=people,
        page=paginate(db(), inviting.invitations_to(class_id), 50),
        labels=INVITATION_LABELS,
    )


def _invite(course_class: CourseClass, form: InviteForm) -> inviting.Invited:
    who = signed_in()
    if form.everybody.data:
        people = inviting.learners_before(db(), course_class)
    else:
        people = [accounts.person_for(db(), who, Permission.KEEP_PEOPLE, form.person_id.data or 0).id]
    return inviting.invite(db(), course_class=course_class, person_ids=people, by=who)


def _say_invited(invited: inviting.Invited) -> None:
    count = len(invited.invitations)
    if count:
        flash(ngettext("%(num)d person is invited.", "%(num)d people are invited.", count), "ok")
    for person, refusal in invited.refused[:20]:
        flash(f"{person.name}: {refusal.message}", "warning")
    if not count and not invited.refused:
        flash(_("There is nobody to invite."), "warning")


@blueprint.route("/invitations/<int:invitation_id>", methods=["GET", "POST"])
@allow(Permission.LEARN)
def answer_invitation(invitation_id: int) -> Page:
    """Would you like to go on? Yes or no, one tap."""
    invitation = inviting.invitation_for(db(), signed_in(), invitation_id)
    form = AnswerForm()
    if form.validate_on_submit() and carry_out(form, lambda: _answer(invitation, form.answer.data == "yes")):
        _say_answered(invitation)
        return redirect(_after_answer(invitation), 303)
    shown = inviting.invitation_for(db(), signed_in(), invitation_id)
    return render("enrolment/invitation.html", form=form, invitation=shown, back=_after_answer(shown))


def _is_at_work(person_id: int) -> bool:
    return person_id not in (signed_in().person_id, learner_id())


def _hand(person: Person) -> Hand:
    if person.id == signed_in().person_id:
        return Hand.HERSELF
    return Hand.DESK if _is_at_work(person.id) else Hand.RELATIVE


def _answer(invitation: Invitation, says_yes: bool) -> Any:
    if says_yes:
        return inviting.accept(db(), invitation, hand=_hand(invitation.person), by=signed_in())
    return inviting.decline(db(), invitation, by=signed_in())


def _say_answered(invitation: Invitation) -> None:
    name, course = invitation.person.name, invitation.course_class.course.title
    if AnswerForm().answer.data == "yes":
        flash(_("The seat is kept for the whole term: %(name)s, %(course)s.", name=name, course=course), "ok")
    else:
        flash(_("Thank you. The place goes to somebody else."), "ok")


def _after_answer(invitation: Invitation) -> str:
    if _is_at_work(invitation.person_id):
        return url_for("enrolment.invitations", class_id=invitation.class_id)
    return url_for("enrolment.my_classes")


@blueprint.post("/invitations/<int:invitation_id>/take-back")
@allow(Permission.PLAN_CLASSES)
def take_back_invitation(invitation_id: int) -> Page:
    """The site asked the wrong person."""
    invitation = inviting.invitation_for(db(), signed_in(), invitation_id)
    timetable.class_for(db(), signed_in(), Permission.PLAN_CLASSES, invitation.class_id)
    carry_out(None, lambda: inviting.take_back(db(), invitation, by=signed_in()))
    flash(_("The invitation is taken back."), "ok")
    return redirect(url_for("enrolment.invitations", class_id=invitation.class_id), 303)
