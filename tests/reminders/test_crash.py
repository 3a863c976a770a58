"""Real worker processes against a provider over HTTP, killed and stopped at any moment: none twice, none lost."""

import os
import random
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import func, select

from config import Settings
from senior_univ import create_app
from senior_univ.core.db import Database
from senior_univ.reminders import actions
from senior_univ.reminders.models import Message, MessageKind, MessageState, Priority
from tests.crash.play import Extent, play
from tests.reminders.fake_twilio import Fake, environment, fake_twilio
from tests.servers import ROOT

TEXTS = 150
LEASE, SETTLING = 3, 2
OPEN = (MessageState.DUE, MessageState.SUBMITTING, MessageState.UNKNOWN)
QUICK = {"SENDER_TIMEOUT": "1", "MESSAGE_LEASE": str(LEASE), "MESSAGE_SETTLING": str(SETTLING)}
PATIENT = {"SENDER_TIMEOUT": "10", "MESSAGE_LEASE": "30"}


class Workers:
    """Scheduler processes as ``make run`` and production start them."""

    def __init__(self, database: Database, fake: Fake, hurry: dict[str, str]) -> None:
        url = database.engine.url.render_as_string(hide_password=False)
        self.surroundings = os.environ | environment(fake, DATABASE_URL=url, **hurry)
        self.running: list[subprocess.Popen[bytes]] = []

    def start(self) -> subprocess.Popen[bytes]:
        command = [sys.executable, "-m", "flask", "--app", "wsgi", "scheduler"]
        worker = subprocess.Popen(command, cwd=ROOT, env=self.surroundings, stderr=subprocess.DEVNULL)
        self.running.append(worker)
        return worker

    def kill(self, worker: subprocess.Popen[bytes]) -> None:
        worker.kill()
        worker.wait()
        self.running.remove(worker)

    def end(self) -> None:
        for worker in self.running:
            worker.send_signal(signal.SIGCONT)
            worker.terminate()
        for worker in self.running:
            worker.wait()


@contextmanager
def workers(database: Database, fake: Fake, hurry: dict[str, str] = QUICK) -> Iterator[Workers]:
    started = Workers(database, fake, hurry)
    try:
        yield started
    finally:
        started.end()


def queue(database: Database, count: int = TEXTS) -> None:
    with database.write() as session:
        for number in range(count):
            parameters = {"name": f"学员{number}", "relative": "李芳", "phones": []}
            message = actions.queue(
                session, key=f"k{number}", kind=MessageKind.GRANT_GIVEN, phone="+8613800138000", parameters=parameters
            )
            assert message
            message.priority = Priority.CODE  # whatever the hour at which this test runs


def count_of(database: Database, *states: MessageState) -> int:
    with database.read() as session:
        return session.scalar(select(func.count()).where(Message.state.in_(states))) or 0


def wait_until(is_so: object, seconds: float) -> None:
    deadline = time.monotonic() + seconds
    while not is_so() and time.monotonic() < deadline:  # type: ignore[operator]
        time.sleep(0.1)


def states(database: Database) -> Counter[MessageState]:
    with database.read() as session:
        return Counter(session.scalars(select(Message.state)))


def played_faults(share: float) -> object:
    chance = random.Random(4)  # noqa: S311  # plays a provider
    faults = ("hang", "reset", "500", "500-before", 20429)
    return lambda _form: chance.choice(faults) if chance.random() < share else None


def test_workers_killed_at_any_moment_send_each_text_once(database: Database) -> None:
    queue(database)
    fault = played_faults(0.02)
    with fake_twilio(before=0.025, after=0.025, fault=fault) as fake, workers(database, fake) as started:
        started.start()
        started.start()
        for number in range(3):
            sent = len(fake.accepted)
            wait_until(lambda sent=sent: len(fake.accepted) > sent + 20, 10)
            time.sleep(0.01 * number)
            started.kill(started.running[0])
            started.start()
        wait_until(lambda: count_of(database, *OPEN) == 0, 60)
        times = fake.times()
    assert set(times.values()) == {1}, "a text was sent twice"
    assert len(times) == TEXTS, "a text was lost"
    assert states(database) == {MessageState.ACCEPTED: TEXTS}


def test_a_worker_stopped_beyond_its_lease_sends_nothing_that_another_has_sent(database: Database) -> None:
    queue(database)
    with fake_twilio(before=0.025, after=0.025) as fake, workers(database, fake) as started:
        stopped = started.start()
        wait_until(lambda: len(fake.accepted) > 20, 20)
        stopped.send_signal(signal.SIGSTOP)
        started.start()
        # One that was stopped within a write transaction on SQLite keeps everybody waiting.
        wait_until(lambda: count_of(database, *OPEN) == 0, 12)
        stopped.send_signal(signal.SIGCONT)
        wait_until(lambda: count_of(database, *OPEN) == 0, 60)
        time.sleep(1)
        times = fake.times()
    assert set(times.values()) == {1}, "a text was sent twice"
    assert len(times) == TEXTS, "a text was lost"
    assert states(database) == {MessageState.ACCEPTED: TEXTS}


def test_a_provider_that_cannot_be_asked_is_given_nothing_twice(database: Database) -> None:
    queue(database, 60)
    with fake_twilio(before=0.025, after=0.025, can_list=False) as fake, workers(database, fake) as started:
        started.start()
        wait_until(lambda: len(fake.accepted) > 10, 15)
        started.kill(started.running[0])
        started.start()
        wait_until(lambda: count_of(database, MessageState.DUE, MessageState.SUBMITTING) == 0, 40)
        times = fake.times()
    assert set(times.values()) == {1}
    assert not states(database).keys() - {MessageState.ACCEPTED, MessageState.UNKNOWN}


def test_a_worker_that_is_told_to_end_lets_its_texts_arrive(database: Database) -> None:
    queue(database)
    with fake_twilio(before=0.1, after=0.1) as fake, workers(database, fake, PATIENT) as started:
        worker = started.start()
        wait_until(lambda: len(fake.accepted) > 5, 30)
        worker.terminate()
        assert worker.wait(30) == 0
        times = fake.times()
    assert set(times.values()) == {1}
    assert count_of(database, MessageState.ACCEPTED) == len(times)
    assert count_of(database, MessageState.DUE) == TEXTS - len(times)


@pytest.mark.parametrize("sender", ["nothing", "senders.console", ""])
def test_a_sender_that_is_none_is_refused_in_words(app: Flask, sender: str) -> None:
    app.config["SETTINGS"] = replace(app.config["SETTINGS"], sender=sender)
    refused = app.test_cli_runner().invoke(args=["scheduler"])
    assert refused.exit_code == 1
    assert "is no sender" in refused.output


def test_an_unready_database_is_refused_in_words(tmp_path: Path) -> None:
    app = create_app(Settings.from_environment({"DATABASE_URL": f"sqlite:///{tmp_path}/empty.db"}))
    refused = app.test_cli_runner().invoke(args=["scheduler"])
    app.extensions["database"].engine.dispose()
    assert refused.exit_code == 1
    assert "is not migrated" in refused.output


SHORT = Extent(texts=600, workers=2, kills=3, stops=1, patience=60)


def test_whoever_dies_or_stands_still_each_text_is_sent_once_and_ends_explained(database: Database) -> None:
    verdict = play(database, SHORT)
    assert verdict.is_good, verdict
    assert (verdict.kills, verdict.stops) == (SHORT.kills, SHORT.stops)
