"""No page's number of queries grows with its rows."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from flask import Flask
from sqlalchemy import event

from senior_univ import create_app
from tests.conftest import settings_for
from tests.databases import SQLiteDatabases
from tests.walking.demo import demo_app
from tests.walking.pages import Visit, Walk, rules_of
from tests.walking.saying import assert_nothing

ENDPOINTS = sorted({rule.endpoint for rule in rules_of(create_app(settings_for("sqlite://")), "GET")})
MOST = 25
"""More than any page asks; a page that needs more is to be thought over."""


@pytest.fixture(scope="session")
def crowded(sqlite: SQLiteDatabases) -> Iterator[Walk]:
    """The demo with a dozen more of everything, and four times as many learners."""
    app = demo_app(sqlite, "crowded", 4000, is_crowded=True)
    yield Walk(app)
    app.extensions["database"].engine.dispose()


@contextmanager
def counted(app: Flask) -> Iterator[list[str]]:
    statements: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_more: object) -> None:
        if not statement.startswith(("PRAGMA", "BEGIN")):
            statements.append(statement)

    engine = app.extensions["database"].engine
    event.listen(engine, "before_cursor_execute", note)
    yield statements
    event.remove(engine, "before_cursor_execute", note)


def queries(walk: Walk, visit: Visit) -> list[str]:
    with counted(walk.app) as statements:
        answer = walk.client(visit).get(visit.url)
    assert answer.status_code < 500
    return statements


@pytest.mark.parametrize("endpoint", ENDPOINTS)
def test_number_of_queries_stands_still(endpoint: str, walk: Walk, crowded: Walk) -> None:
    many = {visit.title: visit for visit in crowded.visits(endpoint)}
    problems = []
    for visit in walk.visits(endpoint):
        if visit.walker.name.startswith("new-") or visit.title not in many:
            continue
        few, more = queries(walk, visit), queries(crowded, many[visit.title])
        added = [statement for statement in more if more.count(statement) > max(2, few.count(statement))]
        if len(more) > len(few) + 2 or added or len(more) > MOST:
            worst = max(more, key=more.count) if more else ""
            problems.append(
                f"{visit.title} {visit.url}: {len(few)} → {len(more)}; {more.count(worst)} × {worst[:300]!r}"
            )
    assert_nothing(problems)
