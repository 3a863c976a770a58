"""The walk as tests ask for it; a conftest that imports these gives them to its folder."""

from collections.abc import Iterator

import pytest
from flask import Flask

from tests.conftest import seed
from tests.databases import SQLiteDatabases
from tests.walking.demo import demo_app
from tests.walking.pages import Walk

FEWEST_LEARNERS = 1000


@pytest.fixture(scope="session")
def sqlite(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SQLiteDatabases]:
    """Makes SQLite databases."""
    made = SQLiteDatabases(tmp_path_factory.mktemp("walk"), seed)
    yield made
    made.close()


@pytest.fixture(scope="session")
def walked_app(sqlite: SQLiteDatabases) -> Iterator[Flask]:
    """The application on the demo, which forgets what is posted to it."""
    app = demo_app(sqlite, "demo", FEWEST_LEARNERS)
    yield app
    app.extensions["database"].engine.dispose()


@pytest.fixture(scope="session")
def walk(walked_app: Flask) -> Walk:
    """Every page of it."""
    return Walk(walked_app)
