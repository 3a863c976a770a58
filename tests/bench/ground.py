"""What is measured on: the demo's people and classes in PostgreSQL, and beside them rows made for the measuring.

A site of its own has 40 lessons in the week that is looked at, and 50 classes in all. A second one has the classes in
which seats are taken: 500 with room for everybody, and small ones on which everybody falls at once. All have 16 lessons,
all still to come.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import islice, product
from typing import Any

from sqlalchemy import insert, select, text
from sqlalchemy.orm import Session

from senior_univ import create_app
from senior_univ.accounts.models import Account, Person, PhoneKind, RoleAssignment
from senior_univ.core import clock
from senior_univ.core.db import Database
from senior_univ.core.permissions import Role
from senior_univ.demo.cli import fill
from senior_univ.enrolment.models import Seat
from senior_univ.network.models import Organisation, Room
from senior_univ.teaching.models import Teacher
from senior_univ.timetable.models import CourseClass, Holder, Lesson, Occupancy, Term
from tests.conftest import seed, settings_for
from tests.factories import make_course, make_organisation, make_room, make_staff, make_teacher, make_term

LESSONS = 16
MINUTES = 90
SLOTS = tuple(product(range(5), (time(8), time(10), time(14), time(16))))
"""Weekdays and times: as many classes fit into one room."""
SPREAD = 500
WEEK = 40
LIST = 50
REGULARS = 100
HOT_PLACES = 600
SPREAD_PLACES = 60


@dataclass(frozen=True)
class Visitor:
    """Somebody who can be signed in."""

    person_id: int
    account_id: int


@dataclass(frozen=True)
class Site:
    """An organisation with a term, and everything that a class needs besides a time."""

    organisation: Organisation
    term: Term
    course_id: int


@dataclass(frozen=True)
class Ground:
    """Who and what the measures use; ``week`` is the Monday of the week with 40 lessons."""

    newcomers: Sequence[Visitor]
    regulars: Sequence[Visitor]
    manager: Visitor
    week: date
    spread: Sequence[int]
    hot: Sequence[int]


def fill_with_demo(url: str, learners: int) -> None:
    """Bring an empty database to the newest schema with the demo's ``learners`` in it; shows its progress."""
    seed(url)
    app = create_app(settings_for(url))
    fill(app.extensions["database"], learners)
    app.extensions["database"].engine.dispose()


def lay(url: str, *, newcomers: int, hot: int) -> Ground:
    """Add the rows of the measures, with as many people who have no class yet and as many small classes."""
    database = Database(url)
    with database.write() as session:
        ground = _lay(session, newcomers, hot)
    with database.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("VACUUM ANALYZE"))
        connection.execute(text("CHECKPOINT"))
    database.engine.dispose()
    return ground


def _lay(session: Session, newcomers: int, hot: int) -> Ground:
    monday = clock.week_start(clock.today()) + timedelta(weeks=1)
    shown, busy = _site(session, monday), _site(session, monday)
    manager = make_staff(session, Role.SITE_MANAGER, shown.organisation)
    _classes(session, shown, monday, WEEK, 30)
    _classes(session, shown, monday + timedelta(weeks=1), LIST - WEEK, 30)
    return Ground(
        newcomers=_newcomers(session, newcomers),
        regulars=_regulars(session),
        manager=_staff(session, manager),
        week=monday,
        spread=_classes(session, busy, monday, SPREAD, SPREAD_PLACES),
        hot=_classes(session, busy, monday, hot, HOT_PLACES),
    )


def _site(session: Session, monday: date) -> Site:
    organisation = make_organisation(session)
    term = session.scalar(select(Term).where(Term.ends_on >= monday).order_by(Term.starts_on).limit(1))
    return Site(organisation, term or make_term(session), make_course(session, organisation).id)


def _staff(session: Session, person: Person) -> Visitor:
    account_id = session.scalars(select(Account.id).where(Account.person_id == person.id)).one()
    return Visitor(person.id, account_id)


def written(session: Session, model: Any, rows: list[dict[str, Any]]) -> list[int]:
    """Write rows at once; their ids in the same order."""
    return list(session.scalars(insert(model).returning(model.id, sort_by_parameter_order=True), rows))


