"""What becomes known of a number, whoever's it is said to be: our own list decides."""

from sqlalchemy import update
from sqlalchemy.orm import Session

from senior_univ.accounts import actions as accounts
from senior_univ.accounts.queries import build_viewer, people_with_phone
from senior_univ.audit.actions import record
from senior_univ.core import clock
from senior_univ.reminders import actions
from senior_univ.reminders.models import PhoneStanding


def stop(session: Session, phone: str) -> None:
    """Its owner wants no reminders there any more."""
    _note(session, phone, "stopped_at")
    for person in people_with_phone(session, phone):
        record(session, "reminders.stopped", person, by=build_viewer(session, person.id), on_behalf_of=person.id)


def start(session: Session, phone: str) -> None:
    """Its owner wants texts again, and the carrier lets them through again."""
    again = update(PhoneStanding).where(PhoneStanding.phone == phone).values(stopped_at=None, blocked_at=None)
    session.execute(again, execution_options={"synchronize_session": False})
    for person in people_with_phone(session, phone):
        accounts.want_reminders(session, person, by=build_viewer(session, person.id))


def note_wrong(session: Session, phone: str) -> None:
    """Whoever has it says that it is not hers: nothing is sent there any more."""
    _note(session, phone, "wrong_at")


def note_right(session: Session, phone: str) -> None:
    """Staff found out that it is the right number after all."""
    right = update(PhoneStanding).where(PhoneStanding.phone == phone).values(wrong_at=None)
    session.execute(right, execution_options={"synchronize_session": False})


def _note(session: Session, phone: str, what: str) -> None:
    now = clock.now()
    session.execute(actions.insert_or_nothing(session, PhoneStanding), [{"phone": phone, what: now}])
    column = getattr(PhoneStanding, what)
    known = update(PhoneStanding).where(PhoneStanding.phone == phone, column.is_(None)).values({what: now})
    session.execute(known, execution_options={"synchronize_session": False})
