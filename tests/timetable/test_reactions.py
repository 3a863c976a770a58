"""Nothing that a coming lesson needs is closed."""

from collections.abc import Callable

import pytest
from sqlalchemy.orm import Session

from senior_univ import wiring
from senior_univ.catalogue.actions import close_course
from senior_univ.core import clock
from senior_univ.core.access import Viewer
from senior_univ.core.db import Base
from senior_univ.core.errors import DomainError
from senior_univ.network.actions.organisations import close_organisation
from senior_univ.network.actions.rooms import close_room, close_venue
from senior_univ.teaching.actions import retire_teacher
from senior_univ.timetable.models import CourseClass
from tests.factories import make_class, make_person

wiring.connect()

CLOSINGS: dict[str, tuple[Callable[..., Base], Callable[[CourseClass], Base]]] = {
    "room": (close_room, lambda each: each.room),
    "venue": (close_venue, lambda each: each.room.venue),
    "organisation": (close_organisation, lambda each: each.organisation),
    "course": (close_course, lambda each: each.course),
    "teacher": (retire_teacher, lambda each: each.teacher),
}


@pytest.mark.parametrize("what", CLOSINGS)
def test_what_a_coming_lesson_needs_is_not_closed_and_afterwards_it_is(session: Session, what: str) -> None:
    close, needed_by = CLOSINGS[what]
    course_class = make_class(session)
    by = Viewer(make_person(session).id, "李建国")
    with pytest.raises(DomainError) as refused:
        close(session, needed_by(course_class), by=by)
    assert refused.value.code == "still_needed"
    for lesson in course_class.lessons:
        lesson.cancelled_at = clock.now()
    session.flush()
    close(session, needed_by(course_class), by=by)
