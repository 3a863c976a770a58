"""The roll call with the network down, in real Chromium: kept, shown, sent once, and gone after signing out."""

from collections import Counter
from datetime import timedelta

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import func, select

from senior_univ.attendance.models import Attendance, AttendanceEntry, How, Incident, Kind
from senior_univ.core import clock
from senior_univ.core.permissions import Role
from tests.factories import make_class, make_organisation, make_person, make_seat, make_staff
from tests.signing_in import sign_in

KEPT = """async () => [
    ...(await caches.keys()),
    ...(await indexedDB.databases()).map((each) => each.name),
    ...(await navigator.serviceWorker.getRegistrations()).map((each) => each.scope),
]"""


@pytest.fixture
def lesson(database):
    """A lesson that has begun, with three learners: its id, theirs, and its manager's."""
    with database.write() as session:
        site = make_organisation(session)
        manager = make_staff(session, Role.SITE_MANAGER, site)
        course_class = make_class(session, site=site, first_at=clock.now() - timedelta(minutes=5))
        people = [make_person(session, name=name) for name in ("王秀英", "李桂兰", "张淑珍")]
        for person in people:
            make_seat(session, course_class, person, taken_at=clock.now() - timedelta(days=9))
        return course_class.lessons[0].id, [person.id for person in people], manager.id


@pytest.fixture
def teacher(app, client, live_server, page: Page, lesson) -> Page:
    """A page of the manager's, with the roll call opened once while the network was there."""
    sign_in(client, lesson[2])
    cookie = client.get_cookie(app.config["SESSION_COOKIE_NAME"])
    page.context.add_cookies([{"name": cookie.key, "value": cookie.value, "url": live_server}])
    page.goto(f"/lessons/{lesson[0]}/roll-call")
    stored(page)
    return page


def stored(page: Page) -> None:
    """Until the page says that it is kept."""
    expect(state(page)).to_contain_text("没有网络时，这一页也能用")


def tap(page: Page, person_id: int, word: str, name: str = "tap") -> None:
    page.locator(f'button[name={name}][value="{person_id}:{word}"]').click()


def pressed(page: Page, person_id: int) -> list[str]:
    chosen = page.locator(f'[data-person="{person_id}"] button[aria-pressed=true]').all()
    return [str(button.get_attribute("value")).split(":")[1] for button in chosen]


def state(page: Page):
    return page.locator(".roll-state")


def rows(database):
    with database.read() as session:
        stands = {row.person_id: (row.kind, row.how) for row in session.scalars(select(Attendance))}
        return stands, session.scalar(select(func.count()).select_from(AttendanceEntry))


def test_taps_without_a_network_are_kept_shown_after_a_reload_and_sent_once(teacher, database, lesson):
    _lesson_id, (one, two, three), _manager = lesson
    with teacher.expect_response("**/roll-call/taps"):
        tap(teacher, one, "present")
    expect(state(teacher)).to_contain_text("都已保存")
    teacher.context.set_offline(True)
    tap(teacher, two, "absent")
    tap(teacher, two, "late")
    teacher.locator("button[name=all]").click()
    expect(state(teacher)).to_contain_text("3条没有发出")
    teacher.reload()
    expect(state(teacher)).to_contain_text("3条没有发出")
    assert [pressed(teacher, each) for each in (two, three)] == [["late"], ["present"]]
    assert rows(database)[1] == 1
    teacher.context.set_offline(False)
    expect(state(teacher)).to_contain_text("都已保存", timeout=20_000)
    stands, entries = rows(database)
    assert entries == 4
    assert stands == {
        one: (Kind.PRESENT, How.TAP),
        two: (Kind.LATE, How.OFFLINE),
        three: (Kind.PRESENT, How.OFFLINE),
    }


def test_in_an_emergency_the_stored_page_says_whom_to_call_and_keeps_the_record(teacher, database, lesson):
    one = lesson[1][0]
    teacher.context.set_offline(True)
    teacher.reload()
    teacher.locator(f'[data-person="{one}"] .roll-emergency summary').click()
    emergency = teacher.locator(f'[data-person="{one}"] .roll-emergency')
    expect(emergency.locator('a[href="tel:120"]')).to_be_visible()
    expect(emergency).to_contain_text("大槐树对面")
    tap(teacher, one, "fall", "incident")
    expect(state(teacher)).to_contain_text("1条没有发出")
    teacher.context.set_offline(False)
    expect(state(teacher)).to_contain_text("都已保存", timeout=20_000)
    with database.read() as session:
        assert Counter(each.person_id for each in session.scalars(select(Incident))) == {one: 1}


def test_an_answer_that_is_lost_on_the_way_makes_no_double(teacher, database, lesson):
    """The upload arrives, the network ends before the answer does: the device sends the same tap again."""
    one = lesson[1][0]
    lost = []

    def lose_the_first(route):
        if lost:
            route.continue_()
            return
        lost.append(route.fetch())
        route.abort()

    teacher.route("**/roll-call/taps", lose_the_first)
    tap(teacher, one, "present")
    expect(state(teacher)).to_contain_text("1条没有发出")
    teacher.evaluate("window.dispatchEvent(new Event('online'))")
    expect(state(teacher)).to_contain_text("都已保存")
    assert len(lost) == 1
    assert rows(database)[1] == 1


def test_signing_out_leaves_nothing_on_the_device(teacher):
    assert teacher.evaluate(KEPT)
    teacher.locator('form[action$="/sign-out"] button').click()
    teacher.wait_for_url("**/")
    expect(teacher.locator('form[action$="/sign-out"]')).to_have_count(0)
    assert teacher.evaluate(KEPT) == []
    assert teacher.evaluate("localStorage.length") == 0


def test_signing_out_with_taps_that_are_not_sent_asks_first(teacher, database, lesson):
    teacher.context.set_offline(True)
    tap(teacher, lesson[1][0], "present")
    expect(state(teacher)).to_contain_text("1条没有发出")
    teacher.locator('form[action$="/sign-out"] button').click()
    question = teacher.locator(".roll-leaving")
    expect(question).to_be_visible()
    question.locator("[data-stay]").click()
    expect(question).to_be_hidden()
    teacher.context.set_offline(False)
    expect(state(teacher)).to_contain_text("都已保存", timeout=20_000)
    assert rows(database)[1] == 1


def test_without_javascript_the_form_does_it(browser, app, client, live_server, database, lesson):
    sign_in(client, lesson[2])
    cookie = client.get_cookie(app.config["SESSION_COOKIE_NAME"])
    context = browser.new_context(base_url=live_server, java_script_enabled=False)
    context.add_cookies([{"name": cookie.key, "value": cookie.value, "url": live_server}])
    plain = context.new_page()
    plain.goto(f"/lessons/{lesson[0]}/roll-call")
    tap(plain, lesson[1][0], "late")
    plain.locator("button[name=all]").click()
    context.close()
    stands, _entries = rows(database)
    assert Counter(how for _kind, how in stands.values()) == {How.TAP: 1, How.ALL_HERE: 2}
