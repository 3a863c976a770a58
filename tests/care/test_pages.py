import re
from datetime import time

import pytest
from sqlalchemy import select

from senior_univ.accounts.models import Consent, FamilyGrant, Person
from senior_univ.audit.models import AuditEntry
from senior_univ.care import actions
from senior_univ.care.models import AccessNeeds, CareBlock, CareKind, Residency
from senior_univ.care.rules import BlockPlan
from senior_univ.core import clock
from senior_univ.core.permissions import Role
from senior_univ.network.models import OrganisationKind
from tests import factories as make
from tests.queries_counted import queries_of
from tests.sending_forms import send, shown
from tests.signing_in import sign_in

pytestmark = pytest.mark.usefixtures("frozen")


@pytest.fixture
def home(database, client):
    """A home with a unit and a resident 王秀英 whose scheduler is signed in; ids by name."""
    with database.write() as session:
        owner = make.make_home(session, name="夕阳红养老院")
        unit = make.make_unit(session, owner)
        person = make.make_resident(session, owner, unit, name="王秀英", birth_year=1944)
        staff = make.make_staff(session, Role.CARE_SCHEDULER, owner)
        ids = {"home": owner.id, "unit": unit.id, "person": person.id, "staff": staff.id}
    sign_in(client, ids["staff"])
    return ids


def rows(database, query):
    with database.read() as session:
        return session.scalars(query).unique().all()


def test_the_scheduler_goes_straight_to_her_home(client, home):
    assert client.get("/homes").location.endswith(f"/homes/{home['home']}/residents")


def test_equal_names_are_told_apart_by_birth_year_and_animal(client, database, home):
    assert "1944" not in shown(client, f"/homes/{home['home']}/residents")
    with database.write() as session:
        owner = session.get_one(make.Organisation, home["home"])
        make.make_resident(session, owner, name="王秀英", birth_year=1951)
    answer = shown(client, f"/homes/{home['home']}/residents")
    assert "1944" in answer
    assert "1951" in answer
    assert "猴" in answer


def test_a_large_home_opens_with_its_first_unit_and_finds_everybody(client, database, home):
    with database.write() as session:
        owner = session.get_one(make.Organisation, home["home"])
        for floor in (2, 3):
            unit = make.make_unit(session, owner, name=f"{floor}楼护理区", floor=floor)
            for number in range(40):
                make.make_resident(session, owner, unit, name=f"老人{floor}{number:02d}号")
    base = f"/homes/{home['home']}/residents"
    assert "老人200号" not in shown(client, base)
    assert shown(client, f"{base}?all=1").count("<tr>") == 81 + 3
    assert "老人339号" in shown(client, f"{base}?q=老人339")
    assert "王秀英" in shown(client, f"{base}?q=")
    printed = shown(client, f"{base}/print")
    assert "老人200号" in printed
    assert "老人339号" in printed


@pytest.mark.parametrize("query", ["?unit=x", "?unit=99999999999", "?q=%25", "?unit=-1", "?q=" + "长" * 500])
def test_nonsense_in_the_address_is_no_error(client, home, query):
    shown(client, f"/homes/{home['home']}/residents{query}")


def test_a_new_resident_is_added_and_seen(client, database, home):
    path = f"/homes/{home['home']}/residents/new"
    sent = send(
        client, path, name="张桂兰", birth_year="１９４０", from_on="2026-03-01", unit=home["unit"], bed="101-2"
    )
    assert sent.status_code == 303
    answer = shown(client, sent.location)
    assert "张桂兰" in answer
    assert "101-2" in answer
    [entry] = rows(database, select(AuditEntry).where(AuditEntry.action == "residency.began"))
    assert entry.actor_id == home["staff"]


def test_a_known_person_is_proposed_and_is_not_entered_twice(client, database, home):
    with database.write() as session:
        known = make.make_person(session, name="张桂兰", birth_year=1940).id
    path = f"/homes/{home['home']}/residents/new"
    fields = {"name": "张桂兰", "birth_year": "1940", "from_on": "2026-03-01", "unit": home["unit"], "bed": "101-2"}
    asked = send(client, path, **fields)
    assert asked.status_code == 200
    assert f'value="{known}"' in asked.text
    assert 'value="101-2"' in asked.text
    sent = send(client, path, **fields, same_as=known)
    assert sent.location.endswith(f"/residents/{known}")


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("birth_year", "2030"),
        ("birth_year", "abc"),
        ("phone", "12"),
        ("from_on", "2026-03-11"),
        ("from_on", "2026-02-30"),
    ],
)
def test_a_mistake_keeps_everything_that_was_typed(client, database, home, field, value):
    fields = {"name": "张桂兰", "birth_year": "1940", "from_on": "2026-03-01", "unit": home["unit"], "bed": "101-2"}
    answer = send(client, f"/homes/{home['home']}/residents/new", **fields | {field: value})
    assert answer.status_code == 200
    assert "error-summary" in answer.text
    assert 'value="张桂兰"' in answer.text
    assert 'value="101-2"' in answer.text
    assert len(rows(database, select(Residency))) == 1


