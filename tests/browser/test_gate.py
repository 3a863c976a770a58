"""The accessibility gate: every page there is, seen in many ways."""

import pytest
from playwright.sync_api import Browser, Page

from senior_univ import create_app
from tests.browser.looking import look, tab_through
from tests.browser.views import every_pair, opened, views_of
from tests.chromium import axe_problems
from tests.conftest import settings_for
from tests.walking.pages import Visit, Walk, rules_of
from tests.walking.serving import ERROR_PAGES

pytestmark = [pytest.mark.browser, pytest.mark.gate]

ENDPOINTS = sorted({rule.endpoint for rule in rules_of(create_app(settings_for("sqlite://")), "GET")})


def examine(page: Page) -> list[str]:
    """Everything that is wrong with the page as it stands."""
    return [*axe_problems(page), *look(page), *tab_through(page)]


@pytest.mark.parametrize("endpoint", ENDPOINTS)
def test_page(endpoint: str, gate_walk: Walk, gate_server: str, browser: Browser) -> None:
    shown = [(visit, view) for visit in gate_walk.shown_by(endpoint) for view in views_of(visit.name)]
    empty = [(visit, every_pair()[0]) for visit in gate_walk.with_nothing(endpoint)]
    problems = []
    for visit, view in shown + empty:
        with opened(browser, gate_walk.app, gate_server, visit, view) as page:
            problems += [f"{visit.title} {view}: {words}" for words in examine(page)]
    assert problems == []


@pytest.mark.parametrize("name", ERROR_PAGES)
@pytest.mark.parametrize("who", ["stranger", "learner", "manager"])
def test_error_page(name: str, who: str, gate_walk: Walk, gate_server: str, browser: Browser) -> None:
    walker = gate_walk.people[who]
    visit = Visit(f"error-{name}", f"/wrong/{name}", walker, walker.session or {})
    problems = []
    for view in views_of(f"{name}-{who}"):
        with opened(browser, gate_walk.app, gate_server, visit, view) as page:
            problems += [f"{view}: {words}" for words in examine(page)]
    assert problems == []
