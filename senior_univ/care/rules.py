"""The care day, without a database: which blocks a time hits, and which two may not stand side by side."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, time, timedelta

from senior_univ.care.models import CareBlock, CareKind, Unit
from senior_univ.network.models import Organisation

DAY_MINUTES = 24 * 60


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


def minute_of(at: time) -> int:
    """Minutes since midnight."""
    return at.hour * 60 + at.minute


def _span(starts: time, ends: time) -> tuple[int, int]:
    """Minutes from and to; an end at or before the start is the next day's, so that 00:00 ends a day."""
    first, last = minute_of(starts), minute_of(ends)
    return first, last if last > first else last + DAY_MINUTES


def holds_on(block: CareBlock, day: date) -> bool:
    """Whether a block's period includes ``day``, and no exception takes that day out. Its weekday is not looked at."""
    has_begun = block.from_on is None or block.from_on <= day
    is_over = block.to_on is not None and block.to_on < day
    return has_begun and not is_over and all(exception.on != day for exception in block.exceptions)


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
    """Whether two blocks share a minute of a day, whoever owns them."""
    share_a_day = one.weekday is None or other.weekday is None or one.weekday == other.weekday
    return share_a_day and one.starts < other.ends and other.starts < one.ends


def may_lie_together(one: CareKind, other: CareKind) -> bool:
    """Whether blocks of these kinds may overlap: visiting hours may lie over anything but visiting hours."""
    return (one is CareKind.VISITING) != (other is CareKind.VISITING)


def everybodys_blocks(blocks: Iterable[CareBlock], unit_ids: Collection[int]) -> list[CareBlock]:
    """The blocks that leave nobody of the home free: the home's own, and a unit's where every other unit has one, too.

    A lesson for the whole home may still be while one unit naps: its residents are refused when they are enrolled.
    """
    all_blocks = list(blocks)

    def is_everybodys(block: CareBlock) -> bool:
        busy = {other.unit_id for other in all_blocks if overlap(block, other)}
        return block.person_id is None and (block.unit_id is None or busy.issuperset(unit_ids))

    return [block for block in all_blocks if is_everybodys(block)]
