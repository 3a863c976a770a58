"""Regions, and the organisations that a viewer may see."""

from collections.abc import Iterable
from itertools import combinations
from typing import TypeVar

from sqlalchemy import ColumnElement, Select, SQLColumnExpression, and_, case, exists, false, func, or_, select
from sqlalchemy.orm import Session, aliased, contains_eager, joinedload

from senior_univ.core.access import Post, Viewer
from senior_univ.core.errors import NotFoundError
from senior_univ.core.permissions import AREA_ROLES, Permission, Role
from senior_univ.network.models import (
    CARE_KINDS,
    TEACHING_KINDS,
    Level,
    OpeningHours,
    Organisation,
    OrganisationKind,
    Region,
    Room,
    TravelMode,
    TravelTime,
    Venue,
)
from senior_univ.network.rules import (
    LONGEST_CODE,
    OFFICIAL_SUFFIXES,
    PARENT_KINDS,
    Coverage,
    bare_name,
    city_of,
    cover,
    distance_km,
    is_below,
    level_of,
    may_answer_to,
    path_of,
    prefix_of,
    travel_minutes,
    words_typed,
)

Row = TypeVar("Row")


def below(column: SQLColumnExpression[str], prefix: str) -> ColumnElement[bool]:
    """Condition that a region code begins with ``prefix``: a range, which an index answers on both databases."""
    return column.between(prefix, prefix.ljust(LONGEST_CODE, "9"))


def region(session: Session, code: str) -> Region | None:
    """The region with that code, one that has ended included."""
    return session.get(Region, code)


def child_regions(session: Session, code: str) -> list[Region]:
    """What a region consists of today."""
    standing = select(Region).where(Region.parent_code == code, Region.ended_on.is_(None))
    return list(session.scalars(standing.order_by(Region.code)))


def region_path(session: Session, code: str) -> list[Region]:
    """The regions from the city down to ``code``; empty for an unknown code."""
    return region_paths(session, [code]).get(code, [])


def region_paths(session: Session, codes: Iterable[str]) -> dict[str, list[Region]]:
    """The path of each known code, in one query."""
    paths = {code: path_of(code) for code in codes if code}
    wanted = {step for path in paths.values() for step in path}
    found = {each.code: each for each in session.scalars(select(Region).where(Region.code.in_(wanted)))}
    return {code: [found[step] for step in path if step in found] for code, path in paths.items() if code in found}


def search_regions(
    session: Session,
    text: str,
    level: Level | None = None,
    limit: int = 20,
    *,
    near: str = "",
    within: str = "",
) -> list[Region]:
    """Regions whose name has the last word of ``text`` and whose path has the words before it; or the one with that code.

    The best come first: called exactly so, then those in the township and county of the code ``near``. ``within`` is a
    prefix that the codes must have.
    """
    typed = words_typed(text)
    words = [bare_name(word) for word in typed]
    if not words:
        return []
    if level_of(text.strip()):
        return list(session.scalars(_standing(level, within).where(Region.code == text.strip())))
    parent, grandparent, city = aliased(Region), aliased(Region), aliased(Region)
    query = (
        _standing(level, within)
        .outerjoin(parent, parent.code == Region.parent_code)
        .outerjoin(grandparent, grandparent.code == parent.parent_code)
        .outerjoin(city, city.code == grandparent.parent_code)
        .where(*(_any_has(word, (Region, parent, grandparent, city)) for word in words))
        .where(_any_has(words[-1], (Region,)))
        .order_by(*_best_called(typed[-1]), *_nearest_first(near), Region.code)
        .limit(limit)
    )
    return list(session.scalars(query))


def _standing(level: Level | None, within: str) -> Select[Region]:
    query = select(Region).where(Region.ended_on.is_(None))
    if level is not None:
        query = query.where(Region.level == level)
    return query.where(below(Region.code, within)) if within else query


def _any_has(word: str, places: Iterable[type[Region]]) -> ColumnElement[bool]:
    return or_(*(place.name.contains(word, autoescape=True) for place in places))


def _best_called(typed: str) -> list[ColumnElement[int]]:
    """Exactly so called before names that only have it inside; 北关村 before 北关社区 for whoever typed 北关村."""
    names = [bare_name(typed) + suffix for suffix in OFFICIAL_SUFFIXES]
    is_called, begins = Region.name.in_(names), Region.name.startswith(typed, autoescape=True)
    return [case((is_called, 0), else_=1), case((begins, 0), else_=1)]


def _nearest_first(near: str) -> list[ColumnElement[int]]:
    lengths = [length for length in (9, 6) if len(near) >= length]
    return [case((below(Region.code, near[:length]), 0), else_=1) for length in lengths]


def organisation_scope(viewer: Viewer, permission: Permission) -> ColumnElement[bool]:
    """Condition on Organisation: those for which one of the viewer's posts allows ``permission``."""
    areas = [_area(post) for post in viewer.posts if post.role in AREA_ROLES and post.gives(permission)]
    own = [post.organisation_id for post in viewer.posts if post.role not in AREA_ROLES and post.gives(permission)]
    return or_(false(), *areas, *([Organisation.id.in_(own)] if own else []))


