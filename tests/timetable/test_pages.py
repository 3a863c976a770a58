import re
from datetime import date

import pytest
from sqlalchemy import select

from senior_univ.core import clock
from senior_univ.core.permissions import Role
from senior_univ.network.models import OrganisationKind
from senior_univ.teaching.models import Teacher
from senior_univ.timetable import actions
from senior_univ.timetable.models import CourseClass, Lesson, Term
from tests import factories
from tests.queries_counted import queries_of
from tests.signing_in import sign_in
from tests.timetable.site import Site, make_plan, viewer_of

OPEN = 200


@pytest.fixture
def site(database, frozen):
    return Site.make(database)


def staff(database, role, **organisation):
    with database.write() as session:
        return factories.make_staff(session, role, factories.make_organisation(session, **organisation)).id


def officer(database):
    return staff(database, Role.COUNTY_OFFICER, kind=OrganisationKind.EDUCATION_BUREAU, region_code="130502")


def addresses(site):
    first = site.lesson_ids[0]
    return [
        "/classes",
        "/classes?weekday=3&free=1&subject=1",
        f"/classes/{site.class_id}",
        f"/lessons/{first}",
        "/week?on=2026-03-09",
        "/week/print?on=2026-03-09",
    ]


def plans(site):
    first = site.lesson_ids[0]
    changes = [f"/classes/{site.class_id}/cancel", f"/lessons/{first}/move", f"/lessons/{first}/cancel"]
    return ["/classes/new", *changes]


def test_a_manager_sees_every_page_of_her_classes(client, site):
    sign_in(client, site.manager_id)
    for address in addresses(site) + plans(site):
        answer = client.get(address)
        assert answer.status_code == OPEN, address


def test_an_officer_is_not_told_of_fewer_than_five_in_a_class_and_its_site_is(client, site, database):
    with database.write() as session:
        session.get_one(CourseClass, site.class_id).seats_taken = 3
    told = {}
    for who in (site.manager_id, officer(database)):
        sign_in(client, who)
        told[who] = [
            client.get(address).text.split("<main")[1] for address in ("/classes", f"/classes/{site.class_id}")
        ]
    (listed, page), (masked, masked_page) = told.values()
    assert "3/20" in listed
    assert re.search(r"<dd>[^<]*17[^<]*</dd>", page)
    assert "3/20" not in masked
    assert re.search(r"<dd>[^<]*5[^<]*/20</dd>", masked_page)


def test_a_county_officer_sees_the_classes_of_her_county_and_changes_none(client, site, database):
    sign_in(client, officer(database))
    for address in addresses(site)[:4]:
        answer = client.get(address)
        assert answer.status_code == OPEN, address
        assert "/move" not in answer.text
        assert "/cancel" not in answer.text
    assert {client.get(address).status_code for address in plans(site)} == {403}
    assert "楷书入门" in client.get("/classes").text
    assert "楷书入门" in client.get(f"/week?on=2026-03-12&organisation={site.organisation_id}").text


def test_another_site_another_county_and_a_stranger_see_nothing(client, site, database):
    hidden = [*addresses(site)[2:4], *plans(site)[1:], f"/week?organisation={site.organisation_id}"]
    for role, region in ((Role.SITE_MANAGER, factories.VILLAGE), (Role.COUNTY_OFFICER, "130503")):
        sign_in(client, staff(database, role, region_code=region))
        assert "楷书入门" not in client.get("/classes").text
        answers = {client.get(address).status_code for address in hidden}
        assert answers <= {403, 404}
    with client.session_transaction() as web:
        web.clear()
    assert {client.get(address).status_code for address in hidden} == {302}


def test_a_teacher_sees_her_own_classes_and_week_and_no_others(client, site, database):
    with database.write() as session:
        teacher = site.plan.teacher.person_id
        organisation = session.get_one(factories.Organisation, site.organisation_id)
        factories.make_account(session, session.get_one(factories.Person, teacher))
        session.add(
            factories.RoleAssignment(
                person_id=teacher, organisation_id=site.organisation_id, role=Role.TEACHER, given_at=clock.now()
            )
        )
        term = session.get_one(Term, site.plan.term.id)
        painting = factories.make_course(session, organisation, title="国画花鸟")
        other = make_plan(session, organisation, term=term, course=painting)
        actions.open_class(session, other, by=site.viewer)
    sign_in(client, teacher)
    assert "楷书入门" in client.get("/classes").text
    assert "国画花鸟" not in client.get("/classes").text
    week = client.get("/week?on=2026-03-12")
    assert "楷书入门" in week.text
    assert "国画花鸟" not in week.text
    assert client.get(f"/week?organisation={site.organisation_id}").status_code == 404


