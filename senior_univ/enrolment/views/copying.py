"""Copying a term: choose classes, see what would come of it, then see how far it is."""

from collections.abc import Sequence

from flask import redirect, request, url_for
from flask_babel import gettext as _

from senior_univ.core import clock
from senior_univ.core.permissions import Permission
from senior_univ.core.web import Page, allow, commit, db, found, number_asked, render, roll_back, signed_in
from senior_univ.enrolment import copying
from senior_univ.enrolment.forms import CopyForm
from senior_univ.enrolment.views.blueprint import blueprint
from senior_univ.network.models import Organisation
from senior_univ.timetable import queries as timetable
from senior_univ.timetable.models import CourseClass, Term
from senior_univ.timetable.views.scopes import organisation_asked, organisations_to_choose

AT_ONCE = 10
LOOKED_AT = 40
"""So many classes are tried before; of more, the page on how far it is says what came of each."""


@blueprint.route("/classes/copy", methods=["GET", "POST"])
@allow(Permission.PLAN_CLASSES)
def copy_term() -> Page:
    """The classes of an earlier term, all ticked; then what would come of copying them; then it is done."""
    owner = organisation_asked(Permission.PLAN_CLASSES)
    if owner is None:
        choices = organisations_to_choose(Permission.PLAN_CLASSES, request.args.get("q", "")[:40])
        title = _("Copy a term")
        return render("timetable/choose.html", choices=choices, text="", endpoint="enrolment.copy_term", title=title)
    old, new = _terms()
    form = CopyForm(with_learners=True)
    if old is None or new is None:
        return render("enrolment/copy_term.html", form=form, owner=owner, old=old, new=new, classes=[], ticked=set())
    classes = db().scalars(copying.classes_to_copy(signed_in(), owner.id, old.id)).all()
    chosen = [each for each in classes if each.id in (form.classes.data or ())]
    if form.validate_on_submit() and not chosen:
        form.classes.errors = [_("Please tick at least one class.")]
    elif form.validate_on_submit() and form.step.data == "copy":
        return _begin(form, owner, new, chosen)
    elif form.validate_on_submit():
        return _look_ahead(form, owner, old, new, chosen)
    ticked = {each.id for each in chosen or classes}
    return render("enrolment/copy_term.html", form=form, owner=owner, old=old, new=new, classes=classes, ticked=ticked)


def _terms() -> tuple[Term | None, Term | None]:
    """The term to copy from and the one to copy to: the running one and the next, unless others are named."""
    terms, today = list(timetable.terms(db()))[::-1], clock.today()
    by_id = {term.id: term for term in terms}
    coming = [term for term in terms if term.starts_on > today]
    begun = [term for term in terms if term.starts_on <= today]
    asked_old, asked_new = number_asked("from"), number_asked("to")
    old = found(by_id.get(asked_old)) if asked_old else next(reversed(begun), None)
    new = found(by_id.get(asked_new)) if asked_new else next(iter(coming), None)
    return old, new


def _look_ahead(form: CopyForm, owner: Organisation, old: Term, new: Term, chosen: Sequence[CourseClass]) -> Page:
    """What would come of it: it is done and undone, for the first of many."""
    first, later = chosen[:LOOKED_AT], [each.id for each in chosen[LOOKED_AT:]]
    copies = copying.copy_classes(db(), first, new, with_learners=form.with_learners.data, by=signed_in())
    roll_back()
    again = {each.id: each for each in db().scalars(copying.classes_to_copy(signed_in(), owner.id, old.id))}
    return render(
        "enrolment/copied_term.html",
        form=form,
        owner=owner,
        old=old,
        new=db().get_one(Term, new.id),
        made=[(again[each.old_id], each) for each in copies.made],
        refused=[(again[old_id], refusal) for old_id, refusal in copies.refused],
        ids=[each.old_id for each in copies.made] + later,
        later=len(later),
    )


def _begin(form: CopyForm, owner: Organisation, new: Term, chosen: Sequence[CourseClass]) -> Page:
    """A few classes are copied at once; the scheduler goes on with many."""
    copy = copying.begin_copy(db(), owner, new, chosen, with_learners=form.with_learners.data, by=signed_in())
    copying.copy_next(db(), copy.id, most=AT_ONCE)
    commit()
    return redirect(url_for("enrolment.term_copy", copy_id=copy.id), 303)


@blueprint.route("/classes/copies/<int:copy_id>", methods=["GET", "POST"])
@allow(Permission.PLAN_CLASSES)
def term_copy(copy_id: int) -> Page:
    """How far copying a term is, and what came of each class; a button goes on where nobody wants to wait."""
    copy, form = copying.copy_for(db(), signed_in(), copy_id), CopyForm()
    if form.validate_on_submit():
        copying.copy_next(db(), copy.id, most=AT_ONCE)
        commit()
        return redirect(url_for("enrolment.term_copy", copy_id=copy_id), 303)
    done = [part for part in copy.parts if part.done_at]
    return render(
        "enrolment/term_copy.html",
        copy=copy,
        done=done,
        made=[part for part in done if part.new_class_id],
        refused=[part for part in done if not part.new_class_id],
    )
