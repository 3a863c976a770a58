"""Half-filled forms: kept for who began them, dropped when they are sent, forgotten after some days."""

from collections.abc import Mapping, Sequence

from flask_babel import lazy_gettext as _l
from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from senior_univ.accounts.models import Draft
from senior_univ.accounts.rules import KEPT_FOR
from senior_univ.core import clock
from senior_univ.core.errors import DomainError
from senior_univ.core.upserts import insert_into

MOST_DRAFTS = 30
LONGEST = 20_000


def keep_draft(session: Session, person_id: int, path: str, data: Mapping[str, Sequence[str]]) -> None:
    """Keep what she has filled in on that page so far, instead of what was kept before; refuses too_long."""
    kept = {name: list(values) for name, values in data.items()}
    if len(path) > 200 or sum(len(text) for values in kept.values() for text in values) > LONGEST:
        raise DomainError("too_long", _l("This is too long to be kept."))
    row = {"person_id": person_id, "path": path, "data": kept, "saved_at": clock.now()}
    insert = insert_into(session, Draft).values(row)
    same = {"data": insert.excluded.data, "saved_at": insert.excluded.saved_at}
    session.execute(insert.on_conflict_do_update(index_elements=["person_id", "path"], set_=same))
    _keep_latest(session, person_id)


def _keep_latest(session: Session, person_id: int) -> None:
    latest = select(Draft.id).where(Draft.person_id == person_id).order_by(Draft.saved_at.desc(), Draft.id.desc())
    gone = Draft.id.not_in(latest.limit(MOST_DRAFTS))
    session.execute(delete(Draft).where(Draft.person_id == person_id, gone))


def drop_draft(session: Session, person_id: int, path: str) -> None:
    """She needs it no more."""
    session.execute(delete(Draft).where(Draft.person_id == person_id, Draft.path == path))


def forget_drafts(session: Session) -> None:
    """Nothing half-filled is kept for longer than a week."""
    session.execute(delete(Draft).where(Draft.saved_at < clock.now() - KEPT_FOR))
