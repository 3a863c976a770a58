"""Who is told by which rung, and who must be called: nobody is left out silently, nobody twice."""

from typing import Any

import pytest
from sqlalchemy import select
from time_machine import Traveller

from senior_univ.accounts.models import Person, PhoneKind
from senior_univ.accounts.queries import build_viewer
from senior_univ.attendance.models import Leave
from senior_univ.core import clock
from senior_univ.core.db import Database
from senior_univ.core.permissions import Role
from senior_univ.reminders import calls
from senior_univ.reminders.models import (
    Call,
    CallWhy,
    Channel,
    FirstRung,
    Message,
    MessageChoice,
    MessageState,
    PhoneStanding,
)
from senior_univ.reminders.senders import Outgoing, Rejected, Result, Why
from senior_univ.reminders.senders.console import ConsoleSender
from senior_univ.timetable.models import CourseClass, Lesson
from tests.factories import (
    make_class,
    make_grant,
    make_home,
    make_organisation,
    make_person,
    make_resident,
    make_room,
    make_seat,
    make_staff,
)
from tests.reminders.conftest import Worker, at
from tests.reminders.lessons import cancel, lessons_of

EVENING = at("2026-03-10 18:00")
HERS, DAUGHTERS = "+8613800138000", "+8613900139000"


def learner(database: Database, *, contact: bool = False, **given: Any) -> int:
    """Somebody with a lesson tomorrow morning; her id."""
    with database.write() as session:
        site = make_organisation(session, phone="+863192020001")
        course_class = make_class(session, site=site, first_at=at("2026-03-11 09:30"))
        person = make_person(session, **given)
        make_seat(session, course_class, person)
        if contact:
            make_grant(session, person, make_person(session, name="李芳", phone=DAUGHTERS))
        return person.id


def choose(database: Database, person_id: int, rung: FirstRung) -> None:
    with database.write() as session:
        session.add(MessageChoice(person_id=person_id, first_rung=rung))


def open_calls(database: Database) -> list[Call]:
    with database.read() as session:
        return list(session.scalars(select(Call).where(calls.is_open()).order_by(Call.id)))


class Refusing(ConsoleSender):
    """A provider that refuses some numbers for good."""

    refused: frozenset[str] = frozenset()
    why = Why.PERMANENT

    def send(self, outgoing: Outgoing) -> Result:
        if outgoing.phone in self.refused:
            return Rejected("21614", self.why)
        return super().send(outgoing)


def refuse(worker: Worker, *phones: str, why: Why = Why.PERMANENT) -> None:
    known = worker.dispatcher.senders.default
    sender = Refusing(worker.database, known.own)
    sender.refused, sender.why = frozenset(phones), why
    worker.use(sender)


@pytest.mark.parametrize(
    ("phone", "why"),
    [
        ({"phone": None, "phone_kind": None}, CallWhy.NO_PHONE),
        ({"phone": "+863192020009", "phone_kind": PhoneKind.LANDLINE}, CallWhy.LANDLINE),
    ],
)
def test_whom_no_text_reaches_is_on_the_call_sheet_the_evening_before(
    database: Database, worker: Worker, frozen: Traveller, phone: dict[str, Any], why: CallWhy
) -> None:
    learner(database, **phone)
    frozen.move_to(EVENING)
    assert worker.tick() == []
    worker.tick()
    [call] = open_calls(database)
    assert (call.why, call.call_by) == (why, at("2026-03-11 09:30"))


def test_who_wants_to_be_called_gets_a_call_and_no_text(database: Database, worker: Worker, frozen: Traveller) -> None:
    choose(database, learner(database, contact=True, phone=HERS), FirstRung.CALL)
    frozen.move_to(EVENING)
    worker.tick()
    assert [call.why for call in open_calls(database)] == [CallWhy.WANTS_CALLS]
    assert worker.texts() == []


def test_a_voice_is_chosen_also_for_a_landline(database: Database, worker: Worker, frozen: Traveller) -> None:
    landline = {"phone": "+863192020009", "phone_kind": PhoneKind.LANDLINE}
    choose(database, learner(database, **landline), FirstRung.VOICE)
    frozen.move_to(EVENING)
    worker.plan()
    with database.read() as session:
        message = session.scalars(select(Message)).one()
    assert (message.channel, message.phone) == (Channel.VOICE, "+863192020009")


def test_a_refused_number_moves_on_to_her_relative_and_then_to_a_call(
    database: Database, worker: Worker, frozen: Traveller
) -> None:
    learner(database, contact=True, phone=HERS)
    refuse(worker, HERS)
    frozen.move_to(EVENING)
    assert [phone for phone, _text in worker.tick()] == [DAUGHTERS]
    assert open_calls(database) == []


def test_where_nobody_is_left_somebody_must_call(database: Database, worker: Worker, frozen: Traveller) -> None:
    learner(database, contact=True, phone=HERS)
    refuse(worker, HERS, DAUGHTERS)
    frozen.move_to(EVENING)
    assert worker.tick() == []
    [call] = open_calls(database)
    assert call.why is CallWhy.FAILED
    assert "第一次课" in call.words


def test_a_resident_without_a_phone_is_told_through_her_homes_duty_phone(
    database: Database, worker: Worker, frozen: Traveller
) -> None:
    with database.write() as session:
        home = make_home(session, phone="13700137000")
        course_class = make_class(session, first_at=at("2026-03-11 09:30"))
        make_seat(session, course_class, make_resident(session, home, phone=None, phone_kind=None))
    frozen.move_to(EVENING)
    [(phone, text)] = worker.tick()
    assert phone == "+8613700137000"
    assert "请转告" in text


