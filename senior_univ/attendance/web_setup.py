"""The job that finds who lives alone and is missed."""

from flask import Flask

from senior_univ.attendance import absences
from senior_univ.core.logs import event

LOOK_EVERY_SECONDS = 5 * 60


def look_for_absent(app: Flask) -> None:
    """The scheduler's job: told within the hour, whether or not the teacher marked her."""
    with app.app_context(), app.extensions["database"].write() as session:
        told = absences.look(session)
    if told:
        event("absences of people who live alone told", count=told)


def init_app(app: Flask) -> None:
    """Set up the job."""
    app.extensions.setdefault("jobs", []).append(("look for the absent", LOOK_EVERY_SECONDS, look_for_absent))
