import pytest
from sqlalchemy import func, select

from senior_univ.accounts.actions import belong
from senior_univ.accounts.models import Belonging, BelongingReason, Person
from senior_univ.care.models import AccessNeeds
from senior_univ.core.permissions import Role
from senior_univ.enrolment.models import Hand, Seat
from senior_univ.network.models import Organisation
from senior_univ.timetable.models import CourseClass
from tests.enrolment.pages import post, token, words
from tests.enrolment.seats import enrol
from tests.factories import (
    VILLAGE,
    kept,
    make_class,
    make_home,
    make_organisation,
    make_person,
    make_resident,
    make_staff,
    make_unit,
)
from tests.signing_in import sign_in

pytestmark = pytest.mark.usefixtures("frozen")


@pytest.fixture
def site_id(database):
    with database.write() as session:
        return make_organisation(session).id


@pytest.fixture
def manager(client, database, site_id):
    with database.write() as session:
        person_id = make_staff(session, Role.SITE_MANAGER, session.get(Organisation, site_id)).id
    sign_in(client, person_id)
    return client


@pytest.fixture
def class_id(database, site_id):
    with database.write() as session:
        return make_class(session, site=session.get(Organisation, site_id)).id


def known_at(database, site_id, **given):
    with database.write() as session:
        person = make_person(session, **given)
        belong(session, person.id, site_id, BelongingReason.DESK)
        return person.id


def people(database):
    with database.read() as session:
        return session.scalar(select(func.count()).select_from(Person))


def test_a_caller_is_found_by_her_last_four_digits_and_enrolled(manager, database, site_id, class_id):
    caller = known_at(database, site_id, phone="+8613800137788")
    found = manager.get("/desk?q=7788")
    assert f"/desk/{caller}" in found.text
    slip = post(manager, f"/desk/{caller}", class_id=class_id)
    with database.read() as session:
        seat = session.scalars(select(Seat)).one()
    assert (seat.person_id, seat.hand) == (caller, Hand.DESK)
    assert slip.location == f"/seats/{seat.id}/slip"
    assert post(manager, f"/desk/{caller}", class_id=class_id).location == slip.location
    paper = words(manager.get(slip.location))
    assert "王秀英" in paper
    assert "楷书入门" in paper


def test_somebody_without_a_phone_is_added_and_goes_straight_on(manager, database, site_id):
    added = post(manager, "/desk/new", name="赵玉兰", birth_year="1946", region_code=VILLAGE)
    with database.read() as session:
        person = session.scalars(select(Person).where(Person.name == "赵玉兰")).one()
    assert (person.birth_year, person.phone, person.region_code, person.site_id) == (1946, None, VILLAGE, site_id)
    assert added.location == f"/desk/{person.id}"
    assert manager.get(added.location).status_code == 200


def test_a_landline_is_a_phone(manager, database):
    post(manager, "/desk/new", name="赵玉兰", birth_year="1946", region_code=VILLAGE, phone="0319-2020001")
    with database.read() as session:
        assert session.scalars(select(Person.phone).where(Person.name == "赵玉兰")).one() == "+863192020001"


@pytest.mark.parametrize(
    "wrong",
    [
        {"phone": "12"},
        {"birth_year": "2099"},
        {"birth_year": "x"},
        {"name": ""},
        {"region_code": "999"},
        {"region_code": "130502999999"},
    ],
)
def test_what_is_wrong_is_said_and_nothing_typed_is_lost(manager, database, wrong):
    before = people(database)
    typed = {"name": "赵玉兰", "birth_year": "1946", "region_code": VILLAGE, "phone": "13800137788"} | wrong
    page = post(manager, "/desk/new", **typed)
    assert page.status_code == 200
    assert "error-summary" in page.text
    assert typed["name"] in page.text
    assert people(database) == before


def test_the_sites_own_village_is_chosen_already(manager):
    assert f'value="{VILLAGE}"' in manager.get("/desk/new").text
    assert "北关社区" in words(manager.get("/desk/new"))


