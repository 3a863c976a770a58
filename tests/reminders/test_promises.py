"""Whatever happens in whatever order: what leaves keeps every promise at the moment when it leaves."""

from collections import Counter
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
import time_machine
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from config import SenderSettings
from senior_univ.accounts.models import Person
from senior_univ.attendance.models import Leave
from senior_univ.core import clock
from senior_univ.core.db import Database
from senior_univ.enrolment.models import Seat
from senior_univ.reminders.models import (
    CHANGES,
    REMINDERS,
    Attempt,
    Call,
    Message,
    MessageAbout,
    MessageKind,
    MessageState,
    PhoneStanding,
    Priority,
    SentText,
)
from senior_univ.reminders.senders import Accepted, Lookup, NotSent, NotThere, Outgoing, Result, SenderBase, Sought
from senior_univ.timetable.models import CourseClass, Lesson
from tests.factories import make_class, make_person, make_seat, make_term
from tests.reminders import lessons
from tests.reminders.conftest import Worker

DAYS = {"Asia/Shanghai": date(2026, 12, 30), "Europe/Berlin": date(2026, 3, 27)}
"""A term over New Year, and days on which clocks change."""

STEPS = st.lists(
    st.tuples(
        st.sampled_from(["nothing", "move", "cancel", "leave", "stop", "says STOP", "withdraw", "down", "down"]),
        st.integers(0, 3),
        st.sampled_from([-24, -5, 1, 5, 24, 48]),
        st.sampled_from([1, 5, 30, 90, 200, 500]),
    ),
    min_size=4,
    max_size=14,
)


class Watching(SenderBase):
    """A provider that looks at what it is given; every fifth time it can't be reached."""

    def __init__(self, database: Database) -> None:
        super().__init__(SenderSettings("watching", "played"))
        self.database = database
        self.runs: Counter[tuple[object, ...]] = Counter()
        self.broken: list[str] = []
        self.asked = 0

    def send(self, outgoing: Outgoing) -> Result:
        self.asked += 1
        if self.asked % 5 == 0:
            return NotSent()
        with self.database.read() as session:
            self._check(session, session.get_one(Message, outgoing.message_id))
        return Accepted(outgoing.ref)

    def _check(self, session: Session, message: Message) -> None:
        now, at = clock.now(), clock.local(clock.now()).time()
        starts = time(6, 30) if message.priority == Priority.URGENT else time(7)
        if not starts <= at < time(20) or (message.priority != Priority.URGENT and time(12) <= at < time(14, 30)):
            self.broken.append(f"{message.kind} at {at}")
        if session.get(PhoneStanding, message.phone) is not None:
            self.broken.append(f"{message.kind} to a phone that said STOP")
        if message.kind in REMINDERS:
            self._check_reminder(session, message, now)
        elif message.kind in CHANGES and not message.parameters["names"]:
            self.broken.append("a change for nobody")

    def _check_reminder(self, session: Session, message: Message, now: datetime) -> None:
        today = clock.local(now).date()
        day = today + timedelta(days=message.kind is not MessageKind.REMINDER_MORNING)
        self.runs[message.kind, day, message.phone] += 1
        for item in message.parameters["items"]:
            starts_at = datetime.fromisoformat(item["starts_at"])
            standing = (
                select(Lesson.id)
                .join(Seat, Seat.class_id == Lesson.class_id)
                .join(Person, Person.id == Seat.person_id)
                .outerjoin(
                    Leave,
                    (Leave.lesson_id == Lesson.id) & (Leave.person_id == Person.id) & Leave.taken_back_at.is_(None),
                )
                .where(Lesson.starts_at == starts_at, Lesson.cancelled_at.is_(None), Seat.ended_at.is_(None))
                .where(Person.name == item["name"], Person.reminders_stopped_at.is_(None), Leave.id.is_(None))
            )
            is_of_that_day = clock.local(starts_at).date() == day
            if starts_at <= now or not is_of_that_day or session.scalars(standing).first() is None:
                self.broken.append(f"{item} at {now}")

    def lookup(self, sought: Sought) -> Lookup:
        return NotThere.CANT_TELL


