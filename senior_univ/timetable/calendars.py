"""The calendar of a place: what planning a class asks of it, what only warns, and who enters both.

Public holidays, the winter break and make-up workdays that an organisation takes change the days of a class; market days,
temple fairs, farm seasons and what is suspended are said to whoever plans, and stand in nobody's way.
"""

from calendar import monthrange
from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString
from sqlalchemy import ColumnElement, Select, or_, select
from sqlalchemy.orm import Session, joinedload

from senior_univ.audit.actions import record
from senior_univ.core.access import Viewer
from senior_univ.core.errors import DomainError, NotFoundError
from senior_univ.core.permissions import Permission
from senior_univ.network.models import Organisation, Venue
from senior_univ.network.rules import is_below, path_of
from senior_univ.timetable import queries, teaching_days
from senior_univ.timetable.calendar_models import (
    LOCAL_DAYS_LABELS,
    SUSPENSION_LABELS,
    LocalDays,
    LocalDaysKind,
    Suspension,
    Timings,
)
from senior_univ.timetable.teaching_days import USUAL, HasTimings, TeachingDays

MOST_LATER = 120
"""Minutes by which winter timing may move a lesson."""
TOWNSHIP = 9
"""Digits of a township's code."""
LUNAR_DAYS, LEAP_YEAR = 30, 2000
FIELDS = ("region_code", "kind", "name", "month", "day", "to_month", "to_day", "length")


def timings_of(session: Session, organisation_id: int) -> HasTimings:
    """An organisation's timings; the usual ones where it has entered none."""
    return session.get(Timings, organisation_id) or USUAL


def days_of(session: Session, organisation_id: int, first: date, last: date) -> TeachingDays:
    """On which days from ``first`` to ``last`` an organisation teaches what, in two queries."""
    return days_of_many(session, {organisation_id}, first, last)[organisation_id]


def days_of_many(
    session: Session, organisation_ids: Collection[int], first: date, last: date
) -> dict[int, TeachingDays]:
    """The same for several."""
    holidays = queries.holidays_between(session, first, last)
    rows = session.scalars(select(Timings).where(Timings.organisation_id.in_(organisation_ids)))
    timings: dict[int, HasTimings] = {row.organisation_id: row for row in rows}
    off = frozenset(day for day, holiday in holidays.items() if holiday.is_off)
    named = {each.on: each.stands_for for each in holidays.values() if each.stands_for is not None and not each.is_off}
    found = {}
    for organisation_id in organisation_ids:
        hers = timings.get(organisation_id, USUAL)
        found[organisation_id] = TeachingDays(off, named if hers.takes_make_up_days else {}, hers)
    return found


def special_days(
    session: Session, place: Organisation | Venue, first: date, last: date
) -> dict[date, list[LazyString]]:
    """What is special about the days from ``first`` to ``last`` where an organisation or a venue is, in words.

    Market days, fairs and farm seasons of its village, township and county; the winter break of the organisation; what is
    suspended there. A fixed number of queries.
    """
    owner_id = place.organisation_id if isinstance(place, Venue) else place.id
    local = local_days_at(session, place.region_code)
    suspended = suspensions_at(session, place, first, last)
    has_break = timings_of(session, owner_id).has_winter_break
    found: dict[date, list[LazyString]] = defaultdict(list)
    for number in range((last - first).days + 1):
        day = first + timedelta(days=number)
        said = [_said(each) for each in local if is_on(each, day)]
        if has_break and teaching_days.is_in_winter_break(day):
            said.append(_l("Winter break"))
        said += [_suspended_said(each) for each in suspended if each.from_on <= day <= each.to_on]
        if said:
            found[day] = said
    return dict(found)


def _said(local: LocalDays) -> LazyString:
    return _l("%(kind)s (%(name)s)", kind=LOCAL_DAYS_LABELS[local.kind], name=local.name)


def _suspended_said(suspension: Suspension) -> LazyString:
    return _l("Lessons are suspended: %(why)s", why=SUSPENSION_LABELS[suspension.kind])


def local_days_at(session: Session, region_code: str) -> Sequence[LocalDays]:
    """What was entered for a place and everything that it lies in."""
    wanted = select(LocalDays).where(LocalDays.region_code.in_(path_of(region_code)))
    return session.scalars(wanted.order_by(LocalDays.id)).all()


def suspensions_at(session: Session, place: Organisation | Venue, first: date, last: date) -> Sequence[Suspension]:
    """What is suspended there between two days, both included."""
    here: list[ColumnElement[bool]] = [Suspension.region_code.in_(path_of(place.region_code))]
    if isinstance(place, Venue):
        here.append(Suspension.venue_id == place.id)
    days = (Suspension.from_on <= last, Suspension.to_on >= first, Suspension.ended_at.is_(None))
    return session.scalars(select(Suspension).where(or_(*here), *days)).all()


