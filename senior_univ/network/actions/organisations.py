"""Adding, changing and closing organisations."""

from dataclasses import asdict, dataclass, replace
from datetime import time

from flask_babel import lazy_gettext as _l
from flask_babel import lazy_ngettext
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from senior_univ.audit.actions import record
from senior_univ.core import clock
from senior_univ.core.access import Viewer
from senior_univ.core.errors import DomainError
from senior_univ.core.permissions import Permission
from senior_univ.core.phones import read_phone
from senior_univ.network.events import organisation_closing
from senior_univ.network.models import LEVEL_LABELS, ORGANISATION_LABELS, Organisation, OrganisationKind, Region
from senior_univ.network.queries import below, possible_parents
from senior_univ.network.rules import LEVELS_OF_KIND, is_below, is_same_area, may_answer_to, nearest_first


@dataclass(frozen=True, kw_only=True)
class OrganisationDetails:
    """What is written about an organisation; ``phone`` as people type it."""

    name: str
    kind: OrganisationKind
    region_code: str
    phone: str = ""
    sms_name: str = ""
    desk_opens: time = time(8, 30)
    desk_closes: time = time(17, 30)
    least_age: int = 50


def add_organisation(session: Session, details: OrganisationDetails, *, by: Viewer) -> Organisation:
    """A new organisation below the nearest one of the tier above it.

    DomainError with its field: ``unknown_region``, ``not_your_area``, ``wrong_level``, ``end_before_start``,
    ``name_taken`` and those of ``core.phones.read_phone``.
    """
    checked = _checked(session, details, by)
    parents = possible_parents(session, details.kind, details.region_code)
    nearest = nearest_first(parents, details.kind)
    organisation = Organisation(**asdict(checked), parent_id=nearest[0].id if nearest else None)
    session.add(organisation)
    record(session, "organisation.added", organisation, by=by)
    return organisation


def change_organisation(
    session: Session, organisation: Organisation, details: OrganisationDetails, *, parent_id: int | None, by: Viewer
) -> Organisation:
    """Write ``details`` over an organisation, whose kind stays, and hang it below ``parent_id``.

    DomainError as for a new one, and ``wrong_parent`` or ``parent_elsewhere`` on the field ``parent_id``.
    """
    checked = _checked(session, replace(details, kind=organisation.kind), by, organisation)
    _check_parent(session, organisation.kind, details.region_code, parent_id)
    for name, value in asdict(checked).items():
        setattr(organisation, name, value)
    organisation.parent_id = parent_id
    record(session, "organisation.changed", organisation, by=by)
    return organisation


def close_organisation(session: Session, organisation: Organisation, *, by: Viewer) -> Organisation:
    """Close an organisation from today; DomainError ``has_below`` while others answer to it."""
    answering = select(func.count()).where(Organisation.parent_id == organisation.id, Organisation.closed_on.is_(None))
    if count := session.scalar(answering):
        words = lazy_ngettext(
            "%(num)d other organisation answers to this one. Please change that first.",
            "%(num)d other organisations answer to this one. Please change that first.",
            count,
        )
        raise DomainError("has_below", words)
    organisation_closing.send(session, organisation=organisation)
    organisation.closed_on = clock.today()
    record(session, "organisation.closed", organisation, by=by)
    return organisation


def _checked(
    session: Session, details: OrganisationDetails, by: Viewer, itself: Organisation | None = None
) -> OrganisationDetails:
    _check_region(session, details, by)
    if details.desk_opens >= details.desk_closes:
        raise DomainError("end_before_start", _l("The desk must close after it opens."), field="desk_closes")
    _check_name(session, details, itself)
    return replace(details, phone=read_phone(details.phone)[0] if details.phone else "")


def _check_region(session: Session, details: OrganisationDetails, by: Viewer) -> None:
    region = session.get(Region, details.region_code)
    if region is None or region.ended_on is not None:
        words = _l("There is no region with the code %(code)s here.", code=details.region_code)
        raise DomainError("unknown_region", words, field="place")
    if not is_below(region.code, by.prefixes(Permission.MANAGE_NETWORK)):
        raise DomainError("not_your_area", _l("This place is outside the area that you look after."), field="place")
    levels = LEVELS_OF_KIND[details.kind]
    if region.level not in levels:
        words = _l(
            "%(kind)s: please choose a place of this level: %(level)s.",
            kind=ORGANISATION_LABELS[details.kind],
            level=LEVEL_LABELS[levels[0]],
        )
        raise DomainError("wrong_level", words, field="place")


def _check_name(session: Session, details: OrganisationDetails, itself: Organisation | None) -> None:
    same = select(Organisation.id).where(
        Organisation.name == details.name,
        Organisation.closed_on.is_(None),
        below(Organisation.region_code, details.region_code[:6]),
        Organisation.id != (itself.id if itself else 0),
    )
    if session.scalar(same.limit(1)):
        raise DomainError("name_taken", _l("There is an organisation of this name in this county."), field="name")


def _check_parent(session: Session, kind: OrganisationKind, region_code: str, parent_id: int | None) -> None:
    if parent_id is None:
        return
    parent = session.get(Organisation, parent_id)
    if parent is None or parent.closed_on is not None or not may_answer_to(kind, region_code, parent):
        words = _l("%(kind)s: cannot answer to an organisation of that kind.", kind=ORGANISATION_LABELS[kind])
        raise DomainError("wrong_parent", words, field="parent_id")
    if not is_same_area(parent.region_code, region_code):
        raise DomainError(
            "parent_elsewhere",
            _l("An organisation answers to one of its own county or of the city."),
            field="parent_id",
        )
