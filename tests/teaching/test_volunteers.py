import pytest
from sqlalchemy import func, select

from senior_univ.accounts.models import Person
from senior_univ.core import clock
from senior_univ.core.permissions import Role
from senior_univ.reminders.models import Message, MessageKind, PhoneStanding
from senior_univ.teaching.models import Teacher, TeacherKind, VolunteerApplication
from tests import factories as make
from tests.queries_counted import queries_of
from tests.sending_forms import send, shown
from tests.signing_in import sign_in


@pytest.fixture(autouse=True)
def in_english(client):
    client.set_cookie("language", "en")


@pytest.fixture
def site(database):
    """A site with its manager, another site elsewhere; ids by name. Nobody is signed in."""
    with database.write() as session:
        owner = make.make_organisation(session, name="北关教学站")
        other = make.make_organisation(session, name="外县教学站", region_code="130522100001")
        return {
            "site": owner.id,
            "subject": make.make_subject(session).id,
            "manager": make.make_staff(session, Role.SITE_MANAGER, owner).id,
            "stranger": make.make_staff(session, Role.SITE_MANAGER, other).id,
        }


def promise(client):
    answer = send(client, "/volunteer", has_promised="y")
    assert answer.location == "/volunteer/about"


def offer(client, site, **given):
    promise(client)
    fields = {"name": "孙桂兰", "phone": "13800138999", "place": "襄都 北关", "subject_ids": [site["subject"]]}
    return send(client, "/volunteer/about", **fields | {"about": "退休音乐教师"} | given)


def applications(database):
    with database.read() as session:
        return session.scalars(select(VolunteerApplication)).all()


def texts(database):
    with database.read() as session:
        return session.scalars(select(Message).where(Message.kind == MessageKind.VOLUNTEER_ANSWERED)).all()


def test_the_promise_comes_first(client, database, site):
    assert "I sell nothing" in shown(client, "/volunteer")
    assert client.get("/volunteer/about").location == "/volunteer"
    assert "Without this promise nobody can teach" in send(client, "/volunteer").text
    assert client.get("/volunteer/about").location == "/volunteer"
    assert applications(database) == []


def test_somebody_offers_to_teach_and_the_nearest_site_sees_it(client, database, site):
    answer = offer(client, site)
    assert answer.status_code == 303
    assert "北关教学站 has got it" in shown(client, answer.location)
    (asked,) = applications(database)
    assert (asked.organisation_id, asked.phone, asked.subject_ids) == (
        site["site"],
        "+8613800138999",
        [site["subject"]],
    )
    sign_in(client, site["manager"])
    assert "1 volunteer waits for an answer" in shown(client, "/")
    assert "孙桂兰" in shown(client, "/volunteers")
    assert "退休音乐教师" in shown(client, f"/volunteers/{asked.id}")
    sign_in(client, site["stranger"])
    assert "孙桂兰" not in shown(client, "/volunteers")
    assert client.get(f"/volunteers/{asked.id}").status_code == 404
    assert client.get(f"/volunteers/{asked.id}/refuse").status_code == 404


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"phone": "12"}, "This is no phone number"),
        ({"phone": ""}, "Please give a phone number"),
        ({"name": "123"}, "Please write the name"),
        ({"subject_ids": []}, "Please choose at least one subject"),
        ({"subject_ids": ["999"]}, "error-summary"),
        ({"place": "没有的村"}, "We know no place called"),
        ({"place": ""}, "Please type the name of the village"),
    ],
)
def test_what_is_wrong_is_said_in_words_and_what_was_typed_stays(client, database, site, given, words):
    answer = offer(client, site, **given)
    assert words in answer.text
    assert "退休音乐教师" in answer.text
    assert applications(database) == []


def test_offering_twice_is_one_application(client, database, site):
    offer(client, site)
    offer(client, site)
    assert len(applications(database)) == 1


def test_very_many_offers_from_one_phone_are_stopped(client, database, site):
    for number in range(3):
        assert offer(client, site, name="孙" + "甲乙丙"[number]).status_code == 303
    assert "Many people have applied from here" in offer(client, site, name="孙丁").text
    assert len(applications(database)) == 3


