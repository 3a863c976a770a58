"""The databases that the whole suite runs on: SQLite files, and PostgreSQL in a cluster of its own.

Migrating and loading the region codes is done once per worker, into a template. Every test gets the template's
content: SQLite copies the file, PostgreSQL empties the tables that a test may have filled.
"""

import os
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Protocol

import psycopg
from sqlalchemy import URL, Connection, create_engine, make_url, text

from senior_univ.core.db import Database

SEEDED = {"alembic_version", "region", "holiday", "subject"}
"""Tables that the template fills and that tests seldom write."""

CLUSTER_SETTINGS = {
    "listen_addresses": "",
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "max_connections": "200",
}
SECONDS_TO_START = 30


class Databases(Protocol):
    """Makes databases that hold the schema, the region codes and the holidays, and nothing else."""

    def clone(self, name: str) -> str:
        """The URL of a new database of that name, kept until the worker ends."""

    def clean(self) -> Database:
        """A database as the template left it; disposed of, and used again, at the next call."""

    def close(self) -> None:
        """Let go of every connection and file."""


class SQLiteDatabases:
    """Database files in one folder."""

    def __init__(self, folder: Path, seed: Callable[[str], None]) -> None:
        self.folder = folder
        self.template = folder / "template.db"
        self.current: Database | None = None
        self.number = 0
        seed(f"sqlite:///{self.template}")
        self._leave_no_log()

    def _leave_no_log(self) -> None:
        engine = create_engine(f"sqlite:///{self.template}")
        with engine.connect() as connection:
            connection.execute(text("PRAGMA wal_checkpoint(TRUNCATE)"))
        engine.dispose()

    def clone(self, name: str) -> str:
        file = self.folder / f"{name}.db"
        shutil.copyfile(self.template, file)
        return f"sqlite:///{file}"

    def clean(self) -> Database:
        self.close()
        self.number += 1
        self.current = Database(self.clone(f"test-{self.number}"))
        return self.current

    def close(self) -> None:
        if self.current is None:
            return
        self.current.engine.dispose()
        for file in self.folder.glob(f"test-{self.number}.db*"):
            file.unlink()
        self.current = None


