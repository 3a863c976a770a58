"""What a home writes down: who comes, moves and leaves, what she needs, and the care day. Nothing here commits."""

from datetime import date

from flask_babel import lazy_gettext as _l
from sqlalchemy import delete, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from senior_univ.accounts import actions as accounts
from senior_univ.accounts.models import BelongingReason, Person
from senior_univ.audit import actions as audit
from senior_univ.care import rules
from senior_univ.care.events import residency_ended
from senior_univ.care.models import CARE_LABELS, AccessNeeds, CareBlock, Residency, Unit
from senior_univ.core import clock
from senior_univ.core.access import Viewer
from senior_univ.core.errors import DomainError
from senior_univ.core.words import time_words, weekday_words
from senior_univ.network.models import Organisation


def admit(
    session: Session, person: Person, place: rules.Place, *, from_on: date | None = None, by: Viewer | None
) -> Residency:
    """Let ``person`` live at ``place`` from that day (default: today); her home may see her from then on.

    Refuses with DomainError: not_a_home, person_ended, from_in_future, already_resident, wrong_unit, bed_taken.
    """
    day = from_on or clock.today()
    if not place.home.is_care_home:
        raise DomainError("not_a_home", _l("%(name)s is not a care home.", name=place.home.name))
    if person.ended_at is not None:
        raise DomainError("person_ended", _l("The file of %(name)s is closed.", name=person.name), field="name")
    if day > clock.today():
        raise DomainError(
            "from_in_future", _l("This day is still to come: please add her when she has come."), field="from_on"
        )
    _lock(session, place.home.id)
    _refuse_resident(session, person, place.home)
    _check_place(session, place, person.id)
    residency = Residency(person=person, home=place.home, unit=place.unit, bed=place.bed, from_on=day)
    _write(session, residency)
    accounts.belong(session, person.id, place.home.id, BelongingReason.RESIDENT)
    audit.record(session, "residency.began", residency, by=by, on_behalf_of=person.id, home_id=place.home.id)
    return residency


def _lock(session: Session, home_id: int) -> None:
    """One at a time writes down beds and blocks of a home, so that two can't both find the same one free."""
    session.execute(select(Organisation.id).where(Organisation.id == home_id).with_for_update())


def _refuse_resident(session: Session, person: Person, home: Organisation) -> None:
    standing = session.scalar(select(Residency).where(Residency.person_id == person.id, Residency.to_on.is_(None)))
    if standing is not None:
        raise _already_resident(person, is_here=standing.home_id == home.id)


def _already_resident(person: Person, *, is_here: bool) -> DomainError:
    if is_here:
        return DomainError("already_resident", _l("%(name)s already lives here.", name=person.name), field="name")
    words = _l("%(name)s is registered in another home, which must sign her out first.", name=person.name)
    return DomainError("already_resident", words, field="name")


def _check_place(session: Session, place: rules.Place, person_id: int) -> None:
    if place.unit is None:
        return
    if place.unit.home_id != place.home.id:
        raise DomainError("wrong_unit", _l("This unit is not of this home."), field="unit")
    if not place.bed:
        return
    query = select(Residency).where(
        Residency.unit_id == place.unit.id,
        Residency.bed == place.bed,
        Residency.to_on.is_(None),
        Residency.person_id != person_id,
    )
    if taken := session.scalar(query):
        words = _l("Bed %(bed)s is taken by %(name)s.", bed=place.bed, name=taken.person.name)
        raise DomainError("bed_taken", words, field="bed")


def _write(session: Session, residency: Residency) -> None:
    session.add(residency)
    try:
        session.flush()  # two homes may admit her at the same moment; the database lets one
    except IntegrityError as error:
        raise _already_resident(residency.person, is_here=False) from error


def move(session: Session, residency: Residency, place: rules.Place, *, by: Viewer | None) -> Residency:
    """Give a resident another unit or bed of her home from today; refuses wrong_home, wrong_unit and bed_taken."""
    if place.home.id != residency.home_id:
        raise DomainError("wrong_home", _l("To move to another home, she is signed out here and added there."))
    _lock(session, residency.home_id)
    _check_place(session, place, residency.person_id)
    if residency.from_on == clock.today():
        residency.unit, residency.bed = place.unit, place.bed
        moved = residency
    else:
        moved = _go_on_at(session, residency, place)
    audit.record(session, "residency.moved", moved, by=by, on_behalf_of=residency.person_id)
    return moved


def _go_on_at(session: Session, residency: Residency, place: rules.Place) -> Residency:
    residency.to_on = clock.today()
    session.flush()  # a person has one standing residency, so the old one ends first
    moved = Residency(
        person=residency.person, home=residency.home, unit=place.unit, bed=place.bed, from_on=clock.today()
    )
    _write(session, moved)
    return moved


