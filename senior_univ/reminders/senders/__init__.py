"""What a sender is: something that hands one text to a provider and says what became of it.

Each kind lives in a module of its own, loaded by its name in the settings, with ``make(settings, database, own)``,
where ``own`` are this sender's own settings; so the SDK of a provider that is not used is never imported. A sender
never raises while it sends or looks up: what it cannot tell is ``Unknown``.

Providers in mainland China take registered templates only: such a sender fills one when the text is claimed (see
``templates``), and ``wording`` says what the phone then gets.
"""

import enum
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from importlib import import_module
from typing import Any, Protocol

from config import SenderSettings, Settings
from senior_univ.core.db import Database
from senior_univ.reminders.models import Channel, MessageKind, MessageState, OrganisationTexting


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
class Filled:
    """A registered template with its values: by the provider's names in their order, and the words that this makes."""

    id: str
    values: Mapping[str, str] = field(repr=False)
    words: str = field(repr=False)


@dataclass(frozen=True)
class Outgoing:
    """One attempt to send one text. ``ref`` is the attempt's own and never used again.

    ``kind``, ``language`` and ``parameters`` are what the text was made of; ``filled`` is the registered template of a
    sender that has such, filled when the text was claimed: the threads that send know no language.
    """

    message_id: int
    attempt: int
    phone: str
    text: str
    began_at: datetime
    expires_at: datetime | None
    lease: Lease
    kind: MessageKind = MessageKind.CODE
    language: str = ""
    parameters: Mapping[str, Any] = field(default_factory=dict, repr=False)
    channel: Channel = Channel.SMS
    sender: str = ""
    filled: Filled | None = None

    @property
    def ref(self) -> str:
        """The attempt's name towards the provider."""
        return f"{self.message_id}.{self.attempt}"


@dataclass(frozen=True)
class Accepted:
    """The provider has it, under ``ref``; ``segments`` and ``cost`` (in thousandths) where it said so at once."""

    ref: str
    segments: int | None = None
    cost: int | None = None


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
    """What a provider says became of an attempt, under its own ``ref``.

    ``message_id`` is None where the provider names the attempt by its ``ref`` alone. ``is_blocked``: the carrier or the
    provider refuses this number.
    """

    state: MessageState
    ref: str
    code: str = ""
    message_id: int | None = None
    attempt: int = 0
    is_blocked: bool = False

    @property
    def key(self) -> str:
        """The same however often the provider tells it."""
        return f"{self.ref or self.message_id}:{self.attempt}:{self.state.value}:{self.code}"[:160]


@dataclass(frozen=True)
class Reply:
    """A text that somebody sent us; ``ref`` is the provider's name for it, the same however often it tells us."""

    phone: str
    text: str
    ref: str


@dataclass(frozen=True)
class Webhook:
    """What a provider posted to us: a form or a body, and what it may prove itself by."""

    url: str
    form: Mapping[str, str] = field(default_factory=dict, repr=False)
    body: bytes = field(default=b"", repr=False)
    signature: str = field(default="", repr=False)
    secret: str = field(default="", repr=False)
    address: str = ""
    message_id: int | None = None
    attempt: int = 0


class AskAgainError(Exception):
    """A webhook that could not be checked now: the provider is to tell us again."""


class Known(enum.Enum):
    """How well a provider knows what became of an attempt whose answer was lost."""

    EXACT = "exact"
    FUZZY = "fuzzy"
    NO = "no"


@dataclass(frozen=True)
class Abilities:
    """What a sender can do: any words or registered templates alone, answers of people, and look-ups."""

    free_text: bool = True
    replies: bool = True
    lookup: Known = Known.EXACT


