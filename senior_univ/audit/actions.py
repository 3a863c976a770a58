"""Writing down who did what."""

from collections.abc import Iterable
from typing import Any

from sqlalchemy import insert
from sqlalchemy.orm import Session

from senior_univ.audit.models import AuditEntry
from senior_univ.core import clock
from senior_univ.core.access import Viewer
from senior_univ.core.db import Base


def record(
    session: Session,
    action: str,
    subject: Base | None = None,
    *,
    by: Viewer | None,
    on_behalf_of: int | None = None,
    **details: Any,
) -> AuditEntry:
    """Write down that ``by`` (None: the system) did ``action`` ("seat.taken") to ``subject``, in the same transaction.

    ``on_behalf_of`` is the id of the person whom it is about; she sees it. ``details`` must be JSON and hold no more
    personal data than the record itself. A new subject is flushed first, since its id is needed.
    """
    subject_id = getattr(subject, "id", None)
    if subject is not None and subject_id is None:
        session.flush()
        subject_id = getattr(subject, "id", None)
    entry = AuditEntry(
        at=clock.now(),
        actor_id=by.person_id if by else None,
        on_behalf_of_id=on_behalf_of,
        action=action,
        record_type=subject.__tablename__ if subject is not None else "",
        record_id=subject_id,
        details=details,
    )
    session.add(entry)
    return entry


def record_all(
    session: Session, action: str, subjects: Iterable[tuple[Base, int]], *, by: Viewer | None, **details: Any
) -> None:
    """Write down, in one statement, that ``by`` did ``action`` to each of these records on behalf of that person."""
    rows = [
        {
            "at": clock.now(),
            "actor_id": by.person_id if by else None,
            "on_behalf_of_id": person_id,
            "action": action,
            "record_type": subject.__tablename__,
            "record_id": getattr(subject, "id", None),
            "details": details,
        }
        for subject, person_id in subjects
    ]
    if rows:
        session.execute(insert(AuditEntry), rows)
