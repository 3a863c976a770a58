"""Pure rules of teachers: the state of their check, why one may not be given a class, when one can teach."""

import enum
from collections.abc import Iterable, Sequence
from datetime import date, time, timedelta
from typing import Protocol

from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString

from senior_univ.core.errors import DomainError

NEAR_EXPIRY = timedelta(days=60)
REMINDED_WITHIN = timedelta(days=30)
"""How long before a check or paper ends the site and the teacher are told."""


class CheckState(enum.Enum):
    """How a teacher's safety check stands."""

    NONE = "none"
    VALID = "valid"
    NEAR = "near"
    EXPIRED = "expired"


CHECK_LABELS = {
    CheckState.NONE: _l("No safety check on file"),
    CheckState.VALID: _l("Safety check valid"),
    CheckState.NEAR: _l("Safety check ends soon"),
    CheckState.EXPIRED: _l("Safety check has ended"),
}

PAPER_LABELS = {
    CheckState.NONE: _l("Good without an end"),
    CheckState.VALID: _l("Good"),
    CheckState.NEAR: _l("Ends soon"),
    CheckState.EXPIRED: _l("Has ended"),
}


class Slot(Protocol):
    """A weekly time, half-open; 0 is Monday."""

    weekday: int
    starts: time
    ends: time


class DayException(Protocol):
    """Days, both included, on which a week does not hold; without hours, all day."""

    from_on: date
    to_on: date
    starts: time | None
    ends: time | None
    is_away: bool


class Standing(Protocol):
    """What is asked of a teacher before a class is given to her."""

    @property
    def promised_at(self) -> object:
        """When she promised to sell nothing and take no money; None before."""

    check_expires_on: date | None
    retired_on: date | None


class Retiring(Protocol):
    """Whoever may have retired."""

    retired_on: date | None


def check_state(expires_on: date | None, on: date) -> CheckState:
    """How a check that is good until ``expires_on`` (that day included) stands on a day."""
    if expires_on is None:
        return CheckState.NONE
    if expires_on < on:
        return CheckState.EXPIRED
    return CheckState.NEAR if expires_on - on < NEAR_EXPIRY else CheckState.VALID


def reasons_against(teacher: Standing, on: date) -> list[LazyString]:
    """Why she may not be given a class on a day, in words; empty if she may."""
    reasons = {
        _l("has not promised yet to sell nothing and take no money"): teacher.promised_at is None,
        _l("has retired"): teacher.retired_on is not None and teacher.retired_on <= on,
        _l("has a safety check that has ended"): check_state(teacher.check_expires_on, on) is CheckState.EXPIRED,
    }
    return [words for words, holds in reasons.items() if holds]


def keep_teaching(teacher: Retiring) -> None:
    """DomainError ``teacher_retired`` for a teacher who has."""
    if teacher.retired_on is not None:
        words = _l("This teacher has retired. Please bring her or him back first.")
        raise DomainError("teacher_retired", words)


def keep_expiry_ahead(expires_on: date | None, today: date, field: str) -> None:
    """DomainError ``expired`` for a last day that is over."""
    if expires_on is not None and expires_on < today:
        words = _l("This day is over already. Please give the last day on which it is good.")
        raise DomainError("expired", words, field=field)


def can_teach(windows: Sequence[Slot], exceptions: Sequence[DayException], day: date, starts: time, ends: time) -> bool:
    """Whether a time on a day lies wholly in what a teacher's week and her exceptions leave her.

    Without any ``windows`` she can always; being away wins over both her week and an extra day.
    """
    today = [each for each in exceptions if each.from_on <= day <= each.to_on]
    if any(_meets(each, starts, ends) for each in today if each.is_away):
        return False
    if not windows:
        return True
    weekly = [(slot.starts, slot.ends) for slot in windows if slot.weekday == day.weekday()]
    extra = [(each.starts or time.min, each.ends or time.max) for each in today if not each.is_away]
    return _is_covered(starts, ends, weekly + extra)


def _meets(away: DayException, starts: time, ends: time) -> bool:
    return away.starts is None or away.ends is None or (away.starts < ends and starts < away.ends)


def _is_covered(starts: time, ends: time, spans: Iterable[tuple[time, time]]) -> bool:
    reached = starts
    for begins, stops in sorted(spans):
        if begins <= reached < stops:
            reached = stops
    return reached >= ends
