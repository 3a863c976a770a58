from dataclasses import replace
from datetime import timedelta
from urllib.parse import parse_qsl, urlsplit

import jwt
import pytest
from hypothesis import given
from hypothesis import strategies as st

from config import Settings
from senior_univ.core import clock
from senior_univ.core.errors import DomainError
from senior_univ.core.permissions import Role
from senior_univ.timetable import notices, online, places
from senior_univ.timetable.going_online import hold_online
from senior_univ.timetable.meeting_servers import BigBlueButton, Guest, Jitsi, Meeting, room_name
from senior_univ.timetable.models import CourseClass, Delivery, Lesson
from tests import factories
from tests.sending_forms import send
from tests.signing_in import sign_in
from tests.timetable.fake_meetings import CREATED_AT, SECRET, big_blue_button, is_signed
from tests.timetable.site import Site, viewer_of

LOCAL = Settings.from_environment({})
LINK = "https://meeting.example.com/dm/9Zx?pwd=12"
JITSI_SECRET = "a-secret-of-at-least-thirty-two-characters"


@pytest.fixture
def site(database, frozen):
    return Site.make(database)


def go_online(database, site, **given):
    with database.write() as session:
        course_class = session.get_one(CourseClass, site.class_id)
        for name, value in {"delivery": Delivery.ONLINE, "join_url": LINK, **given}.items():
            setattr(course_class, name, value)


def use(app, **settings):
    app.config["SETTINGS"] = replace(app.config["SETTINGS"], **settings)


def parameters(address):
    return dict(parse_qsl(urlsplit(address).query))


def meeting():
    return Meeting("lesson-7-abc", "楷书入门", clock.now() + timedelta(hours=2))


class TestLinks:
    @pytest.mark.parametrize(
        ("pasted", "link"),
        [
            (LINK, LINK),
            ("", ""),
            ("   ", ""),
            (f"王老师邀请您参加腾讯会议\n会议时间：周四\n{LINK}，会议号：123", LINK),
            ("HTTPS://Meet.Example.com/Room".replace("HTTPS", "https"), "https://Meet.Example.com/Room"),
        ],
    )
    def test_the_link_is_found_in_what_was_pasted(self, pasted, link):
        assert online.clean_join_url(pasted) == link

    @pytest.mark.parametrize(
        "pasted",
        [
            "http://meeting.example.com/1",
            "javascript:alert(1)",
            "会议号 123 456 789",
            "https://zoom.us@evil.example/1",
            "https://localhost/1",
            "https://a.b:99999999/",
            "https://[::1",
            "https://meeting.example.com/" + "x" * 500,
        ],
    )
    def test_anything_else_is_refused_in_words(self, pasted):
        with pytest.raises(DomainError) as refused:
            online.clean_join_url(pasted)
        assert refused.value.code == "not_a_link"
        assert refused.value.field == "join_url"

    @given(st.text(max_size=80))
    def test_whatever_is_pasted_gives_https_nothing_or_a_refusal(self, pasted):
        try:
            link = online.clean_join_url(pasted)
        except DomainError:
            return
        assert link == "" or urlsplit(link).scheme == "https"


class TestDoor:
    @pytest.mark.parametrize(
        ("minutes", "is_open"),
        [(-16, False), (-15, True), (0, True), (89, True)],
        ids=["before", "at", "during", "end"],
    )
    def test_it_opens_a_quarter_of_an_hour_before(self, database, site, minutes, is_open):
        go_online(database, site)
        with database.read() as session:
            lesson = session.get_one(Lesson, site.lesson_ids[0])
            door = online.door_of(lesson, lesson.starts_at + timedelta(minutes=minutes))
            assert door == (is_open, lesson.starts_at - timedelta(minutes=15))

    def test_there_is_none_after_the_end_of_a_cancelled_lesson_and_on_site(self, database, site):
        with database.read() as session:
            lesson = session.get_one(Lesson, site.lesson_ids[0])
            assert online.door_of(lesson, lesson.starts_at) is None
        go_online(database, site)
        with database.write() as session:
            lesson = session.get_one(Lesson, site.lesson_ids[0])
            assert online.door_of(lesson, lesson.ends_at) is None
            lesson.cancelled_at = clock.now()
            assert online.door_of(lesson, lesson.starts_at) is None


