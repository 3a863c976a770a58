"""Whether what a text tells of still is so when it is sent: nobody is asked or alarmed about what was settled meanwhile.

Of each kind the causes are looked up together, in one query or two for a whole batch.
"""

from collections.abc import Callable, Collection, Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from senior_univ.accounts.models import FamilyGrant
from senior_univ.allocation.models import Application
from senior_univ.attendance.models import Attendance, Kind
from senior_univ.attendance.queries import leaves_among
from senior_univ.enrolment.together import open_wishes
from senior_univ.records.queries import taken_back
from senior_univ.reminders.models import Message, MessageKind
from senior_univ.waiting.queries import open_offers

Settled = Callable[[Session, Sequence[Message]], Collection[int]]
"""Of these texts of one kind: the ids of those whose cause is settled."""


def settled_among(session: Session, batch: Sequence[Message]) -> set[int]:
    """The ids of those texts whose cause is settled; kinds that always stand are not asked about."""
    found: set[int] = set()
    for kind, look in CAUSES.items():
        if texts := [message for message in batch if message.kind is kind]:
            found.update(look(session, texts))
    return found


def _offers(session: Session, texts: Sequence[Message]) -> Collection[int]:
    still = open_offers(session, {text.parameters["offer_id"] for text in texts})
    return [text.id for text in texts if text.parameters["offer_id"] not in still]


def _absences(session: Session, texts: Sequence[Message]) -> Collection[int]:
    """She has come after all, or is on leave."""
    about = {text.id: (each.lesson_id or 0, each.person_id or 0) for text in texts for each in text.about}
    lessons, people = {lesson for lesson, _ in about.values()}, {person for _, person in about.values()}
    came = select(Attendance.lesson_id, Attendance.person_id).where(
        Attendance.lesson_id.in_(lessons), Attendance.person_id.in_(people), Attendance.kind != Kind.ABSENT
    )
    explained = {(lesson_id, person_id) for lesson_id, person_id in session.execute(came)}
    explained |= {(leave.lesson_id, leave.person_id) for leave in leaves_among(session, people, lessons)}
    return [text_id for text_id, which in about.items() if which in explained]


def _askings(session: Session, texts: Sequence[Message]) -> Collection[int]:
    """She has answered, or nobody asks her any more."""
    asked = [text.parameters for text in texts]
    wishes = open_wishes(session, {each["wish_id"] for each in asked if "wish_id" in each})
    ids = {each["application_id"] for each in asked if "application_id" in each}
    standing = select(Application.id, Application.asks_person_id).where(Application.id.in_(ids))
    asks = dict(session.execute(standing.where(Application.withdrawn_at.is_(None))).all()) if ids else {}

    def stands(text: Message) -> bool:
        said = text.parameters
        return said["wish_id"] in wishes if "wish_id" in said else asks.get(said["application_id"]) == said["asked_id"]

    return [text.id for text in texts if not stands(text)]


def _certificates(session: Session, texts: Sequence[Message]) -> Collection[int]:
    gone = taken_back(session, {text.parameters.get("certificate_id", 0) for text in texts})
    return [text.id for text in texts if text.parameters.get("certificate_id") in gone]


def _consents(session: Session, texts: Sequence[Message]) -> Collection[int]:
    """She has said yes, or nobody asks any more."""
    ids = {text.parameters["grant_id"] for text in texts}
    open_ones = (FamilyGrant.consented_at.is_(None), FamilyGrant.ended_at.is_(None))
    asked = set(session.scalars(select(FamilyGrant.id).where(FamilyGrant.id.in_(ids), *open_ones)))
    return [text.id for text in texts if text.parameters["grant_id"] not in asked]


CAUSES: dict[MessageKind, Settled] = {
    MessageKind.GRANT_ASKED: _consents,
    MessageKind.WAITING_OFFER: _offers,
    MessageKind.ABSENCE_UNEXPLAINED: _absences,
    MessageKind.TOGETHER_ASKED: _askings,
    MessageKind.CERTIFICATE_READY: _certificates,
}
