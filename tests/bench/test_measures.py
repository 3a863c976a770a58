"""The bench notices what it must notice."""

import pytest

from senior_univ.core.db import Database
from senior_univ.timetable.models import CourseClass
from tests.bench.ground import LESSONS
from tests.bench.measures.seats import Counter, TooManySeatedError, check_seats
from tests.bench.measures.weight import linked
from tests.enrolment.seats import enrol
from tests.factories import make_class, make_person


def seat(database: Database, *, people: int) -> tuple[Counter, int]:
    with database.write() as session:
        made = make_class(session, lessons=LESSONS, capacity=5)
        for _ in range(people):
            enrol(session, made, make_person(session))
        class_id = made.id
    url = database.engine.url.render_as_string(hide_password=False)
    return Counter("", url, given=people), class_id


def test_as_many_learners_as_were_told_so_is_right(database: Database) -> None:
    counter, class_id = seat(database, people=2)
    check_seats(counter, [class_id])


def test_a_learner_too_many_is_noticed(database: Database) -> None:
    counter, class_id = seat(database, people=2)
    with database.write() as session:
        session.get_one(CourseClass, class_id).seats_taken = 1
    with pytest.raises(TooManySeatedError, match="2 learners, 1 counted"):
        check_seats(counter, [class_id])


def test_a_learner_whom_nobody_was_told_of_is_noticed(database: Database) -> None:
    counter, class_id = seat(database, people=2)
    counter.given = 1
    with pytest.raises(TooManySeatedError, match="1 were told"):
        check_seats(counter, [class_id])


def test_everything_that_a_page_loads_is_weighed() -> None:
    page = b'<link rel="icon" href="/static/a.png"><script src="/static/b.js"></script><a href="/find">'
    assert linked("/", page) == {"/static/a.png", "/static/b.js"}
    assert linked("/static/css/a.css", b'@import "b.css"; a { background: url(../img/c.svg) }') == {
        "/static/css/b.css",
        "/static/img/c.svg",
    }
    assert linked("/static/js/a.js", b'import { x } from "./b.js";') == {"/static/js/b.js"}
