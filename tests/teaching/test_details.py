from datetime import timedelta

import pytest
from sqlalchemy import delete, func, select

from senior_univ.accounts.models import RoleAssignment
from senior_univ.core import clock
from senior_univ.core.permissions import Role
from senior_univ.network.models import Organisation, TravelMode
from senior_univ.reminders.models import Message, MessageKind
from senior_univ.teaching import jobs
from senior_univ.teaching.models import Qualification, SubjectLevel, Teacher, TeacherSubject
from tests import factories as make
from tests.queries_counted import queries_of
from tests.sending_forms import TOKEN, send, shown
from tests.signing_in import sign_in


@pytest.fixture(autouse=True)
def in_english(client):
    client.set_cookie("language", "en")


@pytest.fixture
def site(database, client):
    """A site with a teacher of calligraphy and her manager, who is signed in; ids by name."""
    with database.write() as session:
        owner = make.make_organisation(session)
        teacher = make.make_teacher(session, owner)
        teacher.subjects = [make.make_subject(session)]
        ids = {
            "site": owner.id,
            "teacher": teacher.id,
            "person": teacher.person_id,
            "calligraphy": make.make_subject(session).id,
            "singing": make.make_subject(session, "singing").id,
            "manager": make.make_staff(session, Role.SITE_MANAGER, owner).id,
        }
    sign_in(client, ids["manager"])
    return ids


def day(number):
    return str(clock.today() + timedelta(number))


def levels(database, teacher_id):
    with database.read() as session:
        rows = session.scalars(select(TeacherSubject).where(TeacherSubject.teacher_id == teacher_id))
        return {each.subject_id: each.level for each in rows}


def test_a_subject_has_a_level_which_is_changed_by_writing_it_anew(client, database, site):
    path = f"/teachers/{site['teacher']}/subjects"
    assert send(client, path, subject_id=site["singing"], level="advanced").status_code == 303
    assert send(client, path, subject_id=site["calligraphy"], level="intermediate").status_code == 303
    assert levels(database, site["teacher"]) == {
        site["calligraphy"]: SubjectLevel.INTERMEDIATE,
        site["singing"]: SubjectLevel.ADVANCED,
    }
    assert "For advanced learners" in shown(client, f"/teachers/{site['teacher']}")


def test_a_doubled_subject_is_said_in_words(client, site):
    answer = send(client, f"/teachers/{site['teacher']}/subjects", subject_id=site["calligraphy"], level="beginners")
    assert "Calligraphy stands there already: For beginners" in answer.text


def test_the_last_subject_stays(client, database, site):
    path = f"/teachers/{site['teacher']}/subjects"
    assert "at least one subject" in send(client, f"{path}/{site['calligraphy']}/remove", path).text
    send(client, path, subject_id=site["singing"], level="advanced")
    assert send(client, f"{path}/{site['calligraphy']}/remove", path).status_code == 303
    assert set(levels(database, site["teacher"])) == {site["singing"]}
    assert send(client, f"{path}/{site['calligraphy']}/remove", path).status_code == 404


def test_papers_are_added_renewed_and_removed(client, database, site):
    path = f"/teachers/{site['teacher']}/papers"
    assert send(client, path, name="急救员证", expires_on=day(20)).status_code == 303
    assert "Ends soon" in shown(client, path)
    assert "stands there already" in send(client, path, name="急救员证", expires_on=day(20)).text
    answer = send(client, path, name="急救员证", expires_on=day(-1))
    assert "over already" in answer.text
    assert 'value="急救员证"' in answer.text
    assert send(client, path, name="急救员证", expires_on=day(900)).status_code == 303
    with database.read() as session:
        paper = session.scalars(select(Qualification)).one()
    assert str(paper.expires_on) == day(900)
    assert send(client, f"{path}/{paper.id}/remove", path).status_code == 303
    assert "No paper is written down" in shown(client, path)


def test_where_she_starts_from_is_picked_and_her_position_may_be_given(client, database, site):
    path = f"/teachers/{site['teacher']}/home"
    fields = {"place": "襄都 北关", "position": "37.07, 114.5", "travel_mode": "car"}
    assert send(client, path, **fields).status_code == 303
    with database.read() as session:
        teacher = session.get_one(Teacher, site["teacher"])
    assert (teacher.home_region_code, teacher.home_point) == (make.VILLAGE, (37.07, 114.5))
    assert teacher.travel_mode is TravelMode.CAR
    assert "By car" in shown(client, f"/teachers/{site['teacher']}")
    answer = send(client, path, position="bei uns", travel_mode="car", region_code=make.VILLAGE)
    assert answer.status_code == 200
    assert "bei uns" in answer.text


def test_who_saves_second_sees_what_the_first_has_changed(client, database, site):
    path = f"/teachers/{site['teacher']}/edit"
    page = shown(client, path)
    seen = page.split('name="seen"')[1].split('value="')[1].split('"')[0].replace("&#34;", '"')
    fields = {"organisation_id": site["site"], "kind": "part_time", "hours_a_week": "20", "has_promised": "y"}
    assert send(client, path, **fields | {"hours_a_week": "6"}).status_code == 303
    token = TOKEN.search(page)[1]
    late = fields | {"kind": "volunteer", "seen": seen, "csrf_token": token}
    answer = client.post(path, data=late)
    assert "was 20, is now 6" in answer.text
    with database.read() as session:
        assert session.get_one(Teacher, site["teacher"]).hours_a_week == 6


