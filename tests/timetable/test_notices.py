"""A class and a lesson in words for others: right days and places, old and new, and never a learner's name."""

import re
from datetime import time, timedelta
from io import BytesIO

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image
from sqlalchemy import select

from senior_univ.core.access import Viewer
from senior_univ.core.permissions import Role
from senior_univ.timetable import notices, pictures
from senior_univ.timetable.actions import cancel_lesson, move_lesson
from senior_univ.timetable.models import Lesson
from tests.enrolment.pages import words
from tests.enrolment.seats import enrol
from tests.factories import make_class, make_home, make_organisation, make_person, make_room, make_staff
from tests.signing_in import sign_in

pytestmark = pytest.mark.usefixtures("frozen")
LEARNER = "孙玉梅"


@pytest.fixture
def town(client, database):
    """A class with a learner; the client is its site's manager."""
    with database.write() as session:
        site = make_organisation(session, name="北关社区教学站")
        course_class = make_class(session, site=site, material_costs="毛边纸每人10元")
        learner, manager = make_person(session, name=LEARNER), make_staff(session, Role.SITE_MANAGER, site)
        enrol(session, course_class, learner)
        other = make_room(session, site, name="二楼教室")
        found = {
            "class": course_class.id,
            "lesson": course_class.lessons[0].id,
            "manager": manager.id,
            "learner": learner.id,
            "room": other.id,
        }
    sign_in(client, manager.id)
    return found


def texts_of(client, url):
    """The notice and the script on a page."""
    page = client.get(url)
    assert page.status_code == 200
    return re.findall(r"<textarea[^>]*>(.*?)</textarea>", page.text, re.DOTALL)


def test_a_class_can_be_told_in_a_group_and_over_the_loudspeaker(client, town):
    notice, script = texts_of(client, f"/classes/{town['class']}/notice")
    for said in ("楷书入门", "每星期三", "上午9:30—11:00", "赵志强", "还有29个名额", "毛边纸每人10元", "0319"):
        assert said in notice
    assert script.count("每星期三上午九点半") == 2
    assert script.count("三月十一日，星期三，农历正月廿三") == 2


def test_a_moved_lesson_is_told_with_old_and_new(client, database, town):
    with database.write() as session:
        lesson = session.get_one(Lesson, town["lesson"])
        starts_at = lesson.starts_at + timedelta(days=1, hours=5)
        move_lesson(session, lesson, starts_at=starts_at, by=Viewer(town["manager"], "李建国"))
    notice, script = texts_of(client, f"/lessons/{town['lesson']}/notice")
    assert "调课通知" in notice
    assert "原定：3月11日 星期三 上午9:30" in notice
    assert "现在：3月12日 星期四 下午2:30" in notice
    assert "三月十二日" in script
    assert "下午两点半" in script


def test_another_room_is_told_with_the_old_one(client, database, town):
    with database.write() as session:
        lesson = session.get_one(Lesson, town["lesson"])
        room = session.get_one(type(lesson.room), town["room"])
        move_lesson(session, lesson, room=room, by=Viewer(town["manager"], "李建国"))
    notice, _script = texts_of(client, f"/lessons/{town['lesson']}/notice")
    assert "换地点通知" in notice
    assert re.search(r"原地点：.*一楼教室", notice)
    assert re.search(r"\n地点：.*二楼教室", notice)


def test_a_cancelled_lesson_says_that_nobody_should_come(client, database, town):
    with database.write() as session:
        lesson = session.get_one(Lesson, town["lesson"])
        cancel_lesson(session, lesson, reason="下雪路滑", by=Viewer(town["manager"], "李建国"))
    notice, script = texts_of(client, f"/lessons/{town['lesson']}/notice")
    assert "停课通知" in notice
    assert "下雪路滑" in notice
    assert "别白跑一趟" in script


PAGES = ("/classes/{class}/notice", "/lessons/{lesson}/notice", "/classes/{class}/poster", "/lessons/{lesson}/poster")


def test_no_learner_is_named_in_what_is_told_to_others(client, town):
    for page in PAGES:
        assert LEARNER not in client.get(page.format(**town)).text


def test_strangers_get_none_of_it(client, database, town):
    with database.write() as session:
        other = make_staff(session, Role.SITE_MANAGER, make_organisation(session)).id
    sign_in(client, other)
    for page in (*PAGES, "/classes/{class}/picture.png"):
        assert client.get(page.format(**town)).status_code == 404


def test_a_poster_has_a_code_that_leads_to_the_class_and_a_homes_own_class_has_none(client, database, town):
    assert "<svg" in client.get(f"/classes/{town['class']}/poster").text.split('class="qr"')[1]
    with database.write() as session:
        home = make_home(session)
        own = make_class(session, site=home, home_id=home.id).id
        scheduler = make_staff(session, Role.CARE_SCHEDULER, home).id
    sign_in(client, scheduler)
    assert 'class="qr"' not in client.get(f"/classes/{own}/poster").text


def picture_at(client, url):
    response = client.get(url)
    assert response.mimetype == "image/png"
    return Image.open(BytesIO(response.data))


def test_a_timetable_can_be_kept_as_a_picture(client, town):
    page = client.get(f"/classes/{town['class']}/picture")
    assert f'src="/classes/{town["class"]}/picture.png"' in page.text
    assert picture_at(client, f"/classes/{town['class']}/picture.png").width == 1080
    room = picture_at(client, f"/week/picture.png?room={town['room']}")
    assert room.width == 1080
    sign_in(client, town["learner"])
    assert "长按" in words(client.get("/my-week/picture"))
    hers = picture_at(client, "/my-week/picture.png?on=2026-03-10")
    assert hers.height > room.height


def test_a_server_without_the_font_offers_print_instead(client, town, monkeypatch):
    monkeypatch.setattr(pictures, "FONTS", ("/nowhere.ttc",))
    page = client.get(f"/classes/{town['class']}/picture")
    assert "<img" not in page.text.split("<main")[1].split("</main")[0]
    assert "打印" in words(page)
    assert client.get(f"/classes/{town['class']}/picture.png").status_code == 404


@given(at=st.times())
def test_every_time_is_read_out_as_people_say_it(at):
    said = notices.spoken_time(at)
    assert not re.search(r"[0-9:]", said)
    assert said.count("点") == 1


@pytest.mark.parametrize(
    ("at", "said"),
    [
        (time(9, 30), "上午九点半"),
        (time(14, 0), "下午两点整"),
        (time(12, 5), "中午十二点零五分"),
        (time(16, 45), "下午四点三刻"),
        (time(19, 20), "晚上七点二十分"),
    ],
)
def test_times_are_read_out_as_people_say_them(at, said):
    assert notices.spoken_time(at) == said


def test_numbers_are_read_out():
    assert [notices.spoken_number(number) for number in (3, 10, 15, 20, 31)] == ["三", "十", "十五", "二十", "三十一"]


def test_all_lessons_of_a_class_fit_on_its_picture(client, database, town):
    with database.read() as session:
        lessons = session.scalars(select(Lesson).where(Lesson.class_id == town["class"])).all()
    assert picture_at(client, f"/classes/{town['class']}/picture.png").height > 250 * len(lessons)
