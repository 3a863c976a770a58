"""The care day: blocks from, to, the single days on which they do not hold, and their end."""

from dataclasses import replace
from datetime import date

from flask_babel import lazy_gettext as _l
from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from senior_univ.audit import actions as audit
from senior_univ.care import rules
from senior_univ.care.actions.homes import lock_home
from senior_univ.care.events import care_day_changed
from senior_univ.care.models import CARE_LABELS, CareBlock, CareBlockException, Residency, Unit
from senior_univ.core.access import Viewer
from senior_univ.core.errors import DomainError
from senior_univ.core.words import day_words, time_words, weekday_words


def add_block(session: Session, plan: rules.BlockPlan, *, by: Viewer | None) -> CareBlock:
    """Add a block to the care day.

    Refuses end_before_start, period_order, no_such_weekday, two_owners, wrong_unit, not_resident and overlap.
    """
    block = CareBlock(home_id=plan.home_id)
    _fill(session, block, plan)
    session.add(block)
    audit.record(session, "care_block.added", block, by=by, on_behalf_of=plan.person_id)
    _send_changed(session, block)
    return block


def change_block(session: Session, block: CareBlock, plan: rules.BlockPlan, *, by: Viewer | None) -> CareBlock:
    """Give a block another time, day, period or kind; refuses as add_block does. Days taken out of it stay out."""
    before = _owner(block)
    _fill(session, block, replace(plan, excepted=block.excepted))
    audit.record(session, "care_block.changed", block, by=by, on_behalf_of=plan.person_id)
    _send_changed(session, block, before)
    return block


def end_block(session: Session, block: CareBlock, *, by: Viewer | None) -> None:
    """Take a block out of the care day."""
    audit.record(session, "care_block.ended", block, by=by, on_behalf_of=block.person_id)
    session.delete(block)
    _send_changed(session, block)


def except_day(session: Session, block: CareBlock, day: date, *, by: Viewer | None) -> CareBlock:
    """For once, on that day, a block does not hold; refuses not_on_that_day. Told twice, it is the same."""
    lock_home(session, block.home_id)
    if day in block.excepted:
        return block
    if not rules.falls_on(block, day):
        raise DomainError("not_on_that_day", _l("On %(day)s there is no such time.", day=day_words(day)), field="on")
    block.exceptions.append(CareBlockException(on=day))
    audit.record(session, "care_block.excepted", block, by=by, on_behalf_of=block.person_id, day=day.isoformat())
    _send_changed(session, block)
    return block


def keep_day(session: Session, block: CareBlock, day: date, *, by: Viewer | None) -> CareBlock:
    """A block holds on that day after all; refuses overlap with what was put there meanwhile."""
    lock_home(session, block.home_id)
    found = [exception for exception in block.exceptions if exception.on == day]
    if not found:
        return block
    that_day = replace(rules.plan_of(block), from_on=day, to_on=day, excepted=frozenset())
    _refuse_overlap(session, that_day, block.id)
    block.exceptions.remove(found[0])
    audit.record(session, "care_block.kept", block, by=by, on_behalf_of=block.person_id, day=day.isoformat())
    _send_changed(session, block)
    return block


def _owner(block: CareBlock) -> tuple[int | None, int | None]:
    return block.unit_id, block.person_id


def _send_changed(session: Session, block: CareBlock, before: tuple[int | None, int | None] | None = None) -> None:
    """Tell of every owner whose day is another one now: of both, where a block went from one to another."""
    session.flush()
    for unit_id, person_id in {_owner(block), before or _owner(block)}:
        care_day_changed.send(session, home_id=block.home_id, unit_id=unit_id, person_id=person_id)


def _fill(session: Session, block: CareBlock, plan: rules.BlockPlan) -> None:
    _check_hours(plan)
    _check_period(plan)
    _check_owner(session, plan)
    lock_home(session, plan.home_id)
    _refuse_overlap(session, plan, block.id)
    block.unit_id, block.person_id = plan.unit_id, plan.person_id
    block.kind, block.weekday, block.note = plan.kind, plan.weekday, plan.note
    block.starts, block.ends = plan.starts, plan.ends
    block.from_on, block.to_on = plan.from_on, plan.to_on


def _check_period(plan: rules.BlockPlan) -> None:
    if plan.from_on is None or plan.to_on is None:
        return
    if plan.to_on < plan.from_on:
        raise DomainError("period_order", _l("The last day is before the first."), field="to_on")
    if plan.weekday is not None and not rules.has_weekday(plan.from_on, plan.to_on, plan.weekday):
        words = _l("There is no %(weekday)s between these days.", weekday=weekday_words(plan.weekday))
        raise DomainError("no_such_weekday", words, field="weekdays")


def _check_hours(plan: rules.BlockPlan) -> None:
    if plan.ends == plan.starts:
        raise DomainError(
            "end_before_start", _l("It must last at least a minute: give an end after the start."), field="ends"
        )
    if plan.ends < plan.starts:
        words = _l(
            "The end (%(ends)s) is before the start (%(starts)s).",
            starts=time_words(plan.starts),
            ends=time_words(plan.ends),
        )
        raise DomainError("end_before_start", words, field="ends")


def _check_owner(session: Session, plan: rules.BlockPlan) -> None:
    if plan.unit_id is not None and plan.person_id is not None:
        raise DomainError("two_owners", _l("A time belongs to a unit or to one resident, not to both."))
    if plan.unit_id is not None:
        unit = session.get(Unit, plan.unit_id)
        if unit is None or unit.home_id != plan.home_id:
            raise DomainError("wrong_unit", _l("This unit is not of this home."), field="owner")
    if plan.person_id is not None:
        lives_here = select(Residency.id).where(
            Residency.person_id == plan.person_id, Residency.home_id == plan.home_id, Residency.to_on.is_(None)
        )
        if session.scalar(lives_here) is None:
            raise DomainError("not_resident", _l("This person does not live here."), field="owner")


def _refuse_overlap(session: Session, plan: rules.BlockPlan, own_id: int | None) -> None:
    same_owner = select(CareBlock).where(
        CareBlock.home_id == plan.home_id,
        CareBlock.unit_id.is_not_distinct_from(plan.unit_id),
        CareBlock.person_id.is_not_distinct_from(plan.person_id),
    )
    same_owner = same_owner.order_by(CareBlock.starts, CareBlock.id).options(selectinload(CareBlock.exceptions))
    for other in session.scalars(same_owner):
        if other.id != own_id and not rules.may_lie_together(plan.kind, other.kind) and rules.overlap(plan, other):
            raise _overlap(other)


def _overlap(other: CareBlock) -> DomainError:
    day = _l("every day") if other.weekday is None else weekday_words(other.weekday)
    words = _l(
        "At this time there is already: %(what)s, %(day)s, %(starts)s to %(ends)s.",
        what=CARE_LABELS[other.kind],
        day=day_words(other.from_on) if other.from_on is not None and other.from_on == other.to_on else day,
        starts=time_words(other.starts),
        ends=time_words(other.ends),
    )
    return DomainError("overlap", words, field="starts")
