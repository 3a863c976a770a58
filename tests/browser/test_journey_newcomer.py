"""Anyone new: an unknown phone leads to name, birth, village; a daughter enters her mother, who has no phone."""

import re
from collections.abc import Callable

import pytest

from tests.browser.town import Somebody

pytestmark = pytest.mark.browser
New = Callable[..., Somebody]


def chooses_village(her: Somebody) -> None:
    """First a place that nobody knows, then 北关."""
    her.types(re.compile("村|社区|地名|名称"), "没有这个地方")
    her.taps("查找")
    her.types(re.compile("村|社区|地名|名称"), "北关")
    her.taps("查找")
    her.ticks(re.compile("北关社区"))
    her.taps("下一步")


def test_somebody_new_enters_herself(somebody: New) -> None:
    her = somebody()
    her.signs_in_with_code("13900001001")
    her.sees_title("谁要来上课")
    her.ticks("我自己")
    her.taps("下一步")
    her.types("您叫什么名字", "赵桂芳")
    her.taps("下一步")
    her.types("年", "2090")
    her.taps("下一步")
    her.sees("请再看一下这几处")
    her.types("年", "1950")
    her.taps("下一步")
    chooses_village(her)
    her.sees_title("请核对")
    her.sees("赵桂芳", "1950", "北关社区")
    her.taps("都对")
    her.sees_title("欢迎您，赵桂芳")
    her.taps("报名新课")
    her.sees_title("报名新课")


def test_a_daughter_enters_her_mother_who_has_no_phone(somebody: New) -> None:
    her = somebody()
    her.signs_in_with_code("13900001002")
    her.ticks(re.compile("我为父母"))
    her.taps("下一步")
    her.types("您叫什么名字", "孙丽")
    her.taps("下一步")
    her.ticks("女儿")
    her.taps("下一步")
    her.types("老人叫什么名字", "周玉珍")
    her.taps("下一步")
    her.types("年", "1944")
    her.taps("下一步")
    chooses_village(her)
    her.sees_title("老人自己有电话吗")
    her.taps("下一步")
    her.sees_title("请核对")
    her.sees("没有电话", "周玉珍")
    her.taps(re.compile("更改 老人叫什么名字"))
    her.types("老人叫什么名字", "周玉贞")
    her.taps("下一步")
    her.taps("都对")
    her.sees_title("欢迎您，孙丽")
    her.sees("周玉贞")
