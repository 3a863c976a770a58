from dataclasses import replace
from datetime import time

import pytest
from sqlalchemy import select

from senior_univ.accounts.queries import build_viewer
from senior_univ.care import actions as care
from senior_univ.care.models import CareKind
from senior_univ.care.rules import BlockPlan
from senior_univ.core.permissions import Role
from senior_univ.partnerships import actions
from senior_univ.partnerships.models import Agreement, ClassOffer, ClassRequest, RequestState
from senior_univ.timetable.models import CourseClass
from tests import factories as make
from tests.partnerships.two import asked_and_offered, wish_of
from tests.queries_counted import queries_of
from tests.sending_forms import send, shown
from tests.signing_in import sign_in


def only(database, kind):
    with database.read() as session:
        return session.scalars(select(kind)).one()


def wish_fields(two, **given):
    return {
        "subject": two.subject, "learners": "12", "wheelchairs": "3", "weekdays": ["1", "3"], "earliest": "09:00",
        "latest": "11:00", "note": "有投影",
    } | given  # fmt: skip


def test_the_nearest_sites_of_the_county_come_first(client, database, two):
    with database.write() as session:
        make.make_organisation(session, name="同县远处站", region_code="130502002001")
        make.make_organisation(session, name="外县站", region_code=make.OTHER_COUNTY)
        make.make_home(session, name="另一家养老院")
    sign_in(client, two.scheduler)
    answer = shown(client, "/requests/new")
    assert answer.index("北关教学站") < answer.index("同县远处站")
    assert "外县站" not in answer
    assert "另一家养老院" not in answer
    assert "外县站" in shown(client, "/requests/new?q=外县")


def test_a_request_is_checked_and_then_sent(client, database, two):
    sign_in(client, two.scheduler)
    path = f"/requests/new?site={two.site}"
    checked = send(client, path, **wish_fields(two))
    assert checked.status_code == 200
    assert "有投影" in checked.text
    with database.read() as session:
        assert session.scalar(select(ClassRequest)) is None
    changed = send(client, path, **wish_fields(two, step="change"))
    assert "有投影" in changed.text
    assert 'value="12"' in changed.text
    sent = send(client, path, **wish_fields(two, step="send"))
    assert sent.status_code == 303
    assert "有投影" in shown(client, sent.location)
    request = only(database, ClassRequest)
    assert (request.weekdays, request.home_id, request.asked_by_id) == ([1, 3], two.home, two.scheduler)


def test_hours_in_the_nap_are_warned_of_before_sending(client, database, two):
    with database.write() as session:
        by = build_viewer(session, two.scheduler)
        home = session.get_one(make.Organisation, two.home)
        for floor in (1, 2):
            unit = make.make_unit(session, home, floor=floor)
            care.add_block(session, BlockPlan(home.id, CareKind.NAP, time(12), time(14), unit_id=unit.id), by=by)
    sign_in(client, two.scheduler)
    path = f"/requests/new?site={two.site}"
    warned = send(client, path, **wish_fields(two, latest="13:00")).text
    assert 'class="warning"' in warned
    assert warned.count("中午12:00—下午2:00") == 1
    assert 'class="warning"' not in send(client, path, **wish_fields(two, latest="12:00")).text


@pytest.mark.parametrize(
    "given",
    [
        {"learners": "0"},
        {"learners": "zwölf"},
        {"wheelchairs": "20"},
        {"latest": "08:00"},
        {"latest": "26:00"},
        {"weekdays": []},
        {"weekdays": ["9"]},
        {"subject": "x"},
        {"step": "send", "wheelchairs": "20"},
    ],
)
def test_a_mistake_in_a_request_keeps_everything(client, database, two, given):
    sign_in(client, two.scheduler)
    answer = send(client, f"/requests/new?site={two.site}", **wish_fields(two) | given)
    assert answer.status_code == 200
    assert "error-summary" in answer.text
    assert "有投影" in answer.text
    with database.read() as session:
        assert session.scalar(select(ClassRequest)) is None