class TestBigBlueButton:
    def test_the_room_is_made_and_the_way_in_is_signed(self):
        with big_blue_button() as fake:
            server = BigBlueButton(fake.base, SECRET, "https://school.example")
            link = server.join_link(meeting(), Guest("王秀英"))
        (created,) = fake.created
        assert created["name"] == "楷书入门"
        assert created["record"] == "false"
        assert is_signed(link)
        assert link.startswith(f"{fake.base}/bigbluebutton/api/join?")
        asked = parameters(link)
        assert asked.pop("checksum")
        assert asked == {
            "fullName": "王秀英",
            "meetingID": "lesson-7-abc",
            "role": "VIEWER",
            "createTime": CREATED_AT,
        }

    def test_the_teacher_moderates_and_the_room_is_the_same_for_both(self):
        with big_blue_button() as fake:
            server = BigBlueButton(f"{fake.base}/bigbluebutton/api/", SECRET, "https://school.example")
            links = [server.join_link(meeting(), Guest("赵志强", is_moderator)) for is_moderator in (True, False)]
        assert [parameters(link)["role"] for link in links] == ["MODERATOR", "VIEWER"]
        assert fake.created[0] == fake.created[1]

    def test_the_documented_example_has_the_documented_form(self):
        address = BigBlueButton("https://bbb.example", SECRET, "").signed("create", {"name": "Test Meeting"})
        assert address.startswith("https://bbb.example/bigbluebutton/api/create?name=Test+Meeting&checksum=")
        assert is_signed(address)

    @pytest.mark.parametrize("answer", ["", "no XML", "<response><returncode>FAILED</returncode></response>"])
    def test_a_server_that_refuses_is_said_in_words(self, answer):
        with big_blue_button() as fake:
            fake.answer = answer
            server = BigBlueButton(fake.base, SECRET, "")
            with pytest.raises(DomainError) as refused:
                server.join_link(meeting(), Guest("王秀英"))
        assert refused.value.code == "no_meeting"

    def test_a_wrong_secret_and_a_server_that_is_away_are_said_in_words_and_not_logged(self, caplog):
        with big_blue_button() as fake, pytest.raises(DomainError):
            BigBlueButton(fake.base, "wrong", "").join_link(meeting(), Guest("王秀英"))
        with pytest.raises(DomainError):
            BigBlueButton(fake.base, SECRET, "").join_link(meeting(), Guest("王秀英"))
        assert "checksum=" not in caplog.text


class TestJitsi:
    def test_the_token_is_for_this_room_and_ends_after_the_lesson(self):
        at = meeting()
        link = Jitsi("https://meet.example.com/", "school", JITSI_SECRET).join_link(at, Guest("王秀英"))
        assert link.startswith("https://meet.example.com/lesson-7-abc?jwt=")
        claims = jwt.decode(parameters(link)["jwt"], JITSI_SECRET, algorithms=["HS256"], audience="school")
        assert claims["room"] == "lesson-7-abc"
        assert claims["iss"] == "school"
        assert claims["exp"] == int((at.ends_at + timedelta(minutes=30)).timestamp())
        assert claims["context"]["user"] == {"name": "王秀英", "moderator": "false", "affiliation": "member"}

    def test_only_a_teacher_moderates(self):
        link = Jitsi("https://meet.example.com", "school", JITSI_SECRET).join_link(meeting(), Guest("赵志强", True))
        claims = jwt.decode(parameters(link)["jwt"], JITSI_SECRET, algorithms=["HS256"], audience="school")
        assert claims["context"]["user"]["affiliation"] == "owner"


class TestSettings:
    def test_production_names_what_is_missing_of_a_meeting_server(self):
        def said(**given):
            settings = replace(LOCAL, environment="production", **given)
            return " ".join(line for line in settings.problems() if "BIGBLUE" in line or "JITSI" in line)

        assert said() == ""
        assert "BIGBLUEBUTTON_SECRET" in said(bigbluebutton_url="https://bbb.example")
        assert "https://" in said(bigbluebutton_url="http://bbb.example", bigbluebutton_secret="x")
        assert "JITSI_SECRET" in said(jitsi_url="https://m.example", jitsi_app_id="a", jitsi_secret="short")
        both = {"bigbluebutton_url": "https://b.example", "jitsi_url": "https://m.example"}
        assert "choose one" in said(**both)

    def test_rooms_are_not_guessed_from_one_another(self):
        names = {room_name("secret", lesson_id) for lesson_id in range(100)} | {room_name("other", 1)}
        assert len(names) == 101


class TestTeacher:
    def test_she_goes_in_as_moderator_and_her_manager_as_a_listener(self, client, app, site, database, frozen):
        go_online(database, site, join_url="")
        with database.write() as session:
            teacher = session.get_one(factories.Person, site.plan.teacher.person_id)
            factories.make_account(session, teacher)
            given = {"organisation_id": site.organisation_id, "role": Role.TEACHER, "given_at": clock.now()}
            session.add(factories.RoleAssignment(person_id=teacher.id, **given))
            teacher_id, starts_at = teacher.id, session.get_one(Lesson, site.lesson_ids[0]).starts_at
        frozen.move_to(starts_at - timedelta(minutes=10))
        with big_blue_button() as fake:
            use(app, bigbluebutton_url=fake.base, bigbluebutton_secret=SECRET)
            roles = []
            for person_id in (teacher_id, site.manager_id):
                sign_in(client, person_id)
                assert f"/lessons/{site.lesson_ids[0]}/teach" in client.get(f"/lessons/{site.lesson_ids[0]}").text
                answer = client.get(f"/lessons/{site.lesson_ids[0]}/teach")
                assert answer.status_code == 303
                assert answer.headers["Cache-Control"] == "no-store"
                roles.append(parameters(answer.location)["role"])
        assert roles == ["MODERATOR", "VIEWER"]

    def test_before_it_opens_the_page_says_from_when(self, client, site, database):
        go_online(database, site)
        sign_in(client, site.manager_id)
        page = client.get(f"/lessons/{site.lesson_ids[0]}/teach")
        assert page.status_code == 200
        assert "9:15" in page.text
        assert "9:15" in client.get(f"/lessons/{site.lesson_ids[0]}").text
        assert LINK not in page.text

    def test_a_class_without_a_link_says_so(self, client, site, database, frozen):
        go_online(database, site, join_url="")
        sign_in(client, site.manager_id)
        frozen.move_to(site_start(database, site))
        assert client.get(f"/lessons/{site.lesson_ids[0]}/teach").status_code == 200
        assert f"/lessons/{site.lesson_ids[0]}/teach" not in client.get(f"/lessons/{site.lesson_ids[0]}").text

    def test_a_server_that_is_away_is_a_page_in_words(self, client, app, site, database, frozen):
        go_online(database, site, join_url="")
        sign_in(client, site.manager_id)
        frozen.move_to(site_start(database, site))
        use(app, bigbluebutton_url="http://127.0.0.1:9", bigbluebutton_secret=SECRET)
        answer = client.get(f"/lessons/{site.lesson_ids[0]}/teach")
        assert answer.status_code == 409
        assert "127.0.0.1:9" not in answer.text


