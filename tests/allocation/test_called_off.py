"""A round that is not held: everybody who applied is told once, and nothing is given."""

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from senior_univ.accounts.actions import belong
from senior_univ.accounts.models import BelongingReason
from senior_univ.allocation import jobs
from senior_univ.allocation.models import AllocationRound, Application
from senior_univ.core.db import Database
from senior_univ.core.permissions import Role
from senior_univ.enrolment.models import Seat
from senior_univ.reminders import texts
from senior_univ.reminders.models import Message, MessageKind
from senior_univ.timetable.models import Admission, CourseClass
from senior_univ.wiring import connect
from tests.allocation.rounds import classes_at_one_site, close, make_round, put_in
from tests.enrolment.pages import post, words
from tests.factories import make_person, make_staff
from tests.signing_in import sign_in


@pytest.fixture
def made(database: Database) -> dict[str, int]:
    """A round with two applications, its manager, and who applied."""
    connect()
    with database.write() as session:
        (only,) = classes_at_one_site(session, 5)
        each = make_round(session, only)
        people = [make_person(session, name=name) for name in ("王秀英", "李桂兰")]
        for person in people:
            put_in(session, each, person, only)
        manager = make_staff(session, Role.SITE_MANAGER, only.organisation)
        return {"round": each.id, "class": only.id, "manager": manager.id, "learner": people[0].id}


def call_off(client: FlaskClient, made: dict[str, int], **fields: str) -> int:
    sign_in(client, made["manager"])
    return int(post(client, f"/allocation-days/{made['round']}/call-off", **fields).status_code)


def told(database: Database) -> list[Message]:
    with database.read() as session:
        return list(session.scalars(select(Message).where(Message.kind == MessageKind.ROUND_CALLED_OFF)))


def test_everybody_who_applied_is_told_once_and_reads_why(
    client: FlaskClient, database: Database, app: Flask, made: dict[str, int]
) -> None:
    assert call_off(client, made, reason="老师病了") == 303
    assert call_off(client, made, reason="再来一次") == 200
    messages = told(database)
    assert len(messages) == 2
    with app.app_context():
        said = texts.render(messages[0].kind, "", messages[0].parameters, app.config["SETTINGS"])
    assert "老师病了" in said
    assert not any(word in said for word in ("抽签", "摇号", "中签", "http"))
    sign_in(client, made["learner"])
    for page in ("", "/mine"):
        assert "老师病了" in words(client.get(f"/allocation-days/{made['round']}{page}"))
    assert "老师病了" in words(client.get(f"/allocation-days/{made['round']}/apply"))


def test_a_round_that_was_called_off_gives_nobody_a_place(
    client: FlaskClient, database: Database, made: dict[str, int]
) -> None:
    call_off(client, made, reason="老师病了")
    with database.write() as session:
        close(session, session.get_one(AllocationRound, made["round"]))
    jobs.carry_on(database)
    with database.read() as session:
        assert session.scalars(select(Seat)).all() == []
        assert session.get_one(CourseClass, made["class"]).admission is Admission.ALLOCATION


def test_its_places_may_be_for_whoever_comes_first(
    client: FlaskClient, database: Database, made: dict[str, int]
) -> None:
    call_off(client, made, reason="老师病了", first_come="y")
    with database.read() as session:
        assert session.get_one(CourseClass, made["class"]).admission is Admission.FIRST_COME


def test_without_a_reason_or_after_the_draw_it_is_held(
    client: FlaskClient, database: Database, made: dict[str, int]
) -> None:
    assert call_off(client, made, reason=" ") == 200
    with database.write() as session:
        close(session, session.get_one(AllocationRound, made["round"]))
    jobs.carry_on(database)
    assert call_off(client, made, reason="老师病了") == 200
    assert told(database) == []
    with database.read() as session:
        assert session.get_one(AllocationRound, made["round"]).called_off_at is None


def test_whoever_is_asked_to_come_together_is_told_by_text(
    client: FlaskClient, database: Database, made: dict[str, int]
) -> None:
    with database.write() as session:
        phone = make_person(session, name="赵玉珍").phone
    sign_in(client, made["learner"])
    url = f"/allocation-days/{made['round']}/with-whom"
    assert post(client, url, name="赵玉珍", digits=phone[-4:]).status_code == 303
    with database.read() as session:
        (message,) = session.scalars(select(Message).where(Message.kind == MessageKind.TOGETHER_ASKED))
        assert message.phone == phone


def test_the_desk_applies_with_as_many_wishes_as_a_learner(client: FlaskClient, database: Database) -> None:
    with database.write() as session:
        classes = classes_at_one_site(session, *([5] * 6))
        each = make_round(session, *classes)
        manager = make_staff(session, Role.SITE_MANAGER, classes[0].organisation)
        person = make_person(session)
        belong(session, person.id, classes[0].organisation_id, BelongingReason.DESK)
        ids = each.id, person.id, manager.id, [one.id for one in classes]
    sign_in(client, ids[2])
    url = f"/allocation-days/{ids[0]}/people/{ids[1]}"
    names = ("first", "second", "third", "fourth", "fifth")
    wishes = dict(zip(names, ids[3], strict=False))
    assert post(client, url, **wishes).status_code == 303
    with database.read() as session:
        (application,) = session.scalars(select(Application))
        assert [wish.class_id for wish in application.wishes] == ids[3][:5]
    assert client.get(url).text.count("selected") == 5
