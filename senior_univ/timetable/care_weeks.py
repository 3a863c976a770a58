"""A care home's days in words, for its week: meals, naps, medication and visiting hours, quarantines, and who is away."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, time
from typing import NamedTuple

from flask_babel import gettext as _
from sqlalchemy import and_, or_, select
from sqlalchemy.orm import Session, joinedload, selectinload

from senior_univ.care import queries as care
from senior_univ.care.models import AWAY_LABELS, CARE_LABELS, Away, CareBlock, CareKind, Quarantine, Residency, Unit
from senior_univ.care.rules import falls_on
from senior_univ.core import words
from senior_univ.timetable.weeks import CareLine, Day


@dataclass(frozen=True)
class CareScope:
    """Whose care day is shown: a home's, or one of its units'. ``with_people`` names who is away: never on a wall."""

    home_id: int
    unit: Unit | None = None
    with_people: bool = False


class _Time(NamedTuple):
    starts: time
    ends: time
    kind: CareKind
    note: str


def with_care(session: Session, days: list[Day], scope: CareScope) -> list[Day]:
    """The days with what stands in each beside lessons; a fixed number of queries."""
    first, last = days[0].day, days[-1].day
    blocks = _blocks(session, scope)
    units = (
        {scope.unit.id: scope.unit} if scope.unit else {unit.id: unit for unit in care.units_of(session, scope.home_id)}
    )
    quarantines = care.quarantines_between(session, units.keys(), first, last)
    away = _away(session, scope, first, last) if scope.with_people else []
    shut = [(units[unit_id], each) for unit_id, rows in quarantines.items() for each in rows]
    return [
        day._replace(
            care=(*_shut_lines(shut, day.day), *_away_lines(away, day.day), *_block_lines(blocks, day.day, len(units)))
        )
        for day in days
    ]


def with_resident(session: Session, days: list[Day], residency: Residency) -> list[Day]:
    """The days of one resident with what keeps her from lessons: her own times, her unit's and her home's, and days away."""
    person_id, first, last = residency.person_id, days[0].day, days[-1].day
    blocks = care.blocks_for(session, [person_id], {person_id: residency})[person_id]
    away = [(each, residency) for each in care.away_between(session, [person_id], first, last).get(person_id, [])]
    return [
        day._replace(
            care=(
                *(line._replace(whose="") for line in _away_lines(away, day.day)),
                *(line._replace(whose="") for line in _block_lines(_by_time(blocks), day.day, 1)),
            )
        )
        for day in days
    ]


def _by_time(blocks: Iterable[CareBlock]) -> list[CareBlock]:
    return sorted(blocks, key=lambda block: (block.starts, block.ends, block.id))


def _blocks(session: Session, scope: CareScope) -> list[CareBlock]:
    """The home's and its units' blocks, a resident's own left out, by time."""
    wanted = select(CareBlock).where(CareBlock.home_id == scope.home_id, CareBlock.person_id.is_(None))
    if scope.unit is not None:
        wanted = wanted.where(or_(CareBlock.unit_id.is_(None), CareBlock.unit_id == scope.unit.id))
    ordered = wanted.order_by(CareBlock.starts, CareBlock.ends, CareBlock.unit_id, CareBlock.id)
    return list(session.scalars(ordered.options(joinedload(CareBlock.unit), selectinload(CareBlock.exceptions))))


def _away(session: Session, scope: CareScope, first: date, last: date) -> list[tuple[Away, Residency]]:
    lives_here = and_(
        Residency.person_id == Away.person_id, Residency.home_id == scope.home_id, Residency.to_on.is_(None)
    )
    wanted = (
        select(Away, Residency)
        .join(Residency, lives_here)
        .where(Away.from_on <= last, or_(Away.to_on.is_(None), Away.to_on >= first))
        .order_by(Away.from_on, Away.id)
        .options(joinedload(Residency.person), joinedload(Residency.unit))
    )
    if scope.unit is not None:
        wanted = wanted.where(Residency.unit_id == scope.unit.id)
    return [(row[0], row[1]) for row in session.execute(wanted)]


def _shut_lines(shut: Iterable[tuple[Unit, Quarantine]], day: date) -> Iterable[CareLine]:
    for unit, each in shut:
        if each.from_on <= day <= each.to_on:
            yield CareLine("", _("Quarantine until %(day)s", day=words.day_words(each.to_on)), unit.name)


def _away_lines(away: Iterable[tuple[Away, Residency]], day: date) -> Iterable[CareLine]:
    for each, residency in away:
        if each.from_on <= day and (each.to_on is None or day <= each.to_on):
            bed = " ".join(part for part in (residency.unit.name if residency.unit else "", residency.bed) if part)
            yield CareLine("", str(AWAY_LABELS[each.kind]), f"{residency.person.name} {bed}".strip())


def _block_lines(blocks: Iterable[CareBlock], day: date, unit_count: int) -> Iterable[CareLine]:
    """Equal times of several units are one line; those of all units or of the whole home are everybody's."""
    owners: dict[_Time, list[str]] = defaultdict(list)
    for block in blocks:
        if falls_on(block, day):
            owners[_Time(block.starts, block.ends, block.kind, block.note)].append(
                block.unit.name if block.unit else ""
            )
    for when, names in owners.items():
        said = str(CARE_LABELS[when.kind]) + (f" ({when.note})" if when.note else "")
        whose = "" if "" in names or len(set(names)) == unit_count else _(", ").join(names)
        yield CareLine(words.time_range_words(when.starts, when.ends), said, whose)
