"""Adding people, correcting what is known of them, and why an organisation may see them."""

from collections.abc import Iterable
from datetime import date

from flask_babel import lazy_gettext as _l
from sqlalchemy import delete, or_, select, update
from sqlalchemy.orm import Session

from senior_univ.accounts.events import person_ended
from senior_univ.accounts.models import Account, Belonging, BelongingReason, Draft, FamilyGrant, NameReading, Person
from senior_univ.accounts.queries import works_beyond
from senior_univ.accounts.rules import name_readings, parse_phone
from senior_univ.audit.actions import record
from senior_univ.core import clock
from senior_univ.core.access import Viewer
from senior_univ.core.errors import DomainError
from senior_univ.core.upserts import insert_into
from senior_univ.network.models import Region

FIRST_BIRTH_YEAR = 1900
LONGEST_NAME = 30
STAFF_PHONE = _l("This person signs in for work elsewhere with this phone. Please have an administrator change it.")


def add_person(
    session: Session,
    *,
    name: str,
    birth_year: int | None = None,
    born_on: date | None = None,
    phone: str | None = None,
    region_code: str | None = None,
    site_id: int | None = None,
    lives_alone: bool = False,
    by: Viewer | None,
) -> Person:
    """A new person; ``by`` is None for somebody who enters herself. ``site_id``'s desk may see her from now on.

    DomainError with its field: ``no_name``, ``long_name``, ``born_in_future``, ``born_too_early``, ``unknown_region``
    and those of ``rules.parse_phone``.
    """
    person = Person(created_at=clock.now(), site_id=site_id, lives_alone=lives_alone)
    person.name = check_name(name)
    _set_birth(person, birth_year, born_on)
    _set_phone(person, phone)
    person.region_code = _standing_code(session, region_code)
    session.add(person)
    session.flush()  # readings and belongings need her id
    _write_readings(session, person)
    if site_id is not None:
        belong(session, person.id, site_id, BelongingReason.DESK)
    record(session, "person.added", person, by=by or Viewer(person.id, person.name), on_behalf_of=person.id)
    return person


def change_person(
    session: Session,
    person: Person,
    *,
    by: Viewer,
    name: str | None = None,
    birth_year: int | None = None,
    phone: str | None = None,
    region_code: str | None = None,
) -> Person:
    """Correct the details that are given; an empty ``phone`` takes the phone away.

    Refusals as in ``add_person``, and ``staff_phone``: a phone is what somebody signs in with.
    """
    before = {key: getattr(person, key) for key in ("name", "birth_year", "phone", "region_code")}
    if name is not None:
        person.name = check_name(name)
    if birth_year is not None and birth_year != person.birth_year:
        _set_birth(person, birth_year, None)
    if phone is not None:
        _set_phone(person, phone)
    if region_code is not None:
        person.region_code = _standing_code(session, region_code)
    changed = sorted(key for key, value in before.items() if getattr(person, key) != value)
    if "phone" in changed:
        _open_to_new_phone_only(session, person, by)
    if person.name != before["name"]:
        _write_readings(session, person)
    if changed:
        record(session, "person.changed", person, by=by, on_behalf_of=person.id, changed=changed)
    return person


def end_person(session: Session, person: Person, *, by: Viewer) -> None:
    """Her record ends: she is found no more, signs in no more, and nobody acts for her any more."""
    person.ended_at = clock.now()
    session.execute(
        update(Account)
        .where(Account.person_id == person.id)
        .values(closed_at=clock.now(), session_number=Account.session_number + 1)
    )
    session.execute(
        update(Belonging).where(Belonging.person_id == person.id, Belonging.to_on.is_(None)).values(to_on=clock.today())
    )
    either_side = or_(FamilyGrant.elder_id == person.id, FamilyGrant.relative_id == person.id)
    open_grants = update(FamilyGrant).where(either_side, FamilyGrant.ended_at.is_(None))
    session.execute(open_grants.values(ended_at=clock.now(), ended_by_id=by.person_id))
    session.execute(delete(Draft).where(Draft.person_id == person.id))
    record(session, "person.ended", person, by=by, on_behalf_of=person.id)
    person_ended.send(session, person=person)


def belong(session: Session, person_id: int, organisation_id: int, reason: BelongingReason) -> None:
    """From today that organisation may see that person; one that did before may again."""
    belong_all(session, [person_id], organisation_id, reason)


