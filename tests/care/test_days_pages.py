"""Days away, closing a unit, single days and leaving for good, as pages."""

import re
from datetime import time

import pytest
from sqlalchemy import select

from senior_univ.accounts.models import Person
from senior_univ.care import actions
from senior_univ.care.models import Away, AwayKind, CareBlock, CareKind, Quarantine, Residency, ResidencyEnd
from senior_univ.care.rules import BlockPlan
from senior_univ.core.permissions import Role
from senior_univ.network.models import Organisation
from tests import factories as make
from tests.sending_forms import TOKEN, send, shown
from tests.signing_in import sign_in

pytestmark = pytest.mark.usefixtures("frozen")


@pytest.fixture
def home(database, client):
    with database.write() as session:
        owner = make.make_home(session, name="夕阳红养老院")
        unit = make.make_unit(session, owner)
        person = make.make_resident(session, owner, unit, name="王秀英", birth_year=1944)
        staff = make.make_staff(session, Role.CARE_SCHEDULER, owner)
        nap = actions.add_block(
            session, BlockPlan(owner.id, CareKind.NAP, time(12), time(14), unit_id=unit.id), by=None
        )
        ids = {"home": owner.id, "unit": unit.id, "person": person.id, "nap": nap.id}
        staff_id = staff.id
    sign_in(client, staff_id)
    return ids


def one(database, model):
    with database.read() as session:
        return session.scalars(select(model)).unique().one()


def test_away_and_back(client, database, home):
    page = f"/homes/{home['home']}/residents/{home['person']}"
    assert send(client, f"{page}/away", kind="hospital", from_on="2026-03-08").status_code == 303
    away = one(database, Away)
    assert (away.kind, away.to_on) == (AwayKind.HOSPITAL, None)
    assert f"/away/{away.id}/back" in shown(client, page)
    twice = send(client, f"{page}/away", kind="at_home", from_on="2026-03-10", to_on="2026-03-12")
    assert twice.status_code == 200
    assert 'value="2026-03-12"' in twice.text
    send(client, f"/homes/{home['home']}/away/{away.id}/back", page)
    assert str(one(database, Away).to_on) == "2026-03-09"


@pytest.mark.parametrize(
    "fields",
    [
        {"kind": "hospital", "from_on": "2026-03-12", "to_on": "2026-03-10"},
        {"kind": "hospital", "from_on": "2020-01-01"},
        {"kind": "moon", "from_on": "2026-03-12"},
        {"kind": "hospital", "from_on": "9999-12-31"},
        {"from_on": "2026-03-12"},
    ],
)
def test_days_that_are_none_are_refused_in_words(client, database, home, fields):
    answer = send(client, f"/homes/{home['home']}/residents/{home['person']}/away", **fields)
    assert answer.status_code == 200
    assert "error-summary" in answer.text
    with database.read() as session:
        assert session.scalars(select(Away)).all() == []


def test_a_unit_is_closed_and_opened(client, database, home):
    page = f"/homes/{home['home']}/units/{home['unit']}/close"
    assert "error-summary" in send(client, page, from_on="2026-03-09", to_on="2026-03-12").text
    sent = send(client, page, from_on="2026-03-10", to_on="2026-03-12", reason="流感")
    assert "流感" in shown(client, sent.location)
    assert "error-summary" in send(client, page, from_on="2026-03-12", to_on="2026-03-14").text
    quarantine = one(database, Quarantine)
    send(client, f"/homes/{home['home']}/closed/{quarantine.id}/open", sent.location)
    assert one(database, Quarantine).lifted_at is not None


def test_that_she_has_died_is_said_twice(client, database, home):
    page = f"/homes/{home['home']}/residents/{home['person']}/discharge"
    assert send(client, page, end="died", to_on="2026-03-10").status_code == 200
    assert one(database, Residency).to_on is None
    assert send(client, page, end="died", to_on="2026-03-10", is_sure="y").status_code == 303
    assert one(database, Residency).end is ResidencyEnd.DIED
    with database.read() as session:
        assert session.get_one(Person, home["person"]).ended_at is not None


