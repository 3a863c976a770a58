"""What may change of a class while it runs: seats, how they are given, the least number, costs."""

from flask import flash, redirect, url_for
from flask_babel import gettext as _

from senior_univ.core.permissions import Permission
from senior_univ.core.versions import changed_meanwhile
from senior_univ.core.web import Page, allow, carry_out, db, render, signed_in
from senior_univ.timetable import queries, weeks
from senior_univ.timetable.class_settings import ClassSettings, change_class
from senior_univ.timetable.forms import ClassSettingsForm, given
from senior_univ.timetable.models import Admission, CourseClass, Delivery
from senior_univ.timetable.views.blueprint import blueprint
from senior_univ.timetable.views.new_class import has_way_in


@blueprint.route("/classes/<int:class_id>/settings", methods=["GET", "POST"])
@allow(Permission.PLAN_CLASSES)
def class_settings(class_id: int) -> Page:
    """Change a class's settings; whoever saves second sees what the first has changed."""
    shown = queries.class_for(db(), signed_in(), Permission.PLAN_CLASSES, class_id)
    form = ClassSettingsForm(data=_held(shown))
    changes = changed_meanwhile(db(), form, shown)
    is_clear = form.validate_on_submit() and not changes and has_way_in(form)
    if is_clear and carry_out(form, lambda: change_class(db(), shown, _settings(form), by=signed_in())):
        flash(_("The class is changed."), "ok")
        return redirect(url_for("timetable.course_class", class_id=class_id), 303)
    shown = queries.class_for(db(), signed_in(), Permission.PLAN_CLASSES, class_id)
    return render(
        "timetable/class_settings.html",
        form=form,
        course_class=shown,
        pattern=weeks.pattern_words(shown),
        changes=changes,
    )


def _held(shown: CourseClass) -> dict[str, object]:
    names = ("capacity", "wheelchair_places", "least_learners", "decide_on", "material_costs", "join_url")
    chosen = {"admission": shown.admission.value, "delivery": shown.delivery.value}
    return {name: getattr(shown, name) for name in names} | chosen


def _settings(form: ClassSettingsForm) -> ClassSettings:
    return ClassSettings(
        capacity=given(form.capacity),
        wheelchair_places=given(form.wheelchair_places),
        admission=Admission(form.admission.data),
        least_learners=form.least_learners.data or 0,
        decide_on=form.decide_on.data,
        material_costs=form.material_costs.data or "",
        delivery=Delivery(form.delivery.data),
        join_url=form.join_url.data or "",
    )
