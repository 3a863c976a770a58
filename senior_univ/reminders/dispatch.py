"""Emptying the outbox: claim, commit, call the provider in threads, complete. Nothing here holds a transaction open
while a provider is called; a process may die at any point."""

import threading
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

from sqlalchemy.exc import SQLAlchemyError

from config import Settings
from senior_univ.core.db import Database
from senior_univ.core.logs import event, log
from senior_univ.reminders import outbox, outcomes
from senior_univ.reminders.flight import Flight, Landed
from senior_univ.reminders.models import Channel, Priority
from senior_univ.reminders.outcomes import Asked
from senior_univ.reminders.parts import parts_of
from senior_univ.reminders.senders import (
    Accepted,
    Known,
    Lease,
    Lookup,
    NotSent,
    NotThere,
    Outgoing,
    Result,
    Sender,
    Senders,
    Unknown,
)

CODES = (Priority.CODE,)
TEXTS = (Priority.URGENT, Priority.ORDINARY)
EVERYTHING = (*CODES, *TEXTS)

PATIENCE = 0.5
"""Seconds after which a worker looks again for what is due, however long the provider takes."""

PAUSES = (0.2, 1, 2, 4, 8)
"""Seconds between tries to write outcomes to a database that does not answer; then the reaper asks the provider."""


class Dispatcher:
    """One worker's way from the outbox to the provider and back. ``stop`` lets what is on its way arrive.

    ``sent`` counts the texts that providers took from it.
    """

    def __init__(self, database: Database, settings: Settings, senders: Senders) -> None:
        self.database = database
        self.settings = settings
        self.senders = senders
        self.stopping = threading.Event()
        self.sent = 0

    def stop(self) -> None:
        """Claim no further batch."""
        self.stopping.set()

    def run(self, priorities: Sequence[Priority] = EVERYTHING) -> int:
        """Send until nothing of these priorities is due; returns how many attempts were made.

        A provider that hangs holds up its own text alone: what becomes due meanwhile is claimed for the free threads.
        """
        made = 0
        with Flight(self.settings.sender_threads, self._send) as flight:
            while True:
                if flight.wants_more and not self.stopping.is_set():
                    outgoing = self._claim(priorities, flight.room)
                    made += len(outgoing)
                    flight.take_off(outgoing)
                if not flight.size:
                    return made
                self._write(flight.landed(PATIENCE))

    def _claim(self, priorities: Sequence[Priority], size: int) -> list[Outgoing]:
        """The next texts to send; what was ended or put off makes room for further ones.

        A database that does not answer now is asked at the next tick; what is on its way arrives meanwhile.
        """
        try:
            while self._is_anything_due(priorities):
                lease = Lease(self.settings.message_lease)
                with self.database.write() as session:
                    outgoing = outbox.claim(
                        session, self.settings, self.senders, priorities=priorities, lease=lease, size=size
                    )
                if outgoing:
                    return outgoing
        except SQLAlchemyError:
            log.exception("nothing could be claimed")
        return []

    def _is_anything_due(self, priorities: Sequence[Priority]) -> bool:
        with self.database.read() as session:
            return outbox.is_anything_due(session, priorities)

    def _write(self, done: Sequence[Landed]) -> None:
        """Write outcomes; while the database does not answer, again and again for a while."""
        for pause in PAUSES if done else ():
            try:
                with self.database.write() as session:
                    late = outcomes.complete(session, done)
            except SQLAlchemyError:
                log.exception("outcomes could not be written")
                threading.Event().wait(pause)
                continue
            self.sent += sum(isinstance(result, Accepted) for _outgoing, result in done)
            for ref in late:
                event("an outcome came late", attempt=ref)
            return

    def _send(self, outgoing: Outgoing) -> Result:
        if outgoing.lease.is_half_over:
            return NotSent(retry_after=0, reason="lease_over")
        sender = self.senders.of(outgoing.sender)
        try:
            return _counted(sender.send(outgoing), outgoing, sender)
        except Exception:  # noqa: BLE001  # whatever it was, the text may have gone
            log.exception("a sender failed")
            return Unknown("error")

    def reap(self) -> int:
        """Look up what became of texts whose sender never said; returns how many look-ups were made."""
        made = 0
        self._call_unknown()
        with ThreadPoolExecutor(self.settings.sender_threads, thread_name_prefix="ask") as threads:
            while not self.stopping.is_set() and (wanted := self._take_unknown()):
                made += len(wanted)
                found = list(threads.map(self._look_up, wanted))
                answers = [(asked.sought, each) for asked, each in zip(wanted, found, strict=True)]
                with self.database.write() as session:
                    outcomes.settle(session, answers, self.settings)
        return made

    def _call_unknown(self) -> None:
        left = outcomes.MOST_REAPED
        while left == outcomes.MOST_REAPED:
            with self.database.write() as session:
                left = outcomes.call_unknown(session)

    def _take_unknown(self) -> list[Asked]:
        with self.database.write() as session:
            return outcomes.take_unknown(session, self.settings, 2 * self.settings.sender_threads)

    def _look_up(self, asked: Asked) -> Lookup:
        sender = self.senders.of(asked.sender)
        if sender.abilities.lookup is Known.NO:
            return NotThere.CANT_TELL
        try:
            return sender.lookup(asked.sought)
        except Exception:  # noqa: BLE001  # nothing is known
            log.exception("a look-up failed")
            return NotThere.NO_ANSWER


def _counted(result: Result, outgoing: Outgoing, sender: Sender) -> Result:
    """What a provider does not say of a text that it took: its parts, and what they cost by the settings' price."""
    if not isinstance(result, Accepted):
        return result
    own = 1 if outgoing.channel is Channel.VOICE else parts_of(outgoing.text)
    segments = own if result.segments is None else result.segments
    return replace(result, segments=segments, cost=segments * sender.price if result.cost is None else result.cost)
