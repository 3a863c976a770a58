"""From the outbox to the provider and back: once, whoever dies when."""

import threading
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.exc import OperationalError
from time_machine import Traveller

from config import SenderSettings
from senior_univ.core import clock
from senior_univ.core.db import Database
from senior_univ.reminders import actions, outbox, outcomes
from senior_univ.reminders.dispatch import CODES, EVERYTHING
from senior_univ.reminders.models import Attempt, Message, MessageKind, MessageState, Outcome
from senior_univ.reminders.senders import (
    Accepted,
    Found,
    Lease,
    Lookup,
    NotSent,
    NotThere,
    Outgoing,
    Rejected,
    Result,
    SenderBase,
    Senders,
    Sought,
    Unknown,
    Why,
)
from tests.reminders.conftest import Worker, at

THREADS = 16


class PlayedSender(SenderBase):
    """A provider that does what the test says."""

    def __init__(
        self, result: Callable[[Outgoing], Result], lookup: Lookup = NotThere.NOT_YET, name: str = "played"
    ) -> None:
        super().__init__(SenderSettings(name, "played", {"PRICE": "50"}))
        self.result = result
        self.found = lookup
        self.asked: list[Outgoing] = []

    def send(self, outgoing: Outgoing) -> Result:
        self.asked.append(outgoing)
        return self.result(outgoing)

    def lookup(self, sought: Sought) -> Lookup:
        return self.found


def accept(outgoing: Outgoing) -> Result:
    return Accepted(f"ref-{outgoing.ref}")


def queue(database: Database, count: int = 1, **given: Any) -> None:
    with database.write() as session:
        for number in range(count):
            parameters = {"name": f"学员{number}", "relative": "李芳", "phones": []}
            defaults = {"kind": MessageKind.GRANT_GIVEN, "phone": "+8613800138000", "parameters": parameters}
            actions.queue(session, **{"key": f"k{number}"} | defaults | given)


def messages(database: Database) -> list[Message]:
    with database.read() as session:
        return list(session.scalars(select(Message).order_by(Message.id)))


def only(database: Database) -> Message:
    [message] = messages(database)
    return message


def played(worker: Worker, result: Callable[[Outgoing], Result], lookup: Lookup = NotThere.NOT_YET) -> PlayedSender:
    sender = PlayedSender(result, lookup)
    worker.use(sender)
    return sender


def test_the_same_intent_is_written_once(database: Database, worker: Worker, frozen: Traveller) -> None:
    queue(database, 2, key="one")
    assert only(database).key == "one"


@pytest.mark.parametrize(
    ("result", "state", "explanation"),
    [
        (Accepted("r"), MessageState.ACCEPTED, ""),
        (Rejected("21614", Why.PERMANENT), MessageState.FAILED, "provider:21614"),
        (Rejected("21610", Why.OPTED_OUT), MessageState.SUPPRESSED, "opted_out"),
        (Rejected("20003", Why.CONFIG), MessageState.DUE, "config"),
        (NotSent(), MessageState.DUE, "not_reached"),
        (Unknown("reset"), MessageState.UNKNOWN, "unclear"),
    ],
)
def test_an_outcome_is_written(
    database: Database, worker: Worker, frozen: Traveller, result: Result, state: MessageState, explanation: str
) -> None:
    queue(database)
    played(worker, lambda _outgoing: result)
    worker.dispatcher.run()
    message = only(database)
    assert (message.state, message.explanation, message.attempt) == (state, explanation, 1)


def test_what_was_not_sent_is_sent_later(database: Database, worker: Worker, frozen: Traveller) -> None:
    queue(database)
    sender = played(worker, lambda outgoing: NotSent() if outgoing.attempt == 1 else Accepted("r"))
    worker.dispatcher.run()
    frozen.shift(30)
    worker.dispatcher.run()
    assert [each.attempt for each in sender.asked] == [1, 2]
    assert only(database).state is MessageState.ACCEPTED


