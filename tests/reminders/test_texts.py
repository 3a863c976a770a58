"""Every kind has its words in both languages, and no text breaks a rule of the people who read it."""

from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from jinja2 import UndefinedError

from config import Settings
from senior_univ.reminders import texts
from senior_univ.reminders.models import MessageKind
from tests.reminders.conftest import at

FIRST = at("2026-03-11 09:30")
ITEM = {
    "name": "王秀英",
    "is_own": True,
    "starts_at": FIRST.isoformat(),
    "course": "楷书入门",
    "place": "北关站一楼教室",
    "is_first": True,
    "bring": "毛笔",
    "teacher": "赵志强",
    "address": "大槐树对面",
}
CHANGE = {
    "number": 3,
    "is_cancelled": False,
    "is_moved": True,
    "is_elsewhere": False,
    "teachers": None,
    "old_at": FIRST.isoformat(),
    "new_at": (FIRST + timedelta(days=1, hours=5)).isoformat(),
    "place": "北关站一楼教室",
}
COMMON = {
    "name": "王秀英",
    "names": ["王秀英"],
    "is_own": True,
    "by": "李芳",
    "is_relative": True,
    "relative": "李芳",
    "course": "楷书入门",
    "was": "隶书欣赏",
    "goes_on": True,
    "place": "北关站一楼教室",
    "starts_at": FIRST.isoformat(),
    "digits": "123456",
    "items": [ITEM],
    "more": 0,
    "weekly": False,
    "count": 1,
    "changes": [CHANGE],
    "answer_by": "2026-03-13",
    "outcome": "accepted",
    "waits": "",
    "hours": 32,
    "site": "北关教学点",
    "words": "已经有人回复过了。",
    "paper": "教师资格证",
    "last_day": "2026-04-01",
    "is_approved": True,
    "answer": "请带身份证来一趟",
    "why": "snow",
    "note": "路面结冰",
    "who": "赵志强",
    "lessons": [ITEM, ITEM],
    "unit": "二楼护理区",
    "from_on": "2026-03-11",
    "to_on": "2026-03-13",
    "round": "秋季集中报名",
    "reason": "教室要维修",
    "week": "2026-03-09",
    "phones": ["+863192020001"],
}
VARIANTS: list[dict[str, Any]] = [
    {},
    {"is_own": False, "is_relative": False, "phones": []},
    {"items": [ITEM, ITEM | {"is_own": False}], "more": 3},
    {"changes": [CHANGE | {"is_cancelled": True}, CHANGE | {"is_moved": False}], "more": 4},
    {"changes": [CHANGE], "weekly": True, "count": 16},
    {"outcome": "declined"},
    {"goes_on": False, "answer_by": ""},
    {"changes": [CHANGE | {"is_moved": False, "teachers": ["赵志强", "钱二"]}], "note": "", "why": "epidemic"},
    {"changes": [CHANGE | {"is_moved": False, "is_elsewhere": True}], "lessons": [ITEM], "phones": []},
    {"other": ITEM},
    {"outcome": "refused", "phones": []},
    {"paper": "", "is_approved": False, "answer": ""},
    {"outcome": "coming", "answers": {"yes": 1, "no": 2}, "items": [ITEM | {"bring": "", "address": ""}]},
    {"outcome": "leave", "answers": {"yes": 3, "no": 4}, "items": [ITEM, ITEM], "more": 2},
    {"outcome": "stopped", "words": "明天照常上课。"},
    *({"outcome": outcome} for outcome in ("known", "agreed", "started", "other")),
]
LOTTERY = ("抽签", "摇号", "中签")


@pytest.mark.parametrize("variant", VARIANTS)
@pytest.mark.parametrize("language", ["", "zh_CN", "en"])
@pytest.mark.parametrize("kind", MessageKind)
def test_every_text_is_one_line_of_plain_words(
    app: Flask, kind: MessageKind, language: str, variant: dict[str, Any]
) -> None:
    with app.app_context():
        text = texts.render(kind, language, COMMON | variant, app.config["SETTINGS"])
    assert text.startswith("【老年大学】")
    assert "\n" not in text
    assert "  " not in text
    assert "http" not in text
    assert not any(word in text for word in LOTTERY)
    assert ("验证码不要告诉任何人" in text) == (kind is MessageKind.CODE)
    assert text.endswith(("。", "."))


def test_what_a_template_lacks_is_an_error() -> None:
    with pytest.raises(UndefinedError, match="digits"):
        texts.render(MessageKind.CODE, "", {}, Settings.from_environment({}))


def test_a_site_without_a_phone_names_the_help_phone_or_none() -> None:
    parameters = COMMON | {"phones": [""]}
    helped = Settings.from_environment({"HELP_PHONE": "+863192345678"})
    assert "请打0319-2345678" in texts.render(MessageKind.REMINDER_EVENING, "", parameters, helped)
    assert "请打" not in texts.render(MessageKind.REMINDER_EVENING, "", parameters, Settings.from_environment({}))


def test_names_and_courses_without_end_are_shortened() -> None:
    item = ITEM | {"name": "王" * 80, "course": "课" * 80, "place": "站" * 160}
    parameters = COMMON | {"items": [item] * 8}
    assert len(texts.render(MessageKind.REMINDER_MORNING, "", parameters, Settings.from_environment({}))) < 700