def belong_all(session: Session, person_ids: Iterable[int], organisation_id: int, reason: BelongingReason) -> None:
    """From today that organisation may see all these people: one statement."""
    same = {"organisation_id": organisation_id, "reason": reason, "from_on": clock.today(), "to_on": None}
    rows = [{"person_id": person_id, **same} for person_id in person_ids]
    if rows:
        session.execute(
            insert_into(session, Belonging)
            .values(rows)
            .on_conflict_do_update(index_elements=["person_id", "organisation_id", "reason"], set_={"to_on": None})
        )


def stop_belonging(
    session: Session, person_id: int, organisation_id: int, reason: BelongingReason, last_day: date | None = None
) -> None:
    """After ``last_day`` (default: today) that reason is none any more."""
    session.execute(
        update(Belonging)
        .where(
            Belonging.person_id == person_id,
            Belonging.organisation_id == organisation_id,
            Belonging.reason == reason,
        )
        .values(to_on=last_day or clock.today())
    )


def leave_desk(session: Session, person: Person, organisation_id: int, last_day: date) -> None:
    """After ``last_day`` an organisation looks after her calls no more; a site near her village answers them."""
    stop_belonging(session, person.id, organisation_id, BelongingReason.DESK, last_day)
    if person.site_id == organisation_id:
        person.site_id = None


def choose_display(session: Session, person: Person, choices: dict[str, str]) -> None:
    """Keep the text size, theme and language that she chose: ``text_size``, ``theme``, ``language``."""
    session.execute(update(Person).where(Person.id == person.id).values(choices))


def stop_reminders(session: Session, person: Person, *, by: Viewer) -> None:
    """No reminders by text any more; a code that she asks for and news within a day still come."""
    if person.reminders_stopped_at is None:
        person.reminders_stopped_at = clock.now()
        record(session, "reminders.stopped", person, by=by, on_behalf_of=person.id)


def want_reminders(session: Session, person: Person, *, by: Viewer) -> None:
    """Reminders by text again."""
    if person.reminders_stopped_at is not None:
        person.reminders_stopped_at = None
        record(session, "reminders.wanted", person, by=by, on_behalf_of=person.id)


def check_name(name: str) -> str:
    """The name with single spaces; DomainError ``no_name`` or ``long_name``."""
    words = " ".join(name.split())
    if not any(c.isalpha() for c in words):
        raise DomainError("no_name", _l("Please write the name."), field="name")
    if len(words) > LONGEST_NAME:
        raise DomainError("long_name", _l("This name is too long."), field="name")
    return words


def check_birth(birth_year: int | None, born_on: date | None) -> tuple[int | None, date | None]:
    """The two, where they are possible; DomainError ``born_in_future`` or ``born_too_early``."""
    year = born_on.year if born_on else birth_year
    if year is not None and (year > clock.today().year or (born_on and born_on > clock.today())):
        raise DomainError("born_in_future", _l("This birth date is in the future."), field="birth_year")
    if year is not None and year < FIRST_BIRTH_YEAR:
        words = _l("Please look at the birth year again: nobody is that old.")
        raise DomainError("born_too_early", words, field="birth_year")
    return year, born_on


def _set_birth(person: Person, birth_year: int | None, born_on: date | None) -> None:
    person.birth_year, person.born_on = check_birth(birth_year, born_on)


def _set_phone(person: Person, phone: str | None) -> None:
    if not phone or not phone.strip():
        person.phone = person.phone_kind = person.phone_tail = None
        return
    person.phone, person.phone_kind = parse_phone(phone)
    person.phone_tail = person.phone[-4:]


def _open_to_new_phone_only(session: Session, person: Person, by: Viewer) -> None:
    """Whoever has the phone of before is signed in no more; nobody gets into a post of others by changing a phone."""
    if by.person_id == person.id:
        return
    if works_beyond(session, by, person.id):
        raise DomainError("staff_phone", STAFF_PHONE, field="phone")
    session.execute(
        update(Account).where(Account.person_id == person.id).values(session_number=Account.session_number + 1)
    )


def _standing_code(session: Session, code: str | None) -> str | None:
    """The code of the place as it is today: an old one leads to its successor."""
    if not code:
        return None
    region = session.get(Region, code)
    for _step in range(5):
        if region is None or region.successor_code is None:
            break
        region = session.get(Region, region.successor_code)
    if region is None:
        raise DomainError("unknown_region", _l("There is no such place in our list."), field="region_code")
    return region.code


def _write_readings(session: Session, person: Person) -> None:
    known = set(session.scalars(select(NameReading.reading).where(NameReading.person_id == person.id)))
    wanted = name_readings(person.name)
    session.execute(
        delete(NameReading).where(NameReading.person_id == person.id, NameReading.reading.in_(known - wanted))
    )
    session.add_all(NameReading(person_id=person.id, reading=reading) for reading in wanted - known)
