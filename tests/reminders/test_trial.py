"""A trial: only the numbers on its list get anything, sign-in codes included; all else says why."""

from collections.abc import Callable

import pytest
from sqlalchemy import select
from time_machine import Traveller

from config import Settings
from senior_univ.core.db import Database
from senior_univ.reminders import actions
from senior_univ.reminders.models import EXPLANATIONS, Message, MessageKind, MessageState
from tests.reminders.conftest import Worker

GUEST, OTHER = "+8613800138000", "+8613900139000"


def test_only_a_guest_gets_a_text_or_a_code(
    database: Database, make_worker: Callable[..., Worker], frozen: Traveller
) -> None:
    worker = make_worker(TRIAL_PHONES=f"{GUEST}, +8613700137000")
    with database.write() as session:
        for phone in (GUEST, OTHER):
            given = {"name": "王秀英", "relative": "李芳", "phones": []}
            actions.queue(session, key=f"g{phone}", kind=MessageKind.GRANT_GIVEN, phone=phone, parameters=given)
            actions.queue(session, key=f"c{phone}", kind=MessageKind.CODE, phone=phone, parameters={"digits": "123456"})
    assert {phone for phone, _text in worker.send()} == {GUEST}
    with database.read() as session:
        others = session.scalars(select(Message).where(Message.phone == OTHER)).all()
    assert {(each.state, each.explanation, each.text) for each in others} == {(MessageState.SUPPRESSED, "trial", "")}
    assert "trial" in str(EXPLANATIONS["trial"])


@pytest.mark.parametrize("phones", ["13800138000", "+86138", "+8613800138000, somebody"])
def test_a_list_that_would_match_nobody_is_refused_without_naming_the_number(phones: str) -> None:
    [problem] = Settings.from_environment({"TRIAL_PHONES": phones}).sender_problems()
    assert problem.startswith("TRIAL_PHONES has a number")
    assert "138" not in problem.replace("+8613800138000", "")