def test_a_day_care_centre_asks_for_no_bed(client, database, home):
    with database.write() as session:
        centre = make.make_home(session, kind=OrganisationKind.DAY_CARE_CENTRE)
        staff = make.make_staff(session, Role.CARE_SCHEDULER, centre)
        centre_id, staff_id = centre.id, staff.id
    sign_in(client, staff_id)
    path = f"/homes/{centre_id}/residents/new"
    assert 'name="bed"' not in shown(client, path)
    sent = send(client, path, name="张桂兰", birth_year="1940", from_on="2026-03-01")
    assert "张桂兰" in shown(client, sent.location)
    assert "张桂兰" in shown(client, f"/homes/{centre_id}/residents")


def test_her_page_shows_needs_own_times_contact_and_history(client, database, home):
    base = f"/homes/{home['home']}/residents/{home['person']}"
    assert send(client, f"{base}/needs", uses_wheelchair="y", note="坐前排").status_code == 303
    block = f"/homes/{home['home']}/care-day/new?person={home['person']}"
    fields = {"owner": f"person-{home['person']}", "kind": "dialysis", "starts": "08:00", "ends": "12:00"}
    assert send(client, block, **fields, weekdays=["0", "2"]).status_code == 303
    with database.write() as session:
        daughter = make.make_person(session, name="赵敏", phone="+8613800138000")
        grant = FamilyGrant(
            elder_id=home["person"], relative_id=daughter.id, is_main_contact=True, rights=["see"],
            asked_at=clock.now(), asked_by_id=daughter.id, consent=Consent.IN_PERSON, consented_at=clock.now(),
        )  # fmt: skip
        session.add(grant)
    answer = shown(client, base)
    for words in ("坐前排", "赵敏", "138 0013 8000", "一楼护理区"):
        assert words in answer
    assert {b.weekday for b in rows(database, select(CareBlock))} == {0, 2}
    assert rows(database, select(AccessNeeds))[0].uses_wheelchair


def test_a_home_for_people_without_kin_works_without_any(client, database, home):
    with database.write() as session:
        session.get_one(make.Organisation, home["home"]).kind = OrganisationKind.VILLAGE_CARE_HOME
    assert {client.get(path).status_code for path in paths(home)} == {200}
    assert (
        "tel:"
        not in shown(client, f"/homes/{home['home']}/residents/{home['person']}").split("<main")[1].split("</main")[0]
    )


def test_whoever_has_left_is_no_longer_shown(client, database, home):
    base = f"/homes/{home['home']}/residents/{home['person']}"
    assert send(client, f"{base}/discharge", end="left", to_on="2026-03-09").status_code == 303
    assert client.get(base).status_code == 404
    [residency] = rows(database, select(Residency))
    assert str(residency.to_on) == "2026-03-09"


def test_a_home_that_entered_her_sees_nothing_of_her_once_she_has_left(client, database, home):
    base = f"/homes/{home['home']}/residents"
    data = {"name": "刘淑芬", "birth_year": "1950", "unit": str(home["unit"]), "bed": "", "from_on": "2026-03-01"}
    person_id = int(send(client, f"{base}/new", **data).location.rsplit("/", 1)[1])
    assert client.get(f"/people/{person_id}").status_code == 200
    send(client, f"{base}/{person_id}/discharge", end="left", to_on="2026-03-09")
    assert client.get(f"/people/{person_id}").status_code == 404
    [left] = rows(database, select(Person).where(Person.id == person_id))
    assert left.site_id is None


def test_a_home_is_not_closed_while_people_live_in_it(client, database, home):
    with database.write() as session:
        bureau = make.make_organisation(session, region_code=make.CITY)
        administrator = make.make_staff(session, Role.ADMINISTRATOR, bureau).id
    sign_in(client, administrator)
    assert send(client, f"/organisations/{home['home']}/close").status_code == 409
    send(client, f"/homes/{home['home']}/residents/{home['person']}/discharge", end="left", to_on="2026-03-10")
    assert send(client, f"/organisations/{home['home']}/close").status_code == 303


def test_she_moves_to_another_unit(client, database, home):
    with database.write() as session:
        owner = session.get_one(make.Organisation, home["home"])
        unit_id = make.make_unit(session, owner, name="二楼护理区").id
    base = f"/homes/{home['home']}/residents/{home['person']}"
    assert send(client, f"{base}/move", unit=unit_id, bed="201-1").status_code == 303
    answer = shown(client, base)
    assert "一楼护理区" in answer
    assert "二楼护理区" in answer


def test_the_day_is_added_to_changed_and_taken_out(client, database, home):
    base = f"/homes/{home['home']}/care-day"
    fields = {"owner": "home", "kind": "nap", "starts": "12:00", "ends": "14:00"}
    assert send(client, f"{base}/new", **fields).status_code == 303
    [nap] = rows(database, select(CareBlock))
    assert (nap.weekday, nap.kind, nap.starts) == (None, CareKind.NAP, time(12))
    assert "12:00" in shown(client, base)
    assert "12:00" in shown(client, f"{base}?weekday=3")
    fields |= {"starts": "12:30", "weekdays": ["0", "1"]}
    assert send(client, f"{base}/{nap.id}", **fields).status_code == 303
    assert len(rows(database, select(CareBlock))) == 2
    assert "12:30" not in shown(client, f"{base}?weekday=3")
    assert send(client, f"{base}/{nap.id}/end", form_path=f"{base}/{nap.id}").status_code == 303
    assert len(rows(database, select(CareBlock))) == 1