def _area(post: Post) -> ColumnElement[bool]:
    """A supervisor of care homes sees the homes of her area, everybody else with an area all that is in it."""
    area = below(Organisation.region_code, post.prefix)
    return and_(area, Organisation.kind.in_(CARE_KINDS)) if post.role is Role.CARE_SUPERVISOR else area


def visible_organisations(viewer: Viewer, permission: Permission) -> Select[Organisation]:
    """The organisations for which the viewer has ``permission``, with their region; closed ones included."""
    seen = select(Organisation).where(organisation_scope(viewer, permission))
    return seen.options(joinedload(Organisation.region))


def organisation_for(session: Session, viewer: Viewer, permission: Permission, organisation_id: int) -> Organisation:
    """That organisation; NotFoundError where there is none or the viewer has no ``permission`` for it."""
    return _found(session.scalar(visible_organisations(viewer, permission).where(Organisation.id == organisation_id)))


def is_in_scope(session: Session, viewer: Viewer, permission: Permission, organisation_id: int) -> bool:
    """Whether the viewer has ``permission`` for that organisation; asks nothing where she has it for none."""
    if not viewer.may(permission):
        return False
    scope = select(Organisation.id).where(Organisation.id == organisation_id, organisation_scope(viewer, permission))
    return session.scalar(scope) is not None


def tiers_above(session: Session, organisation: Organisation) -> list[Organisation]:
    """The organisations that one answers to, the nearest first."""
    start = select(Organisation.id, Organisation.parent_id).where(Organisation.id == organisation.id)
    chain = start.cte("chain", recursive=True)
    chain = chain.union(
        select(Organisation.id, Organisation.parent_id).join(chain, Organisation.id == chain.c.parent_id)
    )
    above = {each.id: each for each in session.scalars(select(Organisation).join(chain, Organisation.id == chain.c.id))}
    tiers, next_id = [], organisation.parent_id
    while next_id is not None and next_id in above:
        tiers.append(above.pop(next_id))
        next_id = tiers[-1].parent_id
    return tiers


def teaching_organisations(session: Session, viewer: Viewer, permission: Permission) -> list[Organisation]:
    """The standing organisations that give classes and for which the viewer has ``permission``, by place."""
    query = visible_organisations(viewer, permission).where(
        Organisation.kind.in_(TEACHING_KINDS), Organisation.closed_on.is_(None)
    )
    return list(session.scalars(query.order_by(Organisation.region_code, Organisation.name)))


def possible_parents(session: Session, kind: OrganisationKind, region_code: str) -> list[Organisation]:
    """Whom an organisation of ``kind`` at a region may answer to: of its own county, or of the city."""
    query = select(Organisation).where(
        Organisation.kind.in_(PARENT_KINDS[kind]),
        Organisation.closed_on.is_(None),
        or_(below(Organisation.region_code, region_code[:6]), Organisation.region_code == city_of(region_code)),
    )
    found = session.scalars(query.options(joinedload(Organisation.region)).order_by(Organisation.region_code))
    return [each for each in found if may_answer_to(kind, region_code, each)]


def venues_of(session: Session, organisation_id: int) -> list[Venue]:
    """An organisation's venues that are in use."""
    query = select(Venue).where(Venue.organisation_id == organisation_id, Venue.closed_at.is_(None))
    return list(session.scalars(query.order_by(Venue.name, Venue.id)))


def rooms_of(session: Session, organisation_id: int) -> list[Room]:
    """An organisation's rooms that are in use, with their venue."""
    query = (
        select(Room)
        .join(Room.venue)
        .where(Venue.organisation_id == organisation_id, Room.closed_at.is_(None), Venue.closed_at.is_(None))
        .options(contains_eager(Room.venue))
        .order_by(Venue.name, Room.name, Room.id)
    )
    return list(session.scalars(query))


def venue_for(session: Session, viewer: Viewer, venue_id: int) -> Venue:
    """That venue, in use, of an organisation whose rooms the viewer manages; else NotFoundError."""
    query = (
        select(Venue)
        .join(Venue.organisation)
        .where(Venue.id == venue_id, Venue.closed_at.is_(None))
        .where(organisation_scope(viewer, Permission.MANAGE_ROOMS))
        .options(contains_eager(Venue.organisation))
    )
    return _found(session.scalar(query))


def room_for(session: Session, viewer: Viewer, room_id: int) -> Room:
    """That room, in use, of an organisation whose rooms the viewer manages; else NotFoundError."""
    query = (
        select(Room)
        .join(Room.venue)
        .join(Venue.organisation)
        .where(Room.id == room_id, Room.closed_at.is_(None), Venue.closed_at.is_(None))
        .where(organisation_scope(viewer, Permission.MANAGE_ROOMS))
        .options(contains_eager(Room.venue).contains_eager(Venue.organisation))
    )
    return _found(session.scalar(query))


def _found(row: Row | None) -> Row:
    if row is None:
        raise NotFoundError
    return row


