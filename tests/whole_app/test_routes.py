"""What holds for every route there is."""

import re

import pytest
from flask import Flask
from werkzeug.routing import Rule

from senior_univ import create_app
from senior_univ.core.pages import SECURITY_HEADERS
from senior_univ.core.permissions import Permission
from senior_univ.core.web import OPEN
from tests.conftest import settings_for
from tests.walking.pages import Visit, Walk, mark_of, rules_of
from tests.walking.serving import add_error_pages

APP = create_app(settings_for("sqlite://"))
SIGNED_BY_PROVIDER = {
    "reminders.signed_receipts",
    "reminders.signed_replies",
    "reminders.secret_receipts",
    "reminders.secret_replies",
}
"""No page of ours posts to these; there is nothing where that provider is not used."""
KEBAB = re.compile(r"/|(/(<[^>]+>|[a-z0-9]+(-[a-z0-9]+)*))+(\.[a-z]+)?")
GETS, POSTS = rules_of(APP, "GET"), rules_of(APP, "POST")


def by_rule(rules: list[Rule]) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("rule", rules, ids=lambda rule: f"{rule.endpoint}{rule.rule}")


def any_address(rule: Rule) -> str:
    """An address of that route, whatever it shows."""
    return re.sub(r"<[^>]+>", "1", rule.rule)


def test_every_route_has_one_mark() -> None:
    marks = {rule.endpoint: mark_of(APP, rule.endpoint) for rule in GETS + POSTS}
    assert {endpoint for endpoint, mark in marks.items() if mark != OPEN and not isinstance(mark, Permission)} == set()


def test_every_address_is_kebab_case() -> None:
    assert [rule.rule for rule in GETS + POSTS if not KEBAB.fullmatch(rule.rule)] == []


@by_rule(POSTS)
def test_a_form_without_its_token_is_refused(rule: Rule, walk: Walk) -> None:
    visits = walk.visits(rule.endpoint, "POST")
    assert visits, "the demo has no row that fills this route's arguments: add one in tests/walking/situations.py"
    statuses = {walk.client(visit).post(visit.url).status_code for visit in visits}
    assert statuses <= ({403, 404} if rule.endpoint in SIGNED_BY_PROVIDER else {400})


@by_rule([rule for rule in GETS if mark_of(APP, rule.endpoint) != OPEN])
def test_a_stranger_is_sent_to_sign_in(rule: Rule, walked_app: Flask) -> None:
    answer = walked_app.test_client().get(any_address(rule))
    assert answer.status_code == 302
    assert answer.location.startswith("/sign-in?next=/")


@by_rule([rule for rule in GETS if mark_of(APP, rule.endpoint) not in {OPEN, Permission.LEARN}])
def test_a_learner_may_not_see_the_pages_of_staff(rule: Rule, walk: Walk) -> None:
    learner = walk.people["learner"]
    visit = Visit(rule.endpoint, any_address(rule), learner, learner.session or {})
    assert walk.client(visit).get(visit.url).status_code == 403


def test_every_kind_of_answer_has_the_strict_headers(walked_app: Flask, walk: Walk) -> None:
    client = walked_app.test_client()
    answers = {
        "page": client.get("/sign-in"),
        "redirect": client.get("/my-learning"),
        "not found": client.get("/no-such-page"),
        "wrong method": client.post("/find"),
        "no token": client.post("/sign-in"),
        "wrong host": client.get("/", headers={"Host": "elsewhere.example"}),
        "static": client.get("/static/css/site.css"),
        "missing static": client.get("/static/css/no-such.css"),
        "health": client.get("/healthz"),
    }
    wrong = {
        (kind, name)
        for kind, answer in answers.items()
        for name, value in SECURITY_HEADERS.items()
        if answer.headers.get(name) != value
    }
    for answer in answers.values():
        answer.close()
    assert wrong == set()


def test_error_pages_have_the_strict_headers() -> None:
    app = create_app(settings_for("sqlite://"))
    add_error_pages(app)
    client = app.test_client()
    for status in (400, 403, 404, 409, 413, 500, 503):
        answer = client.get(f"/wrong/{status}")
        assert answer.status_code == status
        assert {name: answer.headers.get(name) for name in SECURITY_HEADERS} == SECURITY_HEADERS


def test_no_page_of_a_person_is_kept_by_anybody(walk: Walk) -> None:
    visit = walk.shown_by("home.my_learning")[0]
    assert walk.client(visit).get(visit.url).headers["Cache-Control"] == "no-store"
