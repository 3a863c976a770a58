"""How somebody is told: her own pages, one question each, and one page for staff."""

from collections.abc import Callable
from typing import Any

from flask import current_app, flash, redirect, url_for
from flask_babel import gettext as _

from senior_univ.accounts.models import Person
from senior_univ.accounts.queries import person_for
from senior_univ.core.forms import Form
from senior_univ.core.permissions import Permission
from senior_univ.core.web import Page, allow, carry_out, commit, database, db, learner_id, render, signed_in
from senior_univ.reminders import choices, senders
from senior_univ.reminders.choice_forms import LanguageForm, PersonTextsForm, TopicsForm, WayForm, WeeklyForm, rungs
from senior_univ.reminders.choices import LANGUAGES, Choice
from senior_univ.reminders.models import FIRST_RUNG_LABELS, TOPIC_LABELS, Channel, FirstRung, Topic
from senior_univ.reminders.views.blueprint import blueprint


def _has_voice() -> bool:
    known = senders.load_all(current_app.config["SETTINGS"], database())
    return bool(known.for_organisation(None, Channel.VOICE))


def _me() -> Person:
    return db().get_one(Person, learner_id())


def _one_question(template: str, form: Form, choose: Callable[[Person], None], **context: Any) -> Page:
    """A page of one question about how she is told; her relative answers it where she lets him act."""
    me = _me()

    def act() -> bool:
        choices.refuse_without_right(signed_in(), me.id)
        choose(me)
        return True

    if form.validate_on_submit() and carry_out(form, act):
        flash(_("Noted."), "ok")
        return redirect(url_for("reminders.my_texts"), 303)
    return render(template, form=form, me=me, **context)


@blueprint.get("/my-texts")
@allow(Permission.LEARN)
def my_texts() -> Page:
    """What reaches me by text, and how."""
    me = _me()
    return render(
        "reminders/my_texts.html",
        me=me,
        choice=choices.choice_of(db(), me),
        topics=TOPIC_LABELS,
        rungs=FIRST_RUNG_LABELS,
        languages=LANGUAGES,
        helps=me.id == signed_in().person_id and bool(signed_in().elders),
    )


@blueprint.route("/my-texts/topics", methods=["GET", "POST"])
@allow(Permission.LEARN)
def my_topics() -> Page:
    """What I want texts about."""
    form = TopicsForm(topics=[topic.value for topic in choices.choice_of(db(), _me()).wanted])

    def choose(me: Person) -> None:
        choices.want_topics(db(), me, [Topic(each) for each in form.topics.data or ()], by=signed_in())

    return _one_question("reminders/choose_topics.html", form, choose)


@blueprint.route("/my-texts/way", methods=["GET", "POST"])
@allow(Permission.LEARN)
def my_way() -> Page:
    """How I am told first."""
    form = WayForm(way=choices.choice_of(db(), _me()).first_rung.value)
    form.way.choices = rungs(has_voice=_has_voice())

    def choose(me: Person) -> None:
        choices.choose_rung(db(), me, FirstRung(form.way.data), by=signed_in())

    return _one_question("reminders/choose_one.html", form, choose, field=form.way)


@blueprint.route("/my-texts/language", methods=["GET", "POST"])
@allow(Permission.LEARN)
def my_language() -> Page:
    """In which language."""
    form = LanguageForm(language=choices.choice_of(db(), _me()).language)

    def choose(me: Person) -> None:
        choices.choose_language(db(), me, form.language.data, by=signed_in())

    return _one_question("reminders/choose_one.html", form, choose, field=form.language)


@blueprint.route("/my-texts/weekly", methods=["GET", "POST"])
@allow(Permission.LEARN)
def my_weekly() -> Page:
    """Whether I hear once a week of those whom I help."""
    me = db().get_one(Person, signed_in().person_id)
    form = WeeklyForm(weekly="yes" if choices.choice_of(db(), me).wants_weekly else "no")
    if form.validate_on_submit():
        choices.want_weekly(db(), me, wanted=form.weekly.data == "yes", by=signed_in())
        commit()
        flash(_("Noted."), "ok")
        return redirect(url_for("reminders.my_texts"), 303)
    return render("reminders/choose_one.html", form=form, me=me, field=form.weekly)


@blueprint.post("/my-texts/again")
@allow(Permission.LEARN)
def my_texts_again() -> Page:
    """My phone had answered STOP: texts again."""
    me = db().get_one(Person, signed_in().person_id)
    choices.want_texts_again(db(), me, by=signed_in())
    commit()
    flash(_("You get reminders again."), "ok")
    return redirect(url_for("reminders.my_texts"), 303)


@blueprint.route("/people/<int:person_id>/texts", methods=["GET", "POST"])
@allow(Permission.KEEP_PEOPLE)
def person_texts(person_id: int) -> Page:
    """How she is told, as she says at the desk."""
    person = person_for(db(), signed_in(), Permission.KEEP_PEOPLE, person_id)
    choice = choices.choice_of(db(), person)
    form = PersonTextsForm(**_filled(choice))
    form.way.choices = rungs(has_voice=_has_voice() or choice.first_rung is FirstRung.VOICE)
    if form.validate_on_submit() and carry_out(form, lambda: _save(form, person)):
        flash(_("Saved."), "ok")
        return redirect(url_for("accounts.person", person_id=person.id), 303)
    return render("reminders/person_texts.html", form=form, person=person, choice=choice)


def _filled(choice: Choice) -> dict[str, Any]:
    return {
        "topics": [topic.value for topic in choice.wanted],
        "way": choice.first_rung.value,
        "language": choice.language,
        "weekly": "yes" if choice.wants_weekly else "no",
    }


def _save(form: PersonTextsForm, person: Person) -> bool:
    by = signed_in()
    choices.want_topics(db(), person, [Topic(each) for each in form.topics.data or ()], by=by)
    choices.choose_rung(db(), person, FirstRung(form.way.data), by=by)
    choices.choose_language(db(), person, form.language.data, by=by)
    choices.want_weekly(db(), person, wanted=form.weekly.data == "yes", by=by)
    return True
