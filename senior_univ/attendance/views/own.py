"""Her own attendance: what is on record of each lesson, when and how it was entered."""

from senior_univ.attendance import queries
from senior_univ.attendance.views.blueprint import blueprint
from senior_univ.core.paging import paginate
from senior_univ.core.permissions import Permission
from senior_univ.core.web import Page, allow, db, learner_id, render


@blueprint.get("/my-attendance")
@allow(Permission.LEARN)
def my_attendance() -> Page:
    """The lessons that she was in or missed, the latest first."""
    return render("attendance/my_attendance.html", page=paginate(db(), queries.own_attendances(learner_id()), size=25))