def test_no_transaction_is_open_while_the_provider_is_called(
    database: Database, worker: Worker, frozen: Traveller
) -> None:
    queue(database, 3)

    def look(outgoing: Outgoing) -> Result:
        with database.write() as session:  # would wait for an open write transaction, and here for ever
            assert session.get_one(Message, outgoing.message_id).state is MessageState.SUBMITTING
        return Accepted("r")

    played(worker, look)
    worker.dispatcher.run()
    assert {each.state for each in messages(database)} == {MessageState.ACCEPTED}


def test_two_workers_send_each_text_once(database: Database, frozen: Traveller) -> None:
    queue(database, 60)
    workers = [Worker(database), Worker(database)]
    threads = [threading.Thread(target=each.dispatcher.run) for each in workers]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert Counter(text for _phone, text in workers[0].texts()).most_common(1)[0][1] == 1
    assert len(workers[0].texts()) == 60


def test_a_worker_that_lost_its_lease_sends_nothing(database: Database, worker: Worker, frozen: Traveller) -> None:
    queue(database)
    sender = played(worker, accept)
    outgoing = _claim(database, worker, Lease(60, began=time.monotonic() - 31))
    worker.dispatcher._write([(outgoing, worker.dispatcher._send(outgoing))])
    assert sender.asked == []
    assert only(database).state is MessageState.DUE


def _claim(database: Database, worker: Worker, lease: Lease | None = None) -> Outgoing:
    with database.write() as session:
        [outgoing] = outbox.claim(
            session,
            worker.settings,
            worker.dispatcher.senders,
            priorities=EVERYTHING,
            lease=lease or Lease(60),
            size=THREADS,
        )
    return outgoing


def test_a_dead_worker_s_text_is_looked_up_and_not_sent_again(
    database: Database, worker: Worker, frozen: Traveller
) -> None:
    queue(database)
    sender = played(worker, accept, Found("SM1"))
    _claim(database, worker)
    assert worker.dispatcher.reap() == 0  # its lease still runs
    frozen.shift(60)
    assert worker.dispatcher.reap() == 1
    message = only(database)
    assert (message.state, message.provider_ref, sender.asked) == (MessageState.ACCEPTED, "SM1", [])


def test_a_text_that_the_provider_does_not_know_is_sent_again_only_after_the_settling_time(
    database: Database, worker: Worker, frozen: Traveller
) -> None:
    queue(database)
    sender = played(worker, accept)
    _claim(database, worker)
    frozen.shift(60)
    worker.dispatcher.reap()
    assert only(database).state is MessageState.UNKNOWN
    frozen.shift(179)
    worker.dispatcher.reap()
    worker.dispatcher.run()
    assert sender.asked == []
    frozen.shift(15)
    worker.dispatcher.reap()
    worker.dispatcher.run()
    assert [each.attempt for each in sender.asked] == [2]


def test_a_provider_that_cannot_tell_leaves_the_text_to_a_person(
    database: Database, worker: Worker, frozen: Traveller
) -> None:
    queue(database)
    played(worker, lambda _outgoing: Unknown("reset"), NotThere.CANT_TELL)
    worker.dispatcher.run()
    worker.dispatcher.reap()
    frozen.shift(3600)
    worker.dispatcher.run()
    assert (only(database).state, only(database).attempt) == (MessageState.PARKED, 1)


def test_a_provider_that_does_not_answer_is_asked_for_an_hour(
    database: Database, worker: Worker, frozen: Traveller
) -> None:
    queue(database)
    played(worker, lambda _outgoing: Unknown("reset"), NotThere.NO_ANSWER)
    worker.dispatcher.run()
    frozen.shift(1800)
    worker.dispatcher.reap()
    assert only(database).state is MessageState.UNKNOWN
    frozen.shift(1800)
    worker.dispatcher.reap()
    assert only(database).state is MessageState.PARKED


def test_an_outcome_of_an_attempt_that_is_over_is_not_written(
    database: Database, worker: Worker, frozen: Traveller
) -> None:
    queue(database)
    first = _claim(database, worker)
    with database.write() as session:
        assert not outcomes.complete(session, [(first, NotSent(retry_after=0))])
    second = _claim(database, worker)
    with database.write() as session:
        late = outcomes.complete(session, [(first, Rejected("21614", Why.PERMANENT)), (second, Accepted("SM2"))])
    assert late == {first.ref}
    assert only(database).provider_ref == "SM2"


