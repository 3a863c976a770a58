"""Signing somebody in without going through the pages, for tests that are about what comes after."""

from flask.testing import FlaskClient
from sqlalchemy import select

from senior_univ.accounts.models import Account


def sign_in(client: FlaskClient, person_id: int) -> None:
    """From now on ``client`` is that person, who is given an account where she has none."""
    with client.application.extensions["database"].write() as session:
        account = session.scalar(select(Account).where(Account.person_id == person_id))
        if account is None:
            account = Account(person_id=person_id)
            session.add(account)
            session.flush()
        user_id = f"{account.id}.{account.session_number}"
    with client.session_transaction() as web:
        web["_user_id"] = user_id
        web["_fresh"] = True