def site_start(database, site):
    with database.read() as session:
        return session.get_one(Lesson, site.lesson_ids[0]).starts_at


class TestOnlineForOnce:
    def test_a_lesson_goes_online_and_back_in_two_taps_each(self, client, site, database):
        with database.write() as session:
            session.get_one(CourseClass, site.class_id).join_url = LINK
        sign_in(client, site.manager_id)
        address = f"/lessons/{site.lesson_ids[0]}/online"
        for is_online in (True, False):
            assert address in client.get(f"/lessons/{site.lesson_ids[0]}").text
            assert send(client, address).status_code == 303
            with database.read() as session:
                lesson = session.get_one(Lesson, site.lesson_ids[0])
                assert lesson.is_online is is_online
        week = client.get("/week?on=2026-03-12").text
        assert places.online_words() not in week

    def test_without_a_way_in_it_stays_where_it_is(self, client, site, database):
        sign_in(client, site.manager_id)
        address = f"/lessons/{site.lesson_ids[0]}/online"
        assert send(client, address).status_code == 200
        with database.read() as session:
            assert not session.get_one(Lesson, site.lesson_ids[0]).is_online

    def test_another_site_may_not(self, client, site, database):
        with database.write() as session:
            other = viewer_of(session, Role.SITE_MANAGER, factories.make_organisation(session)).person_id
        sign_in(client, other)
        assert client.get(f"/lessons/{site.lesson_ids[0]}/online").status_code == 404
        assert client.get(f"/lessons/{site.lesson_ids[0]}/teach").status_code == 404

    @pytest.mark.parametrize(
        ("change", "code"),
        [
            ({"cancelled_at": True}, "lesson_cancelled"),
            ({"is_online": True}, "nothing_changed"),
        ],
    )
    def test_what_can_not_go_online_is_refused(self, session, frozen, change, code):
        course_class = factories.make_class(session, join_url=LINK)
        viewer = viewer_of(session, Role.SITE_MANAGER, course_class.organisation)
        lesson = course_class.lessons[0]
        for name, value in change.items():
            setattr(lesson, name, clock.now() if name == "cancelled_at" else value)
        session.flush()
        with pytest.raises(DomainError) as refused:
            hold_online(session, lesson, LOCAL, by=viewer)
        assert refused.value.code == code

    def test_an_online_class_is_online_anyway_and_a_lesson_that_is_over_stays(self, session, frozen):
        made = factories.make_class(session, delivery=Delivery.ONLINE, join_url=LINK)
        viewer = viewer_of(session, Role.SITE_MANAGER, made.organisation)
        with pytest.raises(DomainError) as refused:
            hold_online(session, made.lessons[0], LOCAL, by=viewer)
        assert refused.value.code == "always_online"
        past = factories.make_class(session, join_url=LINK, first_at=clock.now() - timedelta(days=1))
        with pytest.raises(DomainError) as refused:
            hold_online(session, past.lessons[0], LOCAL, by=viewer)
        assert refused.value.code == "lesson_over"

    def test_notice_and_loudspeaker_name_no_room(self, session, frozen, app):
        made = factories.make_class(session, join_url=LINK)
        lesson = made.lessons[0]
        lesson.is_online = True
        with app.test_request_context():
            notice, script = notices.lesson_notice(lesson), notices.lesson_script(lesson)
        assert made.room.name in notice  # instead of which
        assert notice.count(made.room.name) == 1
        assert made.room.name not in script


class TestPlaces:
    @pytest.mark.parametrize("way", list(Delivery))
    def test_a_room_is_named_to_learners_unless_nobody_goes_there(self, app, way):
        with app.test_request_context():
            said, at_work = places.place_words("一楼教室", way), places.place_at_work("一楼教室", way)
        assert ("一楼教室" in said) is (way is not Delivery.ONLINE)
        assert "一楼教室" in at_work
