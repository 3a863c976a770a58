"""However rooms are booked, lent, given up and planned with lessons, no room is ever used twice at once."""

import multiprocessing
from dataclasses import dataclass, field, replace
from datetime import datetime, time, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from senior_univ.core import clock
from senior_univ.core.db import Database
from senior_univ.core.errors import DomainError
from senior_univ.network.models import Room, Sharing, Venue
from senior_univ.teaching.models import Teacher
from senior_univ.timetable import actions, bookings
from senior_univ.timetable.models import Holder, Lesson, Occupancy, RoomBooking
from senior_univ.timetable.rules import Meeting, Plan
from tests import factories
from tests.timetable.lending import MONDAY, Lending, at
from tests.timetable.site import make_plan

Cause = tuple[str, int]
Taken = tuple[Cause, datetime, datetime]
HALF_HOURS, LENGTHS, PICK, DAY = st.integers(16, 21), st.sampled_from([1, 2, 3]), st.integers(0, 9), st.integers(0, 1)
ACTS = st.one_of(
    st.tuples(st.just("book"), st.booleans(), DAY, HALF_HOURS, LENGTHS, st.integers(1, 3)),
    st.tuples(st.just("grant"), PICK),
    st.tuples(st.just("decline"), PICK),
    st.tuples(st.just("take_back"), PICK),
    st.tuples(st.just("give_up"), PICK, PICK),
    st.tuples(st.just("open"), DAY, HALF_HOURS, LENGTHS),
    st.tuples(st.just("cancel"), PICK),
    st.tuples(st.just("share"), st.booleans()),
)


