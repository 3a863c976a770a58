"""How a lesson was: three faces for her, counts for her site."""

from flask import flash, redirect, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from senior_univ.core import clock
from senior_univ.core.errors import DomainError
from senior_univ.core.permissions import Permission
from senior_univ.core.web import Page, allow, carry_out, db, found, learner_id, render, signed_in
from senior_univ.core.words import local_day
from senior_univ.records import actions, queries, rules
from senior_univ.records.forms import SmileForm
from senior_univ.records.models import Face
from senior_univ.records.views.blueprint import blueprint
from senior_univ.timetable.queries import class_for


@blueprint.route("/lessons/<int:lesson_id>/smile", methods=["GET", "POST"])
@allow(Permission.LEARN)
def smile(lesson_id: int) -> Page:
    """One tap on one of three faces; her own word, so a relative who helps her is not asked."""
    me = signed_in().person_id
    if learner_id() != me:
        raise DomainError(
            "her_own", _l("How a lesson was only she herself can say. Please let her tap it on her own phone.")
        )
    lesson = found(queries.lesson_she_was_in(db(), me, lesson_id))
    form = SmileForm()
    if form.validate_on_submit() and carry_out(
        form, lambda: actions.say_how_it_was(db(), lesson, face=Face(form.face.data), person_id=me)
    ):
        flash(_("Thank you! We are glad to know."), "ok")
        return redirect(url_for("records.smile", lesson_id=lesson_id), 303)
    answer = queries.answer_of(db(), me, lesson_id)
    answered_on = local_day(answer.answered_at) if answer else None
    may_say = rules.may_say(local_day(lesson.starts_at), answered_on, clock.today())
    return render("records/smile.html", form=form, lesson=lesson, answer=answer, may_say=may_say)


@blueprint.get("/classes/<int:class_id>/smiles")
@allow(Permission.PLAN_CLASSES)
def class_smiles(class_id: int) -> Page:
    """How a class is found by those in it: counts, never who."""
    course_class = class_for(db(), signed_in(), Permission.PLAN_CLASSES, class_id)
    return render("records/class_smiles.html", course_class=course_class, smiles=queries.smiles(db(), class_id))
