"""For those who run a round: open one, see the applications by number, enter the public number, give the places."""

from datetime import date, datetime, time, timedelta
from typing import Any

from flask import flash, redirect, url_for
from flask_babel import gettext as _

from senior_univ.allocation import actions, queries
from senior_univ.allocation.actions import Plan
from senior_univ.allocation.drawing import draw_round
from senior_univ.allocation.forms import CallOffForm, NumberForm, RoundForm, SendForm
from senior_univ.allocation.models import STAGE_LABELS, AllocationRound, Stage
from senior_univ.allocation.settling import settle_next
from senior_univ.allocation.views.blueprint import blueprint
from senior_univ.core import clock
from senior_univ.core.paging import paginate
from senior_univ.core.permissions import Permission
from senior_univ.core.web import Page, allow, carry_out, db, found, number_asked, render, signed_in
from senior_univ.enrolment.rules import class_when
from senior_univ.network.models import Organisation

DAYS_OPEN = 7
AT_ONCE = 500
OPENS, CLOSES = time(8), time(18)


@blueprint.get("/allocation-days/work")
@allow(Permission.PLAN_CLASSES)
def work() -> Page:
    """The rounds of one's organisations."""
    page = paginate(db(), queries.visible_rounds(signed_in(), Permission.PLAN_CLASSES), 25)
    return render("allocation/work.html", page=page, now=clock.now(), labels=STAGE_LABELS)


@blueprint.route("/allocation-days/new", methods=["GET", "POST"])
@allow(Permission.PLAN_CLASSES)
def new_round() -> Page:
    """Open a round: name, classes, window, shares."""
    owner = _owner()
    classes = list(db().scalars(queries.classes_to_give(owner.id)))
    form = RoundForm(data=_usual())
    form.classes.choices = [(each.id, f"{each.course.title}，{class_when(each)}") for each in classes]
    if form.validate_on_submit() and (made := carry_out(form, lambda: _open(owner, form))):
        return redirect(url_for("allocation.work_round", round_id=made.id), 303)
    return render("allocation/new_round.html", form=form, owner=owner, classes=classes)


def _owner() -> Organisation:
    """The organisation asked for, else the first for which the viewer plans classes."""
    asked = number_asked("organisation")
    mine = queries.organisations(signed_in())
    chosen = mine if asked is None else mine.where(Organisation.id == asked)
    return found(db().scalar(chosen.limit(1)))


def _usual() -> dict[str, Any]:
    """Open from tomorrow morning for a week."""
    tomorrow = clock.today() + timedelta(days=1)
    return {
        "opens_on": tomorrow,
        "opens_time": OPENS,
        "closes_on": tomorrow + timedelta(days=DAYS_OPEN),
        "closes_time": CLOSES,
    }


def _open(owner: Organisation, form: RoundForm) -> AllocationRound:
    plan = Plan(
        name=form.name.data or "",
        opens_at=_instant(form.opens_on.data, form.opens_time.data),
        closes_at=_instant(form.closes_on.data, form.closes_time.data),
        newcomers_share=form.newcomers_share.data or 0,
        most_classes=form.most_classes.data or 1,
        public_number_name=form.public_number_name.data or "",
    )
    return actions.open_round(db(), owner, plan, form.classes.data or [], by=signed_in())


def _instant(day: date | None, at: time | None) -> datetime:
    """Both are filled in once the form is valid."""
    return clock.instant(day or clock.today(), at or time())


def _round(round_id: int) -> AllocationRound:
    return queries.round_for(db(), signed_in(), Permission.PLAN_CLASSES, round_id)


@blueprint.get("/allocation-days/<int:round_id>/work")
@allow(Permission.PLAN_CLASSES)
def work_round(round_id: int) -> Page:
    """The applications by number, never by name; what is to be done next."""
    return _work_page(_round(round_id), NumberForm())


def _work_page(each: AllocationRound, form: NumberForm) -> Page:
    stage = each.stage(clock.now())
    listed = queries.by_position(each.id) if each.drawn_at else queries.by_number(each.id)
    return render(
        "allocation/work_round.html",
        round=each,
        form=form,
        stage=stage,
        label=STAGE_LABELS[stage],
        is_closed=stage is Stage.CLOSED,
        classes=queries.classes_of(db(), each.id),
        wished=queries.wished(db(), each.id),
        filled=queries.filled(db(), each.id),
        steps=queries.settled_classes(db(), each.id) if stage is Stage.GIVING else None,
        count=queries.count_of(db(), each.id),
        page=paginate(db(), listed, 50),
    )


@blueprint.post("/allocation-days/<int:round_id>/number")
@allow(Permission.PLAN_CLASSES)
def enter_number(round_id: int) -> Page:
    """Write down the public number."""
    each, form = _round(round_id), NumberForm()
    if form.validate_on_submit() and carry_out(
        form, lambda: actions.enter_number(db(), each, form.number.data or "", by=signed_in())
    ):
        return redirect(url_for("allocation.work_round", round_id=round_id), 303)
    return _work_page(_round(round_id), form)


@blueprint.route("/allocation-days/<int:round_id>/draw", methods=["GET", "POST"])
@allow(Permission.PLAN_CLASSES)
def draw(round_id: int) -> Page:
    """Give the places now. Sent twice, or while the scheduler does it, it is done once."""
    each, form = _round(round_id), SendForm()
    if form.validate_on_submit() and carry_out(form, lambda: _give(each)):
        words = (
            _("The places have been given.") if each.settled_at else _("It goes on by itself; you may leave this page.")
        )
        flash(words, "ok")
        return redirect(url_for("allocation.work_round", round_id=round_id), 303)
    return render("allocation/draw.html", form=form, round=each, count=queries.count_of(db(), round_id))


@blueprint.route("/allocation-days/<int:round_id>/call-off", methods=["GET", "POST"])
@allow(Permission.PLAN_CLASSES)
def call_off(round_id: int) -> Page:
    """Call a round off, with a reason that everybody who applied reads."""
    each, form = _round(round_id), CallOffForm()
    if form.validate_on_submit() and carry_out(form, lambda: _call_off(each, form)):
        flash(_("Called off. Everybody who applied is told."), "ok")
        return redirect(url_for("allocation.work_round", round_id=round_id), 303)
    count = queries.count_of(db(), round_id)
    return render("allocation/call_off.html", form=form, round=_round(round_id), count=count)


def _call_off(each: AllocationRound, form: CallOffForm) -> AllocationRound:
    reason, first_come = form.reason.data or "", form.first_come.data
    return actions.call_off(db(), each, reason=reason, first_come=first_come, by=signed_in())


def _give(each: AllocationRound) -> AllocationRound:
    """The draw, and its seats where these are few enough for one request; else the scheduler gives them."""
    draw_round(db(), each, by=signed_in())
    if queries.count_of(db(), each.id) <= AT_ONCE:
        while settle_next(db(), each):
            pass
    return each
