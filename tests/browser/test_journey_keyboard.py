"""Enrolling with the keyboard alone: Tab, space, arrows and Enter."""

from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from senior_univ.demo import stories
from tests.browser.town import Somebody

pytestmark = pytest.mark.browser
MOST_TABS = 120


def tab_to(her: Somebody, words: str) -> None:
    """Presses Tab until what is focused says these words."""
    for _press in range(MOST_TABS):
        her.page.keyboard.press("Tab")
        said = her.page.evaluate(
            "() => { const at = document.activeElement; return (at.closest('label') || at).innerText || at.ariaLabel || '' }"
        )
        if words in said:
            return
    raise AssertionError(f"Tab never came to {words!r} on {her.page.url}")


def presses(her: Somebody, words: str) -> None:
    tab_to(her, words)
    with her.page.expect_navigation():
        her.page.keyboard.press("Enter")


def test_enrolling_by_keyboard_alone(somebody: Callable[..., Somebody]) -> None:
    her = somebody()
    her.signs_in_as(stories.CITY_OFFICER)
    her.goes_to("/find?subject=taichi&step_free=1")
    her.page.keyboard.press("Tab")
    her.page.keyboard.press("Enter")  # 跳到正文
    expect(her.main).to_be_focused()
    presses(her, her.main.get_by_role("listitem").get_by_role("link").first.inner_text().splitlines()[0])
    presses(her, "报名这个班")
    her.sees_title("坐轮椅来上课吗")
    tab_to(her, "坐轮椅")
    her.page.keyboard.press("ArrowDown")
    presses(her, "下一步")
    her.sees_title("上课提醒发到这个手机")
    tab_to(her, "对，")
    her.page.keyboard.press("Space")
    presses(her, "下一步")
    her.sees_title("请看看对不对")
    presses(her, "确认报名")
    her.sees_title("报名成功")
