"""A page that is turned to another size, other colours or another width is the page that the server would send."""

import re

import pytest

from tests.browser.views import View, Window, every_pair
from tests.servers import ROOT
from tests.walking.pages import Visit, Walk

pytestmark = pytest.mark.browser

SOME = ["accounts.profile", "accounts.sign_in", "enrolment.find_class", "home.home", "timetable.week"]
TOKEN = re.compile(r'(<input[^>]* name="csrf_token"[^>]* value=)"[^"]+"')


def html(window: Window) -> str:
    return TOKEN.sub(r"\1", window.page.evaluate("() => document.documentElement.outerHTML"))


def html_served(window: Window, visit: Visit, view: View) -> str:
    window.open(visit, view)
    return html(window)


@pytest.mark.parametrize("endpoint", SOME)
def test_a_page_that_is_turned_is_the_page_as_served(endpoint: str, gate_walk: Walk, window: Window) -> None:
    visit = gate_walk.shown_by(endpoint)[0]
    turned = {view: html(window) for view, _page in window.look_at(visit, every_pair())}
    assert turned == {view: html_served(window, visit, view) for view in every_pair()}


def test_nothing_else_knows_of_sizes_and_colours() -> None:
    """So that nothing of other pages can depend on them but what is turned."""
    files = [*(ROOT / "templates").rglob("*.html"), *(ROOT / "senior_univ").rglob("*/views/*.py")]
    knowing = {str(file.relative_to(ROOT)) for file in files if re.search("page_(size|theme)", file.read_text())}
    assert knowing == {
        "senior_univ/enrolment/views/joining.py",  # enrolment.home_screen
        "templates/_layout/footer.html",
        "templates/_layout/header.html",
        "templates/_layout/page.html",
        "templates/accounts/profile.html",
    }
