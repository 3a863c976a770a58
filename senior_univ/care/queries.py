"""Who lives where, what she needs, and which times of the care day are not free."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from datetime import date

from sqlalchemy import ColumnElement, Select, and_, func, or_, select
from sqlalchemy.orm import Session, contains_eager, joinedload, selectinload

from senior_univ.accounts.models import NameReading, Person
from senior_univ.care import rules
from senior_univ.care.models import AccessNeeds, Away, CareBlock, CareKind, Quarantine, Residency, Unit
from senior_univ.core import clock
from senior_univ.core.access import Viewer
from senior_univ.core.errors import NotFoundError
from senior_univ.core.permissions import Permission
from senior_univ.network import queries as network
from senior_univ.network.models import CARE_KINDS, Organisation, Region


def homes(
    session: Session, viewer: Viewer, permission: Permission = Permission.SEE_RESIDENTS
) -> Sequence[Organisation]:
    """The care homes for which ``viewer`` has ``permission``, by name."""
    is_open = and_(Organisation.kind.in_(CARE_KINDS), Organisation.closed_on.is_(None))
    query = (
        network.visible_organisations(viewer, permission).where(is_open).order_by(Organisation.name, Organisation.id)
    )
    return session.scalars(query).all()


def home_for(session: Session, viewer: Viewer, permission: Permission, home_id: int) -> Organisation:
    """The care home, or NotFoundError where ``viewer`` has no ``permission`` there."""
    home = network.organisation_for(session, viewer, permission, home_id)
    if not home.is_care_home:
        raise NotFoundError
    return home


def manages(session: Session, viewer: Viewer, home_id: int) -> bool:
    """Whether ``viewer`` may change this home's residents and day."""
    query = network.visible_organisations(viewer, Permission.MANAGE_RESIDENTS).where(Organisation.id == home_id)
    return viewer.may(Permission.MANAGE_RESIDENTS) and session.scalar(query) is not None


def _standing(home_id: int) -> Select[Residency]:
    return (
        select(Residency)
        .where(Residency.home_id == home_id, Residency.to_on.is_(None))
        .outerjoin(Residency.unit)
        .join(Residency.person)
        .order_by(Unit.floor, Unit.name, Unit.id, Residency.bed, Person.name, Person.id)
        .options(joinedload(Residency.person), joinedload(Residency.unit))
    )


def _is_called(text: str) -> ColumnElement[bool]:
    """Whether name, pinyin, initials or bed match what was typed."""
    typed = text.replace(" ", "")
    read_so = select(NameReading.person_id).where(NameReading.reading.startswith(typed.lower(), autoescape=True))
    return or_(
        Person.name.contains(typed, autoescape=True),
        Residency.bed.startswith(typed, autoescape=True),
        Person.id.in_(read_so),
    )


def residents(
    session: Session, viewer: Viewer, home_id: int, unit_id: int | None = None, text: str = ""
) -> Sequence[Residency]:
    """Who lives in the home (its unit) today, by unit and bed, with person and unit; NotFoundError for a stranger."""
    home_for(session, viewer, Permission.SEE_RESIDENTS, home_id)
    query = _standing(home_id)
    if unit_id is not None:
        query = query.where(Residency.unit_id == unit_id)
    if text:
        query = query.where(_is_called(text))
    return session.scalars(query).all()


def resident_for(session: Session, viewer: Viewer, permission: Permission, home_id: int, person_id: int) -> Residency:
    """The standing residency of somebody in that home, or NotFoundError."""
    home_for(session, viewer, permission, home_id)
    query = _standing(home_id).where(Residency.person_id == person_id).options(joinedload(Residency.home))
    found = session.scalar(query)
    if found is None:
        raise NotFoundError
    return found


def history(session: Session, home_id: int, person_id: int) -> Sequence[Residency]:
    """Every residency of somebody in this home, the newest first; what other homes know stays theirs."""
    query = select(Residency).where(Residency.home_id == home_id, Residency.person_id == person_id)
    query = query.order_by(Residency.from_on.desc(), Residency.id.desc()).options(joinedload(Residency.unit))
    return session.scalars(query).all()


def residencies_of(session: Session, person_ids: Collection[int]) -> dict[int, Residency]:
    """The standing residency of each who has one, with home and unit."""
    query = select(Residency).where(Residency.person_id.in_(person_ids), Residency.to_on.is_(None))
    query = query.options(joinedload(Residency.home), joinedload(Residency.unit))
    return {residency.person_id: residency for residency in session.scalars(query)} if person_ids else {}


