"""What a teacher sees of herself."""

from senior_univ.core.permissions import Permission
from senior_univ.core.web import Page, allow, render
from senior_univ.teaching.views.blueprint import blueprint
from senior_univ.teaching.views.teachers import everything_of
from senior_univ.teaching.views.times import own


@blueprint.get("/my-teaching")
@allow(Permission.LEARN)
def my_teaching() -> Page:
    """Everything that is written about oneself as a teacher, and the way to one's own times."""
    return render("teaching/my_teaching.html", **everything_of(own()))
