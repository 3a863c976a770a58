"""The accessibility gate: every page there is, seen in many ways."""

from collections.abc import Iterator

import pytest

from senior_univ import create_app
from tests.browser.looking import look, tab_through
from tests.browser.views import ALL_VIEWS, View, Window, every_pair, views_of
from tests.chromium import axe_problems
from tests.conftest import settings_for
from tests.walking.pages import Visit, Walk, pages_of, rules_of
from tests.walking.saying import assert_nothing
from tests.walking.serving import ERROR_PAGES

pytestmark = [pytest.mark.browser, pytest.mark.gate]

APP = create_app(settings_for("sqlite://"))
ENDPOINTS = pages_of(APP)
WITH_FORMS = sorted({rule.endpoint for rule in rules_of(APP, "POST")} & set(ENDPOINTS))
FORMS = "[...document.querySelectorAll('main form[method=post]')].filter(form => form.querySelector('input:not([type=hidden]), select, textarea'))"
COUNT_FORMS = f"() => {FORMS}.length"
SEND_EMPTY = f"""number => {{
    const form = {FORMS}[number];
    for (const field of form.querySelectorAll("input:not([type=hidden]), select, textarea")) {{
        if (field.type === "radio" || field.type === "checkbox") field.checked = false;
        else field.value = "";
    }}
    form.requestSubmit();
}}"""


def examine(window: Window, visit: Visit, views: list[View]) -> Iterator[str]:
    """Everything that is wrong with the page, seen so; the way through it is walked where the text is largest."""
    for view, page in window.look_at(visit, views):
        problems = [*axe_problems(page), *look(page)]
        if ALL_VIEWS or view == every_pair()[0]:
            problems += tab_through(page)
        yield from (f"{visit.title} {view}: {words}" for words in problems)


@pytest.mark.parametrize("endpoint", ENDPOINTS)
def test_page(endpoint: str, gate_walk: Walk, window: Window) -> None:
    shown = [(visit, views_of(visit.name)) for visit in gate_walk.shown_by(endpoint)]
    empty = [(visit, every_pair()[:1]) for visit in gate_walk.with_nothing(endpoint)]
    assert_nothing(words for visit, views in shown + empty for words in examine(window, visit, views))


@pytest.mark.parametrize("who", ["stranger", "learner", "manager"])
@pytest.mark.parametrize("name", ERROR_PAGES)
def test_error_page(name: str, who: str, gate_walk: Walk, window: Window) -> None:
    walker = gate_walk.people[who]
    visit = Visit(f"error-{name}", f"/wrong/{name}", walker, walker.session or {})
    views = views_of(name) if who == "learner" else every_pair()[:1]
    assert_nothing(examine(window, visit, views))


@pytest.mark.parametrize("endpoint", WITH_FORMS)
def test_form_sent_empty(endpoint: str, gate_walk: Walk, window: Window) -> None:
    view = every_pair()[0]
    problems = []
    for visit in gate_walk.shown_by(endpoint):
        page = window.open(visit, view)
        for number in range(page.evaluate(COUNT_FORMS)):
            if number:
                window.open(visit, view)
            with page.expect_navigation():
                page.evaluate(SEND_EMPTY, number)
            problems += [f"{visit.title}: {words}" for words in [*axe_problems(page), *look(page)]]
    assert_nothing(problems)