def test_everything_that_is_wrong_is_said_at_once(manager):
    page = post(manager, "/desk/new", name="赵玉兰", birth_year="2099", place="没有这个村", phone="123")
    summary = page.text.split("error-summary", 1)[1].split("</ul>", 1)[0]
    assert summary.count("<li>") == 3


def test_somebody_alike_is_shown_before_she_is_added_again(manager, database):
    with database.write() as session:
        known = make_person(session, name="赵玉兰", birth_year=1946, phone="+8613800137788").id
    before = people(database)
    typed = {"name": "赵玉兰", "birth_year": "1946", "region_code": VILLAGE}
    asked = post(manager, "/desk/new", **typed)
    assert people(database) == before
    assert f'value="{known}"' in asked.text
    assert "7788" not in asked.text
    same = post(manager, "/desk/new", **typed, same_person=known)
    assert same.location == f"/desk/{known}"
    assert people(database) == before
    other = post(manager, "/desk/new", **typed, same_person="new")
    assert other.status_code == 303
    assert people(database) == before + 1


def test_only_somebody_shown_can_be_said_to_be_the_same(manager, database, site_id):
    with database.write() as session:
        hidden = make_person(session, name="不相干").id
        make_person(session, name="赵玉兰", birth_year=1946)
    typed = {"name": "赵玉兰", "birth_year": "1946", "region_code": VILLAGE}
    assert post(manager, "/desk/new", **typed, same_person=hidden).status_code == 200
    with database.read() as session:
        mine = select(Belonging).where(Belonging.organisation_id == site_id, Belonging.person_id == hidden)
        assert session.scalars(mine).all() == []


def test_a_desk_serves_only_whom_it_may_see_and_enrols_only_in_its_own_classes(manager, database, site_id):
    with database.write() as session:
        stranger, others_class = make_person(session).id, make_class(session).id
    assert manager.get(f"/desk/{stranger}").status_code == 404
    caller = known_at(database, site_id)
    form = {"csrf_token": token(manager, "/desk/new"), "class_id": others_class}
    assert manager.post(f"/desk/{caller}", data=form).status_code in (200, 404)
    with database.read() as session:
        assert session.scalars(select(Seat)).all() == []


def test_a_full_class_is_said_at_the_desk(manager, database, site_id):
    with database.write() as session:
        full = make_class(session, site=session.get(Organisation, site_id), capacity=1)
        enrol(session, full, make_person(session))
        full_id = full.id
    page = post(manager, f"/desk/{known_at(database, site_id)}", class_id=full_id)
    assert "error-summary" in page.text


@pytest.mark.parametrize("page", ["/desk", "/desk/new", "/desk/sign-up-form"])
def test_the_desk_is_for_its_staff(client, database, page):
    assert client.get(page).location.startswith("/sign-in")
    with database.write() as session:
        learner = make_person(session).id
    sign_in(client, learner)
    assert client.get(page).status_code == 403


@pytest.mark.parametrize("page", ["/desk", "/desk/new", "/desk/sign-up-form", "/desk?q=wang", "/desk?q=%25"])
def test_every_page_of_the_desk_opens(manager, page):
    assert manager.get(page).status_code == 200


def test_namesakes_are_told_apart_on_the_roster(manager, database, class_id):
    with database.write() as session:
        course_class = session.get(type(make_class(session)), class_id)
        for year in (1948, 1949):
            enrol(session, course_class, make_person(session, name="王秀英", birth_year=year))
    page = words(manager.get(f"/classes/{class_id}/roster"))
    assert "属鼠" in page
    assert "属牛" in page


@pytest.mark.parametrize("page", ["roster", "roster/print", "sign-in-sheet"])
def test_a_roster_is_for_its_own_site(client, manager, database, page, class_id):
    with database.write() as session:
        course_class = session.get(type(make_class(session)), class_id)
        person = make_person(session, name="孙桂芳", phone="+8613800137788")
        enrol(session, course_class, person)
        elsewhere = make_staff(session, Role.SITE_MANAGER, make_organisation(session)).id
        officer = make_staff(session, Role.COUNTY_OFFICER, make_organisation(session, region_code="130502")).id
    assert "孙桂芳" in manager.get(f"/classes/{class_id}/{page}").text
    for stranger in (elsewhere, officer):
        sign_in(client, stranger)
        assert client.get(f"/classes/{class_id}/{page}").status_code == 404


