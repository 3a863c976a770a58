"""The first screens with the demo's rows on them."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
import time_machine
from flask.testing import FlaskClient
from sqlalchemy import select

from senior_univ.accounts.models import Account
from senior_univ.core import clock
from senior_univ.core.db import Database
from senior_univ.demo.making import make_demo
from senior_univ.demo.stories import LEARNER, MANAGER, OFFICER, SCHEDULER, Part
from senior_univ.enrolment.queries import next_lesson
from tests.conftest import TUESDAY_MORNING
from tests.databases import Databases
from tests.signing_in import sign_in


@pytest.fixture(scope="module")
def database(databases: Databases) -> Iterator[Database]:
    """One demo for all tests, which only look at it."""
    database = Database(databases.clone("screens"))
    with time_machine.travel(TUESDAY_MORNING, tick=False), database.write() as session:
        make_demo(session, 1000, lambda _rows: None)
    yield database
    database.engine.dispose()


@pytest.fixture
def demo(database: Database) -> dict[str, int]:
    """The demo's people by login name."""
    with database.read() as session:
        rows = session.execute(select(Account.login_name, Account.person_id)).all()
    return {login_name: person_id for login_name, person_id in rows if login_name}


@pytest.mark.parametrize("part", [LEARNER, SCHEDULER, MANAGER, OFFICER])
def test_every_part_of_the_demo_has_a_first_screen(
    client: FlaskClient, demo: dict[str, int], part: Part, frozen: time_machine.Traveller
) -> None:
    sign_in(client, demo[part.login_name])
    assert client.get("/").status_code == 200


def test_a_county_officer_sees_counts_and_no_names(client: FlaskClient, demo: dict[str, int]) -> None:
    sign_in(client, demo[OFFICER.login_name])
    page = client.get("/area").text
    assert "泉北夕阳红养老院" in page
    assert LEARNER.name not in page


def test_the_card_counts_down_in_the_last_hours(
    client: FlaskClient, demo: dict[str, int], frozen: time_machine.Traveller, database: Database
) -> None:
    with database.read() as session:
        lesson = next_lesson(session, demo[LEARNER.login_name])
    assert lesson is not None
    frozen.move_to(lesson.starts_at - timedelta(minutes=40))
    sign_in(client, demo[LEARNER.login_name])
    page = client.get("/").text
    assert "40分钟" in page
    assert clock.local(lesson.starts_at).strftime("%-d") in page
