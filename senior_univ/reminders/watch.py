"""Whether texts are going out at all: what monitoring and the health page read, and when to raise the alarm.

Everything is asked of the database, at the moment somebody looks: any web process gives the same answer.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from flask_babel import lazy_gettext as _l
from flask_babel import lazy_ngettext
from flask_babel.speaklater import LazyString
from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import GaugeMetricFamily
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from senior_univ.core import clock
from senior_univ.reminders.models import Attempt, Message, MessageState, Outcome, ProviderEvent, Worker

LATE_AFTER = timedelta(minutes=5)
"""A text that should have gone so long ago raises the alarm."""

RECENT = timedelta(minutes=15)
GONE_AFTER = timedelta(minutes=2)
"""A worker that was not seen for so long has ended."""

OPEN = (MessageState.DUE, MessageState.SUBMITTING, MessageState.UNKNOWN, MessageState.PARKED)
CONFIG = "config:"


@dataclass(frozen=True)
class Watch:
    """How the texts fare now. ``waiting_since``: when the oldest text that should have gone was to go."""

    now: datetime
    open_texts: dict[MessageState, int]
    waiting_since: datetime | None
    outcomes: dict[Outcome, int]
    config_errors: dict[str, int]
    last_receipt_at: datetime | None
    workers: list[Worker] = field(default_factory=list)

    @property
    def waits(self) -> timedelta:
        """How long the oldest text that should have gone has been waiting."""
        return self.now - self.waiting_since if self.waiting_since else timedelta(0)

    @property
    def running(self) -> list[Worker]:
        """The workers that were seen a moment ago."""
        return [each for each in self.workers if self.now - each.seen_at < GONE_AFTER]

    @property
    def alarms(self) -> list[LazyString]:
        """What is wrong, in words; nothing where texts go out."""
        return list(self._alarms())

    def _alarms(self) -> Iterator[LazyString]:
        if self.waits > LATE_AFTER:
            minutes = int(self.waits.total_seconds() // 60)
            yield lazy_ngettext(
                "A text has been waiting for %(num)d minute.", "A text has been waiting for %(num)d minutes.", minutes
            )
        for sender, number in self.config_errors.items():
            yield _l(
                "The provider of “%(sender)s” has refused our account or settings %(number)d times in a quarter of an hour.",
                sender=sender,
                number=number,
            )
        if not self.running:
            yield _l("No process is sending texts.")


def watch(session: Session) -> Watch:
    """How the texts fare now, in a fixed number of queries that all go by an index."""
    now = clock.now()
    open_texts = select(Message.state, func.count()).where(Message.state.in_(OPEN)).group_by(Message.state)
    recent = Attempt.began_at > now - RECENT
    answered = select(Attempt.outcome, func.count()).where(recent, Attempt.outcome.is_not(None))
    refused = (
        select(Attempt.sender, func.count()).where(recent, Attempt.code.startswith(CONFIG)).group_by(Attempt.sender)
    )
    return Watch(
        now,
        dict(session.execute(open_texts).all()),
        _waiting_since(session, now),
        {outcome: number for outcome, number in session.execute(answered.group_by(Attempt.outcome)) if outcome},
        dict(session.execute(refused).all()),
        session.scalar(select(func.max(ProviderEvent.came_at))),
        list(session.scalars(select(Worker).order_by(Worker.seen_at.desc()).limit(50))),
    )


def _waiting_since(session: Session, now: datetime) -> datetime | None:
    """Since when the oldest text waits; one that is tried again and again waits since its first attempt."""
    never_tried = select(func.min(Message.due_at)).where(
        Message.state == MessageState.DUE, Message.due_at <= now, Message.attempt == 0
    )
    first = (
        select(func.min(Attempt.began_at))
        .join(Message, Message.id == Attempt.message_id)
        .where(Message.state == MessageState.DUE, Attempt.number == 1)
    )
    return min(filter(None, (session.scalar(never_tried), session.scalar(first))), default=None)


class _Collector:
    """One look, as Prometheus reads it."""

    def __init__(self, seen: Watch) -> None:
        self.seen = seen

    def collect(self) -> Iterator[GaugeMetricFamily]:
        """Every figure, with what it means."""
        seen = self.seen
        texts = {state.value: seen.open_texts.get(state, 0) for state in OPEN}
        yield _labelled("texts_open", "Texts that have not ended.", "state", texts)
        outcomes = {outcome.value: seen.outcomes.get(outcome, 0) for outcome in Outcome}
        yield _labelled("attempts_recent", "Attempts of a quarter of an hour.", "outcome", outcomes)
        refused = "Refusals of our account or settings in a quarter of an hour."
        yield _labelled("config_errors_recent", refused, "sender", seen.config_errors)
        waits = self.seen.waits.total_seconds()
        yield GaugeMetricFamily("senior_univ_oldest_due_seconds", "How long the oldest due text has waited.", waits)
        yield GaugeMetricFamily("senior_univ_workers", "Processes that send texts.", len(self.seen.running))
        yield GaugeMetricFamily("senior_univ_alarms", "What is wrong, see the health page.", len(self.seen.alarms))
        if self.seen.last_receipt_at is not None:
            last = self.seen.last_receipt_at.timestamp()
            yield GaugeMetricFamily("senior_univ_last_receipt_timestamp_seconds", "When a receipt last came.", last)


def _labelled(name: str, about: str, label: str, counted: Mapping[str, int]) -> GaugeMetricFamily:
    family = GaugeMetricFamily(f"senior_univ_{name}", about, labels=[label])
    for value, number in counted.items():
        family.add_metric([value], number)
    return family


def metrics(seen: Watch) -> bytes:
    """The figures in Prometheus's text format."""
    registry = CollectorRegistry()
    registry.register(_Collector(seen))
    return generate_latest(registry)