def test_a_teacher_sees_her_day_as_long_as_she_teaches(client, database, site):
    def posts():
        with database.read() as session:
            role = RoleAssignment.role == Role.TEACHER, RoleAssignment.taken_at.is_(None)
            return session.scalar(select(func.count()).where(RoleAssignment.person_id == site["person"], *role))

    path = f"/teachers/{site['teacher']}"
    assert send(client, f"{path}/retire").status_code == 303
    assert posts() == 0
    assert "has retired" in send(client, f"{path}/retire").text
    send(client, f"{path}/bring-back", path)
    send(client, f"{path}/bring-back", path)
    assert posts() == 1


@pytest.fixture
def papers(database, site):
    """Her check and a paper end within a month; others have ended, end later or never; one who retired has some, too."""
    with database.write() as session:
        teacher = session.get_one(Teacher, site["teacher"])
        teacher.check_expires_on = clock.today() + timedelta(30)
        gone = make.make_teacher(
            session, session.get_one(Organisation, site["site"]), retired_on=clock.today(), name="钱退休"
        )
        gone.check_expires_on = clock.today()
        elsewhere = make.make_teacher(session, name="孙别处", check_expires_on=clock.today())
        for number, name in ((0, "急救员证"), (-1, "健康证"), (31, "驾驶证"), (None, "教师资格证")):
            expires_on = None if number is None else clock.today() + timedelta(number)
            session.add(Qualification(teacher_id=teacher.id, name=name, expires_on=expires_on))
        return elsewhere.id


def test_what_ends_soon_or_has_ended_stands_on_the_managers_list(client, site, papers):
    page = shown(client, "/teachers/expiring")
    assert "3 papers" in page
    assert all(name in page for name in ("急救员证", "健康证", "Safety check"))
    assert not any(name in page for name in ("驾驶证", "教师资格证", "钱退休", "孙别处"))
    home = shown(client, "/")
    assert "Papers of 1 teacher end soon" in home
    assert "/teachers/expiring" in home


def test_a_teacher_is_told_once_of_each_paper_that_ends_soon(database, site, papers):
    assert jobs.make_known(database) == 3
    jobs.make_known(database)
    with database.read() as session:
        texts = session.scalars(select(Message).where(Message.kind == MessageKind.PAPER_EXPIRING)).all()
    assert sorted(text.parameters["paper"] for text in texts) == ["", "", "急救员证"]
    assert {text.parameters["last_day"] for text in texts} == {day(0), day(30)}


def test_a_renewed_paper_is_told_anew_when_that_one_ends(frozen, database, site):
    with database.write() as session:
        session.get_one(Teacher, site["teacher"]).check_expires_on = clock.today() + timedelta(9)
    jobs.make_known(database)
    with database.write() as session:
        session.get_one(Teacher, site["teacher"]).check_expires_on = clock.today() + timedelta(365)
    assert jobs.make_known(database) == 0
    frozen.shift(timedelta(days=340))
    assert jobs.make_known(database) == 1
    with database.read() as session:
        assert session.scalar(select(func.count()).select_from(Message)) == 2


def test_the_list_asks_as_often_for_60_papers_as_for_3(client, database, site):
    def fill(count):
        with database.write() as session:
            owner = session.get_one(Organisation, site["site"])
            for _number in range(count):
                teacher = make.make_teacher(session, owner, check_expires_on=clock.today())
                session.add(Qualification(teacher_id=teacher.id, name="急救员证", expires_on=clock.today()))

    fill(3)
    few = queries_of(client, "/teachers/expiring")
    fill(27)
    assert queries_of(client, "/teachers/expiring") == few


def test_a_teacher_writes_herself_where_she_starts_from_and_how_she_travels(client, database, site):
    sign_in(client, site["person"])
    answer = send(client, "/my-teaching/home", position="somewhere", travel_mode="car", region="")
    assert answer.status_code == 200
    answer = send(client, "/my-teaching/home", position="37.0682, 114.5048", travel_mode="car", region="")
    assert (answer.status_code, answer.location) == (303, "/my-teaching")
    with database.read() as session:
        teacher = session.get_one(Teacher, site["teacher"])
        assert (teacher.home_point, teacher.travel_mode) == ((37.0682, 114.5048), TravelMode.CAR)
    sign_in(client, site["manager"])
    assert client.get("/my-teaching/home").location == "/my-teaching"


def test_who_was_entered_before_teachers_could_sign_in_is_let_in_by_one_tap(client, database, site):
    path = f"/teachers/{site['teacher']}"
    with database.write() as session:
        session.get_one(Teacher, site["teacher"]).person.phone = "+8613800139001"
        session.execute(delete(RoleAssignment).where(RoleAssignment.role == Role.TEACHER))
    assert "Let her sign in as a teacher" in shown(client, path)
    for _twice in range(2):
        assert send(client, f"{path}/let-in", path).status_code == 303
    assert "Let her sign in" not in shown(client, path)
    with database.read() as session:
        posts = session.scalars(select(RoleAssignment).where(RoleAssignment.role == Role.TEACHER)).all()
        assert [(post.person_id, post.organisation_id) for post in posts] == [(site["person"], site["site"])]


def test_her_hours_are_one_tap_away(client, site):
    hours = f"/teachers/{site['teacher']}/hours"
    assert hours in shown(client, f"/teachers/{site['teacher']}")
    sign_in(client, site["person"])
    assert hours in shown(client, "/my-teaching")
