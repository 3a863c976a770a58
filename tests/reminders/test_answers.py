"""What people answer by text: understood, carried out once, confirmed once; the rest is for a person to read."""

from typing import Any

import pytest
from sqlalchemy import func, select
from time_machine import Traveller

from senior_univ.accounts.actions import Terms, ask_grant
from senior_univ.accounts.models import Consent, FamilyGrant, Person
from senior_univ.accounts.queries import build_viewer
from senior_univ.attendance.models import Leave
from senior_univ.core.access import Right
from senior_univ.core.db import Database
from senior_univ.core.errors import DomainError
from senior_univ.core.permissions import Role
from senior_univ.network.models import Organisation
from senior_univ.reminders import calls, inbox
from senior_univ.reminders.models import Call, IncomingText, Meaning, Message, MessageKind, PhoneStanding
from senior_univ.reminders.replies import plain, take_reply
from senior_univ.reminders.senders import Reply
from senior_univ.timetable.models import CourseClass
from tests.factories import make_class, make_course, make_grant, make_organisation, make_person, make_seat, make_staff
from tests.reminders.conftest import Worker, at
from tests.reminders.lessons import cancel, lessons_of

EVENING = at("2026-03-10 18:00")
HERS, DAUGHTERS = "+8613800138000", "+8613900139000"


@pytest.fixture
def reminded(database: Database, worker: Worker, frozen: Traveller) -> int:
    """Somebody who was reminded of tomorrow's lesson; her id."""
    person_id = learner(database, phone=HERS)
    frozen.move_to(EVENING)
    worker.tick()
    return person_id


def learner(database: Database, starts: str = "2026-03-11 09:30", **given: Any) -> int:
    with database.write() as session:
        site = make_organisation(session, phone="+863192020001")
        course = make_course(session, site, title="楷书入门")
        course_class = make_class(session, site=site, course=course, first_at=at(starts))
        person = make_person(session, **given)
        make_seat(session, course_class, person)
        return person.id


def reply(database: Database, text: str, ref: str = "SM1", phone: str = HERS) -> bool:
    with database.write() as session:
        return take_reply(session, "console", Reply(phone, text, ref))


def incoming(database: Database) -> list[IncomingText]:
    with database.read() as session:
        return list(session.scalars(select(IncomingText).order_by(IncomingText.id)))


def leaves(database: Database) -> int:
    with database.read() as session:
        standing = select(func.count()).select_from(Leave).where(Leave.taken_back_at.is_(None))
        return session.scalar(standing) or 0


@pytest.mark.usefixtures("reminded")
def test_2_is_leave_for_the_day_and_is_confirmed_once(database: Database, worker: Worker) -> None:
    assert [reply(database, "２。"), reply(database, "２。")] == [True, True]
    assert leaves(database) == 1
    [(phone, text)] = worker.send()
    assert phone == HERS
    assert "已为王秀英请假" in text
    [row] = incoming(database)
    assert (row.meaning, row.settled_at is not None) == (Meaning.LEAVE, True)


@pytest.mark.usefixtures("reminded")
def test_1_says_that_she_comes_and_takes_a_leave_back(database: Database, worker: Worker) -> None:
    reply(database, "2")
    reply(database, "1", "SM2")
    assert leaves(database) == 0
    assert [each.meaning for each in incoming(database)] == [Meaning.LEAVE, Meaning.COMING]
    assert any("来上楷书入门课" in text for _phone, text in worker.send())


def test_a_relatives_reply_counts_for_her_elder(database: Database, worker: Worker, frozen: Traveller) -> None:
    person_id = learner(database, phone=None, phone_kind=None)
    with database.write() as session:
        make_grant(session, session.get_one(Person, person_id), make_person(session, name="李芳", phone=DAUGHTERS))
    frozen.move_to(EVENING)
    worker.tick()
    assert reply(database, "2", phone=DAUGHTERS)
    assert leaves(database) == 1
    [row] = incoming(database)
    assert row.person_id == person_id


