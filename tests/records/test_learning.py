from datetime import timedelta
from io import BytesIO

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from python_calamine import CalamineWorkbook

from senior_univ.accounts.actions import belong
from senior_univ.accounts.models import BelongingReason
from senior_univ.attendance.models import TOOK_PART, Kind
from senior_univ.core import clock
from senior_univ.core.permissions import Role
from senior_univ.records import queries
from senior_univ.records.rules import Verdict
from tests.enrolment.pages import words
from tests.factories import make_class, make_course, make_grant, make_person, make_seat, make_staff
from tests.records.rolls import enter
from tests.signing_in import sign_in

pytestmark = pytest.mark.usefixtures("frozen")
LONG_AGO = timedelta(weeks=10)


@pytest.fixture
def learner(client, database):
    """The client, signed in as somebody who was in three lessons of 90 minutes and missed one."""
    with database.write() as session:
        course = make_course(session, title="=1+1")
        course_class = make_class(session, course=course, site=None, first_at=clock.now() - LONG_AGO)
        person = make_person(session)
        make_seat(session, course_class, person, taken_at=clock.now() - LONG_AGO)
        for lesson, kind in zip(
            course_class.lessons, (Kind.PRESENT, Kind.LATE, Kind.OTHER_WAY, Kind.LEAVE), strict=True
        ):
            enter(session, lesson, person, kind)
        client.person_id, client.site_id = person.id, course_class.organisation_id
    sign_in(client, client.person_id)
    return client


def test_her_hours_stand_by_term_and_course(learner):
    page = words(learner.get("/my-record-of-learning"))
    assert "6 hours of learning in 3 lessons" in page
    assert "=1+1" in page
    assert "王秀英" in learner.get("/my-record-of-learning/print").text


def test_a_cancelled_lesson_has_no_hours(learner, database):
    with database.write() as session:
        record = queries.learning_record(session, learner.person_id)
        record.rows[0].course_class.lessons[0].cancelled_at = clock.now()
    assert "4 hours of learning in 2 lessons" in words(learner.get("/my-record-of-learning"))


def test_the_spreadsheet_says_the_same_and_a_course_is_no_formula(learner):
    answer = learner.get("/my-record-of-learning/xlsx")
    rows = CalamineWorkbook.from_filelike(BytesIO(answer.data)).get_sheet_by_index(0).to_python()
    assert "王秀英" in rows[0]
    assert rows[3][1] == "=1+1"
    assert rows[3][4:6] == [3.0, 6.0]
    assert rows[4][4:6] == [3.0, 6.0]


def test_somebody_new_sees_what_will_stand_there(client, database):
    with database.write() as session:
        person_id = make_person(session).id
    sign_in(client, person_id)
    assert "After your first lesson" in words(client.get("/my-record-of-learning"))
    assert client.get("/my-record-of-learning/xlsx").status_code == 200
    assert "No certificate yet" in words(client.get("/my-certificates"))


def test_her_relative_sees_it(learner, database):
    with database.write() as session:
        elder, daughter = session.get(type(make_person(session)), learner.person_id), make_person(session, name="李婷")
        make_grant(session, elder, daughter)
        daughter_id = daughter.id
    sign_in(learner, daughter_id)
    with learner.session_transaction() as web:
        web["acting_for"] = learner.person_id
    page = words(learner.get("/my-record-of-learning"))
    assert "Record of learning of 王秀英" in page
    assert "6 hours" in page


def test_her_site_sees_it_and_another_one_does_not(learner, database):
    with database.write() as session:
        person = session.get(type(make_person(session)), learner.person_id)
        class_site = make_class(session).organisation
        belong(session, person.id, class_site.id, BelongingReason.ENROLLED)
        manager_id = make_staff(session, Role.SITE_MANAGER, class_site).id
        other_id = make_staff(session, Role.SITE_MANAGER, make_class(session).organisation).id
    url = f"/people/{learner.person_id}/learning"
    assert learner.get(url).status_code == 403
    sign_in(learner, manager_id)
    assert "6 hours of learning" in words(learner.get(url))
    assert learner.get(f"{url}/print").status_code == 200
    assert learner.get(f"{url}/xlsx").status_code == 200
    sign_in(learner, other_id)
    assert [learner.get(url + end).status_code for end in ("", "/print", "/xlsx")] == [404] * 3


ROLL = st.lists(st.none() | st.sampled_from(Kind), min_size=1, max_size=9)


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(ROLL, ROLL)
def test_who_has_earned_one_agrees_with_counting_by_hand(database, hers, others):
    """``None``: nothing was entered about her in that lesson."""
    others = (others + [None] * len(hers))[: len(hers)]
    with database.new_writer() as session:
        first = clock.now() - timedelta(weeks=len(hers))
        course_class = make_class(session, lessons=len(hers), first_at=first)
        for name, roll in (("王秀英", hers), ("张桂兰", others)):
            person = make_person(session, name=name)
            make_seat(session, course_class, person, taken_at=first)
            for lesson, kind in zip(course_class.lessons, roll, strict=True):
                if kind:
                    enter(session, lesson, person, kind)
        found = queries.earnings(session, course_class)
        verdict = {each.person.name: each for each in found.candidates}["王秀英"]
        session.expunge_all()
        session.rollback()
    held = sum(1 for pair in zip(hers, others, strict=True) if any(pair))
    attended = sum(kind in TOOK_PART for kind in hers)
    expected = Verdict.NO_ROLL if not held else Verdict.EARNED if 3 * attended >= 2 * held else Verdict.TOO_FEW
    assert (found.held, found.unrolled, found.is_over) == (held, len(hers) - held, True)
    assert (verdict.lessons, verdict.hours, verdict.verdict) == (attended, 90 * attended // 45, expected)
