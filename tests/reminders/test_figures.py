"""What staff see of texts in figures, of one text's life, and whether texts go out at all."""

from dataclasses import dataclass, replace
from datetime import timedelta
from io import BytesIO

import pytest
from flask import Flask
from flask.testing import FlaskClient
from python_calamine import CalamineWorkbook
from time_machine import Traveller

from senior_univ.accounts.models import Belonging, BelongingReason
from senior_univ.core import clock
from senior_univ.core.db import Database
from senior_univ.core.permissions import Role
from senior_univ.network.models import OrganisationKind
from senior_univ.reminders.figures import Figures, chart_of
from senior_univ.reminders.models import (
    Attempt,
    Message,
    MessageAbout,
    MessageKind,
    MessageState,
    Outcome,
    ProviderEvent,
    Worker,
)
from tests.factories import CITY, OTHER_COUNTY, make_organisation, make_person, make_staff
from tests.signing_in import sign_in

TOKEN = "a-token-of-at-least-24-characters"


@dataclass
class Ground:
    """A site with a manager and a learner, another manager, a city officer."""

    site_id: int
    manager_id: int
    other_id: int
    officer_id: int
    learner_id: int


@pytest.fixture
def ground(database: Database, frozen: Traveller) -> Ground:
    with database.write() as session:
        site, other = make_organisation(session), make_organisation(session, region_code=OTHER_COUNTY)
        bureau = make_organisation(session, region_code=CITY, kind=OrganisationKind.EDUCATION_BUREAU)
        learner = make_person(session, name="王秀英")
        session.add(
            Belonging(
                person_id=learner.id,
                organisation_id=site.id,
                reason=BelongingReason.ENROLLED,
                from_on=clock.today(),
            )
        )
        manager = make_staff(session, Role.SITE_MANAGER, site)
        other_manager = make_staff(session, Role.SITE_MANAGER, other)
        officer = make_staff(session, Role.CITY_OFFICER, bureau)
        return Ground(site.id, manager.id, other_manager.id, officer.id, learner.id)


def write_text(database: Database, ground: Ground, **given: object) -> int:
    with database.write() as session:
        now = clock.now()
        values = {
            "key": f"k{given.get('due_at', now)}{given.get('state')}",
            "kind": MessageKind.GRANT_GIVEN,
            "phone": "+8613800138000",
            "text": "【老年大学】您好",
            "created_at": now,
            "due_at": now,
            "organisation_id": ground.site_id,
        } | given
        message = Message(**values)
        message.about = [MessageAbout(person_id=ground.learner_id)]
        session.add(message)
        session.flush()
        return message.id


def worker_runs(database: Database) -> None:
    with database.write() as session:
        session.add(Worker(name="w", started_at=clock.now(), seen_at=clock.now()))


def test_a_day_s_figures_count_what_became_of_each_text(
    database: Database, client: FlaskClient, ground: Ground
) -> None:
    write_text(database, ground, state=MessageState.DELIVERED, segments=2, cost=90)
    write_text(database, ground, state=MessageState.FAILED, segments=1, cost=45)
    write_text(database, ground, state=MessageState.SUPPRESSED)
    sign_in(client, ground.manager_id)
    page = client.get("/messages/figures").text
    assert "共3条短信，按3条计费，费用0.14元" in page.replace("\n", "")
    assert "<svg" in page


def test_the_spreadsheet_says_the_same(database: Database, client: FlaskClient, ground: Ground) -> None:
    write_text(database, ground, state=MessageState.DELIVERED)
    write_text(database, ground, state=MessageState.DUE)
    sign_in(client, ground.manager_id)
    answer = client.get("/messages/figures.xlsx")
    rows = CalamineWorkbook.from_filelike(BytesIO(answer.data)).get_sheet_by_index(0).to_python()
    assert rows[-1] == ["合计", 2, 1, 0, 1, 0, 0, 0]


def test_another_site_s_texts_are_not_counted(database: Database, client: FlaskClient, ground: Ground) -> None:
    write_text(database, ground, state=MessageState.DELIVERED)
    sign_in(client, ground.other_id)
    assert "这一天没有短信" in client.get("/messages/figures").text


def test_what_is_no_organisation_s_is_counted_for_the_city_alone(
    database: Database, client: FlaskClient, ground: Ground
) -> None:
    write_text(database, ground, state=MessageState.DELIVERED, organisation_id=None)
    sign_in(client, ground.manager_id)
    assert "这一天没有短信" in client.get("/messages/figures").text
    sign_in(client, ground.officer_id)
    assert "共1条短信" in client.get("/messages/figures").text


@pytest.mark.parametrize("day", ["2026-03-09", "2026-03-11"])
def test_another_day_is_another_page(database: Database, client: FlaskClient, ground: Ground, day: str) -> None:
    write_text(database, ground, state=MessageState.DELIVERED)
    sign_in(client, ground.manager_id)
    assert "这一天没有短信" in client.get(f"/messages/figures?on={day}").text