def discharge(session: Session, residency: Residency, *, to_on: date | None = None, by: Viewer | None) -> Residency:
    """End a residency on that day (default: today), with her own care blocks and her home's right to see her.

    Refuses with DomainError: already_ended, to_in_future, ends_before_start.
    """
    day = to_on or clock.today()
    if residency.to_on is not None:
        raise DomainError("already_ended", _l("%(name)s no longer lives here.", name=residency.person.name))
    if day > clock.today():
        raise DomainError(
            "to_in_future", _l("This day is still to come: please sign her out when she has left."), field="to_on"
        )
    if day < residency.from_on:
        raise DomainError(
            "ends_before_start", _l("She came only on %(day)s.", day=str(residency.from_on)), field="to_on"
        )
    residency.to_on = day
    own = delete(CareBlock).where(CareBlock.home_id == residency.home_id, CareBlock.person_id == residency.person_id)
    session.execute(own)
    accounts.stop_belonging(session, residency.person_id, residency.home_id, BelongingReason.RESIDENT, day)
    accounts.leave_desk(session, residency.person, residency.home_id, day)
    audit.record(session, "residency.ended", residency, by=by, on_behalf_of=residency.person_id)
    residency_ended.send(session, residency=residency, by=by)
    return residency


def set_needs(session: Session, person_id: int, needs: rules.Needs, *, by: Viewer | None) -> AccessNeeds:
    """Write down what somebody needs; a wheelchair needs a way without steps."""
    on_file = session.get(AccessNeeds, person_id) or AccessNeeds(person_id=person_id)
    on_file.uses_wheelchair = needs.uses_wheelchair
    on_file.needs_step_free = needs.needs_step_free or needs.uses_wheelchair
    on_file.needs_escort = needs.needs_escort
    on_file.is_hard_of_hearing = needs.is_hard_of_hearing
    on_file.note = needs.note
    session.add(on_file)
    audit.record(session, "needs.changed", on_file, by=by, on_behalf_of=person_id)
    return on_file


def add_block(session: Session, plan: rules.BlockPlan, *, by: Viewer | None) -> CareBlock:
    """Add a block to the care day; refuses end_before_start, two_owners, wrong_unit, not_resident and overlap."""
    block = CareBlock(home_id=plan.home_id)
    _fill(session, block, plan)
    session.add(block)
    audit.record(session, "care_block.added", block, by=by, on_behalf_of=plan.person_id)
    return block


def change_block(session: Session, block: CareBlock, plan: rules.BlockPlan, *, by: Viewer | None) -> CareBlock:
    """Give a block another time, day or kind; refuses as add_block does."""
    _fill(session, block, plan)
    audit.record(session, "care_block.changed", block, by=by, on_behalf_of=plan.person_id)
    return block


def end_block(session: Session, block: CareBlock, *, by: Viewer | None) -> None:
    """Take a block out of the care day."""
    audit.record(session, "care_block.ended", block, by=by, on_behalf_of=block.person_id)
    session.delete(block)


def _fill(session: Session, block: CareBlock, plan: rules.BlockPlan) -> None:
    _check_hours(plan)
    _check_owner(session, plan)
    _lock(session, plan.home_id)
    _refuse_overlap(session, plan, block.id)
    block.unit_id, block.person_id = plan.unit_id, plan.person_id
    block.kind, block.weekday, block.note = plan.kind, plan.weekday, plan.note
    block.starts, block.ends = plan.starts, plan.ends


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
    for other in session.scalars(same_owner.order_by(CareBlock.starts)):
        if other.id != own_id and not rules.may_lie_together(plan.kind, other.kind) and rules.overlap(plan, other):
            raise _overlap(other)


def _overlap(other: CareBlock) -> DomainError:
    words = _l(
        "At this time there is already: %(what)s, %(day)s, %(starts)s to %(ends)s.",
        what=CARE_LABELS[other.kind],
        day=_l("every day") if other.weekday is None else weekday_words(other.weekday),
        starts=time_words(other.starts),
        ends=time_words(other.ends),
    )
    return DomainError("overlap", words, field="starts")


def add_unit(
    session: Session, home: Organisation, name: str, *, floor: int = 1, gathering_minutes: int = 10, by: Viewer | None
) -> Unit:
    """Add a unit to a home; refuses name_taken."""
    _refuse_unit_name(session, home.id, name, None)
    unit = Unit(home=home, name=name, floor=floor, gathering_minutes=gathering_minutes)
    session.add(unit)
    audit.record(session, "unit.added", unit, by=by)
    return unit


def change_unit(
    session: Session, unit: Unit, name: str, *, floor: int, gathering_minutes: int, by: Viewer | None
) -> Unit:
    """Give a unit another name, floor or time to gather; refuses name_taken."""
    _refuse_unit_name(session, unit.home_id, name, unit.id)
    unit.name, unit.floor, unit.gathering_minutes = name, floor, gathering_minutes
    audit.record(session, "unit.changed", unit, by=by)
    return unit


def _refuse_unit_name(session: Session, home_id: int, name: str, own_id: int | None) -> None:
    query = select(Unit.id).where(Unit.home_id == home_id, Unit.name == name)
    if session.scalar(query) not in (None, own_id):
        raise DomainError("name_taken", _l("This home already has a unit of this name."), field="name")
