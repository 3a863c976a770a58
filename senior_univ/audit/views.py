"""What was done for me; and, for administrators, what was done at all."""

from flask import Blueprint, current_app

from senior_univ.audit import queries
from senior_univ.audit.queries import People, Slice
from senior_univ.audit.rules import about_words, action_words
from senior_univ.core.permissions import Permission
from senior_univ.core.web import Page, allow, db, number_asked, render, signed_in

blueprint = Blueprint("audit", __name__)


def people() -> People:
    """What accounts handed over at the start."""
    given: People = current_app.extensions["audit_people"]
    return given


def show(template: str, shown: Slice) -> str:
    """A page of entries with the names in them, in one more query."""
    names = people().names(db(), queries.people_in(shown.entries))
    return render(template, shown=shown, names=names, words=action_words, about=about_words)


@blueprint.get("/my-record")
@allow(Permission.LEARN)
def my_record() -> Page:
    """Everything that was done for the person who is signed in, by herself or by others."""
    return show("audit/my_record.html", queries.acts_about(db(), signed_in().person_id, number_asked("before")))


@blueprint.get("/audit")
@allow(Permission.SEE_AUDIT)
def entries() -> Page:
    """Who did what in the administrator's area."""
    return show("audit/entries.html", queries.acts_seen_by(db(), signed_in(), people(), number_asked("before")))
