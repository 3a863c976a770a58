"""A resident is in hospital or at home with her family for some days, and comes back."""

from datetime import date, timedelta

from flask_babel import lazy_gettext as _l
from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from senior_univ.audit import actions as audit
from senior_univ.care.actions.homes import lock_home
from senior_univ.care.events import resident_away, resident_back
from senior_univ.care.models import AWAY_LABELS, Away, AwayKind, Residency
from senior_univ.core import clock
from senior_univ.core.access import Viewer
from senior_univ.core.errors import DomainError
from senior_univ.core.words import day_words

LONGEST = timedelta(days=366)


def go_away(
    session: Session,
    residency: Residency,
    kind: AwayKind,
    *,
    from_on: date,
    to_on: date | None = None,
    by: Viewer,
) -> Away:
    """Write down that a resident is away from, to (both days included; None: nobody knows yet); her seats are kept.

    Refuses with DomainError: already_ended, period_order, too_long, before_she_came and away_already.
    """
    lock_home(session, residency.home_id)
    _check_days(residency, from_on, to_on)
    if standing := _other(session, residency.person_id, from_on, to_on):
        words = _l("She is away already from %(day)s: %(what)s.", day=day_words(standing.from_on), what=AWAY_LABELS[standing.kind])  # fmt: skip
        raise DomainError("away_already", words, field="from_on")
    away = Away(
        person_id=residency.person_id,
        home_id=residency.home_id,
        kind=kind,
        from_on=from_on,
        to_on=to_on,
        written_at=clock.now(),
        written_by_id=by.person_id,
    )
    session.add(away)
    audit.record(session, "resident.away", away, by=by, on_behalf_of=residency.person_id)
    resident_away.send(session, away=away)
    return away


def _check_days(residency: Residency, from_on: date, to_on: date | None) -> None:
    if residency.to_on is not None:
        raise DomainError("already_ended", _l("%(name)s no longer lives here.", name=residency.person.name))
    if to_on is not None and to_on < from_on:
        raise DomainError("period_order", _l("The last day is before the first."), field="to_on")
    if abs(from_on - clock.today()) > LONGEST or (to_on is not None and to_on - from_on > LONGEST):
        raise DomainError("too_long", _l("Please give days within a year."), field="from_on")
    if from_on < residency.from_on:
        words = _l("She came only on %(day)s.", day=day_words(residency.from_on))
        raise DomainError("before_she_came", words, field="from_on")


def _other(session: Session, person_id: int, from_on: date, to_on: date | None) -> Away | None:
    overlaps = select(Away).where(Away.person_id == person_id, or_(Away.to_on.is_(None), Away.to_on >= from_on))
    if to_on is not None:
        overlaps = overlaps.where(Away.from_on <= to_on)
    return session.scalar(overlaps.order_by(Away.from_on).limit(1))


def come_back(session: Session, away: Away, *, by: Viewer) -> None:
    """She is back today, or is not going at all; told twice, it is the same."""
    lock_home(session, away.home_id)
    today = clock.today()
    if away.to_on is not None and away.to_on < today:
        return
    audit.record(session, "resident.back", away, by=by, on_behalf_of=away.person_id)
    if away.from_on < today:
        away.to_on = today - timedelta(days=1)
    else:
        session.delete(away)
    session.flush()
    resident_back.send(session, away=away)
