"""What records sets up on the application: a function by which her first page asks how a lesson was."""

from flask import Flask

from senior_univ.core.web import db, learner_id, viewer
from senior_univ.records import queries
from senior_univ.timetable.models import Lesson


def init_app(app: Flask) -> None:
    """Add the templates' function."""
    app.jinja_env.globals.update(lesson_to_ask_about=lesson_to_ask_about)


def lesson_to_ask_about() -> Lesson | None:
    """Her last lesson, where nobody has asked yet how it was; None on the screen of a relative who helps her."""
    who = viewer()
    if who is None or learner_id() != who.person_id:
        return None
    return queries.lesson_to_ask_about(db(), who.person_id)
