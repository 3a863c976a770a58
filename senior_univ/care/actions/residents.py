"""Who comes, moves within the home and leaves, and what she needs."""

from datetime import date

from flask_babel import lazy_gettext as _l
from sqlalchemy import delete, or_, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from senior_univ.accounts import actions as accounts
from senior_univ.accounts.models import BelongingReason, Person
from senior_univ.audit import actions as audit
from senior_univ.care import rules
from senior_univ.care.actions.homes import lock_home
from senior_univ.care.events import residency_ended, resident_came
from senior_univ.care.models import AccessNeeds, Away, CareBlock, Residency, ResidencyEnd
from senior_univ.core import clock
from senior_univ.core.access import Viewer
from senior_univ.core.errors import DomainError
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
    lock_home(session, place.home.id)
    _refuse_resident(session, person, place.home)
    _check_place(session, place, person.id)
    residency = Residency(person=person, home=place.home, unit=place.unit, bed=place.bed, from_on=day)
    _write(session, residency)
    accounts.belong(session, person.id, place.home.id, BelongingReason.RESIDENT)
    audit.record(session, "residency.began", residency, by=by, on_behalf_of=person.id, home_id=place.home.id)
    resident_came.send(session, residency=residency)
    return residency


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
    lock_home(session, residency.home_id)
    _check_place(session, place, residency.person_id)
    if residency.from_on == clock.today():
        residency.unit, residency.bed = place.unit, place.bed
        moved = residency
    else:
        moved = _go_on_at(session, residency, place)
    audit.record(session, "residency.moved", moved, by=by, on_behalf_of=residency.person_id)
    resident_came.send(session, residency=moved)
    return moved


def _go_on_at(session: Session, residency: Residency, place: rules.Place) -> Residency:
    residency.to_on, residency.end = clock.today(), ResidencyEnd.MOVED
    session.flush()  # a person has one standing residency, so the old one ends first
    moved = Residency(
        person=residency.person, home=residency.home, unit=place.unit, bed=place.bed, from_on=clock.today()
    )
    _write(session, moved)
    return moved


def discharge(
    session: Session,
    residency: Residency,
    *,
    to_on: date | None = None,
    end: ResidencyEnd = ResidencyEnd.LEFT,
    by: Viewer | None,
) -> Residency:
    """End a residency on that day (default: today), with her own care blocks and her home's right to see her.

    With ``end`` DIED her record ends, too: from now on nothing is sent, kept or offered for her, to anybody. Refuses with
    DomainError: already_ended, to_in_future, ends_before_start.
    """
    day = to_on or clock.today()
    lock_home(session, residency.home_id)
    _refuse_leaving(residency, day)
    residency.to_on, residency.end = day, end
    own = delete(CareBlock).where(CareBlock.home_id == residency.home_id, CareBlock.person_id == residency.person_id)
    session.execute(own)
    _end_days_away(session, residency, day)
    accounts.stop_belonging(session, residency.person_id, residency.home_id, BelongingReason.RESIDENT, day)
    accounts.leave_desk(session, residency.person, residency.home_id, day)
    audit.record(session, "residency.ended", residency, by=by, on_behalf_of=residency.person_id)
    residency_ended.send(session, residency=residency, by=by)
    if end is ResidencyEnd.DIED and by is not None and residency.person.ended_at is None:
        accounts.end_person(session, residency.person, by=by)
    return residency


def _refuse_leaving(residency: Residency, day: date) -> None:
    if residency.to_on is not None:
        raise DomainError("already_ended", _l("%(name)s no longer lives here.", name=residency.person.name))
    if day > clock.today():
        words = _l("This day is still to come: please sign her out when she has left.")
        raise DomainError("to_in_future", words, field="to_on")
    if day < residency.from_on:
        words = _l("She came only on %(day)s.", day=str(residency.from_on))
        raise DomainError("ends_before_start", words, field="to_on")


def _end_days_away(session: Session, residency: Residency, day: date) -> None:
    """Who is gone for good is not away any more."""
    hers = (Away.person_id == residency.person_id, Away.home_id == residency.home_id)
    session.execute(delete(Away).where(*hers, Away.from_on > day))
    session.execute(update(Away).where(*hers, or_(Away.to_on.is_(None), Away.to_on > day)).values(to_on=day))


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