def test_no_home_is_asked_for_a_class(client, database, two):
    sign_in(client, two.scheduler)
    assert client.get(f"/requests/new?site={two.home}").status_code == 404
    shown(client, "/requests/new?home=abc&q=%25&page=77")


def test_the_site_offers_and_the_home_agrees(client, database, two):
    with database.write() as session:
        by = build_viewer(session, two.scheduler)
        actions.ask_for_class(session, wish_of(session, two), by=by)
    request_id = only(database, ClassRequest).id
    sign_in(client, two.manager)
    assert "夕阳红养老院" in shown(client, "/requests")
    offer = {"course": two.course, "teacher": two.teacher, "weekday": "1", "starts": "09:30", "minutes": "60"}
    assert send(client, f"/requests/{request_id}/offer", **offer).status_code == 303
    offer_id = only(database, ClassOffer).id
    sign_in(client, two.scheduler)
    answer = shown(client, f"/requests/{request_id}")
    assert "楷书入门" in answer
    base = f"/requests/{request_id}"
    agreed = send(client, f"{base}/offers/{offer_id}/agree", form_path=base)
    assert agreed.status_code == 303
    assert "楷书入门" in shown(client, agreed.location)
    assert "楷书入门" in shown(client, "/agreements")
    again = send(client, f"{base}/offers/{offer_id}/agree", form_path=base)
    assert again.status_code == 409


def test_an_offer_that_cant_be_keeps_what_was_typed(client, database, two):
    with database.write() as session:
        by = build_viewer(session, two.scheduler)
        care.add_block(session, BlockPlan(two.home, CareKind.NAP, time(12), time(14)), by=by)
        actions.ask_for_class(session, wish_of(session, two), by=by)
    sign_in(client, two.manager)
    path = f"/requests/{only(database, ClassRequest).id}/offer"
    fields = {"course": two.course, "teacher": two.teacher, "weekday": "1", "starts": "13:00", "minutes": "60"}
    answer = send(client, path, **fields, note="自带笔墨")
    assert "error-summary" in answer.text
    assert "自带笔墨" in answer.text
    assert 'value="13:00"' in answer.text


def test_the_site_declines_and_the_home_reads_why(client, database, two):
    with database.write() as session:
        by = build_viewer(session, two.scheduler)
        actions.ask_for_class(session, wish_of(session, two), by=by)
    request_id = only(database, ClassRequest).id
    sign_in(client, two.manager)
    assert send(client, f"/requests/{request_id}/decline", reason=" ").status_code == 200
    assert send(client, f"/requests/{request_id}/decline", reason="老师都排满了").status_code == 303
    sign_in(client, two.scheduler)
    assert "老师都排满了" in shown(client, f"/requests/{request_id}")


def test_the_home_takes_its_request_back(client, database, two, offered):
    base = f"/requests/{offered[0]}"
    sign_in(client, two.scheduler)
    assert send(client, f"{base}/take-back", form_path=base).status_code == 303
    with database.read() as session:
        assert session.get_one(ClassRequest, offered[0]).state is RequestState.TAKEN_BACK


def test_the_home_declines_an_offer(client, database, two, offered):
    base = f"/requests/{offered[0]}"
    sign_in(client, two.scheduler)
    assert send(client, f"{base}/offers/{offered[1]}/decline", form_path=base).status_code == 303
    with database.read() as session:
        assert session.get_one(ClassRequest, offered[0]).state is RequestState.WAITING


def schedule_fields(two, **given):
    return {
        "room": two.room, "weekday": "1", "starts": "09:30", "minutes": "60", "from_on": "2026-03-17",
        "lessons": "8", "capacity": "12", "wheelchair_places": "3", "step": "confirm",
    } | given  # fmt: skip


