"""The exchange as both sides see it: countering, paper, feedback, rides, credits."""

from datetime import time, timedelta
from io import BytesIO

import pytest
from python_calamine import CalamineWorkbook
from sqlalchemy import select

from senior_univ.accounts.queries import build_viewer
from senior_univ.core import clock
from senior_univ.core.permissions import Role
from senior_univ.enrolment.models import Seat
from senior_univ.partnerships import actions
from senior_univ.partnerships.models import Agreement, ClassOffer, ClassRequest, RequestState, TransportOffer
from senior_univ.timetable.models import CourseClass
from tests import factories as make
from tests.partnerships.test_pages import only, schedule_fields, wish_fields
from tests.partnerships.two import wish_of
from tests.queries_counted import queries_of
from tests.sending_forms import send, shown
from tests.signing_in import sign_in


def more(**given):
    return {"frequency": "weekly", "delivery": "on_site"} | given


def test_a_request_to_the_whole_county_with_another_day(client, database, two):
    sign_in(client, two.scheduler)
    path = "/requests/new?site=0"
    fields = wish_fields(two, **more(day_2="5", from_2="14:00", to_2="16:00", escorts="2", village_places="0"))
    assert "14:00" in send(client, path, **fields).text.replace("2:00", "14:00")
    sent = send(client, path, **fields, step="send")
    assert sent.status_code == 303
    asked = only(database, ClassRequest)
    assert (asked.site_id, asked.escorts, len(asked.windows)) == (None, 2, 3)
    shown(client, f"/requests/{asked.id}/matches")
    sign_in(client, two.manager)
    assert "夕阳红养老院" in shown(client, "/requests")
    shown(client, f"/requests/{asked.id}/offer")
    assert client.get(f"/requests/{asked.id}/decline").status_code == 404


@pytest.mark.parametrize(
    "given",
    [{"day_2": "5"}, {"from_2": "09:00", "to_2": "10:00"}, {"day_2": "5", "from_2": "11:00", "to_2": "10:00"},
     {"village_places": "3", "delivery": "online"}, {"escorts": "-1"}, {"delivery": "by post"}],
)  # fmt: skip
def test_what_cant_be_asked_besides_keeps_the_form(client, database, two, given):
    sign_in(client, two.scheduler)
    answer = send(client, "/requests/new?site=0", **wish_fields(two, **more(**given)))
    assert answer.status_code == 200
    assert "error-summary" in answer.text
    assert "有投影" in answer.text


def test_the_home_asks_for_a_change_and_the_site_agrees(client, database, two, offered):
    base = f"/requests/{offered[0]}"
    sign_in(client, two.scheduler)
    path = f"{base}/offers/{offered[1]}/counter"
    fields = {"weekday": "1", "starts": "10:00", "minutes": "60", "learners": "10", "lessons": "8", "room": two.room}
    same = fields | {"starts": "09:30", "learners": "12", "lessons": "16", "room": ""}
    assert "error-summary" in send(client, path, **same).text
    assert send(client, path, **fields, note="早饭太晚").status_code == 303
    page = shown(client, base)
    assert "10:00" in page
    assert "9:30" in page
    assert "早饭太晚" in page
    with database.read() as session:
        counter_id = session.scalars(select(ClassOffer.id).order_by(ClassOffer.id.desc())).first()
    assert client.get(f"{base}/offers/{counter_id}/counter").status_code == 404  # her own: the site answers it
    sign_in(client, two.manager)
    assert "10:00" in shown(client, base)
    assert send(client, f"{base}/offers/{counter_id}/agree", form_path=base).status_code == 303
    assert only(database, Agreement).offer_id == counter_id


def test_whoever_answers_second_reads_what_happened(client, database, two, offered):
    base = f"/requests/{offered[0]}"
    sign_in(client, two.scheduler)
    shown(client, base)
    with database.write() as session:
        by = build_viewer(session, two.scheduler)
        actions.decline_offer(session, session.get_one(ClassOffer, offered[1]), by=by)
    answer = send(client, f"{base}/offers/{offered[1]}/agree", form_path=base)
    assert answer.status_code == 409
    assert "方案" in answer.text or "offer" in answer.text


