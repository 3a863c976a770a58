"""However classes are opened, lessons moved and cancelled, nobody is ever in two places at once, or must be too soon."""

import subprocess
import sys
import threading
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from senior_univ.catalogue.models import Course
from senior_univ.core import clock
from senior_univ.core.access import Post, Viewer
from senior_univ.core.db import Database
from senior_univ.core.errors import DomainError
from senior_univ.core.permissions import Role
from senior_univ.network.models import Room, TravelTime
from senior_univ.teaching.models import Teacher
from senior_univ.timetable import actions
from senior_univ.timetable.models import Holder, Lesson, Occupancy, Term
from senior_univ.timetable.rules import Plan
from tests import factories
from tests.servers import ROOT
from tests.timetable.site import make_plan, viewer_of

MONDAY = date(2026, 3, 16)
NUMBER = st.integers(0, 1)
WEEKDAY = st.integers(0, 1)
HALF_HOURS = st.integers(16, 20)
OPENING = st.tuples(st.just("open"), NUMBER, NUMBER, WEEKDAY, HALF_HOURS, st.sampled_from([30, 60, 90]))
MOVING = st.tuples(st.just("move"), st.integers(0, 9), NUMBER, NUMBER, WEEKDAY, HALF_HOURS)
CANCELLING = st.tuples(st.just("cancel"), st.integers(0, 9))
WAY = timedelta(minutes=40)
"""Between the venues of the two rooms, as somebody wrote it down."""
HOURS = 6
"""That a teacher teaches in a week at most."""
Taken = tuple[int, int, datetime, datetime]


def clash(one: Taken, other: Taken) -> bool:
    """Whether both need the same room or teacher at once, or the teacher has too little time between two venues."""
    gap = max(one[2], other[2]) - min(one[3], other[3])
    needed = WAY if one[0] != other[0] else timedelta()
    is_at_once = gap < timedelta()
    return (is_at_once and one[0] == other[0]) or (one[1] == other[1] and (is_at_once or gap < needed))


