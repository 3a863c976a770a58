"""What the timetable sets up on the application: its job."""

from flask import Flask

from senior_univ.timetable import making_up

MAKE_UP_EVERY_SECONDS = 20


def init_app(app: Flask) -> None:
    """Add the job to ``app.extensions["jobs"]``."""
    app.extensions.setdefault("jobs", []).append(("make up lessons", MAKE_UP_EVERY_SECONDS, making_up.tick))