def is_on(local: LocalDays, day: date) -> bool:
    """Whether a day is one of these."""
    if local.kind is LocalDaysKind.MARKET:
        return teaching_days.is_market_day(local.digits, day)
    starts = (local.month or 0, local.day or 0)
    if local.kind is LocalDaysKind.TEMPLE_FAIR:
        return teaching_days.is_fair(*starts, local.length, day)
    return teaching_days.is_in_season(starts, (local.to_month or 0, local.to_day or 0), day)


def prefixes_kept(session: Session, viewer: Viewer) -> list[str]:
    """The beginnings of the codes for which a viewer keeps local days: her area, or her organisation's township."""
    own = viewer.organisation_ids(Permission.KEEP_LOCAL_DAYS)
    codes = session.scalars(select(Organisation.region_code).where(Organisation.id.in_(own)))
    return sorted({*viewer.prefixes(Permission.KEEP_LOCAL_DAYS), *(code[:TOWNSHIP] for code in codes)})


def visible_local_days(session: Session, viewer: Viewer) -> Select[LocalDays]:
    """What was entered where the viewer keeps local days, and above it, by place."""
    prefixes = prefixes_kept(session, viewer)
    above = {code for prefix in prefixes for code in path_of(prefix)}
    below = [LocalDays.region_code.startswith(prefix, autoescape=True) for prefix in prefixes]
    seen = select(LocalDays).where(or_(LocalDays.region_code.in_(above), *below))
    return seen.options(joinedload(LocalDays.region)).order_by(LocalDays.region_code, LocalDays.kind, LocalDays.id)


def local_days_for(session: Session, viewer: Viewer, local_id: int) -> LocalDays:
    """One entry that the viewer may take out; NotFoundError where there is none."""
    found = session.get(LocalDays, local_id, options=[joinedload(LocalDays.region)])
    if found is None or not is_below(found.region_code, prefixes_kept(session, viewer)):
        raise NotFoundError
    return found


@dataclass(frozen=True)
class Entered:
    """What somebody enters of local days; which fields count depends on the kind."""

    region_code: str
    kind: LocalDaysKind
    name: str
    digits: tuple[int, ...] = ()
    month: int | None = None
    day: int | None = None
    to_month: int | None = None
    to_day: int | None = None
    length: int = 1


def enter_local_days(session: Session, entered: Entered, *, by: Viewer) -> LocalDays:
    """Write market days, a fair or a farm season of a place; refuses days that there are not."""
    if not is_below(entered.region_code, prefixes_kept(session, by)):
        raise DomainError("not_hers", _l("This place is not in your area."), field="place")
    _check(entered)
    local = LocalDays(**{name: getattr(entered, name) for name in FIELDS}, digits=sorted(set(entered.digits)))
    session.add(local)
    record(session, "local_days.entered", local, by=by, kind=entered.kind.value, place=entered.region_code)
    return local


def _check(entered: Entered) -> None:
    if entered.kind is LocalDaysKind.MARKET:
        if not entered.digits:
            raise DomainError("no_digits", _l("Please tick the lunar days that are market days."), field="digits")
        return
    is_fair = entered.kind is LocalDaysKind.TEMPLE_FAIR
    if not is_day(entered.month, entered.day, lunar=is_fair):
        raise DomainError("no_such_day", _l("Please give a month and a day that there are."), field="month")
    if not is_fair and not is_day(entered.to_month, entered.to_day):
        raise DomainError("no_such_day", _l("Please give a month and a day that there are."), field="to_month")


def is_day(month: int | None, day: int | None, *, lunar: bool = False) -> bool:
    """Whether every year, or every fourth, has such a day; lunar months have up to thirty."""
    if month is None or day is None or not 1 <= month <= 12:
        return False
    return 1 <= day <= (LUNAR_DAYS if lunar else monthrange(LEAP_YEAR, month)[1])


def remove_local_days(session: Session, local: LocalDays, *, by: Viewer) -> LocalDays:
    """Let these days be like any other."""
    session.delete(local)
    record(session, "local_days.removed", local, by=by, kind=local.kind.value, place=local.region_code)
    return local


def change_timings(session: Session, organisation: Organisation, *, by: Viewer, **given: Any) -> Timings:
    """Write how an organisation's days go; classes that are planned already stay as they are."""
    for name in ("winter", "summer"):
        if not is_day(given[f"{name}_month"], given[f"{name}_day"]):
            raise DomainError("no_such_day", _l("Please give a month and a day that there are."), field=f"{name}_month")
    timings = session.get(Timings, organisation.id) or Timings(organisation_id=organisation.id)
    for field, value in given.items():
        setattr(timings, field, value)
    session.add(timings)
    record(session, "timings.changed", organisation, by=by)
    return timings
