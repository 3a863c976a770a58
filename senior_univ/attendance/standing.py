"""What stands for somebody in a lesson, given every entry about her. Pure.

Entries come from several teachers, from devices that were without a network, twice, and in any order. What stands is
read from the whole set of them: the latest by the time of the tap, an entry's own name deciding between two of the same
instant. So the order of arrival changes nothing, and neither does hearing of an entry again.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol, TypeVar

from senior_univ.attendance.models import How, Kind, Participation

LATE_AFTER = timedelta(days=1)
"""An entry that comes in later than this after the lesson ended is marked."""

BULK_FROM = 3
"""As many entries at once are what the tier above is shown, when they come in late."""

IMPLIED = {
    Participation.ACTIVE: Kind.PRESENT,
    Participation.PASSIVE: Kind.PRESENT,
    Participation.DECLINED: Kind.ABSENT,
    Participation.UNAVAILABLE: Kind.LEAVE,
}
"""What a participation level says of somebody about whom nothing else was entered."""


class Entry(Protocol):
    """What is read of an entry."""

    @property
    def client_id(self) -> str: ...  # noqa: D102  # as the model's
    @property
    def kind(self) -> Kind | None: ...  # noqa: D102
    @property
    def participation(self) -> Participation | None: ...  # noqa: D102
    @property
    def how(self) -> How: ...  # noqa: D102
    @property
    def entered_at(self) -> datetime: ...  # noqa: D102
    @property
    def received_at(self) -> datetime: ...  # noqa: D102
    @property
    def entered_by_id(self) -> int: ...  # noqa: D102


SomeEntry = TypeVar("SomeEntry", bound=Entry)


@dataclass(frozen=True)
class Standing:
    """The columns of an Attendance."""

    kind: Kind
    participation: Participation | None
    how: How
    entered_at: datetime
    received_at: datetime
    entered_by_id: int
    is_late: bool
    changes: int


def latest(entries: Collection[SomeEntry]) -> SomeEntry | None:
    """The entry that was tapped last."""
    return max(entries, key=lambda entry: (entry.entered_at, entry.client_id), default=None)


def standing_of(entries: Collection[Entry], lesson_ended_at: datetime) -> Standing | None:
    """What stands after all these entries about one person in one lesson; None where there are none."""
    with_kind = latest([entry for entry in entries if entry.kind])
    with_level = latest([entry for entry in entries if entry.participation])
    level = with_level.participation if with_level else None
    decisive = with_kind or with_level
    if decisive is None:
        return None
    kind = decisive.kind or (IMPLIED[level] if level else None)
    return kind and Standing(
        kind=kind,
        participation=level,
        how=decisive.how,
        entered_at=decisive.entered_at,
        received_at=decisive.received_at,
        entered_by_id=decisive.entered_by_id,
        is_late=is_late(decisive.received_at, lesson_ended_at),
        changes=len(entries),
    )


def is_late(received_at: datetime, lesson_ended_at: datetime) -> bool:
    """Whether an entry came in so long after the lesson that the tier above is told."""
    return received_at > lesson_ended_at + LATE_AFTER