class Sender(Protocol):
    """A way to reach phones, under the ``name`` that it has in the settings; ``kind`` is its module's."""

    name: str
    kind: str
    channel: Channel
    abilities: Abilities
    price: int
    thanks: tuple[str, int]
    """What a provider wants to hear for a webhook: body and status."""

    def send(self, outgoing: Outgoing) -> Result:
        """Hand over one text; no transaction is open meanwhile."""

    def lookup(self, sought: Sought) -> Lookup:
        """Ask what became of an attempt."""

    def fill(self, kind: MessageKind, language: str, parameters: Mapping[str, Any]) -> Filled | None:
        """Its registered template, filled; None where it has none, and for a sender of free text."""

    def wording(self, kind: MessageKind, language: str, parameters: Mapping[str, Any]) -> str | None:
        """The words of its registered template; None for a sender of free text, which sends what it is given."""

    def parse_receipts(self, webhook: Webhook) -> list[Receipt]:
        """The receipts in a webhook, none for news that changes nothing.

        PermissionError for a forged one, ValueError for one that can't be read, AskAgainError.
        """

    def parse_replies(self, webhook: Webhook) -> list[Reply]:
        """The texts in a webhook; the same errors."""


class SenderBase:
    """What senders have in common: free text, no webhooks, and what their settings say."""

    channel = Channel.SMS
    abilities = Abilities()
    thanks = ("", 204)

    def __init__(self, own: SenderSettings) -> None:
        self.own = own
        self.name = own.name
        self.kind = own.kind
        self.price = own.price

    def fill(self, kind: MessageKind, language: str, parameters: Mapping[str, Any]) -> Filled | None:
        """Free text needs no template."""
        return None

    def wording(self, kind: MessageKind, language: str, parameters: Mapping[str, Any]) -> str | None:
        """What its template says, if it has one."""
        filled = self.fill(kind, language, parameters)
        return filled.words if filled else None

    def parse_receipts(self, webhook: Webhook) -> list[Receipt]:
        """Nobody reports."""
        raise PermissionError

    def parse_replies(self, webhook: Webhook) -> list[Reply]:
        """Nobody replies."""
        raise PermissionError


class MissingSender(SenderBase):
    """Stands for a sender that texts still name and the settings no longer do."""

    abilities = Abilities(lookup=Known.NO)

    def send(self, outgoing: Outgoing) -> Result:
        """Not sent."""
        return Rejected("no_such_sender", Why.CONFIG)

    def lookup(self, sought: Sought) -> Lookup:
        """Nobody can be asked any more."""
        return NotThere.CANT_TELL


@dataclass(frozen=True)
class Senders:
    """Every sender that is configured, by its name."""

    by_name: Mapping[str, Sender]
    default: Sender
    fallback: str = ""

    def of(self, name: str) -> Sender:
        """The sender of that name; one that sends nothing where the settings no longer name it."""
        found = self.by_name.get(name)
        return found if found is not None else MissingSender(SenderSettings(name, "missing"))

    def __contains__(self, name: str) -> bool:
        return name in self.by_name

    def for_organisation(self, texting: OrganisationTexting | None, channel: Channel) -> list[str]:
        """The names to try in this order, at most two: what the organisation chose, else the deployment's."""
        chosen = [texting.sender or self.default.name, texting.fallback or ""] if texting else [self.default.name]
        every_voice = self.by_name if channel is Channel.VOICE else ()
        wanted = [*chosen, self.fallback, self.default.name, *every_voice]
        fitting = [name for name in wanted if name in self.by_name and self.by_name[name].channel is channel]
        return list(dict.fromkeys(fitting))[:2]

    def choices(self) -> list[str]:
        """The names that an organisation may choose."""
        return [name for name, each in self.by_name.items() if each.channel is Channel.SMS]


def load_all(settings: Settings, database: Database) -> Senders:
    """Every sender of the settings; ValueError in words, a sentence a line, where one can't work."""
    if problems := settings.sender_problems():
        raise ValueError("\n".join(problems))
    made = {own.name: _make(settings, database, own) for own in settings.all_senders()}
    return Senders(made, made[settings.sender], settings.sender_fallback)


def _make(settings: Settings, database: Database, own: SenderSettings) -> Sender:
    try:
        module = import_module(f"{__name__}.{own.kind}")
    except ModuleNotFoundError as missing:
        extra = own.kind.removesuffix("_voice")
        words = (
            f"The sender {own.name} needs the packages of requirements-{extra}.txt; {missing.name} is not installed."
        )
        raise ValueError(words) from missing
    made: Sender = module.make(settings, database, own)
    return made


def load(settings: Settings, database: Database) -> Sender:
    """The default sender of the settings."""
    return load_all(settings, database).default
