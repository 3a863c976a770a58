"""Agreements: the list, one as a page, on paper and as PDF, its early end, and how it was."""

from typing import Any

from flask import flash, redirect, url_for
from flask_babel import gettext as _

from senior_univ.core import clock
from senior_univ.core.errors import NotFoundError
from senior_univ.core.paging import paginate
from senior_univ.core.paper import sheet, sheet_pdf
from senior_univ.core.permissions import Permission
from senior_univ.core.web import Page, allow, carry_out, db, render, signed_in
from senior_univ.partnerships import actions, queries, rules
from senior_univ.partnerships.forms import EndForm, FeedbackForm
from senior_univ.partnerships.models import (
    AGREEMENT_LABELS,
    AGREEMENT_TAGS,
    RATING_LABELS,
    Agreement,
    AgreementState,
    Rating,
)
from senior_univ.partnerships.news import news_of
from senior_univ.partnerships.views.blueprint import blueprint

PAPER = "partnerships/agreement_paper.html"


def _state(agreed: Agreement) -> AgreementState:
    return rules.agreement_state(agreed, clock.today(), clock.day_bounds(clock.today())[0])


@blueprint.get("/agreements")
@allow(Permission.SEE_CLASS_REQUESTS)
def agreements() -> Page:
    """Every agreement of one's homes and sites, the newest first."""
    page = paginate(db(), queries.visible_agreements(signed_in()), 25)
    states = {agreed.id: _state(agreed) for agreed in page.rows}
    return render(
        "partnerships/agreements.html", page=page, states=states, labels=AGREEMENT_LABELS, tags=AGREEMENT_TAGS
    )


def _shown(agreed: Agreement) -> dict[str, Any]:
    """What every form of an agreement says."""
    of_site, of_home = rules.duties(agreed)
    return {
        "agreed": agreed,
        "scheduled": queries.class_of(db(), agreed),
        "site_duties": of_site,
        "home_duties": of_home,
        "place": rules.place_words(agreed.offer),
    }


@blueprint.get("/agreements/<int:agreement_id>")
@allow(Permission.SEE_CLASS_REQUESTS)
def agreement(agreement_id: int) -> Page:
    """One agreement: what each side does, the class that it led to, how it was."""
    agreed = queries.agreement_for(db(), signed_in(), agreement_id)
    is_home, is_site = _sides(agreed)
    state = _state(agreed)
    may_say = state is AgreementState.FEEDBACK_DUE and any(
        agreed.feedback_of(is_home=side) is None for side in _own_sides(is_home=is_home, is_site=is_site)
    )
    return render(
        "partnerships/agreement.html",
        **_shown(agreed),
        news=news_of(db(), signed_in(), agreed),
        state=state,
        labels=AGREEMENT_LABELS,
        tags=AGREEMENT_TAGS,
        ratings=RATING_LABELS,
        is_home=is_home,
        may_say=may_say,
        may_end=agreed.ended_at is None and state in (AgreementState.TO_SCHEDULE, AgreementState.RUNNING),
    )


def _sides(agreed: Agreement) -> tuple[bool, bool]:
    """Whether the viewer acts for the home, and for the site."""
    return queries.asks_for(signed_in(), agreed.home_id), queries.answers_for(signed_in(), agreed.site_id)


def _own_sides(*, is_home: bool, is_site: bool) -> list[bool]:
    """For each side of hers: is it the home's?"""
    return [side for side, is_own in ((True, is_home), (False, is_site)) if is_own]


@blueprint.get("/agreements/<int:agreement_id>/paper")
@allow(Permission.SEE_CLASS_REQUESTS)
def agreement_paper(agreement_id: int) -> Page:
    """The agreement on paper, to be signed and sealed."""
    return sheet(PAPER, **_on_paper(agreement_id))


@blueprint.get("/agreements/<int:agreement_id>/pdf")
@allow(Permission.SEE_CLASS_REQUESTS)
def agreement_pdf(agreement_id: int) -> Page:
    """The same as a PDF, or as a page to print."""
    return sheet_pdf(PAPER, filename=f"agreement-{agreement_id}.pdf", **_on_paper(agreement_id))


def _on_paper(agreement_id: int) -> dict[str, Any]:
    agreed = queries.agreement_for(db(), signed_in(), agreement_id)
    back = url_for("partnerships.agreement", agreement_id=agreement_id)
    return _shown(agreed) | {"back_url": back, "today": clock.today()}


@blueprint.route("/agreements/<int:agreement_id>/end", methods=["GET", "POST"])
@allow(Permission.SEE_CLASS_REQUESTS)
def end_agreement(agreement_id: int) -> Page:
    """Either side ends it before its time, with a reason; whoever has a seat is told."""
    agreed, form = queries.agreement_for(db(), signed_in(), agreement_id), EndForm()
    if not any(_sides(agreed)):
        raise NotFoundError
    if not form.is_submitted():
        form.last_on.data = clock.today()
    if form.validate_on_submit() and carry_out(
        form,
        lambda: _end(agreed, form),
    ):
        flash(_("The agreement ends. Lessons after its last day have been cancelled."), "ok")
        return redirect(url_for("partnerships.agreement", agreement_id=agreement_id), 303)
    return render("partnerships/end.html", form=form, agreed=agreed, scheduled=queries.class_of(db(), agreed))


def _end(agreed: Agreement, form: EndForm) -> Agreement:
    last_on = form.last_on.data or clock.today()
    return actions.end_agreement(db(), agreed, last_on, form.reason.data or "", by=signed_in())


@blueprint.route("/agreements/<int:agreement_id>/feedback", methods=["GET", "POST"])
@allow(Permission.SEE_CLASS_REQUESTS)
def feedback(agreement_id: int) -> Page:
    """This side says how it was."""
    agreed, form = queries.agreement_for(db(), signed_in(), agreement_id), FeedbackForm()
    is_home, is_site = _sides(agreed)
    open_sides = [
        side for side in _own_sides(is_home=is_home, is_site=is_site) if agreed.feedback_of(is_home=side) is None
    ]
    if not (is_home or is_site):
        raise NotFoundError
    form.offer()
    by_home = open_sides[0] if open_sides else is_home
    if form.validate_on_submit() and carry_out(form, lambda: _say(agreed, form, is_by_home=by_home)):
        flash(_("Thank you. Both sides read this."), "ok")
        return redirect(url_for("partnerships.agreement", agreement_id=agreement_id), 303)
    return render("partnerships/feedback.html", form=form, agreed=agreed)


def _say(agreed: Agreement, form: FeedbackForm, *, is_by_home: bool) -> object:
    rating, note = Rating(form.rating.data), form.note.data or ""
    return actions.give_feedback(db(), agreed, rating, note, is_by_home=is_by_home, by=signed_in())
