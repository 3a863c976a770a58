"""Emptying the outbox: claim, commit, call the provider in threads, complete. Nothing here holds a transaction open
while a provider is called; a process may die at any point."""

import threading
import time
from collections.abc import Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait

from sqlalchemy.exc import SQLAlchemyError

from config import Settings
from senior_univ.core.db import Database
from senior_univ.core.logs import event, log
from senior_univ.reminders import outbox
from senior_univ.reminders.models import Priority
from senior_univ.reminders.senders import Lease, Lookup, NotSent, NotThere, Outgoing, Result, Sender, Sought, Unknown

CODES = (Priority.CODE,)
TEXTS = (Priority.URGENT, Priority.ORDINARY)
EVERYTHING = (*CODES, *TEXTS)
THREADS = 16
"""Texts that one worker has at the provider at once; no more are claimed, so that none waits out its lease."""

PATIENCE = 0.5
"""Seconds after which a worker looks again for what is due, however long the provider takes."""


class Dispatcher:
    """One worker's way from the outbox to the provider and back. ``stop`` lets what is on its way arrive."""

    def __init__(self, database: Database, settings: Settings, sender: Sender) -> None:
        self.database = database
        self.settings = settings
        self.sender = sender
        self.stopping = threading.Event()

    def stop(self) -> None:
        """Claim no further batch."""
        self.stopping.set()

    def run(self, priorities: Sequence[Priority] = EVERYTHING) -> int:
        """Send until nothing of these priorities is due; returns how many attempts were made.

        A provider that hangs holds up its own text alone: what becomes due meanwhile is claimed for the free threads.
        """
        made = 0
        flying: set[Future[None]] = set()
        with ThreadPoolExecutor(THREADS, thread_name_prefix="send") as threads:
            while not self.stopping.is_set():
                outgoing = self._claim(priorities, THREADS - len(flying))
                made += len(outgoing)
                flying |= {threads.submit(self._deliver, each) for each in outgoing}
                if not flying:
                    break
                flying = self._wait(flying)
        return made

    def _wait(self, flying: set[Future[None]]) -> set[Future[None]]:
        """Wait until half of the threads are free, or for a moment; returns what is still on its way."""
        until = time.monotonic() + PATIENCE
        while flying and time.monotonic() < until:
            _done, flying = wait(flying, timeout=PATIENCE, return_when=FIRST_COMPLETED)
            if len(flying) <= THREADS // 2:
                break
        return flying

    def _claim(self, priorities: Sequence[Priority], size: int) -> list[Outgoing]:
        """The next texts to send; what was ended or put off makes room for further ones."""
        while size and self._is_anything_due(priorities):
            lease = Lease(self.settings.message_lease)
            with self.database.write() as session:
                outgoing = outbox.claim(
                    session, self.settings, priorities=priorities, lease=lease, sender=self.sender.name, size=size
                )
            if outgoing:
                return outgoing
        return []

    def _is_anything_due(self, priorities: Sequence[Priority]) -> bool:
        with self.database.read() as session:
            return outbox.is_anything_due(session, priorities)

    def _deliver(self, outgoing: Outgoing) -> None:
        result = self._send(outgoing)
        try:
            with self.database.write() as session:
                is_ours = outbox.complete(session, outgoing, result)
        except SQLAlchemyError:
            log.exception("an outcome could not be written; the reaper will ask the provider")
            return
        if not is_ours:
            event("an outcome came late", message=outgoing.message_id, attempt=outgoing.attempt)

    def _send(self, outgoing: Outgoing) -> Result:
        if outgoing.lease.is_half_over:
            return NotSent(retry_after=0, reason="lease_over")
        try:
            return self.sender.send(outgoing)
        except Exception:  # noqa: BLE001  # whatever it was, the text may have gone
            log.exception("a sender failed")
            return Unknown("error")

    def reap(self) -> int:
        """Look up what became of texts whose sender never said; returns how many look-ups were made."""
        made = 0
        with self.database.write() as session:
            outbox.call_unknown(session)
        with ThreadPoolExecutor(THREADS, thread_name_prefix="ask") as threads:
            while not self.stopping.is_set() and (wanted := self._take_unknown()):
                made += len(wanted)
                list(threads.map(self._settle, wanted))
        return made

    def _take_unknown(self) -> list[Sought]:
        with self.database.write() as session:
            return outbox.take_unknown(session, self.settings, THREADS)

    def _settle(self, sought: Sought) -> None:
        found = self._look_up(sought)
        with self.database.write() as session:
            outbox.settle(session, sought, found, self.settings)

    def _look_up(self, sought: Sought) -> Lookup:
        try:
            return self.sender.lookup(sought)
        except Exception:  # noqa: BLE001  # nothing is known
            log.exception("a look-up failed")
            return NotThere.NO_ANSWER
