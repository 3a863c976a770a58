"""What one look for clashes takes, in process: an edit against terms of several sizes, publishing, and free times near.

Each look has a session of its own, as a request has: nothing is remembered from the one before.
"""

import tempfile
import time as clock_time
from collections.abc import Callable, Iterator, Sequence
from datetime import timedelta
from itertools import cycle, islice
from pathlib import Path
from statistics import median, quantiles

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from senior_univ.catalogue.models import Course
from senior_univ.core import clock
from senior_univ.core.db import Database
from senior_univ.core.errors import DomainError
from senior_univ.network.models import Room
from senior_univ.teaching.models import Teacher
from senior_univ.timetable import actions, conflicts, nearest
from senior_univ.timetable.models import CourseClass, Lesson, Term
from senior_univ.timetable.rules import Meeting, Plan
from tests.bench import county
from tests.bench.county import County
from tests.bench.figures import Figure
from tests.bench.ground import LESSONS
from tests.conftest import seed

EDITS, PUBLISHED, ASKED = 200, 40, 200
COUNTY_LESSONS = county.CLASSES * LESSONS
"""Lessons of the county in which free times are looked for."""


def measure(new_database: Callable[[str], str], sizes: Sequence[int]) -> Iterator[Figure]:
    """Every figure, on SQLite and on PostgreSQL; ``new_database`` makes an empty one on the server."""
    with tempfile.TemporaryDirectory() as folder:
        for kind in ("sqlite", "postgresql"):
            for size in sorted({*sizes, COUNTY_LESSONS}):
                name = f"clashes_{size}"
                url = new_database(name) if kind == "postgresql" else f"sqlite:///{Path(folder) / name}.db"
                yield from _of(kind, size, url, is_edited=size in sizes)


def _of(kind: str, size: int, url: str, *, is_edited: bool) -> Iterator[Figure]:
    seed(url)
    database = Database(url)
    with database.write() as session:
        laid = county.lay(session, size // LESSONS, clock.week_start(clock.today()) + timedelta(weeks=2))
    with database.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("ANALYZE"))
    if is_edited:
        yield Figure(f"edit_check_ms_{kind}_{size}", median(_edits(database, laid)), "ms", aim="≤ 5")
    if size == COUNTY_LESSONS:
        suffix = "" if kind == "postgresql" else f"_{kind}"
        yield Figure(f"publish_16_ms{suffix}", median(_published(database, laid)), "ms", aim="≤ 100")
        yield Figure(f"nearest_free_p95_ms{suffix}", quantiles(_asked(database, laid), n=20)[-1], "ms", aim="≤ 300")
    database.engine.dispose()


def milliseconds(act: Callable[[], object]) -> float:
    """How long ``act`` takes."""
    began = clock_time.perf_counter()
    act()
    return (clock_time.perf_counter() - began) * 1000


def _edits(database: Database, laid: County) -> list[float]:
    """Lessons all over the term, each looked at a few hours later; the first looks warm up."""
    with database.read() as session:
        ids = session.scalars(select(Lesson.id).order_by(Lesson.id)).all()
    chosen = list(islice(cycle(ids[:: max(1, len(ids) // EDITS)]), EDITS + 20))
    return [_edit(database, lesson_id) for lesson_id in chosen][20:]


def _edit(database: Database, lesson_id: int) -> float:
    with database.read() as session:
        lesson = session.get_one(Lesson, lesson_id)
        assert lesson.course_class.home_id is None
        assert lesson.room.venue.organisation_id == lesson.teacher.organisation_id
        moved = Meeting(*(each + timedelta(hours=1) for each in (lesson.starts_at, lesson.ends_at)))
        slot = conflicts.slot_of_lesson(lesson, moved)
        return milliseconds(lambda: conflicts.find_conflicts(session, slot))


def _plan(session: Session, laid: County, number: int) -> Plan:
    """A plan in one of the county's rooms with one of its teachers, at one of its times."""
    weekday, starts = county.SLOTS[number * 7 % len(county.SLOTS)]
    return Plan(
        course=session.get_one(Course, laid.course_id),
        term=session.get_one(Term, laid.term_id),
        teacher=session.get_one(Teacher, laid.teacher_ids[number * 11 % len(laid.teacher_ids)]),
        room=session.get_one(Room, laid.room_ids[number * 13 % len(laid.room_ids)]),
        weekday=weekday,
        starts=starts,
        minutes=90,
        capacity=30,
        lessons=LESSONS,
    )


def _published(database: Database, laid: County) -> list[float]:
    """Classes of sixteen lessons, each at a time that is free for it, committed."""
    taken: list[float] = []
    for number in range(PUBLISHED * 10):
        if len(taken) == PUBLISHED:
            break
        began = clock_time.perf_counter()
        try:
            with database.write() as session:
                actions.open_class(session, _plan(session, laid, number), by=laid.by)
        except DomainError:
            continue
        taken.append((clock_time.perf_counter() - began) * 1000)
    if len(taken) < PUBLISHED:
        raise RuntimeError(f"only {len(taken)} classes could be published")
    return taken


def _asked(database: Database, laid: County) -> list[float]:
    """Free times near a class's own, and near one of its lessons, turn and turn about."""
    return [_ask(database, laid, number) for number in range(ASKED)]


def _ask(database: Database, laid: County, number: int) -> float:
    with database.read() as session:
        held = session.get_one(CourseClass, laid.class_ids[number * 17 % len(laid.class_ids)])
        if number % 2:
            lesson = held.lessons[number % LESSONS]
            slot = conflicts.slot_of_lesson(lesson)
            return milliseconds(lambda: nearest.nearest_single(session, slot))
        plan = Plan(
            held.course,
            held.term,
            held.teacher,
            session.get_one(Room, laid.room_ids[number * 13 % len(laid.room_ids)]),
            held.weekday,
            held.starts,
            held.minutes,
            held.capacity,
        )
        return milliseconds(lambda: nearest.nearest_weekly(session, plan))
