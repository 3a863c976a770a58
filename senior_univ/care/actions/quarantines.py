"""Nobody enters or leaves a unit for some days, and it opens again."""

from datetime import date, timedelta

from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import Session

from config import Settings
from senior_univ.audit import actions as audit
from senior_univ.care import queries
from senior_univ.care.actions.homes import lock_home
from senior_univ.care.events import quarantine_declared, quarantine_lifted
from senior_univ.care.models import Quarantine, Unit
from senior_univ.core import clock
from senior_univ.core.access import Viewer
from senior_univ.core.errors import DomainError
from senior_univ.core.words import day_words

LONGEST = timedelta(days=92)


def declare_quarantine(
    session: Session,
    unit: Unit,
    *,
    from_on: date,
    to_on: date,
    reason: str = "",
    by: Viewer,
    settings: Settings | None = None,
) -> Quarantine:
    """Close a unit from, to (both days included): what follows for lessons and leave is done by others, by event.

    ``settings`` tell them whether there is a server on which lessons can be held meanwhile.

    Refuses with DomainError: period_order, in_the_past, too_long and closed_already.
    """
    lock_home(session, unit.home_id)
    _check_days(from_on, to_on)
    for other in queries.quarantines_between(session, [unit.id], from_on, to_on).get(unit.id, ()):
        words = _l("The unit is closed already from %(first)s to %(last)s.", first=day_words(other.from_on), last=day_words(other.to_on))  # fmt: skip
        raise DomainError("closed_already", words, field="from_on")
    quarantine = Quarantine(
        unit=unit,
        from_on=from_on,
        to_on=to_on,
        reason=reason,
        declared_at=clock.now(),
        declared_by_id=by.person_id,
    )
    session.add(quarantine)
    audit.record(session, "quarantine.declared", quarantine, by=by)
    quarantine_declared.send(session, quarantine=quarantine, by=by, settings=settings)
    return quarantine


def _check_days(from_on: date, to_on: date) -> None:
    if to_on < from_on:
        raise DomainError("period_order", _l("The last day is before the first."), field="to_on")
    if from_on < clock.today():
        raise DomainError("in_the_past", _l("Please begin today or later; what has been can't be changed."), field="from_on")  # fmt: skip
    if to_on - from_on > LONGEST or from_on - clock.today() > LONGEST:
        raise DomainError("too_long", _l("Please give at most three months; it can be declared again."), field="to_on")


def lift_quarantine(session: Session, quarantine: Quarantine, *, by: Viewer) -> Quarantine:
    """Open a unit again from now on; lifted or over already, it stays so. A cancelled lesson stays cancelled."""
    lock_home(session, quarantine.unit.home_id)
    session.refresh(quarantine, ["lifted_at"])
    if quarantine.lifted_at is not None or quarantine.to_on < clock.today():
        return quarantine
    quarantine.lifted_at = clock.now()
    audit.record(session, "quarantine.lifted", quarantine, by=by)
    quarantine_lifted.send(session, quarantine=quarantine, by=by)
    return quarantine
