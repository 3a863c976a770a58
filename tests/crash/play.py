"""One crash test: texts are due, workers send them, and are killed and stopped on the way; then the books are compared.

``Extent`` says how much, ``play`` plays, ``Verdict`` is what came of it.
"""

import random
import subprocess
import time
from collections import Counter, deque
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field, replace
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.exc import SQLAlchemyError
from tqdm import tqdm

from senior_univ.core.db import Database
from senior_univ.reminders import actions
from senior_univ.reminders.models import Message, MessageKind, MessageState
from tests.crash.processes import RunningProvider, Workers, provider, workers
from tests.crash.provider import ACCOUNT, TOKEN, Behaviour
from tests.servers import serve

AT_ONCE = 2000
TIMEOUT, LEASE, SETTLING = 2, 6, 5
ON_THE_WAY = (MessageState.DUE, MessageState.SUBMITTING, MessageState.UNKNOWN)
TAKEN = (MessageState.ACCEPTED, MessageState.DELIVERED)
QUICK = {
    "SENDER_TIMEOUT": str(TIMEOUT),
    "MESSAGE_LEASE": str(LEASE),
    "MESSAGE_SETTLING": str(SETTLING),
    "MESSAGE_PARK_AFTER": "20",
} | dict.fromkeys(("QUIET_FROM", "QUIET_UNTIL", "NOON_QUIET_FROM", "NOON_QUIET_UNTIL"), "00:00")
"""Short times; no quiet hours, since this runs at any hour."""


@dataclass(frozen=True)
class Extent:
    """How much is sent and what happens on the way."""

    texts: int = 100_000
    workers: int = 4
    kills: int = 50
    stops: int = 10
    stop_seconds: float = LEASE + 2 * SETTLING + 7
    """So long that what a stopped worker had claimed has been sent by another before it goes on."""
    restart: Callable[[], None] | None = None
    behaviour: Behaviour = field(default_factory=lambda: Behaviour(faults=0.01, hang=2.0 * TIMEOUT, receipts=0.2))
    mutation: str = ""
    patience: float = 120
    """Seconds without any movement after which it is over."""


@dataclass(frozen=True)
class Verdict:
    """What the outbox says beside what the provider has."""

    twice: int
    lost: int
    states: Counter[MessageState]
    unexplained: int
    accepted: int
    seconds: float
    kills: int
    stops: int
    played: dict[str, int]

    @property
    def is_good(self) -> bool:
        """None twice, none lost, everything ended and explained."""
        return not (self.twice or self.lost or self.unexplained or any(self.states[each] for each in ON_THE_WAY))

    def __str__(self) -> str:
        states = ", ".join(f"{number} {state.value}" for state, number in self.states.most_common())
        return (
            f"{self.twice} twice, {self.lost} lost, {self.unexplained} unexplained; {self.accepted} accepted by the"
            f" provider; {states}; {self.kills} killed, {self.stops} stopped; {self.seconds:.0f} s;"
            f" {', '.join(f'{number} {what}' for what, number in sorted(self.played.items()))}"
        )


def queue(database: Database, count: int, first: int = 0) -> None:
    """Texts that are due now, each to a number of its own and with words of its own."""
    for begin in range(first, first + count, AT_ONCE):
        rows = []
        for number in range(begin, min(begin + AT_ONCE, first + count)):
            row = actions.row_of(f"crash:{number}", MessageKind.GRANT_GIVEN, f"+86138{number:08d}", "")
            parameters = {"name": f"学员{number}", "relative": "李芳", "phones": ["03192020001"]}
            rows.append(row | {"parameters": parameters})
        with database.write() as session:
            actions.queue_rows(session, rows)


def play(database: Database, extent: Extent) -> Verdict:
    """Send it all; returns what came of it."""
    url = database.engine.url.render_as_string(hide_password=False)
    queue(database, extent.texts)
    began = time.monotonic()
    with _web(url, extent) as base:
        behaviour = replace(extent.behaviour, web=base if extent.behaviour.receipts else "")
        with provider(behaviour) as running:
            environment = running.environment(DATABASE_URL=url, PUBLIC_URL=base, MUTATION=extent.mutation, **QUICK)
            with workers(environment, extent.workers) as started:
                trouble = Trouble(database, extent, started, running)
                trouble.make()
            truth = running.truth()
    return _compare(database, truth, trouble, time.monotonic() - began)


