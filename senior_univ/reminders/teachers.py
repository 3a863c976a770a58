"""What teachers and volunteers are told: a check or paper that ends soon, and whether somebody may teach."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from sqlalchemy.orm import Session

from senior_univ.accounts.models import PhoneKind
from senior_univ.accounts.rules import parse_phone
from senior_univ.core import clock
from senior_univ.reminders import actions, queries
from senior_univ.reminders.models import MessageKind
from senior_univ.reminders.queries import Receiver
from senior_univ.teaching.models import VolunteerApplication
from senior_univ.teaching.queries import ExpiringPaper

LIFE = timedelta(days=7)


def tell_papers(session: Session, *, papers: Sequence[ExpiringPaper], **_more: Any) -> None:
    """One text for each paper and last day, however often this is asked: in as many statements as for one."""
    told = queries.receivers(session, [each.teacher.person_id for each in papers])
    person_of = {_key(each): each.teacher.person_id for each in papers}
    rows = [_row(each, told[each.teacher.person_id]) for each in papers if each.teacher.person_id in told]
    written = actions.queue_rows(session, rows)
    actions.add_about(session, [(message_id, person_of[key], None, None) for key, message_id in written.items()])


def _key(paper: ExpiringPaper) -> str:
    what = f"paper:{paper.paper_id}" if paper.paper_id else f"check:{paper.teacher.id}"
    return f"{MessageKind.PAPER_EXPIRING.value}:{what}:{paper.expires_on}"


def _row(paper: ExpiringPaper, told: Receiver) -> dict[str, Any]:
    parameters = {
        "name": told.name,
        "is_own": told.is_own,
        "paper": paper.name,
        "last_day": paper.expires_on.isoformat(),
        "site": paper.teacher.organisation.name,
        "phones": [paper.teacher.organisation.phone],
    }
    row = actions.row_of(_key(paper), MessageKind.PAPER_EXPIRING, told.phone, told.language)
    row |= {"organisation_id": paper.teacher.organisation_id, "channel": told.channel}
    return row | {"parameters": parameters, "expires_at": clock.now() + LIFE}


def _has_stopped(session: Session, phone: str) -> bool:
    """Asked when she is answered: who is refused may be nobody whom we know, of whom nothing is asked later."""
    return bool(queries.stopped_phones(session, [phone]))


def tell_volunteer(session: Session, *, application: VolunteerApplication, **_more: Any) -> None:
    """Tell her yes or no on the phone that she gave; a landline is called by the site, as is one that said STOP."""
    if parse_phone(application.phone)[1] is not PhoneKind.MOBILE or _has_stopped(session, application.phone):
        return
    actions.queue(
        session,
        key=f"{MessageKind.VOLUNTEER_ANSWERED.value}:{application.id}",
        kind=MessageKind.VOLUNTEER_ANSWERED,
        phone=application.phone,
        parameters={
            "name": application.name,
            "is_approved": application.teacher_id is not None,
            "answer": application.answer,
            "site": application.organisation.name,
            "phones": [application.organisation.phone],
        },
        expires_at=clock.now() + LIFE,
        organisation_id=application.organisation_id,
    )
