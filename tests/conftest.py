"""What every test may ask for: a database of each kind, the application on it, a client, a server, a clock."""

import gc
import signal
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import replace
from datetime import datetime
from typing import Any, NoReturn
from zoneinfo import ZoneInfo

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import make_url
from sqlalchemy.orm import Session

from config import Settings
from senior_univ import create_app
from senior_univ.core.db import Database
from tests.compiled import TEMPLATES, engines_share_statements, routes_compiled_once
from tests.databases import Databases, PostgreSQLDatabases, SQLiteDatabases, server_given, throwaway_cluster
from tests.servers import serve

KINDS = ("sqlite", "postgresql")
TUESDAY_MORNING = datetime(2026, 3, 10, 9, tzinfo=ZoneInfo("Asia/Shanghai"))
CLUSTER = pytest.StashKey[ExitStack]()
SERVER = pytest.StashKey[str]()


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--database", choices=(*KINDS, "both"), default="both", help="what tests run on (default: both)")


def pytest_configure(config: pytest.Config) -> None:
    config.stash[CLUSTER] = ExitStack()
    if not hasattr(config, "workerinput"):
        signal.signal(signal.SIGTERM, _interrupt)


def _interrupt(_number: int, _frame: object) -> NoReturn:
    """Being ended cleans up as Ctrl-C does."""
    raise KeyboardInterrupt


@pytest.hookimpl(optionalhook=True)
def pytest_configure_node(node: Any) -> None:
    """All workers share one cluster, which the process that leads them starts and ends."""
    if node.config.option.database != "sqlite":
        node.workerinput["postgresql"] = _postgresql_server(node.config)


def pytest_unconfigure(config: pytest.Config) -> None:
    config.stash[CLUSTER].close()


def pytest_collection_finish() -> None:
    """What is loaded by now stays: Python need not look through it again and again for what may be let go."""
    gc.collect()
    gc.freeze()


def _postgresql_server(config: pytest.Config) -> str:
    if SERVER not in config.stash:
        url = server_given() or config.stash[CLUSTER].enter_context(throwaway_cluster())
        config.stash[SERVER] = url.render_as_string(hide_password=False)
    return config.stash[SERVER]


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    if "database_kind" in metafunc.fixturenames:
        chosen = metafunc.config.option.database
        metafunc.parametrize("database_kind", KINDS if chosen == "both" else (chosen,), scope="session")


def settings_for(database_url: str) -> Settings:
    """The local defaults on that database, whatever the environment says."""
    return replace(Settings.from_environment({}), database_url=database_url)


def seed(database_url: str) -> None:
    """Bring an empty database to the newest schema, with the region codes and holidays."""
    app = create_app(settings_for(database_url))
    for command in ("migrate", "import-regions", "import-holidays", "import-subjects"):
        result = app.test_cli_runner().invoke(args=[command], catch_exceptions=False)
        assert result.exit_code == 0, result.output
    app.extensions["database"].engine.dispose()


@pytest.fixture(scope="session", autouse=True)
def compiled_once() -> Iterator[None]:
    """Each test has an application and engines of its own, but not their routes and statements compiled anew."""
    with routes_compiled_once(), engines_share_statements():
        yield


@pytest.fixture(scope="session")
def databases(database_kind: str, request: pytest.FixtureRequest) -> Iterator[Databases]:
    """Makes databases of this kind; ``clone(name)`` gives the URL of one that no other test uses."""
    made: Databases
    if database_kind == "sqlite":
        made = SQLiteDatabases(request.getfixturevalue("tmp_path_factory").mktemp("sqlite"), seed)
    else:
        worker = getattr(request.config, "workerinput", {})
        server = make_url(worker.get("postgresql") or _postgresql_server(request.config))
        made = PostgreSQLDatabases(server, f"test_{worker.get('workerid', 'alone')}", seed)
    yield made
    made.close()


@pytest.fixture
def database(databases: Databases) -> Database:
    """A database with region codes and holidays and nothing else."""
    return databases.clean()


@pytest.fixture
def app(database: Database) -> Iterator[Flask]:
    """The application on ``database``."""
    url = database.engine.url.render_as_string(hide_password=False)
    app = create_app(settings_for(url))
    app.testing = True
    app.jinja_env.bytecode_cache = TEMPLATES
    yield app
    app.extensions["database"].engine.dispose()


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    """A browser without JavaScript, nobody signed in."""
    return app.test_client()


@pytest.fixture
def session(database: Database) -> Iterator[Session]:
    """A write transaction that is undone after the test."""
    with database.new_writer() as session:
        yield session
        session.rollback()


@pytest.fixture
def live_server(database: Database) -> Iterator[str]:
    """The base URL of a running server on ``database``."""
    with serve(database.engine.url.render_as_string(hide_password=False)) as base:
        yield base


@pytest.fixture
def frozen() -> Iterator[time_machine.Traveller]:
    """Stands still on a Tuesday morning in term; ``move_to`` and ``shift`` move it."""
    with time_machine.travel(TUESDAY_MORNING, tick=False) as traveller:
        yield traveller
