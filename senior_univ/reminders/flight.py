"""Texts on their way: threads that each take one at a time to its sender, and what they bring back.

Texts are claimed somewhat ahead of the threads, so that none waits for the database; never more than is sent within a
moment at the pace of the last ones, so that none waits out its lease.
"""

import threading
import time
from collections.abc import Callable, Iterable
from queue import Empty, SimpleQueue
from types import TracebackType
from typing import Self

from senior_univ.reminders.senders import Outgoing, Result

AHEAD = 0.25
"""Seconds of work that may lie ready."""

MOST_AHEAD = 4
"""Times as many as there are threads."""

TOGETHER = 0.05
"""Seconds within which outcomes are gathered, to be written together."""

Landed = tuple[Outgoing, Result]


class Flight:
    """The threads of one run; leaving the block lets everything arrive."""

    def __init__(self, threads: int, send: Callable[[Outgoing], Result]) -> None:
        self.threads = threads
        self.send = send
        self.size = 0
        self.pace = float("inf")
        self._ready: SimpleQueue[Outgoing | None] = SimpleQueue()
        self._landed: SimpleQueue[Landed] = SimpleQueue()
        self._started: list[threading.Thread] = []

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, _kind: type[BaseException] | None, _error: BaseException | None, _trace: TracebackType | None
    ) -> None:
        for _each in self._started:
            self._ready.put(None)
        for each in self._started:
            each.join()

    @property
    def room(self) -> int:
        """How many more may be claimed."""
        ahead = min(MOST_AHEAD * self.threads, int(self.threads * AHEAD / self.pace))
        return max(0, self.threads + ahead - self.size)

    @property
    def wants_more(self) -> bool:
        """Whether it is worth asking the database again."""
        return self.room * 2 >= self.threads

    def take_off(self, outgoing: Iterable[Outgoing]) -> None:
        """Hand texts to the threads, which begin as they are needed."""
        for each in outgoing:
            self.size += 1
            self._ready.put(each)
            if len(self._started) < min(self.threads, self.size):
                thread = threading.Thread(target=self._work, name="send", daemon=True)
                self._started.append(thread)
                thread.start()

    def _work(self) -> None:
        while (outgoing := self._ready.get()) is not None:
            began = time.monotonic()
            result = self.send(outgoing)
            self._note(time.monotonic() - began)
            self._landed.put((outgoing, result))

    def _note(self, seconds: float) -> None:
        """The pace is that of the slow ones: it falls at once and recovers little by little."""
        slower = self.pace == float("inf") or seconds > self.pace
        self.pace = max(seconds if slower else self.pace * 0.9 + seconds * 0.1, 0.001)

    def landed(self, patience: float) -> list[Landed]:
        """What came back: all that comes within a moment of the first; nothing after ``patience`` seconds."""
        try:
            found = [self._landed.get(timeout=patience)]
        except Empty:
            return []
        until = time.monotonic() + TOGETHER
        while len(found) < self.size and (left := until - time.monotonic()) > 0:
            try:
                found.append(self._landed.get(timeout=left))
            except Empty:
                break
        self.size -= len(found)
        return found