def test_a_relative_who_may_not_ask_leave_is_told_so(database: Database, worker: Worker, frozen: Traveller) -> None:
    person_id = learner(database, phone=None, phone_kind=None)
    with database.write() as session:
        daughter = make_person(session, name="李芳", phone=DAUGHTERS)
        make_grant(session, session.get_one(Person, person_id), daughter, rights=[Right.SEE.value])
    frozen.move_to(EVENING)
    worker.tick()
    reply(database, "2", phone=DAUGHTERS)
    assert leaves(database) == 0
    [(_phone, text)] = worker.send()
    assert "没能办成" in text


def test_two_open_questions_on_one_phone_have_digits_of_their_own(
    database: Database, worker: Worker, frozen: Traveller
) -> None:
    learner(database, phone=HERS)
    frozen.move_to(EVENING)
    worker.tick()
    later = learner(database, "2026-03-11 14:30", phone=HERS, name="李桂兰")
    frozen.move_to(at("2026-03-10 18:30"))
    with database.write() as session:
        [lesson] = lessons_of(session, _class_of(session, later), range(1, 2))
        cancel(session, lesson)
    [(_phone, text)] = worker.send()
    assert "知道了请回3" in text
    with database.read() as session:
        assert session.scalar(select(func.count()).select_from(Call).where(calls.is_open())) == 1
    reply(database, "3")
    assert leaves(database) == 0
    with database.read() as session:
        assert session.scalar(select(func.count()).select_from(Call).where(calls.is_open())) == 0
    reply(database, "2", "SM2")
    assert leaves(database) == 1


def _class_of(session: Any, person_id: int) -> int:
    from_seat = select(CourseClass.id).join(CourseClass.lessons).order_by(CourseClass.id.desc())
    return session.scalars(from_seat.limit(1)).one()


def test_the_mornings_reminder_of_the_same_lesson_keeps_its_digits(
    database: Database, worker: Worker, frozen: Traveller, reminded: int
) -> None:
    frozen.move_to(at("2026-03-11 07:00"))
    [(_phone, text)] = worker.tick()
    assert "来请回1，来不了请回2" in text


@pytest.mark.parametrize("word", ["TD", "ｔｄ", "T", "r", "退订", " Stop.", "N"])
def test_opt_out_words_stop_reminders_and_start_brings_them_back(
    database: Database, worker: Worker, frozen: Traveller, word: str
) -> None:
    learner(database, phone=HERS)
    assert reply(database, word)
    frozen.move_to(EVENING)
    assert ["不再发" in text for _phone, text in worker.tick()] == [True]
    reply(database, "恢复", "SM2")
    texts = [text for _phone, text in worker.tick()]
    assert any("照常" in text for text in texts)
    assert any("楷书入门" in text for text in texts)


def test_a_bare_n_is_no_opt_out_while_a_question_is_open(database: Database, reminded: int) -> None:
    assert not reply(database, "N")
    with database.read() as session:
        assert session.get(PhoneStanding, HERS) is None


def test_a_wrong_number_gets_nothing_more_and_is_told_to_the_site(
    database: Database, worker: Worker, reminded: int, frozen: Traveller
) -> None:
    assert reply(database, "打错了！")
    assert worker.send() == []
    [row] = incoming(database)
    assert (row.meaning, row.settled_at, row.organisation_id is not None) == (Meaning.WRONG_NUMBER, None, True)
    with database.read() as session:
        [call] = session.scalars(select(Call).where(calls.is_open())).all()
        assert call.person_id == reminded
    frozen.move_to(at("2026-03-11 07:00"))
    assert worker.tick() == []


@pytest.mark.usefixtures("frozen")
def test_agreed_consents_to_the_one_relative_who_asks(database: Database, worker: Worker) -> None:
    with database.write() as session:
        elder = make_person(session, phone=HERS)
        daughter = make_person(session, name="李芳", phone=DAUGHTERS)
        terms = Terms("daughter", frozenset(Right))
        viewer = build_viewer(session, daughter.id)
        ask_grant(session, elder_id=elder.id, relative_id=daughter.id, terms=terms, by=viewer)
    [(phone, text)] = worker.send()
    assert (phone, "您同意请回“同意”" in text) == (HERS, True)
    assert reply(database, "同意")
    with database.read() as session:
        grant = session.scalars(select(FamilyGrant)).one()
        assert (grant.consent, grant.consented_at is not None, grant.witness_id) == (Consent.BY_TEXT, True, None)
    assert any("您已同意李芳" in text for _phone, text in worker.send())


