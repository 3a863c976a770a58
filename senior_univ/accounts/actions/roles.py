"""Giving and taking roles, and accounts for those who have them."""

from dataclasses import dataclass

from flask_babel import lazy_gettext as _l
from sqlalchemy import select
from sqlalchemy.orm import Session

from senior_univ.accounts.actions.people import add_person, belong, stop_belonging
from senior_univ.accounts.models import Account, BelongingReason, Person, RoleAssignment
from senior_univ.accounts.rules import plain_text
from senior_univ.audit.actions import record
from senior_univ.core import clock
from senior_univ.core.access import Viewer
from senior_univ.core.errors import DomainError
from senior_univ.core.permissions import Role
from senior_univ.network.models import CARE_KINDS, TEACHING_KINDS, Organisation

LOGIN_TAKEN = _l("Somebody else has this login name. Please take another one.")
BAD_LOGIN = _l("A login name has 3 to 40 letters, digits, dots or hyphens.")
HAS_IT = _l("She or he has this role already.")
LAST_ADMINISTRATOR = _l("This is the last administrator. Please give the role to somebody else first.")
WRONG_PLACE = _l("This role does not fit this kind of organisation.")
PLACES = {Role.CARE_SCHEDULER: CARE_KINDS, Role.SITE_MANAGER: TEACHING_KINDS}
"""Where a role is at home; the others may be anywhere."""


@dataclass(frozen=True)
class NewAccount:
    """Somebody's name, phone if any, and what she signs in with; the password is hashed before the transaction."""

    name: str
    phone: str | None
    login_name: str
    password_hash: str


def check_login(session: Session, login_name: str) -> str:
    """The login name as it is kept; DomainError ``bad_login`` or ``login_taken``."""
    login = plain_text(login_name).casefold()
    if not 3 <= len(login) <= 40 or not all(c.isalnum() or c in ".-_" for c in login):
        raise DomainError("bad_login", BAD_LOGIN, field="login_name")
    if session.scalar(select(Account.id).where(Account.login_name == login)) is not None:
        raise DomainError("login_taken", LOGIN_TAKEN, field="login_name")
    return login


def add_staff(
    session: Session, new: NewAccount, organisation: Organisation, role: Role, *, by: Viewer | None
) -> Person:
    """A person with an account and a first role; ``by`` is None on the command line.

    DomainError as in ``check_login``, ``add_person`` and ``give_role``.
    """
    login = check_login(session, new.login_name)
    person = add_person(session, name=new.name, phone=new.phone, by=by)
    session.add(Account(person_id=person.id, login_name=login, password_hash=new.password_hash, session_number=1))
    give_role(session, person, organisation, role, by=by)
    return person


def give_role(
    session: Session, person: Person, organisation: Organisation, role: Role, *, by: Viewer | None
) -> RoleAssignment:
    """From now on that person does that for that organisation.

    DomainError ``has_role`` or ``wrong_place``.
    """
    if organisation.kind not in PLACES.get(role, {organisation.kind}):
        raise DomainError("wrong_place", WRONG_PLACE, field="role")
    same = select(RoleAssignment.id).where(
        RoleAssignment.person_id == person.id,
        RoleAssignment.organisation_id == organisation.id,
        RoleAssignment.role == role,
        RoleAssignment.taken_at.is_(None),
    )
    if session.scalar(same.limit(1)) is not None:
        raise DomainError("has_role", HAS_IT, field="role")
    post = RoleAssignment(
        person_id=person.id,
        organisation_id=organisation.id,
        role=role,
        given_at=clock.now(),
        given_by_id=by.person_id if by else None,
    )
    session.add(post)
    belong(session, person.id, organisation.id, BelongingReason.STAFF)
    record(session, "role.given", post, by=by, on_behalf_of=person.id, role=role.value, organisation_id=organisation.id)
    return post


def take_role(session: Session, post: RoleAssignment, *, by: Viewer) -> RoleAssignment:
    """From now on she does it no more; DomainError ``last_administrator``."""
    if post.role is Role.ADMINISTRATOR and _is_last_administrator(session, post):
        raise DomainError("last_administrator", LAST_ADMINISTRATOR)
    post.taken_at = clock.now()
    session.flush()  # what is left is counted next
    left = select(RoleAssignment.id).where(
        RoleAssignment.person_id == post.person_id,
        RoleAssignment.organisation_id == post.organisation_id,
        RoleAssignment.taken_at.is_(None),
    )
    if session.scalar(left.limit(1)) is None:
        stop_belonging(session, post.person_id, post.organisation_id, BelongingReason.STAFF)
    record(session, "role.taken", post, by=by, on_behalf_of=post.person_id, role=post.role.value)
    return post


def _is_last_administrator(session: Session, post: RoleAssignment) -> bool:
    others = select(RoleAssignment.id).where(
        RoleAssignment.role == Role.ADMINISTRATOR, RoleAssignment.taken_at.is_(None), RoleAssignment.id != post.id
    )
    return session.scalar(others.limit(1)) is None
