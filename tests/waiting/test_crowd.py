"""Three hundred people and the last twenty seats, through a real server whose workers are killed in the middle."""

import os
import signal
import ssl
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path

import httpx
import pytest
from flask import Flask
from sqlalchemy import func, select

from senior_univ.accounts.models import Account, PhoneKind
from senior_univ.audit.models import AuditEntry
from senior_univ.core.db import Database
from senior_univ.enrolment.models import Seat
from senior_univ.reminders.models import Message, MessageKind
from senior_univ.timetable.models import CourseClass
from senior_univ.waiting.models import Offer, OfferRung, RungKind, WaitingPlace
from tests.enrolment.seats import enrol
from tests.enrolment.test_last_places import signed_in_cookie
from tests.factories import make_account, make_class, make_person
from tests.servers import serve
from tests.waiting.queues import counted, in_rows

PEOPLE, LAST, SITTING, LEAVING = 300, 20, 10, 6
KILLS, PAUSE = 6, 0.4
PATIENCE = 60
TRUST = ssl.create_default_context()
"""Made once; each request would read the certificates anew."""


@pytest.fixture
def crowd(database: Database, app: Flask) -> tuple[int, list[int], list[int]]:
    """A class with ten in it and twenty seats left, the seats of those who will leave, and three hundred who want in."""
    with database.write() as session:
        course_class = make_class(session, capacity=LAST + SITTING)
        people = [
            make_person(session, phone=f"+8613800{number:06d}", phone_kind=PhoneKind.MOBILE)
            for number in range(PEOPLE + SITTING)
        ]
        for person in people:
            make_account(session, person)
        seats = [enrol(session, course_class, person).id for person in people[:SITTING]]
        return course_class.id, seats[:LEAVING], [person.id for person in people]


class Visitor:
    """Somebody with a browser who tries again when the line breaks."""

    def __init__(self, base: str, ticket: tuple[str, str]) -> None:
        self.base, (self.cookie, self.token) = base, ticket

    def post(self, path: str, **fields: str) -> httpx.Response:
        until = time.monotonic() + PATIENCE
        while True:
            try:
                answer = httpx.post(
                    self.base + path,
                    data={"csrf_token": self.token} | fields,
                    cookies={"senior_univ": self.cookie},
                    timeout=PATIENCE,
                    verify=TRUST,
                )
            except httpx.TransportError:
                if time.monotonic() > until:
                    raise
                time.sleep(0.05)
            else:
                assert answer.status_code in (200, 303), (path, answer.status_code)
                return answer


def workers_of(base: str) -> list[int]:
    """The server's worker processes: those of its port whose parent is one of its port, too."""
    port, parents = base.rsplit(":", 1)[1], {}
    for process in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):
            if f"127.0.0.1:{port}".encode() in (process / "cmdline").read_bytes():
                parents[int(process.name)] = int((process / "stat").read_text().rpartition(")")[2].split()[1])
    return [process for process, parent in parents.items() if parent in parents]


def kill_now_and_then(base: str, done: threading.Event) -> int:
    killed = 0
    while killed < KILLS and not done.wait(PAUSE):
        for process in workers_of(base)[:1]:
            with suppress(ProcessLookupError):
                os.kill(process, signal.SIGKILL)
                killed += 1
    return killed


def test_three_hundred_on_the_last_twenty_seats_with_workers_killed(database, app, crowd):
    class_id, leaving, people = crowd
    with database.read() as session:
        accounts = dict(session.execute(select(Account.person_id, Account.id)).all())
    url = database.engine.url.render_as_string(hide_password=False)

    def come(number: int, base: str) -> str:
        visitor = Visitor(base, signed_in_cookie(app, accounts[people[number]]))
        if number < LEAVING:
            visitor.post(f"/seats/{leaving[number]}/end")
            return "left"
        if number < SITTING:
            return "stays"
        if visitor.post(f"/enrol/{class_id}/check", wheelchair="no").status_code == 303:
            return "seated"
        visitor.post(f"/waiting/{class_id}/join", people=str(people[number]))
        return "waits"

    done = threading.Event()
    with serve(url, "--workers", "3", "--log-level", "critical") as base, ThreadPoolExecutor(13) as pool:
        killing = pool.submit(kill_now_and_then, base, done)
        # those who leave come when half of the others have come
        order = [*range(LEAVING, 150), *range(LEAVING), *range(150, len(people))]
        came = list(pool.map(lambda number: come(number, base), order))
        done.set()
        assert killing.result() > 0
    assert came.count("left") == LEAVING
    with database.read() as session:
        check(session, class_id, people)


def check(session, class_id: int, people: list[int]) -> None:
    """Seats, waiting places, messages and audit agree, and nobody is lost."""
    course_class = session.get(CourseClass, class_id)
    now = counted(session, course_class)
    assert now == in_rows(session, course_class)
    assert now["seats_taken"] + now["seats_held"] == course_class.capacity
    seated = set(session.scalars(select(Seat.person_id).where(Seat.class_id == class_id, Seat.ended_at.is_(None))))
    waiting = set(session.scalars(select(WaitingPlace.person_id).where(WaitingPlace.ended_at.is_(None))))
    assert not seated & waiting
    assert seated | waiting == set(people[LEAVING:])
    open_offers = select(Offer.id).where(Offer.answered_at.is_(None))
    assert len(session.scalars(open_offers).all()) == now["seats_held"]
    texts = select(func.count()).select_from(OfferRung).where(OfferRung.kind == RungKind.PHONE)
    told = select(func.count()).select_from(Message).where(Message.kind == MessageKind.WAITING_OFFER)
    assert session.scalar(texts) == session.scalar(told) == session.scalar(select(func.count()).select_from(Offer))
    assert acts(session, "seat.taken") == number_of(session, Seat)
    assert acts(session, "seat.ended") == LEAVING
    assert acts(session, "waiting.joined") == number_of(session, WaitingPlace)
    assert acts(session, "waiting.offered") == number_of(session, Offer)


def acts(session, action: str) -> int:
    return session.scalar(select(func.count()).where(AuditEntry.action == action))


def number_of(session, model) -> int:
    return session.scalar(select(func.count()).select_from(model))
