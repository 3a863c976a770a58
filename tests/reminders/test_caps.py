"""How many texts a day an organisation sends, and how often a phone gets the same one."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

from sqlalchemy import select
from time_machine import Traveller

from senior_univ.core import clock
from senior_univ.core.db import Database
from senior_univ.reminders import actions
from senior_univ.reminders.models import DayCount, Message, MessageKind, MessageState, OrganisationTexting, Priority
from tests.factories import make_organisation
from tests.reminders.conftest import Worker, at


def make_site(database: Database, cap: int | None) -> int:
    with database.write() as session:
        site = make_organisation(session)
        session.add(OrganisationTexting(organisation_id=site.id, daily_cap=cap))
        return site.id


def queue(database: Database, site_id: int, count: int, *, same: bool = False, urgent: bool = False) -> None:
    with database.write() as session:
        for number in range(count):
            name = "王秀英" if same else f"学员{number}"
            message = actions.queue(
                session,
                key=f"k{number}{urgent}{clock.now()}",
                kind=MessageKind.GRANT_GIVEN,
                phone="+8613800138000" if same else f"+86138001380{number:02}",
                parameters={"name": name, "relative": "李芳", "phones": []},
                organisation_id=site_id,
            )
            assert message
            if urgent:
                message.priority = Priority.URGENT


def explanations(database: Database) -> list[tuple[MessageState, str]]:
    with database.read() as session:
        rows = session.execute(select(Message.state, Message.explanation).order_by(Message.id))
        return [(row.state, row.explanation) for row in rows]


def test_what_is_over_the_cap_goes_on_the_next_day(database: Database, worker: Worker, frozen: Traveller) -> None:
    queue(database, make_site(database, 3), 5)
    assert len(worker.send()) == 3
    assert explanations(database)[3:] == [(MessageState.DUE, "cap")] * 2
    frozen.move_to(at("2026-03-11 09:00"))
    assert len(worker.send()) == 2


def test_urgent_texts_are_not_counted(database: Database, worker: Worker, frozen: Traveller) -> None:
    site_id = make_site(database, 1)
    queue(database, site_id, 4, urgent=True)
    assert len(worker.send()) == 4
    queue(database, site_id, 1)
    assert len(worker.send()) == 1


def test_a_cap_of_nothing_holds_back_everything(database: Database, worker: Worker, frozen: Traveller) -> None:
    queue(database, make_site(database, 0), 2)
    assert worker.send() == []


def test_without_a_cap_everything_goes(database: Database, worker: Worker, frozen: Traveller) -> None:
    queue(database, make_site(database, None), 5)
    assert len(worker.send()) == 5


def test_two_workers_do_not_send_more_than_the_cap(database: Database, worker: Worker, frozen: Traveller) -> None:
    site_id = make_site(database, 7)
    queue(database, site_id, 30)
    others = [worker, Worker(database), Worker(database)]
    with ThreadPoolExecutor(3) as threads:
        list(threads.map(lambda each: each.dispatcher.run(), others))
    assert len(worker.texts()) == 7
    with database.read() as session:
        assert session.scalars(select(DayCount.used)).one() == 7


def test_a_phone_gets_the_same_text_three_times_within_a_day(
    database: Database, worker: Worker, frozen: Traveller
) -> None:
    site_id = make_site(database, None)
    queue(database, site_id, 2, same=True)
    assert len(worker.send()) == 2
    frozen.move_to(clock.now() + timedelta(hours=1))
    queue(database, site_id, 2, same=True)
    assert len(worker.send()) == 1
    assert explanations(database)[-1] == (MessageState.SUPPRESSED, "repeated")
    frozen.move_to(clock.now() + timedelta(hours=25))
    queue(database, site_id, 1, same=True)
    assert len(worker.send()) == 1


def test_a_text_knows_the_parts_that_it_is_paid_as(database: Database, worker: Worker, frozen: Traveller) -> None:
    queue(database, make_site(database, None), 1)
    worker.send()
    with database.read() as session:
        message = session.scalars(select(Message)).one()
        assert message.segments == 1 if len(message.text) <= 70 else 2
