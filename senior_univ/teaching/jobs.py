"""What the scheduler ticks: checks and papers that end within a month are made known."""

from datetime import timedelta

from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import contains_eager, joinedload

from senior_univ.core import clock
from senior_univ.core.db import Database
from senior_univ.teaching.events import papers_expiring
from senior_univ.teaching.models import Teacher
from senior_univ.teaching.queries import expiring_papers
from senior_univ.teaching.rules import REMINDED_WITHIN

TICK = int(timedelta(hours=1).total_seconds())


def make_known(database: Database) -> int:
    """Send ``papers_expiring`` with all that end soon; whoever hears of it tells each once. Returns how many there are."""
    everybody = (
        select(Teacher).join(Teacher.person).options(contains_eager(Teacher.person), joinedload(Teacher.organisation))
    )
    today = clock.today()
    with database.write() as session:
        papers = expiring_papers(session, everybody, today + REMINDED_WITHIN, since=today)
        if papers:
            papers_expiring.send(session, papers=papers)
    return len(papers)


def remind(app: Flask) -> None:
    """The same for the application's database."""
    make_known(app.extensions["database"])
