from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, Page

from tests.browser.town import Somebody, Town, town_at
from tests.browser.views import Window
from tests.chromium import chromium
from tests.databases import Databases, SQLiteDatabases
from tests.walking.demo import demo_app
from tests.walking.fixtures import FEWEST_LEARNERS, sqlite
from tests.walking.pages import Walk
from tests.walking.serving import add_error_pages, served

__all__ = ["sqlite"]


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Chromium, one for all tests of a worker."""
    with chromium() as browser:
        yield browser


@pytest.fixture
def page(browser: Browser, live_server: str) -> Iterator[Page]:
    """A page of a new visitor; paths are those of ``live_server``."""
    context = browser.new_context(base_url=live_server, locale="zh-CN", timezone_id="Asia/Shanghai")
    yield context.new_page()
    context.close()


@pytest.fixture(scope="session")
def town(databases: Databases) -> Iterator[Town]:
    """The demo, served; all journeys of a worker share it."""
    with town_at(databases.clone("town")) as town:
        yield town


@pytest.fixture
def somebody(browser: Browser, town: Town) -> Iterator[Callable[..., Somebody]]:
    """Makes people, each with a browser of her own."""
    made: list[Somebody] = []

    def make(**options: bool) -> Somebody:
        made.append(Somebody(browser, town, **options))
        return made[-1]

    yield make
    for each in made:
        each.context.close()


@pytest.fixture(scope="session")
def gate_walk(sqlite: SQLiteDatabases) -> Iterator[Walk]:
    """Every page of the demo, error pages included, of an application that forgets what is posted to it."""
    app = demo_app(sqlite, "gate", FEWEST_LEARNERS)
    add_error_pages(app)
    yield Walk(app)
    app.extensions["database"].engine.dispose()


@pytest.fixture(scope="session")
def gate_server(gate_walk: Walk) -> Iterator[str]:
    """The base URL of that application."""
    with served(gate_walk.app) as base:
        yield base


@pytest.fixture(scope="session")
def window(browser: Browser, gate_walk: Walk, gate_server: str) -> Window:
    """The window in which the gate opens its pages."""
    return Window(browser, gate_walk.app, gate_server)
