"""``INSERT … ON CONFLICT``, which both databases have and SQLAlchemy spells once for each."""

from typing import Any

from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from senior_univ.core.db import Base

INSERTS: dict[str, Any] = {"postgresql": postgresql.insert, "sqlite": sqlite.insert}


def insert_into(session: Session, model: type[Base]) -> Any:
    """An insert into ``model``'s table that can say what to do where the row is there already."""
    return INSERTS[session.get_bind().dialect.name](model)
