"""Somebody new: one question per page, a page to check the answers, done.

The answers are kept in the browser's own session until they are written down, so that a half-filled one is not lost
with a page, and is gone with the session.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

from flask import abort, current_app, redirect, request, session, url_for
from flask_babel import lazy_gettext as _l

from senior_univ.accounts import actions, queries
from senior_univ.accounts.actions import Details, codes
from senior_univ.accounts.forms import (
    BirthForm,
    ElderNameForm,
    ElderPhoneForm,
    EmptyForm,
    NameForm,
    RelationForm,
    VillageForm,
    WhomForm,
)
from senior_univ.accounts.models import RELATION_LABELS, Account, Person
from senior_univ.accounts.rules import keyed_hash, parse_phone, read_birth
from senior_univ.accounts.views.blueprint import blueprint
from senior_univ.accounts.views.entering import arrive, proved_phone, secret
from senior_univ.core.errors import DomainError
from senior_univ.core.forms import Form
from senior_univ.core.permissions import Permission
from senior_univ.core.web import (
    Page,
    allow,
    carry_out,
    commit,
    db,
    found,
    open_to_all,
    render,
    show_refusal,
    signed_in,
    viewer,
)
from senior_univ.core.words import day_words
from senior_univ.network.models import Level, Region
from senior_univ.network.queries import child_regions, region, region_path, region_paths, search_regions
from senior_univ.network.rules import prefix_of

STEPS = {
    "self": ("name", "birth", "village"),
    "elder": ("name", "relation", "elder-name", "elder-birth", "elder-village", "elder-phone"),
}
ENTERED_OFTEN = _l("Many people were entered from this phone within this hour. Please call us instead.")
BIRTH_DAY = _l("A day alone says nothing: please add the month, or leave both out.")


@dataclass(frozen=True)
class Question:
    """A page that asks one thing: its form, what is kept of the answer, and how the page is titled."""

    form: type[Form]
    read: Callable[[Any], Any]
    title: Any
    template: str = "accounts/register/question.html"


def read_day(form: BirthForm) -> list[int]:
    """[1948] or [1948, 5, 20]; DomainError for a day that is none or lies in the future."""
    month, day = form.month.data, form.day.data
    if day and not month:
        raise DomainError("no_month", BIRTH_DAY, field="month")
    year, born_on = actions.check_birth(*read_birth(form.birth_year.data or 0, month, day))
    return [born_on.year, born_on.month, born_on.day] if born_on else [year or 0]


def read_name(form: NameForm | ElderNameForm) -> str:
    """A name with letters in it."""
    return actions.check_name(form.name.data or "")


def read_elders_phone(form: ElderPhoneForm) -> str:
    """E.164, or nothing."""
    return parse_phone(form.phone.data)[0] if form.phone.data else ""


def read_place(form: VillageForm) -> str:
    """The code of a place that there is."""
    if region(db(), form.region_code.data) is None:
        raise DomainError("unknown_region", _l("There is no such place in our list."), field="region_code")
    return str(form.region_code.data)


QUESTIONS = {
    "name": Question(NameForm, read_name, _l("What is your name?")),
    "birth": Question(BirthForm, read_day, _l("When were you born?"), "accounts/register/birth.html"),
    "village": Question(VillageForm, read_place, _l("Where do you live?"), "accounts/register/village.html"),
    "relation": Question(RelationForm, lambda form: form.relation.data, _l("What are you to her or him?")),
    "elder-name": Question(ElderNameForm, read_name, _l("What is her or his name?")),
    "elder-birth": Question(BirthForm, read_day, _l("When was she or he born?"), "accounts/register/birth.html"),
    "elder-village": Question(
        VillageForm, read_place, _l("Where does she or he live?"), "accounts/register/village.html"
    ),
    "elder-phone": Question(
        ElderPhoneForm, read_elders_phone, _l("Does she or he have a phone?"), "accounts/register/phone.html"
    ),
}


def steps_left_open() -> tuple[str, ...]:
    """The questions of the one who is being entered; somebody who is signed in has said her own name."""
    steps = STEPS[session["registration"]["whom"]]
    return tuple(step for step in steps if step != "name" or viewer() is None)


def is_welcome() -> bool:
    """Whether this browser proved a phone or is signed in, and began."""
    return bool(viewer() or proved_phone()) and "registration" in session


def next_address() -> str:
    """The first question without an answer, else the page to check them."""
    answers = session["registration"]
    for step in steps_left_open():
        if step not in answers:
            return url_for("accounts.register_step", step=step)
    return url_for("accounts.register_check")


@blueprint.route("/register", methods=["GET", "POST"])
@open_to_all
def register() -> Page:
    """Ask who wants to learn; only for somebody who proved a phone."""
    if viewer():
        return redirect(url_for("accounts.family"), 303)
    if proved_phone() is None:
        return redirect(url_for("accounts.sign_in"), 303)
    form = WhomForm()
    if form.validate_on_submit():
        session["registration"] = {"whom": form.whom.data}
        return redirect(next_address(), 303)
    return render("accounts/register/whom.html", form=form)


@blueprint.post("/register/elder")
@allow(Permission.LEARN)
def register_elder() -> Page:
    """Somebody who is signed in begins to enter an elder."""
    session["registration"] = {"whom": "elder"}
    return redirect(next_address(), 303)


@blueprint.route("/register/<step>", methods=["GET", "POST"])
@open_to_all
def register_step(step: str) -> Page:
    """Ask one question."""
    if not is_welcome():
        return redirect(url_for("accounts.register"), 303)
    if step not in steps_left_open():
        abort(404)
    question = QUESTIONS[step]
    form = question.form(data=kept_answer(step))
    if form.validate_on_submit():
        try:
            session["registration"] = session["registration"] | {step: question.read(form)}
            return redirect(next_address(), 303)
        except DomainError as refusal:
            show_refusal(form, refusal)
    steps = steps_left_open()
    places = places_to_show() if question.form is VillageForm else {}
    progress = {"number": steps.index(step) + 1, "total": len(steps)}
    return render(question.template, form=form, title=question.title, progress=progress, **places)


def kept_answer(step: str) -> dict[str, Any]:
    """What was answered before, as the form's data."""
    answer = session["registration"].get(step)
    if answer is None:
        return {}
    if isinstance(answer, list):
        return dict(zip(("birth_year", "month", "day"), answer, strict=False))
    name = {"relation": "relation", "village": "region_code", "phone": "phone"}.get(step.removeprefix("elder-"), "name")
    return {name: answer}


