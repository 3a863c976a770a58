"""From the outbox to a provider of registered templates: the words that a phone gets are the words that are kept."""

from collections.abc import Callable
from pathlib import Path

from darabonba.core import DaraCore
from flask import Flask
from sqlalchemy import select
from time_machine import Traveller

from senior_univ.core.db import Database
from senior_univ.reminders import actions
from senior_univ.reminders.models import Message, MessageKind, MessageState
from tests.reminders.conftest import Worker
from tests.reminders.fake_clouds import aliyun_environment, fake_aliyun

TEMPLATES = Path(__file__).with_name("registered.toml")


def test_a_text_goes_out_by_its_template_in_her_language(
    database: Database, app: Flask, make_worker: Callable[..., Worker], frozen: Traveller
) -> None:
    given = {
        "name": "王秀英",
        "by": "李芳",
        "is_relative": True,
        "course": "楷书入门",
        "place": "北关站一楼",
        "phones": [],
    }
    given |= {"starts_at": "2026-03-11T09:30:00+08:00"}
    with fake_aliyun() as cloud, app.app_context():
        worker = make_worker(**aliyun_environment(cloud, TEMPLATES))
        with database.write() as session:
            kind = MessageKind.ENROLLED_FOR_YOU
            actions.queue(session, key="k", kind=kind, phone="+8613800138000", parameters=given)
        worker.dispatcher.run()
        [sent] = cloud.accepted
    for session_of_sdk in DaraCore._sessions.values():
        session_of_sdk.close()
    DaraCore._sessions.clear()
    with database.read() as session:
        message = session.scalars(select(Message)).one()
    assert '"day": "3月11日星期三", "time": "上午9:30"' in sent["TemplateParam"]
    assert (message.state, message.sender) == (MessageState.ACCEPTED, "main")
    assert message.provider_ref == sent["biz_id"]
    assert message.text == (
        "【邢台老年大学】尊敬的王秀英学员，李芳替您报了楷书入门班，3月11日星期三，上午9:30上课，地点北关站一楼。"
        "您不愿意就请联系教学点。"
    )
