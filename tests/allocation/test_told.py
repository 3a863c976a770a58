"""What people are told of the result by text."""

from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from senior_univ.allocation.models import AllocationRound
from senior_univ.core.db import Database
from senior_univ.enrolment.models import Hand
from senior_univ.reminders import texts
from senior_univ.reminders.models import Message, MessageKind
from senior_univ.wiring import connect
from tests.allocation.rounds import classes_at_one_site, herself, make_round, put_in
from tests.allocation.test_draw_round import give_all
from tests.factories import make_class, make_home, make_person, make_resident, make_room


def told(session: Session) -> dict[str, Message]:
    """The texts about a result, by phone."""
    connect()
    found = session.scalars(select(Message).where(Message.kind == MessageKind.ADMISSION_RESULT))
    return {message.phone: message for message in found}


def words_of(app: Flask, message: Message) -> str:
    with app.app_context():
        return texts.render(message.kind, "", message.parameters, app.config["SETTINGS"])


def test_everybody_is_told_once_in_which_class_she_is_or_for_which_she_waits(database: Database, app: Flask) -> None:
    with database.write() as session:
        (only,) = classes_at_one_site(session, 1)
        each = make_round(session, only)
        people = [make_person(session) for _ in range(2)]
        for person in people:
            put_in(session, each, person, only, hand=Hand.DESK, by=herself(make_person(session)))
        give_all(session, each)
        all_texts = list(session.scalars(select(Message)))
        messages = told(session)
    assert len(all_texts) == 2 == len(messages)
    said = sorted(words_of(app, message) for message in messages.values())
    assert "已录取：楷书入门" in said[0]
    assert "第一次上课" in said[0]
    assert "没有录取到，已为您排上楷书入门班的候补" in said[1]
    assert not any(word in text for text in said for word in ("抽签", "摇号", "中签", "http"))


def test_what_goes_on_within_a_home_alone_is_not_texted(session: Session, app: Flask) -> None:
    home = make_home(session)
    own = make_class(session, room=make_room(session, home), home=home)
    each = make_round(session, own)
    put_in(session, each, make_resident(session, home, phone="+8613855550001"), own)
    give_all(session, each)
    assert told(session) == {}
    assert session.get_one(AllocationRound, each.id).settled_at
