"""The way into an online lesson opens on the first page by itself."""

from datetime import timedelta

import pytest
from playwright.sync_api import Page, expect

from senior_univ.core import clock
from senior_univ.timetable.models import Delivery
from senior_univ.timetable.online import JOIN_BEFORE
from tests.factories import make_class, make_person, make_seat
from tests.signing_in import sign_in

OPENS_IN = timedelta(seconds=12)


@pytest.fixture
def learner(app, client, database, live_server, page: Page) -> Page:
    """The browser of a learner whose lesson can be joined in some seconds."""
    starts_at = clock.now() + JOIN_BEFORE + OPENS_IN
    if clock.local(starts_at).date() != clock.today():
        pytest.skip("the lesson would be tomorrow's")
    with database.write() as session:
        person = make_person(session)
        online = {"delivery": Delivery.ONLINE, "join_url": "https://meet.example/a"}
        make_seat(session, make_class(session, first_at=starts_at, **online), person)
        person_id = person.id
    sign_in(client, person_id)
    cookie = client.get_cookie(app.config["SESSION_COOKIE_NAME"])
    page.context.add_cookies([{"name": cookie.key, "value": cookie.value, "url": live_server}])
    return page


def test_the_button_comes_without_reloading(learner: Page) -> None:
    learner.goto("/")
    button = learner.locator(".today-card").get_by_text("进入网上课堂")
    expect(button).to_have_count(0)
    learner.evaluate("window.isSame = true")
    expect(button).to_be_visible(timeout=40_000)
    assert learner.evaluate("window.isSame")
