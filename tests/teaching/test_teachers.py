from datetime import date, time, timedelta

import pytest
from sqlalchemy import func, select

from senior_univ.accounts.models import Belonging, BelongingReason, Person
from senior_univ.audit.models import AuditEntry
from senior_univ.core import clock
from senior_univ.core.permissions import Role
from senior_univ.network.models import Organisation
from senior_univ.teaching import queries
from senior_univ.teaching.models import Availability, Teacher, TeacherKind
from tests import factories as make
from tests.queries_counted import queries_of
from tests.sending_forms import send, shown
from tests.signing_in import sign_in


@pytest.fixture(autouse=True)
def in_english(client):
    client.set_cookie("language", "en")


@pytest.fixture
def site(database, client):
    """A site with a teacher, whose manager is signed in; another site with its own; ids by name."""
    with database.write() as session:
        owner = make.make_organisation(session, name="北关教学站")
        other = make.make_organisation(session, name="东关教学站")
        learner = make.make_person(session, name="王秀英")
        session.add(
            Belonging(
                person_id=learner.id, organisation_id=owner.id, reason=BelongingReason.DESK, from_on=date(2020, 1, 1)
            )
        )
        ids = {
            "site": owner.id,
            "other": other.id,
            "learner": learner.id,
            "stranger": make.make_person(session, name="王陌生").id,
            "subject": make.make_subject(session).id,
            "manager": make.make_staff(session, Role.SITE_MANAGER, owner).id,
            "teacher": make.make_teacher(session, owner, name="赵志强").id,
            "other_teacher": make.make_teacher(session, other, name="钱别处").id,
        }
    sign_in(client, ids["manager"])
    return ids


def typed(site, **given):
    usual = {
        "organisation_id": site["site"],
        "kind": "volunteer",
        "subject_ids": [site["subject"]],
        "hours_a_week": "6",
        "has_promised": "y",
    }
    return usual | given


def teacher_of(database, person_id):
    with database.read() as session:
        query = queries.teachers_of(session, [1, 2])
        return next((each for each in query if each.person_id == person_id), None)


def test_a_manager_sees_her_own_teachers_alone(client, site):
    page = shown(client, "/teachers")
    assert "赵志强" in page
    assert "钱别处" not in page
    assert client.get(f"/teachers/{site['teacher']}").status_code == 200
    paths = ("", "/edit", "/retire", "/availability")
    assert {client.get(f"/teachers/{site['other_teacher']}{path}").status_code for path in paths} == {404}


def test_teachers_are_found_by_name_subject_and_kind(client, site):
    assert "赵志强" in shown(client, "/teachers?name=赵&kind=part_time")
    for query in ("name=没有", "kind=volunteer", f"subject={site['subject']}"):
        assert "No teacher was found" in shown(client, f"/teachers?{query}")
    assert client.get("/teachers?kind=x&subject=x&page=x").status_code == 200


def test_somebody_known_is_made_a_teacher(client, database, site):
    page = shown(client, "/teachers/new?q=王秀英")
    assert f"/teachers/new/{site['learner']}" in page
    assert "王陌生" not in page
    assert send(client, f"/teachers/new/{site['learner']}", **typed(site)).status_code == 303
    teacher = teacher_of(database, site["learner"])
    assert (teacher.kind, teacher.hours_a_week) == (TeacherKind.VOLUNTEER, 6)
    assert teacher.promised_at is not None
    assert [each.slug for each in teacher.subjects] == ["calligraphy"]
    assert "Teaches for 北关教学站 already" in shown(client, "/teachers/new?q=王秀英")
    with database.read() as session:
        entry = session.scalars(select(AuditEntry).where(AuditEntry.action == "teacher.added")).one()
        assert (entry.actor_id, entry.on_behalf_of_id) == (site["manager"], site["learner"])
        reasons = session.scalars(select(Belonging.reason).where(Belonging.person_id == site["learner"]))
        assert BelongingReason.STAFF in set(reasons)


def test_somebody_whom_the_manager_may_not_see_is_not_there(client, site):
    assert client.get(f"/teachers/new/{site['stranger']}").status_code == 404


def test_nobody_is_registered_twice(client, site):
    send(client, f"/teachers/new/{site['learner']}", **typed(site))
    answer = send(client, f"/teachers/new/{site['learner']}", **typed(site))
    assert "王秀英 is a teacher of 北关教学站 already" in answer.text


