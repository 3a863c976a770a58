"""The draw and its settling in a process of its own, killed by -9 at many moments and begun again."""

import os
import signal
import subprocess
import sys
from collections import Counter
from contextlib import suppress
from typing import Any

from sqlalchemy import event, select
from sqlalchemy.orm import Session

from senior_univ.allocation.drawing import draw_round
from senior_univ.allocation.models import AllocatedPlace, AllocationRound, Application
from senior_univ.allocation.settling import settle_next
from senior_univ.audit.models import AuditEntry
from senior_univ.core.db import Database
from senior_univ.enrolment.models import Seat
from senior_univ.reminders.models import Message
from senior_univ.timetable.models import CourseClass
from senior_univ.waiting.models import WaitingParty, WaitingPlace
from senior_univ.wiring import connect
from tests.allocation.rounds import classes_at_one_site, close, make_pair, make_round, put_in
from tests.factories import make_person
from tests.servers import ROOT

WORKER = """
import os, signal, sys
from sqlalchemy import event
from senior_univ.allocation import jobs
from wsgi import app

database, left = app.extensions["database"], [int(sys.argv[2])]

def one_more(*_more):
    left[0] -= 1
    if left[0] == 0:
        os.kill(os.getpid(), signal.SIGKILL)

for engine in {database.engine, database.reading_engine}:
    event.listen(engine, "before_cursor_execute", one_more)
    event.listen(engine, "commit", one_more)
jobs.finish(database, int(sys.argv[1]))
"""
"""Kills itself before the n-th statement or commit: a real SIGKILL, in the middle of a transaction."""


def closed_round(database: Database) -> int:
    """Six classes of four seats, forty people and two pairs."""
    with database.write() as session:
        classes = classes_at_one_site(session, *([4] * 6))
        each = make_round(session, *classes)
        for number in range(36):
            put_in(session, each, make_person(session), classes[number % 6], classes[(number + 1) % 6])
        for number in range(2):
            make_pair(session, each, classes[number])
        close(session, each)
        return each.id


def ends(session: Session) -> dict[str, Any]:
    """Everything that came of it, without what each run numbers anew."""
    session.flush()
    queued = select(WaitingParty.class_id, WaitingParty.number, WaitingPlace.person_id).join(WaitingPlace.party)
    counters = select(CourseClass.id, CourseClass.seats_taken, CourseClass.seats_held, CourseClass.admission)
    return {
        "seats": sorted(map(tuple, session.execute(select(Seat.class_id, Seat.person_id)))),
        "queues": sorted(map(tuple, session.execute(queued))),
        "places": sorted(map(tuple, session.execute(select(AllocatedPlace.application_id, AllocatedPlace.class_id)))),
        "positions": sorted(map(tuple, session.execute(select(Application.number, Application.position)))),
        "counters": sorted(map(tuple, session.execute(counters)), key=str),
        "texts": sorted((each.kind.value, each.phone) for each in session.scalars(select(Message))),
        "acts": Counter(session.scalars(select(AuditEntry.action))),
    }


class UndoneError(Exception):
    pass


def undisturbed(database: Database, round_id: int) -> tuple[dict[str, Any], int]:
    """What one run without a stop comes to, undone again, and how many statements that took."""
    found: dict[str, Any] = {}
    statements = [0]

    def one_more(*_more: object) -> None:
        statements[0] += 1

    event.listen(database.engine, "before_cursor_execute", one_more)
    with suppress(UndoneError), database.write() as session:
        each = session.get_one(AllocationRound, round_id)
        draw_round(session, each, by=None)
        session.flush()  # its state is read anew by the next step
        while settle_next(session, each):
            session.flush()
        found.update(ends(session))
        raise UndoneError
    event.remove(database.engine, "before_cursor_execute", one_more)
    return found, statements[0]


def run(database: Database, round_id: int, kill_at: int) -> int:
    url = database.engine.url.render_as_string(hide_password=False)
    command = [sys.executable, "-c", WORKER, str(round_id), str(kill_at)]
    return subprocess.run(
        command, cwd=ROOT, env=os.environ | {"DATABASE_URL": url}, timeout=120, check=False
    ).returncode


def test_killed_at_many_moments_it_comes_to_the_same_end_and_tells_nobody_twice(database: Database) -> None:
    connect()
    round_id = closed_round(database)
    expected, statements = undisturbed(database, round_id)
    with database.read() as session:
        assert ends(session)["seats"] == []
    moments = [statements * part // 16 + part for part in (1, 2, 3, 3, 4, 2, 5, 3)]
    codes = [run(database, round_id, moment) for moment in moments]
    assert codes.count(-signal.SIGKILL) >= 4, codes
    assert run(database, round_id, 0) == 0
    with database.read() as session:
        assert ends(session) == expected
        assert session.get_one(AllocationRound, round_id).settled_at is not None
    assert expected["seats"]
    assert expected["queues"]
    assert max(Counter(expected["texts"]).values()) == 1
