"""A long list, page by page; links keep every other query parameter."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil
from typing import Any, TypeVar
from urllib.parse import urlencode

from flask import request, url_for
from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from senior_univ.core.web import number_asked

Row = TypeVar("Row")


@dataclass(frozen=True)
class Page:
    """One page of rows; ``number`` counts from 1, ``count`` is how many pages there are, ``total`` how many rows."""

    rows: Sequence[Any]
    number: int
    count: int
    total: int

    @property
    def previous_url(self) -> str | None:
        """Address of the page before, or None at the start."""
        return _url_of(self.number - 1) if self.number > 1 else None

    @property
    def next_url(self) -> str | None:
        """Address of the page after, or None at the end."""
        return _url_of(self.number + 1) if self.number < self.count else None


def _url_of(number: int) -> str:
    asked: dict[str, Any] = {**request.args.to_dict(flat=False), "page": number}
    return f"{url_for(request.endpoint or '', **(request.view_args or {}))}?{urlencode(asked, doseq=True)}"


def paginate(session: Session, statement: Select[Row], size: int = 50) -> Page:
    """The page of ``statement``'s rows that ``?page=`` names, nonsense being the first; two queries."""
    total = session.scalar(select(func.count()).select_from(statement.order_by(None).subquery())) or 0
    count = max(1, ceil(total / size))
    number = min(number_asked("page", 1, least=1) or 1, count)
    rows = session.scalars(statement.limit(size).offset((number - 1) * size)).unique().all()
    return Page(rows, number, count, total)


def page_of(rows: Sequence[Row], size: int = 50) -> Page:
    """The same for rows that are already at hand."""
    count = max(1, ceil(len(rows) / size))
    number = min(number_asked("page", 1, least=1) or 1, count)
    return Page(rows[(number - 1) * size : number * size], number, count, len(rows))
