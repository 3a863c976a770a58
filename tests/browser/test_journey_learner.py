"""A learner of 78 on her tablet: from the code on her phone to a seat, and out of it again."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from senior_univ.demo import stories
from tests.browser.town import Somebody, Town

pytestmark = pytest.mark.browser
New = Callable[..., Somebody]
FOUND = re.compile(r"\d+个班")


def finds_a_class(her: Somebody, subject: str = "太极", titles: str = "太极拳|八段锦") -> str:
    """Looks for a class of that subject without steps, and opens it; returns its title."""
    her.goes_to("/")
    her.taps("报名新课")
    her.sees_title("报名新课")
    her.taps("更改 科目")
    her.taps(subject)
    her.taps("更改 星期")
    her.taps("星期日")
    her.sees("这里暂时没有班")  # nobody teaches on Sundays
    her.taps("更改 星期")
    her.taps("哪天都行")
    her.taps("更改 地点")
    her.taps(re.compile("^邢台市"))
    her.taps("只看免台阶的")
    her.sees(FOUND)
    links = her.main.get_by_role("link").filter(has_text=re.compile(titles))
    title = links.first.inner_text().strip().splitlines()[0]
    links.first.click()
    her.sees_title(title)
    return title


def answers_the_questions(her: Somebody) -> None:
    """One question a page; she forgets an answer, and at the check she looks at the wheelchair again."""
    her.taps("报名这个班")
    her.sees_title("坐轮椅来上课吗")
    her.taps("下一步")
    her.sees("请选坐轮椅或者不坐轮椅。")
    her.ticks("不坐轮椅")
    her.taps("下一步")
    her.sees_title("上课提醒发到这个手机")
    her.ticks("对，就发到这个手机")
    her.taps("下一步")
    her.sees_title("请看看对不对")
    her.taps(re.compile("更改 .*轮椅"))
    her.ticks("不坐轮椅")
    her.taps("下一步")
    her.sees_title("请看看对不对")
    her.taps("确认报名")
    her.sees_title("报名成功")
    her.sees("报名编号")


def leaves_the_class(her: Somebody, title: str) -> None:
    her.goes_to("/my-classes")
    her.taps(re.compile(f"(退课|撤销报名) {title}"))
    her.sees(title)
    her.taps(re.compile("确认退课|确认撤销"))
    expect(her.main.get_by_role("status")).to_contain_text(f"已经不在《{title}》班里了")


def test_from_the_code_to_a_seat_and_out_of_it(somebody: New, town: Town) -> None:
    her = somebody()
    her.signs_in_with_code(town.phone_of(stories.LEARNER))
    her.sees_title("王秀英，您好")
    title = finds_a_class(her)
    answers_the_questions(her)
    her.sees(title)
    leaves_the_class(her, title)


def test_a_wrong_code_and_a_landline_are_answered_in_words(somebody: New) -> None:
    her = somebody()
    her.goes_to("/sign-in")
    her.types("您的手机号是多少", "0319-2020001")
    her.taps("发验证码给我")
    her.sees("座机")
    her.types("您的手机号是多少", "12345")
    her.taps("发验证码给我")
    expect(her.main.get_by_label("您的手机号是多少")).to_have_value("12345")
    her.types("您的手机号是多少", "138 1234 5678")
    her.taps("发验证码给我")
    her.types("短信里的验证码", "000 000")
    her.ticks("自己的")
    her.taps("下一步")
    her.sees("验证码不对")


def test_the_card_the_week_and_the_day(somebody: New) -> None:
    her = somebody()
    her.signs_in_as(stories.LEARNER)
    her.taps("我的课表")
    her.sees_title("我的课表")
    her.taps("下一周")
    her.sees("上一周")
    her.taps("只看一天")
    her.sees("看一周", "前一天")


def test_leave_from_one_lesson_and_back_again(somebody: New) -> None:
    her = somebody()
    her.signs_in_as(stories.LEARNER)
    her.taps("请假")
    her.sees_title("请假")
    her.taps(re.compile("^请假"))
    her.sees_title("这次课请假吗")
    her.ticks("要去看病")
    her.taps("确认请假")
    her.sees("已请假")
    undo = her.main.get_by_role("button", name="取消请假")
    count = undo.count()
    her.taps("取消请假")
    expect(undo).to_have_count(count - 1)


def test_she_asks_for_a_call_and_takes_it_back(somebody: New) -> None:
    her = somebody()
    her.signs_in_as(stories.LEARNER)
    her.taps("请人帮我")
    her.sees("打120")
    her.taps("请给我回电话")  # without saying what about
    her.sees("请")
    her.ticks("平板不会用")
    her.taps("请给我回电话")
    her.sees("我们会给您回电话")
    her.taps("不用打了")
    her.sees("请给我回电话")


def test_the_whole_way_without_javascript(somebody: New, town: Town) -> None:
    her = somebody(has_script=False)
    her.signs_in_with_code(town.phone_of_some_learner())
    finds_a_class(her)
    answers_the_questions(her)
