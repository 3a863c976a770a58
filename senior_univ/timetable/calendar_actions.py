"""Writing terms and public holidays."""

from collections.abc import Iterable

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from senior_univ.timetable.holiday_lists import ListedDay, known_days
from senior_univ.timetable.models import Holiday


def import_known_holidays(session: Session) -> int:
    """Write the days that chinesecalendar knows and that are not there yet; how many were added."""
    return _add_days(session, known_days(), source="chinesecalendar")


def _add_days(session: Session, days: Iterable[ListedDay], source: str) -> int:
    present = set(session.scalars(select(Holiday.on)))
    new = [day for day in days if day.on not in present]
    if new:
        session.execute(insert(Holiday), [day._asdict() | {"source": source} for day in new])
    return len(new)