class PostgreSQLDatabases:
    """Databases of one worker on one server; all their names begin with ``prefix``."""

    def __init__(self, server: URL, prefix: str, seed: Callable[[str], None]) -> None:
        self.server = server
        self.prefix = prefix
        self.made: list[str] = []
        self.template = self._create("template")
        seed(self._url(self.template))
        self.current = Database(self.clone("current"))
        self.seeded = self._fingerprint()

    def _url(self, name: str) -> str:
        return self.server.set(database=name).render_as_string(hide_password=False)

    def _administer(self, *statements: str) -> None:
        address = self.server.set(drivername="postgresql").render_as_string(hide_password=False)
        with psycopg.connect(address, autocommit=True) as connection:
            for statement in statements:
                connection.execute(statement)

    def _create(self, name: str, template: str = "template0") -> str:
        full_name = f"{self.prefix}_{name}"
        self._administer(
            f'DROP DATABASE IF EXISTS "{full_name}" WITH (FORCE)',
            f'CREATE DATABASE "{full_name}" TEMPLATE "{template}" STRATEGY file_copy',
        )
        self.made.append(full_name)
        return full_name

    def clone(self, name: str) -> str:
        return self._url(self._create(name, self.template))

    def clean(self) -> Database:
        with self.current.engine.begin() as connection:
            _empty_filled_tables(connection)
        if self._fingerprint() != self.seeded:
            self.current.engine.dispose()
            self.clone("current")
        return self.current

    def _fingerprint(self) -> list[tuple[object, ...]]:
        with self.current.engine.connect() as connection:
            query = " UNION ALL ".join(
                f"SELECT '{table}', count(*), max(xmin::text::bigint) FROM \"{table}\""  # noqa: S608  # our own names
                for table in sorted(SEEDED & set(_tables(connection)))
            )
            return [tuple(row) for row in connection.execute(text(query))]

    def close(self) -> None:
        self.current.engine.dispose()
        self._administer(*(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)' for name in set(self.made)))


def _tables(connection: Connection) -> list[str]:
    return list(connection.scalars(text("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")))


def _empty_filled_tables(connection: Connection) -> None:
    tables = set(_tables(connection)) - SEEDED
    if not tables:
        return
    query = " UNION ALL ".join(
        f"SELECT '{table}' WHERE EXISTS (SELECT 1 FROM \"{table}\")"  # noqa: S608  # our own names
        for table in sorted(tables)
    )
    if filled := list(connection.scalars(text(query))):
        names = ", ".join(f'"{table}"' for table in filled)
        connection.execute(text(f"TRUNCATE {names} RESTART IDENTITY CASCADE"))


def server_given() -> URL | None:
    """The server that TEST_DATABASE_URL names; its account may create databases."""
    given = os.environ.get("TEST_DATABASE_URL")
    return make_url(given).set(drivername="postgresql+psycopg") if given else None


class Cluster:
    """A PostgreSQL server on a socket in a folder of its own."""

    def __init__(self, folder: Path, **changed: str) -> None:
        self.binaries = _find_binaries()
        self.folder = folder
        self.settings = CLUSTER_SETTINGS | changed
        query = {"host": str(folder)}
        self.url = URL.create("postgresql+psycopg", username="postgres", database="postgres", query=query)
        self.server: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start, and wait until it answers."""
        self.server = _start_server(self.binaries, self.folder, self.settings)
        _wait_until_ready(self.url, self.server, self.folder)

    def restart(self) -> None:
        """End as a crash does, all at once, and start again from what it wrote."""
        assert self.server
        self.server.send_signal(signal.SIGQUIT)
        self.server.wait()
        self.start()

    def stop(self) -> None:
        """End."""
        if self.server is not None:
            self.server.terminate()  # waits for no session here: the databases are thrown away below
            _end(self.server)


@contextmanager
def throwaway_cluster() -> Iterator[URL]:
    """A PostgreSQL server on a socket in a temporary folder, ended with the block, or with this process."""
    with restartable_cluster() as cluster:
        yield cluster.url


@contextmanager
def restartable_cluster(**changed: str) -> Iterator[Cluster]:
    """The same, with other settings, and with a handle to restart it by."""
    folder = Path(tempfile.mkdtemp(prefix="senior-univ-postgresql-"))
    if os.getuid() == 0:
        shutil.chown(folder, "postgres")
    cluster = Cluster(folder, **changed)
    try:
        _make_cluster(cluster.binaries, folder)
        cluster.start()
        yield cluster
    finally:
        cluster.stop()
        shutil.rmtree(folder)


def _end(server: subprocess.Popen[bytes]) -> None:
    try:
        server.wait(timeout=3)
    except subprocess.TimeoutExpired:
        server.kill()
        server.wait()


def _find_binaries() -> Path:
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: int(path.parts[-3]))
    initdb = str(found[-1]) if found else shutil.which("initdb")
    if initdb is None:
        raise RuntimeError("PostgreSQL is not installed; scripts/install test installs it")
    return Path(initdb).parent


def _as_server_user(*command: str) -> list[str]:
    """PostgreSQL refuses to run as root."""
    if os.getuid() != 0:
        return list(command)
    return ["setpriv", "--reuid=postgres", "--regid=postgres", "--init-groups", *command]


def _make_cluster(binaries: Path, folder: Path) -> None:
    command = [
        str(binaries / "initdb"), "-D", str(folder / "data"), "-U", "postgres", "-A", "trust", "-E", "UTF8",
        "--locale=C.UTF-8", "--no-sync", "--no-instructions",
    ]  # fmt: skip
    subprocess.run(_as_server_user(*command), check=True, stdout=subprocess.DEVNULL, cwd=folder)


def _start_server(binaries: Path, folder: Path, settings: dict[str, str]) -> subprocess.Popen[bytes]:
    settings = settings | {"unix_socket_directories": str(folder)}
    options = [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]
    # The signal reaches the server even where this process is killed outright.
    command = ["setpriv", "--pdeathsig=INT", str(binaries / "postgres"), "-D", str(folder / "data"), *options]
    with (folder / "log").open("wb") as log:
        return subprocess.Popen(_as_server_user(*command), stdout=log, stderr=log, cwd=folder, start_new_session=True)


def _wait_until_ready(url: URL, server: subprocess.Popen[bytes], folder: Path) -> None:
    address = url.set(drivername="postgresql").render_as_string()
    deadline = time.monotonic() + SECONDS_TO_START
    while server.poll() is None and time.monotonic() < deadline:
        try:
            psycopg.connect(address).close()
        except psycopg.OperationalError:
            time.sleep(0.05)
        else:
            return
    raise RuntimeError(f"PostgreSQL did not start:\n{(folder / 'log').read_text()}")