def _newcomers(session: Session, count: int) -> list[Visitor]:
    now = clock.now()
    people = [
        {
            "name": "李桂兰",
            "birth_year": 1950,
            "phone": f"+86139{number:08d}",
            "phone_kind": PhoneKind.MOBILE,
            "phone_tail": f"{number % 10000:04d}",
            "region_code": "130502001062",
            "created_at": now,
        }
        for number in range(count)
    ]
    return _with_accounts(session, written(session, Person, people))


def _regulars(session: Session) -> list[Visitor]:
    """Some of the demo's learners, spread over all of them, with a class that is running and no account yet."""
    staff = select(RoleAssignment.person_id)
    wanted = (
        select(Seat.person_id)
        .join(Seat.course_class)
        .where(CourseClass.last_lesson_at > clock.now() + timedelta(weeks=1), Seat.person_id.not_in(staff))
        .where(Seat.person_id.not_in(select(Account.person_id)))
        .distinct()
        .order_by(Seat.person_id)
    )
    learners = list(session.scalars(wanted))
    return _with_accounts(session, list(islice(learners, 0, None, max(1, len(learners) // REGULARS)))[:REGULARS])


def _with_accounts(session: Session, person_ids: list[int]) -> list[Visitor]:
    accounts = written(session, Account, [{"person_id": person_id} for person_id in person_ids])
    return [Visitor(*pair) for pair in zip(person_ids, accounts, strict=True)]


def _classes(session: Session, site: Site, monday: date, count: int, places: int) -> list[int]:
    """``count`` classes from ``monday`` on, in as many rooms with as many teachers as that takes."""
    rows: list[dict[str, Any]] = []
    for first in range(0, count, len(SLOTS)):
        room = make_room(session, site.organisation, capacity=max(30, places))
        teacher = make_teacher(session, site.organisation)
        slots = SLOTS[: count - first]
        rows += [_class_row(site, room, teacher, monday, weekday, starts, places) for weekday, starts in slots]
    ids = written(session, CourseClass, rows)
    _lessons(session, list(zip(ids, rows, strict=True)))
    return ids


def _class_row(
    site: Site, room: Room, teacher: Teacher, monday: date, weekday: int, starts: time, places: int
) -> dict[str, Any]:
    first = clock.instant(monday + timedelta(days=weekday), starts)
    return {
        "course_id": site.course_id,
        "term_id": site.term.id,
        "organisation_id": site.organisation.id,
        "teacher_id": teacher.id,
        "room_id": room.id,
        "region_code": site.organisation.region_code,
        "weekday": weekday,
        "starts": starts,
        "minutes": MINUTES,
        "zone": clock.zone().key,
        "capacity": places,
        "first_lesson_at": first,
        "last_lesson_at": first + timedelta(weeks=LESSONS - 1),
        "lessons_planned": LESSONS,
        "opened_at": clock.now(),
    }


def class_rows_written(session: Session, rows: list[dict[str, Any]], monday: date) -> list[int]:
    """Write classes whose rows say when they meet, each with its lessons from ``monday`` on; their ids."""
    for row in rows:
        first = clock.instant(monday + timedelta(days=row["weekday"]), row["starts"])
        row |= {"first_lesson_at": first, "last_lesson_at": first + timedelta(weeks=LESSONS - 1)}
    ids = written(session, CourseClass, rows)
    _lessons(session, list(zip(ids, rows, strict=True)))
    return ids


def _lessons(session: Session, classes: list[tuple[int, dict[str, Any]]]) -> None:
    rows = [
        {
            "class_id": class_id,
            "number": number + 1,
            **_times(row["first_lesson_at"] + timedelta(weeks=number)),
            "room_id": row["room_id"],
            "teacher_id": row["teacher_id"],
        }
        for class_id, row in classes
        for number in range(LESSONS)
    ]
    ids = written(session, Lesson, rows)
    taken = [
        {
            "holder": holder,
            "holder_id": row[column],
            "starts_at": row["starts_at"],
            "ends_at": row["ends_at"],
            "lesson_id": lesson_id,
        }
        for lesson_id, row in zip(ids, rows, strict=True)
        for holder, column in ((Holder.ROOM, "room_id"), (Holder.TEACHER, "teacher_id"))
    ]
    session.execute(insert(Occupancy), taken)


def _times(starts_at: datetime) -> dict[str, datetime]:
    return {"starts_at": starts_at, "ends_at": starts_at + timedelta(minutes=MINUTES)}
