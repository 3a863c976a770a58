"""What every act of a home begins with."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from senior_univ.network.models import Organisation


def lock_home(session: Session, home_id: int) -> None:
    """One at a time writes down beds and blocks of a home, so that two can't both find the same one free."""
    session.execute(select(Organisation.id).where(Organisation.id == home_id).with_for_update())
