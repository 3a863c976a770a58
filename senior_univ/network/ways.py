"""The ways from a venue to the others around it, as its page shows them."""

from typing import NamedTuple

from sqlalchemy import or_, select
from sqlalchemy.orm import Session, joinedload

from senior_univ.network.models import TravelMode, TravelTime, Venue
from senior_univ.network.queries import below
from senior_univ.network.rules import distance_km, travel_minutes

SHOWN = (TravelMode.ON_FOOT, TravelMode.ELECTRIC_BICYCLE, TravelMode.CAR)


class Way(NamedTuple):
    """To ``venue``: ``km`` where both are on the map, ``minutes`` for each of ``SHOWN``, ``written`` what stands above."""

    venue: Venue
    km: float | None
    minutes: list[int]
    written: int | None


def ways_from(session: Session, venue: Venue) -> list[Way]:
    """To every venue of the same organisation or county that is in use, the nearest first. Two queries."""
    written = _written(session, venue.id)
    others = session.scalars(
        select(Venue)
        .where(
            Venue.id != venue.id,
            Venue.closed_at.is_(None),
            or_(Venue.organisation_id == venue.organisation_id, below(Venue.region_code, venue.region_code[:6])),
        )
        .options(joinedload(Venue.organisation))
    )
    ways = [_way(venue, other, written.get(other.id)) for other in others]
    return sorted(ways, key=lambda way: (way.km is None, way.km, way.venue.name, way.venue.id))


def _written(session: Session, venue_id: int) -> dict[int, int]:
    rows = session.scalars(
        select(TravelTime).where(or_(TravelTime.one_id == venue_id, TravelTime.other_id == venue_id))
    )
    return {row.other_id if row.one_id == venue_id else row.one_id: row.minutes for row in rows}


def _way(venue: Venue, other: Venue, written: int | None) -> Way:
    km = distance_km(venue.point, other.point)
    minutes = [] if km is None else [travel_minutes(km, mode) for mode in SHOWN]
    return Way(other, km, minutes, written)
