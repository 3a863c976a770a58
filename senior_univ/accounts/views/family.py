"""Who may act for whom, on one's own signed-in screen, and helping an elder.

Everything here is about the person who is signed in, never about the elder whom she helps: nobody gives a grant in
another's name.
"""

from datetime import timedelta

from flask import flash, redirect, session, url_for
from flask_babel import lazy_gettext as _l

from senior_univ.accounts import actions, queries
from senior_univ.accounts.actions import Terms, codes
from senior_univ.accounts.forms import AgreeForm, AskForm, RelativeForm, TermsForm
from senior_univ.accounts.models import RELATION_LABELS, RIGHT_LABELS, Consent, FamilyGrant
from senior_univ.accounts.rules import parse_phone, stands, terms_of
from senior_univ.accounts.views.blueprint import blueprint
from senior_univ.core import clock
from senior_univ.core.access import Right
from senior_univ.core.errors import DomainError, NotFoundError
from senior_univ.core.permissions import Permission
from senior_univ.core.web import (
    Page,
    allow,
    carry_out,
    commit,
    db,
    found,
    go_on,
    render,
    roll_back,
    show_refusal,
    signed_in,
)

ASKED = _l("It is written down. She or he decides now.")
NOBODY = _l("We find nobody with that name and that phone. You can enter her or him as somebody new.")
ASKED_OFTEN = _l("You asked very often within this hour. Please call us instead.")
LABELS = {"relations": RELATION_LABELS, "rights": RIGHT_LABELS}


@blueprint.get("/family")
@allow(Permission.LEARN)
def family() -> Page:
    """Who may help me, and whom I help."""
    who = signed_in()
    helpers = queries.grants_by(db(), who.person_id)
    elders = queries.grants_to(db(), who.person_id)
    today = clock.today()
    return render(
        "accounts/family/family.html",
        helpers=[grant for grant in helpers if stands(grant, today)],
        asking=[grant for grant in helpers if not stands(grant, today)],
        helped=[grant for grant in elders if stands(grant, today)],
        waiting=[grant for grant in elders if not stands(grant, today)],
        **LABELS,
    )


@blueprint.route("/family/new", methods=["GET", "POST"])
@allow(Permission.LEARN)
def let_help() -> Page:
    """An elder names the relative whom she lets help."""
    form = RelativeForm(data=session.get("relative"))
    if form.validate_on_submit():
        try:
            phone, _kind = parse_phone(form.phone.data)
        except DomainError as refusal:
            show_refusal(form, refusal)
        else:
            session["relative"] = {"name": form.name.data, "phone": phone, "relation": form.relation.data}
            return redirect(url_for("accounts.let_help_with"), 303)
    return render("accounts/family/relative.html", form=form)


@blueprint.route("/family/new/rights", methods=["GET", "POST"])
@allow(Permission.LEARN)
def let_help_with() -> Page:
    """What that relative may do, and how long: her yes, on her own screen."""
    relative = session.get("relative")
    if not relative:
        return redirect(url_for("accounts.let_help"), 303)
    form = TermsForm()
    if form.validate_on_submit() and carry_out(form, lambda: give(form, relative)):
        session.pop("relative")
        flash(str(_l("%(name)s may help you now.", name=relative["name"])), "ok")
        return redirect(url_for("accounts.family"), 303)
    return render("accounts/family/rights.html", form=form, relative=relative, **LABELS)


def give(form: TermsForm, relative: dict[str, str]) -> FamilyGrant:
    """Ask and say yes in one, since both are the elder's own act."""
    who = signed_in()
    helper = actions.known_or_new(db(), name=relative["name"], phone=relative["phone"], by=who)
    ends_on = clock.today() + timedelta(days=int(form.length.data))
    terms = Terms(relative["relation"], rights_of(form.rights.data), form.is_main_contact.data, ends_on)
    grant = actions.ask_grant(db(), elder_id=who.person_id, relative_id=helper.id, terms=terms, by=who)
    return actions.give_grant(db(), grant, consent=Consent.ON_HER_SCREEN, by=who)


