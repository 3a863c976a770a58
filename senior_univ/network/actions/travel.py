"""How long the way between two venues takes, where somebody knows better than the map."""

from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import Session

from senior_univ.audit.actions import record
from senior_univ.core.access import Viewer
from senior_univ.core.errors import DomainError, NotFoundError
from senior_univ.network.models import TravelTime, Venue


def set_travel_time(session: Session, venue: Venue, other: Venue, minutes: int, *, by: Viewer) -> TravelTime:
    """Write down the minutes between two venues, by any means and both ways; DomainError ``same_venue`` or ``no_minutes``."""
    if other.id == venue.id:
        raise DomainError("same_venue", _l("Please choose another venue."), field="other")
    if minutes < 0:
        raise DomainError("no_minutes", _l("A way cannot take less than no time."), field="minutes")
    one_id, other_id = sorted((venue.id, other.id))
    written = session.merge(TravelTime(one_id=one_id, other_id=other_id, minutes=minutes))
    record(session, "venue.travel_set", venue, by=by, other=other.id, minutes=minutes)
    return written


def remove_travel_time(session: Session, venue: Venue, other_id: int, *, by: Viewer) -> None:
    """Let the map tell again; NotFoundError where nothing was written down."""
    written = session.get(TravelTime, tuple(sorted((venue.id, other_id))))
    if written is None:
        raise NotFoundError
    session.delete(written)
    record(session, "venue.travel_removed", venue, by=by, other=other_id)
