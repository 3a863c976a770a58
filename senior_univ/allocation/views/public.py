"""What everybody may see of a round: when it is, and after the close how the places were given, to be checked again."""

import json
from typing import Any

from flask import Response, request, url_for
from sqlalchemy.orm import Session

from senior_univ.allocation import queries, records
from senior_univ.allocation.forms import SendForm
from senior_univ.allocation.models import STAGE_LABELS, AllocationRound, Stage
from senior_univ.allocation.views.blueprint import blueprint
from senior_univ.core import clock
from senior_univ.core.errors import NotFoundError
from senior_univ.core.paging import paginate
from senior_univ.core.web import Page, commit, db, learner_id, open_to_all, render, viewer


@blueprint.get("/allocation-days")
@open_to_all
def rounds() -> Page:
    """Every round, those that are open first; her own applications are marked."""
    page = paginate(db(), queries.rounds(), 25)
    mine = queries.applications_of(db(), learner_id()) if viewer() else {}
    asked = queries.asked_of(db(), learner_id()) if viewer() else ()
    return render("allocation/rounds.html", page=page, mine=mine, asked=asked, now=clock.now(), labels=STAGE_LABELS)


@blueprint.get("/allocation-days/<int:round_id>")
@open_to_all
def public_round(round_id: int) -> Page:
    """The rules, the classes, the hash; after the draw the secret, and every number with its wishes and result."""
    each = queries.round_of(db(), round_id)
    now = clock.now()
    stage = each.stage(now)
    listed = queries.by_position(round_id) if each.drawn_at else queries.by_number(round_id)
    has_list = stage not in (Stage.COMING, Stage.OPEN, Stage.CALLED_OFF)
    return render(
        "allocation/public_round.html",
        round=each,
        stage=stage,
        label=STAGE_LABELS[stage],
        classes=queries.classes_of(db(), round_id),
        wished=queries.wished(db(), round_id) if has_list else {},
        count=queries.count_of(db(), round_id),
        page=paginate(db(), listed, 25) if has_list else None,
        mine=queries.application_of(db(), round_id, learner_id()) if viewer() else None,
    )


@blueprint.get("/allocation-days/<int:round_id>/record")
@open_to_all
def record(round_id: int) -> Page:
    """The record of the draw as a file, to be run again by anybody."""
    document = queries.document_of(db(), round_id)
    if document is None:
        raise NotFoundError
    headers = {"Content-Disposition": f'attachment; filename="allocation-{round_id}.json"'}
    return Response(json.dumps(document, ensure_ascii=False, indent=1), mimetype="application/json", headers=headers)


@blueprint.route("/allocation-days/<int:round_id>/check", methods=["GET", "POST"])
@open_to_all
def check_again(round_id: int) -> Page:
    """Run the draw again from its record, and say whether it agrees with what was published."""
    each = queries.round_of(db(), round_id)
    if each.drawn_at is None:
        raise NotFoundError
    found = _disagreements(db(), each) if request.method == "POST" else None
    return render(
        "allocation/check_again.html",
        form=SendForm(),
        round=each,
        disagreements=found,
        record_url=url_for("allocation.record", round_id=round_id),
    )


def _disagreements(session: Session, each: AllocationRound) -> list[Any]:
    document = queries.document_of(session, each.id)
    commit()  # nobody waits for the seconds that a long draw takes
    return records.disagreements(document or {})
