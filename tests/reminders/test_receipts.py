"""Receipts as they come: each has one effect, whenever and however often it is told."""

import threading

import pytest
from sqlalchemy import select

from senior_univ.core import clock
from senior_univ.core.db import Database
from senior_univ.reminders import actions, receipts
from senior_univ.reminders.models import Attempt, Message, MessageKind, MessageState, ProviderEvent
from senior_univ.reminders.senders import Receipt

pytestmark = pytest.mark.usefixtures("frozen")


@pytest.fixture
def message_id(database: Database) -> int:
    """A text that is being sent at its first attempt."""
    with database.write() as session:
        message = actions.queue(session, key="k", kind=MessageKind.GRANT_GIVEN, phone="+8613800138000", parameters={})
        assert message
        message.state, message.attempt, message.attempted_at = MessageState.SUBMITTING, 1, clock.now()
        session.add(Attempt(message_id=message.id, number=1, sender="main", began_at=clock.now()))
        return message.id


def told(database: Database, message_id: int, state: MessageState, attempt: int = 1, **more: object) -> bool:
    with database.write() as session:
        return receipts.take(session, "main", message_id, attempt, Receipt(state, "SM1", **more))  # type: ignore[arg-type]


def kept(database: Database) -> list[tuple[int | None, MessageState, bool]]:
    with database.read() as session:
        found = session.scalars(select(ProviderEvent).order_by(ProviderEvent.id))
        return [(each.message_id, each.state, each.changed) for each in found]


def state(database: Database) -> MessageState:
    with database.read() as session:
        return session.scalars(select(Message.state)).one()


def test_a_doubled_receipt_has_one_effect(database: Database, message_id: int) -> None:
    assert told(database, message_id, MessageState.DELIVERED)
    assert not told(database, message_id, MessageState.DELIVERED)
    assert kept(database) == [(message_id, MessageState.DELIVERED, True)]


def test_a_receipt_doubled_at_the_same_moment_has_one_effect(database: Database, message_id: int) -> None:
    news: list[bool] = []
    threads = [
        threading.Thread(target=lambda: news.append(told(database, message_id, MessageState.DELIVERED)))
        for _number in range(4)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(news) == [False, False, False, True]
    assert kept(database) == [(message_id, MessageState.DELIVERED, True)]


def test_a_lower_receipt_is_kept_and_changes_nothing(database: Database, message_id: int) -> None:
    told(database, message_id, MessageState.DELIVERED)
    assert not told(database, message_id, MessageState.ACCEPTED)
    assert state(database) is MessageState.DELIVERED
    assert kept(database)[1] == (message_id, MessageState.ACCEPTED, False)


@pytest.mark.parametrize(("which", "attempt"), [(0, 2), (1000, 1)])
def test_a_receipt_for_what_nobody_sent_is_kept_without_a_text(
    database: Database, message_id: int, which: int, attempt: int
) -> None:
    assert not told(database, message_id + which, MessageState.DELIVERED, attempt)
    assert kept(database) == [(None, MessageState.DELIVERED, False)]
    assert state(database) is MessageState.SUBMITTING


def test_a_number_that_the_carrier_blocks_is_known_as_such(database: Database, message_id: int) -> None:
    assert told(database, message_id, MessageState.FAILED, code="30004", is_blocked=True)
    with database.read() as session:
        assert session.scalars(select(Message.explanation)).one() == "opted_out"
