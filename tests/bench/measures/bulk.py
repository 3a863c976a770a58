"""Seconds until five hundred residents are enrolled by one action, with everything that is written and told besides."""

import time

from senior_univ.accounts.models import PhoneKind
from senior_univ.core.access import Viewer
from senior_univ.core.db import Database
from senior_univ.enrolment.actions import take_seats
from senior_univ.enrolment.models import Hand
from senior_univ.timetable.models import CourseClass
from senior_univ.wiring import connect
from tests.bench.figures import Figure
from tests.factories import make_class, make_home, make_person, make_resident

RESIDENTS = 500
SECONDS = 3


def lay(database: Database, residents: int = RESIDENTS) -> tuple[int, list[int], Viewer]:
    """A class of a home that is not for its residents alone, so that everybody is told, and its residents."""
    with database.write() as session:
        home = make_home(session)
        scheduler = make_person(session, phone=None)
        mobiles = [
            {"phone": f"+861390000{number:04d}", "phone_kind": PhoneKind.MOBILE} if number % 2 else {}
            for number in range(residents)
        ]
        people = [make_resident(session, home, **mobile).id for mobile in mobiles]
        course_class = make_class(session, site=home, capacity=residents)
        return course_class.id, people, Viewer(scheduler.id, scheduler.name)


def enrol(database: Database, class_id: int, person_ids: list[int], by: Viewer) -> float:
    """Enrol them all; returns the seconds that it took, its commit included."""
    connect()
    began = time.perf_counter()
    with database.write() as session:
        course_class = session.get_one(CourseClass, class_id)
        outcome = take_seats(session, course_class=course_class, person_ids=person_ids, hand=Hand.CARE_HOME, by=by)
    if len(outcome.taken) != len(person_ids):
        raise RuntimeError(f"{len(outcome.taken)} seats instead of {len(person_ids)}")
    return time.perf_counter() - began


def measure(url: str) -> Figure:
    """The figure, on that database."""
    database = Database(url)
    seconds = enrol(database, *lay(database))
    database.engine.dispose()
    return Figure("bulk_500_s", seconds, "s", aim=f"≤ {SECONDS}")
