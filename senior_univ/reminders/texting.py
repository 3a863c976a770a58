"""How an organisation's texts go: its hours, its senders, its signature, its cap; checked in words before they count."""

from collections.abc import Mapping
from datetime import datetime, time, timedelta
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import Session

from config import Settings
from senior_univ.audit.actions import record
from senior_univ.core.access import Viewer
from senior_univ.core.errors import DomainError
from senior_univ.network.models import Organisation
from senior_univ.reminders.models import OrganisationTexting
from senior_univ.reminders.rules import HOURS, Hours, is_within

LEAST_MINUTES = 120
"""So much of a day at least must be left in which texts may go."""

LATEST_MORNING = time(9)
"""Lessons of the morning begin about then: a later reminder would come after many of them."""

DAY = datetime(2000, 1, 1)  # noqa: DTZ001  # wall times alone


def texting_of(session: Session, organisation_id: int) -> OrganisationTexting:
    """How its texts go; a row of nothing but None where it follows the settings, not written yet."""
    return session.get(OrganisationTexting, organisation_id) or OrganisationTexting(organisation_id=organisation_id)


def save(
    session: Session, organisation: Organisation, chosen: Mapping[str, Any], settings: Settings, *, by: Viewer
) -> OrganisationTexting:
    """Keep what the organisation chose; None is as the settings say. Refuses hours in which nothing could go."""
    row = texting_of(session, organisation.id)
    before = {name: getattr(row, name) for name in chosen}
    check(Hours.of(settings, OrganisationTexting(**{name: chosen.get(name) for name in HOURS})))
    for name, value in chosen.items():
        setattr(row, name, value)
    session.add(row)
    session.flush()
    changed = sorted(name for name, value in chosen.items() if value != before[name])
    if changed:
        record(session, "texting.changed", organisation, by=by, what=changed)
    return row


def check(hours: Hours) -> None:
    """Refuse hours that leave no time, or at which the two runs of reminders could never go."""
    if minutes_left(hours) < LEAST_MINUTES:
        raise DomainError(
            "no_time_left", _l("These quiet hours leave less than two hours a day for texts."), field="quiet_from"
        )
    if is_quiet(hours.evening, hours):
        words = _l("The evening reminder lies in the quiet hours: it would never go.")
        raise DomainError("evening_quiet", words, field="evening_reminder")
    if is_quiet(hours.morning, hours):
        words = _l("The morning reminder lies in the quiet hours: it would never go.")
        raise DomainError("morning_quiet", words, field="morning_reminder")
    if hours.morning > LATEST_MORNING:
        words = _l("So late the morning's lessons have begun: please choose a time until 9:00.")
        raise DomainError("morning_late", words, field="morning_reminder")
    if hours.evening <= hours.morning:
        words = _l("The evening reminder must come after the morning's.")
        raise DomainError("evening_early", words, field="evening_reminder")


def is_quiet(at: time, hours: Hours) -> bool:
    """Whether no reminder may go at that local time."""
    night = is_within(at, hours.quiet_from, hours.quiet_until)
    return night or is_within(at, hours.noon_from, hours.noon_until)


def minutes_left(hours: Hours) -> int:
    """How many minutes of a day are not quiet."""
    return sum(not is_quiet((DAY + timedelta(minutes=minute)).time(), hours) for minute in range(24 * 60))