def test_a_late_acceptance_keeps_a_text_from_being_sent_again(
    database: Database, worker: Worker, frozen: Traveller
) -> None:
    queue(database)
    sender = played(worker, accept)
    outgoing = _claim(database, worker)
    frozen.shift(1000)
    worker.dispatcher.reap()
    assert only(database).state is MessageState.DUE
    with database.write() as session:
        assert not outcomes.complete(session, [(outgoing, Accepted("SM1"))])
    worker.dispatcher.run()
    assert sender.asked == []


def test_an_expired_text_is_not_sent(database: Database, worker: Worker, frozen: Traveller) -> None:
    queue(database, expires_at=clock.now() + timedelta(minutes=1))
    frozen.shift(60)
    assert worker.send() == []
    assert only(database).state is MessageState.EXPIRED


@pytest.mark.parametrize(("quiet", "over"), [("10 20:00", "11 07:00"), ("10 12:00", "10 14:30")])
def test_news_waits_for_the_end_of_the_quiet_hours(
    database: Database, worker: Worker, frozen: Traveller, quiet: str, over: str
) -> None:
    frozen.move_to(at(f"2026-03-{quiet}"))
    queue(database)
    assert worker.send() == []
    assert only(database).due_at == at(f"2026-03-{over}")
    frozen.move_to(at(f"2026-03-{over}"))
    assert len(worker.send()) == 1


def queue_code(database: Database, number: int = 1) -> None:
    expires_at = clock.now() + timedelta(minutes=10)
    parameters = {"digits": f"{number:06d}"}
    queue(database, key=f"code:{number}", kind=MessageKind.CODE, parameters=parameters, expires_at=expires_at)


def test_a_code_goes_before_everything_else_at_any_hour(database: Database, worker: Worker, frozen: Traveller) -> None:
    frozen.move_to(at("2026-03-10 23:00"))
    queue(database, 30, is_urgent=True)
    queue_code(database)
    [(_phone, text)] = worker.send()
    assert text == "【老年大学】登录验证码000001，10分钟内有效。验证码不要告诉任何人。"


@pytest.mark.parametrize("result", [Accepted("r"), Rejected("21614", Why.PERMANENT)])
def test_a_code_is_not_kept_once_it_was_sent(
    database: Database, worker: Worker, frozen: Traveller, result: Result
) -> None:
    queue_code(database)
    played(worker, lambda _outgoing: result)
    worker.dispatcher.run()
    assert (only(database).text, only(database).parameters) == ("", {})


def test_a_code_is_not_kept_once_it_expired(database: Database, worker: Worker, frozen: Traveller) -> None:
    queue_code(database)
    frozen.shift(600)
    assert worker.send() == []
    assert (only(database).text, only(database).parameters) == ("", {})


def test_a_hanging_provider_holds_up_no_other_code(database: Database, worker: Worker) -> None:
    queue_code(database, 1)
    goes_on, second_sent = threading.Event(), threading.Event()

    def send(outgoing: Outgoing) -> Result:
        if "000001" in outgoing.text:
            goes_on.wait(10)
        else:
            second_sent.set()
        return Accepted("r")

    played(worker, send)
    sending = threading.Thread(target=worker.dispatcher.run, args=(CODES,))
    sending.start()
    queue_code(database, 2)
    assert second_sent.wait(2)
    goes_on.set()
    sending.join()


def test_a_sender_that_fails_may_have_sent(
    database: Database, worker: Worker, frozen: Traveller, caplog: pytest.LogCaptureFixture
) -> None:
    queue(database)

    def fail(_outgoing: Outgoing) -> Result:
        raise RuntimeError

    played(worker, fail)
    worker.dispatcher.run()
    assert only(database).state is MessageState.UNKNOWN


def test_a_text_whose_template_cannot_be_filled_holds_up_no_other(
    database: Database, worker: Worker, frozen: Traveller
) -> None:
    queue(database, key="broken", parameters={})
    queue(database)
    assert len(worker.send()) == 1
    assert [each.state for each in messages(database)] == [MessageState.PARKED, MessageState.ACCEPTED]


