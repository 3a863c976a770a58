"""What allocation sets up on the application: its job, and a function by which the page of a class leads to its round."""

from flask import Flask

from senior_univ.allocation import jobs, queries
from senior_univ.allocation.models import AllocationRound
from senior_univ.core import clock
from senior_univ.core.web import db


def init_app(app: Flask) -> None:
    """Add the job to ``app.extensions["jobs"]`` and the templates' function."""
    app.extensions.setdefault("jobs", []).append(("allocation", jobs.EVERY_SECONDS, jobs.give_places))
    app.jinja_env.globals.update(round_giving=round_giving)


def round_giving(class_id: int) -> tuple[AllocationRound, bool] | None:
    """The round that gives the seats of a class, and whether applications are open; None where there is none."""
    found = queries.round_giving(db(), class_id)
    return (found, found.opens_at <= clock.now() < found.closes_at) if found else None