@dataclass
class Model:
    """What takes the room, as plain intervals, beside what the actions do."""

    database: Database
    lending: Lending
    plan: Plan
    is_open: bool = False
    taken: set[Taken] = field(default_factory=set)
    pending: dict[int, list[Meeting]] = field(default_factory=dict)
    granted: dict[int, list[Meeting]] = field(default_factory=dict)
    lessons: dict[int, Meeting] = field(default_factory=dict)

    def is_free(self, days: list[Meeting]) -> bool:
        return not any(day.overlaps(starts, ends) for day in days for _cause, starts, ends in self.taken)

    def share(self, is_open: bool) -> None:
        self.is_open = is_open
        with self.database.write() as session:
            venue = session.get_one(Venue, self.plan.room.venue_id)
            venue.sharing = Sharing.OPEN if is_open else Sharing.ON_REQUEST

    def days(self, day: int, half_hour: int, halves: int, weeks: int) -> list[Meeting]:
        first = MONDAY + timedelta(days=day)
        starts = [at(first + timedelta(days=7 * week), half_hour / 2) for week in range(weeks)]
        return [Meeting(each, each + timedelta(minutes=30 * halves)) for each in starts]

    def book(self, is_home: bool, day: int, half_hour: int, halves: int, weeks: int) -> None:
        days = self.days(day, half_hour, halves, weeks)
        by = self.lending.scheduler if is_home else self.lending.other_manager
        with self.database.write() as session:
            if not self.is_free(days):
                self.refused("room_taken", lambda: self.lending.ask(session, days[0], by=by, weeks=weeks))
                return
            booking_id = self.lending.ask(session, days[0], by=by, weeks=weeks).id
        if self.is_open:
            self.give(booking_id, days)
        else:
            self.pending[booking_id] = days

    def give(self, booking_id: int, days: list[Meeting]) -> None:
        self.granted[booking_id] = days
        self.taken |= {(("booking", booking_id), *day) for day in days}

    def free(self, cause: Cause) -> None:
        self.taken = {each for each in self.taken if each[0] != cause}

    def pick(self, among: dict[int, object], number: int) -> int | None:
        return sorted(among)[number % len(among)] if among else None

    def grant(self, number: int) -> None:
        booking_id = self.pick(self.pending, number)
        if booking_id is None:
            return
        with self.database.write() as session:
            booking = session.get_one(RoomBooking, booking_id)
            granting = lambda: bookings.grant_booking(session, booking, by=self.lending.manager)  # noqa: E731
            if not self.is_free(self.pending[booking_id]):
                self.refused("room_taken", granting)
                return
            granting()
        self.give(booking_id, self.pending.pop(booking_id))

    def decline(self, number: int) -> None:
        booking_id = self.pick(self.pending | self.granted, number)
        if booking_id is not None:
            with self.database.write() as session:
                booking = session.get_one(RoomBooking, booking_id)
                bookings.decline_booking(session, booking, answer="检修", by=self.lending.manager)
            self.end(booking_id)

    def take_back(self, number: int) -> None:
        booking_id = self.pick(self.pending | self.granted, number)
        if booking_id is not None:
            with self.database.write() as session:
                bookings.take_back(session, session.get_one(RoomBooking, booking_id), by=self.lending.scheduler)
            self.end(booking_id)

    def end(self, booking_id: int) -> None:
        self.pending.pop(booking_id, None)
        self.granted.pop(booking_id, None)
        self.free(("booking", booking_id))

    def give_up(self, number: int, day: int) -> None:
        booking_id = self.pick(self.granted, number)
        if booking_id is None:
            return
        gone = self.granted[booking_id].pop(day % len(self.granted[booking_id]))
        with self.database.write() as session:
            booking = session.get_one(RoomBooking, booking_id)
            row = next(row for row in booking.days if row.starts_at == gone.starts_at)
            bookings.give_up_day(session, booking, row.id, by=self.lending.scheduler)
        self.taken.discard((("booking", booking_id), *gone))
        if not self.granted[booking_id]:
            self.end(booking_id)

    def open(self, day: int, half_hour: int, halves: int) -> None:
        days = self.days(day, half_hour, halves, 3)
        with self.database.write() as session:
            teacher = factories.make_teacher(session, session.merge(self.plan.room.venue.organisation))
            plan = replace(
                self.plan,
                room=session.get_one(Room, self.lending.room),
                teacher=session.get_one(Teacher, teacher.id),
                course=session.merge(self.plan.course),
                term=session.merge(self.plan.term),
                weekday=day,
                starts=time(half_hour // 2, half_hour % 2 * 30),
                minutes=30 * halves,
            )
            opening = lambda: actions.open_class(session, plan, by=self.lending.manager)  # noqa: E731
            if not self.is_free(days):
                self.refused("room_taken", opening)
                return
            lessons = dict(zip([lesson.id for lesson in opening().lessons], days, strict=True))
        self.lessons |= lessons
        self.taken |= {(("lesson", lesson_id), *day) for lesson_id, day in lessons.items()}

    def cancel(self, number: int) -> None:
        lesson_id = self.pick(self.lessons, number)
        if lesson_id is not None:
            with self.database.write() as session:
                lesson = session.get_one(Lesson, lesson_id)
                actions.cancel_lesson(session, lesson, reason="停电", by=self.lending.manager)
            del self.lessons[lesson_id]
            self.free(("lesson", lesson_id))

    def refused(self, code: str, act) -> None:
        with pytest.raises(DomainError) as raised:
            act()
        assert raised.value.code == code

    def rows(self) -> set[Taken]:
        """What the database says takes the room."""
        with self.database.read() as session:
            rows = session.scalars(
                select(Occupancy).where(Occupancy.holder == Holder.ROOM, Occupancy.holder_id == self.lending.room)
            )
            return {
                (
                    ("booking", row.booking_id) if row.booking_id else ("lesson", row.lesson_id),
                    row.starts_at,
                    row.ends_at,
                )
                for row in rows
            }


def make_model(database: Database) -> Model:
    lending = Lending.make(database)
    with database.write() as session:
        room = session.get_one(Room, lending.room)
        owner = room.venue.organisation
        term = factories.make_term(session, MONDAY, ends_on=MONDAY + timedelta(days=20))
        plan = make_plan(session, owner, room=room, term=term)
        return Model(database, lending, plan)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(acts=st.lists(ACTS, min_size=2, max_size=12))
def test_bookings_and_lessons_never_overlap(database, frozen, acts):
    model = make_model(database)
    for name, *numbers in acts:
        getattr(model, name)(*numbers)
    assert model.rows() == model.taken


def book_at_once(url: str, lending: Lending, by_home: bool, gate, outcomes) -> None:
    """In a process of its own: wait for the other one, then book the same room for the same time."""
    database = Database(url)
    by = lending.scheduler if by_home else lending.other_manager
    day = clock.today() + timedelta(days=7)
    gate.wait(60)
    try:
        with database.write() as session:
            lending.ask(session, Meeting(at(day, 9), at(day, 11)), by=by, weeks=3)
        outcomes.put("booked")
    except DomainError as refusal:
        outcomes.put(f"{refusal.code}: {refusal.message}")
    database.engine.dispose()


def test_of_two_processes_that_book_a_room_at_once_one_wins_and_the_other_reads_why(database):
    lending = Lending.make(database, Sharing.OPEN)
    url = database.engine.url.render_as_string(hide_password=False)
    spawning = multiprocessing.get_context("spawn")
    gate, outcomes = spawning.Barrier(2), spawning.Queue()
    both = [
        spawning.Process(target=book_at_once, args=(url, lending, by_home, gate, outcomes)) for by_home in (True, False)
    ]
    for process in both:
        process.start()
    booked, refused = sorted(outcomes.get(timeout=90) for _process in both)
    for process in both:
        process.join(30)
    assert booked == "booked"
    assert refused.startswith("room_taken: ")
    with database.read() as session:
        assert len(session.scalars(select(Occupancy)).all()) == 3