def places_to_show() -> dict[str, Any]:
    """What the village page lists: what was searched, else what the place that was opened consists of."""
    city = current_app.config["SETTINGS"].region
    text, at = request.args.get("q", "").strip()[:40], request.args.get("at", city)
    if text:
        hits = search_regions(db(), text, Level.VILLAGE, within=prefix_of(city))
        return {"text": text, "places": with_paths(hits), "opened": None, "inside": [], "path": []}
    opened = found(region(db(), at if at.isdigit() else ""))
    inside, path = child_regions(db(), opened.code), region_path(db(), opened.code)
    shown = {"text": "", "opened": opened, "path": path}
    if len(path) <= 2:
        return shown | {"inside": inside, "places": []}
    places = [(each.code, each.spoken_name, "") for each in inside]
    return shown | {"inside": [], "places": [*places, (opened.code, _l("My place is not in this list"), "")]}


def with_paths(hits: list[Region]) -> list[tuple[str, Any, str]]:
    """Code, name, and the names of the places above, which tell two of one name apart."""
    paths = region_paths(db(), [each.code for each in hits])
    above = {code: " ".join(step.spoken_name for step in path[1:-1]) for code, path in paths.items()}
    return [(each.code, each.spoken_name, above[each.code]) for each in hits]


@blueprint.route("/register/check", methods=["GET", "POST"])
@open_to_all
def register_check() -> Page:
    """Show the answers; writing them down signs a new person in."""
    if not is_welcome():
        return redirect(url_for("accounts.register"), 303)
    if (address := next_address()) != url_for("accounts.register_check"):
        return redirect(address, 303)
    form = EmptyForm()
    if form.validate_on_submit() and is_seldom(form) and (kept := carry_out(form, write_down)):
        session.pop("registration")
        done = url_for("accounts.registered")
        return arrive(kept, then=done) if isinstance(kept, Account) else redirect(done, 303)
    return render("accounts/register/check.html", form=form, answers=answers_in_words())


def is_seldom(form: EmptyForm) -> bool:
    """Count this registration for the phone, so that nobody fills the table; the count also lets one of two taps wait."""
    whose = keyed_hash(secret(), "register", proved_phone() or str(signed_in().person_id))
    if actions.count_try(db(), "register", whose, codes.HOUR, codes.ENTERED_PER_PHONE_AND_HOUR):
        return True
    commit()
    form.form_errors.append(str(ENTERED_OFTEN))
    return False


def details(start: str) -> Details:
    """What was answered about the person whose questions begin with ``start``."""
    answers = session["registration"]
    year, born_on = (None, None)
    if birth := answers.get(f"{start}birth"):
        year, born_on = read_birth(*[*birth, None, None][:3])
    phone = answers.get(f"{start}phone") if start else proved_phone()
    place = answers.get(f"{start}village")
    return Details(answers.get(f"{start}name", ""), year, born_on, region_code=place, phone=phone or None)


def write_down() -> Account | Person:
    """Enter whom the answers are about: the account of somebody new, or the elder of somebody who is signed in."""
    who, answers = viewer(), session["registration"]
    if who is not None:
        return actions.enter_elder(db(), details("elder-"), answers["relation"], by=who)
    if answers["whom"] == "self":
        person = actions.enter_person(db(), details(""), by=None)
    else:
        person = actions.register_family(db(), details(""), details("elder-"), answers["relation"])
    return actions.enter(db(), person.id, "code")


def answers_in_words() -> list[tuple[Any, Any, str]]:
    """(question, answer, address of its page) for the page to check."""
    rows = []
    for step in steps_left_open():
        answer = session["registration"][step]
        rows.append((QUESTIONS[step].title, words_of(step, answer), url_for("accounts.register_step", step=step)))
    return rows


def words_of(step: str, answer: Any) -> Any:
    """An answer as people read it."""
    if isinstance(answer, list):
        return day_words(date(*answer)) if len(answer) > 1 else str(answer[0])
    if step == "relation":
        return RELATION_LABELS[answer]
    if step.endswith("village"):
        return " ".join(each.spoken_name for each in region_path(db(), answer)[1:])
    return answer or _l("No phone")


@blueprint.get("/register/done")
@allow(Permission.LEARN)
def registered() -> Page:
    """Welcome; and what has to happen before a relative may act."""
    who = signed_in()
    waiting = [grant for grant in queries.grants_to(db(), who.person_id) if grant.consented_at is None]
    return render("accounts/register/done.html", waiting=waiting)
