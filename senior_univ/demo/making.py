"""Putting the demo together."""

from pathlib import Path
from random import Random

from argon2 import PasswordHasher
from sqlalchemy import select
from sqlalchemy.orm import Session

from senior_univ.accounts.models import Person
from senior_univ.attendance.storage import Storage
from senior_univ.catalogue.models import Subject
from senior_univ.demo import (
    allocation,
    attendance,
    care,
    changes,
    classes,
    evidence,
    exchange,
    next_term,
    online,
    records,
    sharing,
    stories,
    teaching,
    telling,
    waiting,
)
from senior_univ.demo.people import People, make_learners, make_residents, make_teachers
from senior_univ.demo.places import make_places
from senior_univ.demo.rows import Progress, Rows, write_chunks
from senior_univ.timetable.models import Occupancy

SEED = 130500
USUAL_LEARNERS = 2000
CLASSES_PER_2000 = 120
TEACHERS_PER_2000 = 60
PASSWORD = "xueduolao-2026"  # noqa: S105  # the demo's, and the sign-in page of the demo shows it


def is_empty(session: Session) -> bool:
    """Whether nobody is in the database yet."""
    return session.scalar(select(Person.id).limit(1)) is None


def make_demo(session: Session, learner_count: int, progress: Progress, files_folder: Path | None = None) -> int:
    """Fill an empty database whose regions, holidays and subjects are there; returns how many learners it has.

    ``progress`` is told how many rows were written since it was last told. Without a folder nothing is attached.
    """
    rng = Random(SEED)  # noqa: S311  # the same demo every time is what is wanted
    rows = Rows()
    scale = learner_count / USUAL_LEARNERS
    class_count, teacher_count = max(60, int(CLASSES_PER_2000 * scale)), max(60, int(TEACHERS_PER_2000 * scale))
    subject_ids = list(session.scalars(select(Subject.id).order_by(Subject.id)))
    places = make_places(session, rows, rng, extra_sites=max(0, (class_count - CLASSES_PER_2000) // 8))
    people = People(rows, rng)
    teachers = make_teachers(people, places, subject_ids, teacher_count)
    password_hash = PasswordHasher().hash(PASSWORD)
    cast, parts = stories.make_cast(people, places, places.centre, password_hash)
    stories.let_sign_in(rows, teachers[0], password_hash)
    residents = make_residents(people, places)
    in_homes = sum(len(group) for group in residents.values())
    learners = [*cast, *make_learners(people, places, max(0, learner_count - in_homes - len(cast)))]
    timetable = classes.Timetable(session, rows, rng)
    stories.open_todays_class(timetable, places, teachers, cast)
    classes.plan_classes(timetable, places, teachers, class_count - 2 * allocation.CLASSES)
    classes.take_seats(timetable, learners, residents)
    days = allocation.Days(timetable, places, teachers, parts[stories.MANAGER.login_name])
    days.collect(learners)
    classes.count_seats(timetable)
    classes.belong(rows, residents, timetable.classes)
    stories.make_exchange(people, timetable, places, parts, teachers)
    stories.ask_for_calls(people, places, learners)
    rolls = attendance.Rolls(timetable)
    rows.write(session, progress)
    attendance.write_rolls(session, rolls, progress)
    write_chunks(session, Occupancy, timetable.occupancies(), progress)
    rows.go_on_after(session, Occupancy)
    days.give(session)
    at_site = places.sites[0].id, parts[stories.LEARNER.login_name], parts[stories.MANAGER.login_name]
    waiting.Queues(session, *at_site).make()
    records.LastTerm(session, *at_site).make()
    changes.Changes(session, places.sites[0].id, parts[stories.MANAGER.login_name]).make()
    next_term.NextTerm(session, *at_site).make()
    online.put_online(session, places.sites[0].id, parts[stories.LEARNER.login_name])
    scheduler_id, manager_id = parts[stories.SCHEDULER.login_name], parts[stories.MANAGER.login_name]
    care.HomeDays(session, places.homes[0].id, scheduler_id).make()
    exchange.Exchange(session, places.homes[0].id, places.sites[0].id, scheduler_id, manager_id).make()
    officer_id = parts[stories.OFFICER.login_name]
    teaching.Registry(session, places.sites[0].id, parts[stories.MANAGER.login_name], officer_id).make()
    opened = sharing.Opened(
        session, site_id=places.sites[0].id, university_id=places.universities[0].id, company_id=places.partners[0].id
    )
    opened.make(parts[stories.MANAGER.login_name], parts[stories.SCHEDULER.login_name])
    learner_id, daughter_id = parts[stories.LEARNER.login_name], parts[stories.DAUGHTER.login_name]
    telling.Telling(session, places.sites[0].id, learner_id, daughter_id).make()
    if files_folder is not None:
        evidence.attach_examples(session, places.sites[0].id, parts[stories.MANAGER.login_name], Storage(files_folder))
    return len(learners) + in_homes
