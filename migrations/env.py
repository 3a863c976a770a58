"""Alembic's environment: the schema of every feature's models, on the engine that the application itself uses."""

from typing import Any, Literal

from alembic import context
from alembic.autogenerate.api import AutogenContext
from sqlalchemy import Connection, event

from senior_univ import features
from senior_univ.core.db import Base, UTCDateTime, make_engine

features.import_models()


def render_item(kind: str, item: Any, autogen: AutogenContext) -> str | Literal[False]:
    """Write our own column type by its name; everything else as Alembic does."""
    if kind == "type" and isinstance(item, UTCDateTime):
        autogen.imports.add("from senior_univ.core.db import UTCDateTime")
        return "UTCDateTime()"
    return False


def let_tables_be_rebuilt(connection: Any, _record: Any) -> None:
    """SQLite changes a table by making it anew: meanwhile what refers to it must be let be."""
    connection.execute("PRAGMA foreign_keys=OFF")


def refuse_broken_keys(connection: Connection) -> None:
    """Undo a migration after which a row refers to what isn't there."""
    if broken := connection.exec_driver_sql("PRAGMA foreign_key_check").all():
        raise RuntimeError(f"foreign keys broken by a migration: {broken[:5]}")


def run_migrations() -> None:
    """Run the migrations in one transaction on the database whose URL was given to Alembic."""
    engine = make_engine(context.config.attributes["url"])
    is_sqlite = engine.dialect.name == "sqlite"
    if is_sqlite:
        event.listen(engine, "connect", let_tables_be_rebuilt)
    with engine.execution_options(is_write=True).connect() as connection:
        context.configure(
            connection=connection, target_metadata=Base.metadata, render_as_batch=True, render_item=render_item
        )
        with context.begin_transaction():
            context.run_migrations()
            if is_sqlite:
                refuse_broken_keys(connection)
    engine.dispose()


run_migrations()
