"""A worker of the dispatch measures, until its standard input ends.

    python -m tests.bench.worker ours|procrastinate http|wait

``ours`` is the product's dispatcher as its scheduler runs it; ``procrastinate`` a worker with as many tasks at once.
Both hand each text over by the official client, or only wait as long as the provider takes. ours prints, in the end,
the seconds from each claim to the commit of its outcome.
"""

import asyncio
import json
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import procrastinate

from config import SenderSettings, Settings
from senior_univ.core import clock
from senior_univ.core.db import Database
from senior_univ.reminders.dispatch import TEXTS, Dispatcher
from senior_univ.reminders.senders import Accepted, Lease, Outgoing, Result, SenderBase, Senders, load_all
from senior_univ.reminders.senders.twilio import TwilioSender

SECONDS = 0.05
SETTINGS = Settings.from_environment()


class WaitingSender(SenderBase):
    """Only waits."""

    def send(self, outgoing: Outgoing) -> Result:
        time.sleep(SECONDS)
        return Accepted(outgoing.ref)


class TimedDispatcher(Dispatcher):
    """Notes how long each text took from its claim to the commit of its outcome."""

    took: list[float]

    def _write(self, done: Any) -> None:
        super()._write(done)
        now = time.monotonic()
        self.took += [now - outgoing.lease.began for outgoing, _result in done]


def ours(way: str) -> None:
    """Send what is due until told to end."""
    database = Database(SETTINGS.database_url)
    waiting = WaitingSender(SenderSettings("wait", "wait"))
    senders = Senders({"wait": waiting}, waiting) if way == "wait" else load_all(SETTINGS, database)
    dispatcher = TimedDispatcher(database, SETTINGS, senders)
    dispatcher.took = []
    ending = threading.Thread(target=lambda: (sys.stdin.read(), dispatcher.stop()), daemon=True)
    ending.start()
    while not dispatcher.stopping.wait(0.05):
        dispatcher.run(TEXTS)
    sys.stdout.write(json.dumps(dispatcher.took))


def tasks(connector: Any) -> procrastinate.App:
    """The same work as tasks."""
    app = procrastinate.App(connector=connector)
    sender = TwilioSender(SETTINGS) if SETTINGS.sender == "twilio" else None

    @app.task(name="wait")
    async def wait(number: int) -> None:
        await asyncio.sleep(SECONDS)

    @app.task(name="http")
    def send(number: int) -> None:
        assert sender
        text = f"【老年大学】您好，按您的要求，李芳可以代学员{number}办理选课、请假等事项。如有疑问请打0319-2020001。"
        outgoing = Outgoing(number, 1, f"+86138{number:08d}", text, clock.now(), None, Lease(60))
        result = sender.send(outgoing)
        if not isinstance(result, Accepted):
            raise RuntimeError(result)  # noqa: TRY004  # it is a task that failed

    return app


def connector(url: str) -> procrastinate.PsycopgConnector:
    """procrastinate's own, on that database."""
    conninfo = url.replace("postgresql+psycopg://", "postgresql://")
    return procrastinate.PsycopgConnector(conninfo=conninfo, min_size=4, max_size=16)


async def theirs() -> None:
    """Work until told to end."""
    app, loop = tasks(connector(SETTINGS.database_url)), asyncio.get_running_loop()
    loop.set_default_executor(ThreadPoolExecutor(SETTINGS.sender_threads + 2))
    async with app.open_async():
        working = asyncio.create_task(
            app.run_worker_async(
                concurrency=SETTINGS.sender_threads,
                wait=True,
                install_signal_handlers=False,
                fetch_job_polling_interval=1,
            )
        )
        await loop.run_in_executor(None, sys.stdin.read)
        working.cancel()
        await asyncio.gather(working, return_exceptions=True)
    sys.stdout.write("[]")


if __name__ == "__main__":
    if sys.argv[1] == "ours":
        ours(sys.argv[2])
    else:
        asyncio.run(theirs())
