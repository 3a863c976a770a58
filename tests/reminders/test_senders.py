"""Named senders: read from the environment, refused in words, chosen by an organisation."""

from pathlib import Path

import pytest

from config import SENDER_KINDS, SettingError, Settings
from senior_univ import StartRefusedError, create_app
from senior_univ.core.db import Database
from senior_univ.reminders.models import Channel, OrganisationTexting
from senior_univ.reminders.senders import Known, NotThere, Outgoing, Rejected, Senders, Why, load_all
from tests.reminders.test_clouds import outgoing, sought

ALIYUN = {
    "MAIN_ACCESS_KEY_ID": "LTAI",
    "MAIN_ACCESS_KEY_SECRET": "aliyun-secret",
    "MAIN_SIGN_NAME": "老年大学",
    "MAIN_WEBHOOK_SECRET": "w" * 24,
}
TENCENT = {
    "SPARE_SECRET_ID": "AKID",
    "SPARE_SECRET_KEY": "tencent-secret",
    "SPARE_SDK_APP_ID": "1400006666",
    "SPARE_SIGN_NAME": "老年大学",
    "SPARE_WEBHOOK_SECRET": "w" * 24,
}
TWO = {"SMS_SENDERS": "main:aliyun, spare:tencent", "SMS_FALLBACK": "spare"} | ALIYUN | TENCENT


def templates(tmp_path: Path) -> str:
    from_tests = Path(__file__).with_name("registered.toml").read_text(encoding="utf-8")
    path = tmp_path / "registered.toml"
    path.write_text(from_tests + from_tests.replace("[main]", "[spare]"), encoding="utf-8")
    return str(path)


@pytest.fixture
def senders(database: Database, tmp_path: Path) -> Senders:
    return load_all(Settings.from_environment(TWO | {"SMS_TEMPLATES": templates(tmp_path)}), database)


def test_without_a_word_the_console_sends_and_calls(database: Database) -> None:
    loaded = load_all(Settings.from_environment({}), database)
    assert loaded.default.name == "console"
    assert loaded.for_organisation(None, Channel.SMS) == ["console"]
    assert loaded.for_organisation(None, Channel.VOICE) == ["console_voice"]


def test_one_sender_is_named_like_its_kind() -> None:
    twilio = {"SMS_SENDER": "twilio", "TWILIO_ACCOUNT_SID": "AC1", "TWILIO_AUTH_TOKEN": "t", "TWILIO_FROM": "+1"}
    [sender] = Settings.from_environment(twilio).all_senders()
    assert (sender.name, sender.kind, sender["ACCOUNT_SID"]) == ("twilio", "twilio", "AC1")
    named = {name.replace("MAIN", "ALIYUN"): value for name, value in ALIYUN.items()} | {"SMS_SENDER": "aliyun"}
    [sender] = Settings.from_environment(named).all_senders()
    assert (sender.name, sender["SIGN_NAME"]) == ("aliyun", "老年大学")


def test_the_first_sender_of_texts_is_the_default_and_the_other_stands_in(senders: Senders) -> None:
    assert senders.default.name == "main"
    assert senders.for_organisation(None, Channel.SMS) == ["main", "spare"]
    assert senders.for_organisation(None, Channel.VOICE) == []
    assert senders.choices() == ["main", "spare"]


@pytest.mark.parametrize(
    ("sender", "fallback", "names"),
    [
        ("spare", "main", ["spare", "main"]),
        ("spare", None, ["spare", "main"]),
        (None, None, ["main", "spare"]),
        ("main", "main", ["main", "spare"]),
        ("gone", None, ["spare", "main"]),
    ],
)
def test_an_organisation_chooses(senders: Senders, sender: str | None, fallback: str | None, names: list[str]) -> None:
    texting = OrganisationTexting(sender=sender, fallback=fallback)
    assert senders.for_organisation(texting, Channel.SMS) == names


def test_what_each_can_do_is_known(senders: Senders) -> None:
    assert {name: each.abilities.lookup for name, each in senders.by_name.items()} == {
        "main": Known.EXACT,
        "spare": Known.FUZZY,
    }
    assert not any(each.abilities.free_text or each.abilities.replies for each in senders.by_name.values())