def needs_of(session: Session, person_ids: Collection[int]) -> dict[int, AccessNeeds]:
    """The access needs of each who has any on file."""
    query = select(AccessNeeds).where(AccessNeeds.person_id.in_(person_ids))
    return {needs.person_id: needs for needs in session.scalars(query)} if person_ids else {}


def care_day(session: Session, home_id: int) -> Sequence[CareBlock]:
    """All blocks of a home, its units and its residents, visiting hours too, by time, with unit and person."""
    query = select(CareBlock).where(CareBlock.home_id == home_id)
    query = query.order_by(CareBlock.starts, CareBlock.ends, CareBlock.weekday, CareBlock.id)
    loaded = (joinedload(CareBlock.unit), joinedload(CareBlock.person), selectinload(CareBlock.exceptions))
    return session.scalars(query.options(*loaded)).all()


def visiting_hours(session: Session, residency: Residency) -> Sequence[CareBlock]:
    """When she may be visited: the hours of her unit and of her whole home that are not over, by time."""
    mine = or_(CareBlock.unit_id.is_(None), CareBlock.unit_id == residency.unit_id)
    stands = or_(CareBlock.to_on.is_(None), CareBlock.to_on >= clock.today())
    query = select(CareBlock).where(CareBlock.home_id == residency.home_id, CareBlock.kind == CareKind.VISITING)
    query = query.where(CareBlock.person_id.is_(None), mine, stands)
    return session.scalars(query.order_by(CareBlock.starts, CareBlock.ends, CareBlock.id)).all()


def block_for(session: Session, home_id: int, block_id: int) -> CareBlock | None:
    """A block of that home."""
    query = select(CareBlock).where(CareBlock.id == block_id, CareBlock.home_id == home_id)
    loaded = (joinedload(CareBlock.unit), joinedload(CareBlock.person), selectinload(CareBlock.exceptions))
    return session.scalar(query.options(*loaded))


def blocks_for(
    session: Session, person_ids: Collection[int], residencies: Mapping[int, Residency] | None = None
) -> dict[int, list[CareBlock]]:
    """When each of these people is not free: her own blocks, her unit's and her home's. Visiting hours are left out.

    ``residencies`` are theirs, where the caller has read them already.
    """
    residencies = residencies_of(session, person_ids) if residencies is None else residencies
    home_ids = {residency.home_id for residency in residencies.values()}
    query = select(CareBlock).where(
        CareBlock.home_id.in_(home_ids), or_(CareBlock.person_id.is_(None), CareBlock.person_id.in_(person_ids))
    )
    query = query.options(selectinload(CareBlock.exceptions))
    blocks = [b for b in session.scalars(query) if b.blocks_lessons] if home_ids else []
    return {
        person_id: [block for block in blocks if _concerns(block, residencies.get(person_id))]
        for person_id in person_ids
    }


def _concerns(block: CareBlock, residency: Residency | None) -> bool:
    if residency is None or block.home_id != residency.home_id:
        return False
    if block.person_id is not None:
        return block.person_id == residency.person_id
    return block.unit_id in (None, residency.unit_id)


def home_blocks(session: Session, home_id: int, unit_id: int | None = None) -> list[CareBlock]:
    """When nobody of the home is free: the home's own blocks, and a unit's where every unit has one then.

    With ``unit_id``: when nobody of that unit is free. Periods and exceptions are loaded with them.
    """
    query = select(CareBlock).where(CareBlock.home_id == home_id, CareBlock.person_id.is_(None))
    query = query.order_by(CareBlock.starts, CareBlock.id)
    query = query.options(joinedload(CareBlock.unit), selectinload(CareBlock.exceptions))
    blocks = [block for block in session.scalars(query) if block.blocks_lessons]
    if unit_id is not None:
        return [block for block in blocks if block.unit_id in (None, unit_id)]
    unit_ids = session.scalars(select(Unit.id).where(Unit.home_id == home_id)).all()
    return rules.everybodys_blocks(blocks, unit_ids)


def away_between(session: Session, person_ids: Collection[int], first: date, last: date) -> dict[int, list[Away]]:
    """When each of these people is in hospital or at home with her family in these days, by day."""
    query = select(Away).where(
        Away.person_id.in_(person_ids), Away.from_on <= last, or_(Away.to_on.is_(None), Away.to_on >= first)
    )
    found: dict[int, list[Away]] = defaultdict(list)
    for away in session.scalars(query.order_by(Away.from_on, Away.id)) if person_ids else ():
        found[away.person_id].append(away)
    return dict(found)


