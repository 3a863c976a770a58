"""The roll call as plain forms, what a device uploads, and who sees what."""

from datetime import timedelta
from uuid import uuid4

import pytest
from sqlalchemy import select

from senior_univ.accounts.models import RoleAssignment
from senior_univ.attendance.models import Attendance, AttendanceEntry, How, Incident, IncidentKind, Kind, Participation
from senior_univ.core import clock
from senior_univ.core.permissions import Role
from senior_univ.timetable.models import CourseClass
from tests.enrolment.pages import post, token, words
from tests.factories import (
    COUNTY,
    make_class,
    make_grant,
    make_home,
    make_organisation,
    make_person,
    make_resident,
    make_room,
    make_seat,
    make_staff,
)
from tests.queries_counted import queries_of
from tests.signing_in import sign_in

pytestmark = pytest.mark.usefixtures("frozen")


@pytest.fixture
def place(client, database):
    """The client, signed in as the manager of a site where a class of two has begun; with the ids that tests name."""
    with database.write() as session:
        site = make_organisation(session)
        manager = make_staff(session, Role.SITE_MANAGER, site)
        course_class = make_class(session, site=site, first_at=clock.now() - timedelta(minutes=5))
        people = [make_person(session, name=name) for name in ("王秀英", "李桂兰")]
        for person in people:
            make_seat(session, course_class, person, taken_at=clock.now() - timedelta(days=9))
        daughter = make_person(session, name="李婷", phone="+8613900001111")
        make_grant(session, people[0], daughter)
        client.lesson_id, client.people = course_class.lessons[0].id, [person.id for person in people]
        client.class_id, client.site_id, client.manager_id = course_class.id, site.id, manager.id
        client.teacher_person = course_class.teacher.person_id
    sign_in(client, client.manager_id)
    return client


def url(client):
    return f"/lessons/{client.lesson_id}/roll-call"


def kinds(database, client):
    with database.read() as session:
        rows = session.scalars(select(Attendance).where(Attendance.lesson_id == client.lesson_id)).all()
        return {row.person_id: row.kind for row in rows}


def upload(client, **sent):
    answer = client.get("/roll-call/token").json
    return client.post("/roll-call/taps", json=sent, headers={"X-CSRFToken": answer["token"]})


def entry(client, person, **said):
    return {"id": str(uuid4()), "lesson": client.lesson_id, "person": person, "age": 0, "offline": True} | said


def test_one_tap_enters_her_and_all_here_the_others(place, database):
    one, other = place.people
    assert post(place, url(place), tap=f"{one}:late").status_code == 303
    assert kinds(database, place) == {one: Kind.LATE}
    post(place, url(place), all="1")
    assert kinds(database, place) == {one: Kind.LATE, other: Kind.PRESENT}
    page = place.get(url(place)).text
    assert f'value="{one}:late" class="button-secondary roll-button" aria-pressed="true"' in page


def test_the_page_says_who_entered_what_when_and_how_and_keeps_what_was_corrected(place):
    one = place.people[0]
    post(place, url(place), tap=f"{one}:absent")
    post(place, url(place), tap=f"{one}:present")
    assert "李建国" in words(place.get(url(place)))
    history = words(place.get(f"{url(place)}/{one}"))
    assert history.count("李建国") >= 3


@pytest.mark.parametrize(
    "tap", ["", ":", "0:present", "x:present", "１:present", "1:", "1:moon", "9" * 30 + ":present"]
)
def test_a_made_up_tap_is_refused_in_words_and_changes_nothing(place, database, tap):
    assert post(place, url(place), tap=tap).status_code in (200, 303)
    assert kinds(database, place) == {}


def test_something_went_wrong_shows_whom_to_call_and_where_to_send_the_ambulance(place, database):
    page = place.get(url(place)).text
    for said in ("tel:120", "139 0000 1111", "李婷", "北关街12号，大槐树对面"):
        assert said in page
    post(place, url(place), incident=f"{place.people[0]}:fall")
    with database.read() as session:
        written = session.scalars(select(Incident)).one()
        assert (written.person_id, written.kind) == (place.people[0], IncidentKind.FALL)
    assert "王秀英" in place.get("/incidents").text
    post(place, f"/incidents/{written.id}", note="在门口滑倒，已送医院，家人陪着")
    assert "已送医院" in place.get("/incidents").text


def test_the_same_upload_twice_has_one_effect(place, database):
    sent = {
        "entries": [entry(place, place.people[0], kind="present"), entry(place, place.people[1], kind="absent")],
        "incidents": [entry(place, place.people[0], kind="unwell")],
    }
    first, second = upload(place, **sent), upload(place, **sent)
    assert first.json == second.json
    assert len(first.json["kept"]) == 3
    with database.read() as session:
        entries = session.scalars(select(AttendanceEntry)).all()
        assert {each.how for each in entries} == {How.OFFLINE}
        assert (len(entries), len(session.scalars(select(Incident)).all())) == (2, 1)
    assert kinds(database, place) == {place.people[0]: Kind.PRESENT, place.people[1]: Kind.ABSENT}


def test_a_device_whose_clock_is_wrong_does_no_harm_since_only_the_age_counts(place, database):
    one = place.people[0]
    upload(place, entries=[entry(place, one, kind="absent", age=60_000), entry(place, one, kind="late", age=1_000)])
    upload(place, entries=[entry(place, one, kind="present", age=30_000)])
    assert kinds(database, place) == {one: Kind.LATE}


