"""The database: mapped base class, column types, engine, and the two kinds of transaction.

SQLite (WAL, foreign keys on) and PostgreSQL behave alike: a read sees one snapshot, a write opens its write
transaction before its first read (SQLite: ``BEGIN IMMEDIATE``, since read-then-write fails at once there).
"""

import enum
import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any

from sqlalchemy import DateTime, Dialect, Engine, Enum, MetaData, String, TypeDecorator, create_engine, event, make_url
from sqlalchemy.orm import DeclarativeBase, Session, mapped_column, sessionmaker

BUSY_SECONDS = 15
READING = {"postgresql": {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True}}
"""What makes a read see one snapshot; SQLite's do by themselves."""


class UTCDateTime(TypeDecorator[datetime]):
    """An instant: aware in Python, UTC in the database. A naive value is refused."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """UTC for the database; ValueError for a naive value."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"naive instant {value!r}")
        as_utc = value.astimezone(UTC)
        return as_utc.replace(tzinfo=None) if dialect.name == "sqlite" else as_utc

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Aware UTC for Python."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Base(DeclarativeBase):
    """Base of every mapped class; names constraints so that migrations can speak of them."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s",
            "pk": "pk_%(table_name)s",
        }
    )


def words_of(kind: type[enum.Enum]) -> Enum:
    """Column type that stores an enum by its value as text, checked in Python, so that a new word needs no migration."""
    return Enum(
        kind, native_enum=False, create_constraint=False, length=32, values_callable=lambda e: [m.value for m in e]
    )


Key = Annotated[int, mapped_column(primary_key=True)]
Name = Annotated[str, mapped_column(String(80))]
Note = Annotated[str, mapped_column(String(500), default="")]
Instant = Annotated[datetime, mapped_column(UTCDateTime)]


def _set_up_sqlite(connection: Any, _record: Any) -> None:
    connection.isolation_level = None  # SQLAlchemy's own BEGIN below, not the driver's late one
    for pragma in ("journal_mode=WAL", "foreign_keys=ON", "synchronous=NORMAL", f"busy_timeout={BUSY_SECONDS * 1000}"):
        connection.execute(f"PRAGMA {pragma}")


def _begin_sqlite(connection: Any) -> None:
    is_write = connection.get_execution_options().get("is_write")
    connection.exec_driver_sql("BEGIN IMMEDIATE" if is_write else "BEGIN")


def _as_json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, sort_keys=True)


def make_engine(url: str, pool_size: int = 8) -> Engine:
    """An engine for ``url`` that behaves the same on SQLite and PostgreSQL; makes SQLite's folder."""
    if make_url(url).get_backend_name() != "sqlite":
        return create_engine(
            url,
            pool_size=pool_size,
            max_overflow=pool_size,
            pool_pre_ping=True,
            pool_use_lifo=True,  # a connection in use has its statements planned already
            json_serializer=_as_json,
            connect_args={"options": "-c timezone=UTC -c lock_timeout=15s -c idle_in_transaction_session_timeout=60s"},
        )
    file = make_url(url).database
    if file and file != ":memory:":
        Path(file).parent.mkdir(parents=True, exist_ok=True)
    engine = create_engine(url, json_serializer=_as_json, connect_args={"timeout": BUSY_SECONDS})
    event.listen(engine, "connect", _set_up_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    return engine


def end_reading(session: Session) -> None:
    """End a session's read transaction by a commit, which writes nothing.

    At a rollback psycopg forgets the statements that it has prepared, and planning a join of ten tables anew takes
    longer than running it.
    """
    transaction = session.connection().get_transaction() if session.in_transaction() else None
    if transaction is not None:
        transaction.commit()


class Database:
    """An engine and its two kinds of session."""

    def __init__(self, url: str, pool_size: int = 8) -> None:
        self.engine = make_engine(url, pool_size)
        self.reading_engine = self.engine.execution_options(**READING.get(self.engine.dialect.name, {}))
        self.new_reader = sessionmaker(self.reading_engine, autoflush=False, expire_on_commit=False)
        self.new_writer = sessionmaker(self.engine.execution_options(is_write=True), expire_on_commit=False)

    @contextmanager
    def read(self) -> Iterator[Session]:
        """A session that reads one snapshot and never writes."""
        with self.new_reader() as session:
            yield session
            end_reading(session)

    @contextmanager
    def write(self) -> Iterator[Session]:
        """A session whose transaction is a write from its start; committed at the end, undone by any exception."""
        with self.new_writer() as session, session.begin():
            yield session
