"""Who walks through the pages: the demo's parts, and newcomers who have nothing yet."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from flask import Flask
from sqlalchemy import select

from senior_univ.accounts.models import Account
from senior_univ.accounts.queries import build_viewer
from senior_univ.core.access import Viewer
from senior_univ.core.db import Database
from senior_univ.demo import stories

STRANGER = "stranger"
PARTS = {
    "learner": stories.LEARNER.login_name,
    "daughter": stories.DAUGHTER.login_name,
    "manager": stories.MANAGER.login_name,
    "scheduler": stories.SCHEDULER.login_name,
    "officer": stories.OFFICER.login_name,
    "teacher": stories.TEACHER.login_name,
    "city": stories.CITY_OFFICER.login_name,
    "administrator": stories.ADMINISTRATOR.login_name,
    "new-learner": "new-learner",
    "new-manager": "new-manager",
    "new-scheduler": "new-scheduler",
}
"""Name of a part → login name of its account. The first that may see a page shows it."""


@dataclass(frozen=True)
class Walker:
    """Somebody with a session: who she is, whom she helps."""

    name: str
    viewer: Viewer | None = None
    session: Mapping[str, Any] | None = None

    @property
    def learner_id(self) -> int:
        """Whose learning the pages are about."""
        assert self.viewer is not None
        return int((self.session or {}).get("acting_for", self.viewer.person_id))


def everybody(database: Database) -> dict[str, Walker]:
    """Every part of the demo that is in ``database``, by name, the stranger first."""
    with database.read() as session:
        accounts = {
            row.login_name: row for row in session.scalars(select(Account).where(Account.login_name.is_not(None)))
        }
        walkers = [Walker(STRANGER)]
        for name, login_name in PARTS.items():
            account = accounts[login_name]
            viewer = build_viewer(session, account.person_id)
            kept: dict[str, Any] = {"_user_id": f"{account.id}.{account.session_number}", "_fresh": True}
            if name == "daughter":
                kept["acting_for"] = accounts[stories.LEARNER.login_name].person_id
            walkers.append(Walker(name, viewer, kept))
    return {walker.name: walker for walker in walkers}


def session_cookie(app: Flask, content: Mapping[str, Any]) -> str:
    """The value of the session cookie that holds ``content``."""
    signer = app.session_interface.get_signing_serializer(app)  # type: ignore[attr-defined]
    assert signer is not None
    return str(signer.dumps(dict(content)))
