"""Signed-in people without the pages of signing in: the cookie and the form token that those would have led to."""

from dataclasses import dataclass

from flask import Flask, session
from flask_wtf.csrf import generate_csrf

from senior_univ import create_app
from tests.bench.client import get, post
from tests.bench.ground import Visitor
from tests.conftest import settings_for


@dataclass(frozen=True, slots=True)
class Ticket:
    """What somebody's browser holds."""

    cookie: str
    token: str

    def get(self, path: str) -> bytes:
        """Her request for a page."""
        return get(path, self.cookie)

    def post(self, path: str, **fields: str) -> bytes:
        """Her form, sent."""
        return post(path, self.cookie, csrf_token=self.token, **fields)


class TicketOffice:
    """Writes tickets that a server with the same settings accepts."""

    def __init__(self, url: str) -> None:
        self.app: Flask = create_app(settings_for(url))
        self.serializer = self.app.session_interface.get_signing_serializer(self.app)  # type: ignore[attr-defined]

    def ticket(self, visitor: Visitor) -> Ticket:
        """The ticket of somebody who has signed in."""
        with self.app.test_request_context():
            session["_user_id"] = f"{visitor.account_id}.1"
            session["_fresh"] = True
            token = generate_csrf()
            cookie = self.serializer.dumps(dict(session))
        return Ticket(f"{self.app.config['SESSION_COOKIE_NAME']}={cookie}", token)