def test_a_teacher_sees_names_but_no_phones(client, database):
    with database.write() as session:
        course_class = make_class(session)
        enrol(session, course_class, make_person(session, name="孙桂芳", phone="+8613800137788"))
        teacher = course_class.teacher.person
        site = course_class.organisation
        from_now = make_staff(session, Role.TEACHER, site)
        course_class.teacher.person_id = from_now.id
        class_id, person_id = course_class.id, from_now.id
        assert teacher
    sign_in(client, person_id)
    page = client.get(f"/classes/{class_id}/roster").text
    assert "孙桂芳" in page
    assert "7788" not in page


@pytest.fixture
def home(database):
    """A home with a class of its own, its scheduler and twelve residents in two units."""
    with database.write() as session:
        place = make_home(session)
        units = [make_unit(session, place, name=name) for name in ("一楼护理区", "二楼护理区")]
        residents = [make_resident(session, place, units[number % 2]) for number in range(12)]
        kept(session, AccessNeeds(person_id=residents[0].id, uses_wheelchair=True))
        course_class = make_class(session, site=place, home_id=place.id, wheelchair_places=0)
        scheduler = make_staff(session, Role.CARE_SCHEDULER, place)
        enrol(session, course_class, residents[1])
        return {
            "class": course_class.id,
            "residents": [each.id for each in residents],
            "unit": units[1].id,
            "scheduler": scheduler.id,
        }


def test_residents_are_enrolled_many_at_once_and_the_others_named(client, database, home):
    sign_in(client, home["scheduler"])
    url = f"/classes/{home['class']}/enrol-many"
    page = client.get(url)
    assert page.text.count('name="people"') == 11
    assert client.get(f"{url}?tick=all").text.count("checked") == 11
    assert client.get(f"{url}?tick={home['unit']}").text.count("checked") == 5
    ahead = post(client, url, people=home["residents"])
    assert ahead.status_code == 200
    with database.read() as session:
        assert session.scalar(select(func.count()).select_from(Seat)) == 1  # a look ahead keeps nothing
    done = post(client, url, people=home["residents"], step="enrol")
    assert done.status_code == 303
    summary = client.get(done.location)
    assert summary.status_code == 200
    with database.read() as session:
        assert session.scalar(select(func.count()).select_from(Seat)) == 11
    assert "轮椅" in words(summary) or "wheelchair" in words(summary)


def test_nobody_ticked_is_said(client, home):
    sign_in(client, home["scheduler"])
    assert "error-summary" in post(client, f"/classes/{home['class']}/enrol-many").text


def test_only_the_homes_own_residents_can_be_ticked(client, database, home):
    sign_in(client, home["scheduler"])
    with database.write() as session:
        elsewhere = make_resident(session, make_home(session)).id
    page = post(client, f"/classes/{home['class']}/enrol-many", people=[elsewhere])
    assert "error-summary" in page.text


def test_another_homes_class_is_not_there(client, database, home):
    with database.write() as session:
        other = make_staff(session, Role.CARE_SCHEDULER, make_home(session)).id
    sign_in(client, other)
    assert client.get(f"/classes/{home['class']}/enrol-many").status_code == 404


def test_staff_pages_cost_the_same_queries_whatever_they_show(client, database, home, statements):
    sign_in(client, home["scheduler"])
    urls = [f"/classes/{home['class']}/{page}" for page in ("roster", "enrol-many", "sign-in-sheet")]

    def cost(url):
        with statements() as seen:
            assert client.get(url).status_code == 200
        return len(seen)

    few = [cost(url) for url in urls]
    with database.write() as session:
        course_class = session.get_one(CourseClass, home["class"])
        for _ in range(10):
            enrol(session, course_class, make_resident(session, course_class.organisation))
            make_resident(session, course_class.organisation)
    assert [cost(url) for url in urls] == few
