from datetime import date, timedelta

import pytest
from sqlalchemy import select

from senior_univ.audit.models import AuditEntry
from senior_univ.core import clock
from senior_univ.core.permissions import Role
from senior_univ.network.models import Organisation, OrganisationKind
from senior_univ.teaching import queries
from senior_univ.teaching.models import Training, TrainingPart
from tests import factories as make
from tests.queries_counted import queries_of
from tests.sending_forms import send, shown
from tests.signing_in import sign_in

COUNTY = make.VILLAGE[:6]


@pytest.fixture(autouse=True)
def in_english(client, frozen):
    client.set_cookie("language", "en")


@pytest.fixture
def town(database, client):
    """A county's centre with its officer, two sites with a teacher each, and the manager of the first, signed in."""
    with database.write() as session:
        centre = make.make_organisation(
            session, name="襄都社区教育中心", kind=OrganisationKind.GUIDANCE_CENTRE, region_code=COUNTY
        )
        site, other = (
            make.make_organisation(session, name="北关教学站"),
            make.make_organisation(session, name="东关教学站"),
        )
        ids = {
            "centre": centre.id,
            "site": site.id,
            "other": other.id,
            "officer": make.make_staff(session, Role.COUNTY_OFFICER, centre, name="陈静").id,
            "manager": make.make_staff(session, Role.SITE_MANAGER, site, name="刘建军").id,
            "zhao": make.make_teacher(session, site, name="赵志强").person_id,
            "qian": make.make_teacher(session, other, name="钱桂芳").person_id,
            "gone": make.make_teacher(session, site, name="孙退休", retired_on=clock.today()).person_id,
        }
    sign_in(client, ids["manager"])
    return ids


def add(client, holder_id, **given):
    fields = {"organisation_id": holder_id, "name": "年度培训", "on": str(clock.today()), "hours": "16"} | given
    return send(client, "/trainings/new", **fields)


def parts(database, training_id):
    with database.read() as session:
        return set(session.scalars(select(TrainingPart.person_id).where(TrainingPart.training_id == training_id)))


def test_a_site_ticks_who_took_part_and_sees_who_has_not(client, database, town):
    answer = add(client, town["site"])
    page = shown(client, answer.location)
    assert "赵志强, 北关教学站" in page
    assert "刘建军, 北关教学站" in page
    assert not any(name in page for name in ("钱桂芳", "孙退休"))
    ids = f"{town['zhao']},{town['manager']}"
    assert send(client, answer.location, present=[town["zhao"]], shown=ids).status_code == 303
    assert parts(database, 1) == {town["zhao"]}
    page = shown(client, "/trainings")
    assert "1 of 2 have done it, 1 have not" in page
    assert "刘建军" in shown(client, "/trainings?state=missing")
    assert "赵志强" not in shown(client, "/trainings?state=missing")
    assert "16 hours" in shown(client, "/trainings?state=done")
    assert "0 of 2 have done it" in shown(client, f"/trainings?year={clock.today().year - 1}")
    send(client, answer.location, present=[town["manager"]], shown=ids)
    assert parts(database, 1) == {town["manager"]}
    with database.read() as session:
        about = select(AuditEntry.on_behalf_of_id).where(AuditEntry.action == "training.part_removed")
        assert session.scalars(about).all() == [town["zhao"]]


def test_each_site_ticks_its_own_people_in_the_countys_training(client, database, town):
    sign_in(client, town["officer"])
    location = add(client, town["centre"]).location
    everybody = f"{town['zhao']},{town['qian']},{town['manager']}"
    send(client, location, present=[town["qian"]], shown=everybody)
    assert "1 of 3 have done it" in shown(client, "/trainings")
    assert "1 of 1 have done it" in shown(client, f"/trainings?organisation={town['other']}")
    sign_in(client, town["manager"])
    assert "钱桂芳" not in shown(client, location)
    send(client, location, present=[town["zhao"], town["qian"]], shown=everybody)
    assert parts(database, 1) == {town["qian"]}, "somebody else's people are no choice, and nothing is written"
    send(client, location, present=[town["zhao"]], shown=everybody)
    assert parts(database, 1) == {town["qian"], town["zhao"]}
    assert client.get(f"{location}/edit").status_code == 404


