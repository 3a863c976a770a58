"""A daughter far away: her mother says yes on her own screen, and sees afterwards what was done for her."""

import re
from collections.abc import Callable

import pytest

from senior_univ.demo import stories
from tests.browser.test_journey_learner import finds_a_class
from tests.browser.town import Somebody, Town

pytestmark = pytest.mark.browser
RIGHTS = ("看课表和班级", "请假", "报名", "退课")


def is_let_help(mother: Somebody, name: str, phone: str) -> None:
    """The mother gives the right on her own signed-in screen; a number that is none and nothing ticked are refused."""
    mother.taps("家人帮我")
    mother.taps("让家人帮我")
    mother.types("姓名", name)
    mother.types("手机号", "123")
    mother.ticks("女儿")
    mother.taps("下一步")
    mother.sees("请再看一下这几处")
    mother.types("手机号", phone)
    mother.taps("下一步")
    mother.sees_title("可以替您做什么")
    for right in RIGHTS:
        mother.main.get_by_label(right, exact=True).uncheck()
    mother.taps("我同意")
    mother.sees("请再看一下这几处")
    for right in RIGHTS:
        mother.main.get_by_label(right, exact=True).check()
    mother.ticks("一年")
    mother.taps("我同意")
    mother.sees("谁可以帮我", name)


def test_what_she_does_for_her_mother_is_seen_by_her_mother(somebody: Callable[..., Somebody], town: Town) -> None:
    mother, daughter = somebody(), somebody()
    mother.signs_in_as(stories.LEARNER)
    mother.taps("家人帮我")
    mother.taps(re.compile("不让.*帮了"))
    mother.goes_to("/")
    is_let_help(mother, "李婷", town.phone_of(stories.DAUGHTER))

    daughter.signs_in_with_code(town.phone_of(stories.DAUGHTER))
    daughter.taps("帮家人办理")
    daughter.taps("现在帮王秀英办理")
    daughter.sees("您正在帮 王秀英 办理")
    title = finds_a_class(daughter, "手机使用", "手机")
    daughter.taps("报名这个班")
    daughter.ticks("不坐轮椅")
    daughter.taps("下一步")
    daughter.ticks("对，就发到这个手机")
    daughter.taps("下一步")
    daughter.taps("确认报名")
    daughter.sees_title("报名成功")
    daughter.goes_to("/my-leave")
    daughter.taps(re.compile("^请假 "))
    daughter.ticks("身体不舒服")
    daughter.taps("确认请假")
    daughter.sees("已请假")
    daughter.taps("结束")
    daughter.does_not_see("您正在帮")

    mother.goes_to("/my-record")
    mother.sees("李婷办的", "报名上课", "请假")
    mother.goes_to("/my-classes")
    mother.sees(title)


def test_she_cannot_help_before_her_mother_said_yes(somebody: Callable[..., Somebody], town: Town) -> None:
    stranger = somebody()
    stranger.signs_in_as(stories.OFFICER)
    stranger.goes_to("/family/ask")
    stranger.types("老人的姓名", "王秀英")
    stranger.types("老人的电话号码", town.phone_of(stories.LEARNER))
    stranger.ticks("女儿")
    stranger.main.get_by_role("button").first.click()
    stranger.sees("老人还没有决定")
    assert stranger.main.get_by_role("button", name=re.compile("现在帮")).count() == 0
