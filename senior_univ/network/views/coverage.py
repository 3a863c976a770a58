"""Coverage of an officer's area: counts of places and organisations, never of people."""

from flask import redirect, request, url_for

from senior_univ.core.forms import clean_text
from senior_univ.core.paging import paginate
from senior_univ.core.permissions import Permission
from senior_univ.core.web import Page, allow, db, render, signed_in
from senior_univ.network import queries
from senior_univ.network.models import Level, Region
from senior_univ.network.rules import percent
from senior_univ.network.views.blueprint import blueprint


@blueprint.get("/coverage")
@allow(Permission.SEE_COVERAGE)
def coverage() -> Page:
    """The viewer's own area; a choice where there is more than one."""
    areas = queries.coverage_areas(db(), signed_in())
    if len(areas) == 1:
        return _coverage_of(areas[0])
    return render("network/coverage_areas.html", areas=areas)


@blueprint.get("/coverage/<code>")
@allow(Permission.SEE_COVERAGE)
def coverage_of(code: str) -> Page:
    """One county or township of the viewer's area."""
    region = queries.covered_region(db(), signed_in(), code)
    if region.level is Level.VILLAGE and region.parent_code:
        return redirect(url_for("network.coverage_of", code=region.parent_code))
    return _coverage_of(region)


def _coverage_of(region: Region) -> str:
    viewer = signed_in()
    return render(
        "network/coverage.html",
        region=region,
        path=[step for step in queries.region_path(db(), region.code) if queries.is_covered_by(viewer, step.code)],
        rows=queries.coverage(db(), viewer, region.code),
        percent=percent,
    )


@blueprint.get("/coverage/<code>/villages-without-site")
@allow(Permission.SEE_COVERAGE)
def villages_without_site(code: str) -> Page:
    """The villages of a county or township that have no site of their own."""
    viewer = signed_in()
    region = queries.covered_region(db(), viewer, code)
    query = queries.villages_without_site(viewer, region.code)
    name = (clean_text(request.args.get("name")) or "")[:40]
    if name:
        query = query.where(Region.name.contains(name, autoescape=True))
    page = paginate(db(), query, 50)
    return render(
        "network/villages_without_site.html",
        region=region,
        page=page,
        name=name,
        paths=queries.region_paths(db(), [village.code for village in page.rows]),
        schools=queries.townships_with_school(db(), region.code),
    )
