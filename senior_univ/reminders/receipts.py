"""What providers say became of a text: kept as it came, once, and applied by rank, whenever it comes."""

from sqlalchemy import exists, select, update
from sqlalchemy.orm import Session

from senior_univ.core import clock
from senior_univ.reminders import ladder, rules
from senior_univ.reminders.actions import insert_or_nothing
from senior_univ.reminders.models import Attempt, Message, MessageKind, MessageState, ProviderEvent
from senior_univ.reminders.senders import Receipt


def take(session: Session, sender: str, message_id: int, attempt: int, receipt: Receipt) -> bool:
    """Write what ``sender``'s provider says of an attempt; whether that was news.

    Told twice, it has one effect; a receipt for an attempt that nobody made is kept without a text.
    """
    is_known = _is_known(session, message_id, attempt)
    event_id = _keep(session, sender, message_id if is_known else None, attempt, receipt)
    if event_id is None or not is_known or not _apply(session, message_id, attempt, receipt):
        return False
    session.execute(update(ProviderEvent).where(ProviderEvent.id == event_id).values(changed=True))
    if receipt.state is MessageState.FAILED:
        found = select(Message).where(Message.id == message_id)
        ladder.next_rung(session, session.scalars(found, execution_options={"populate_existing": True}).all())
    return True


def _is_known(session: Session, message_id: int, attempt: int) -> bool:
    """Whether that attempt was made; those of before attempts were kept are known by their number alone."""
    kept = exists().where(Attempt.message_id == Message.id)
    made = exists().where(Attempt.message_id == Message.id, Attempt.number == attempt)
    wanted = select(Message.id).where(Message.id == message_id, Message.attempt >= attempt, made | ~kept)
    return session.scalar(wanted) is not None


def _keep(session: Session, sender: str, message_id: int | None, attempt: int, receipt: Receipt) -> int | None:
    """The id of the receipt's row; None where it was told before. Of two at the same moment one waits for the other."""
    row = {
        "sender": sender,
        "key": receipt.key,
        "message_id": message_id,
        "attempt": attempt,
        "state": receipt.state,
        "code": receipt.code,
        "came_at": clock.now(),
        "changed": False,
    }
    found: int | None = session.scalar(
        insert_or_nothing(session, ProviderEvent).values(row).returning(ProviderEvent.id)
    )
    return found


def _apply(session: Session, message_id: int, attempt: int, receipt: Receipt) -> bool:
    """A lower or equal rank changes nothing. That an earlier attempt has arrived is news, that it failed is none."""
    state = receipt.state
    same = Message.attempt == attempt if state is MessageState.FAILED else Message.attempt >= attempt
    values = {
        "state": state,
        "provider_ref": receipt.ref,
        "explanation": f"provider:{receipt.code}" if receipt.code else "",
    }
    if receipt.is_blocked and state is MessageState.FAILED:
        values["explanation"] = "opted_out"
    if state is not MessageState.ACCEPTED:
        values["ended_at"] = clock.now()
    wanted = update(Message).where(Message.id == message_id, same, Message.state.in_(rules.outranked_by(state)))
    kind = session.scalar(wanted.values(values).returning(Message.kind))
    if kind is MessageKind.CODE:
        session.execute(update(Message).where(Message.id == message_id).values(text="", parameters={}))
    return kind is not None
