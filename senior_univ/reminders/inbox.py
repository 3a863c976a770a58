"""A site's inbox: what people wrote that a person must read, with the thread of its phone, until somebody settles it."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from flask_babel import lazy_gettext as _l
from sqlalchemy import ColumnElement, Select, func, or_, select
from sqlalchemy.orm import Session, joinedload

from senior_univ.accounts.models import Person
from senior_univ.accounts.queries import people_of
from senior_univ.audit.actions import record
from senior_univ.core import clock
from senior_univ.core.access import Viewer
from senior_univ.core.errors import DomainError, NotFoundError
from senior_univ.core.permissions import Permission
from senior_univ.network.models import Organisation
from senior_univ.network.queries import organisation_scope
from senior_univ.reminders import actions, rules, standings
from senior_univ.reminders.models import IncomingText, Meaning, Message, MessageAbout, MessageKind, MessageState

TO_READ = (Meaning.OTHER, Meaning.WRONG_NUMBER)
"""What waits for a person; the rest is carried out and kept with the thread."""

LONGEST_ANSWER = 300
MOST_IN_THREAD = 100


def _is_mine(viewer: Viewer) -> ColumnElement[bool]:
    """In the viewer's organisation's inbox, or about one of her people where no organisation's it is."""
    mine = select(Organisation.id).where(organisation_scope(viewer, Permission.SEE_MESSAGES))
    hers = select(Person.id).where(people_of(viewer, Permission.SEE_MESSAGES))
    nobodys = IncomingText.organisation_id.is_(None) & IncomingText.person_id.in_(hers)
    return or_(IncomingText.organisation_id.in_(mine), nobodys)


def visible_incoming(viewer: Viewer) -> Select[IncomingText]:
    """What came for the viewer's organisations and must be read, what is not settled first, the newest first."""
    wanted = select(IncomingText).where(_is_mine(viewer), IncomingText.meaning.in_(TO_READ))
    loaded = (joinedload(IncomingText.person).joinedload(Person.region), joinedload(IncomingText.settled_by))
    order = (IncomingText.settled_at.is_not(None), IncomingText.came_at.desc(), IncomingText.id.desc())
    return wanted.options(*loaded).order_by(*order)


def count_unsettled(session: Session, viewer: Viewer) -> int:
    """How many texts wait to be read."""
    waiting = visible_incoming(viewer).where(IncomingText.settled_at.is_(None))
    ids = waiting.order_by(None).options().with_only_columns(IncomingText.id).subquery()
    return session.scalar(select(func.count()).select_from(ids)) or 0


def incoming_for(session: Session, viewer: Viewer, incoming_id: int) -> IncomingText:
    """A text of the viewer's inbox."""
    found = session.scalar(visible_incoming(viewer).where(IncomingText.id == incoming_id))
    if found is None:
        raise NotFoundError
    return found


@dataclass(frozen=True)
class Line:
    """One text of a thread; ``text`` is empty where it names people whom the viewer may not see."""

    at: datetime
    is_theirs: bool
    text: str
    message: Message | None = None
    incoming: IncomingText | None = None


def thread(session: Session, viewer: Viewer, incoming: IncomingText) -> list[Line]:
    """Every text from and to that phone about the viewer's people, the oldest first; never a code."""
    if not incoming.phone:
        return []
    came = select(IncomingText).where(IncomingText.phone == incoming.phone, _is_mine(viewer))
    lines = [
        Line(each.came_at, True, each.text, incoming=each)
        for each in session.scalars(came.order_by(IncomingText.id.desc()).limit(MOST_IN_THREAD))
    ]
    lines += [
        Line(each.attempted_at or each.created_at, False, each.text, message=each)
        for each in _sent(session, viewer, incoming.phone)
    ]
    return sorted(lines, key=lambda line: (line.at, not line.is_theirs))[-MOST_IN_THREAD:]


def _sent(session: Session, viewer: Viewer, phone: str) -> Sequence[Message]:
    """What went there about nobody but the viewer's own people."""
    hers = select(Person.id).where(people_of(viewer, Permission.SEE_MESSAGES))
    others = select(MessageAbout.message_id).where(
        MessageAbout.person_id.is_not(None), MessageAbout.person_id.not_in(hers)
    )
    named = select(MessageAbout.message_id).where(MessageAbout.person_id.in_(hers))
    wanted = select(Message).where(
        Message.phone == phone,
        Message.kind != MessageKind.CODE,
        Message.text != "",
        Message.id.in_(named),
        Message.id.not_in(others),
        Message.state != MessageState.CANCELLED,
    )
    return session.scalars(wanted.order_by(Message.id.desc()).limit(MOST_IN_THREAD)).all()


def people_meant(session: Session, viewer: Viewer, phone: str) -> Collection[Person]:
    """The viewer's people who have that phone."""
    if not phone:
        return []
    hers = select(Person).where(Person.phone == phone, people_of(viewer, Permission.SEE_MESSAGES))
    return session.scalars(hers.order_by(Person.id).options(joinedload(Person.region))).all()


def settle(session: Session, incoming: IncomingText, *, by: Viewer) -> None:
    """Somebody has read it and done what was to do; a second time changes nothing."""
    if incoming.settled_at is None:
        incoming.settled_at, incoming.settled_by_id = clock.now(), by.person_id
        record(session, "reply.settled", incoming, by=by, on_behalf_of=incoming.person_id)


def say_right(session: Session, incoming: IncomingText, *, by: Viewer) -> None:
    """The number is hers after all: texts go there again."""
    standings.note_right(session, incoming.phone)
    settle(session, incoming, by=by)


def answer(session: Session, incoming: IncomingText, words: str, *, by: Viewer) -> Message | None:
    """Answer by text, in one's own words; refused to a wrong number, and where it was forgotten."""
    if incoming.meaning is Meaning.WRONG_NUMBER or not incoming.phone:
        raise DomainError("no_answer", _l("Nothing is sent to this phone any more. Please call."), field="words")
    count = select(func.count()).where(Message.kind == MessageKind.STAFF_ANSWER, Message.phone == incoming.phone)
    number = session.scalar(count) or 0
    organisation = incoming.organisation
    message = actions.queue(
        session,
        key=f"{MessageKind.STAFF_ANSWER.value}:{incoming.id}:{number}",
        kind=MessageKind.STAFF_ANSWER,
        phone=incoming.phone,
        parameters={
            "words": " ".join(words.split())[:LONGEST_ANSWER],
            "phones": [organisation.phone] if organisation else [],
        },
        expires_at=clock.now() + rules.NEWS_LIFE,
        about=[(incoming.person_id, None)] if incoming.person_id else [],
        organisation_id=incoming.organisation_id,
    )
    record(session, "reply.answered", incoming, by=by, on_behalf_of=incoming.person_id)
    settle(session, incoming, by=by)
    return message
