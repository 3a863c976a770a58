"""A form of the staff's left half-filled, in real Chromium: kept by itself, offered again, gone when sent or thrown away."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from senior_univ.core.permissions import Role
from tests.factories import make_home, make_staff
from tests.signing_in import sign_in


@pytest.fixture
def home(database) -> tuple[int, int]:
    """A home, and whoever keeps its residents."""
    with database.write() as session:
        made = make_home(session)
        return made.id, make_staff(session, Role.CARE_SCHEDULER, made).id


@pytest.fixture
def elsewhere(browser: Browser, live_server: str) -> Iterator[Page]:
    """A page of another device."""
    context = browser.new_context(base_url=live_server, locale="zh-CN", timezone_id="Asia/Shanghai")
    yield context.new_page()
    context.close()


def opens(page: Page, app, client, live_server: str, home: tuple[int, int]) -> None:
    sign_in(client, home[1])
    cookie = client.get_cookie(app.config["SESSION_COOKIE_NAME"])
    page.context.add_cookies([{"name": cookie.key, "value": cookie.value, "url": live_server}])
    page.goto(f"/homes/{home[0]}/residents/new")


def fills_half(page: Page) -> None:
    """Types two fields and does not send them; waits until the page says that they are kept."""
    page.locator("input[name=name]").fill("王秀英")
    page.locator("input[name=birth_year]").fill("1944")
    page.locator("input[name=phone]").focus()
    expect(page.locator("[data-kept]")).to_have_text("已保存")


def offer(page: Page) -> Locator:
    return page.locator(".notice", has=page.get_by_role("link", name="接着填"))


def test_what_was_typed_is_offered_again_on_another_device_and_gone_once_it_is_sent(
    page, elsewhere, app, client, live_server, home
):
    opens(page, app, client, live_server, home)
    expect(offer(page)).to_have_count(0)
    fills_half(page)
    page.goto("/")  # left without sending
    opens(elsewhere, app, client, live_server, home)
    offer(elsewhere).get_by_role("link").click()
    expect(elsewhere.locator("input[name=name]")).to_have_value("王秀英")
    expect(elsewhere.locator("input[name=birth_year]")).to_have_value("1944")
    elsewhere.locator("main form[method=post] button[type=submit]:not([data-keep])").last.click()
    elsewhere.wait_for_url(lambda url: not url.partition("?")[0].endswith("/new"))
    opens(elsewhere, app, client, live_server, home)
    expect(offer(elsewhere)).to_have_count(0)


def test_what_was_kept_can_be_thrown_away(page, app, client, live_server, home):
    opens(page, app, client, live_server, home)
    fills_half(page)
    opens(page, app, client, live_server, home)
    offer(page).get_by_role("button").click()
    expect(offer(page)).to_have_count(0)
    expect(page.locator("input[name=name]")).to_have_value("")
