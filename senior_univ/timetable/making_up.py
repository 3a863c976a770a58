"""Taking all the dates that are proposed for what a suspension cancelled: begun by a tap, gone on with by the scheduler.

A few lessons are one transaction, so that nothing is lost when it is stopped. Whoever asked is who makes them up.
"""

from collections.abc import Sequence

from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from senior_univ.accounts.queries import build_viewer
from senior_univ.core import clock
from senior_univ.core.access import Viewer
from senior_univ.core.db import Database
from senior_univ.timetable import make_ups
from senior_univ.timetable.calendar_models import MakingUp, Suspension

A_STEP = 10
"""Lessons that the scheduler makes up in one transaction: nobody waits long for its locks."""


def begin(session: Session, suspension: Suspension, *, by: Viewer) -> MakingUp:
    """Note that all proposals are taken; asked twice, it is the same asking. ``go_on`` does it."""
    session.refresh(suspension, ["ended_at"], with_for_update={"key_share": True})
    if under_way := running(session, suspension, by):
        return under_way
    making = MakingUp(suspension=suspension, asked_at=clock.now(), asked_by_id=by.person_id)
    session.add(making)
    session.flush()
    return making


def running(session: Session, suspension: Suspension, viewer: Viewer) -> MakingUp | None:
    """What this viewer has begun there and is not done."""
    hers = (MakingUp.suspension_id == suspension.id, MakingUp.asked_by_id == viewer.person_id)
    return session.scalar(select(MakingUp).where(*hers, MakingUp.done_at.is_(None)).order_by(MakingUp.id).limit(1))


def go_on(session: Session, making_id: int, *, most: int = A_STEP) -> bool:
    """Make up the next lessons; False where all is done. Two at once follow each other."""
    making = session.get_one(MakingUp, making_id, with_for_update=True, populate_existing=True)
    if making.done_at is not None:
        return False
    by = build_viewer(session, making.asked_by_id)
    made = make_ups.make_up_many(session, making.suspension, most=most, by=by)
    making.made += made
    if made < most:
        making.done_at = clock.now()
    session.flush()
    return making.done_at is None


def unfinished(session: Session) -> Sequence[int]:
    """What has begun and is not done."""
    return session.scalars(select(MakingUp.id).where(MakingUp.done_at.is_(None)).order_by(MakingUp.id)).all()


def go_on_with_all(database: Database) -> None:
    """Go on with everything that has begun: one transaction a step."""
    with database.read() as session:
        making_ids = unfinished(session)
    for making_id in making_ids:
        goes_on = True
        while goes_on:
            with database.write() as session:
                goes_on = go_on(session, making_id)


def tick(app: Flask) -> None:
    """The same for the application's database."""
    go_on_with_all(app.extensions["database"])
