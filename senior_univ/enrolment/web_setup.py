"""What enrolment sets up on the application: its job, and a function by which any page shows open invitations."""

from collections.abc import Sequence

from flask import Flask

from senior_univ.core.web import db, learner_id, viewer
from senior_univ.enrolment import invitations, jobs
from senior_univ.enrolment.models import Invitation

EVERY_SECONDS = 600


def init_app(app: Flask) -> None:
    """Add the job and the templates' function."""
    app.extensions.setdefault("jobs", []).append(("invitations", EVERY_SECONDS, jobs.let_go))
    app.jinja_env.globals.update(open_invitations=open_invitations)


def open_invitations() -> Sequence[Invitation]:
    """The invitations that await an answer of whoever's learning the page is about."""
    return invitations.invitations_of(db(), learner_id()) if viewer() else ()