def test_a_single_day_is_taken_out_and_put_back(client, database, home):
    page = f"/homes/{home['home']}/care-day/{home['nap']}"
    assert send(client, f"{page}/except", on="2026-03-15").status_code == 303
    assert "3月15日" in shown(client, page)
    assert "3月15日" in shown(client, f"/homes/{home['home']}/care-day")
    send(client, f"{page}/keep", page, on="2026-03-15")
    assert "3月15日" not in shown(client, page)


def test_two_who_change_the_same_time_see_each_other(client, database, home):
    page = f"/homes/{home['home']}/care-day/{home['nap']}"
    form = shown(client, page)
    seen = re.search(r'name="seen"[^>]*value="([^"]*)"', form)[1].replace("&#34;", '"')
    fields = {"csrf_token": TOKEN.search(form)[1], "seen": seen, "owner": f"unit-{home['unit']}", "kind": "nap"}
    mine = fields | {"starts": "12:00", "ends": "13:30", "note": "早点起"}
    with database.write() as session:
        nap = session.get_one(CareBlock, home["nap"])
        plan = BlockPlan(home["home"], CareKind.NAP, time(12, 30), time(14), unit_id=home["unit"])
        actions.change_block(session, nap, plan, by=None)
    answer = client.post(page, data=mine)
    assert answer.status_code == 200
    assert "12:30" in answer.text
    assert 'value="13:30"' in answer.text
    assert one(database, CareBlock).ends == time(14)


def test_visiting_hours_stand_by_weekday(client, database, home):
    page = f"/homes/{home['home']}/care-day"
    fields = {"owner": f"unit-{home['unit']}", "kind": "visiting", "starts": "13:00", "ends": "17:00"}
    assert send(client, f"{page}/new", **fields, weekdays=["2", "5"]).status_code == 303
    day = shown(client, page)
    assert day.count("1:00—5:00") == 2


def test_a_relative_sees_when_her_mother_may_be_visited(client, database, home):
    page = f"/homes/{home['home']}/care-day"
    fields = {"kind": "visiting", "starts": "13:00", "ends": "17:00"}
    send(client, f"{page}/new", **fields, owner=f"unit-{home['unit']}", weekdays=["2"])
    with database.write() as session:
        mother = session.get_one(Person, home["person"])
        daughter = make.make_person(session)
        make.make_grant(session, mother, daughter)
        unit = make.make_unit(session, session.get_one(Organisation, home["home"]), name="二楼护理区")
        actions.add_block(
            session, BlockPlan(home["home"], CareKind.VISITING, time(9), time(10), unit_id=unit.id), by=None
        )
        daughter_id = daughter.id
    send(client, f"/homes/{home['home']}/units/{home['unit']}/close", from_on="2026-03-20", to_on="2026-03-25")
    sign_in(client, daughter_id)
    assert "护养院" not in shown(client, "/my-home")
    send(client, f"/family/{home['person']}/help", "/family")
    seen = shown(client, "/my-home")
    assert "夕阳红养老院" in seen
    assert "星期三" in seen
    assert "1:00—5:00" in seen
    assert "9:00—10:00" not in seen
    assert "3月20日" in seen
    assert "/my-home" in shown(client, "/")


def test_overlapping_times_are_refused_and_what_was_typed_stays(client, home):
    fields = {"owner": f"unit-{home['unit']}", "kind": "meal", "starts": "13:00", "ends": "15:00", "note": "加餐"}
    answer = send(client, f"/homes/{home['home']}/care-day/new", **fields, from_on="2026-03-12", to_on="2026-03-12")
    assert answer.status_code == 200
    assert "error-summary" in answer.text
    assert 'value="加餐"' in answer.text
    assert 'value="2026-03-12"' in answer.text
