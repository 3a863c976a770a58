"""Figures of a day's texts, one text's life, and whether texts are going out at all."""

import hmac
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

from flask import Response, abort, current_app, request, url_for
from flask_babel import format_decimal
from flask_babel import gettext as _

from senior_univ.accounts.rules import phone_words
from senior_univ.core import clock
from senior_univ.core.paper import XLSX, attachment, spreadsheet
from senior_univ.core.permissions import Permission
from senior_univ.core.web import Page, allow, db, open_to_all, render, signed_in
from senior_univ.reminders import figures, queries
from senior_univ.reminders.figures import Figures, chart_of, figures_of
from senior_univ.reminders.life import explained, life_of, message_for
from senior_univ.reminders.models import KIND_LABELS, STATE_LABELS, MessageKind, MessageState
from senior_univ.reminders.rules import TAGS
from senior_univ.reminders.views.blueprint import blueprint
from senior_univ.reminders.views.messages import state_words
from senior_univ.reminders.watch import metrics, watch

FAR = timedelta(days=366 * 5)
COLUMNS = (
    MessageState.DUE,
    MessageState.ACCEPTED,
    MessageState.DELIVERED,
    MessageState.FAILED,
    MessageState.PARKED,
)
"""States that have a column of their own; what is on its way is counted as waiting, all else together as not sent."""


@blueprint.get("/messages/figures")
@allow(Permission.SEE_MESSAGE_FIGURES)
def day_figures() -> Page:
    """The figures of one day of the viewer's organisations: a chart by the hour, a table by what the texts are about."""
    found = figures_of(db(), signed_in(), _day_asked())
    return render(
        "reminders/figures.html",
        figures=found,
        chart=chart_of(found),
        rows=list(_rows(found)),
        heads=_heads(),
        cost=money(found.cost),
        yesterday=found.day - timedelta(days=1),
        tomorrow=found.day + timedelta(days=1),
        today=clock.today(),
    )


@blueprint.get("/messages/figures.xlsx")
@allow(Permission.SEE_MESSAGE_FIGURES)
def day_figures_xlsx() -> Page:
    """The same table as a spreadsheet."""
    found = figures_of(db(), signed_in(), _day_asked())
    above = [
        _("Texts of %(day)s", day=found.day.isoformat()),
        _("Parts that were paid for: %(segments)d; cost: %(cost)s", segments=found.segments, cost=money(found.cost)),
    ]
    content = spreadsheet(_heads(), _rows(found), above=above)
    return attachment(content, XLSX, f"texts-{found.day.isoformat()}.xlsx")


def _day_asked() -> date:
    try:
        day = date.fromisoformat(request.args.get("on", ""))
    except ValueError:
        return clock.today()
    return day if abs(day - clock.today()) <= FAR else clock.today()


def _heads() -> list[str]:
    words = [str(STATE_LABELS[state]) for state in COLUMNS]
    return [_("What"), _("Together"), *words, _("Not sent after all")]


def _rows(found: Figures) -> Iterator[list[Any]]:
    """A line for each kind, the sum last."""
    order = list(MessageKind)
    for kind in sorted(found.by_kind, key=order.index):
        yield [str(KIND_LABELS[kind]), *_counts(found, found.by_kind[kind])]
    yield [_("Together"), *_counts(found, found.by_state)]


def _counts(found: Figures, counted: Any) -> list[int]:
    shown = [figures.ON_THE_WAY, *((state,) for state in COLUMNS[1:]), figures.NOT_WANTED]
    return [counted.total(), *(found.of(states, counted) for states in shown)]


def money(thousandths: int) -> str:
    """A sum in thousandths as people write it."""
    return str(format_decimal(thousandths / 1000, "#,##0.00"))


@blueprint.get("/messages/<int:message_id>")
@allow(Permission.SEE_MESSAGES)
def message(message_id: int) -> Page:
    """A text's whole life."""
    shown = message_for(db(), signed_in(), message_id)
    about = {each.person_id for each in shown.about if each.person_id}
    visible = queries.visible_among(db(), signed_in(), about)
    return render(
        "reminders/message.html",
        message=shown,
        people=[each.person for each in shown.about if each.person_id in visible and each.person],
        is_whole=visible == about,
        steps=life_of(db(), shown),
        kind=KIND_LABELS[shown.kind],
        state=state_words(shown),
        tag_kind=TAGS.get(shown.state, "plain"),
        explanation=explained(shown.explanation),
        phone=phone_words(shown.phone) if shown.phone else "",
        cost=money(shown.cost),
    )


@blueprint.get("/messages/health")
@allow(Permission.SEE_MESSAGE_FIGURES)
def messages_health() -> Page:
    """Whether texts are going out: what waits, what the providers answer, which processes run."""
    seen = watch(db())
    return render("reminders/health.html", seen=seen, labels=STATE_LABELS, figures_url=url_for("reminders.day_figures"))


@blueprint.get("/metrics")
@open_to_all
def prometheus() -> Page:
    """The same for Prometheus, which proves itself by the bearer token of the settings; not there without one."""
    token = current_app.config["SETTINGS"].metrics_token
    if not token:
        abort(404)
    if not hmac.compare_digest(request.headers.get("Authorization", "").encode(), f"Bearer {token}".encode()):
        abort(403)
    return Response(metrics(watch(db())), content_type="text/plain; version=0.0.4; charset=utf-8")
