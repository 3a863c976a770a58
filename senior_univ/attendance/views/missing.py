"""Who has not been in any lesson for thirty days: names for her site or home, counts for whoever answers for an area."""

from senior_univ.attendance import missing
from senior_univ.attendance.missing import MISSING_DAYS
from senior_univ.attendance.views.blueprint import blueprint
from senior_univ.core.paging import page_of
from senior_univ.core.permissions import Permission
from senior_univ.core.web import Page, allow, db, render, signed_in


@blueprint.get("/missing")
@allow(Permission.ENROL_OTHERS)
def missing_people() -> Page:
    """By home and village, with whom to ask into which class."""
    if until := missing.break_until(db()):
        return render("attendance/missing_break.html", until=until)
    page = missing.missing_people(db(), signed_in())
    return render("attendance/missing.html", page=page, days=MISSING_DAYS)


@blueprint.get("/missing/counts")
@allow(Permission.SEE_COVERAGE)
def missing_counts() -> Page:
    """The same as counts, for an area."""
    if until := missing.break_until(db()):
        return render("attendance/missing_break.html", until=until)
    villages = page_of(missing.missing_by_village(db(), signed_in()))
    homes = missing.missing_by_home(db(), signed_in())
    return render("attendance/missing_counts.html", homes=homes, villages=villages, days=MISSING_DAYS)