def test_an_offer_is_declined_with_a_word(client, database, two, offered):
    base = f"/requests/{offered[0]}"
    sign_in(client, two.scheduler)
    assert send(client, f"{base}/offers/{offered[1]}/decline", reason="想要下午").status_code == 303
    assert "想要下午" in shown(client, base)
    with database.read() as session:
        assert session.get_one(ClassRequest, offered[0]).state is RequestState.WAITING


def test_the_agreement_is_on_paper_and_a_pdf(client, two, agreed):
    for person in (two.scheduler, two.manager):
        sign_in(client, person)
        for path in (f"/agreements/{agreed}", f"/agreements/{agreed}/paper"):
            page = shown(client, path)
            assert "夕阳红养老院" in page
            assert "北关教学站" in page
        assert client.get(f"/agreements/{agreed}/pdf").mimetype == "application/pdf"


def test_the_class_and_the_seats_come_of_one_act(client, database, two, agreed):
    with database.write() as session:
        home = session.get_one(make.Organisation, two.home)
        ids = [make.make_resident(session, home, name=name).id for name in ("张桂兰", "赵大爷")]
        stranger = make.make_person(session).id
    sign_in(client, two.scheduler)
    path = f"/agreements/{agreed}/class"
    refused = send(client, path, **schedule_fields(two, starts="23:30"), people=[ids[0]])
    assert f'value="{ids[0]}" checked' in " ".join(refused.text.split())
    assert send(client, path, **schedule_fields(two), people=[*ids, stranger]).status_code == 303
    with database.read() as session:
        assert set(session.scalars(select(Seat.person_id))) == set(ids)


def test_ending_needs_a_reason_and_cancels_the_class(client, database, two, agreed):
    sign_in(client, two.scheduler)
    send(client, f"/agreements/{agreed}/class", **schedule_fields(two))
    sign_in(client, two.manager)
    path = f"/agreements/{agreed}/end"
    assert "error-summary" in send(client, path, last_on="2026-03-12", reason=" ").text
    assert send(client, path, last_on="2026-03-12", reason="教师调走了").status_code == 303
    assert "教师调走了" in shown(client, f"/agreements/{agreed}")
    assert only(database, CourseClass).cancelled_at is not None
    assert "error-summary" in send(client, path, last_on="2026-03-12", reason="再来").text


def test_feedback_is_asked_for_when_it_is_over(client, two, agreed, frozen):
    sign_in(client, two.scheduler)
    send(client, f"/agreements/{agreed}/class", **schedule_fields(two))
    path = f"/agreements/{agreed}/feedback"
    assert "error-summary" in send(client, path, rating="good").text
    frozen.move_to("2026-07-01T09:00:00+08:00")
    sign_in(client, two.scheduler)
    assert path in shown(client, f"/agreements/{agreed}")
    assert "error-summary" in send(client, path, note="很好").text
    assert send(client, path, rating="good", note="老人都喜欢").status_code == 303
    sign_in(client, two.manager)
    assert "老人都喜欢" in shown(client, f"/agreements/{agreed}")


@pytest.fixture
def ride_class(database, two):
    with database.write() as session:
        site = session.get_one(make.Organisation, two.site)
        return make.make_class(session, site=site, first_at=clock.now() + timedelta(days=1)).id


def ride_fields(two, class_id, **given):
    return {
        "class_id": class_id, "home": two.home, "vehicle": "白色中巴", "places": "2", "wheelchair_places": "1",
        "escorts": "1", "picks_up_at": "07:00", "picks_up_where": "南门",
    } | given  # fmt: skip


