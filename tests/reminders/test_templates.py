"""Registered templates: every kind has flat words for its template, and a table that disagrees is refused in words."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st

from config import SenderSettings, Settings
from senior_univ.reminders.flat import flat
from senior_univ.reminders.models import MessageKind
from senior_univ.reminders.senders.templates import Templates, placeholders, project_texts, read_table
from tests.reminders.registered import table, write_table
from tests.reminders.test_texts import COMMON, ITEM, VARIANTS

OWN_WORDS = {MessageKind.STAFF_ANSWER, MessageKind.BULK_MESSAGE, MessageKind.WORDING_TEST}
"""What somebody wrote by hand has no registered template."""

SETTINGS = Settings.from_environment({"HELP_PHONE": "+863192345678"})


@pytest.fixture
def in_app(app: Flask) -> Iterator[None]:
    with app.app_context():
        yield


@pytest.mark.usefixtures("in_app")
@pytest.mark.parametrize("language", ["", "en"])
def test_every_kind_fills_its_template_with_words(language: str) -> None:
    for kind in set(MessageKind) - OWN_WORDS:
        for variant in VARIANTS:
            shape, values = flat(kind, language, COMMON | variant, SETTINGS)
            for text in project_texts()[shape].values():
                assert all(values[name] for name in placeholders(text)), (kind, shape, variant)


def test_no_text_to_register_begins_with_a_parameter_or_has_two_side_by_side() -> None:
    for shape, by_language in project_texts().items():
        for text in by_language.values():
            assert not text.startswith("${"), shape
            assert "}${" not in text.replace(" ", ""), shape
            assert not any(word in text for word in ("http", "【", "抽签", "摇号", "中签")), shape


def templates(path: Path, longest: int = 35, **given: str) -> Templates:
    settings = Settings.from_environment({"SMS_TEMPLATES": str(path)})
    return Templates(settings, SenderSettings("main", "aliyun", given), longest, "老年大学")


@pytest.mark.usefixtures("in_app")
def test_what_goes_out_is_kept_to_the_letter(tmp_path: Path) -> None:
    filled = templates(write_table(tmp_path, "main")).fill(MessageKind.REMINDER_EVENING, "", COMMON)
    assert filled
    assert filled.id == "T-reminder_evening"
    assert filled.words == (
        "【老年大学】请王秀英学员注意：明天是3月11日星期三，上午9:30上楷书入门课，地点北关站一楼教室。"
        "来不了请联系0319-2020001。"
    )
    assert list(filled.values) == ["name", "day", "time", "course", "place", "phone"]


@pytest.mark.usefixtures("in_app")
def test_several_lessons_have_a_template_of_their_own(tmp_path: Path) -> None:
    two = COMMON | {"items": [ITEM, ITEM | {"name": "李国强"}], "more": 3}
    filled = templates(write_table(tmp_path, "main")).fill(MessageKind.REMINDER_MORNING, "", two)
    assert filled
    assert (filled.values["name"], filled.values["count"]) == ("王秀英、李国强", "5")


@pytest.mark.usefixtures("in_app")
def test_another_language_without_a_template_gets_the_chinese_one(tmp_path: Path) -> None:
    kept = templates(write_table(tmp_path, "main", **{"code.en": "T-en"}))
    english, chinese = kept.fill(MessageKind.CODE, "en", COMMON), kept.fill(MessageKind.GRANT_GIVEN, "en", COMMON)
    assert english
    assert chinese
    assert "Your sign-in code is 123456" in english.words
    assert "登记您已同意李芳帮您" in chinese.words


@given(st.text(min_size=1, max_size=200), st.integers(6, 40))
def test_no_value_is_longer_than_the_provider_takes_nor_holds_a_signature(text: str, longest: int) -> None:
    path = Path(__file__).with_name("registered.toml")
    filled = templates(path, longest).fill(MessageKind.ROUND_CALLED_OFF, "", COMMON | {"round": text, "reason": text})
    assert filled
    values = [value for name, value in filled.values.items() if name != "phone"]
    assert all(len(value) <= longest and "【" not in value and "\n" not in value for value in values)


def test_a_number_is_never_cut(tmp_path: Path) -> None:
    filled = templates(write_table(tmp_path, "main"), 6).fill(MessageKind.GRANT_GIVEN, "", COMMON)
    assert filled
    assert filled.values["phone"] == "0319-2020001"


def test_a_sender_may_set_its_own_length(tmp_path: Path) -> None:
    kept = templates(write_table(tmp_path, "main"), 6, LONGEST_PARAMETER="20")
    filled = kept.fill(MessageKind.ROUND_CALLED_OFF, "", COMMON | {"reason": "长" * 30})
    assert filled
    assert len(filled.values["reason"]) == 20


@pytest.mark.usefixtures("in_app")
def test_a_provider_s_own_names_and_words_are_used(tmp_path: Path) -> None:
    own = '{ id = "X", text = "同意了：${relative}，电话${phone}。", parameters = { relative = "who", phone = "tel" } }'
    filled = templates(write_table(tmp_path, "main", grant_given=own)).fill(MessageKind.GRANT_GIVEN, "", COMMON)
    assert filled
    assert filled.values == {"who": "李芳", "tel": "0319-2020001"}
    assert filled.words == "【老年大学】同意了：李芳，电话0319-2020001。"


@pytest.mark.parametrize(
    ("entry", "words"),
    [
        ('{ id = "X", parameters = ["relative"] }', "has the parameters relative; its text has name, phone, relative"),
        ('{ id = "X", parameters = ["name", "phone", "relative", "day"] }', "has the parameters day, name"),
        ('{ id = "X", parameters = ["name", "phone", "phone", "relative"] }', "has the parameters name, phone, phone"),
        ('{ id = "X", text = "${digits}" }', "speaks of digits; there is name, phone, relative"),
        ('{ code = "X" }', "must be a code, or a table"),
        ("7", "must be a code, or a table"),
    ],
)
def test_a_template_that_disagrees_is_refused(tmp_path: Path, entry: str, words: str) -> None:
    with pytest.raises(ValueError, match=words):
        read_table(write_table(tmp_path, "main", grant_given=entry), "main")


def test_what_is_missing_or_unknown_is_named(tmp_path: Path) -> None:
    path = tmp_path / "some.toml"
    path.write_text('[main]\ncode = "SMS_1"\nnonsense = "SMS_2"\n', encoding="utf-8")
    with pytest.raises(ValueError, match=r"main.nonsense is no text of ours.\nSMS_TEMPLATES .main. lacks remind"):
        read_table(path, "main")
    with pytest.raises(ValueError, match=r"no table \[other\]"):
        read_table(path, "other")
    with pytest.raises(ValueError, match="needs SMS_TEMPLATES"):
        read_table(None, "main")
    with pytest.raises(ValueError, match="can't be read"):
        read_table(tmp_path / "nowhere.toml", "main")


def test_what_is_not_registered_is_not_filled(tmp_path: Path) -> None:
    assert templates(write_table(tmp_path, "main", unit_closed="")).fill(MessageKind.UNIT_CLOSED, "", COMMON) is None


def test_the_table_of_the_tests_is_whole() -> None:
    assert Path(__file__).with_name("registered.toml").read_text(encoding="utf-8") == table("main")
