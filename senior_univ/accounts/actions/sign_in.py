"""Opening, entering and leaving accounts."""

from flask_babel import lazy_gettext as _l
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from senior_univ.accounts.models import Account, Person
from senior_univ.accounts.queries import build_viewer
from senior_univ.audit.actions import record
from senior_univ.core.access import Viewer
from senior_univ.core.errors import DomainError
from senior_univ.core.upserts import insert_into

CLOSED = _l("This account was closed. Please call us.")


def enter(session: Session, person_id: int, way: str) -> Account:
    """That person's account, opened where she had none, and a line that she came in by ``way`` (code, password, demo).

    DomainError ``account_closed``.
    """
    session.execute(
        insert_into(session, Account)
        .values(person_id=person_id, session_number=1)
        .on_conflict_do_nothing(index_elements=["person_id"])
    )
    account = session.scalars(select(Account).where(Account.person_id == person_id)).one()
    if account.closed_at is not None or session.get_one(Person, person_id).ended_at is not None:
        raise DomainError("account_closed", CLOSED)
    record(session, "account.entered", account, by=build_viewer(session, person_id), way=way)
    return account


def set_password(session: Session, account: Account, password_hash: str, *, by: Viewer) -> Account:
    """A new password, hashed before the transaction; every other screen that is signed in with the account is not."""
    account.password_hash = password_hash
    account.session_number += 1
    record(session, "password.changed", account, by=by, on_behalf_of=account.person_id)
    return account


def sign_out_everywhere(session: Session, account_id: int, *, by: Viewer) -> None:
    """Sessions kept on any device end."""
    session.execute(update(Account).where(Account.id == account_id).values(session_number=Account.session_number + 1))
    record(session, "account.left_everywhere", by=by, on_behalf_of=by.person_id)
