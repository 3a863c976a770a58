"""A learner's application: one question a page, her answers once more, then her number; later the result in words.

Answers travel in the address until they are confirmed, so that going back loses nothing and nothing is kept of whoever
stops half-way.
"""

from dataclasses import asdict, dataclass, replace
from typing import Any

from flask import redirect, request, url_for
from werkzeug.wrappers import Response

from senior_univ.allocation import actions, queries, rules
from senior_univ.allocation.actions import Wanted
from senior_univ.allocation.forms import CheckForm, EscortForm, SendForm, TogetherForm, WheelchairForm, WishForm
from senior_univ.allocation.models import STAGE_LABELS, AllocationRound, Application, Stage
from senior_univ.allocation.stories import story_of
from senior_univ.allocation.views.blueprint import blueprint
from senior_univ.care import queries as care
from senior_univ.core import clock
from senior_univ.core.errors import DomainError
from senior_univ.core.permissions import Permission
from senior_univ.core.web import Page, allow, carry_out, db, found, learner_id, render, signed_in
from senior_univ.enrolment import queries as enrolment
from senior_univ.enrolment.actions import refuse_without_right
from senior_univ.enrolment.models import Hand

QUESTIONS = ("together", "wheelchair", "escort")


@dataclass(frozen=True)
class Answers:
    """What she said so far: ``wishes`` are class ids joined by dashes, the others yes, no or nothing."""

    wishes: str = ""
    together: str | None = None
    wheelchair: str | None = None
    escort: str | None = None

    @classmethod
    def given(cls) -> "Answers":
        """What the address or the form says; nonsense is no answer."""
        said = {name: request.values.get(name) for name in QUESTIONS}
        known = {name: value if value in ("yes", "no") else None for name, value in said.items()}
        ids = [part for part in request.values.get("wishes", "").split("-") if _is_key(part)]
        return cls(wishes="-".join(ids[: rules.MOST_WISHES + 1]), **known)

    @property
    def class_ids(self) -> list[int]:
        """Her wishes, best first."""
        return [int(part) for part in self.wishes.split("-") if part]

    @property
    def wanted(self) -> Wanted:
        """What she applies for."""
        return Wanted(self.class_ids, wheelchair=self.wheelchair == "yes", has_escort=self.escort == "yes")

    def url(self, endpoint: str, round_id: int, **changes: Any) -> str:
        """The address of a page with these answers."""
        said = {name: value for name, value in asdict(replace(self, **changes)).items() if value}
        return url_for(f"allocation.{endpoint}", round_id=round_id, **said)


def _is_key(text: str) -> bool:
    return text.isascii() and text.isdecimal() and len(text) < 10


def hand() -> Hand:
    """Whether she applies herself or a relative for her."""
    return Hand.HERSELF if learner_id() == signed_in().person_id else Hand.RELATIVE


def own_application(round_id: int) -> Application:
    """Her application in that round, or 404."""
    return found(queries.application_of(db(), round_id, learner_id()))


def _open_round(round_id: int) -> AllocationRound:
    """A round in which she may apply now; else the refusal in words."""
    each = queries.round_of(db(), round_id)
    if refusal := rules.refuse_outside_window(each, clock.now()):
        raise refusal
    refuse_without_right(db(), learner_id(), hand(), signed_in())
    return each


@blueprint.get("/allocation-days/<int:round_id>/apply")
@allow(Permission.LEARN)
def apply(round_id: int) -> Page:
    """Where applying begins."""
    _open_round(round_id)
    return redirect(url_for("allocation.choose_wish", round_id=round_id), 303)


def _next(answers: Answers, round_id: int, after: str = "") -> Response:
    """The next question that has no answer yet, else the check."""
    asked = _questions(round_id)
    left = [name for name in asked[asked.index(after) + 1 if after in asked else 0 :] if getattr(answers, name) is None]
    return redirect(answers.url(f"ask_{left[0]}" if left else "check", round_id), 303)


def _questions(round_id: int) -> list[str]:
    """What has to be asked of her at all."""
    mine = queries.application_of(db(), round_id, learner_id())
    is_bound = mine is not None and (mine.partner_id or mine.asks_person_id)
    needs = care.needs_of(db(), [learner_id()])
    skipped = {"together": bool(is_bound), "wheelchair": learner_id() in needs, "escort": False}
    return [name for name in QUESTIONS if not skipped[name]]


@blueprint.route("/allocation-days/<int:round_id>/apply/wish", methods=["GET", "POST"])
@allow(Permission.LEARN)
def choose_wish(round_id: int) -> Page:
    """Which class would she like most? Then which next, until she has named enough."""
    each, answers = _open_round(round_id), Answers.given()
    classes = queries.classes_to_wish(db(), each, learner_id())
    chosen = [one for number in answers.class_ids for one in classes if one.id == number]
    left = [one for one in classes if one not in chosen]
    answers = replace(answers, wishes="-".join(str(one.id) for one in chosen))
    if chosen and (not left or len(chosen) >= rules.MOST_WISHES):
        return _next(answers, round_id)
    form = WishForm()
    form.class_id.choices = [(one.id, one.course.title) for one in left]
    if form.validate_on_submit():
        wishes = "-".join(str(number) for number in [*(one.id for one in chosen), form.class_id.data])
        return redirect(answers.url("choose_wish", round_id, wishes=wishes), 303)
    return render(
        "allocation/choose_wish.html",
        form=form,
        round=each,
        chosen=chosen,
        left=left,
        rank=len(chosen) + 1,
        enough_url=answers.url("enough", round_id) if chosen else None,
        back_url=answers.url("choose_wish", round_id, wishes="-".join(str(one.id) for one in chosen[:-1])),
    )