def test_a_stopped_phone_ends_reminders_but_an_urgent_text_goes_to_the_next(
    database: Database, worker: Worker, frozen: Traveller
) -> None:
    learner(database, contact=True, phone=HERS)
    with database.write() as session:
        session.add(PhoneStanding(phone=HERS, stopped_at=clock.now()))
    frozen.move_to(EVENING)
    assert worker.tick() == []
    with database.write() as session:
        [lesson] = lessons_of(session, session.scalars(select(CourseClass.id)).one(), range(1, 2))
        cancel(session, lesson)
    assert [phone for phone, _text in worker.tick()] == [DAUGHTERS]


def test_an_urgent_change_is_on_the_call_sheet_at_once_until_somebody_ticks_it(
    database: Database, worker: Worker, frozen: Traveller
) -> None:
    person_id = learner(database, phone=HERS)
    frozen.move_to(EVENING)
    with database.write() as session:
        [lesson] = lessons_of(session, session.scalars(select(CourseClass.id)).one(), range(1, 2))
        cancel(session, lesson)
        site = lesson.course_class.organisation
        manager_id = make_staff(session, Role.SITE_MANAGER, site).id
        other_id = make_staff(session, Role.SITE_MANAGER, make_organisation(session)).id
    worker.tick()
    [call] = open_calls(database)
    assert (call.person_id, call.why) == (person_id, CallWhy.URGENT)
    with database.write() as session:
        manager, other = build_viewer(session, manager_id), build_viewer(session, other_id)
        assert session.scalars(calls.open_calls(other)).all() == []
        shown = calls.call_for(session, manager, call.id)
        calls.tick_tried(session, shown, by=manager)
        assert shown.tries == 1
        calls.tick_reached(session, shown, by=manager)
        calls.tick_reached(session, shown, by=manager)
        assert shown.reached_by_id == manager_id
    assert open_calls(database) == []


def test_a_change_that_is_far_off_asks_nobody_to_call_who_has_a_phone(
    database: Database, worker: Worker, frozen: Traveller
) -> None:
    learner(database, phone=HERS)
    learner(database, phone=None, phone_kind=None)
    with database.write() as session:
        for class_id in session.scalars(select(CourseClass.id)).all():
            [lesson] = lessons_of(session, class_id, range(3, 4))
            cancel(session, lesson)
    assert [call.why for call in open_calls(database)] == [CallWhy.NO_PHONE]


def test_a_blocked_number_is_remembered(database: Database, worker: Worker, frozen: Traveller) -> None:
    learner(database, contact=True, phone=HERS)
    refuse(worker, HERS, why=Why.OPTED_OUT)
    frozen.move_to(EVENING)
    worker.tick()
    with database.read() as session:
        assert session.get_one(PhoneStanding, HERS).blocked_at is not None
    frozen.move_to(at("2026-03-11 07:00"))
    assert [phone for phone, _text in worker.tick()] == [DAUGHTERS]


def test_a_moved_lesson_ends_the_call_that_reminded_of_it(
    database: Database, worker: Worker, frozen: Traveller
) -> None:
    person_id = learner(database, phone=None, phone_kind=None)
    frozen.move_to(EVENING)
    worker.tick()
    with database.write() as session:
        lesson = session.scalars(select(Lesson).order_by(Lesson.starts_at)).first()
        assert lesson
        calls.end(session, [lesson.id], person_id)
    assert open_calls(database) == []
    worker.tick()
    assert open_calls(database) == []


def test_nobody_is_followed_after_her_death(database: Database, worker: Worker, frozen: Traveller) -> None:
    person_id = learner(database, contact=True, phone=HERS)
    frozen.move_to(EVENING)
    worker.plan()
    with database.write() as session:
        session.get_one(Person, person_id).ended_at = clock.now()
    assert worker.send() == []
    with database.read() as session:
        assert session.scalars(select(Message.state)).all() == [MessageState.CANCELLED]


def test_residents_are_told_in_their_home_and_are_on_no_call_sheet(
    database: Database, worker: Worker, frozen: Traveller
) -> None:
    with database.write() as session:
        home = make_home(session)
        room = make_room(session, home)
        course_class = make_class(session, room=room, home_id=home.id, first_at=at("2026-03-11 09:30"))
        make_seat(session, course_class, make_resident(session, home, phone=None, phone_kind=None))
        make_seat(session, course_class, make_person(session, phone=None, phone_kind=None))
        class_id = course_class.id
    frozen.move_to(EVENING)
    worker.tick()
    with database.write() as session:
        [lesson] = lessons_of(session, class_id, range(1, 2))
        cancel(session, lesson)
    assert [call.why for call in open_calls(database)] == [CallWhy.NO_PHONE]


def test_who_is_on_leave_need_not_be_called_about_the_lesson(
    database: Database, worker: Worker, frozen: Traveller
) -> None:
    person_id = learner(database, phone=HERS)
    frozen.move_to(EVENING)
    with database.write() as session:
        [lesson] = lessons_of(session, session.scalars(select(CourseClass.id)).one(), range(1, 2))
        session.add(Leave(lesson_id=lesson.id, person_id=person_id, asked_at=clock.now(), asked_by_id=person_id))
        session.flush()
        cancel(session, lesson)
    assert open_calls(database) == []
