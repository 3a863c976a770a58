"""Pictures of the pages, to be looked at: all of them by ``make screens``, a few in every run."""

import os

import pytest

from tests.browser.test_gate import ENDPOINTS
from tests.browser.views import View, Window
from tests.servers import ROOT
from tests.walking.pages import Walk

pytestmark = [pytest.mark.browser, pytest.mark.screens]

FOLDER = ROOT / "build/screens"
VIEWS = (
    View("largest", "light", "zh_CN", 800),
    View("large", "light", "zh_CN", 320),
    View("standard", "light", "zh_CN", 1280),
)
MAIN = [
    "accounts.sign_in",
    "enrolment.class_page",
    "enrolment.find_class",
    "enrolment.my_week",
    "home.home",
    "timetable.week",
]
CHOSEN = ENDPOINTS if os.environ.get("SCREENS") == "all" else MAIN


@pytest.mark.parametrize("endpoint", CHOSEN)
def test_picture(endpoint: str, gate_walk: Walk, window: Window) -> None:
    FOLDER.mkdir(parents=True, exist_ok=True)
    for visit in gate_walk.shown_by(endpoint):
        for view in VIEWS:
            file = FOLDER / f"{visit.title}-{view.width}.png"
            window.open(visit, view).screenshot(path=file, full_page=True)
            assert file.stat().st_size > 0
