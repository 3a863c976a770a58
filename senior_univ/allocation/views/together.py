"""Coming together: asking somebody, her answer, and undoing it."""

from flask import redirect, url_for

from senior_univ.allocation import actions, queries
from senior_univ.allocation.forms import AnswerForm, PartnerForm, SendForm
from senior_univ.allocation.models import Application
from senior_univ.allocation.views.apply import hand, own_application
from senior_univ.allocation.views.blueprint import blueprint
from senior_univ.core.errors import NotFoundError
from senior_univ.core.permissions import Permission
from senior_univ.core.web import Page, allow, carry_out, db, learner_id, render, signed_in


@blueprint.route("/allocation-days/<int:round_id>/with-whom", methods=["GET", "POST"])
@allow(Permission.LEARN)
def with_whom(round_id: int) -> Page:
    """Who is the other one? She must agree on her own screen or at a desk."""
    application, form = own_application(round_id), PartnerForm()
    if form.validate_on_submit() and carry_out(form, lambda: _ask(application, form)):
        return redirect(url_for("allocation.mine", round_id=round_id), 303)
    return render("allocation/with_whom.html", form=form, round=application.allocation_round)


def _ask(application: Application, form: PartnerForm) -> Application:
    return actions.ask_together(
        db(), application, name=form.name.data or "", digits=form.digits.data or "", hand=hand(), by=signed_in()
    )


@blueprint.route("/applications/<int:application_id>/answer", methods=["GET", "POST"])
@allow(Permission.LEARN)
def answer(application_id: int) -> Page:
    """Somebody asks her to come together: yes or no."""
    asking = queries.application_by_id(db(), application_id)
    if asking.asks_person_id != learner_id() or asking.withdrawn_at is not None:
        raise NotFoundError
    form = AnswerForm()
    if form.validate_on_submit() and carry_out(form, lambda: _answer(asking, form.answer.data)):
        if form.answer.data == "yes":
            return redirect(url_for("allocation.mine", round_id=asking.round_id), 303)
        return redirect(url_for("allocation.public_round", round_id=asking.round_id), 303)
    mine = queries.application_of(db(), asking.round_id, learner_id())
    return render("allocation/answer.html", form=form, asking=asking, round=asking.allocation_round, mine=mine)


def _answer(asking: Application, said: str) -> Application:
    if said == "yes":
        return actions.agree(db(), asking, hand=hand(), by=signed_in())
    return actions.decline(db(), asking, hand=hand(), by=signed_in())


@blueprint.route("/allocation-days/<int:round_id>/alone", methods=["GET", "POST"])
@allow(Permission.LEARN)
def alone(round_id: int) -> Page:
    """Undo coming together."""
    application, form = own_application(round_id), SendForm()
    if form.validate_on_submit() and carry_out(
        form, lambda: actions.come_alone(db(), application, hand=hand(), by=signed_in())
    ):
        return redirect(url_for("allocation.mine", round_id=round_id), 303)
    return render("allocation/alone.html", form=form, application=application, round=application.allocation_round)
