"""What goes by itself: a round that has closed is drawn, and its seats are given, whoever is at work or not."""

from collections.abc import Sequence

from flask import Flask
from sqlalchemy import or_, select

from senior_univ.allocation.drawing import draw_round
from senior_univ.allocation.models import AllocationRound
from senior_univ.allocation.settling import settle
from senior_univ.core import clock
from senior_univ.core.db import Database

EVERY_SECONDS = 30


def give_places(app: Flask) -> None:
    """One tick."""
    carry_on(app.extensions["database"])


def carry_on(database: Database) -> None:
    """Draw every round that is due, and go on with every one that was drawn and is not settled."""
    for round_id in due(database):
        finish(database, round_id)


def due(database: Database) -> Sequence[int]:
    """The rounds that are drawn but not settled, or have closed and await no public number."""
    has_number = or_(AllocationRound.public_number_name == "", AllocationRound.public_number != "")
    ripe = AllocationRound.drawn_at.is_(None) & (AllocationRound.closes_at <= clock.now()) & has_number
    wanted = select(AllocationRound.id).where(
        AllocationRound.settled_at.is_(None),
        AllocationRound.called_off_at.is_(None),
        or_(AllocationRound.drawn_at.is_not(None), ripe),
    )
    with database.read() as session:
        return session.scalars(wanted.order_by(AllocationRound.id)).all()


def finish(database: Database, round_id: int) -> None:
    """Draw that round and give its seats, transaction by transaction; what was done already is not done again."""
    with database.write() as session:
        draw_round(session, session.get_one(AllocationRound, round_id), by=None)
    settle(database, round_id)
