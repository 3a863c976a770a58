"""What allocation sets up on the application: its job, and what other pages show of rounds and applications."""

from collections.abc import Sequence

from flask import Flask

from senior_univ.allocation import jobs, queries
from senior_univ.allocation.models import AllocationRound, Application
from senior_univ.core import clock
from senior_univ.core.web import db, learner_id, signed_in, viewer


def init_app(app: Flask) -> None:
    """Add the job to ``app.extensions["jobs"]`` and the templates' functions."""
    app.extensions.setdefault("jobs", []).append(("allocation", jobs.EVERY_SECONDS, jobs.give_places))
    app.jinja_env.globals.update(
        round_giving=round_giving,
        together_asked=together_asked,
        own_applications=own_applications,
        applications_by_me=applications_by_me,
    )


def round_giving(class_id: int) -> tuple[AllocationRound, bool] | None:
    """The round that gives the seats of a class, and whether applications are open; None where there is none."""
    found = queries.round_giving(db(), class_id)
    return (found, found.opens_at <= clock.now() < found.closes_at) if found else None


def together_asked() -> Sequence[Application]:
    """Whoever asks the learner to come together, and waits for an answer."""
    return queries.asked_of(db(), learner_id()) if viewer() else ()


def own_applications() -> Sequence[Application]:
    """The learner's applications that are news."""
    return queries.recent_applications(db(), learner_id()) if viewer() else ()


def applications_by_me() -> Sequence[Application]:
    """What the viewer has applied for others."""
    return queries.applications_made_by(db(), signed_in())
