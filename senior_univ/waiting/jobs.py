"""What the scheduler ticks: offers that nobody answered pass on, and queues of classes that are over end."""

from flask import Flask

from senior_univ.core.db import Database
from senior_univ.timetable.models import CourseClass
from senior_univ.waiting import actions, queries


def pass_on_overdue(database: Database) -> int:
    """Pass on every offer that is overdue, each in a transaction of its own; returns how many went on."""
    with database.read() as session:
        overdue, over = queries.overdue_offers(session), queries.classes_over(session)
    passed = 0
    for offer_id in overdue:
        with database.write() as session:
            passed += actions.pass_on(session, offer_id)
    for class_id in over:
        with database.write() as session:
            actions.end_queue(session, session.get_one(CourseClass, class_id))
    return passed


def pass_on(app: Flask) -> None:
    """The same for the application's database."""
    pass_on_overdue(app.extensions["database"])
