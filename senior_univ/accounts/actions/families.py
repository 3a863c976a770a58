"""Who may act for an elder: asking, her yes, and ending it. She stays the principal; never is a code read out."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from flask_babel import lazy_gettext as _l
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from senior_univ.accounts.actions.people import add_person
from senior_univ.accounts.events import grant_asked, grant_given
from senior_univ.accounts.models import Belonging, BelongingReason, Consent, FamilyGrant, Person
from senior_univ.accounts.rules import parse_phone, stands, terms_of
from senior_univ.audit.actions import record
from senior_univ.core import clock
from senior_univ.core.access import Right, Viewer
from senior_univ.core.errors import DomainError

HER_OWN = frozenset({Consent.ON_HER_SCREEN, Consent.BY_TEXT})
"""She says yes herself, by what only she has: nobody witnesses it."""

USUAL_DAYS = 365
LONGEST_DAYS = 3 * 365

ALREADY_GIVEN = _l("She has said yes to this already.")
ASKED_OTHERWISE = _l("What is asked for has changed meanwhile. Please look at it again.")
NOT_HER_SCREEN = _l("Only she herself can say yes on her screen.")
OWN_WITNESS = _l(
    "A home cannot be the witness for its own residents. Please have the teaching site or the township do it, "
    "or record what her guardian decided."
)
NOT_FOR_YOURSELF = _l("You can't record a consent to yourself. Please have somebody else do it.")
NO_PHONE_ON_FILE = _l(
    "There is no phone on file that she could be called on. Please record the consent in front of you."
)
RELATIVES_PHONE = _l("The phone on file is the relative's own. Please record the consent in front of you.")
SHARED_SCREEN = _l("You both have the same phone here. Please say yes in front of staff, at your teaching site.")
NEEDS_BASIS = _l("Please write what the guardian's decision is based on: which paper, of which date.")
NEEDS_END = _l("Please give the day until which the guardian decided.")
ENDS_IN_PAST = _l("The last day lies in the past.")
ENDS_TOO_LATE = _l("A grant runs for three years at most; then she is asked again.")
ONESELF = _l("This is the same person.")


@dataclass(frozen=True)
class Terms:
    """What is asked for: how they are related, what the relative may do, and whether she is the one to be told."""

    relation: str
    rights: frozenset[Right]
    is_main_contact: bool = False
    ends_on: date | None = None


def ask_grant(session: Session, *, elder_id: int, relative_id: int, terms: Terms, by: Viewer) -> FamilyGrant:
    """Ask for a grant, which allows nothing before ``give_grant``; asking again changes what is asked for.

    DomainError ``already_given``, ``oneself``, ``no_rights``, ``ends_in_past`` or ``ends_too_late``.
    """
    if elder_id == relative_id:
        raise DomainError("oneself", ONESELF)
    _check_terms(terms)
    grant = _open_grant(session, elder_id, relative_id)
    if grant is None:
        grant = FamilyGrant(elder_id=elder_id, relative_id=relative_id, asked_at=clock.now(), asked_by_id=by.person_id)
        session.add(grant)
    elif stands(grant, clock.today()):
        raise DomainError("already_given", ALREADY_GIVEN)
    grant.relation, grant.ends_on = terms.relation, terms.ends_on
    grant.rights = sorted(right.value for right in terms.rights | {Right.SEE})
    grant.is_main_contact = terms.is_main_contact
    session.flush()  # handlers need its id
    record(session, "grant.asked", grant, by=by, on_behalf_of=elder_id, relative_id=relative_id)
    grant_asked.send(session, grant=grant)
    return grant


def give_grant(
    session: Session,
    grant: FamilyGrant,
    *,
    consent: Consent,
    by: Viewer,
    basis: str = "",
    ends_on: date | None = None,
    seen: str | None = None,
) -> FamilyGrant:
    """The elder says yes, or ``by`` records how she, or her guardian on ``basis``, said it; runs a year at first.

    ``seen`` is ``rules.terms_of`` the grant as it was shown: her yes is to that and to nothing asked for since.
    DomainError, each in its own words: ``not_her_screen``, ``own_witness``, ``not_for_yourself``, ``no_phone_on_file``,
    ``relatives_phone``, ``needs_basis``, ``needs_end``, ``ends_in_past``, ``ends_too_late``, ``already_given``,
    ``asked_otherwise``.
    """
    _lock_grant(session, grant, seen)
    if stands(grant, clock.today()):
        raise DomainError("already_given", ALREADY_GIVEN)
    last_day = ends_on or grant.ends_on
    _check_end(last_day)
    _check_consent(session, grant, consent, by)
    if consent is Consent.GUARDIAN:
        _check_guardian(basis, ends_on)
    if grant.is_main_contact:
        _leave_no_other_main_contact(session, grant)
    grant.consent, grant.consented_at = consent, clock.now()
    grant.witness_id = None if consent in HER_OWN else by.person_id
    grant.basis = basis
    grant.ends_on = last_day or clock.today() + timedelta(days=USUAL_DAYS)
    session.flush()  # handlers need its id
    record(session, "grant.given", grant, by=by, on_behalf_of=grant.elder_id, how=consent.value)
    grant_given.send(session, grant=grant)
    return grant


def _lock_grant(session: Session, grant: FamilyGrant, seen: str | None) -> None:
    """Wait for whoever is changing what is asked for, then refuse where it is not what was seen."""
    session.flush()  # a refresh forgets what was not written yet
    asked = ["rights", "is_main_contact", "ends_on", "consented_at", "ended_at"]
    session.refresh(grant, asked, with_for_update=True)
    if grant.ended_at is not None or (seen and seen != terms_of(grant)):
        raise DomainError("asked_otherwise", ASKED_OTHERWISE)


def end_grant(session: Session, grant: FamilyGrant, *, by: Viewer) -> FamilyGrant:
    """From this moment the relative may do nothing any more; her no needs no reason."""
    if grant.ended_at is None:
        grant.ended_at, grant.ended_by_id = clock.now(), by.person_id
        record(session, "grant.ended", grant, by=by, on_behalf_of=grant.elder_id, relative_id=grant.relative_id)
    return grant


def known_or_new(session: Session, *, name: str, phone: str, by: Viewer) -> Person:
    """The person of that name and phone, or a new one: a number alone never shows whose it is."""
    e164, _kind = parse_phone(phone)
    people = select(Person).where(Person.phone == e164, Person.name == name, Person.ended_at.is_(None))
    found = session.scalar(people.order_by(Person.id).limit(1))
    return found or add_person(session, name=name, phone=phone, by=by)


def _open_grant(session: Session, elder_id: int, relative_id: int) -> FamilyGrant | None:
    """The grant between the two that nobody ended; one that ran out is ended here, to make room for another."""
    grant = session.scalar(
        select(FamilyGrant).where(
            FamilyGrant.elder_id == elder_id,
            FamilyGrant.relative_id == relative_id,
            FamilyGrant.ended_at.is_(None),
        )
    )
    if grant is None or grant.ends_on is None or grant.ends_on >= clock.today():
        return grant
    grant.ended_at = clock.now()
    session.flush()  # the index allows one open grant for each pair
    return None


def _leave_no_other_main_contact(session: Session, grant: FamilyGrant) -> None:
    """There is one main contact; one who only asks to be it takes nobody's place."""
    session.execute(
        update(FamilyGrant)
        .where(FamilyGrant.elder_id == grant.elder_id, FamilyGrant.id != grant.id, FamilyGrant.is_main_contact)
        .where(FamilyGrant.ended_at.is_(None), FamilyGrant.consented_at.is_not(None))
        .values(is_main_contact=False)
    )


