"""What enrolment sets up on the application: its job, and functions by which any page shows who is asked to come."""

from collections.abc import Sequence

from flask import Flask

from senior_univ.core.web import db, learner_id, viewer
from senior_univ.enrolment import invitations, jobs, together
from senior_univ.enrolment.models import Invitation, TogetherWish

EVERY_SECONDS = 600
COPY_EVERY_SECONDS = 20


def init_app(app: Flask) -> None:
    """Add the job and the templates' functions."""
    app.extensions.setdefault("jobs", []).append(("invitations", EVERY_SECONDS, jobs.let_go))
    app.extensions["jobs"].append(("copy terms", COPY_EVERY_SECONDS, jobs.copy))
    app.jinja_env.globals.update(open_invitations=open_invitations, companions_asking=companions_asking)


def open_invitations() -> Sequence[Invitation]:
    """The invitations that await an answer of whoever's learning the page is about."""
    return invitations.invitations_of(db(), learner_id()) if viewer() else ()


def companions_asking() -> Sequence[TogetherWish]:
    """Whoever asks the learner of the page to join a class together, and waits for her answer."""
    wishes = together.wishes_of(db(), learner_id()) if viewer() else ()
    return [wish for wish in wishes if wish.asks_person_id == learner_id()]