def test_a_teacher_who_has_retired_sees_nobody_of_her_classes_any_more(client, site, database):
    with database.write() as session:
        teacher = session.get_one(Teacher, site.plan.teacher.id)
        factories.make_account(session, teacher.person)
        session.add(
            factories.RoleAssignment(
                person_id=teacher.person_id,
                organisation_id=site.organisation_id,
                role=Role.TEACHER,
                given_at=clock.now(),
            )
        )
        person_id = teacher.person_id
    sign_in(client, person_id)
    assert client.get(f"/classes/{site.class_id}/roster").status_code == OPEN
    with database.write() as session:
        session.get_one(Teacher, site.plan.teacher.id).retired_on = clock.today()
    assert client.get(f"/classes/{site.class_id}/roster").status_code == 404
    assert client.get(f"/classes/{site.class_id}").status_code == 404


def form_of(client, address):
    """The values that the page's main form would send."""
    page = client.get(address).text.split("<main", 1)[1]
    page = re.sub(r'<input(?![^>]*\schecked)[^>]*type="radio"[^>]*>', "", page)
    values = dict(re.findall(r'<input[^>]*?name="([^"]+)"[^>]*?value="([^"]*)"', page))
    selects = re.findall(r'<select[^>]*name="([^"]+)".*?</select>', page, re.DOTALL)
    for name in selects:
        body = re.search(rf'<select[^>]*name="{name}".*?</select>', page, re.DOTALL).group()
        chosen = re.search(r'<option selected value="([^"]*)"', body) or re.search(r'<option value="([^"]+)"', body)
        values[name] = chosen.group(1) if chosen else ""
    return values


def test_a_manager_opens_a_class_and_is_told_what_was_made(client, site, database):
    sign_in(client, site.manager_id)
    answers = form_of(client, "/classes/new") | {"weekday": "1", "starts": "14:00", "from_on": ""}
    answer = client.post("/classes/new", data=answers, follow_redirects=True)
    assert answer.status_code == OPEN
    with database.read() as session:
        opened = session.scalars(select(CourseClass).order_by(CourseClass.id.desc())).first()
        assert (opened.weekday, opened.starts.hour, opened.organisation_id) == (1, 14, site.organisation_id)
    assert answer.request.path == f"/classes/{opened.id}"


def test_a_taken_room_keeps_the_input_and_says_three_free_times(client, site):
    sign_in(client, site.manager_id)
    client.set_cookie("language", "en")
    answers = form_of(client, "/classes/new") | {"weekday": "3", "starts": "10:00", "capacity": "17"}
    page = client.post("/classes/new", data=answers).text
    assert "already has 楷书入门" in page
    assert "Free near that time: Thursday 11:00 am; Thursday 11:30 am; Thursday 8:00 am." in page
    assert 'value="17"' in page


def test_moving_a_lesson_says_so_and_keeps_where_it_came_from(client, site, database):
    sign_in(client, site.manager_id)
    address = f"/lessons/{site.lesson_ids[0]}/move"
    answers = form_of(client, address) | {"day": "2026-03-13", "starts": "15:00"}
    assert client.post(address, data=answers).status_code == 303
    with database.read() as session:
        lesson = session.get_one(Lesson, site.lesson_ids[0])
        assert clock.local(lesson.starts_at).isoformat()[:16] == "2026-03-13T15:00"
        assert clock.local(lesson.moved_from).isoformat()[:16] == "2026-03-12T09:30"


def test_the_second_of_two_who_change_a_lesson_sees_what_changed(client, site):
    sign_in(client, site.manager_id)
    client.set_cookie("language", "en")
    address = f"/lessons/{site.lesson_ids[0]}/move"
    first = form_of(client, address) | {"day": "2026-03-13", "starts": "15:00"}
    second = form_of(client, address) | {"day": "2026-03-14", "starts": "16:00"}
    client.post(address, data=first)
    page = client.post(address, data=second).text
    assert "Somebody else has changed this lesson meanwhile" in page
    assert 'value="2026-03-14"' in page
    assert "13 March, Friday" in page
    seen = re.search(r'name="seen"[^>]*value="([^"]+)"', page).group(1)
    assert client.post(address, data=second | {"seen": seen}).status_code == 303


