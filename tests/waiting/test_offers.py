"""Offers: made at once, told by text, passed on only after every rung, answered once."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from senior_univ.accounts.models import PhoneKind
from senior_univ.audit.models import AuditEntry
from senior_univ.core import clock
from senior_univ.core.access import Right, Viewer
from senior_univ.core.errors import DomainError
from senior_univ.enrolment import actions as enrolment
from senior_univ.enrolment.models import Hand, Seat
from senior_univ.reminders.models import Message, MessageKind, MessageState
from senior_univ.reminders.replies import take_reply
from senior_univ.reminders.senders import Reply
from senior_univ.waiting import actions, queries
from senior_univ.waiting.models import Answer, Ending, RungKind, WaitingParty
from senior_univ.wiring import connect
from tests.enrolment.seats import enrol
from tests.factories import make_class, make_grant, make_person
from tests.waiting.queues import counted, herself, open_offer, people, place_of, wait

pytestmark = pytest.mark.usefixtures("frozen")
MOBILE = {"phone": "+8613800138001", "phone_kind": PhoneKind.MOBILE}


@pytest.fixture(autouse=True)
def wired():
    connect()


@pytest.fixture
def full(session):
    """A class of one seat that is taken, whoever sits on it, and what she ends when she leaves."""
    course_class = make_class(session, capacity=1, wheelchair_places=1)
    sitting = make_person(session)
    seat = enrol(session, course_class, sitting)
    return course_class, lambda: enrolment.end_seat(session, seat, by=herself(sitting))


def messages(session, kind):
    return session.scalars(select(Message).where(Message.kind == kind).order_by(Message.id)).all()


def test_a_freed_seat_is_offered_at_once_and_free_for_nobody_else(session, full):
    course_class, leave = full
    first, second, stranger = people(session, 3)
    party = wait(session, course_class, first)
    wait(session, course_class, second)
    leave()
    assert open_offer(session, party).answer_by == clock.today() + timedelta(days=3)
    assert counted(session, course_class)["seats_held"] == 1
    with pytest.raises(DomainError, match="full"), session.begin_nested():
        enrol(session, course_class, stranger)


def test_she_is_texted_and_her_daughter_a_day_later_and_the_site_calls(session, full):
    course_class, leave = full
    elder, daughter = make_person(session, **MOBILE), make_person(session, phone="+8613900139001")
    daughter.phone_kind = PhoneKind.MOBILE
    make_grant(session, elder, daughter)
    party = wait(session, course_class, elder)
    leave()
    told = [(each.phone, each.due_at - clock.now()) for each in messages(session, MessageKind.WAITING_OFFER)]
    assert told == [(elder.phone, timedelta()), (daughter.phone, timedelta(days=1))]
    kinds = [rung.kind for rung in open_offer(session, party).rungs]
    assert kinds == [RungKind.PHONE, RungKind.RELATIVE, RungKind.CALL]


def test_whoever_has_no_phone_is_called(session, full):
    course_class, leave = full
    party = wait(session, course_class, make_person(session, phone=None, phone_kind=None))
    leave()
    assert [rung.kind for rung in open_offer(session, party).rungs] == [RungKind.CALL]
    assert not messages(session, MessageKind.WAITING_OFFER)


def test_silence_passes_it_on_only_after_the_day_the_text_and_the_ticked_call(session, full):
    course_class, leave = full
    party = wait(session, course_class, make_person(session, **MOBILE))
    after = wait(session, course_class, *people(session, 1))
    leave()
    offer = open_offer(session, party)
    call = next(rung for rung in offer.rungs if rung.kind is RungKind.CALL)
    actions.tick(session, call, is_reached=False, by=herself(make_person(session)))
    assert not actions.pass_on(session, offer.id)
    offer.answer_by = clock.today() - timedelta(days=1)
    session.flush()
    assert not actions.pass_on(session, offer.id), "its text has not gone out"
    text = messages(session, MessageKind.WAITING_OFFER)[0]
    text.state, text.attempted_at = MessageState.ACCEPTED, clock.now()
    call.tried_at = None
    session.flush()
    assert not actions.pass_on(session, offer.id), "nobody has called"
    actions.tick(session, call, is_reached=False, by=herself(make_person(session)))
    session.flush()
    assert actions.pass_on(session, offer.id)
    assert not actions.pass_on(session, offer.id)
    assert (offer.answer, party.ending) == (Answer.SILENT, Ending.SILENT)
    assert open_offer(session, after)
    assert len(messages(session, MessageKind.WAITING_PASSED_ON)) == 1


def test_an_answer_that_is_late_or_the_second_has_its_own_words_and_loses_nothing(session, full):
    course_class, leave = full
    one, two = people(session, 2)
    first, second = wait(session, course_class, one), wait(session, course_class, two)
    leave()
    offer = open_offer(session, first)
    offer.answer_by = clock.today() - timedelta(days=1)
    for rung in offer.rungs:
        rung.tried_at = clock.now()
    session.flush()
    actions.pass_on(session, offer.id)
    with pytest.raises(DomainError, match="offer_late"):
        actions.accept(session, offer, hand=Hand.HERSELF, by=herself(one))
    theirs = open_offer(session, second)
    actions.accept(session, theirs, hand=Hand.HERSELF, by=herself(two))
    for answer in (actions.decline, lambda *a, by: actions.accept(*a, hand=Hand.HERSELF, by=by)):
        with pytest.raises(DomainError, match="offer_answered"):
            answer(session, theirs, by=herself(two))
    assert counted(session, course_class)["seats_taken"] == 1


def test_a_reply_of_1_takes_the_place_and_says_so_once(session, full):
    course_class, leave = full
    elder = make_person(session, **MOBILE)
    wait(session, course_class, elder)
    leave()
    for _twice in range(2):
        assert take_reply(session, "console", Reply(elder.phone, "１。", "SM1"))
    assert enrolment.queries.standing_seat(session, course_class.id, elder.id).hand is Hand.HERSELF
    assert [each.parameters["outcome"] for each in messages(session, MessageKind.WAITING_ANSWERED)] == ["accepted"]


def test_a_reply_of_2_gives_it_to_the_next_and_a_later_1_is_told_that(session, full):
    course_class, leave = full
    elder = make_person(session, **MOBILE)
    wait(session, course_class, elder)
    after = wait(session, course_class, *people(session, 1))
    leave()
    take_reply(session, "console", Reply(elder.phone, "2", "SM1"))
    assert open_offer(session, after)
    take_reply(session, "console", Reply(elder.phone, "1", "SM2"))
    said = messages(session, MessageKind.WAITING_ANSWERED)[-1].parameters
    assert (said["outcome"], "拒绝" in said["words"] or "declined" in said["words"] or said["words"] != "") == (
        "refused",
        True,
    )


def test_anything_else_is_left_to_people(session, full):
    course_class, leave = full
    elder = make_person(session, **MOBILE)
    party = wait(session, course_class, elder)
    leave()
    assert not take_reply(session, "console", Reply(elder.phone, "好的谢谢", "SM1"))
    assert not take_reply(session, "console", Reply("+8613700137000", "1", "SM2"))
    assert open_offer(session, party)


def test_a_relative_answers_for_her_only_where_she_may(session, full):
    course_class, leave = full
    elder, nephew = people(session, 2)
    party = wait(session, course_class, elder)
    leave()
    sees = Viewer(nephew.id, nephew.name, elders={elder.id: frozenset({Right.SEE})})
    with pytest.raises(DomainError, match="no_right"):
        actions.accept(session, open_offer(session, party), hand=Hand.RELATIVE, by=sees)
    enrols = Viewer(nephew.id, nephew.name, elders={elder.id: frozenset({Right.SEE, Right.ENROL})})
    seats = actions.accept(session, open_offer(session, party), hand=Hand.RELATIVE, by=enrols)
    assert [seat.hand for seat in seats] == [Hand.RELATIVE]


def test_two_who_wait_together_are_seated_together(session, full):
    course_class, leave = full
    course_class.capacity = 3
    session.flush()
    others = people(session, 2)
    seats = [enrol(session, course_class, each) for each in others]
    pair = people(session, 2)
    party = wait(session, course_class, *pair)
    leave()
    assert open_offer(session, party) is None
    enrolment.end_seat(session, seats[0], by=herself(others[0]))
    actions.accept(session, open_offer(session, party), hand=Hand.HERSELF, by=herself(pair[1]))
    assert {seat.person_id for seat in session.scalars(select(Seat).where(Seat.ended_at.is_(None)))} >= {
        each.id for each in pair
    }


def test_moving_somebody_needs_a_reason_that_stays_on_her_record(session, full):
    course_class, _leave = full
    first, second = people(session, 2)
    wait(session, course_class, first)
    party = wait(session, course_class, second)
    with pytest.raises(DomainError, match="no_reason"):
        actions.move(session, party, to=1, reason="  ", by=herself(first))
    with pytest.raises(DomainError, match="changed_meanwhile"):
        actions.move(session, party, to=1, reason="眼睛手术后要早点上课", by=herself(first), seen=1)
    actions.move(session, party, to=1, reason="眼睛手术后要早点上课", by=herself(first), seen=2)
    assert queries.place_in(session, course_class.id, second.id).position == 1
    entry = session.scalars(select(AuditEntry).where(AuditEntry.action == "waiting.moved")).one()
    assert (entry.on_behalf_of_id, entry.details["reason"]) == (second.id, "眼睛手术后要早点上课")


def test_a_second_place_in_the_same_queue_is_refused_in_words(session, full):
    course_class, _leave = full
    person = people(session, 1)[0]
    wait(session, course_class, person)
    with pytest.raises(DomainError, match="already_waits"), session.begin_nested():
        wait(session, course_class, person)


def test_waiting_asks_what_a_seat_asks(session):
    course_class = make_class(session, capacity=1)
    same_time = make_class(session, first_at=course_class.first_lesson_at)
    enrol(session, course_class, make_person(session))
    busy = make_person(session)
    enrol(session, same_time, busy)
    with pytest.raises(DomainError, match="other_class"), session.begin_nested():
        wait(session, course_class, busy)


def test_leaving_the_queue_gives_the_offer_to_the_next(session, full):
    course_class, leave = full
    one, two = people(session, 2)
    wait(session, course_class, one)
    after = wait(session, course_class, two)
    leave()
    actions.leave(session, place_of(session, course_class, one), by=herself(one))
    assert open_offer(session, after)


def test_many_wait_in_the_order_given_and_the_statements_do_not_grow(session, full, statements):
    course_class, _leave = full
    for size in (3, 60):
        groups = [actions.Group([each.id], Hand.HERSELF) for each in people(session, size)]
        with statements() as seen:
            parties = actions.join_in_order(session, course_class=course_class, groups=groups, by=None)
        assert [party.places[0].person_id for party in parties] == [group.person_ids[0] for group in groups]
        assert len(seen) < 30
    assert session.scalars(select(WaitingParty.number)).all() == list(range(1, 64))