def test_somebody_new_is_entered_and_made_a_teacher_at_once(client, database, site):
    fields = typed(site, name="孙新人", birth_year="1960", phone="0319-2020009", place="襄都 北关")
    answer = send(client, "/teachers/new/person", **fields)
    assert answer.status_code == 303
    with database.read() as session:
        person = session.scalars(select(Person).where(Person.name == "孙新人")).one()
    assert (person.phone, person.region_code, person.birth_year) == ("+863192020009", make.VILLAGE, 1960)
    assert teacher_of(database, person.id)
    assert "孙新人" in shown(client, answer.location)


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"phone": "12"}, "This is no phone number"),
        ({"name": ""}, "Please fill this in"),
        ({"birth_year": "2090"}, "error-summary"),
        ({"birth_year": "很早"}, "whole number"),
        ({"subject_ids": []}, "Please choose at least one subject"),
        ({"kind": "nonsense"}, "error-summary"),
        ({"hours_a_week": "0"}, "from 1 to 60"),
        ({"check_expires_on": "2026-02-30"}, "a day that exists"),
        ({"place": "北关"}, "Several places are called like this"),
        ({"place": "没有的村"}, "We know no place called"),
    ],
)
def test_what_is_wrong_is_said_in_words_and_nobody_is_entered(client, database, site, given, words):
    fields = typed(site, name="孙新人", check_expires_on="2027-01-31") | given
    answer = send(client, "/teachers/new/person", **fields)
    assert answer.status_code == 200
    assert words in answer.text
    with database.read() as session:
        assert session.scalar(select(func.count()).where(Person.name == "孙新人")) == 0


def test_a_teacher_is_changed_and_the_moment_of_the_promise_stays(client, frozen, database, site):
    path = f"/teachers/{site['teacher']}"
    before = teacher_of(database, _person(database, site["teacher"])).promised_at
    frozen.shift(timedelta(minutes=5))
    fields = typed(site, kind="full_time", check_expires_on=str(clock.today() + timedelta(30)))
    assert send(client, f"{path}/edit", **fields).status_code == 303
    page = shown(client, path)
    assert "Full-time" in page
    assert "Safety check ends soon" in page
    assert teacher_of(database, _person(database, site["teacher"])).promised_at == before
    without = {name: value for name, value in fields.items() if name != "has_promised"}
    send(client, f"{path}/edit", **without)
    assert "No promise yet" in shown(client, path)


def _person(database, teacher_id):
    with database.read() as session:
        return session.get_one(Teacher, teacher_id).person_id


def test_a_teacher_retires_and_may_teach_again(client, database, site):
    path = f"/teachers/{site['teacher']}"
    person_id = _person(database, site["teacher"])
    assert send(client, f"{path}/retire").status_code == 303
    assert teacher_of(database, person_id) is None
    assert "Retired since" in shown(client, path)
    assert "has retired" in send(client, f"{path}/edit", **typed(site)).text
    assert send(client, f"{path}/bring-back", path).status_code == 303
    assert teacher_of(database, person_id)


def test_her_times_are_added_for_several_days_and_taken_away_one_by_one(client, database, site):
    path = f"/teachers/{site['teacher']}/availability"
    assert "free at any time" in shown(client, path)
    assert send(client, path, weekdays=["1", "3"], starts="8:00", ends="11:30").status_code == 303
    assert "Thursday" in shown(client, path)
    assert "overlaps already" in send(client, path, weekdays=["1"], starts="11:00", ends="12:00").text
    assert "end must be after" in send(client, path, weekdays=["1"], starts="14:00", ends="14:00").text
    assert "tick at least one day" in send(client, path, starts="14:00", ends="15:00").text
    with database.read() as session:
        slot = session.scalars(select(Availability).where(Availability.weekday == 1)).one()
        assert (slot.starts, slot.ends) == (time(8), time(11, 30))
    assert send(client, f"{path}/{slot.id}/remove", path).status_code == 303
    assert send(client, f"{path}/{slot.id}/remove", path).status_code == 404
    assert "Tuesday to" not in shown(client, f"/teachers/{site['teacher']}")


def test_only_teachers_who_stand_and_teach_the_subject_are_offered(session):
    site = make.make_organisation(session)
    subject = make.make_subject(session)
    standing = make.make_teacher(session, site, name="甲")
    standing.subjects = [subject]
    make.make_teacher(session, site, name="乙", retired_on=clock.today()).subjects = [subject]
    later = make.make_teacher(session, site, name="丙", retired_on=clock.today() + timedelta(9))
    session.flush()
    assert queries.teachers_of(session, [site.id]) == sorted([later, standing], key=lambda each: each.person.name)
    assert queries.teachers_of(session, [site.id], subject.id) == [standing]
    assert queries.teachers_of(session, [site.id], on=clock.today() + timedelta(9)) == [standing]


def test_an_officer_may_not_manage_teachers(client, database, site):
    with database.write() as session:
        officer = make.make_staff(session, Role.COUNTY_OFFICER, session.get_one(Organisation, site["site"])).id
    sign_in(client, officer)
    assert {client.get(path).status_code for path in ("/teachers", "/teachers/new", "/teachers/1")} == {403}


def test_the_list_asks_as_often_for_60_teachers_as_for_3(client, database, site):
    def fill(count):
        with database.write() as session:
            owner = session.get_one(Organisation, site["site"])
            for _number in range(count):
                make.make_teacher(session, owner).subjects = [make.make_subject(session)]

    fill(2)
    few = queries_of(client, "/teachers")
    fill(57)
    assert queries_of(client, "/teachers") == few
    assert "Page 1 of 3" in shown(client, "/teachers")
