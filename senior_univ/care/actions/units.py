"""A home's units."""

from flask_babel import lazy_gettext as _l
from sqlalchemy import select
from sqlalchemy.orm import Session

from senior_univ.audit import actions as audit
from senior_univ.care.models import Unit
from senior_univ.care.rules import may_have_units
from senior_univ.core.access import Viewer
from senior_univ.core.errors import DomainError
from senior_univ.network.models import Organisation


def add_unit(
    session: Session, home: Organisation, name: str, *, floor: int = 1, gathering_minutes: int = 10, by: Viewer | None
) -> Unit:
    """Add a unit to a home; refuses name_taken, and no_units where nobody stays overnight."""
    if not may_have_units(home):
        raise DomainError("no_units", _l("A day-care centre or happiness home has no units."))
    _refuse_unit_name(session, home.id, name, None)
    unit = Unit(home=home, name=name, floor=floor, gathering_minutes=gathering_minutes)
    session.add(unit)
    audit.record(session, "unit.added", unit, by=by)
    return unit


def change_unit(
    session: Session, unit: Unit, name: str, *, floor: int, gathering_minutes: int, by: Viewer | None
) -> Unit:
    """Give a unit another name, floor or time to gather; refuses name_taken."""
    _refuse_unit_name(session, unit.home_id, name, unit.id)
    unit.name, unit.floor, unit.gathering_minutes = name, floor, gathering_minutes
    audit.record(session, "unit.changed", unit, by=by)
    return unit


def _refuse_unit_name(session: Session, home_id: int, name: str, own_id: int | None) -> None:
    query = select(Unit.id).where(Unit.home_id == home_id, Unit.name == name)
    if session.scalar(query) not in (None, own_id):
        raise DomainError("name_taken", _l("This home already has a unit of this name."), field="name")
