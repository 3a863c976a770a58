"""One row for everything somebody did; appended, never changed (the database refuses both)."""

from typing import Any

from sqlalchemy import JSON, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from senior_univ.core.db import Base, Instant, Key


class AuditEntry(Base):
    """Who (``actor_id``; None for the system) did what to which record, when, and on whose behalf.

    Ids only, without foreign keys: the record of an act outlives what it was done to.
    """

    __tablename__ = "audit_entry"
    __table_args__ = (
        Index("ix_audit_entry_behalf", "on_behalf_of_id", "at"),
        Index("ix_audit_entry_record", "record_type", "record_id"),
    )

    id: Mapped[Key]
    at: Mapped[Instant]
    actor_id: Mapped[int | None] = mapped_column(index=True)
    on_behalf_of_id: Mapped[int | None]
    action: Mapped[str] = mapped_column(String(60))
    record_type: Mapped[str] = mapped_column(String(40))
    record_id: Mapped[int | None]
    details: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
