"""Every page opens, for everybody who may open it."""

import pytest

from senior_univ import create_app
from tests.conftest import settings_for
from tests.walking.pages import Walk, rules_of

ROUTES = sorted({rule.endpoint for rule in rules_of(create_app(settings_for("sqlite://")), "GET")})


@pytest.mark.parametrize("endpoint", ROUTES)
def test_page_opens_for_everybody_who_may_open_it(endpoint: str, walk: Walk) -> None:
    visits = walk.visits(endpoint)
    assert visits, "the demo has no row that fills this route's arguments: add one in tests/walking/situations.py"
    answers = {visit.title: walk.client(visit).get(visit.url, follow_redirects=True).status_code for visit in visits}
    assert {title: status for title, status in answers.items() if status != 200} == {}