def _web(url: str, extent: Extent) -> AbstractContextManager[str]:
    """A web process that takes the receipts."""
    if not extent.behaviour.receipts:
        return nullcontext("http://127.0.0.1:9")
    known = {"SMS_SENDER": "twilio", "TWILIO_ACCOUNT_SID": ACCOUNT, "TWILIO_AUTH_TOKEN": TOKEN}
    return serve(url, "--log-level", "error", **known, TWILIO_FROM="+15005550006", TWILIO_API_URL="http://127.0.0.1:9")


class Trouble:
    """Kills and stops workers, spread over the whole of it, and waits until nothing is on its way any more."""

    def __init__(self, database: Database, extent: Extent, started: Workers, running: RunningProvider) -> None:
        self.database, self.extent, self.started, self.running = database, extent, started, running
        self.chance = random.Random(extent.texts)  # noqa: S311  # any moment will do
        self.kills = self.stops = 0
        self.halted: list[tuple[float, subprocess.Popen[bytes]]] = []

    def make(self) -> None:
        """Until the outbox has ended, or nothing has moved for long."""
        due = deque(self._plan())
        moved, left = time.monotonic(), self.extent.texts
        with tqdm(total=self.extent.texts, unit="text", disable=None) as bar:
            while time.monotonic() - moved < self.extent.patience:
                time.sleep(0.2)
                self._wake()
                accepted = self.running.count()
                if accepted > bar.n:
                    moved = time.monotonic()
                bar.update(accepted - bar.n)
                while due and accepted >= due[0][0]:
                    due.popleft()[1]()
                if not due and not self.halted and accepted >= 0.95 * self.extent.texts:
                    left, before = self._left(), left
                    moved = time.monotonic() if left < before else moved
                    if not left:
                        return

    def _plan(self) -> list[tuple[int, Callable[[], None]]]:
        """At how many accepted texts what happens; all within the first nine tenths."""
        extent, most = self.extent, 0.9 * self.extent.texts
        plan = [(int(most * (number + 1) / (extent.kills + 1)), self._kill) for number in range(extent.kills)]
        plan += [(int(most * (number + 0.5) / extent.stops), self._halt) for number in range(extent.stops)]
        if extent.restart is not None:
            plan.append((extent.texts // 2, extent.restart))
        return sorted(plan, key=lambda each: each[0])

    def _kill(self) -> None:
        time.sleep(self.chance.random() * 0.1)
        if self.started.running:
            self.started.kill(self.chance.choice(self.started.running))
            self.kills += 1
        self.started.start()

    def _halt(self) -> None:
        """The one that has run for longest is the likeliest to be in the middle of something."""
        if self.started.running:
            worker = self.started.running[0]
            self.started.halt(worker)
            self.halted.append((time.monotonic() + self.extent.stop_seconds, worker))
            self.stops += 1

    def _wake(self) -> None:
        for each in [each for each in self.halted if each[0] <= time.monotonic()]:
            self.halted.remove(each)
            self.started.go_on(each[1])

    def _left(self) -> int:
        try:
            with self.database.read() as session:
                return session.scalar(select(func.count(Message.id)).where(Message.state.in_(ON_THE_WAY))) or 0
        except SQLAlchemyError:
            return self.extent.texts


def _compare(database: Database, truth: dict[str, Any], trouble: Trouble, seconds: float) -> Verdict:
    """A text is lost where one side has it and the other does not, or where it is still on its way."""
    accepted = {int(name.rpartition("/")[2]) for name in truth["names"]}
    with database.read() as session:
        rows = session.execute(select(Message.id, Message.state, Message.explanation)).all()
    taken = {row.id for row in rows if row.state in TAKEN}
    known = {row.id for row in rows if row.state in (*TAKEN, MessageState.FAILED, MessageState.PARKED)}
    unsaid = (MessageState.FAILED, MessageState.PARKED, MessageState.EXPIRED, MessageState.SUPPRESSED)
    return Verdict(
        twice=len(truth["twice"]),
        lost=len(taken - accepted) + len(accepted - known) + sum(row.state in ON_THE_WAY for row in rows),
        states=Counter(row.state for row in rows),
        unexplained=sum(row.state in unsaid and not row.explanation for row in rows),
        accepted=truth["accepted"],
        seconds=seconds,
        kills=trouble.kills,
        stops=trouble.stops,
        played=truth["played"],
    )
