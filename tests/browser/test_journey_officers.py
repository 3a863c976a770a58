"""A county officer sees her county and nobody's name; the administrator makes what everybody works in."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from senior_univ.demo import stories
from tests.browser.town import Somebody

pytestmark = pytest.mark.browser
New = Callable[..., Somebody]
SITE = "东街新教学站"


def test_a_county_officer_sees_counts_of_her_own_county(somebody: New) -> None:
    her = somebody()
    her.signs_in_with_password(stories.OFFICER)
    her.taps("看本辖区")
    her.sees("北关社区教学站", "泉北夕阳红养老院")
    her.does_not_see("王秀英")
    her.does_not_see("信都区老年大学")
    her.taps(re.compile("^覆盖"))
    her.sees("南长街街道")
    her.goes_to("/homes")
    her.sees_title("您不能看这一页")


def saves(admin: Somebody) -> None:
    """Saves; where several places are called the same, takes the first."""
    admin.taps("保存")
    admin.page.wait_for_load_state()
    which = admin.main.get_by_role("group", name="是哪一个")
    if which.count():
        which.get_by_role("radio").first.check()
        admin.taps("保存")


def adds_a_site(admin: Somebody) -> None:
    """With a place that nobody knows at first."""
    admin.goes_to("/organisations/new")
    admin.types("单位名称", SITE)
    admin.picks("类别", "教学站")
    admin.types("所在地", "没有这个村")
    admin.taps("保存")
    admin.sees("这里没有找到“没有这个村”")
    expect(admin.main.get_by_label("单位名称")).to_have_value(SITE)
    admin.types("所在地", "北关社区")
    saves(admin)
    admin.sees_title(SITE)


def adds_a_room(admin: Somebody) -> None:
    """A room for nobody is refused."""
    admin.taps("添加场地")
    admin.types("场地名称", "东街院")
    admin.types("村（社区）", "北关社区")
    saves(admin)
    admin.taps(re.compile("^添加教室"))
    admin.types("教室名称", "一楼教室")
    admin.types("可容纳人数", "0")
    admin.taps("保存")
    admin.sees("请再看一下这几处")
    admin.types("可容纳人数", "25")
    admin.taps("保存")
    admin.sees_title(SITE)
    admin.sees("一楼教室")


def adds_a_course_and_a_teacher(admin: Somebody) -> None:
    admin.goes_to("/courses/new")
    admin.types("课程名称", "二胡入门")
    admin.picks("科目", "唱歌")
    admin.picks("开课单位", SITE)
    admin.taps("保存")
    admin.sees("二胡入门")
    admin.goes_to("/teachers/new")
    admin.taps("添加新人员")
    admin.types("姓名", "冯春生")
    admin.types("村（社区）", "北关社区")
    admin.picks("任教单位", SITE)
    admin.ticks("志愿者")
    admin.ticks("唱歌")
    admin.ticks("已承诺不推销、不收钱")
    saves(admin)
    admin.sees_title("冯春生可以上课的时间")
    admin.ticks("星期四")
    admin.types(re.compile("^从"), "08:00")
    admin.types(re.compile("^到"), "12:00")
    admin.taps("添加")
    admin.sees("上午8:00")


def adds_a_manager(admin: Somebody) -> None:
    """A password that is easy to guess is refused."""
    admin.goes_to("/roles/new")
    admin.types("姓名", "高凤英")
    admin.types("登录名", "gao.fengying")
    admin.types("初始密码", "1234567890")
    admin.picks("单位", SITE)
    admin.picks("角色", "教学站")
    admin.main.locator("button.button").last.click()
    admin.sees("请再看一下这几处")
    admin.types("初始密码", "dongjie-erhu-26")
    admin.main.locator("button.button").last.click()
    admin.sees("账号开好了")


def test_the_administrator_makes_a_site_whose_manager_can_work(somebody: New) -> None:
    admin, manager = somebody(), somebody()
    admin.signs_in_with_password(stories.ADMINISTRATOR)
    adds_a_site(admin)
    adds_a_room(admin)
    adds_a_course_and_a_teacher(admin)
    adds_a_manager(admin)
    manager.goes_to("/sign-in/staff")
    manager.types("登录名或手机号", "gao.fengying")
    manager.types("密码", "dongjie-erhu-26")
    manager.main.get_by_role("button", name="登录", exact=True).click()
    manager.sees(SITE)
    manager.goes_to("/classes/new")
    manager.picks("课程", "二胡入门")
    manager.picks("教师", "冯春生")
    manager.picks("教室", "一楼教室")
    manager.picks("星期几", "星期四")
    manager.types("几点开始", "09:00")
    manager.taps("开班")
    manager.sees("二胡入门", "冯春生")


def test_the_administrator_enters_a_resident(somebody: New) -> None:
    admin = somebody()
    admin.signs_in_as(stories.ADMINISTRATOR)
    admin.goes_to("/homes")
    admin.taps("泉北夕阳红养老院")
    admin.taps("登记入住")
    admin.types("姓名", "石玉兰")
    admin.types("出生年份", "2090")
    admin.picks("护理区", "二楼护理区")
    admin.main.locator("button.button").last.click()
    admin.sees("请再看一下这几处")
    admin.types("出生年份", "1940")
    admin.main.locator("button.button").last.click()
    admin.sees("石玉兰", "二楼护理区")
