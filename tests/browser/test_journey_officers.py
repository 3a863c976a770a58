"""A county officer sees her county and nobody's name; the administrator makes what everybody works in."""

import re
from collections.abc import Callable

import pytest

from senior_univ.demo import stories
from tests.browser.town import Somebody

pytestmark = pytest.mark.browser
New = Callable[..., Somebody]


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


def test_the_administrator_makes_a_site_that_works(somebody: New) -> None:
    admin = somebody()
    admin.signs_in_with_password(stories.ADMINISTRATOR)
    admin.goes_to("/organisations/new")
    admin.main.get_by_role("button").last.click()
    admin.sees("请再看一下这几处")
