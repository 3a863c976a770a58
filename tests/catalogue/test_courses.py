import pytest
from sqlalchemy import select

from senior_univ.catalogue.events import course_closing
from senior_univ.catalogue.models import Course, Subject
from senior_univ.catalogue.queries import courses_of, subjects
from senior_univ.core.errors import DomainError
from senior_univ.core.permissions import Role
from senior_univ.network.models import OrganisationKind
from tests import factories as make
from tests.queries_counted import queries_of
from tests.sending_forms import send, shown
from tests.signing_in import sign_in


@pytest.fixture(autouse=True)
def in_english(client):
    client.set_cookie("language", "en")


@pytest.fixture
def site(database, client):
    """A site whose manager is signed in; ids by name."""
    with database.write() as session:
        owner = make.make_organisation(session, name="北关教学站")
        other = make.make_organisation(session, name="东关教学站")
        ids = {
            "site": owner.id,
            "other": other.id,
            "subject": make.make_subject(session).id,
            "manager": make.make_staff(session, Role.SITE_MANAGER, owner).id,
            "course": make.make_course(session, owner, title="楷书入门").id,
            "other_course": make.make_course(session, other, title="别处的课").id,
        }
    sign_in(client, ids["manager"])
    return ids


def course(database, title):
    with database.read() as session:
        return session.scalars(select(Course).where(Course.title == title)).one()


def typed(site, **given):
    return {"organisation_id": site["site"], "subject_id": site["subject"], "title": "行书提高"} | given


def test_importing_the_subjects_again_changes_nothing(app, database):
    result = app.test_cli_runner().invoke(args=["import-subjects"])
    assert "14 subjects" in result.output
    with database.read() as session:
        found = subjects(session)
    assert len(found) == 14
    assert len({each.slug for each in found}) == 14
    assert (found[0].slug, found[0].name) == ("calligraphy", "书法")


def test_importing_mends_a_subject_that_was_changed(app, database):
    with database.write() as session:
        session.scalars(select(Subject).where(Subject.slug == "opera")).one().name = "？"
    app.test_cli_runner().invoke(args=["import-subjects"])
    with database.read() as session:
        assert session.scalars(select(Subject.name).where(Subject.slug == "opera")).one() == "戏曲"


def test_a_manager_sees_her_own_courses_alone(client, site):
    page = shown(client, "/courses")
    assert "楷书入门" in page
    assert "别处的课" not in page
    assert client.get(f"/courses/{site['other_course']}/edit").status_code == 404
    assert client.get(f"/courses/{site['other_course']}/close").status_code == 404


def test_courses_are_found_by_name_and_subject(client, site):
    assert "楷书入门" in shown(client, f"/courses?title=楷&subject={site['subject']}")
    assert "No course was found" in shown(client, "/courses?title=没有")
    assert "No course was found" in shown(client, "/courses?subject=999")
    assert client.get("/courses?subject=x&page=-1").status_code == 200


def test_a_manager_adds_a_course(client, database, site):
    fields = typed(site, sms_name="行书", about="从一笔一画开始。", what_to_bring="毛笔、墨汁")
    assert send(client, "/courses/new", **fields).status_code == 303
    added = course(database, "行书提高")
    assert (added.organisation_id, added.sms_name, added.what_to_bring) == (site["site"], "行书", "毛笔、墨汁")
    assert "毛笔、墨汁" in shown(client, "/courses")


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"title": ""}, "Please fill this in"),
        ({"title": "楷书入门"}, "There is a course of this name already"),
        ({"sms_name": "一二三四五六七八九十一"}, "at most 10 characters"),
        ({"subject_id": "0"}, "Please choose one"),
        ({"subject_id": "9999"}, "Please look at this again"),
        ({"subject_id": "x"}, "Please look at this again"),
        ({"about": "长" * 1001}, "at most 1000 characters"),
    ],
)
def test_what_is_wrong_is_said_in_words_and_what_was_typed_stays(client, site, given, words):
    answer = send(client, "/courses/new", **typed(site, what_to_bring="毛笔") | given)
    assert answer.status_code == 200
    assert words in answer.text
    assert 'value="毛笔"' in answer.text


def test_a_course_is_not_given_to_somebody_elses_site(client, database, site):
    answer = send(client, "/courses/new", **typed(site, organisation_id=site["other"]))
    assert answer.status_code in {200, 404}
    with database.read() as session:
        assert session.scalar(select(Course.id).where(Course.title == "行书提高")) is None


def test_a_course_is_changed_and_closed(client, database, site):
    path = f"/courses/{site['course']}"
    assert send(client, f"{path}/edit", **typed(site, title="楷书入门")).status_code == 303
    assert send(client, f"{path}/edit", **typed(site, title="楷书基础")).status_code == 303
    assert send(client, f"{path}/close").status_code == 303
    assert course(database, "楷书基础").closed_at is not None
    assert client.get(f"{path}/edit").status_code == 404
    assert send(client, "/courses/new", **typed(site, title="楷书基础")).status_code == 303
    with database.read() as session:
        assert [each.title for each in courses_of(session, [site["site"]])] == ["楷书基础"]


def test_whoever_still_needs_a_course_may_refuse_its_closing(client, database, site):
    def refuse(_session, course):
        raise DomainError("in_use", f"{course.title} is being given")

    with course_closing.connected_to(refuse):
        answer = send(client, f"/courses/{site['course']}/close")
    assert answer.status_code == 409
    assert "楷书入门 is being given" in answer.text
    assert course(database, "楷书入门").closed_at is None


def test_a_learner_and_an_officer_may_not_manage_courses(client, database, site):
    with database.write() as session:
        learner = make.make_person(session).id
        bureau = make.make_organisation(session, kind=OrganisationKind.EDUCATION_BUREAU, region_code="130502")
        officer = make.make_staff(session, Role.COUNTY_OFFICER, bureau).id
    for person_id in (learner, officer):
        sign_in(client, person_id)
        assert client.get("/courses").status_code == 403
        assert client.get("/courses/new").status_code == 403


def test_the_list_asks_as_often_for_60_courses_as_for_3(client, database, site):
    def fill(numbers):
        with database.write() as session:
            owner = session.get_one(make.Organisation, site["site"])
            for number in numbers:
                make.make_course(session, owner, title=f"课程{number}")

    fill(range(2))
    few = queries_of(client, "/courses")
    fill(range(2, 59))
    assert queries_of(client, "/courses") == few
    assert "Page 1 of 3" in shown(client, "/courses")