def hours_of(session: Session, venue_ids: Iterable[int]) -> dict[int, list[OpeningHours]]:
    """The opening hours of each venue, Monday first; a venue without any is always open."""
    ids = list(venue_ids)
    query = select(OpeningHours).where(OpeningHours.venue_id.in_(ids))
    hours: dict[int, list[OpeningHours]] = {venue_id: [] for venue_id in ids}
    for each in session.scalars(query.order_by(OpeningHours.weekday, OpeningHours.opens)):
        hours[each.venue_id].append(each)
    return hours


def travel_minutes_between(session: Session, venue_ids: Iterable[int], mode: TravelMode) -> dict[tuple[int, int], int]:
    """The minutes from each of the venues to each other, in both orders; a pair of which nothing is known is left out.

    What somebody wrote down for a pair stands above what its coordinates say. One query.
    """
    ids = set(venue_ids)
    own = and_(TravelTime.one_id == Venue.id, TravelTime.other_id.in_(ids))
    located = select(Venue.id, Venue.latitude, Venue.longitude, TravelTime.other_id, TravelTime.minutes)
    rows = session.execute(located.outerjoin(TravelTime, own).where(Venue.id.in_(ids))).all()
    points = {row.id: (row.latitude, row.longitude) for row in rows if None not in (row.latitude, row.longitude)}
    minutes: dict[tuple[int, int], int] = {}
    for one, other in combinations(points, 2):
        km = distance_km(points[one], points[other])
        if km is not None:
            minutes[one, other] = minutes[other, one] = travel_minutes(km, mode)
    for row in rows:
        if row.other_id is not None:
            minutes[row.id, row.other_id] = minutes[row.other_id, row.id] = row.minutes
    return minutes


def counties_of(session: Session, viewer: Viewer, permission: Permission) -> list[Region]:
    """The counties that lie in the viewer's areas, or in which an area lies."""
    areas = [below(Region.code, prefix[:6]) for prefix in viewer.prefixes(permission)]
    query = select(Region).where(Region.level == Level.COUNTY, Region.ended_on.is_(None), or_(false(), *areas))
    return list(session.scalars(query.order_by(Region.code)))


def coverage_areas(session: Session, viewer: Viewer) -> list[Region]:
    """The regions whose coverage the viewer answers for, the widest first."""
    codes = {prefix.ljust(6, "0") for prefix in viewer.prefixes(Permission.SEE_COVERAGE)}
    query = select(Region).where(Region.code.in_(codes)).order_by(func.length(Region.code), Region.code)
    return list(session.scalars(query))


def covered_region(session: Session, viewer: Viewer, code: str) -> Region:
    """That region; NotFoundError where there is none or it is outside the viewer's areas."""
    return _found(session.get(Region, code) if is_covered_by(viewer, code) else None)


def is_covered_by(viewer: Viewer, code: str) -> bool:
    """Whether a code is one of a region in the areas whose coverage the viewer answers for."""
    return level_of(code) is not None and is_below(prefix_of(code), viewer.prefixes(Permission.SEE_COVERAGE))


def coverage(session: Session, viewer: Viewer, code: str) -> list[Coverage]:
    """How far each county of a city, or each township of a county, is covered; of a township, itself. Four queries."""
    region = covered_region(session, viewer, code)
    regions = child_regions(session, code) if region.level in {Level.CITY, Level.COUNTY} else [region]
    prefix = prefix_of(code)
    villages = dict.fromkeys(
        session.scalars(select(Region.code).where(Region.level == Level.TOWNSHIP, *_standing_below(prefix))), 0
    )
    in_township = select(Region.parent_code, func.count()).where(
        Region.level == Level.VILLAGE, *_standing_below(prefix)
    )
    villages |= {parent: count for parent, count in session.execute(in_township.group_by(Region.parent_code)) if parent}
    standing = (
        select(Organisation.region_code, Organisation.kind, func.count())
        .where(Organisation.closed_on.is_(None), below(Organisation.region_code, prefix))
        .group_by(Organisation.region_code, Organisation.kind)
    )
    return cover(regions, villages, [(code, kind, count) for code, kind, count in session.execute(standing)])


def villages_without_site(viewer: Viewer, code: str) -> Select[Region]:
    """The villages of a region, in the viewer's areas, in which no teaching organisation stands."""
    areas = [below(Region.code, prefix) for prefix in viewer.prefixes(Permission.SEE_COVERAGE)]
    has_site = exists().where(
        Organisation.region_code == Region.code,
        Organisation.kind.in_(TEACHING_KINDS),
        Organisation.closed_on.is_(None),
    )
    query = select(Region).where(Region.level == Level.VILLAGE, *_standing_below(prefix_of(code)), ~has_site)
    return query.where(or_(false(), *areas)).order_by(Region.code)


def townships_with_school(session: Session, code: str) -> set[str]:
    """The codes of the townships of a region that have a school."""
    schools = select(Organisation.region_code).where(
        Organisation.kind == OrganisationKind.TOWNSHIP_SCHOOL,
        Organisation.closed_on.is_(None),
        below(Organisation.region_code, prefix_of(code)),
    )
    return set(session.scalars(schools))


def _standing_below(prefix: str) -> list[ColumnElement[bool]]:
    return [Region.ended_on.is_(None), below(Region.code, prefix)]
