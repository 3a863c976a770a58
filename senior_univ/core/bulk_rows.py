"""Many rows in one insert.

psycopg reads a statement of many VALUES anew each time it is sent, which takes longer than writing the rows; an array a
column is the same short statement for however many rows.
"""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import ARRAY, bindparam, func, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from senior_univ.core.db import Base


def insert_new(session: Session, model: type[Base], rows: Sequence[dict[str, Any]], *returning: Any) -> Sequence[Any]:
    """Insert these rows, which all give the same columns, save where a unique key is taken; what ``returning`` asks of
    those that were written."""
    if session.get_bind().dialect.name == "sqlite":
        statement = sqlite.insert(model).on_conflict_do_nothing().returning(*returning)
        return session.execute(statement, list(rows)).all()
    session.flush()  # what these rows point to
    table: Any = model.__table__
    names = list(rows[0])
    arrays = [bindparam(None, [row[name] for row in rows], ARRAY(table.c[name].type)) for name in names]
    given = func.unnest(*arrays).table_valued(*names).render_derived()
    many = postgresql.insert(table).from_select(names, select(*(given.c[name] for name in names)))
    columns = [table.c[each.key] for each in returning]
    return session.connection().execute(many.on_conflict_do_nothing().returning(*columns)).all()
