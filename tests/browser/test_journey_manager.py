"""A manager of a teaching site at her desk: a walk-in in under a minute, call-backs, a class, rosters and sheets."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from senior_univ.demo import stories
from tests.browser.town import Somebody

pytestmark = pytest.mark.browser
New = Callable[..., Somebody]
MOST_PAGES = 6


@pytest.fixture
def manager(somebody: New) -> Somebody:
    made = somebody()
    made.signs_in_as(stories.MANAGER)
    return made


def test_a_walk_in_is_enrolled_in_few_pages_and_has_her_slip(manager: Somebody) -> None:
    before = manager.pages_seen
    manager.taps("为人办理")
    manager.types("姓名、拼音，或者电话后四位", "孙大梅")
    manager.taps("查找")
    manager.taps("登记新学员")
    manager.types("姓名", "孙大梅")
    manager.types("出生年份", "1951")
    manager.types("村（社区）", "北关社区")
    manager.taps("下一步，选班")
    if manager.main.get_by_role("heading", level=1).inner_text().startswith("登记"):
        manager.ticks(re.compile("北关社区"))  # two places are called so
        manager.taps("下一步，选班")
    manager.sees_title("给孙大梅选班")
    manager.main.get_by_role("radio").first.check()
    manager.taps("报名，打印报名单")
    manager.sees_title("孙大梅")
    manager.sees("报名号", "第一次课")
    assert manager.pages_seen - before <= MOST_PAGES


def test_somebody_known_is_found_by_pinyin_and_by_the_end_of_her_phone(manager: Somebody) -> None:
    for typed in ("wangxiuying", "wxy", "王秀英"):
        manager.goes_to("/desk")
        manager.types("姓名、拼音，或者电话后四位", typed)
        manager.taps("查找")
        manager.sees("王秀英", "属鼠")  # two are called so: the year tells them apart


def test_a_call_back_is_closed_with_what_came_of_it(manager: Somebody) -> None:
    manager.taps("回电话")
    manager.taps(re.compile("^已打电话"))
    manager.taps("办结")
    manager.sees("请再看一下这几处")
    manager.types("通话情况和办理结果", "已帮她报上书法班")
    manager.taps("办结")
    manager.sees("已帮她报上书法班")


def test_a_class_is_opened_after_a_clash(manager: Somebody) -> None:
    manager.goes_to("/classes/new")
    manager.picks("课程", "八段锦")
    manager.picks("教师", "何平")
    manager.picks("教室", "一楼教室")
    manager.picks("星期几", "星期二")
    manager.types("几点开始", "08:30")
    manager.taps("开班")
    manager.sees("请再看一下这几处")
    expect(manager.main.get_by_label("几点开始")).to_have_value("08:30")
    manager.picks("星期几", "星期日")
    manager.types("几点开始", "11:45")
    manager.taps("开班")
    manager.sees_title("八段锦")
    manager.sees("何平", "星期日")


def test_roster_and_sign_in_sheet_are_printed(manager: Somebody) -> None:
    manager.taps(re.compile("^名册"))
    manager.sees_title("名册")
    manager.taps("签到表")
    manager.sees_title("签到表")
    manager.sees("签名")
    manager.taps("返回")
    manager.taps("打印名册")
    manager.sees("学员")