@dataclass
class Model:
    """What stands, as plain intervals: lesson → room, teacher, from, to."""

    database: Database
    plan: Plan
    rooms: list[int]
    teachers: list[int]
    by: object
    standing: dict[int, Taken] = field(default_factory=dict)

    def is_free(self, wanted: Taken, but: int | None = None) -> bool:
        others = [other for lesson, other in self.standing.items() if lesson != but]
        return not any(clash(wanted, other) for other in others) and self.is_within_hours(wanted, others)

    def is_within_hours(self, wanted: Taken, others: list[Taken]) -> bool:
        """Whether the teacher's week, this lesson included, has no more than her hours."""
        _room, teacher, starts, ends = wanted
        week = clock.week_start(clock.local(starts).date())
        hers = [o for o in others if o[1] == teacher and clock.week_start(clock.local(o[2]).date()) == week]
        return sum((o[3] - o[2] for o in hers), ends - starts) <= timedelta(hours=HOURS)

    def open(self, room: int, teacher: int, weekday: int, half_hour: int, minutes: int) -> None:
        room, teacher, starts = self.rooms[room], self.teachers[teacher], time(half_hour // 2, half_hour % 2 * 30)
        days = [MONDAY + timedelta(days=weekday + more) for more in (0, 7)]
        at = [clock.instant(day, starts) for day in days]
        wanted = [(room, teacher, each, each + timedelta(minutes=minutes)) for each in at]
        with self.database.write() as session:
            plan = replace(
                self.plan,
                room=session.get_one(Room, room),
                teacher=session.get_one(Teacher, teacher),
                course=session.merge(self.plan.course),
                term=session.merge(self.plan.term),
                weekday=weekday,
                starts=starts,
                minutes=minutes,
            )
            if not all(map(self.is_free, wanted)):
                self.expect_refusal(lambda: actions.open_class(session, plan, by=self.by))
                return
            opened = actions.open_class(session, plan, by=self.by)
            self.standing |= dict(zip([lesson.id for lesson in opened.lessons], wanted, strict=True))

    def move(self, number: int, room: int, teacher: int, weekday: int, half_hour: int) -> None:
        if not self.standing:
            return
        lesson_id = sorted(self.standing)[number % len(self.standing)]
        old, starts = self.standing[lesson_id], time(half_hour // 2, half_hour % 2 * 30)
        starts_at = clock.instant(MONDAY + timedelta(days=weekday), starts)
        wanted = (self.rooms[room], self.teachers[teacher], starts_at, starts_at + (old[3] - old[2]))
        with self.database.write() as session:
            to = {"room": session.get_one(Room, wanted[0]), "teacher": session.get_one(Teacher, wanted[1])}
            lesson = session.get_one(Lesson, lesson_id)
            moving = lambda: actions.move_lesson(session, lesson, starts_at=starts_at, by=self.by, **to)  # noqa: E731
            if wanted == old or not self.is_free(wanted, but=lesson_id):
                self.expect_refusal(moving)
                return
            moving()
            self.standing[lesson_id] = wanted

    def cancel(self, number: int) -> None:
        if not self.standing:
            return
        lesson_id = sorted(self.standing)[number % len(self.standing)]
        with self.database.write() as session:
            actions.cancel_lesson(session, session.get_one(Lesson, lesson_id), reason="停电", by=self.by)
            del self.standing[lesson_id]

    def expect_refusal(self, act) -> None:
        with pytest.raises(DomainError) as raised:
            act()
        assert raised.value.code in {"room_taken", "teacher_taken", "travel", "hours_exceeded", "nothing_changed"}

    def rows(self) -> set[Taken]:
        """What the database says is taken by these rooms and teachers."""
        with self.database.read() as session:
            rows = session.scalars(select(Occupancy)).all()
        rooms = {row.lesson_id: row for row in rows if row.holder is Holder.ROOM and row.holder_id in self.rooms}
        teachers = {row.lesson_id: row for row in rows if row.holder is Holder.TEACHER}
        return {
            (row.holder_id, teachers[lesson].holder_id, row.starts_at, row.ends_at) for lesson, row in rooms.items()
        }


def make_model(database: Database) -> Model:
    with database.write() as session:
        site = factories.make_organisation(session)
        rooms = [factories.make_room(session, site) for _ in range(2)]
        one, other = sorted(room.venue_id for room in rooms)
        session.add(TravelTime(one_id=one, other_id=other, minutes=WAY // timedelta(minutes=1)))
        teachers = [factories.make_teacher(session, site, hours_a_week=HOURS) for _ in range(2)]
        term = factories.make_term(session, MONDAY, ends_on=MONDAY + timedelta(days=13))
        plan = make_plan(session, site, term=term, room=rooms[0], teacher=teachers[0])
        by = viewer_of(session, Role.SITE_MANAGER, site)
        return Model(database, plan, [room.id for room in rooms], [each.id for each in teachers], by)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(acts=st.lists(st.one_of(OPENING, MOVING, CANCELLING), min_size=2, max_size=12))
def test_the_database_always_agrees_with_plain_intervals(database, frozen, acts):
    model = make_model(database)
    for name, *numbers in acts:
        getattr(model, name)(*numbers)
    assert model.rows() == set(model.standing.values())


def attempt(database: Database, plan: Plan, by: object, start: threading.Barrier, outcomes: list[str]) -> None:
    """Open the class in a transaction of its own, at the same moment as the others."""
    start.wait()
    try:
        with database.write() as session:
            rows = {name: session.merge(getattr(plan, name)) for name in ("course", "term", "room", "teacher")}
            actions.open_class(session, replace(plan, **rows), by=by)
        outcomes.append("opened")
    except DomainError as refusal:
        outcomes.append(f"{refusal.code}: {refusal.message}")


@pytest.mark.parametrize("shared", ["room", "teacher", "room and teacher"])
def test_of_two_who_take_the_same_at_once_one_wins_and_the_other_reads_why(database, frozen, shared):
    with database.write() as session:
        site = factories.make_organisation(session)
        by = viewer_of(session, Role.SITE_MANAGER, site)
        one = make_plan(session, site)
        two = replace(one)
        if "room" not in shared:
            two = replace(two, room=factories.make_room(session, site))
        if "teacher" not in shared:
            two = replace(two, teacher=factories.make_teacher(session, site))
        plans = [replace(plan, weekday=weekday, from_on=None) for weekday in range(5) for plan in (one, two)]
        [plan.room.venue for plan in plans]
    for first, second in zip(plans[::2], plans[1::2], strict=True):
        outcomes: list[str] = []
        start = threading.Barrier(2)
        threads = [
            threading.Thread(target=attempt, args=(database, plan, by, start, outcomes)) for plan in (first, second)
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(30)
        opened, refused = sorted(outcomes)
        assert opened == "opened"
        assert refused.partition("_taken: ")[2]


def attempt_alone(url: str, ids: dict[str, int], starts: str) -> str:
    """What a process of its own does: wait for a line on its input, then open the class; says how it ended."""
    database = Database(url)
    models = {"course": Course, "term": Term, "room": Room, "teacher": Teacher}
    with database.read() as session:
        session.get_one(Room, ids["room"])  # the connection stands
    sys.stdin.readline()
    try:
        with database.write() as session:
            rows = {name: session.get_one(model, ids[name]) for name, model in models.items()}
            by = Viewer(ids["by"], "李建国", (Post(Role.SITE_MANAGER, ids["site"], "130502"),))
            plan = Plan(**rows, weekday=3, starts=time.fromisoformat(starts), minutes=90, capacity=20)
            actions.open_class(session, plan, by=by)
    except DomainError as refusal:
        return f"{refusal.code}: {refusal.message}"
    return "opened"


def started(database: Database, ids: dict[str, int], starts: str, now: datetime) -> subprocess.Popen[str]:
    """A process that is ready to open that class."""
    url = database.engine.url.render_as_string(hide_password=False)
    code = (
        "import time_machine; from datetime import datetime; "
        f"time_machine.travel(datetime.fromisoformat({now.isoformat()!r}), tick=True).start(); "
        "from tests.timetable.test_occupancy import attempt_alone; "
        f"print(attempt_alone({url!r}, {ids!r}, {starts!r}))"
    )
    return subprocess.Popen(  # this interpreter, our own code
        [sys.executable, "-c", code], cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )


@pytest.mark.parametrize(
    ("starts", "is_same_room", "code"), [("09:30", True, "_taken: "), ("11:00", False, "travel: ")]
)
def test_of_two_processes_at_the_same_moment_one_wins_and_the_other_reads_why(
    database, frozen, starts, is_same_room, code
):
    with database.write() as session:
        site = factories.make_organisation(session)
        plan = make_plan(session, site)
        room = plan.room if is_same_room else factories.make_room(session, site)
        if not is_same_room:
            one, other = sorted((plan.room.venue_id, room.venue_id))
            session.add(TravelTime(one_id=one, other_id=other, minutes=40))
        by = viewer_of(session, Role.SITE_MANAGER, site)
        names = {name: getattr(plan, name).id for name in ("course", "term", "room", "teacher")}
        ids = names | {"by": by.person_id, "site": site.id}
        wanted = [(ids, "09:30"), (ids | {"room": room.id}, starts)]
    processes = [started(database, *each, now=clock.now()) for each in wanted]
    for process in processes:
        process.stdin.write("\n")
        process.stdin.flush()
    outcomes = sorted(process.communicate(timeout=60)[0].strip() for process in processes)
    assert outcomes[0] == "opened"
    assert code in outcomes[1]
