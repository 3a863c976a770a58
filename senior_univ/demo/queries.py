"""The accounts that a visitor of the demo can try."""

from dataclasses import dataclass

from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import Session

from senior_univ.accounts.models import Account, Person
from senior_univ.demo import stories


@dataclass(frozen=True)
class DemoAccount:
    """Somebody to play: who she is, what to try, and her person."""

    label: str
    what: str
    person_id: int


def _parts() -> dict[str, tuple[str, str]]:
    """Login name → who, and what to try."""
    return {
        stories.LEARNER.login_name: (_("Learner, 78"), _("Today's card, find a class, enrol, ask for leave")),
        stories.DAUGHTER.login_name: (_("Daughter in another city"), _("Act for her mother")),
        stories.SCHEDULER.login_name: (_("Care-home scheduler"), _("Residents, care day, ask for a class, enrol many")),
        stories.MANAGER.login_name: (_("Teaching-site manager"), _("Desk, requests, call-backs, rosters")),
        stories.TEACHER.login_name: (_("Teacher"), _("Her own data, days away, roll call")),
        stories.OFFICER.login_name: (_("County officer"), _("Sites, homes, classes and coverage of the county")),
        stories.CITY_OFFICER.login_name: (_("City officer"), _("The whole city")),
        stories.ADMINISTRATOR.login_name: (_("Administrator"), _("Organisations, roles, rooms, courses, teachers")),
    }


def demo_accounts(session: Session) -> list[DemoAccount]:
    """The demo's accounts that are in the database, in the order of the parts; none in any other database."""
    parts = _parts()
    rows = session.execute(
        select(Account.login_name, Person.id, Person.name)
        .join(Account.person)
        .where(Account.login_name.in_(parts), Account.closed_at.is_(None))
    ).all()
    found = {login_name: (person_id, name) for login_name, person_id, name in rows}
    return [
        DemoAccount(f"{found[login_name][1]} · {who}", what, found[login_name][0])
        for login_name, (who, what) in parts.items()
        if login_name in found
    ]
