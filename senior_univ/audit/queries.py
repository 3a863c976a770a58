"""What was done for a person, and in an administrator's area; the newest first."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Select, select
from sqlalchemy.orm import Session

from senior_univ.audit.models import AuditEntry
from senior_univ.core.access import Viewer
from senior_univ.core.db import Base


@dataclass(frozen=True)
class People:
    """What accounts tells this package of people.

    ``names``: (session, ids) → {id: name}. ``seen_by``: SQL for the entries that an administrator may see.
    """

    names: Callable[[Session, Iterable[int]], dict[int, str]]
    seen_by: Callable[[Viewer], ColumnElement[bool]]


@dataclass(frozen=True)
class Slice:
    """Some entries; ``next_before`` is the id to go on from, None at the end."""

    entries: Sequence[AuditEntry]
    next_before: int | None


def acts_about(session: Session, person_id: int, before: int | None = None, size: int = 50) -> Slice:
    """What was done by that person for herself, and by others for her; one who signs in is not listed."""
    about = select(AuditEntry).where(AuditEntry.on_behalf_of_id == person_id)
    return _slice(session, about, before, size)


def acts_seen_by(session: Session, viewer: Viewer, people: People, before: int | None = None, size: int = 50) -> Slice:
    """What was done by or for the people of the viewer's area."""
    return _slice(session, select(AuditEntry).where(people.seen_by(viewer)), before, size)


def act_of(session: Session, action: str, kind: type[Base], record_id: int, entry_id: int) -> AuditEntry | None:
    """That act, if it was this action on this record, which the caller may see."""
    is_it = (AuditEntry.action == action, AuditEntry.record_type == kind.__tablename__)
    hers = select(AuditEntry).where(AuditEntry.id == entry_id, *is_it, AuditEntry.record_id == record_id)
    return session.scalar(hers)


def _slice(session: Session, wanted: Select[AuditEntry], before: int | None, size: int) -> Slice:
    if before is not None:
        wanted = wanted.where(AuditEntry.id < before)
    rows = session.scalars(wanted.order_by(AuditEntry.id.desc()).limit(size + 1)).all()
    entries = rows[:size]
    return Slice(entries, entries[-1].id if len(rows) > size else None)


def people_in(entries: Iterable[AuditEntry]) -> set[int]:
    """Everybody whom the entries name."""
    return {each for entry in entries for each in (entry.actor_id, entry.on_behalf_of_id) if each is not None}
