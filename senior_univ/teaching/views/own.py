"""What a teacher sees of herself, and how she keeps her own times."""

from flask import redirect, url_for

from senior_univ.core.permissions import Permission
from senior_univ.core.web import Page, allow, db, found, render, signed_in
from senior_univ.teaching import queries
from senior_univ.teaching.models import Teacher
from senior_univ.teaching.views.blueprint import blueprint
from senior_univ.teaching.views.details import home_page
from senior_univ.teaching.views.teachers import everything_of
from senior_univ.teaching.views.times import days_page, take_days, take_time, week_page


def _own() -> Teacher | None:
    return queries.own_teacher(db(), signed_in().person_id)


@blueprint.get("/my-teaching")
@allow(Permission.LEARN)
def my_teaching() -> Page:
    """Everything that is written about oneself as a teacher; whoever teaches nothing hears how to begin."""
    teacher = _own()
    return render("teaching/my_teaching.html", **everything_of(teacher) if teacher else {"teacher": None})


@blueprint.route("/my-teaching/home", methods=["GET", "POST"])
@allow(Permission.LEARN)
def my_home() -> Page:
    """Where one starts from oneself in the morning, and how one travels."""
    back = url_for("teaching.my_teaching")
    return home_page(lambda: found(_own()), back, is_own=True) if _own() else redirect(back, 303)


@blueprint.route("/my-teaching/availability", methods=["GET", "POST"])
@allow(Permission.LEARN)
def my_availability() -> Page:
    """One's own week."""
    teacher, here = _own(), url_for("teaching.my_availability")
    return week_page(teacher, here, is_own=True) if teacher else redirect(url_for("teaching.my_teaching"), 303)


@blueprint.post("/my-teaching/availability/<int:slot_id>/remove")
@allow(Permission.LEARN)
def remove_my_availability(slot_id: int) -> Page:
    """Take one of one's own times away."""
    return take_time(found(_own()), slot_id, url_for("teaching.my_availability"))


@blueprint.route("/my-teaching/days", methods=["GET", "POST"])
@allow(Permission.LEARN)
def my_days() -> Page:
    """Days on which one is away oneself, or can teach in addition."""
    teacher, here = _own(), url_for("teaching.my_days")
    return days_page(teacher, here, is_own=True) if teacher else redirect(url_for("teaching.my_teaching"), 303)


@blueprint.post("/my-teaching/days/<int:exception_id>/remove")
@allow(Permission.LEARN)
def remove_my_days(exception_id: int) -> Page:
    """One's own week holds again on these days."""
    return take_days(found(_own()), exception_id, url_for("teaching.my_days"))
