"""The demo: real places, invented people, always the same, and nothing in it breaks a rule."""

import time
from collections.abc import Iterator

import pytest
import time_machine
from flask import Flask
from sqlalchemy import func, or_, select

from senior_univ.accounts.models import Account, Person
from senior_univ.care.models import AccessNeeds, CareBlock, Residency, Unit
from senior_univ.core import clock
from senior_univ.core.db import Database
from senior_univ.demo.making import make_demo
from senior_univ.demo.queries import demo_accounts
from senior_univ.enrolment.models import Seat
from senior_univ.network.models import Organisation, OrganisationKind, Region, Room
from senior_univ.teaching.models import Teacher
from senior_univ.timetable.models import ClassAssistant, CourseClass, Holder, Lesson, Occupancy, Term
from tests.conftest import TUESDAY_MORNING
from tests.databases import Databases


@pytest.fixture(scope="module")
def made(databases: Databases) -> Iterator[Database]:
    """One demo for all tests, which only look at it."""
    database = Database(databases.clone("demo"))
    with time_machine.travel(TUESDAY_MORNING, tick=False), database.write() as session:
        make_demo(session, 2000, lambda _rows: None)
    yield database
    database.engine.dispose()


def test_it_has_the_size_that_was_asked_for(made: Database) -> None:
    with made.read() as session:
        counts = {
            model: session.scalar(select(func.count()).select_from(model))
            for model in (Organisation, Teacher, CourseClass, Term)
        }
        homes = session.scalars(
            select(Organisation).where(
                Organisation.kind.in_(
                    [
                        OrganisationKind.CARE_INSTITUTION,
                        OrganisationKind.VILLAGE_CARE_HOME,
                        OrganisationKind.HAPPINESS_HOME,
                    ]
                )
            )
        ).all()
        largest = session.scalar(
            select(func.count())
            .select_from(Residency)
            .group_by(Residency.home_id)
            .order_by(func.count().desc())
            .limit(1)
        )
    assert 36 <= counts[Organisation] <= 44
    assert counts[Teacher] == 60
    assert counts[CourseClass] == 123, "two of them are last term's, and a few tell a story"
    assert counts[Term] == 3, "the last one, this one, the next one"
    assert len(homes) == 3
    assert largest == 120


def test_its_learners_are_between_60_and_95_and_live_in_real_villages(
    made: Database, frozen: time_machine.Traveller
) -> None:
    with made.read() as session:
        years = session.scalars(select(Person.birth_year).join(Seat, Seat.person_id == Person.id)).all()
        lost = session.scalar(
            select(func.count()).select_from(Person).where(Person.region_code.not_in(select(Region.code)))
        )
    assert {clock.today().year - year for year in years} <= set(range(60, 96))
    assert lost == 0


def test_the_large_home_eats_and_naps_when_it_should(made: Database) -> None:
    with made.read() as session:
        unit = session.scalars(select(Unit).order_by(Unit.id)).first()
        blocks = session.scalars(select(CareBlock).where(CareBlock.unit_id == unit.id).order_by(CareBlock.starts)).all()
    said = [(block.kind.value, f"{block.starts:%H:%M}", f"{block.ends:%H:%M}") for block in blocks]
    assert ("nap", "12:00", "14:00") in said
    assert [starts for kind, starts, _ends in said if kind == "meal"] == ["07:00", "11:30", "17:00"]


def test_its_counters_agree_with_its_seats(made: Database) -> None:
    with made.read() as session:
        standing = select(Seat.class_id, func.count()).where(Seat.ended_at.is_(None))
        counted = dict(session.execute(standing.group_by(Seat.class_id)).all())
        wheelchairs = dict(session.execute(standing.where(Seat.takes_wheelchair_place).group_by(Seat.class_id)).all())
        for each in session.scalars(select(CourseClass)):
            assert each.seats_taken == counted.get(each.id, 0)
            assert each.wheelchairs_taken == wheelchairs.get(each.id, 0)


def test_nobody_who_needs_it_is_seated_behind_a_staircase(made: Database) -> None:
    with made.read() as session:
        stranded = session.scalar(
            select(func.count())
            .select_from(Seat)
            .join(CourseClass, CourseClass.id == Seat.class_id)
            .join(Room, Room.id == CourseClass.room_id)
            .join(AccessNeeds, AccessNeeds.person_id == Seat.person_id)
            .where(AccessNeeds.needs_step_free, Room.is_step_free.is_(False))
        )
    assert stranded == 0


def test_every_seat_and_lesson_takes_its_time(made: Database) -> None:
    with made.read() as session:
        is_held = Lesson.cancelled_at.is_(None)
        lessons = session.scalar(select(func.count()).select_from(Lesson).where(is_held))
        helped = session.scalar(
            select(func.count())
            .select_from(ClassAssistant)
            .join(Lesson, Lesson.class_id == ClassAssistant.class_id)
            .join(Occupancy, Occupancy.lesson_id == Lesson.id)
            .where(is_held, Occupancy.holder == Holder.TEACHER, Occupancy.holder_id == ClassAssistant.teacher_id)
        )
        sat_in = session.scalar(
            select(func.count())
            .select_from(Seat)
            .join(Lesson, Lesson.class_id == Seat.class_id)
            .where(is_held, or_(Seat.ended_at.is_(None), Lesson.starts_at < Seat.ended_at))
        )
        of_lessons = select(Occupancy.holder, func.count()).where(Occupancy.lesson_id.is_not(None))
        taken = dict(session.execute(of_lessons.group_by(Occupancy.holder)).all())
    assert taken == {Holder.ROOM: lessons, Holder.TEACHER: lessons + helped, Holder.PERSON: sat_in}


def test_it_is_the_same_every_time(databases: Databases, frozen: time_machine.Traveller) -> None:
    seen = []
    for name in ("once", "twice"):
        other = Database(databases.clone(name))
        with other.write() as session:
            make_demo(session, 1000, lambda _rows: None)
            seen.append(
                session.execute(select(Person.name, Person.birth_year, Person.region_code).order_by(Person.id)).all()
            )
        other.engine.dispose()
    assert seen[0] == seen[1]


def test_the_next_person_gets_the_next_id(made: Database) -> None:
    with made.new_writer() as session:
        person = Person(name="新学员", created_at=clock.now())
        session.add(person)
        session.flush()
        assert person.id == session.scalar(select(func.max(Person.id)))
        session.rollback()


def test_its_people_can_be_played(made: Database, app: Flask) -> None:
    with made.read() as session, app.test_request_context():
        accounts = demo_accounts(session)
        assert len(accounts) == session.scalar(select(func.count()).select_from(Account)) == 8
    assert accounts[0].label.startswith("王秀英")


def test_the_command_fills_an_empty_database_only(app: Flask, database: Database) -> None:
    runner = app.test_cli_runner()
    began = time.monotonic()
    assert runner.invoke(args=["demo", "--learners", "1000"]).exit_code == 0
    assert time.monotonic() - began < 60
    again = runner.invoke(args=["demo"])
    assert again.exit_code == 1
    assert "empty" in again.output
    assert runner.invoke(args=["demo", "--if-empty"]).exit_code == 0
    with database.read() as session:
        assert 900 < session.scalar(select(func.count()).select_from(Person)) < 1300
