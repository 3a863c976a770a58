"""The first screen, and the calls that people ask for."""

from flask import Blueprint, flash, redirect, url_for
from flask_babel import gettext as _

from senior_univ.accounts.rules import parse_phone, phone_words
from senior_univ.core import clock
from senior_univ.core.permissions import Permission
from senior_univ.core.web import (
    Page,
    allow,
    carry_out,
    commit,
    db,
    found,
    learner_id,
    open_to_all,
    render,
    signed_in,
    viewer,
)
from senior_univ.home import actions, navigation, queries, rules, screens
from senior_univ.home.forms import ABOUT, CallMeForm, CloseCallForm

blueprint = Blueprint("home", __name__)


@blueprint.get("/")
@open_to_all
def home() -> Page:
    """The first screen: of a stranger, a learner, or somebody at work."""
    who = viewer()
    if who is None:
        return render("home/welcome.html")
    if who.is_staff and learner_id() == who.person_id:
        return render("home/work.html", **screens.work_screen(db(), who))
    return render("home/learner.html", **screens.learner_screen(db(), learner_id()))


@blueprint.get("/everything-else")
@allow(Permission.LEARN)
def everything_else() -> Page:
    """What somebody at work needs now and then: too much for the navigation of every page."""
    return render("home/everything_else.html", entries=navigation.now_and_then(signed_in()))


@blueprint.get("/my-learning")
@allow(Permission.LEARN)
def my_learning() -> Page:
    """The learner's first screen, which staff have, too: they learn like everybody."""
    return render("home/learner.html", **screens.learner_screen(db(), learner_id()))


@blueprint.get("/area")
@allow(Permission.SEE_COVERAGE)
def area() -> Page:
    """Sites, homes, classes and learners of an officer's area, people as counts."""
    return render("home/area.html", **screens.area_screen(db(), signed_in()))


@blueprint.route("/call-me", methods=["GET", "POST"])
@allow(Permission.LEARN)
def call_me() -> Page:
    """请人帮我: call, or be called back."""
    person = found(queries.person_of(db(), learner_id()))
    form = CallMeForm(phone=phone_words(person.phone) if person.phone else "")
    if form.validate_on_submit() and carry_out(
        form,
        lambda: actions.ask_for_call(
            db(),
            person.id,
            phone=parse_phone(form.phone.data or "")[0],
            about=str(ABOUT[form.about.data]),
            by=signed_in(),
        ),
    ):
        return redirect(url_for("home.call_me"), 303)
    waiting = queries.open_request_of(db(), person.id)
    desk = queries.helping_organisation(db(), person.id)
    expected = None
    if desk is not None:
        is_working_day = queries.working_days(db(), clock.today())
        expected = rules.next_opening(clock.now(), desk.desk_opens, desk.desk_closes, is_working_day)
    return render("home/call_me.html", form=form, waiting=waiting, desk=desk, expected=expected, now=clock.now())


@blueprint.post("/call-me/take-back")
@allow(Permission.LEARN)
def take_back_call() -> Page:
    """The call is not needed any more."""
    request = found(queries.open_request_of(db(), learner_id()))
    actions.take_back_request(db(), request, by=signed_in())
    commit()
    flash(_("We won't call you."), "ok")
    return redirect(url_for("home.call_me"), 303)


@blueprint.get("/call-backs")
@allow(Permission.CLOSE_CALL_BACKS)
def call_backs() -> Page:
    """The calls that this site still has to make, and those last made."""
    who = signed_in()
    waiting, done = queries.open_call_backs(db(), who), queries.closed_call_backs(db(), who)
    return render("home/call_backs.html", waiting=waiting, done=done, now=clock.now())


@blueprint.route("/call-backs/<int:request_id>", methods=["GET", "POST"])
@allow(Permission.CLOSE_CALL_BACKS)
def call_back(request_id: int) -> Page:
    """One call: whom, about what, and what came of it."""
    request = found(queries.call_back_for(db(), signed_in(), request_id))
    form = CloseCallForm()
    if form.validate_on_submit() and carry_out(
        form, lambda: actions.close_call_back(db(), request, outcome=form.outcome.data or "", by=signed_in())
    ):
        flash(_("Closed."), "ok")
        return redirect(url_for("home.call_backs"), 303)
    return render("home/call_back.html", form=form, request_row=request)
