"""What allocation sets up on the application: the job that draws and gives places by itself."""

from flask import Flask

from senior_univ.allocation import jobs


def init_app(app: Flask) -> None:
    """Add the job to ``app.extensions["jobs"]``."""
    app.extensions.setdefault("jobs", []).append(("allocation", jobs.EVERY_SECONDS, jobs.give_places))
