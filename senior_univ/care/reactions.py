"""What a home does when something happens elsewhere."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from senior_univ.accounts.models import Person
from senior_univ.care import actions
from senior_univ.care.models import Residency


def end_residency(session: Session, person: Person) -> None:
    """Somebody whose record ended no longer lives anywhere."""
    standing = select(Residency).where(Residency.person_id == person.id, Residency.to_on.is_(None))
    for residency in session.scalars(standing):
        actions.discharge(session, residency, by=None)