def _check_terms(terms: Terms) -> None:
    if not terms.rights:
        raise DomainError("no_rights", _l("Please tick what the relative may do."), field="rights")
    _check_end(terms.ends_on)


def _check_end(ends_on: date | None) -> None:
    if ends_on is None:
        return
    if ends_on < clock.today():
        raise DomainError("ends_in_past", ENDS_IN_PAST, field="ends_on")
    if ends_on > clock.today() + timedelta(days=LONGEST_DAYS):
        raise DomainError("ends_too_late", ENDS_TOO_LATE, field="ends_on")


def _check_consent(session: Session, grant: FamilyGrant, consent: Consent, by: Viewer) -> None:
    if consent in HER_OWN:
        if by.person_id != grant.elder_id:
            raise DomainError("not_her_screen", NOT_HER_SCREEN)
        if _share_a_phone(session, grant):
            raise DomainError("relatives_phone", SHARED_SCREEN)
        return
    if by.person_id in (grant.relative_id, grant.elder_id):
        raise DomainError("not_for_yourself", NOT_FOR_YOURSELF, field="consent")
    if consent is Consent.BY_PHONE:
        _check_phone(session, grant)
    if consent is not Consent.GUARDIAN and _is_resident_of(session, grant.elder_id, _employers(by)):
        raise DomainError("own_witness", OWN_WITNESS, field="consent")


def _check_phone(session: Session, grant: FamilyGrant) -> None:
    if session.get_one(Person, grant.elder_id).phone is None:
        raise DomainError("no_phone_on_file", NO_PHONE_ON_FILE, field="consent")
    if _share_a_phone(session, grant):
        raise DomainError("relatives_phone", RELATIVES_PHONE, field="consent")


def _share_a_phone(session: Session, grant: FamilyGrant) -> bool:
    """Whether the relative can be called, and sign in, as the elder."""
    elder, relative = session.get_one(Person, grant.elder_id), session.get_one(Person, grant.relative_id)
    return elder.phone is not None and elder.phone == relative.phone


def _check_guardian(basis: str, ends_on: date | None) -> None:
    if len(basis.strip()) < 4:
        raise DomainError("needs_basis", NEEDS_BASIS, field="basis")
    if ends_on is None:
        raise DomainError("needs_end", NEEDS_END, field="ends_on")


def _employers(by: Viewer) -> list[int]:
    return [post.organisation_id for post in by.posts]


def _is_resident_of(session: Session, person_id: int, organisation_ids: Iterable[int]) -> bool:
    today = clock.today()
    lives_there = select(Belonging.id).where(
        Belonging.person_id == person_id,
        Belonging.organisation_id.in_(organisation_ids),
        Belonging.reason == BelongingReason.RESIDENT,
        (Belonging.to_on.is_(None)) | (Belonging.to_on >= today),
    )
    return session.scalar(lives_there.limit(1)) is not None
