"""What waiting sets up on the application: its job, and functions by which any page shows places in queues."""

from flask import Flask

from senior_univ.core.web import db, learner_id, signed_in, viewer
from senior_univ.waiting import jobs, queries
from senior_univ.waiting.queries import HerPlace


def init_app(app: Flask) -> None:
    """Add the job and the templates' functions."""
    app.extensions.setdefault("jobs", []).append(("waiting", 60, jobs.pass_on))
    app.jinja_env.globals.update(
        waiting_place=waiting_place, waiting_places=waiting_places, waiting_by_me=waiting_by_me
    )


def waiting_place(class_id: int) -> HerPlace | None:
    """The place in that class's queue of whoever's learning the page is about."""
    return queries.place_in(db(), class_id, learner_id()) if viewer() else None


def waiting_places() -> list[HerPlace]:
    """Every queue in which she waits."""
    return queries.places_of(db(), learner_id()) if viewer() else []


def waiting_by_me() -> list[HerPlace]:
    """Every queue in which somebody else waits by the viewer's hand."""
    return queries.places_joined_by(db(), signed_in())
