"""All dates that are proposed for suspended lessons are taken by one tap, however many they are."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from senior_univ.accounts.queries import build_viewer
from senior_univ.core import clock
from senior_univ.core.permissions import Role
from senior_univ.timetable import making_up, suspensions
from senior_univ.timetable.calendar_models import MakingUp, SuspensionKind
from senior_univ.timetable.models import Lesson
from senior_univ.timetable.suspensions import Scope, preview
from tests import factories as make
from tests.enrolment.seats import enrol
from tests.sending_forms import send, shown
from tests.signing_in import sign_in

pytestmark = pytest.mark.usefixtures("frozen")

CLASSES = 6
"""With four lessons each."""


def scope_of(venue):
    return Scope(None, venue, clock.today(), clock.today() + timedelta(days=60), SuspensionKind.SNOW)


def town(session):
    """A site with a manager, whose classes all fall away."""
    site = make.make_organisation(session)
    manager = make.make_staff(session, Role.SITE_MANAGER, site)
    room = make.make_room(session, site)
    classes = [
        make.make_class(
            session, site=site, room=room, first_at=clock.now() + timedelta(days=1 + number, minutes=30), lessons=4
        )
        for number in range(CLASSES)
    ]
    by = build_viewer(session, manager.id)
    return by, suspensions.suspend(session, scope_of(room.venue), by=by), classes


def cancelled(session):
    return session.scalar(select(func.count()).where(Lesson.cancelled_at.is_not(None)))


def test_it_goes_on_step_by_step_until_none_is_left(session):
    by, suspension, _classes = town(session)
    making = making_up.begin(session, suspension, by=by)
    assert making_up.begin(session, suspension, by=by) is making
    assert making_up.go_on(session, making.id, most=15)
    assert (making.made, cancelled(session)) == (15, 4 * CLASSES - 15)
    assert not making_up.go_on(session, making.id, most=15)
    assert (making.made, cancelled(session), making.done_at) == (4 * CLASSES, 0, clock.now())
    assert not making_up.go_on(session, making.id)
    assert making_up.running(session, suspension, by) is None


def test_the_scheduler_goes_on_with_what_was_begun(database):
    with database.write() as session:
        by, suspension, _classes = town(session)
        making_up.begin(session, suspension, by=by)
    making_up.go_on_with_all(database)
    with database.read() as session:
        assert cancelled(session) == 0
        assert session.scalars(select(MakingUp)).one().made == 4 * CLASSES


def test_who_taps_sees_how_far_it_is_and_goes_on(database, client, monkeypatch):
    with database.write() as session:
        by, suspension, _classes = town(session)
        path = f"/suspensions/{suspension.id}/make-up"
    monkeypatch.setattr("senior_univ.timetable.make_ups.AT_ONCE", 20)
    sign_in(client, by.person_id)
    assert "把这24节课都补上" in shown(client, path)
    send(client, path, path)
    words = shown(client, path)
    assert "已安排20节" in words
    assert "会自动接着办" in words
    send(client, path, path)
    words = shown(client, path)
    assert "已安排24节" in words
    assert "没有要补的课了" in words


def test_a_preview_counts_people_beside_their_seats(session):
    site, learner, other = make.make_organisation(session), make.make_person(session), make.make_person(session)
    room = make.make_room(session, site)
    early = make.make_class(session, site=site, room=room)
    late = make.make_class(session, site=site, room=room, first_at=early.first_lesson_at + timedelta(hours=3))
    for course_class, person in ((early, learner), (late, learner), (late, other)):
        enrol(session, course_class, person)
    counts = preview(session, scope_of(room.venue))
    assert (counts.lessons, counts.classes, counts.seats, counts.people) == (8, 2, 3, 2)