def test_a_site_does_not_see_another_sites_training(client, database, town):
    with database.write() as session:
        training = Training(organisation_id=town["other"], name="外站", on=clock.today(), hours=4)
        make.kept(session, training)
        session.get_one(Organisation, town["other"]).region_code = "130502002001"
    assert client.get("/trainings/1").status_code == 404
    assert "外站" not in shown(client, "/trainings")


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"hours": "0"}, "from 1 to 400"),
        ({"hours": "many"}, "whole number"),
        ({"on": "1949-10-01"}, "look at the day again"),
        ({"on": "2031-01-01"}, "look at the day again"),
        ({"on": ""}, "Please fill this in"),
        ({"name": ""}, "Please fill this in"),
        ({"organisation_id": "4711"}, "error-summary"),
    ],
)
def test_a_training_that_makes_no_sense_is_refused(client, database, town, given, words):
    answer = add(client, town["site"], **given)
    assert words in answer.text
    with database.read() as session:
        assert session.scalars(select(Training)).all() == []


def test_nobody_took_part_in_what_is_to_come(client, database, town):
    location = add(client, town["site"], on=str(clock.today() + timedelta(3))).location
    assert "still to come" in shown(client, location)
    answer = send(client, "/trainings/1", "/trainings/new", present=[town["zhao"]], shown=str(town["zhao"]))
    assert "has not been yet" in answer.text
    assert parts(database, 1) == set()


def test_a_training_is_corrected_and_removed_while_nobody_is_written_down(client, town):
    location = add(client, town["site"]).location
    fields = {"organisation_id": town["site"], "name": "新名字", "on": str(clock.today()), "hours": "8"}
    assert send(client, f"{location}/edit", **fields).status_code == 303
    assert "新名字" in shown(client, location)
    send(client, location, present=[town["zhao"]], shown=str(town["zhao"]))
    future = fields | {"on": str(clock.today() + timedelta(9))}
    assert "can&#39;t be to come" in send(client, f"{location}/edit", **future).text
    assert "Take them off first" in send(client, f"{location}/remove", location).text
    send(client, location, shown=str(town["zhao"]))
    assert send(client, f"{location}/remove", location).status_code == 303
    assert client.get(location).status_code == 404


def test_hours_of_several_trainings_of_a_year_add_up(session):
    person, site = make.make_person(session), make.make_organisation(session)
    for on, hours in ((date(2026, 1, 1), 4), (date(2026, 12, 31), 8), (date(2025, 12, 31), 16)):
        training = make.kept(session, Training(organisation_id=site.id, name="培训", on=on, hours=hours))
        session.add(TrainingPart(training_id=training.id, person_id=person.id))
    session.flush()
    assert queries.training_hours(session, [person.id], 2026) == {person.id: 12}
    assert queries.training_hours(session, [person.id], 2024) == {}


def test_nonsense_in_the_address_is_no_error(client, town):
    assert client.get("/trainings?year=x&organisation=x&county=x&state=x&page=x").status_code == 200
    assert client.get("/trainings?organisation=999999999&year=99999").status_code == 200


def test_the_pages_ask_as_often_for_60_people_as_for_3(client, database, town):
    location = add(client, town["site"]).location

    def fill(count):
        with database.write() as session:
            site = session.get_one(Organisation, town["site"])
            for _number in range(count):
                person_id = make.make_teacher(session, site).person_id
                session.add(TrainingPart(training_id=1, person_id=person_id))

    fill(2)
    few = [queries_of(client, path) for path in ("/trainings", location)]
    fill(57)
    assert [queries_of(client, path) for path in ("/trainings", location)] == few
