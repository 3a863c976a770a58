"""What teaching sets up on the application: its job."""

from flask import Flask

from senior_univ.teaching import jobs


def init_app(app: Flask) -> None:
    """Add the job to ``app.extensions["jobs"]``."""
    app.extensions.setdefault("jobs", []).append(("papers", jobs.TICK, jobs.remind))
