"""Refusals in words. An action raises one; the edge shows it in the user's language and keeps what was typed."""

from collections.abc import Sequence
from typing import Any

from flask_babel.speaklater import LazyString


class DomainError(Exception):
    """Something is not allowed now: full, clash, closed, no consent.

    ``code`` names the kind for tests and logs, ``message`` is a lazy string with its parameters, ``field`` the form
    field it belongs to, ``suggestions`` are lazy strings with what to do instead (the nearest free times).
    """

    def __init__(
        self, code: str, message: LazyString | str, *, field: str | None = None, suggestions: Sequence[Any] = ()
    ) -> None:
        super().__init__(code)
        self.code = code
        self.message = message
        self.field = field
        self.suggestions = tuple(suggestions)


class NotFoundError(Exception):
    """A row that does not exist or that this viewer may not see: answered with 404 either way."""


class StartRefusedError(RuntimeError):
    """The application must not start like this; says which setting is wrong."""
