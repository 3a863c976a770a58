"""``flask scheduler``: the process that ticks. Any number of them may run; the database is the queue."""

import logging
import signal
import threading
from collections.abc import Callable
from contextlib import ExitStack
from datetime import datetime, timedelta

import click
from apscheduler.schedulers.background import BackgroundScheduler
from apscheduler.triggers.interval import IntervalTrigger
from flask import Flask, current_app
from sqlalchemy.exc import SQLAlchemyError

from senior_univ.core import clock
from senior_univ.core.db import Database
from senior_univ.core.health import database_problem
from senior_univ.core.logs import event, log
from senior_univ.reminders import senders, wording, workers
from senior_univ.reminders.dispatch import Dispatcher

Job = Callable[[Flask], object]


def init_app(app: Flask) -> None:
    """Add ``flask scheduler``."""

    @app.cli.command("scheduler")
    def scheduler() -> None:
        """Plan and send texts until SIGTERM or Ctrl-C."""
        run(current_app._get_current_object())  # type: ignore[attr-defined]  # noqa: SLF001  # Flask's documented way


def run(app: Flask) -> None:
    """Tick until told to stop; what is on its way to a provider arrives first."""
    settings, database = app.config["SETTINGS"], app.extensions["database"]
    if problem := database_problem(database):
        raise click.ClickException("the scheduler does not start: " + problem)
    try:
        loaded = senders.load_all(settings, database)
    except ValueError as error:
        raise click.ClickException(f"the scheduler does not start: {error}") from error
    with database.read() as session:
        for words in wording.problems(session):
            log.error("%s The shipped text goes instead.", words)
    app.extensions["dispatcher"] = dispatcher = Dispatcher(database, settings, loaded)
    app.extensions["worker"] = name = workers.new_name()
    ticking = make_scheduler(app)
    with ExitStack() as at_the_end:
        at_the_end.callback(database.engine.dispose)
        at_the_end.callback(sign_off, database, name)
        at_the_end.callback(ticking.shutdown, wait=True)
        at_the_end.callback(dispatcher.stop)
        ticking.start()
        event("scheduler started", jobs=len(app.extensions["jobs"]), sender=loaded.default.name, worker=name)
        wait_for_signal()
    event("scheduler stopped")


def sign_off(database: Database, name: str) -> None:
    """Take the worker's row away, if the database still answers."""
    try:
        with database.write() as session:
            workers.leave(session, name)
    except SQLAlchemyError:
        log.exception("the worker could not sign off")


def make_scheduler(app: Flask) -> BackgroundScheduler:
    """A scheduler of ``app.extensions["jobs"]``, which keeps nothing: a tick missed is a tick made up by the next."""
    logging.getLogger("apscheduler").setLevel(logging.CRITICAL)  # a tick passed over while the last one runs is no news
    scheduler = BackgroundScheduler(
        timezone=clock.zone(), job_defaults={"coalesce": True, "misfire_grace_time": None, "max_instances": 1}
    )
    for name, seconds, function in app.extensions["jobs"]:
        trigger = IntervalTrigger(seconds=seconds, start_date=next_tick(seconds), timezone=clock.zone())
        scheduler.add_job(run_job, trigger, (app, name, function), id=name)
    return scheduler


def next_tick(seconds: int) -> datetime:
    """A minute's job ticks at the full minute, so that a run begins at its very time."""
    since_midnight = clock.local(clock.now()) - datetime.combine(clock.today(), datetime.min.time(), clock.zone())
    return clock.now() + timedelta(seconds=seconds - int(since_midnight.total_seconds()) % seconds)


def run_job(app: Flask, name: str, function: Job) -> None:
    """One tick; a failure is logged without the values it failed on, and the next tick comes."""
    with app.app_context():
        try:
            function(app)
        except Exception:  # noqa: BLE001  # the next tick may succeed
            log.exception("a job failed: %s", name)


def wait_for_signal() -> None:
    """Until SIGTERM or Ctrl-C."""
    told = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda _number, _frame: told.set())
    told.wait()