@pytest.mark.parametrize(
    "sent",
    [
        None,
        [],
        "present",
        {"entries": {}},
        {"entries": [1]},
        {"entries": [{}]},
        {"entries": [{"id": "x", "lesson": 1, "person": 1, "kind": "present"}]},
        {"entries": [{"id": str(uuid4()), "lesson": True, "person": 1, "kind": "present"}]},
        {"entries": [{"id": str(uuid4()), "lesson": 2**40, "person": 1, "kind": "present"}]},
        {"entries": [{"id": str(uuid4()), "lesson": 1, "person": 1, "kind": "moon"}]},
        {"entries": [{"id": str(uuid4()), "lesson": 1, "person": 1, "kind": []}]},
        {"entries": [{"id": str(uuid4()), "lesson": 1, "person": 1}]},
        {"entries": [{"id": str(uuid4()), "lesson": 1, "person": 1, "kind": "present", "age": -1}]},
        {"entries": [{"id": str(uuid4()), "lesson": 1, "person": 1, "kind": "present", "age": "now"}]},
        {"incidents": [{"id": str(uuid4()), "lesson": 1, "person": 1, "kind": "fall", "note": {}}]},
        {"entries": [{}] * 2000},
    ],
)
def test_garbage_is_refused_as_a_whole(place, database, sent):
    answer = place.get("/roll-call/token").json
    refused = place.post("/roll-call/taps", json=sent, headers={"X-CSRFToken": answer["token"]})
    assert refused.status_code == 400
    assert kinds(database, place) == {}


def test_an_upload_about_somebody_elses_class_is_refused_item_by_item_and_the_rest_is_kept(place, database):
    with database.write() as session:
        other = make_class(session, first_at=clock.now()).lessons[0].id
        stranger = make_person(session).id
    own = entry(place, place.people[0], kind="present")
    foreign = entry(place, place.people[0], kind="present") | {"lesson": other}
    unknown = entry(place, stranger, kind="present")
    answer = upload(place, entries=[foreign, own, unknown]).json
    assert answer["kept"] == [own["id"]]
    assert {item["id"] for item in answer["refused"]} == {foreign["id"], unknown["id"]}
    assert all(item["why"] for item in answer["refused"])


def test_an_upload_without_a_token_is_refused(place):
    assert place.post("/roll-call/taps", json={"entries": []}).status_code == 400


def test_the_teacher_calls_the_roll_and_strangers_find_nothing(place, client, database):
    with database.write() as session:
        teacher = place.teacher_person
        stranger_site = make_organisation(session)
        stranger = make_staff(session, Role.SITE_MANAGER, stranger_site).id
        officer = make_staff(session, Role.COUNTY_OFFICER, make_organisation(session, region_code=COUNTY)).id
        from_learner = make_person(session).id
        make_staff_role(session, teacher, place.site_id)
    for person_id, status in ((teacher, 200), (stranger, 404), (officer, 403), (from_learner, 403)):
        sign_in(client, person_id)
        assert client.get(url(client)).status_code == status


def make_staff_role(session, person_id, organisation_id):
    session.add(
        RoleAssignment(person_id=person_id, organisation_id=organisation_id, role=Role.TEACHER, given_at=clock.now())
    )


def test_a_home_says_how_its_residents_took_part(client, database):
    with database.write() as session:
        home = make_home(session)
        scheduler = make_staff(session, Role.CARE_SCHEDULER, home).id
        room = make_room(session, home)
        course_class = make_class(session, room=room, home=home, first_at=clock.now())
        resident = make_resident(session, home)
        make_seat(session, course_class, resident, taken_at=clock.now() - timedelta(days=9))
        client.lesson_id, resident_id = course_class.lessons[0].id, resident.id
    sign_in(client, scheduler)
    post(client, url(client), tap=f"{resident_id}:declined")
    with database.read() as session:
        row = session.scalars(select(Attendance)).one()
        assert (row.kind, row.participation) == (Kind.ABSENT, Participation.DECLINED)


def test_late_bulk_entries_show_to_the_tier_above_without_a_name(place, client, database, frozen):
    with database.write() as session:
        officer = make_staff(session, Role.COUNTY_OFFICER, make_organisation(session, region_code=COUNTY)).id
        course_class = session.get(CourseClass, place.class_id)
        for number in range(6):
            make_seat(
                session, course_class, make_person(session, name=f"学员{number}"), taken_at=clock.now() - timedelta(9)
            )
    post(place, url(place), tap=f"{place.people[0]}:present")
    frozen.shift(timedelta(days=3))
    post(place, url(place), all="1")
    sign_in(client, officer)
    page = client.get("/late-entries").text
    assert "楷书入门" in page
    assert ">7<" in page.replace(" ", "").replace("\n", "")
    assert "学员" not in page.replace("学员0", "").replace("名学员", "")
    assert "王秀英" not in page


def test_she_sees_her_own_attendance(place, client):
    post(place, url(place), tap=f"{place.people[0]}:present")
    sign_in(client, place.people[0])
    assert "楷书入门" in client.get("/my-attendance").text
    sign_in(client, place.people[1])
    assert "楷书入门" not in client.get("/my-attendance").text


def test_the_roll_call_page_costs_the_same_for_forty(place, database):
    few = queries_of(place, url(place))
    with database.write() as session:
        course_class = session.get(CourseClass, place.class_id)
        for _ in range(25):
            make_seat(session, course_class, make_person(session), taken_at=clock.now() - timedelta(days=9))
    post(place, url(place), all="1")
    assert queries_of(place, url(place)) == few


def test_the_page_needs_its_token(place):
    assert token(place, url(place))
    assert place.post(url(place), data={"all": "1"}).status_code == 400
