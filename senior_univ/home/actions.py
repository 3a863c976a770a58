"""Asking for a call, making it, and passing on what nobody answered."""

from datetime import datetime

from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import Session

from senior_univ.accounts.models import Person
from senior_univ.audit.actions import record
from senior_univ.core import clock
from senior_univ.core.access import Viewer
from senior_univ.core.errors import DomainError
from senior_univ.home import queries, rules
from senior_univ.home.models import CallBackRequest
from senior_univ.network.models import Organisation
from senior_univ.reminders.actions import call_off
from senior_univ.reminders.models import MessageKind


def ask_for_call(session: Session, person_id: int, *, phone: str, about: str, by: Viewer) -> CallBackRequest:
    """``by`` asks that somebody calls ``phone`` for this person; asking twice keeps the first request.

    Refuses with ``nobody_to_call`` where no organisation with a phone serves her place.
    """
    if waiting := queries.open_request_of(session, person_id):
        return waiting
    desk = queries.helping_organisation(session, person_id)
    if desk is None:
        raise DomainError(
            "nobody_to_call", _l("No teaching site serves this place yet. Please call the help phone below.")
        )
    now = clock.now()
    request = CallBackRequest(
        person_id=person_id,
        asked_by_id=by.person_id,
        organisation_id=desk.id,
        phone=phone,
        about=about,
        asked_at=now,
        due_at=due(session, desk, now),
    )
    session.add(request)
    record(session, "call_back.asked", request, by=by, on_behalf_of=person_id)
    return request


def due(session: Session, desk: Organisation, now: datetime) -> datetime:
    """By when somebody at that desk must have called."""
    is_working_day = queries.working_days(session, clock.local(now).date())
    return rules.answer_due(now, desk.desk_opens, desk.desk_closes, is_working_day)


def close_call_back(session: Session, request: CallBackRequest, *, outcome: str, by: Viewer) -> CallBackRequest:
    """Write down that the call was made; refuses with ``closed`` where a colleague was quicker."""
    session.refresh(request, with_for_update=True)
    if request.closed_at:
        closer = session.get(Person, request.closed_by_id) if request.closed_by_id else None
        raise DomainError("closed", _l("%(name)s has closed this already.", name=closer.name if closer else ""))
    request.closed_at = clock.now()
    request.closed_by_id = by.person_id
    request.outcome = outcome
    call_off(session, [text_key(request.id)])
    record(session, "call_back.closed", request, by=by, on_behalf_of=request.person_id)
    return request


def text_key(request_id: int) -> str:
    """The key of the text that tells a main contact of somebody who was missed."""
    return f"{MessageKind.ABSENCE_UNEXPLAINED.value}:{request_id}"


def take_back_request(session: Session, request: CallBackRequest, *, by: Viewer) -> CallBackRequest:
    """She needs no call any more."""
    if request.closed_at is None:
        request.closed_at = clock.now()
        request.closed_by_id = by.person_id
        record(session, "call_back.taken_back", request, by=by, on_behalf_of=request.person_id)
    return request


def pass_on_overdue(session: Session) -> int:
    """Give every request that nobody answered in time to the tier above (township, then county); returns how many."""
    now = clock.now()
    overdue = queries.overdue_call_backs(session, now)
    for request in overdue:
        above = request.organisation.parent
        if above is not None:
            request.organisation_id = above.id
            request.escalated_at = now
            record(session, "call_back.passed_on", request, by=None, on_behalf_of=request.person_id)
        request.due_at = due(session, above or request.organisation, now)
    return len(overdue)