def test_a_text_whose_sender_is_gone_is_not_sent_nor_guessed_at(senders: Senders) -> None:
    text: Outgoing = outgoing()
    gone = senders.of("gone")
    assert gone.send(text) == Rejected("no_such_sender", Why.CONFIG)
    assert gone.lookup(sought(gone)) is NotThere.CANT_TELL


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"SMS_SENDERS": "main"}, "'' is no kind of sender"),
        ({"SMS_SENDERS": "Main:aliyun"}, "'Main' is no name"),
        ({"SMS_SENDERS": "a:console, a:aliyun"}, "a name stands twice"),
        ({"SMS_SENDERS": "main:pigeon"}, "use one of console, console_voice, twilio"),
    ],
)
def test_a_list_that_cannot_be_read_is_refused(given: dict[str, str], words: str) -> None:
    with pytest.raises(SettingError, match=words):
        Settings.from_environment(given)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"MAIN_ACCESS_KEY_SECRET": "", "MAIN_SIGN_NAME": ""}, "main needs MAIN_ACCESS_KEY_SECRET, MAIN_SIGN_NAME."),
        ({"SPARE_SDK_APP_ID": ""}, "The sender spare needs SPARE_SDK_APP_ID."),
        ({"MAIN_WEBHOOK_SECRET": "short"}, "MAIN_WEBHOOK_SECRET is shorter than 20"),
        ({"MAIN_WEBHOOK_ADDRESSES": "somewhere"}, "MAIN_WEBHOOK_ADDRESSES is no list"),
        ({"MAIN_PRICE": "0.045"}, "MAIN_PRICE is no whole number"),
        ({"MAIN_LONGEST_PARAMETER": "5"}, "MAIN_LONGEST_PARAMETER is no number"),
        ({"MAIN_REPLIES": "maybe"}, "MAIN_REPLIES is neither"),
        ({"SMS_FALLBACK": "nobody"}, "SMS_FALLBACK='nobody' is no sender"),
        ({"SMS_SENDER": "nobody"}, "SMS_SENDER='nobody' is no sender"),
        ({"SMS_TEMPLATES": ""}, "needs SMS_TEMPLATES"),
    ],
)
def test_what_is_missing_is_said_in_words_without_a_secret(
    database: Database, tmp_path: Path, change: dict[str, str], words: str
) -> None:
    settings = Settings.from_environment(TWO | {"SMS_TEMPLATES": templates(tmp_path)} | change)
    with pytest.raises(ValueError, match=words) as refused:
        load_all(settings, database)
    assert "aliyun-secret" not in str(refused.value)
    assert "secret" not in repr(settings.all_senders())


def test_a_sender_abroad_is_refused_in_china_until_it_was_assessed(database: Database) -> None:
    twilio = {"SMS_SENDERS": "far:twilio", "FAR_ACCOUNT_SID": "AC1", "FAR_AUTH_TOKEN": "t", "FAR_FROM": "+15005550006"}
    with pytest.raises(ValueError, match="The sender far is abroad: set SENDER_ABROAD_ASSESSED=yes"):
        load_all(Settings.from_environment(twilio), database)
    for allowed in ({"SENDER_ABROAD_ASSESSED": "yes"}, {"ZONE": "Europe/Berlin"}):
        loaded = load_all(Settings.from_environment(twilio | allowed), database)
        loaded.default.client.http_client.session.close()  # type: ignore[attr-defined]


def test_a_mistaken_table_keeps_the_application_from_starting(database: Database, tmp_path: Path) -> None:
    path = tmp_path / "wrong.toml"
    path.write_text('[main]\ncode = "SMS_1"\n[spare]\ncode = "1"\n', encoding="utf-8")
    url = database.engine.url.render_as_string(hide_password=False)
    with pytest.raises(StartRefusedError, match="lacks reminder_evening"):
        create_app(Settings.from_environment(TWO | {"SMS_TEMPLATES": str(path), "DATABASE_URL": url}))


def test_every_kind_has_its_module() -> None:
    folder = Path(load_all.__code__.co_filename).parent
    assert [kind for kind in SENDER_KINDS if not (folder / f"{kind}.py").exists()] == []