def make_world(database: Database, first: date) -> list[int]:
    """Ids of four lessons on three days of two classes with three learners, two of whom share a phone."""
    with database.write() as session:
        for model in (Attempt, Call, MessageAbout, Message, SentText, Leave, Seat, PhoneStanding):
            session.execute(delete(model))
        for each in session.scalars(select(CourseClass)):
            each.seats_taken = 0
        make_term(session, first - timedelta(days=7))
        people = [make_person(session, name=name, phone=phone) for name, phone in PEOPLE]
        ids = []
        for starts in (time(9, 30), time(15)):
            at = clock.instant(first + timedelta(days=1), starts)
            course_class = make_class(session, first_at=at, lessons=1)
            ids.append(lessons.lessons_of(session, course_class.id, range(1, 2))[0].id)
            for person in people:
                make_seat(session, course_class, person)
        return ids


PEOPLE = (("王秀英", "+8613800138000"), ("李桂兰", "+8613800138000"), ("赵志强", "+8613800138001"))


def act(database: Database, what: str, lesson_id: int, which: int, hours: int) -> None:
    with database.write() as session:
        lesson = session.get_one(Lesson, lesson_id)
        person = session.scalars(select(Person).where(Person.name == PEOPLE[which % 3][0])).all()[-1]
        seat = session.scalar(select(Seat).where(Seat.person_id == person.id, Seat.class_id == lesson.class_id))
        if what == "move" and lesson.cancelled_at is None:
            lessons.move(session, lesson, lesson.starts_at + timedelta(hours=hours))
        elif what == "cancel" and lesson.cancelled_at is None:
            lessons.cancel(session, lesson)
        elif what == "leave" and not session.scalar(select(Leave.id).where(Leave.person_id == person.id)):
            now = clock.now()
            session.add(Leave(lesson_id=lesson.id, person_id=person.id, asked_at=now, asked_by_id=person.id))
        elif what == "stop":
            person.reminders_stopped_at = clock.now()
        elif what == "says STOP" and session.get(PhoneStanding, str(person.phone)) is None:
            session.add(PhoneStanding(phone=str(person.phone), stopped_at=clock.now()))
        elif what == "withdraw" and seat:
            seat.ended_at = clock.now()


def urgent_left(database: Database) -> list[int]:
    """Urgent texts that should have gone by now: at any hour from 06:30 to 20:00 they go at once."""
    now = clock.now()
    if not time(6, 30) <= clock.local(now).time() < time(20):
        return []
    due = (Message.state == MessageState.DUE, Message.priority == Priority.URGENT, Message.due_at <= now)
    with database.read() as session:
        return list(session.scalars(select(Message.id).where(*due)))


@pytest.mark.parametrize("zone", DAYS)
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=STEPS)
def test_no_promise_is_broken(
    database: Database, worker: Worker, zone: str, steps: list[tuple[str, int, int, int]]
) -> None:
    before = clock.zone()
    clock.use_zone(ZoneInfo(zone))
    try:
        _play(database, worker, DAYS[zone], steps)
    finally:
        clock.use_zone(before)


def _play(database: Database, worker: Worker, first: date, steps: list[tuple[str, int, int, int]]) -> None:
    with time_machine.travel(clock.instant(first, time(17, 30)), tick=False) as traveller:
        ids = make_world(database, first)
        sender = Watching(database)
        worker.use(sender)
        for what, which, hours, minutes in steps:
            act(database, what, ids[which % 2], which, hours)
            traveller.shift(timedelta(minutes=minutes))
            worker.plan()
            if what != "down":
                worker.dispatcher.run()
                assert urgent_left(database) == []
            assert worker.plan() == 0
        assert sender.broken == []
        assert not [run for run, times in sender.runs.items() if times > 1]
        with database.read() as session:
            stuck = select(Message.id).where(Message.state.in_([MessageState.SUBMITTING, MessageState.PARKED]))
            assert session.scalars(stuck).all() == []