def quarantines_between(
    session: Session, unit_ids: Collection[int], first: date, last: date
) -> dict[int, list[Quarantine]]:
    """The quarantines of these units in these days that were not lifted, by day."""
    query = select(Quarantine).where(
        Quarantine.unit_id.in_(unit_ids),
        Quarantine.from_on <= last,
        Quarantine.to_on >= first,
        Quarantine.lifted_at.is_(None),
    )
    found: dict[int, list[Quarantine]] = defaultdict(list)
    for quarantine in session.scalars(query.order_by(Quarantine.from_on, Quarantine.id)) if unit_ids else ():
        found[quarantine.unit_id].append(quarantine)
    return dict(found)


def days_away(session: Session, home_id: int, person_id: int) -> Sequence[Away]:
    """When somebody in this home was, is or will be away, the latest first."""
    query = select(Away).where(Away.home_id == home_id, Away.person_id == person_id)
    return session.scalars(query.order_by(Away.from_on.desc(), Away.id.desc())).all()


def away_for(session: Session, home_id: int, away_id: int) -> Away | None:
    """Somebody's days away from that home."""
    return session.scalar(select(Away).where(Away.id == away_id, Away.home_id == home_id))


def away_today(session: Session, person_ids: Collection[int]) -> dict[int, Away]:
    """Who of these people is away today."""
    today = clock.today()
    return {person_id: rows[0] for person_id, rows in away_between(session, person_ids, today, today).items()}


def quarantines_of(session: Session, home_id: int) -> Sequence[Quarantine]:
    """Every quarantine of a home's units, the latest first, with its unit."""
    query = select(Quarantine).join(Quarantine.unit).where(Unit.home_id == home_id)
    query = query.order_by(Quarantine.from_on.desc(), Quarantine.id.desc()).limit(50)
    return session.scalars(query.options(contains_eager(Quarantine.unit))).all()


def quarantine_for(session: Session, home_id: int, quarantine_id: int) -> Quarantine | None:
    """A quarantine of one of that home's units."""
    query = select(Quarantine).join(Quarantine.unit).where(Unit.home_id == home_id, Quarantine.id == quarantine_id)
    return session.scalar(query.options(contains_eager(Quarantine.unit).joinedload(Unit.home)))


def units_of(session: Session, home_id: int) -> Sequence[Unit]:
    """The units of a home, the lowest floor first."""
    query = select(Unit).where(Unit.home_id == home_id).order_by(Unit.floor, Unit.name, Unit.id)
    return session.scalars(query).all()


def unit_for(session: Session, home_id: int, unit_id: int) -> Unit | None:
    """A unit of that home."""
    return session.scalar(select(Unit).where(Unit.id == unit_id, Unit.home_id == home_id))


def count_by_unit(session: Session, home_id: int) -> dict[int | None, int]:
    """How many live in each unit; None for those who have none."""
    query = select(Residency.unit_id, func.count()).where(Residency.home_id == home_id, Residency.to_on.is_(None))
    return dict(session.execute(query.group_by(Residency.unit_id)).all())


def count_by_home(session: Session, home_ids: Collection[int]) -> dict[int, int]:
    """How many live in each of these homes."""
    query = select(Residency.home_id, func.count()).where(Residency.home_id.in_(home_ids), Residency.to_on.is_(None))
    return dict(session.execute(query.group_by(Residency.home_id)).all())


def repeated_names(session: Session, home_id: int) -> set[str]:
    """The names that more than one resident of the home has; lists tell these people apart."""
    query = select(Person.name).join(Residency, Residency.person_id == Person.id)
    query = query.where(Residency.home_id == home_id, Residency.to_on.is_(None))
    return set(session.scalars(query.group_by(Person.name).having(func.count() > 1)))


def known_people(session: Session, home: Organisation, *, name: str, birth_year: int | None) -> Sequence[Person]:
    """People of exactly this name and birth year in the home's county, to whom a new resident may be equal.

    Somebody who gives both knows the person: nothing but the village is shown, and admitting her is on record.
    """
    query = select(Person).join(Person.region)
    query = query.where(
        Person.name == name,
        Person.birth_year == birth_year,
        Person.ended_at.is_(None),
        network.below(Region.code, home.region_code[:6]),
    )
    return session.scalars(query.order_by(Person.id).limit(5).options(joinedload(Person.region))).all()
