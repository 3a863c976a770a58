"""Somebody enters herself, or an elder whom she helps."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy.orm import Session

from senior_univ.accounts.actions.families import Terms, ask_grant
from senior_univ.accounts.actions.people import add_person
from senior_univ.accounts.models import Person
from senior_univ.accounts.queries import build_viewer, grants_to, person_called, site_near
from senior_univ.core.access import Right, Viewer


@dataclass(frozen=True)
class Details:
    """What is asked of somebody new; all but the name may be missing."""

    name: str
    birth_year: int | None = None
    born_on: date | None = None
    region_code: str | None = None
    phone: str | None = None


def enter_person(session: Session, details: Details, *, by: Viewer | None) -> Person:
    """A new person, looked after by the teaching site nearest to her village, whose desk may see her.

    A button that was touched twice enters nobody twice: who has that name and phone already is returned.
    """
    known = person_called(session, details.name, details.phone) if details.phone else None
    if known is not None:
        return session.get_one(Person, known)
    site = site_near(session, details.region_code) if details.region_code else None
    return add_person(
        session,
        name=details.name,
        birth_year=details.birth_year,
        born_on=details.born_on,
        phone=details.phone,
        region_code=details.region_code,
        site_id=site.id if site else None,
        by=by,
    )


def enter_elder(session: Session, details: Details, relation: str, *, by: Viewer) -> Person:
    """A new elder, and ``by`` asks to act for her; nothing is allowed before she said yes.

    An elder whom ``by`` entered a moment ago is returned as she is.
    """
    for grant in grants_to(session, by.person_id):
        if (grant.elder.name, grant.elder.birth_year) == (details.name, details.birth_year):
            return grant.elder
    elder = enter_person(session, details, by=by)
    terms = Terms(relation, frozenset(Right), is_main_contact=True)
    ask_grant(session, elder_id=elder.id, relative_id=by.person_id, terms=terms, by=by)
    return elder


def register_family(session: Session, own: Details, elder: Details, relation: str) -> Person:
    """A relative enters herself, then her elder; returns the relative."""
    relative = enter_person(session, own, by=None)
    enter_elder(session, elder, relation, by=build_viewer(session, relative.id))
    return relative