@pytest.mark.parametrize("ends", ["11:00", "12:00", "25:00", ""])
def test_a_wrong_end_of_a_time_says_so_and_keeps_the_rest(client, database, home, ends):
    path = f"/homes/{home['home']}/care-day/new"
    answer = send(client, path, owner="home", kind="nap", starts="12:00", ends=ends, note="安静", weekdays=["4"])
    assert answer.status_code == 200
    assert "error-summary" in answer.text
    assert 'value="安静"' in answer.text
    assert re.search(r'<input checked[^>]*value="4"', answer.text)
    assert not rows(database, select(CareBlock))


def test_a_time_that_overlaps_one_of_the_same_owner_is_refused(client, database, home):
    path = f"/homes/{home['home']}/care-day/new"
    send(client, path, owner="home", kind="nap", starts="12:00", ends="14:00")
    answer = send(client, path, owner="home", kind="meal", starts="13:00", ends="15:00")
    assert "12:00" in answer.text
    assert len(rows(database, select(CareBlock))) == 1


def test_units_are_added_and_changed(client, home):
    base = f"/homes/{home['home']}/units"
    assert send(client, f"{base}/new", name="二楼护理区", floor="2", gathering_minutes="15").status_code == 303
    assert "二楼护理区" in shown(client, base)
    taken = send(client, f"{base}/{home['unit']}", name="二楼护理区", floor="1", gathering_minutes="10")
    assert "error-summary" in taken.text


def test_a_residents_own_times_stand_together_below_the_units_day(client, database, home):
    block = f"/homes/{home['home']}/care-day/new?person={home['person']}"
    fields = {"owner": f"person-{home['person']}", "kind": "dialysis", "starts": "08:00", "ends": "12:00"}
    send(client, block, **fields, weekdays=["0", "2", "4"])
    answer = shown(client, f"/homes/{home['home']}/care-day")
    assert answer.count("8:00") == 1
    assert "星期三" in answer.split("<table")[-1]


def test_a_page_asks_no_more_for_a_hundred_and_twenty_residents_than_for_ten(client, database, home):
    def grow(number):
        with database.write() as session:
            owner = session.get_one(make.Organisation, home["home"])
            unit = session.get_one(make.Unit, home["unit"])
            for index in range(number):
                person = make.make_resident(session, owner, unit, name=f"老人{index}号")
                session.add(AccessNeeds(person_id=person.id, uses_wheelchair=True, note=""))
                plan = BlockPlan(owner.id, CareKind.DIALYSIS, time(8), time(9), person_id=person.id)
                actions.add_block(session, plan, by=None)

    def counts():
        base = f"/homes/{home['home']}"
        urls = [f"{base}/residents?all=1", f"{base}/residents/print", f"{base}/care-day", f"{base}/units"]
        return [queries_of(client, url) for url in urls]

    grow(10)
    few = counts()
    grow(110)
    assert counts() == few


def paths(home):
    base = f"/homes/{home['home']}"
    person = f"{base}/residents/{home['person']}"
    return [
        f"{base}/residents", f"{base}/residents/print", f"{base}/residents/new", person, f"{person}/needs",
        f"{person}/move", f"{person}/discharge", f"{base}/care-day", f"{base}/care-day/new", f"{base}/units",
        f"{base}/units/new", f"{base}/units/{home['unit']}",
    ]  # fmt: skip


def test_another_homes_scheduler_finds_nothing(client, database, home):
    with database.write() as session:
        stranger = make.make_staff(session, Role.CARE_SCHEDULER, make.make_home(session)).id
    sign_in(client, stranger)
    assert {client.get(path).status_code for path in paths(home)} == {404}


@pytest.mark.parametrize("role", [Role.SITE_MANAGER, Role.COUNTY_OFFICER, Role.TEACHER])
def test_education_never_sees_residents(client, database, home, role):
    with database.write() as session:
        school = make.make_organisation(session, region_code=make.COUNTY)
        staff = make.make_staff(session, role, school).id
    sign_in(client, staff)
    assert {client.get(path).status_code for path in paths(home)} == {403}


def test_civil_affairs_reads_and_changes_nothing(client, database, home):
    with database.write() as session:
        office = make.make_organisation(session, kind=OrganisationKind.CIVIL_AFFAIRS_BUREAU, region_code=make.COUNTY)
        staff = make.make_staff(session, Role.CARE_SUPERVISOR, office).id
    sign_in(client, staff)
    answer = shown(client, f"/homes/{home['home']}/residents")
    assert "/residents/new" not in answer
    assert client.get(f"/homes/{home['home']}/residents/new").status_code == 403
