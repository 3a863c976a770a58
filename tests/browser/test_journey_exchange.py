"""A care home asks a site for a class; the site offers, the home agrees, schedules it and enrols its residents."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from senior_univ.demo import stories
from tests.browser.town import Somebody

pytestmark = pytest.mark.browser
New = Callable[..., Somebody]


def asks_for_a_class(scheduler: Somebody) -> None:
    """For Saturdays, when nobody teaches; how many come is forgotten at first."""
    scheduler.goes_to("/")
    scheduler.taps("送课申请")
    scheduler.taps("申请送课")
    scheduler.types("站点名称或地名", "北关")
    scheduler.taps("查找")
    scheduler.taps("选择 北关社区教学站")
    scheduler.picks("科目", "书法")
    scheduler.types("其中坐轮椅的有几位", "2")
    scheduler.ticks("星期六")
    scheduler.types(re.compile("^从"), "09:00")
    scheduler.types(re.compile("^到"), "11:30")
    scheduler.taps("下一步：核对")
    scheduler.sees("请填写数字。")
    expect(scheduler.main.get_by_label("其中坐轮椅的有几位")).to_have_value("2")
    scheduler.types("多少位老人来上课", "10")
    scheduler.taps("下一步：核对")
    scheduler.sees_title("请核对一下")
    scheduler.taps("发出申请")
    scheduler.sees("等教学站点答复")


def offers_it(manager: Somebody) -> None:
    """The site's manager first proposes a Monday, which the home did not ask for; then a teacher and a time that fit."""
    manager.taps("送课申请")
    manager.taps(re.compile("^书法"))
    manager.taps("给出方案")
    manager.taps("发出方案")
    manager.sees("请选择课程。")
    manager.picks("课程", "楷书|隶书|硬笔")
    manager.picks("教师", "何平")
    manager.picks("星期几", "星期六")
    manager.types("开始时间", "09:30")
    manager.types("站点自带的材料", "笔墨纸砚")
    manager.taps("发出方案")
    manager.sees("等养老机构答复")


def they_settle_on_a_later_time(scheduler: Somebody, manager: Somebody) -> None:
    """The home sends the offer back unchanged by mistake, then asks for half an hour later; the site agrees."""
    scheduler.page.reload()
    scheduler.sees("笔墨纸砚")
    scheduler.taps("提出修改")
    scheduler.taps("发出修改")
    scheduler.sees("和原方案一样")
    scheduler.types("开始时间", "10:00")
    scheduler.types("简单说明原因", "九点半护理员交接班")
    scheduler.taps("发出修改")
    scheduler.sees("等教学站点答复")
    manager.page.reload()
    manager.sees("改了什么")
    manager.sees("九点半护理员交接班")
    manager.taps("同意")
    manager.sees("合作协议")
    manager.sees("不推销、不收钱")


def schedules_it(scheduler: Somebody) -> str:
    """First into the residents' nap, then on a Saturday morning; returns the course's title."""
    scheduler.goes_to("/agreements")
    scheduler.taps(re.compile("楷书|隶书|硬笔"))
    scheduler.taps("排课")
    scheduler.picks("本院的活动室", "一楼活动室")
    scheduler.types("开始时间", "12:30")
    scheduler.taps("排课")
    scheduler.sees(re.compile("午睡|午休"))
    scheduler.types("开始时间", "09:30")
    scheduler.taps("排课")
    scheduler.sees_title("请核对一下")
    scheduler.taps("排课")
    return scheduler.main.get_by_role("heading", level=1).inner_text()


def test_from_asking_to_the_printed_week(somebody: New) -> None:
    scheduler, manager = somebody(), somebody()
    scheduler.signs_in_with_password(stories.SCHEDULER)
    scheduler.taps("看入住老人")
    scheduler.sees("一楼护理区")
    scheduler.taps("作息表")
    scheduler.sees_title("作息")
    asks_for_a_class(scheduler)
    manager.signs_in_with_password(stories.MANAGER)
    offers_it(manager)
    they_settle_on_a_later_time(scheduler, manager)
    schedules_it(scheduler)
    scheduler.taps("给老人报名")
    scheduler.taps("看看谁能报上")  # nobody is ticked
    scheduler.sees_title("给老人报名")
    boxes = scheduler.main.locator("input[name=people]")
    for number in range(3):
        boxes.nth(number).check()
    scheduler.taps("看看谁能报上")
    scheduler.sees_title("请看看对不对")
    scheduler.taps("对，给他们报名")
    scheduler.sees_title("已报名")
    scheduler.sees("3位")
    scheduler.goes_to("/week")
    scheduler.taps("打印")
    scheduler.sees_title("一周课表")


def test_residents_are_fetched_and_a_class_that_is_over_is_judged(somebody: New) -> None:
    """The home ticks nobody at first, then somebody; the list is printed. Then it says how a class was that is over."""
    scheduler = somebody()
    scheduler.signs_in_with_password(stories.SCHEDULER)
    scheduler.taps("送课申请")
    scheduler.taps("接送上课")
    scheduler.main.get_by_role("row", name="等养老机构答复").get_by_role("link").first.click()
    scheduler.taps("选哪几位去")
    scheduler.taps("看看谁能报上")
    scheduler.sees("请至少勾选一位老人。")
    scheduler.main.locator("input[name=people]").first.check()
    scheduler.taps("看看谁能报上")
    scheduler.taps("给他们报名")
    scheduler.taps("打印接送名单")
    scheduler.sees_title("接送名单")
    scheduler.goes_to("/agreements")
    row = scheduler.main.get_by_role("row", name="已结束：请评价")
    row.get_by_role("link").first.click()
    scheduler.taps("去评价")
    scheduler.taps("提交")
    scheduler.sees("请选一项。")
    scheduler.ticks("满意，愿意再合作")
    scheduler.taps("提交")
    scheduler.sees("满意，愿意再合作")
