from collections.abc import Iterator
from typing import Any

import pytest
from flask import Flask

from senior_univ.accounts.events import code_issued
from senior_univ.core.db import Database
from tests.accounts.cast import Cast, make_cast


@pytest.fixture(autouse=True)
def without_tokens(app: Flask) -> None:
    """These tests post forms without fetching them first; the tokens have tests of their own."""
    app.config["WTF_CSRF_ENABLED"] = False


@pytest.fixture
def codes() -> Iterator[list[str]]:
    """The digits of every code that was sent, the newest last."""
    sent: list[str] = []

    def keep(_session: object, digits: str, **_given: Any) -> None:
        sent.append(digits)

    code_issued.connect(keep)
    yield sent
    code_issued.disconnect(keep)


@pytest.fixture
def cast(database: Database) -> Cast:
    """Who plays in the tests of people and families."""
    return make_cast(database)
