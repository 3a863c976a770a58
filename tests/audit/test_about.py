"""The record says which class an act was about, and for a single lesson which day."""

import time_machine
from flask.testing import FlaskClient

from senior_univ.attendance.actions import ask_leave
from senior_univ.core.access import Viewer
from senior_univ.core.db import Database
from senior_univ.enrolment.actions import take_seat
from senior_univ.enrolment.models import Hand
from tests.factories import make_class, make_person
from tests.signing_in import sign_in


def test_my_record_names_the_class_and_the_day(
    client: FlaskClient, database: Database, frozen: time_machine.Traveller
) -> None:
    with database.write() as session:
        course_class = make_class(session)
        person = make_person(session)
        by = Viewer(person.id, person.name)
        take_seat(session, course_class=course_class, person_id=person.id, hand=Hand.HERSELF, by=by)
        ask_leave(session, course_class.lessons[0], person_id=person.id, reason="", by=by)
        person_id, title = person.id, course_class.course.title
    sign_in(client, person_id)
    page = client.get("/my-record").text
    assert page.count(title) == 2
    assert f"{title} 3月11日 星期三" in page
