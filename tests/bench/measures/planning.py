"""Seconds until tomorrow's reminders for a hundred thousand seats are written, and the memory that it took."""

import time as clock_time
from datetime import time, timedelta
from typing import Any

import psutil
from sqlalchemy import insert
from sqlalchemy.orm import Session

from senior_univ.accounts.models import Person, PhoneKind
from senior_univ.core import clock
from senior_univ.core.db import Database
from senior_univ.enrolment.models import Hand, Seat
from senior_univ.reminders.models import MessageKind
from senior_univ.reminders.planning import plan_run
from senior_univ.reminders.rules import Run
from senior_univ.timetable.models import CourseClass, Lesson
from tests.bench.county import lay as lay_county
from tests.bench.figures import Figure
from tests.bench.ground import written
from tests.conftest import seed

SEATS_A_CLASS = 40
AT_ONCE = 5000
SECONDS = 20


def lay(database: Database, seats: int) -> None:
    """Classes with a lesson tomorrow each, full of learners with a mobile of their own."""
    tomorrow = clock.today() + timedelta(days=1)
    with database.write() as session:
        county = lay_county(session, 10, clock.week_start(tomorrow) + timedelta(weeks=4))
        pattern = session.get_one(CourseClass, county.class_ids[0])
        starts_at = clock.instant(tomorrow, time(9))
        class_ids = _classes(session, pattern, seats // SEATS_A_CLASS, starts_at)
        for first in range(0, seats, AT_ONCE):
            _learners(session, class_ids, range(first, min(first + AT_ONCE, seats)), county.by.person_id)


def _classes(session: Session, pattern: CourseClass, count: int, starts_at: Any) -> list[int]:
    left_out = {"id", "first_lesson_at", "last_lesson_at"}
    same = {each.key: getattr(pattern, each.key) for each in CourseClass.__mapper__.column_attrs}
    row = {name: value for name, value in same.items() if name not in left_out}
    row |= {"first_lesson_at": starts_at - timedelta(weeks=1), "last_lesson_at": starts_at + timedelta(weeks=8)}
    ids = written(session, CourseClass, [row for _number in range(count)])
    lesson = {"starts_at": starts_at, "ends_at": starts_at + timedelta(minutes=90), "number": 2}
    lesson |= {"room_id": pattern.room_id, "teacher_id": pattern.teacher_id}
    session.execute(insert(Lesson), [lesson | {"class_id": class_id} for class_id in ids])
    return ids


def _learners(session: Session, class_ids: list[int], numbers: range, by_id: int) -> None:
    now = clock.now()
    people = [
        {
            "name": "李桂兰",
            "birth_year": 1950,
            "phone": f"+86137{number:08d}",
            "phone_kind": PhoneKind.MOBILE,
            "region_code": None,
            "created_at": now,
        }
        for number in numbers
    ]
    ids = written(session, Person, people)
    seats = [
        {
            "class_id": class_ids[number % len(class_ids)],
            "person_id": person_id,
            "reference": f"P{number:08d}",
            "hand": Hand.DESK,
            "taken_at": now,
            "taken_by_id": by_id,
        }
        for number, person_id in zip(numbers, ids, strict=True)
    ]
    session.execute(insert(Seat), seats)


def measure(url: str, seats: int) -> list[Figure]:
    """The figures, on that empty database; RuntimeError where a text is missing or a second run adds one."""
    seed(url)
    database = Database(url)
    lay(database, seats)
    with database.engine.execution_options(isolation_level="AUTOCOMMIT").connect() as connection:
        connection.exec_driver_sql("ANALYZE")
    run = Run(MessageKind.REMINDER_EVENING, clock.today() + timedelta(days=1), None)
    before, began = psutil.Process().memory_info().rss, clock_time.perf_counter()
    added = plan_run(database, run, clock.now())
    took = clock_time.perf_counter() - began
    grown = max(0, psutil.Process().memory_info().rss - before) / 1e6
    again = plan_run(database, run, clock.now())
    database.engine.dispose()
    if (added, again) != (seats, 0):
        raise RuntimeError(f"{added} texts for {seats} seats, and {again} more the second time")
    aim = f"≤ {SECONDS}"
    return [Figure("plan_100000_s", took * 100_000 / seats, "s", aim=aim), Figure("plan_memory_mb", grown, "MB")]
