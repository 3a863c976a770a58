"""What a resident and her relatives see of her home: where it is, whom to call, when she may be visited."""

from datetime import date

from senior_univ.care import queries
from senior_univ.care.models import Quarantine, Residency
from senior_univ.care.rules import by_weekday
from senior_univ.care.views.blueprint import blueprint
from senior_univ.core import clock
from senior_univ.core.permissions import Permission
from senior_univ.core.web import Page, allow, db, learner_id, render


@blueprint.get("/my-home")
@allow(Permission.LEARN)
def my_home() -> Page:
    """Her home; whoever lives in none hears so."""
    residency = queries.residencies_of(db(), [learner_id()]).get(learner_id())
    hours = queries.visiting_hours(db(), residency) if residency else ()
    every_day = [block for block in hours if block.weekday is None]
    is_daily = len(every_day) == len(hours)
    return render(
        "care/my_home.html",
        residency=residency,
        every_day=every_day if is_daily else (),
        days={} if is_daily else by_weekday(hours),
        closed=_closed(residency),
    )


def _closed(residency: Residency | None) -> list[Quarantine]:
    """When nobody may come in, from today on."""
    if residency is None or residency.unit_id is None:
        return []
    return queries.quarantines_between(db(), [residency.unit_id], clock.today(), date.max).get(residency.unit_id, [])
