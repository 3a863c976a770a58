"""Milliseconds until the substitutes for a lesson are found in a county: 120 teachers, 240 rooms, 800 weekly classes."""

import time as clock_time
from datetime import timedelta

from sqlalchemy import select

from senior_univ.catalogue.models import Course
from senior_univ.core import clock
from senior_univ.core.db import Database
from senior_univ.teaching.models import TeacherSubject
from senior_univ.timetable.models import Lesson
from senior_univ.timetable.queries import lesson_options
from senior_univ.timetable.substitutes import find_substitutes
from tests.bench import county
from tests.bench.figures import Figure
from tests.conftest import seed

ASKED = 100
MILLISECONDS = 300


def lay(database: Database) -> list[int]:
    """The county, all of whose teachers teach the subject; returns lessons to ask for."""
    monday = clock.week_start(clock.today()) + timedelta(weeks=1)
    with database.write() as session:
        laid = county.lay(session, county.CLASSES, monday)
        subject_id = session.get_one(Course, laid.course_id).subject_id
        session.add_all(TeacherSubject(teacher_id=each, subject_id=subject_id) for each in laid.teacher_ids)
    with database.read() as session:
        step = len(laid.class_ids) // ASKED
        wanted = select(Lesson.id).where(Lesson.number == 2, Lesson.class_id.in_(laid.class_ids[::step]))
        return list(session.scalars(wanted.order_by(Lesson.id)))


def ask(database: Database, lesson_id: int) -> float:
    """How long it takes for one lesson."""
    with database.read() as session:
        one = select(Lesson).join(Lesson.course_class).where(Lesson.id == lesson_id).options(*lesson_options())
        lesson = session.scalars(one).one()
        began = clock_time.perf_counter()
        find_substitutes(session, lesson)
        return (clock_time.perf_counter() - began) * 1000


def measure(url: str) -> Figure:
    """The figure, on that database."""
    seed(url)
    database = Database(url)
    times = sorted(ask(database, lesson_id) for lesson_id in lay(database))
    database.engine.dispose()
    return Figure("substitutes_p95_ms", times[int(len(times) * 0.95)], "ms", aim=f"≤ {MILLISECONDS}")
