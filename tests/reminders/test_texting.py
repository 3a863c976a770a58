"""How an organisation's texts go: its own hours are kept, and hours in which nothing could go are refused in words."""

from datetime import time, timedelta
from typing import Any

import pytest
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select
from time_machine import Traveller

from config import Settings
from senior_univ.core.db import Database
from senior_univ.core.errors import DomainError
from senior_univ.core.permissions import Role
from senior_univ.reminders import texting
from senior_univ.reminders.models import Message, OrganisationTexting
from senior_univ.reminders.rules import Hours, may_go_at
from senior_univ.timetable.models import CourseClass
from tests.factories import make_organisation, make_staff
from tests.reminders.conftest import Worker, at
from tests.reminders.test_answers import EVENING, HERS, learner
from tests.sending_forms import send
from tests.signing_in import sign_in

SETTINGS = Settings.from_environment({})


def own(database: Database, person_class: int = 0, **chosen: Any) -> None:
    """The organisation of the newest class chooses these."""
    with database.write() as session:
        wanted = select(CourseClass.organisation_id).order_by(CourseClass.id.desc()).limit(1)
        session.add(OrganisationTexting(organisation_id=session.scalars(wanted).one(), **chosen))


def test_each_organisation_reminds_at_its_own_hour(database: Database, worker: Worker, frozen: Traveller) -> None:
    learner(database, phone=HERS)
    learner(database, phone="+8613800138001")
    own(database, evening_reminder=time(16))
    frozen.move_to(at("2026-03-10 16:00"))
    assert [phone for phone, _text in worker.tick()] == ["+8613800138001"]
    assert worker.tick() == []
    frozen.move_to(EVENING)
    assert [phone for phone, _text in worker.tick()] == [HERS]


def test_its_quiet_hours_hold_up_its_texts_alone(database: Database, worker: Worker, frozen: Traveller) -> None:
    learner(database, phone=HERS)
    own(database, quiet_from=time(17), quiet_until=time(8), evening_reminder=time(16), morning_reminder=time(8))
    frozen.move_to(EVENING)
    assert worker.tick() == []
    frozen.move_to(at("2026-03-11 07:30"))
    assert worker.tick() == []
    frozen.move_to(at("2026-03-11 08:00"))
    assert len(worker.tick()) == 1


def test_planning_asks_as_often_for_many_organisations_with_the_same_hours(
    database: Database, worker: Worker, frozen: Traveller, statements: list[str]
) -> None:
    def plan_and_count() -> int:
        before = sum("FROM lesson JOIN" in each for each in statements)
        worker.plan()
        return sum("FROM lesson JOIN" in each for each in statements) - before

    for number in range(2):
        learner(database, phone=f"+861380013810{number}")
        own(database, evening_reminder=time(16))
    frozen.move_to(at("2026-03-10 18:30"))
    few = plan_and_count()
    for number in range(3, 9):
        learner(database, phone=f"+861380013810{number}")
        own(database, evening_reminder=time(16))
    assert plan_and_count() == few


def test_every_text_says_whose_it_is(database: Database, worker: Worker, frozen: Traveller) -> None:
    learner(database, phone=HERS)
    frozen.move_to(EVENING)
    worker.plan()
    with database.read() as session:
        site_id = session.scalars(select(CourseClass.organisation_id)).one()
        assert session.scalars(select(Message.organisation_id)).all() == [site_id]


@pytest.mark.parametrize(
    ("chosen", "code"),
    [
        ({"quiet_from": time(8), "quiet_until": time(7, 30)}, "no_time_left"),
        ({"evening_reminder": time(21)}, "evening_quiet"),
        ({"evening_reminder": time(13)}, "evening_quiet"),
        ({"morning_reminder": time(6)}, "morning_quiet"),
        ({"morning_reminder": time(10)}, "morning_late"),
        ({"evening_reminder": time(8), "morning_reminder": time(9)}, "evening_early"),
    ],
)
def test_hours_in_which_nothing_could_go_are_refused(chosen: dict[str, time], code: str) -> None:
    with pytest.raises(DomainError, match=code):
        texting.check(Hours.of(SETTINGS, OrganisationTexting(**chosen)))


@settings(suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(st.lists(st.integers(0, 95), min_size=6, max_size=6))
def test_accepted_hours_let_both_reminders_go_at_their_very_time(quarters: list[int]) -> None:
    hours = Hours(*(time(each // 4, each % 4 * 15) for each in quarters))
    try:
        texting.check(hours)
    except DomainError:
        return
    for wall in (hours.evening, hours.morning):
        now = at("2026-03-10 00:00") + timedelta(hours=wall.hour, minutes=wall.minute)
        assert may_go_at(now, hours, 2) == now


def test_a_manager_chooses_and_is_refused_in_words(client, database: Database, app: Flask) -> None:
    with database.write() as session:
        site = make_organisation(session)
        site_id, manager_id = site.id, make_staff(session, Role.SITE_MANAGER, site).id
        other_id = make_organisation(session).id
    sign_in(client, manager_id)
    page = f"/organisations/{site_id}/texting"
    wrong = send(client, page, evening_reminder="21:00", sender="", fallback="")
    assert wrong.status_code == 200
    right = send(client, page, evening_reminder="17:30", daily_cap="500", sender="", fallback="")
    assert right.status_code == 303
    with database.read() as session:
        row = session.get_one(OrganisationTexting, site_id)
        assert (row.evening_reminder, row.daily_cap, row.sender, row.quiet_from) == (time(17, 30), 500, None, None)
    assert client.get(f"/organisations/{other_id}/texting").status_code == 404
