"""Somebody who lives alone is missed: her site's call list within the hour, then her main contact, once."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from senior_univ.attendance import absences, roll_call, uncalled
from senior_univ.attendance.actions import ask_leave
from senior_univ.attendance.models import Kind
from senior_univ.attendance.roll_call import Tap
from senior_univ.core import clock
from senior_univ.core.access import Viewer
from senior_univ.home.actions import close_call_back
from senior_univ.home.models import CallBackRequest
from senior_univ.home.reactions import tell_main_contacts
from senior_univ.reminders.models import Message, MessageKind, MessageState
from senior_univ.reminders.standing import settled_among
from tests.factories import make_class, make_grant, make_person, make_seat

pytestmark = pytest.mark.usefixtures("frozen")


@pytest.fixture
def lesson(app, session):
    """A lesson that begins now, with somebody who lives alone and somebody who does not."""
    course_class = make_class(session, first_at=clock.now())
    site = course_class.organisation
    alone = make_person(session, name="王秀英", lives_alone=True, site_id=site.id)
    other = make_person(session, name="李桂兰", site_id=site.id)
    make_grant(session, alone, make_person(session, name="李婷", phone="+8613900001111"))
    for person in (alone, other):
        make_seat(session, course_class, person, taken_at=clock.now() - timedelta(days=9))
    lesson = course_class.lessons[0]
    lesson.alone, lesson.other = alone.id, other.id
    lesson.teacher_viewer = Viewer(course_class.teacher.person_id, "")
    return lesson


def calls(session):
    session.expire_all()
    return session.scalars(select(CallBackRequest).order_by(CallBackRequest.id)).all()


def texts(session):
    return session.scalars(select(Message).where(Message.kind == MessageKind.ABSENCE_UNEXPLAINED)).all()


def mark(session, lesson, person_id, kind):
    roll_call.enter(session, lesson, [Tap(person_id, kind)], by=lesson.teacher_viewer)


def test_whoever_lives_alone_and_is_marked_absent_is_on_the_call_list_and_told_of_once(session, lesson, frozen):
    frozen.shift(timedelta(minutes=31))
    for _ in range(2):
        mark(session, lesson, lesson.alone, Kind.ABSENT)
        mark(session, lesson, lesson.other, Kind.ABSENT)
        absences.look(session)
    (call,) = calls(session)
    assert (call.person_id, call.missed_in_id) == (lesson.alone, lesson.id)
    assert "楷书入门" in call.about


def test_an_early_absence_waits_until_she_may_only_be_late(session, lesson, frozen):
    frozen.shift(timedelta(minutes=10))
    mark(session, lesson, lesson.alone, Kind.ABSENT)
    assert absences.look(session) == 0
    frozen.shift(timedelta(minutes=25))
    assert absences.look(session) == 1
    assert len(calls(session)) == 1


def test_she_is_missed_too_when_the_teacher_marked_everybody_but_her(session, lesson, frozen):
    frozen.shift(timedelta(minutes=35))
    assert absences.look(session) == 0, "no roll was called: nobody knows anything"
    mark(session, lesson, lesson.other, Kind.PRESENT)
    assert absences.look(session) == 1


def test_leave_explains_it(session, lesson, frozen):
    frozen.shift(-timedelta(hours=1))
    ask_leave(session, lesson, person_id=lesson.alone, by=Viewer(lesson.alone, ""))
    frozen.shift(timedelta(hours=2))
    mark(session, lesson, lesson.alone, Kind.ABSENT)
    mark(session, lesson, lesson.other, Kind.PRESENT)
    assert absences.look(session) == 0
    assert calls(session) == []


def test_when_she_comes_after_all_nobody_has_to_call(session, lesson, frozen):
    frozen.shift(timedelta(minutes=31))
    mark(session, lesson, lesson.alone, Kind.ABSENT)
    mark(session, lesson, lesson.alone, Kind.LATE)
    assert calls(session)[0].closed_at is not None
    frozen.shift(timedelta(hours=1))
    assert tell_main_contacts(session) == 0


def test_her_main_contact_is_told_once_unless_somebody_ticked(session, lesson, frozen):
    frozen.shift(timedelta(minutes=31))
    mark(session, lesson, lesson.alone, Kind.ABSENT)
    assert tell_main_contacts(session) == 0, "her site has time to call her first"
    frozen.shift(timedelta(minutes=31))
    assert tell_main_contacts(session) == 1
    assert tell_main_contacts(session) == 0
    (text,) = texts(session)
    assert (text.phone, text.is_urgent) == ("+8613900001111", True)


def test_a_tick_on_the_call_list_keeps_the_text_back(session, lesson, frozen):
    frozen.shift(timedelta(minutes=31))
    mark(session, lesson, lesson.alone, Kind.ABSENT)
    calls(session)[0].closed_at = clock.now()
    frozen.shift(timedelta(hours=1))
    assert tell_main_contacts(session) == 0
    assert texts(session) == []


def test_a_roll_that_comes_in_days_later_alarms_nobody(session, lesson, frozen):
    frozen.shift(timedelta(days=2))
    mark(session, lesson, lesson.alone, Kind.ABSENT)
    assert absences.look(session) == 0
    assert calls(session) == []


def test_a_lesson_nobody_called_is_on_the_sites_call_list_once_and_closed_by_a_late_roll(session, lesson, frozen):
    frozen.shift(lesson.ends_at - clock.now() + timedelta(minutes=29))
    assert uncalled.look(session) == 0
    frozen.shift(timedelta(minutes=2))
    assert [uncalled.look(session), uncalled.look(session)] == [1, 0]
    (call,) = calls(session)
    assert (call.uncalled_id, call.person_id) == (lesson.id, lesson.teacher.person_id)
    assert "楷书入门" in call.about
    mark(session, lesson, lesson.alone, Kind.PRESENT)
    assert calls(session)[0].closed_at is not None


def test_a_roll_of_people_who_are_on_leave_or_not_alone_troubles_nobody(session, lesson, frozen):
    frozen.shift(timedelta(minutes=-5))
    ask_leave(session, lesson, person_id=lesson.alone, reason="", by=Viewer(lesson.alone, ""))
    frozen.shift(timedelta(hours=3))
    assert uncalled.look(session) == 0


def test_a_roll_of_the_day_before_yesterday_is_let_be(session, lesson, frozen):
    frozen.shift(timedelta(days=2))
    assert uncalled.look(session) == 0


def told_contact(session, lesson, frozen):
    """She was missed, nobody closed the call, and the text to her main contact waits."""
    frozen.shift(timedelta(minutes=31))
    mark(session, lesson, lesson.alone, Kind.ABSENT)
    frozen.shift(timedelta(minutes=31))
    tell_main_contacts(session)
    (text,) = texts(session)
    session.refresh(text, ["about"])
    return text


def test_a_text_that_waited_is_not_sent_once_she_has_come_or_asked_for_leave(session, lesson, frozen):
    text = told_contact(session, lesson, frozen)
    assert settled_among(session, [text]) == set()
    mark(session, lesson, lesson.alone, Kind.LATE)
    assert settled_among(session, [text]) == {text.id}
    session.refresh(text)
    assert text.state is MessageState.CANCELLED


def test_a_text_that_waited_is_not_sent_once_the_site_has_reached_her(session, lesson, frozen):
    text = told_contact(session, lesson, frozen)
    (call,) = calls(session)
    close_call_back(session, call, outcome="她在家，头晕", by=Viewer(lesson.teacher.person_id, ""))
    session.refresh(text)
    assert text.state is MessageState.CANCELLED