def test_cancelling_a_lesson_needs_a_reason_and_shows_it(client, site):
    sign_in(client, site.manager_id)
    address = f"/lessons/{site.lesson_ids[0]}/cancel"
    answers = form_of(client, address)
    assert client.post(address, data=answers | {"reason": " "}).status_code == OPEN
    assert client.post(address, data=answers | {"reason": "老师生病"}).status_code == 303
    assert "老师生病" in client.get(f"/lessons/{site.lesson_ids[0]}").text


def test_cancelling_a_class_ends_every_lesson_to_come(client, site, database):
    sign_in(client, site.manager_id)
    answers = {"reason": "教室修缮"}
    assert (
        client.post(
            f"/classes/{site.class_id}/cancel", data=form_of(client, f"/classes/{site.class_id}/cancel") | answers
        ).status_code
        == 303
    )
    with database.read() as session:
        standing = select(Lesson).where(Lesson.class_id == site.class_id, Lesson.cancelled_at.is_(None))
        assert session.scalars(standing).all() == []


def test_a_year_without_holidays_says_so_also_where_a_class_is_planned_over_it(client, site, database):
    with database.write() as session:
        session.get_one(Term, site.plan.term.id).ends_on = date(2027, 1, 20)
    client.set_cookie("language", "en")
    sign_in(client, site.manager_id)
    words = "The public holidays of 2027 have not been entered yet"
    assert words in client.get("/classes/new").text
    sign_in(client, officer(database))
    assert words in client.get("/holidays?year=2027").text
    assert words in client.get("/terms").text
    assert words not in client.get("/holidays?year=2026").text


def test_an_officer_enters_a_year_of_holidays(client, database, frozen):
    sign_in(client, officer(database))
    listed = "日期,类型,名称\n2027-01-01,放假,元旦\n2027年2月5日 至 2027年2月11日,放假,春节\n2027-02-14\t上班\t春节\n"
    assert (
        client.post("/holidays/import", data=form_of(client, "/holidays/import") | {"pasted": listed}).status_code
        == 303
    )
    page = client.get("/holidays?year=2027").text
    assert page.count("<tr>") == 1 + 3
    assert "腊月廿九—正月初六" in page


def test_a_line_that_cannot_be_read_is_named_and_nothing_is_entered(client, database, frozen):
    client.set_cookie("language", "en")
    sign_in(client, officer(database))
    listed = "2027-01-01,holiday,New Year\n2027-02-30,holiday,Nonsense"
    page = client.post("/holidays/import", data=form_of(client, "/holidays/import") | {"pasted": listed}).text
    assert "Line 2 cannot be read" in page
    assert "Nonsense" in page
    assert "have not been entered yet" in client.get("/holidays?year=2027").text


def test_terms_are_added_and_may_not_overlap(client, database, frozen):
    client.set_cookie("language", "en")
    sign_in(client, officer(database))
    spring = {"name": "春季", "starts_on": "2026-03-02", "ends_on": "2026-07-05"}
    form = form_of(client, "/terms/new")
    assert client.post("/terms/new", data=form | spring).status_code == 303
    assert "already has some of these days" in client.post("/terms/new", data=form | spring).text
    assert "must end after it begins" in client.post("/terms/new", data=form | spring | {"ends_on": "2026-03-01"}).text
    assert "春季" in client.get("/terms").text


def test_a_home_sees_lessons_in_its_rooms(client, database, frozen):
    with database.write() as session:
        home = factories.make_home(session)
        scheduler = viewer_of(session, Role.CARE_SCHEDULER, home)
        plan = make_plan(session, room=factories.make_room(session, home), home_id=home.id)
        actions.open_class(session, plan, by=scheduler)
    sign_in(client, scheduler.person_id)
    assert "楷书入门" in client.get("/week?on=2026-03-12").text
    assert "楷书入门" in client.get("/classes").text


def test_holidays_stand_in_the_heads_of_the_days(client, site):
    sign_in(client, site.manager_id)
    assert "国庆节" in client.get("/week?on=2026-10-01").text
    assert "八月廿一" in client.get("/week?on=2026-10-01").text


def test_pages_ask_the_database_a_constant_number_of_times(client, site, database):
    sign_in(client, site.manager_id)
    few = {address: queries_of(client, address) for address in addresses(site)}
    with database.write() as session:
        organisation = session.get_one(factories.Organisation, site.organisation_id)
        term = session.get_one(Term, site.plan.term.id)
        for weekday in range(5):
            actions.open_class(session, make_plan(session, organisation, term=term, weekday=weekday), by=site.viewer)
    assert {address: queries_of(client, address) for address in addresses(site)} == few
    assert max(few.values()) <= 14