def test_a_ride_is_offered_accepted_with_names_and_printed(client, database, two, ride_class):
    with database.write() as session:
        home = session.get_one(make.Organisation, two.home)
        ids = [make.make_resident(session, home, name=name).id for name in ("张桂兰", "赵大爷", "孙奶奶")]
    sign_in(client, two.manager)
    assert "error-summary" in send(client, "/transports/new", **ride_fields(two, ride_class, places="x")).text
    assert "白色中巴" in send(client, "/transports/new", **ride_fields(two, ride_class, wheelchair_places="9")).text
    assert send(client, "/transports/new", **ride_fields(two, ride_class)).status_code == 303
    ride = only(database, TransportOffer).id
    assert client.get(f"/transports/{ride}/accept").status_code == 403
    sign_in(client, two.scheduler)
    assert "白色中巴" in shown(client, f"/transports/{ride}")
    for people in ([], ids):
        assert "error-summary" in send(client, f"/transports/{ride}/accept", people=people).text
    assert client.get(f"/transports/{ride}/list").status_code == 404
    assert 'value="confirm"' in send(client, f"/transports/{ride}/accept", people=ids[:2]).text
    assert send(client, f"/transports/{ride}/accept", people=ids[:2], step="confirm").status_code == 303
    for person in (two.scheduler, two.manager):
        sign_in(client, person)
        printed = shown(client, f"/transports/{ride}/list")
        assert "张桂兰" in printed
        assert "孙奶奶" not in printed
        assert "南门" in printed


def test_a_stranger_sees_no_ride_and_no_agreement(client, database, two, ride_class, agreed):
    with database.write() as session:
        ride = make.kept(
            session,
            TransportOffer(
                class_id=ride_class, home_id=two.home, vehicle="车", places=2, wheelchair_places=0, escorts=0,
                picks_up_at=time(7), picks_up_where="南门", offered_at=clock.now(), offered_by_id=two.manager,
            ),
        ).id  # fmt: skip
        stranger = make.make_staff(session, Role.CARE_SCHEDULER, make.make_home(session)).id
    sign_in(client, stranger)
    paths = ("", "/accept", "/decline", "/list")
    for path in [f"/transports/{ride}{each}" for each in paths] + [
        f"/agreements/{agreed}{each}" for each in ("", "/paper", "/pdf", "/end", "/feedback", "/residents", "/class")
    ]:
        assert client.get(path).status_code == 404, path


def test_credits_are_a_page_and_a_spreadsheet_for_both_and_for_officers(client, database, two, agreed, frozen):
    sign_in(client, two.scheduler)
    send(client, f"/agreements/{agreed}/class", **schedule_fields(two))
    frozen.move_to("2026-04-01T09:00:00+08:00")
    with database.write() as session:
        county = make.make_organisation(session, name="县教育局", region_code="130502")
        officer = make.make_staff(session, Role.COUNTY_OFFICER, county).id
    for person, path in ((two.scheduler, "/exchange"), (two.manager, "/exchange"), (officer, "/exchange/area")):
        sign_in(client, person)
        assert "3.0" in shown(client, f"{path}?year=2026")
        assert "3.0" not in shown(client, f"{path}?year=2025")
        book = CalamineWorkbook.from_filelike(BytesIO(client.get(f"{path}/xlsx?year=2026").data))
        assert "3.0" in {str(cell) for row in book.get_sheet_by_index(0).to_python() for cell in row}
    sign_in(client, two.scheduler)
    assert client.get("/exchange/area").status_code == 403


def test_matching_asks_no_more_for_many_teachers_than_for_few(client, database, two):
    with database.write() as session:
        by = build_viewer(session, two.scheduler)
        asked = actions.ask_for_class(session, wish_of(session, two, site=None), by=by)
        session.flush()
        path = f"/requests/{asked.id}/matches"

    def grow(number):
        with database.write() as session:
            subject = session.get_one(make.Subject, two.subject)
            for index in range(number):
                site = make.make_organisation(session)
                make.make_room(session, site)
                make.make_teacher(session, site, name=f"老师{index}", subjects=[subject])

    sign_in(client, two.scheduler)
    grow(2)
    few = queries_of(client, path)
    grow(15)
    assert queries_of(client, path) == few
