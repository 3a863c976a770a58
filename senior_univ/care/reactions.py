"""What a home does when something happens elsewhere."""

from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import select
from sqlalchemy.orm import Session

from senior_univ.accounts.models import Person
from senior_univ.care import actions
from senior_univ.care.models import Residency
from senior_univ.core.errors import DomainError
from senior_univ.network.models import Organisation


def keep_home(session: Session, *, organisation: Organisation, **_more: Any) -> None:
    """A home is not closed while people live in it: nobody could sign them out afterwards."""
    lives_there = select(Residency.id).where(Residency.home_id == organisation.id, Residency.to_on.is_(None))
    if session.scalar(lives_there.limit(1)) is not None:
        raise DomainError("has_residents", _l("People still live here. Please sign them out first."))


def end_residency(session: Session, person: Person) -> None:
    """Somebody whose record ended no longer lives anywhere."""
    standing = select(Residency).where(Residency.person_id == person.id, Residency.to_on.is_(None))
    for residency in session.scalars(standing):
        actions.discharge(session, residency, by=None)
