"""Forgetting: after some weeks nobody need know what was said to which number; how many texts there were stays.

It goes through the texts by their ids, a few at a time in transactions of their own, so that nobody waits for it.
"""

import re
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from flask import Flask
from sqlalchemy import String, cast, delete, func, literal, select, update
from sqlalchemy.orm import Session

from config import Settings
from senior_univ.core import clock
from senior_univ.core.db import Database
from senior_univ.reminders.models import Attempt, IncomingText, Message, MessageState, ProviderEvent, SentText

AT_ONCE = 500
STILL_OPEN = (MessageState.DUE, MessageState.SUBMITTING, MessageState.UNKNOWN)
DIGITS = 7
NUMBER = re.compile(rf"\d{{{DIGITS}}}")
"""What a provider's code must not hold: so many digits are somebody's number."""


def forget(database: Database, settings: Settings) -> int:
    """Blank what is older than the settings say; returns how many texts were blanked, incoming ones too."""
    before = clock.now() - timedelta(days=settings.message_keep_days)
    done = 0
    for ids in _batches(database, Message, Message.due_at < before, Message.state.not_in(STILL_OPEN)):
        with database.write() as session:
            _blank_texts(session, ids)
        done += len(ids)
    for ids in _batches(database, IncomingText, IncomingText.came_at < before):
        with database.write() as session:
            blank = {"phone": "", "text": "", "forgotten_at": clock.now()}
            session.execute(update(IncomingText).where(IncomingText.id.in_(ids)).values(blank))
        done += len(ids)
    _drop_sent_texts(database, before)
    return done


def _batches(database: Database, model: Any, *old: Any) -> Iterator[list[int]]:
    """The ids of what is to be blanked, in the order of their ids: each row is passed once a run."""
    last = 0
    wanted = select(model.id).where(*old, model.forgotten_at.is_(None)).order_by(model.id).limit(AT_ONCE)
    while True:
        with database.read() as session:
            ids = list(session.scalars(wanted.where(model.id > last)))
        if not ids:
            return
        yield ids
        last = ids[-1]


def _blank_texts(session: Session, ids: list[int]) -> None:
    blank = {"phone": "", "text": "", "parameters": {}, "forgotten_at": clock.now()}
    # A key names the phone too.
    key = literal("forgotten:") + cast(Message.id, String)
    session.execute(update(Message).where(Message.id.in_(ids)).values(**blank, key=key))
    for model in (Attempt, ProviderEvent):
        _blank_codes(session, model, ids)


def _blank_codes(session: Session, model: type[Attempt | ProviderEvent], ids: list[int]) -> None:
    theirs = (model.message_id.in_(ids), func.length(model.code) >= DIGITS)
    naming = {code for code in session.scalars(select(model.code).where(*theirs).distinct()) if NUMBER.search(code)}
    if naming:
        session.execute(update(model).where(*theirs, model.code.in_(naming)).values(code=""))


def _drop_sent_texts(database: Database, before: datetime) -> None:
    """What the console was given is for the demo alone."""
    old = select(SentText.id).where(SentText.sent_at < before).order_by(SentText.id).limit(AT_ONCE)
    while True:
        with database.write() as session:
            ids = session.scalars(old).all()
            session.execute(delete(SentText).where(SentText.id.in_(ids)))
        if len(ids) < AT_ONCE:
            return


def forget_old_texts(app: Flask) -> None:
    """The job."""
    forget(app.extensions["database"], app.config["SETTINGS"])
