"""Texts a second through four workers, a provider of 50 ms over HTTP and the official client, beside procrastinate doing
the same call; the queues alone, where both only wait; and how long a text takes from its claim on a quiet day."""

import asyncio
import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from statistics import quantiles

from sqlalchemy import func, select, text

from senior_univ.core.db import Database
from senior_univ.reminders.models import Message, MessageState
from tests.bench.figures import Figure
from tests.bench.worker import connector, tasks
from tests.conftest import seed
from tests.crash.play import QUICK, queue
from tests.crash.processes import RunningProvider, provider
from tests.crash.provider import Behaviour
from tests.servers import ROOT

WORKERS = 4
THREADS = {"http": 16, "wait": 32}
ARRIVALS, ARRIVING_SECONDS = 100, 30
LONGEST = 900
BESIDE = "procrastinate, as many at once, the same call"


class Side:
    """One queue on a database of its own."""

    def __init__(self, kind: str, url: str) -> None:
        self.kind, self.url = kind, url
        self.database = Database(url)
        seed(url)
        if kind == "procrastinate":
            asyncio.run(self._lay())

    async def _lay(self) -> None:
        async with tasks(connector(self.url)).open_async() as app:
            await app.schema_manager.apply_schema_async()

    def fill(self, way: str, count: int) -> None:
        """So many are due."""
        if self.kind == "ours":
            queue(self.database, count)
        else:
            asyncio.run(self._defer(way, count))

    async def _defer(self, way: str, count: int) -> None:
        async with tasks(connector(self.url)).open_async() as app:
            for first in range(0, count, 1000):
                numbers = range(first, min(first + 1000, count))
                await app.configure_task(way).batch_defer_async(*({"number": number} for number in numbers))

    def done(self) -> int:
        """How many have been sent and are written down as such."""
        with self.database.read() as session:
            if self.kind == "ours":
                return session.scalar(select(func.count()).where(Message.state == MessageState.ACCEPTED)) or 0
            return session.scalar(text("SELECT count(*) FROM procrastinate_jobs WHERE status = 'succeeded'")) or 0


@contextmanager
def workers(side: Side, way: str, environment: dict[str, str]) -> Iterator[list[float]]:
    """Four workers; what they took is in the list once the block has ended."""
    took: list[float] = []
    surroundings = os.environ | environment | QUICK | {"MESSAGE_LEASE": "60", "SENDER_TIMEOUT": "10"}
    surroundings |= {"DATABASE_URL": side.url, "SENDER_THREADS": str(THREADS[way])}
    command = [sys.executable, "-m", "tests.bench.worker", side.kind, way]
    running = [
        subprocess.Popen(command, cwd=ROOT, env=surroundings, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        for _number in range(WORKERS)
    ]
    try:
        yield took
    finally:
        for each in running:
            output, _errors = each.communicate()
            took += json.loads(output or "[]")


def rate(done: Callable[[], int], count: int) -> float:
    """How many a second, from the first tenth to the last."""
    marks: list[tuple[float, int]] = []
    began = time.monotonic()
    while not marks or marks[-1][1] < 0.9 * count:
        if time.monotonic() - began > LONGEST:
            raise RuntimeError(f"{done()} of {count} after {LONGEST} s")
        time.sleep(0.2)
        so_far = done()
        if so_far >= 0.1 * count:
            marks.append((time.monotonic(), so_far))
    (first_at, first), (last_at, last) = marks[0], marks[-1]
    return (last - first) / (last_at - first_at)


def _rates(url: Callable[[str], str], way: str, count: int, environment: dict[str, str]) -> tuple[float, float]:
    """Ours and procrastinate's, one after the other."""
    found = []
    for kind in ("ours", "procrastinate"):
        side = Side(kind, url(f"dispatch_{kind}_{way}"))
        side.fill(way, count)
        with workers(side, way, environment):
            found.append(rate(side.done, count))
        side.database.engine.dispose()
    return found[0], found[1]


def _waits(url: Callable[[str], str], running: RunningProvider) -> float:
    """Seconds from claim to outcome for 95 of 100, at a hundred arrivals a second."""
    side = Side("ours", url("dispatch_arrivals"))
    with workers(side, "http", running.environment(PUBLIC_URL="http://127.0.0.1:9")) as took:
        for number in range(ARRIVING_SECONDS * 10):
            due = time.monotonic() + 0.1
            queue(side.database, ARRIVALS // 10, first=number * ARRIVALS // 10)
            time.sleep(max(0, due - time.monotonic()))
        time.sleep(2)
    side.database.engine.dispose()
    return quantiles(took, n=20)[-1]


def measure(url: Callable[[str], str], count: int) -> Iterator[Figure]:
    """All of it; ``url`` makes an empty database of that name."""
    with provider(Behaviour()) as running:
        ours, theirs = _rates(url, "http", count, running.environment(PUBLIC_URL="http://127.0.0.1:9"))
        yield Figure("dispatch_per_s", ours, "texts/s", aim="≥ 800")
        yield Figure("dispatch_vs_procrastinate", ours, "texts/s", theirs, BESIDE, "ratio ≥ 1.50")
        yield Figure("claim_to_accept_p95_s", _waits(url, running), "s")
    ours, theirs = _rates(url, "wait", count, {})
    yield Figure("queue_per_s", ours, "texts/s", theirs, "procrastinate, only waiting", "≥ 2,000, ratio ≥ 3.00")
