"""By which ways somebody is told, the first one first: her own phone, her main contact's, her home's duty phone.

Where no way is left a person must call, and ``why`` says why. A number that is wrong, blocked by its carrier or whose
owner answered STOP is no way; what she chose decides how her own phone is spoken to.
"""

import enum
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from senior_univ.accounts.models import Person, PhoneKind
from senior_univ.accounts.queries import main_contacts
from senior_univ.accounts.rules import parse_phone
from senior_univ.care.queries import residencies_of
from senior_univ.core.errors import DomainError
from senior_univ.reminders import queries
from senior_univ.reminders.models import CallWhy, Channel, FirstRung, MessageChoice, PhoneStanding


class Rung(enum.Enum):
    """Whose phone it is."""

    OWN = "own"
    RELATIVE = "relative"
    HOME = "home"


@dataclass(frozen=True)
class Way:
    """One phone at which she is told, how, and in which language."""

    rung: Rung
    phone: str
    channel: Channel
    language: str


@dataclass(frozen=True)
class Ways:
    """Every way by which somebody is told, in order; ``why`` a person must call once there is none (left)."""

    ways: tuple[Way, ...]
    why: CallWhy

    def after(self, phone: str) -> Way | None:
        """The way that follows ``phone``; the first one where that phone is none of hers any more."""
        phones = [way.phone for way in self.ways]
        left = self.ways[phones.index(phone) + 1 :] if phone in phones else self.ways
        return next(iter(left), None)


def ways_of(session: Session, person_ids: Iterable[int]) -> dict[int, Ways]:
    """{person: her ways}, in a fixed number of queries."""
    people = queries.people_now(session, person_ids)
    contacts, homes = main_contacts(session, people), residencies_of(session, list(people))
    phones = {each.phone for each in (*people.values(), *contacts.values()) if each.phone}
    closed = closed_phones(session, phones)
    chosen = select(MessageChoice.person_id, MessageChoice.first_rung).where(MessageChoice.person_id.in_(people))
    first = {row.person_id: row.first_rung for row in session.execute(chosen)} if people else {}
    found = {}
    for person_id, person in people.items():
        rung, home = first.get(person_id, FirstRung.SMS), homes.get(person_id)
        duty = home.home.phone if home else ""
        wants_calls = rung is FirstRung.CALL
        ways = () if wants_calls else tuple(_ways(person, rung, contacts.get(person_id), duty, closed))
        found[person_id] = Ways(ways, _why(person, rung, closed))
    return found


def closed_phones(session: Session, phones: Iterable[str]) -> dict[str, CallWhy]:
    """Those of these numbers that no text may or can reach, and why."""
    row = PhoneStanding
    shut = or_(row.stopped_at.is_not(None), row.wrong_at.is_not(None), row.blocked_at.is_not(None))
    rows = session.scalars(select(row).where(row.phone.in_(set(phones)), shut))
    return {each.phone: CallWhy.WRONG_NUMBER if each.wrong_at else CallWhy.STOPPED for each in rows}


def _ways(
    person: Person, rung: FirstRung, contact: Person | None, duty: str, closed: dict[str, CallWhy]
) -> Iterator[Way]:
    seen = set(closed)
    owners = [(Rung.OWN, person)] + ([(Rung.RELATIVE, contact)] if contact else [])
    for whose, owner in owners:
        channel = Channel.VOICE if whose is Rung.OWN and rung is FirstRung.VOICE else Channel.SMS
        reaches = owner.mobile or (owner.phone if channel is Channel.VOICE else None)
        if reaches and reaches not in seen and owner.reminders_stopped_at is None:
            seen.add(reaches)
            yield Way(whose, reaches, channel, owner.language or "")
    if (mobile := mobile_of(duty)) and mobile not in seen:
        yield Way(Rung.HOME, mobile, Channel.SMS, "")


def mobile_of(phone: str) -> str | None:
    """An organisation's phone where a text reaches it."""
    try:
        number, kind = parse_phone(phone)
    except DomainError:
        return None
    return number if kind is PhoneKind.MOBILE else None


def _why(person: Person, rung: FirstRung, closed: dict[str, CallWhy]) -> CallWhy:
    if not person.phone:
        return CallWhy.NO_PHONE
    if person.phone in closed:
        return closed[person.phone]
    if person.reminders_stopped_at is not None:
        return CallWhy.STOPPED
    if rung is FirstRung.CALL:
        return CallWhy.WANTS_CALLS
    return CallWhy.FAILED if person.mobile or rung is FirstRung.VOICE else CallWhy.LANDLINE
