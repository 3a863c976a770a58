"""The processes that send, as rows: who runs, since when, seen when, and how many texts it has sent."""

import os
import secrets
import socket
from datetime import timedelta

from flask import Flask
from sqlalchemy import delete
from sqlalchemy.orm import Session

from senior_univ.core import clock
from senior_univ.core.upserts import insert_into
from senior_univ.reminders.models import Worker

FORGOTTEN_AFTER = timedelta(days=1)
"""One that ended without a word stays to be seen for so long."""


def new_name() -> str:
    """A name that no other process has, telling where it runs."""
    return f"{socket.gethostname()[:40]}:{os.getpid()}:{secrets.token_hex(3)}"


def beat(session: Session, name: str, sent: int) -> None:
    """Say that this worker runs and how many texts it has sent; forget those that ended long ago."""
    now = clock.now()
    seen = {"seen_at": now, "sent": sent}
    row = insert_into(session, Worker).values(name=name, started_at=now, **seen)
    session.execute(row.on_conflict_do_update(index_elements=["name"], set_=seen))
    session.execute(delete(Worker).where(Worker.seen_at < now - FORGOTTEN_AFTER))


def leave(session: Session, name: str) -> None:
    """A worker that ends in good order takes its row with it."""
    session.execute(delete(Worker).where(Worker.name == name))


def say_that_i_run(app: Flask) -> None:
    """The job of a worker."""
    with app.extensions["database"].write() as session:
        beat(session, app.extensions["worker"], app.extensions["dispatcher"].sent)
