"""The week of those whom somebody helps: to relatives who ask, one text a phone, with what then stands."""

from datetime import time

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select
from time_machine import Traveller

from senior_univ.accounts.models import FamilyGrant, Person
from senior_univ.core import clock
from senior_univ.core.db import Database
from senior_univ.reminders import weekly
from senior_univ.reminders.models import MessageChoice
from senior_univ.reminders.rules import Hours
from tests.factories import make_grant, make_person
from tests.reminders.conftest import Worker, at
from tests.reminders.test_answers import DAUGHTERS, learner

SUNDAY = at("2026-03-08 18:00")
HOURS = Hours(time(20), time(7), time(12), time(14, 30), time(18), time(7))


@pytest.fixture
def asked(database: Database) -> int:
    """A daughter of two elders with lessons that week, who asked for it; her id."""
    with database.write() as session:
        daughter = make_person(session, name="李芳", phone=DAUGHTERS)
        session.add(MessageChoice(person_id=daughter.id, wants_weekly=True))
        daughter_id = daughter.id
    for name in ("王秀英", "李桂兰"):
        elder_id = learner(database, name=name)
        with database.write() as session:
            daughter = session.get_one(Person, daughter_id)
            make_grant(session, session.get_one(Person, elder_id), daughter, is_main_contact=False)
    return daughter_id


@pytest.mark.usefixtures("asked")
def test_one_text_on_sunday_evening_names_everybody(database: Database, worker: Worker, frozen: Traveller) -> None:
    frozen.move_to(at("2026-03-08 17:59"))
    assert worker.tick() == []
    frozen.move_to(SUNDAY)
    [(phone, text)] = worker.tick()
    assert phone == DAUGHTERS
    assert text.startswith("【老年大学】这一周（3月9日起）的课：")
    assert text.count("星期三上午9:30楷书入门") == 2
    assert all(name in text for name in ("王秀英", "李桂兰"))
    assert worker.tick() == []
    frozen.move_to(at("2026-03-09 07:00"))
    assert worker.tick() == []


def test_on_monday_morning_where_sunday_was_missed(
    database: Database, worker: Worker, frozen: Traveller, asked: int
) -> None:
    frozen.move_to(at("2026-03-09 07:00"))
    assert len(worker.tick()) == 1
    frozen.move_to(at("2026-03-10 07:00"))
    assert [phone for phone, _text in worker.tick()] == []


def test_who_did_not_ask_and_who_helps_no_more_gets_none(
    database: Database, worker: Worker, frozen: Traveller, asked: int
) -> None:
    frozen.move_to(SUNDAY)
    worker.plan()
    with database.write() as session:
        for grant in session.scalars(select(FamilyGrant)):
            grant.ended_at = clock.now()
    assert worker.send() == []
    with database.write() as session:
        session.get_one(MessageChoice, asked).wants_weekly = False
    frozen.move_to(at("2026-03-15 18:00"))
    assert worker.tick() == []


@given(st.integers(0, 10_079))
def test_it_is_told_on_sunday_evening_or_monday_and_never_in_the_night(minute: int) -> None:
    now = at("2026-03-09 00:00").timestamp() + minute * 60
    moment = clock.local(at("2026-03-09 00:00").fromtimestamp(now, tz=clock.zone()))
    monday = weekly.week_told_at(moment, HOURS)
    if monday is not None:
        assert monday.weekday() == 0
        assert time(7) <= moment.time() < time(20)
        assert (moment.weekday(), monday >= moment.date()) in ((6, True), (0, True))
