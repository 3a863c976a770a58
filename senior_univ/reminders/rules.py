"""When a text may go, which run of reminders it is, what is urgent, which receipt counts."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from config import Settings
from senior_univ.core import clock
from senior_univ.reminders.models import MessageKind, MessageState, OrganisationTexting, Priority

URGENT_FROM = time(6, 30)
"""An urgent text of the night goes at this local time, before anybody leaves the house."""

SETTLING = timedelta(minutes=5)
"""How long after the last edit a change that is not urgent is told."""

URGENT_WITHIN = timedelta(hours=24)
NEWS_LIFE = timedelta(days=2)
"""After this, news of what another did on her behalf is in her record only."""

NO_RECEIPT_AFTER = timedelta(hours=72)
MOST_ITEMS = 8
"""Lessons that one text names; a text of more says how many there are besides."""

RANKS = {MessageState.ACCEPTED: 1, MessageState.FAILED: 2, MessageState.DELIVERED: 3}
"""Receipts come late, doubled and in any order: only a higher rank changes a state."""

TAGS = {
    MessageState.ACCEPTED: "ok",
    MessageState.DELIVERED: "ok",
    MessageState.FAILED: "danger",
    MessageState.PARKED: "danger",
    MessageState.UNKNOWN: "warning",
    MessageState.EXPIRED: "warning",
}


HOURS = (
    "quiet_from",
    "quiet_until",
    "noon_quiet_from",
    "noon_quiet_until",
    "evening_reminder",
    "morning_reminder",
)
"""What the settings and an organisation call its hours, in the order of :class:`Hours`."""


@dataclass(frozen=True)
class Hours:
    """Local wall times of the quiet hours (half-open) and of the two runs of reminders."""

    quiet_from: time
    quiet_until: time
    noon_from: time
    noon_until: time
    evening: time
    morning: time

    @classmethod
    def of(cls, settings: Settings, texting: OrganisationTexting | None = None) -> "Hours":
        """The hours that the settings give; what an organisation chose for itself goes before."""
        return cls(*(getattr(texting, name, None) or getattr(settings, name) for name in HOURS))

    @property
    def urgent_until(self) -> time:
        """When the night ends for urgent texts: 06:30, or with the quiet hours where these end earlier."""
        return min(URGENT_FROM, self.quiet_until)


@dataclass(frozen=True)
class Run:
    """Reminders of one kind for the lessons of ``day``; ``until`` is when the run is over (None: the day's end)."""

    kind: MessageKind
    day: date
    until: datetime | None


def is_within(at: time, start: time, end: time) -> bool:
    """Whether ``at`` lies in [start, end), which may reach over midnight; equal ends are no time at all."""
    if start <= end:
        return start <= at < end
    return at >= start or at < end


def may_go_at(now: datetime, hours: Hours, priority: int) -> datetime:
    """The first instant from ``now`` on at which a text of that priority may be sent."""
    if priority == Priority.CODE:
        return now
    if priority == Priority.URGENT:
        return _after(now, hours.quiet_from, hours.urgent_until)
    morning = _after(now, hours.quiet_from, hours.quiet_until)
    return _after(morning, hours.noon_from, hours.noon_until)


def _after(now: datetime, start: time, end: time) -> datetime:
    local = clock.local(now)
    if not is_within(local.time(), start, end):
        return now
    day = local.date() + timedelta(days=1 if local.time() >= end else 0)
    return max(now, clock.instant(day, end))


def runs_at(now: datetime, hours: Hours) -> list[Run]:
    """The runs that are on at ``now``; none in the night, so that a late evening run is left to the morning's."""
    local = clock.local(now)
    if is_within(local.time(), hours.quiet_from, hours.quiet_until):
        return []
    runs = []
    if local.time() >= hours.morning:
        runs.append(Run(MessageKind.REMINDER_MORNING, local.date(), None))
    if local.time() >= hours.evening:
        tomorrow = local.date() + timedelta(days=1)
        quiet = clock.instant(local.date(), hours.quiet_from)
        midnight, _end = clock.day_bounds(tomorrow)
        runs.append(Run(MessageKind.REMINDER_EVENING, tomorrow, quiet if quiet > now else midnight))
    return runs


def is_urgent(now: datetime, *starts: datetime) -> bool:
    """Whether any of these beginnings is still to come within a day."""
    return any(now < start <= now + URGENT_WITHIN for start in starts)


def outranks(new: MessageState, old: MessageState) -> bool:
    """Whether a receipt that says ``new`` changes ``old``."""
    return RANKS.get(new, 0) > RANKS.get(old, 0)


def outranked_by(new: MessageState) -> list[MessageState]:
    """The states that a receipt of ``new`` changes."""
    return [state for state in MessageState if outranks(new, state)]


def same_weekly_time(starts: Sequence[datetime]) -> bool:
    """Whether all these instants are on one weekday at one local time."""
    return len({(local.weekday(), local.time()) for local in map(clock.local, starts)}) == 1


def has_no_receipt(attempted_at: datetime, now: datetime) -> bool:
    """Whether a text was sent so long ago that no receipt will come."""
    return attempted_at + NO_RECEIPT_AFTER <= now
