"""Taking over region codes."""

from collections.abc import Iterable, Iterator

from sqlalchemy import insert, select, update
from sqlalchemy.orm import Session

from senior_univ.network.models import Level, Region
from senior_univ.network.rules import RegionRow

CHUNK = 500


def import_regions(session: Session, rows: list[RegionRow]) -> Iterator[int]:
    """Write ``rows`` (parents first), adding what is new and renaming what changed; yields how many rows each step did.

    Regions that the file does not name stay: people and organisations may hang on them.
    """
    known = dict(session.execute(select(Region.code, Region.name)).all())
    for level in Level:
        of_level = [row for row in rows if row.level is level]
        for start in range(0, len(of_level), CHUNK):
            chunk = of_level[start : start + CHUNK]
            _add(session, (row for row in chunk if row.code not in known))
            _rename(session, (row for row in chunk if known.get(row.code, row.name) != row.name))
            yield len(chunk)


def _add(session: Session, rows: Iterable[RegionRow]) -> None:
    values = [{"code": row.code, "name": row.name, "level": row.level, "parent_code": row.parent_code} for row in rows]
    if values:
        session.execute(insert(Region), values)


def _rename(session: Session, rows: Iterable[RegionRow]) -> None:
    for row in rows:
        session.execute(update(Region).where(Region.code == row.code).values(name=row.name))