def rights_of(ticked: list[str] | None) -> frozenset[Right]:
    """The rights that were ticked."""
    return frozenset(map(Right, ticked or ()))


@blueprint.route("/family/grants/<int:grant_id>", methods=["GET", "POST"])
@allow(Permission.LEARN)
def agree(grant_id: int) -> Page:
    """A relative asks: what she would do, and the elder's yes."""
    who = signed_in()
    grant = found(queries.grant_for(db(), who.person_id, grant_id))
    form = AgreeForm()
    if form.validate_on_submit() and carry_out(
        form, lambda: actions.give_grant(db(), grant, consent=Consent.ON_HER_SCREEN, by=who, seen=form.seen.data)
    ):
        flash(str(_l("%(name)s may help you now.", name=grant.relative.name)), "ok")
        return redirect(url_for("accounts.family"), 303)
    form.seen.data = terms_of(grant)
    return render("accounts/family/agree.html", form=form, grant=grant, **LABELS)


@blueprint.post("/family/grants/<int:grant_id>/end")
@allow(Permission.LEARN)
def stop_grant(grant_id: int) -> Page:
    """The elder, or the relative herself, ends it with one tap."""
    who = signed_in()
    grant = found(queries.own_grant(db(), who.person_id, grant_id))
    actions.end_grant(db(), grant, by=who)
    commit()
    if session.get("acting_for") == grant.elder_id:
        act_for(None)
    flash(str(_l("This was ended. Nothing can be done with it any more.")), "ok")
    return redirect(url_for("accounts.family"), 303)


@blueprint.route("/family/ask", methods=["GET", "POST"])
@allow(Permission.LEARN)
def ask_to_help() -> Page:
    """A relative asks an elder who is entered already, named by name and phone."""
    form = AskForm()
    if form.validate_on_submit() and ask(form):
        flash(str(ASKED), "ok")
        return redirect(url_for("accounts.family"), 303)
    return render("accounts/family/ask.html", form=form)


def ask(form: AskForm) -> bool:
    """Write down what is asked; every try is counted, since names and phones could be tried out here."""
    who = signed_in()
    is_seldom = actions.count_try(db(), "ask", str(who.person_id), codes.HOUR, codes.ASKED_PER_PERSON_AND_HOUR)
    elder_id = queries.person_called(db(), form.name.data, form.phone.data)
    if not is_seldom or elder_id is None:
        commit()
        form.form_errors.append(str(NOBODY if is_seldom else ASKED_OFTEN))
        return False
    terms = Terms(form.relation.data, rights_of(form.rights.data))
    try:
        actions.ask_grant(db(), elder_id=elder_id, relative_id=who.person_id, terms=terms, by=who)
        commit()
    except DomainError as refusal:
        roll_back()
        show_refusal(form, refusal)
        return False
    return True


@blueprint.post("/family/<int:person_id>/help")
@allow(Permission.LEARN)
def start_helping(person_id: int) -> Page:
    """From now on the learner's pages are about that elder."""
    who = signed_in()
    if person_id == who.person_id or not who.may_for(person_id, Right.SEE):
        raise NotFoundError
    act_for(person_id)
    return go_on("/")


@blueprint.post("/helping/stop")
@allow(Permission.LEARN)
def stop_helping() -> Page:
    """The pages are about oneself again."""
    act_for(None)
    return redirect(url_for("accounts.family"), 303)


def act_for(person_id: int | None) -> None:
    """The learner's pages are about that elder from now on, or oneself.

    Forms that were opened before were about somebody else, in another tab perhaps: their token is good no more.
    """
    session.pop("csrf_token", None)
    session.pop("acting_for", None)
    if person_id is not None:
        session["acting_for"] = person_id
