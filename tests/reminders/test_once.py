"""Two web processes and two workers behind one database: whatever is done twice is told once."""

import threading
from collections.abc import Callable

import pytest
from flask import Flask
from sqlalchemy import select
from time_machine import Traveller
from twilio.request_validator import RequestValidator

from config import Settings
from senior_univ import create_app
from senior_univ.core import clock
from senior_univ.core.db import Database
from senior_univ.reminders.models import Message, MessageKind, MessageState, ProviderEvent
from senior_univ.timetable.models import CourseClass
from tests.factories import make_class, make_person, make_seat
from tests.reminders.conftest import Worker, at
from tests.reminders.fake_twilio import TOKEN, environment, fake_twilio


def at_once(*tasks: Callable[[], object]) -> None:
    threads = [threading.Thread(target=task) for task in tasks]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


@pytest.mark.usefixtures("worker")
def test_two_workers_that_plan_and_send_at_once_remind_each_learner_once(database: Database, frozen: Traveller) -> None:
    frozen.move_to(at("2026-03-10 18:30"))
    with database.write() as session:
        course_class: CourseClass = make_class(session, first_at=at("2026-03-11 09:30"), lessons=1, capacity=40)
        for number in range(40):
            make_seat(session, course_class, make_person(session, phone=f"+8613800138{number:03d}"))
    workers = [Worker(database), Worker(database)]
    at_once(*(each.plan for each in workers), *(each.plan for each in workers))
    at_once(*(each.dispatcher.run for each in workers))
    texts = workers[0].texts()
    assert len(texts) == len({phone for phone, _text in texts}) == 40


def test_a_receipt_told_to_two_web_processes_at_once_counts_once(database: Database) -> None:
    url = database.engine.url.render_as_string(hide_password=False)
    with fake_twilio() as fake:
        settings = Settings.from_environment(environment(fake, DATABASE_URL=url))
        apps = [create_app(settings), create_app(settings)]
        message_id = sent_text(database)
        statuses: list[int] = []
        at_once(*(lambda app=app: statuses.append(report(app, message_id)) for app in apps * 2))  # type: ignore[misc]
        for app in apps:
            app.extensions["database"].engine.dispose()
    assert statuses == [204] * 4
    with database.read() as session:
        assert session.scalars(select(Message.state)).one() is MessageState.DELIVERED
        assert len(session.scalars(select(ProviderEvent)).all()) == 1


def sent_text(database: Database) -> int:
    with database.write() as session:
        message = Message(
            key="k",
            kind=MessageKind.GRANT_GIVEN,
            phone="+8613800138000",
            priority=1,
            state=MessageState.ACCEPTED,
            attempt=1,
            created_at=clock.now(),
            due_at=clock.now(),
            parameters={},
        )
        session.add(message)
        session.flush()
        return message.id


def report(app: Flask, message_id: int) -> int:
    path, form = f"/webhooks/twilio/{message_id}/1", {"MessageSid": "SM1", "MessageStatus": "delivered"}
    signature = RequestValidator(TOKEN).compute_signature("https://learn.example.org" + path, form)
    return app.test_client().post(path, data=form, headers={"X-Twilio-Signature": signature}).status_code
