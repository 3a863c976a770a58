"""What follows for applications when somebody's record ends."""

from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from senior_univ.accounts.models import Person
from senior_univ.allocation.models import AllocationRound, Application
from senior_univ.core import clock


def follow_person_ended(session: Session, *, person: Person, **_more: Any) -> None:
    """Whoever is no longer on file applies for nothing; who was to come with her, or was asked by her, comes alone."""
    undrawn = Application.round_id.in_(select(AllocationRound.id).where(AllocationRound.drawn_at.is_(None)))
    hers = select(Application.id).where(Application.person_id == person.id).scalar_subquery()
    part = update(Application).where(undrawn, Application.partner_id.in_(hers)).values(partner_id=None)
    unasked = update(Application).where(undrawn, Application.asks_person_id == person.id).values(asks_person_id=None)
    gone = {"withdrawn_at": clock.now(), "asks_person_id": None, "partner_id": None}
    withdrawn = update(Application).where(
        undrawn, Application.person_id == person.id, Application.withdrawn_at.is_(None)
    )
    for statement in (part, unasked, withdrawn.values(gone)):
        session.execute(statement)
