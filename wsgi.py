"""The WSGI entry point: ``gunicorn wsgi:app``. Commands run through it, too: ``flask --app wsgi …``."""

import gc
import os

from senior_univ import StartRefusedError, create_app
from senior_univ.core.health import database_problem

app = create_app()

if app.config["SETTINGS"].is_production and not os.environ.get("FLASK_RUN_FROM_CLI"):
    if problem := database_problem(app.extensions["database"]):
        raise StartRefusedError("senior_univ does not start: " + problem)
    app.extensions["database"].engine.dispose()  # a forked worker must not share its parent's connection

gc.freeze()  # what is loaded stays: the collector need not look at it, and forked workers go on sharing it
