"""Filling in a form as a browser does: the page is opened for its token, then sent."""

import re
from typing import Any

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

TOKEN = re.compile(r'name="csrf_token"[^>]*value="([^"]+)"')


def shown(client: FlaskClient, path: str) -> str:
    """The page at ``path``, which must be there."""
    response = client.get(path)
    assert response.status_code == 200, (path, response.status)
    return response.text


def send(client: FlaskClient, path: str, form_path: str | None = None, **fields: Any) -> TestResponse:
    """The answer to the form at ``path`` (or the one of ``form_path`` that posts there) with those fields."""
    found = TOKEN.search(shown(client, form_path or path))
    assert found, f"no form at {form_path or path}"
    return client.post(path, data={"csrf_token": found[1], **fields})
