"""What a resident and her relatives see of her home: where it is, whom to call, when she may be visited."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from senior_univ.care import queries
from senior_univ.care.models import CareBlock, Quarantine, Residency
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
    return render("care/my_home.html", residency=residency, hours=_rows(hours), closed=_closed(residency))


def _rows(hours: Sequence[CareBlock]) -> list[tuple[list[int], list[CareBlock]]]:
    """Weekdays with the hours that they have in common."""
    rows: dict[tuple[Any, ...], tuple[list[int], list[CareBlock]]] = {}
    for day, blocks in by_weekday(hours).items():
        same = tuple((block.starts, block.ends, block.note, block.from_on, block.to_on) for block in blocks)
        rows.setdefault(same, ([], blocks))[0].append(day)
    return list(rows.values())


def _closed(residency: Residency | None) -> list[Quarantine]:
    """When nobody may come in, from today on."""
    if residency is None or residency.unit_id is None:
        return []
    return queries.quarantines_between(db(), [residency.unit_id], clock.today(), date.max).get(residency.unit_id, [])