def test_a_stopped_worker_claims_nothing_more(database: Database, worker: Worker, frozen: Traveller) -> None:
    queue(database, 40)
    played(worker, lambda outgoing: worker.dispatcher.stop() or accept(outgoing))
    worker.dispatcher.run()
    states = Counter(each.state for each in messages(database))
    assert states == {MessageState.ACCEPTED: THREADS, MessageState.DUE: 40 - THREADS}


def test_the_same_attempt_handed_over_twice_is_seen(database: Database, worker: Worker, frozen: Traveller) -> None:
    now = clock.now()
    outgoing = Outgoing(1, 1, "+8613800138000", "text", now, None, Lease(60))
    sender = worker.dispatcher.senders.default
    for _time in range(2):
        sender.send(outgoing)
    assert len(worker.texts()) == 2
    assert sender.lookup(Sought(1, 1, "", "", now, now)) == Found("1.1")
    other = replace(outgoing, attempt=2)
    assert sender.lookup(Sought(1, other.attempt, "", "", now, now)) is NotThere.NOT_YET


def attempts(database: Database) -> list[tuple[int, Outcome | None, str]]:
    with database.read() as session:
        found = session.scalars(select(Attempt).order_by(Attempt.message_id, Attempt.number))
        return [(each.number, each.outcome, each.code) for each in found]


def test_every_attempt_is_kept_with_what_came_of_it(database: Database, worker: Worker, frozen: Traveller) -> None:
    queue(database)
    said = [NotSent(), Rejected("20003", Why.CONFIG), Accepted("r")]
    played(worker, lambda outgoing: said[outgoing.attempt - 1])
    for _time in said:
        worker.dispatcher.run()
        frozen.shift(600)
    kept = [(1, Outcome.NOT_SENT, "not_reached"), (2, Outcome.REJECTED, "config:20003"), (3, Outcome.ACCEPTED, "")]
    assert attempts(database) == kept
    assert (only(database).segments, only(database).cost) == (1, 50)


def test_a_dead_worker_s_attempt_has_no_outcome_until_it_is_looked_up(
    database: Database, worker: Worker, frozen: Traveller
) -> None:
    queue(database)
    played(worker, accept, Found("SM1"))
    _claim(database, worker)
    assert attempts(database) == [(1, None, "")]
    frozen.shift(60)
    worker.dispatcher.reap()
    assert attempts(database) == [(1, Outcome.ACCEPTED, "looked_up")]
    with database.read() as session:
        assert session.scalars(select(Attempt.looked_up_at)).one() == clock.now()


def test_the_second_sender_takes_over_while_the_first_is_down(
    database: Database, worker: Worker, frozen: Traveller
) -> None:
    queue(database, 5)
    main, spare = PlayedSender(lambda _outgoing: NotSent(), name="main"), PlayedSender(accept, name="spare")
    worker.dispatcher.senders = Senders({"main": main, "spare": spare}, main, "spare")
    worker.dispatcher.run()
    assert (len(main.asked), len(spare.asked)) == (5, 0)
    frozen.shift(30)
    worker.dispatcher.run()
    assert (len(main.asked), len(spare.asked)) == (5, 5)
    assert {each.sender for each in messages(database)} == {"spare"}
    frozen.shift(60)
    main.result = accept
    queue(database, key="later")
    worker.dispatcher.run()
    assert (len(main.asked), len(spare.asked)) == (6, 5)


def test_an_outcome_that_could_not_be_written_is_written_later(
    database: Database, worker: Worker, frozen: Traveller, monkeypatch: pytest.MonkeyPatch
) -> None:
    queue(database, 3)
    played(worker, accept)
    write, failures = outcomes.complete, iter([OperationalError("", {}, Exception())])

    def complete(*given: Any) -> set[str]:
        for failure in failures:
            raise failure
        return write(*given)

    monkeypatch.setattr(outcomes, "complete", complete)
    worker.dispatcher.run()
    assert {each.state for each in messages(database)} == {MessageState.ACCEPTED}