@pytest.mark.parametrize("nonsense", ["x", "2026-02-30", "0001-01-01", "9999-12-31", ""])
def test_a_day_that_is_none_is_today(client: FlaskClient, ground: Ground, nonsense: str) -> None:
    sign_in(client, ground.manager_id)
    assert "3月10日短信统计" in client.get(f"/messages/figures?on={nonsense}").text


def test_the_highest_bar_is_the_height_of_the_chart(database: Database, ground: Ground) -> None:
    found = Figures(clock.today())
    found.by_hour[18] = found.by_state.__class__({MessageState.DELIVERED: 30, MessageState.FAILED: 10})
    found.by_hour[20] = found.by_state.__class__({MessageState.DUE: 20})
    chart = chart_of(found, height=100)
    assert [(bar.hour, bar.sent, bar.on_the_way, bar.not_reached) for bar in chart.bars] == [
        (18, 75, 0, 25),
        (19, 0, 0, 0),
        (20, 0, 50, 0),
    ]


def test_a_text_s_life_is_told_in_order(database: Database, client: FlaskClient, ground: Ground) -> None:
    message_id = write_text(database, ground, state=MessageState.DELIVERED, attempt=1)
    now = clock.now()
    with database.write() as session:
        session.add(
            Attempt(
                message_id=message_id,
                number=1,
                sender="main",
                began_at=now + timedelta(seconds=1),
                answered_at=now + timedelta(seconds=2),
                outcome=Outcome.UNKNOWN,
                code="unclear",
            )
        )
        receipt = ProviderEvent(sender="main", key="1", message_id=message_id, state=MessageState.DELIVERED)
        receipt.came_at, receipt.changed = now + timedelta(seconds=3), True
        session.add(receipt)
    sign_in(client, ground.manager_id)
    page = client.get(f"/messages/{message_id}").text
    steps = ["已登记，等待发送", "第1次发送（通道：main）", "运营商没有明确答复", "回执：已送达"]
    places = [page.index(step) for step in steps]
    assert places == sorted(places)


def test_another_site_s_manager_finds_no_such_text(database: Database, client: FlaskClient, ground: Ground) -> None:
    message_id = write_text(database, ground, state=MessageState.DELIVERED)
    sign_in(client, ground.other_id)
    assert client.get(f"/messages/{message_id}").status_code == 404


def test_the_health_page_says_that_all_is_well(database: Database, client: FlaskClient, ground: Ground) -> None:
    worker_runs(database)
    sign_in(client, ground.manager_id)
    assert "发得出去，没有积压" in client.get("/messages/health").text


def test_a_text_that_waits_for_six_minutes_raises_the_alarm(
    database: Database, client: FlaskClient, ground: Ground
) -> None:
    worker_runs(database)
    write_text(database, ground, state=MessageState.DUE, due_at=clock.now() - timedelta(minutes=6))
    sign_in(client, ground.manager_id)
    assert "有一条短信已经等了6分钟还没发出" in client.get("/messages/health").text


def test_a_text_that_is_tried_again_and_again_waits_since_its_first_attempt(
    database: Database, client: FlaskClient, ground: Ground
) -> None:
    worker_runs(database)
    soon = clock.now() + timedelta(seconds=20)
    message_id = write_text(database, ground, state=MessageState.DUE, due_at=soon, attempt=9)
    with database.write() as session:
        began = clock.now() - timedelta(minutes=12)
        session.add(Attempt(message_id=message_id, number=1, sender="main", began_at=began))
    sign_in(client, ground.manager_id)
    assert "有一条短信已经等了12分钟还没发出" in client.get("/messages/health").text


def test_refusals_of_our_account_and_missing_workers_raise_it_too(
    database: Database, client: FlaskClient, ground: Ground
) -> None:
    message_id = write_text(database, ground, state=MessageState.FAILED, attempt=1)
    with database.write() as session:
        refused = Attempt(message_id=message_id, number=1, sender="spare", began_at=clock.now())
        refused.outcome, refused.code = Outcome.REJECTED, "config:20003"
        session.add(refused)
    sign_in(client, ground.manager_id)
    page = client.get("/messages/health").text
    assert "短信通道“spare”一刻钟内因账号或设置问题拒绝了1次" in page
    assert "发短信的程序没有运行" in page


def test_monitoring_reads_the_same_figures_with_its_token(app: Flask, database: Database, ground: Ground) -> None:
    write_text(database, ground, state=MessageState.DUE, due_at=clock.now() - timedelta(minutes=6))
    client = app.test_client()
    assert client.get("/metrics").status_code == 404
    app.config["SETTINGS"] = replace(app.config["SETTINGS"], metrics_token=TOKEN)
    assert client.get("/metrics").status_code == 403
    assert client.get("/metrics", headers={"Authorization": "Bearer ünknown"}).status_code == 403
    said = client.get("/metrics", headers={"Authorization": f"Bearer {TOKEN}"}).text
    assert 'senior_univ_texts_open{state="due"} 1.0' in said
    assert "senior_univ_oldest_due_seconds 360.0" in said
    assert "senior_univ_workers 0.0" in said
    assert "王秀英" not in said
