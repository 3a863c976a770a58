"""The care day, without a database: which blocks a time hits, and which two may not stand side by side."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, time, timedelta

from senior_univ.care.models import CareBlock, CareKind, Unit
from senior_univ.network.models import Organisation, OrganisationKind

DAY_MINUTES = 24 * 60

WITHOUT_UNITS = frozenset({OrganisationKind.DAY_CARE_CENTRE, OrganisationKind.HAPPINESS_HOME})
"""Whose guests go home in the evening: nobody is asked for a unit or a bed."""


def may_have_units(home: Organisation) -> bool:
    """Whether this kind of home has units and beds."""
    return home.kind not in WITHOUT_UNITS


@dataclass(frozen=True)
class Place:
    """Where somebody lives: a home, and its unit and bed where it has them."""

    home: Organisation
    unit: Unit | None = None
    bed: str = ""


@dataclass(frozen=True)
class Needs:
    """What somebody needs to take part in a lesson."""

    uses_wheelchair: bool = False
    needs_step_free: bool = False
    needs_escort: bool = False
    is_hard_of_hearing: bool = False
    note: str = ""


@dataclass(frozen=True)
class BlockPlan:
    """A time of the care day as it is typed. Without ``unit_id`` and ``person_id`` it is the whole home's."""

    home_id: int
    kind: CareKind
    starts: time
    ends: time
    weekday: int | None = None
    unit_id: int | None = None
    person_id: int | None = None
    note: str = ""
    from_on: date | None = None
    to_on: date | None = None
    excepted: frozenset[date] = frozenset()


def plan_of(block: CareBlock) -> BlockPlan:
    """A block as it stands."""
    return BlockPlan(
        home_id=block.home_id,
        kind=block.kind,
        starts=block.starts,
        ends=block.ends,
        weekday=block.weekday,
        unit_id=block.unit_id,
        person_id=block.person_id,
        note=block.note,
        from_on=block.from_on,
        to_on=block.to_on,
        excepted=block.excepted,
    )


def minute_of(at: time) -> int:
    """Minutes since midnight."""
    return at.hour * 60 + at.minute


def _span(starts: time, ends: time) -> tuple[int, int]:
    """Minutes from and to; an end at or before the start is the next day's, so that 00:00 ends a day."""
    first, last = minute_of(starts), minute_of(ends)
    return first, last if last > first else last + DAY_MINUTES


def holds_on(block: CareBlock | BlockPlan, day: date) -> bool:
    """Whether a block's period includes ``day``, and no exception takes that day out. Its weekday is not looked at."""
    has_begun = block.from_on is None or block.from_on <= day
    is_over = block.to_on is not None and block.to_on < day
    return has_begun and not is_over and day not in block.excepted


def falls_on(block: CareBlock | BlockPlan, day: date) -> bool:
    """Whether a block is on that day: its weekday, its period, and no exception."""
    return block.weekday in (None, day.weekday()) and holds_on(block, day)


def has_weekday(first: date, last: date, weekday: int) -> bool:
    """Whether there is such a weekday between two days, both included."""
    return first + timedelta(days=(weekday - first.weekday()) % 7) <= last


def by_weekday(blocks: Iterable[CareBlock]) -> dict[int, list[CareBlock]]:
    """The blocks of each weekday that has any."""
    known = list(blocks)
    days = {day: [block for block in known if block.weekday in (None, day)] for day in range(7)}
    return {day: found for day, found in days.items() if found}


def _is_hit(block: CareBlock, weekday: int, span: tuple[int, int], on: date | None) -> bool:
    first, last = minute_of(block.starts), minute_of(block.ends)
    for days_later in (0, 1):
        is_that_weekday = block.weekday in (None, (weekday + days_later) % 7)
        holds = block.to_on is None if on is None else holds_on(block, on + timedelta(days=days_later))
        shift = days_later * DAY_MINUTES
        if is_that_weekday and holds and first + shift < span[1] and span[0] < last + shift:
            return True
    return False


def blocks_hit(
    blocks: Iterable[CareBlock], weekday: int, starts: time, ends: time, on: date | None = None
) -> list[CareBlock]:
    """The blocks that a lesson on ``weekday`` (0 is Monday) from ``starts`` to ``ends`` (half-open) would hit.

    ``on`` is the lesson's day: blocks hold from, to and save on the days of their exceptions. Without it a weekly
    pattern is asked about, which a block with a last day does not refuse: that takes single lessons only. An end at or
    before the start is the next day's. Visiting hours are never hit.
    """
    span = _span(starts, ends)
    return [block for block in blocks if block.blocks_lessons and _is_hit(block, weekday, span, on)]


def overlap(one: CareBlock | BlockPlan, other: CareBlock | BlockPlan) -> bool:
    """Whether two blocks share a minute of some day, whoever owns them."""
    return one.starts < other.ends and other.starts < one.ends and _share_a_day(one, other)


def _share_a_day(one: CareBlock | BlockPlan, other: CareBlock | BlockPlan) -> bool:
    if not (one.weekday is None or other.weekday is None or one.weekday == other.weekday):
        return False
    last = min((block.to_on for block in (one, other) if block.to_on is not None), default=None)
    if last is None:
        return True  # without an end, the days taken out are never all
    begun = [block.from_on for block in (one, other) if block.from_on is not None]
    # Without a beginning, so many weeks back that no number of days taken out could be all.
    weeks = len(one.excepted) + len(other.excepted) + 1
    first = max(begun, default=last - timedelta(weeks=weeks))
    days = (first + timedelta(days=number) for number in range((last - first).days + 1))
    return any(falls_on(one, day) and falls_on(other, day) for day in days)


def _holds_whenever(one: CareBlock, other: CareBlock) -> bool:
    """Whether ``one``'s period includes ``other``'s."""
    from_before = one.from_on is None or (other.from_on is not None and one.from_on <= other.from_on)
    until_after = one.to_on is None or (other.to_on is not None and one.to_on >= other.to_on)
    return from_before and until_after


def may_lie_together(one: CareKind, other: CareKind) -> bool:
    """Whether blocks of these kinds may overlap: visiting hours may lie over anything but visiting hours."""
    return (one is CareKind.VISITING) != (other is CareKind.VISITING)


def everybodys_blocks(blocks: Iterable[CareBlock], unit_ids: Collection[int]) -> list[CareBlock]:
    """The blocks that leave nobody of the home free: the home's own, and a unit's where every other unit has one, too.

    A lesson for the whole home may still be while one unit naps: its residents are refused when they are enrolled.
    """
    all_blocks = list(blocks)

    def is_everybodys(block: CareBlock) -> bool:
        busy = {other.unit_id for other in all_blocks if _holds_whenever(other, block) and overlap(block, other)}
        return block.person_id is None and (block.unit_id is None or busy.issuperset(unit_ids))

    return [block for block in all_blocks if is_everybodys(block)]
