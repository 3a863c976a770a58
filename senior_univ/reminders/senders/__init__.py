"""What a sender is: something that hands one text to a provider and says what became of it.

Each lives in a module of its own, loaded by its name in the settings, with ``make(settings, database)``; so the SDK of
a provider that is not used is never imported. A sender never raises: what it cannot tell is ``Unknown``.
"""

import enum
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from importlib import import_module
from importlib.util import find_spec
from typing import Protocol

from config import Settings
from senior_univ.core.db import Database
from senior_univ.reminders.models import MessageState


@dataclass(frozen=True)
class Lease:
    """How long a claim lasts; taken before the claim's transaction begins.

    Measured by two clocks: the monotonic one runs on while a process is stopped, the wall clock also while a machine
    sleeps.
    """

    seconds: float
    began: float = field(default_factory=time.monotonic)
    began_on_wall: float = field(default_factory=time.time)

    @property
    def is_half_over(self) -> bool:
        """Whether it is too late to begin a send: the other half is for the provider's answer."""
        passed = max(time.monotonic() - self.began, time.time() - self.began_on_wall)
        return passed > self.seconds / 2


@dataclass(frozen=True)
class Outgoing:
    """One attempt to send one text. ``ref`` is the attempt's own and never used again."""

    message_id: int
    attempt: int
    phone: str
    text: str
    began_at: datetime
    expires_at: datetime | None
    lease: Lease

    @property
    def ref(self) -> str:
        """The attempt's name towards the provider."""
        return f"{self.message_id}.{self.attempt}"


@dataclass(frozen=True)
class Accepted:
    """The provider has it, under ``ref``."""

    ref: str


class Why(enum.Enum):
    """Why a provider refused: this number or text never, our account as it is set up, or the person said stop."""

    PERMANENT = "permanent"
    CONFIG = "config"
    OPTED_OUT = "opted_out"


@dataclass(frozen=True)
class Rejected:
    """The provider refused it, with its own ``code``; it was surely not sent."""

    code: str
    why: Why


@dataclass(frozen=True)
class NotSent:
    """It surely did not reach the provider (refused connection, no name, 429): to be tried again."""

    retry_after: float = 30
    reason: str = "not_reached"


@dataclass(frozen=True)
class Unknown:
    """It may have been sent: nothing is sent again before the provider was asked."""

    reason: str


Result = Accepted | Rejected | NotSent | Unknown


@dataclass(frozen=True)
class Sought:
    """An attempt whose outcome is not known, to be looked up. ``asked_at`` is before the provider is asked."""

    message_id: int
    attempt: int
    phone: str
    text: str
    began_at: datetime
    asked_at: datetime

    @property
    def ref(self) -> str:
        """The attempt's name towards the provider."""
        return f"{self.message_id}.{self.attempt}"


@dataclass(frozen=True)
class Found:
    """The provider has it, under ``ref``."""

    ref: str


class NotThere(enum.Enum):
    """What a lookup says that finds nothing."""

    NOT_YET = "not_yet"
    """The provider does not know it; after the settling time this means that it was not sent."""

    NO_ANSWER = "no_answer"
    """The provider could not be asked; ask again."""

    CANT_TELL = "cant_tell"
    """The provider can never tell: a person must decide."""


Lookup = Found | NotThere


@dataclass(frozen=True)
class Receipt:
    """What a provider says became of a text."""

    state: MessageState
    ref: str
    code: str = ""


@dataclass(frozen=True)
class Reply:
    """A text that somebody sent us; ``ref`` is the provider's name for it, the same however often it tells us."""

    phone: str
    text: str
    ref: str


class Sender(Protocol):
    """A way to send texts."""

    name: str

    def send(self, outgoing: Outgoing) -> Result:
        """Hand over one text; no transaction is open meanwhile."""

    def lookup(self, sought: Sought) -> Lookup:
        """Ask what became of an attempt."""

    def parse_receipt(self, url: str, form: Mapping[str, str], signature: str) -> Receipt | None:
        """The receipt in a webhook's form; None for news that changes nothing, PermissionError for a forged one."""

    def parse_reply(self, url: str, form: Mapping[str, str], signature: str) -> Reply:
        """The text of an incoming webhook's form; PermissionError for a forged one."""


def load(settings: Settings, database: Database) -> Sender:
    """The sender that the settings name; ValueError in words where there is none of that name."""
    path = f"{__name__}.{settings.sender}"
    if not settings.sender.isidentifier() or find_spec(path) is None:
        raise ValueError(f"SMS_SENDER={settings.sender!r} is no sender.")
    sender: Sender = import_module(path).make(settings, database)
    return sender
