"""What people answer: every incoming text is a row first, once; then it is understood, carried out and confirmed once.

A digit answers the question to that phone whose text named it; stopping, starting again, a wrong number and a consent
are words; everything else is for a person to read. A relative's answer counts for her elder, as far as she lets him.
"""

import unicodedata
from collections.abc import Callable

from sqlalchemy import select
from sqlalchemy.orm import Session

from senior_univ.accounts.queries import people_with_phone
from senior_univ.core import clock
from senior_univ.core.forms import clean_text
from senior_univ.reminders import actions, answering, ladder, questions, standings
from senior_univ.reminders.answering import Said
from senior_univ.reminders.models import IncomingText, Meaning, Message
from senior_univ.reminders.senders import Reply
from senior_univ.waiting.queries import offer_told_to

LONGEST = 1600
STOP_WORDS = {"td", "t", "r", "退订", "stop"}
STOP_WHERE_NOTHING_IS_ASKED = "n"
START_WORDS = {"恢复", "start"}
WRONG_WORDS = {"打错了", "发错了", "打错", "发错"}
CONSENT_WORDS = {"同意"}


def take_reply(session: Session, sender: str, reply: Reply) -> bool:
    """Write down what came and carry it out; whether it was understood. Told twice, it is the same reply."""
    incoming = _write_down(session, sender, reply)
    if incoming is None:
        known = select(IncomingText.meaning).where(IncomingText.sender == sender, IncomingText.ref == reply.ref[:120])
        return session.scalar(known) not in (None, Meaning.OTHER)
    _place(session, incoming)
    said = _understand(session, incoming)
    incoming.meaning = said.meaning
    if said.message is not None:
        incoming.message_id, incoming.organisation_id = said.message.id, said.message.organisation_id
    incoming.person_id = said.person_id or incoming.person_id
    if said.meaning not in (Meaning.OTHER, Meaning.WRONG_NUMBER):
        incoming.settled_at = clock.now()
    session.flush()
    answering.confirm(session, incoming, said)
    return said.meaning is not Meaning.OTHER


def plain(text: str) -> str:
    """What was written without width, case, spaces and punctuation: "１。" is "1"."""
    folded = unicodedata.normalize("NFKC", text[:LONGEST]).casefold()
    return "".join(c for c in folded if not c.isspace() and unicodedata.category(c)[0] != "P")


def _write_down(session: Session, sender: str, reply: Reply) -> IncomingText | None:
    """The row of what came; None where it is there already, whichever process took it."""
    row = {
        "sender": sender,
        "ref": reply.ref[:120],
        "phone": reply.phone[:20],
        "text": (clean_text(reply.text) or "")[:LONGEST],
        "came_at": clock.now(),
        "meaning": Meaning.OTHER,
    }
    statement = actions.insert_or_nothing(session, IncomingText).returning(IncomingText.id)
    written = session.execute(statement, [row]).all()
    return session.get_one(IncomingText, written[0].id) if written else None


def _place(session: Session, incoming: IncomingText) -> None:
    """Whose inbox it belongs in: of the site whose text is answered, else of the one that looks after her."""
    last = select(Message.id, Message.organisation_id).where(
        Message.phone == incoming.phone, Message.organisation_id.is_not(None)
    )
    newest = session.execute(last.order_by(Message.created_at.desc(), Message.id.desc()).limit(1)).first()
    people = people_with_phone(session, incoming.phone)
    if len(people) == 1:
        incoming.person_id = people[0].id
    if newest is not None:
        incoming.message_id, incoming.organisation_id = newest.id, newest.organisation_id
    else:
        incoming.organisation_id = next((each.site_id for each in people if each.site_id), None)


def _understand(session: Session, incoming: IncomingText) -> Said:
    word = plain(incoming.text)
    for words, carry_out in WORDS:
        if word in words:
            return carry_out(session, incoming)
    if word.isascii() and word.isdecimal() and len(word) == 1:
        return _answer(session, incoming, int(word))
    if word == STOP_WHERE_NOTHING_IS_ASKED and not questions.questions_to(session, [incoming.phone], unanswered=True):
        return _stop(session, incoming)
    return Said(Meaning.OTHER)


def _answer(session: Session, incoming: IncomingText, digit: int) -> Said:
    """The question whose text named this digit: one that nobody answered yet before the others, the newest first."""
    for unanswered in (True, False):
        for message in questions.questions_to(session, [incoming.phone], unanswered=unanswered):
            digits = questions.digits_of(message)
            if digits and digit in digits:
                return answering.answer(session, message, incoming.phone, is_yes=digit == digits[0])
    rung = offer_told_to(session, incoming.phone)
    if rung is not None and digit in questions.PAIRS[0]:
        return answering.answer_offer(session, rung, None, is_yes=digit == questions.PAIRS[0][0])
    return Said(Meaning.OTHER)


def _stop(session: Session, incoming: IncomingText) -> Said:
    standings.stop(session, incoming.phone)
    return Said(Meaning.STOP, outcome="stopped")


def _start(session: Session, incoming: IncomingText) -> Said:
    standings.start(session, incoming.phone)
    return Said(Meaning.START, outcome="started")


def _wrong(session: Session, incoming: IncomingText) -> Said:
    standings.note_wrong(session, incoming.phone)
    session.flush()
    ladder.leave_number(session, incoming.phone)
    return Said(Meaning.WRONG_NUMBER)


def _consent(session: Session, incoming: IncomingText) -> Said:
    return answering.consent(session, incoming.phone)


WORDS: tuple[tuple[set[str], Callable[[Session, IncomingText], Said]], ...] = (
    (STOP_WORDS, _stop),
    (START_WORDS, _start),
    (WRONG_WORDS, _wrong),
    (CONSENT_WORDS, _consent),
)
