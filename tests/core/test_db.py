"""The database behaves the same on SQLite and PostgreSQL."""

from datetime import UTC, datetime, timedelta, timezone

import pytest
from sqlalchemy import delete, func, select, text, update
from sqlalchemy.exc import DBAPIError, StatementError

from senior_univ.audit.actions import record
from senior_univ.audit.models import AuditEntry
from senior_univ.core.db import Database
from senior_univ.network.models import Organisation
from tests.factories import make_organisation


def test_an_instant_comes_back_aware_and_in_utc(database: Database) -> None:
    at = datetime(2026, 3, 10, 9, 30, tzinfo=timezone(timedelta(hours=8)))
    with database.write() as session:
        session.add(AuditEntry(at=at, action="a", record_type=""))
    with database.read() as session:
        found = session.scalars(select(AuditEntry.at)).one()
    assert found == at
    assert found.tzinfo is UTC


def test_an_instant_without_a_zone_is_refused(database: Database) -> None:
    with pytest.raises(StatementError, match="naive"), database.write() as session:
        session.add(AuditEntry(at=datetime(2026, 3, 10), action="a", record_type=""))  # noqa: DTZ001


def test_an_exception_undoes_the_whole_transaction(database: Database) -> None:
    def make_and_fail() -> None:
        with database.write() as session:
            make_organisation(session)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        make_and_fail()
    with database.read() as session:
        assert session.scalar(select(func.count()).select_from(Organisation)) == 0


def test_a_link_to_nothing_is_refused(database: Database) -> None:
    with pytest.raises(DBAPIError), database.write() as session:
        make_organisation(session, region_code="999999")


@pytest.mark.parametrize("change", [update(AuditEntry).values(action="b"), delete(AuditEntry)])
def test_what_was_recorded_can_be_neither_changed_nor_removed(database: Database, change: object) -> None:
    with database.write() as session:
        record(session, "a", by=None)
    with pytest.raises(DBAPIError, match="append_only"), database.write() as session:
        session.execute(change)


def test_a_second_writer_waits_for_the_first(database: Database) -> None:
    with database.write() as first:
        make_organisation(first)
        with database.read() as reader:
            assert reader.scalar(select(func.count()).select_from(Organisation)) == 0
    with database.read() as reader:
        assert reader.scalar(select(func.count()).select_from(Organisation)) == 1


def test_a_read_sees_what_was_there_when_it_began(database: Database) -> None:
    count = select(func.count()).select_from(Organisation)
    with database.read() as reader:
        assert reader.scalar(count) == 0
        with database.write() as session:
            make_organisation(session)
        assert reader.scalar(count) == 0


def test_a_statement_that_is_read_often_is_planned_once(database: Database) -> None:
    if database.engine.dialect.name == "sqlite":
        return
    for _ in range(8):
        with database.read() as session:
            session.scalar(select(Organisation.id).limit(1))
    with database.read() as session:
        planned = text(
            "SELECT count(*) FROM pg_prepared_statements WHERE statement LIKE 'SELECT organisation.id%LIMIT%'"
        )
        assert session.scalar(planned) == 1


def test_every_connection_of_sqlite_checks_links_and_writes_ahead(database: Database) -> None:
    if database.engine.dialect.name != "sqlite":
        with database.read() as session:
            assert session.scalar(text("SHOW timezone")) == "UTC"
        return
    with database.read() as session:
        assert session.scalar(text("PRAGMA foreign_keys")) == 1
        assert session.scalar(text("PRAGMA journal_mode")) == "wal"