@pytest.mark.parametrize("shared", [True, False])
def test_agreed_from_a_shared_phone_or_to_two_who_ask_is_for_a_person(database: Database, shared: bool) -> None:
    with database.write() as session:
        elder = make_person(session, phone=HERS)
        phones = [HERS] if shared else [DAUGHTERS, "+8613900139001"]
        for phone in phones:
            make_grant(session, elder, make_person(session, phone=phone), consented_at=None, is_main_contact=False)
    assert not reply(database, "同意")
    with database.read() as session:
        assert session.scalars(select(FamilyGrant.consented_at)).all() == [None] * len(phones)


def test_anything_else_goes_to_the_sites_inbox_with_its_thread(
    database: Database, worker: Worker, reminded: int
) -> None:
    assert not reply(database, "老师病好了吗？")
    assert not reply(database, "还有一句", "SM2")
    assert ["工作人员会看" in text for _phone, text in worker.send()] == [True]
    with database.write() as session:
        site = session.scalars(
            select(Organisation).join(CourseClass, CourseClass.organisation_id == Organisation.id)
        ).first()
        assert site
        manager = build_viewer(session, make_staff(session, Role.SITE_MANAGER, site).id)
        stranger = build_viewer(session, make_staff(session, Role.SITE_MANAGER, make_organisation(session)).id)
        rows = session.scalars(inbox.visible_incoming(manager)).all()
        assert [each.text for each in rows] == ["还有一句", "老师病好了吗？"]
        assert session.scalars(inbox.visible_incoming(stranger)).all() == []
        said = [line.text for line in inbox.thread(session, manager, rows[1])]
        assert said[1:3] == ["老师病好了吗？", "还有一句"] or "老师病好了吗？" in said
        inbox.answer(session, rows[1], "好了，明天来。", by=manager)
        inbox.settle(session, rows[1], by=manager)
        assert inbox.count_unsettled(session, manager) == 1
    [(phone, text)] = worker.send()
    assert (phone, "好了，明天来。" in text) == (HERS, True)


def test_a_wrong_number_is_answered_by_no_text(database: Database, reminded: int) -> None:
    reply(database, "打错了")
    with database.write() as session:
        row = session.scalars(select(IncomingText)).one()
        by = build_viewer(session, make_staff(session, Role.SITE_MANAGER, make_organisation(session)).id)
        with pytest.raises(DomainError, match="no_answer"):
            inbox.answer(session, row, "对不起", by=by)
        inbox.say_right(session, row, by=by)
        assert session.get_one(PhoneStanding, HERS).wrong_at is None


@pytest.mark.parametrize("text", ["🙂" * 10_000, "", "\x00\x01", "1" * 40, "٣"])
def test_whatever_comes_is_a_row_and_no_error(database: Database, reminded: int, text: str) -> None:
    assert not reply(database, text)
    [row] = incoming(database)
    assert len(row.text) <= 1600
    assert leaves(database) == 0


def test_a_reply_from_nobody_known_is_kept(database: Database, worker: Worker) -> None:
    assert not reply(database, "1", phone="+8613700137000")
    [row] = incoming(database)
    assert (row.organisation_id, row.person_id, row.message_id) == (None, None, None)


def test_words_are_folded() -> None:
    assert [plain("　１．"), plain("ＴＤ"), plain("退 订！"), plain("Stop\n")] == ["1", "td", "退订", "stop"]


def test_one_confirmation_however_often_it_is_told(database: Database, reminded: int) -> None:
    for _time in range(3):
        reply(database, "1")
    with database.read() as session:
        count = select(func.count()).select_from(Message).where(Message.kind == MessageKind.REPLY_TAKEN)
        assert session.scalar(count) == 1