def test_the_home_schedules_what_was_agreed_from_a_filled_form(client, database, two, agreed):
    sign_in(client, two.scheduler)
    path = f"/agreements/{agreed}/class"
    answer = shown(client, path)
    for value in ("09:30", "60", "2026-03-17", "12", "3"):
        assert f'value="{value}"' in answer
    sent = send(client, path, **schedule_fields(two))
    assert sent.status_code == 303
    opened = only(database, CourseClass)
    assert (opened.home_id, opened.room_id, opened.lessons_planned) == (two.home, two.room, 8)
    answer = shown(client, sent.location)
    assert f"/classes/{opened.id}/enrol-many" in answer
    assert only(database, Agreement).class_id == opened.id


@pytest.mark.parametrize(
    "given",
    [
        {"capacity": "0"},
        {"capacity": "31"},
        {"wheelchair_places": "9"},
        {"from_on": "2026-03-01"},
        {"from_on": "2030-03-01"},
        {"from_on": "morgen"},
        {"lessons": "0"},
        {"starts": "23:30"},
        {"room": "999"},
        {"weekday": "7"},
    ],
)
def test_what_cant_be_scheduled_says_so_and_keeps_the_form(client, database, two, agreed, given):
    sign_in(client, two.scheduler)
    answer = send(client, f"/agreements/{agreed}/class", **schedule_fields(two) | given)
    assert answer.status_code == 200
    assert "error-summary" in answer.text
    assert 'name="minutes"' in answer.text
    with database.read() as session:
        assert session.scalar(select(CourseClass)) is None


def test_a_meal_in_the_way_is_refused_with_free_times(client, database, two, agreed):
    with database.write() as session:
        by = build_viewer(session, two.scheduler)
        care.add_block(session, BlockPlan(two.home, CareKind.MEAL, time(10), time(11)), by=by)
    sign_in(client, two.scheduler)
    answer = send(client, f"/agreements/{agreed}/class", **schedule_fields(two))
    assert "error-summary" in answer.text
    assert "10:00" in answer.text


def test_a_list_asks_no_more_for_many_requests_than_for_few(client, database, two):
    def grow(number):
        with database.write() as session:
            by = build_viewer(session, two.scheduler)
            for index in range(number):
                site = make.make_organisation(session)
                there = replace(
                    two,
                    site=site.id,
                    course=make.make_course(session, site).id,
                    teacher=make.make_teacher(session, site, name=f"老师{index}").id,
                    manager=make.make_staff(session, Role.SITE_MANAGER, site).id,
                )
                actions.agree(session, asked_and_offered(session, there), by=by)

    def counts():
        return [queries_of(client, url) for url in ("/requests", "/agreements", "/requests/new")]

    sign_in(client, two.scheduler)
    grow(3)
    few = counts()
    grow(12)
    assert counts() == few


def test_only_the_two_sides_see_a_request(client, database, two, offered):
    with database.write() as session:
        strangers = [
            make.make_staff(session, Role.CARE_SCHEDULER, make.make_home(session)).id,
            make.make_staff(session, Role.SITE_MANAGER, make.make_organisation(session)).id,
        ]
        officer = make.make_staff(session, Role.COUNTY_OFFICER, make.make_organisation(session)).id
    for stranger in strangers:
        sign_in(client, stranger)
        assert client.get(f"/requests/{offered[0]}").status_code == 404
        assert "夕阳红" not in shown(client, "/requests")
    sign_in(client, officer)
    assert client.get(f"/requests/{offered[0]}").status_code == 403


def test_neither_side_answers_for_the_other(client, database, two, offered):
    base = f"/requests/{offered[0]}"
    sign_in(client, two.manager)
    assert send(client, f"{base}/offers/{offered[1]}/agree", form_path="/sign-in/staff").status_code == 404
    assert client.get("/requests/new").status_code == 403
    sign_in(client, two.scheduler)
    assert client.get(f"{base}/offer").status_code == 403
    assert client.get(f"{base}/decline").status_code == 403


def test_the_site_sees_only_numbers_of_residents(client, database, two, offered):
    with database.write() as session:
        make.make_resident(session, session.get_one(make.Organisation, two.home), name="张桂兰")
    sign_in(client, two.manager)
    for path in ("/requests", f"/requests/{offered[0]}"):
        assert "张桂兰" not in shown(client, path)
