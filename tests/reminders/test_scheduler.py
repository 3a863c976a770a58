"""The process that ticks: every feature's jobs, at their seconds, a failure never the end of it."""

import logging
import threading
from datetime import timedelta
from types import SimpleNamespace

import pytest
from flask import Flask, current_app
from sqlalchemy import select
from time_machine import Traveller

from senior_univ.core import clock
from senior_univ.core.db import Database
from senior_univ.reminders import cli, workers
from senior_univ.reminders.models import Worker
from tests.reminders.conftest import at


def test_every_job_ticks_and_one_that_fails_stops_no_other(app: Flask, caplog: pytest.LogCaptureFixture) -> None:
    ticked = threading.Event()

    def fail(_app: Flask) -> None:
        raise RuntimeError

    def note(given: Flask) -> None:
        assert current_app._get_current_object() is given  # type: ignore[attr-defined]
        ticked.set()

    app.extensions["jobs"] = [("fails", 1, fail), ("works", 1, note)]
    scheduler = cli.make_scheduler(app)
    scheduler.start()
    try:
        assert ticked.wait(5)
        ticked.clear()
        assert ticked.wait(5)
    finally:
        scheduler.shutdown(wait=True)


def test_reminders_have_their_jobs_and_other_features_add_theirs(app: Flask) -> None:
    names = [name for name, _seconds, _function in app.extensions["jobs"]]
    assert {"codes", "texts", "plan", "unknown"} <= set(names)
    assert len(names) == len(set(names))


@pytest.mark.parametrize(
    ("now", "seconds", "next_tick"),
    [
        ("2026-03-10 17:59:30", 60, "2026-03-10 18:00:00"),
        ("2026-03-10 18:00:00", 60, "2026-03-10 18:01:00"),
        ("2026-03-10 18:00:01", 1, "2026-03-10 18:00:02"),
    ],
)
def test_a_minute_s_job_ticks_at_the_full_minute(frozen: Traveller, now: str, seconds: int, next_tick: str) -> None:
    frozen.move_to(at(now))
    assert cli.next_tick(seconds) == at(next_tick)
    assert clock.now() == at(now)


def test_apscheduler_s_own_log_is_silent(app: Flask) -> None:
    cli.make_scheduler(app)
    assert logging.getLogger("apscheduler").level == logging.CRITICAL


def test_a_worker_is_seen_while_it_runs_and_gone_when_it_has_ended(
    app: Flask, database: Database, frozen: Traveller
) -> None:
    app.extensions["worker"] = name = workers.new_name()
    app.extensions["dispatcher"] = SimpleNamespace(sent=3)
    workers.say_that_i_run(app)
    frozen.shift(10)
    app.extensions["dispatcher"].sent = 8
    workers.say_that_i_run(app)
    with database.read() as session:
        seen = session.scalars(select(Worker)).one()
    assert (seen.sent, seen.seen_at, seen.started_at) == (8, clock.now(), clock.now() - timedelta(seconds=10))
    cli.sign_off(database, name)
    with database.read() as session:
        assert session.scalars(select(Worker)).all() == []
