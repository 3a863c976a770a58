"""After some weeks nobody can read what was said to which number; how many texts there were stays."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select
from time_machine import Traveller

from senior_univ.core import clock
from senior_univ.core.db import Database
from senior_univ.reminders import retention
from senior_univ.reminders.models import Attempt, IncomingText, Meaning, Message, MessageState, SentText
from tests.reminders.conftest import Worker
from tests.reminders.test_dispatch import queue

PHONE = "+8613800138000"


def test_old_texts_lose_their_words_and_numbers_and_stay_counted(
    database: Database, worker: Worker, frozen: Traveller, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(retention, "AT_ONCE", 2)
    for number in range(5):
        said = {"name": f"学员{number}", "relative": "李芳", "phones": []}
        queue(database, key=f"news:{number}:{PHONE}", parameters=said)
    assert len(worker.send()) == 5
    with database.write() as session:
        for each in session.scalars(select(Attempt)).all():
            each.code = f"provider:{PHONE} is no number"
        incoming = {"sender": "main", "ref": "r", "phone": PHONE, "text": "1", "meaning": Meaning.COMING}
        session.add(IncomingText(came_at=clock.now(), **incoming))
    frozen.shift(timedelta(days=89))
    assert retention.forget(database, worker.settings) == 0
    frozen.shift(timedelta(days=2))
    assert retention.forget(database, worker.settings) == 6
    assert retention.forget(database, worker.settings) == 0
    with database.read() as session:
        for each in session.scalars(select(Message)):
            assert (each.phone, each.text, each.parameters, each.key) == ("", "", {}, f"forgotten:{each.id}")
            assert (each.state, each.segments) == (MessageState.ACCEPTED, 1)
            assert each.forgotten_at == clock.now()
        assert set(session.scalars(select(Attempt.code))) == {""}
        assert session.execute(select(IncomingText.phone, IncomingText.text)).one() == ("", "")
        assert session.scalar(select(func.count(SentText.id))) == 0


def test_a_text_that_is_still_open_is_kept_whole(database: Database, worker: Worker, frozen: Traveller) -> None:
    queue(database)
    frozen.shift(timedelta(days=100))
    assert retention.forget(database, worker.settings) == 0
    with database.read() as session:
        assert session.scalars(select(Message.phone)).one() == PHONE
