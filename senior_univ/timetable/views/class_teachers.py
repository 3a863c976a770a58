"""Who helps in a class beside its teacher, and what its teachers bring."""

from typing import Any

from flask import flash, redirect, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from senior_univ.core.forms import Form, Optional, RadioField, SelectField, TextAreaField, at_most, chosen
from senior_univ.core.permissions import Permission
from senior_univ.core.web import Page, allow, carry_out, db, found, render, signed_in
from senior_univ.teaching.queries import teachers_of
from senior_univ.timetable import co_teachers, queries
from senior_univ.timetable.forms import key_of
from senior_univ.timetable.models import ASSISTANCE_LABELS, Assistance
from senior_univ.timetable.views.blueprint import blueprint

blueprint.add_app_template_filter(ASSISTANCE_LABELS.__getitem__, "assistance_words")


class HelperForm(Form):
    """Somebody who helps."""

    teacher = SelectField(_l("Teacher"), [chosen()], coerce=key_of)
    what = RadioField(
        _l("As what?"),
        [chosen()],
        choices=[(each.value, ASSISTANCE_LABELS[each]) for each in Assistance],
        default=Assistance.ASSISTANT.value,
    )


class NoteForm(Form):
    """What the teachers bring."""

    note = TextAreaField(
        _l("What its teachers bring and should know"),
        [Optional(), at_most(500)],
        description=_l(
            "It stands on their page of the day. For example: brushes are in the cupboard; the key is with the guard."
        ),
    )


@blueprint.route("/classes/<int:class_id>/teachers", methods=["GET", "POST"])
@allow(Permission.PLAN_CLASSES)
def class_teachers(class_id: int) -> Page:
    """The class's teacher, co-teachers and assistants; adding one."""
    shown = queries.class_for(db(), signed_in(), Permission.PLAN_CLASSES, class_id)
    helping = {each.teacher_id for each in co_teachers.helpers(db(), class_id)}
    others = [
        each for each in teachers_of(db(), [shown.organisation_id]) if each.id not in {shown.teacher_id, *helping}
    ]
    form = HelperForm()
    form.teacher.choices = [("", _("Please choose")), *((each.id, each.person.name) for each in others)]
    by_id: dict[int, Any] = {each.id: each for each in others}
    if form.validate_on_submit() and carry_out(
        form,
        lambda: co_teachers.add_helper(
            db(), shown, by_id[form.teacher.data], Assistance(form.what.data), by=signed_in()
        ),
    ):
        flash(_("She helps from the next lesson on."), "ok")
        return redirect(url_for("timetable.class_teachers", class_id=class_id), 303)
    shown = queries.class_for(db(), signed_in(), Permission.PLAN_CLASSES, class_id)
    helpers = co_teachers.helpers(db(), class_id)
    typed = request.form if "note" in request.form else None
    note = NoteForm(formdata=typed, note=shown.teacher_note)
    return render("timetable/class_teachers.html", form=form, note=note, course_class=shown, helpers=helpers)


@blueprint.post("/classes/<int:class_id>/teachers/remove")
@allow(Permission.PLAN_CLASSES)
def remove_helper(class_id: int) -> Page:
    """Somebody no longer helps."""
    shown = queries.class_for(db(), signed_in(), Permission.PLAN_CLASSES, class_id)
    teacher_id = key_of(request.form.get("teacher", ""))
    carry_out(None, lambda: co_teachers.remove_helper(db(), shown, teacher_id, by=signed_in()))
    flash(_("She no longer helps in this class."), "ok")
    return redirect(url_for("timetable.class_teachers", class_id=class_id), 303)


@blueprint.post("/classes/<int:class_id>/teachers/note")
@allow(Permission.PLAN_CLASSES)
def change_teacher_note(class_id: int) -> Page:
    """Write what the teachers bring."""
    shown = queries.class_for(db(), signed_in(), Permission.PLAN_CLASSES, class_id)
    form = NoteForm()
    is_right = form.validate_on_submit()
    found(shown if is_right else None)
    carry_out(None, lambda: co_teachers.change_note(db(), shown, form.note.data or "", by=signed_in()))
    flash(_("Kept."), "ok")
    return redirect(url_for("timetable.class_teachers", class_id=class_id), 303)