@blueprint.get("/allocation-days/<int:round_id>/apply/enough")
@allow(Permission.LEARN)
def enough(round_id: int) -> Page:
    """No further wish: on to the next question."""
    _open_round(round_id)
    return _next(Answers.given(), round_id)


def _ask(round_id: int, name: str, form: Any, hint: str) -> Page:
    """One yes-or-no question."""
    each, answers = _open_round(round_id), Answers.given()
    field = form[name]
    if form.validate_on_submit():
        return _next(replace(answers, **{name: field.data}), round_id, after=name)
    field.data = field.data or getattr(answers, name)
    cancel_url = url_for("allocation.public_round", round_id=round_id)
    return render("allocation/ask.html", form=form, field=field, round=each, hint=hint, cancel_url=cancel_url)


@blueprint.route("/allocation-days/<int:round_id>/apply/together", methods=["GET", "POST"])
@allow(Permission.LEARN)
def ask_together(round_id: int) -> Page:
    """Does she come together with somebody?"""
    return _ask(round_id, "together", TogetherForm(), "together")


@blueprint.route("/allocation-days/<int:round_id>/apply/wheelchair", methods=["GET", "POST"])
@allow(Permission.LEARN)
def ask_wheelchair(round_id: int) -> Page:
    """Does she come in a wheelchair?"""
    return _ask(round_id, "wheelchair", WheelchairForm(), "wheelchair")


@blueprint.route("/allocation-days/<int:round_id>/apply/escort", methods=["GET", "POST"])
@allow(Permission.LEARN)
def ask_escort(round_id: int) -> Page:
    """Does somebody come along?"""
    return _ask(round_id, "escort", EscortForm(), "escort")


@blueprint.route("/allocation-days/<int:round_id>/apply/check", methods=["GET", "POST"])
@allow(Permission.LEARN)
def check(round_id: int) -> Page:
    """Her answers once more; confirming writes the application. Sent twice, it is the same one."""
    each, answers = _open_round(round_id), Answers.given()
    if not answers.class_ids:
        return redirect(url_for("allocation.choose_wish", round_id=round_id), 303)
    form = CheckForm(data=asdict(answers))
    if form.validate_on_submit() and carry_out(form, lambda: _apply(each, answers)):
        then = "with_whom" if answers.together == "yes" else "mine"
        return redirect(url_for(f"allocation.{then}", round_id=round_id), 303)
    classes = {one.id: one for one in queries.classes_of(db(), round_id)}
    return render(
        "allocation/check.html",
        form=form,
        round=each,
        answers=answers,
        questions=_questions(round_id),
        person=enrolment.learner(db(), learner_id()),
        wishes=[classes[number] for number in answers.class_ids if number in classes],
        again_url=answers.url("choose_wish", round_id, wishes=""),
        urls={name: answers.url(f"ask_{name}", round_id) for name in QUESTIONS},
        is_change=queries.application_of(db(), round_id, learner_id()) is not None,
    )


def _apply(each: AllocationRound, answers: Answers) -> Application:
    """A refusal about a wish is said at the top of the page."""
    try:
        return actions.apply(db(), each, answers.wanted, person_id=learner_id(), hand=hand(), by=signed_in())
    except DomainError as refusal:
        raise DomainError(refusal.code, refusal.message) from refusal


@blueprint.get("/allocation-days/<int:round_id>/mine")
@allow(Permission.LEARN)
def mine(round_id: int) -> Page:
    """Her application: its number and wishes; after the draw what became of each, and why."""
    each, application = queries.round_of(db(), round_id), own_application(round_id)
    stage = each.stage(clock.now())
    story = story_of(db(), application) if application.position is not None else []
    return render(
        "allocation/mine.html",
        round=each,
        application=application,
        stage=stage,
        label=STAGE_LABELS[stage],
        is_open=stage is Stage.OPEN,
        story=story,
        parties=queries.last_position(db(), round_id) if story else 0,
        given=[one.course_class for one in story if one.state == "given"],
        asked=queries.asked_of(db(), learner_id(), round_id),
    )


@blueprint.route("/allocation-days/<int:round_id>/withdraw", methods=["GET", "POST"])
@allow(Permission.LEARN)
def withdraw(round_id: int) -> Page:
    """Take the application back, while the window is open."""
    application, form = own_application(round_id), SendForm()
    if form.validate_on_submit() and carry_out(
        form, lambda: actions.withdraw_application(db(), application, hand=hand(), by=signed_in())
    ):
        return redirect(url_for("allocation.mine", round_id=round_id), 303)
    return render("allocation/withdraw.html", form=form, application=application, round=application.allocation_round)