def test_a_yes_makes_a_teacher_who_has_promised_and_is_told(client, database, site):
    offer(client, site)
    sign_in(client, site["manager"])
    assert "from 1 to 60" in send(client, "/volunteers/1", hours_a_week="0").text
    answer = send(client, "/volunteers/1", hours_a_week="6", answer="周二来吧")
    assert answer.status_code == 303
    assert "孙桂兰" in shown(client, answer.location)
    with database.read() as session:
        teacher = session.scalars(select(Teacher)).one()
        assert (teacher.kind, teacher.hours_a_week) == (TeacherKind.VOLUNTEER, 6)
        assert teacher.promised_at == session.get_one(VolunteerApplication, 1).promised_at
        assert (teacher.home_region_code, teacher.person.phone) == (make.VILLAGE, "+8613800138999")
    (text,) = texts(database)
    assert text.parameters["is_approved"]
    assert text.parameters["answer"] == "周二来吧"


def test_whoever_answers_second_hears_who_was_quicker(client, database, site):
    offer(client, site)
    sign_in(client, site["manager"])
    send(client, "/volunteers/1", hours_a_week="6")
    answer = send(client, "/volunteers/1/refuse", "/teachers/1/papers", answer="太远了")
    assert "李建国 has answered this already" in answer.text
    assert len(texts(database)) == 1
    assert "Approve" not in shown(client, "/volunteers/1").split("</dl>")[1]


def test_a_no_has_a_reason_and_is_told(client, database, site):
    offer(client, site)
    sign_in(client, site["manager"])
    assert "Please fill this in" in send(client, "/volunteers/1/refuse", answer="").text
    assert send(client, "/volunteers/1/refuse", answer="今年已经排满了。").status_code == 303
    (text,) = texts(database)
    assert not text.parameters["is_approved"]
    with database.read() as session:
        assert session.scalar(select(func.count()).select_from(Teacher)) == 0
    assert "Not this time" in shown(client, "/volunteers")


@pytest.mark.parametrize("answer", [{"hours_a_week": "6"}, {"answer": "今年已经排满了。"}], ids=["yes", "no"])
def test_a_phone_that_said_stop_gets_no_answer(client, database, site, answer):
    offer(client, site)
    with database.write() as session:
        session.add(PhoneStanding(phone="+8613800138999", stopped_at=clock.now()))
    sign_in(client, site["manager"])
    path = "/volunteers/1" if "hours_a_week" in answer else "/volunteers/1/refuse"
    assert send(client, path, **answer).status_code == 303
    assert texts(database) == []


def test_a_landline_is_called_instead(client, database, site):
    offer(client, site, phone="0319-2020009")
    sign_in(client, site["manager"])
    assert "gets no texts" in shown(client, "/volunteers/1")
    send(client, "/volunteers/1", hours_a_week="6")
    assert texts(database) == []


def test_who_is_known_by_name_and_phone_is_that_person(client, database, site):
    with database.write() as session:
        known = make.make_person(session, name="孙桂兰", phone="+8613800138999").id
    offer(client, site)
    sign_in(client, site["manager"])
    send(client, "/volunteers/1", hours_a_week="6")
    with database.read() as session:
        assert session.scalars(select(Teacher.person_id)).all() == [known]
        assert session.scalar(select(func.count()).where(Person.name == "孙桂兰")) == 1


def test_who_teaches_already_is_not_made_a_teacher_again(client, database, site):
    with database.write() as session:
        teacher = make.make_teacher(session, name="孙桂兰")
        teacher.person.phone = "+8613800138999"
    offer(client, site)
    sign_in(client, site["manager"])
    assert "孙桂兰 is a teacher of" in send(client, "/volunteers/1", hours_a_week="6").text
    assert applications(database)[0].answered_at is None


def test_who_is_signed_in_types_nothing_twice(client, database, site):
    with database.write() as session:
        person_id = make.make_person(session, name="周明").id
    sign_in(client, person_id)
    promise(client)
    page = shown(client, "/volunteer/about")
    assert 'value="周明"' in page
    offer(client, site, name="周明")
    assert applications(database)[0].person_id == person_id


def test_the_list_asks_as_often_for_20_applications_as_for_2(client, database, site):
    def fill(count):
        with database.write() as session:
            for number in range(count):
                session.add(
                    VolunteerApplication(
                        organisation_id=site["site"],
                        name=f"孙{number}",
                        phone="+8613800138999",
                        region_code=make.VILLAGE,
                        subject_ids=[site["subject"]],
                        about="",
                        promised_at=clock.now(),
                        applied_at=clock.now(),
                        answer="",
                    )
                )

    sign_in(client, site["manager"])
    fill(2)
    few = queries_of(client, "/volunteers")
    fill(18)
    assert queries_of(client, "/volunteers") == few
