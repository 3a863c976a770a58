"""Half-filled forms that are kept on the server and offered again: there are two minutes between calls.

A form that is ``Kept`` opens with what was kept of it where its page is asked for with ``?draft=1``. It carries a mark,
so that what is kept goes in the transaction in which the form is sent. Who keeps it is told by event, since nothing
here knows people. The page is known by its path with what was asked for.
"""

from typing import Any
from urllib.parse import urlencode

from blinker import Signal
from flask import request
from sqlalchemy.orm import Session
from werkzeug.datastructures import MultiDict
from wtforms import HiddenField

from senior_univ.core.forms import Form

MARK = "draft"
NOT_KEPT = ("csrf_token", "seen", MARK)

form_sent = Signal("A form that can be kept has been sent, in this transaction: path.")
looking_for_draft = Signal("A page wants what was kept of its form: path. A handler returns the fields, or None.")


def page_path() -> str:
    """The page's own path with what was asked for, but for the wish to go on with what was kept."""
    asked = [(name, value) for name, value in request.args.items(multi=True) if name != MARK]
    return f"{request.path}?{urlencode(asked)}" if asked else request.path


def wants_draft() -> bool:
    """Whether the page was asked for with what was kept."""
    return request.method == "GET" and MARK in request.args


def kept_fields() -> MultiDict[str, str] | None:
    """What was kept of the form of this page, where it is to go on with it."""
    if not wants_draft():
        return None
    answers = (answer for _handler, answer in looking_for_draft.send(page_path()))
    data = next((answer for answer in answers if answer), None)
    return MultiDict(data) if data else None


def tell_sent(session: Session) -> None:
    """The form of this request has been sent: what was kept of it is not needed any more."""
    if request.form.get(MARK):
        form_sent.send(session, path=page_path())


class Kept(Form):
    """A form that can be kept half-filled."""

    draft = HiddenField(default="1")

    class Meta(Form.Meta):
        """Reads what was kept as if it had been typed."""

        def wrap_formdata(self, form: Any, formdata: Any) -> Any:
            """What was sent, else what was kept."""
            sent = super().wrap_formdata(form, formdata)
            return kept_fields() if sent is None else sent

    @property
    def is_fresh(self) -> bool:
        """Whether nothing has been typed yet, so that the page may fill in what is usual."""
        return not self.is_submitted() and not wants_draft()
