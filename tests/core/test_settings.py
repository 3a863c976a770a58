"""Settings: read from the environment, typed, and refused in production where they are not safe."""

from dataclasses import fields
from datetime import time

import pytest

from config import LOCAL_SECRET_KEY, ROOT, SettingError, Settings
from senior_univ import StartRefusedError, create_app

SAFE = {
    "ENVIRONMENT": "production",
    "SECRET_KEY": "k" * 40,
    "DATABASE_URL": "postgresql://somebody@localhost/senior_univ",
    "HOST_NAMES": "learn.example.org",
    "PUBLIC_URL": "https://learn.example.org",
    "TWILIO_ACCOUNT_SID": "AC1",
    "TWILIO_AUTH_TOKEN": "secret",
    "TWILIO_FROM": "+15005550006",
    "SENDER_ABROAD_ASSESSED": "yes",
}


def test_every_setting_has_a_safe_local_default() -> None:
    settings = Settings.from_environment({})
    assert settings.problems() == []
    assert not settings.is_production


@pytest.mark.parametrize(
    ("given", "field", "value"),
    [
        ({"DATABASE_URL": "postgres://u@h/d"}, "database_url", "postgresql+psycopg://u@h/d"),
        ({"DATABASE_URL": "postgresql://u@h/d"}, "database_url", "postgresql+psycopg://u@h/d"),
        ({"DATABASE_URL": "sqlite:////x.db"}, "database_url", "sqlite:////x.db"),
        ({"DEMO": "no"}, "demo", False),
        ({"HOST_NAMES": "a.example, b.example"}, "host_names", ("a.example", "b.example")),
        ({"QUIET_FROM": "21:30"}, "quiet_from", time(21, 30)),
        ({"TRUSTED_PROXIES": "2"}, "trusted_proxies", 2),
    ],
)
def test_a_setting_is_read_in_its_type(given: dict[str, str], field: str, value: object) -> None:
    assert getattr(Settings.from_environment(given), field) == value


@pytest.mark.parametrize(
    "given",
    [{"DEMO": "maybe"}, {"ZONE": "Mars/Olympus"}, {"QUIET_FROM": "late"}, {"DATABASE_POOL_SIZE": "many"}],
)
def test_a_setting_that_cannot_be_read_is_named(given: dict[str, str]) -> None:
    with pytest.raises(SettingError, match=next(iter(given))):
        Settings.from_environment(given)


def test_production_with_everything_set_has_no_problem() -> None:
    assert Settings.from_environment(SAFE).problems() == []


@pytest.mark.parametrize(
    ("change", "named"),
    [
        ({"SECRET_KEY": LOCAL_SECRET_KEY}, "SECRET_KEY"),
        ({"SECRET_KEY": "short"}, "SECRET_KEY"),
        ({"DEMO": "yes"}, "DEMO"),
        ({"SMS_SENDER": "console"}, "SMS_SENDER"),
        ({"SMS_SENDERS": "twilio:twilio, calls:console_voice"}, "SMS_SENDERS has a console"),
        ({"SECURE_COOKIES": "no"}, "SECURE_COOKIES"),
        ({"TWILIO_AUTH_TOKEN": ""}, "TWILIO_AUTH_TOKEN"),
        ({"PUBLIC_URL": "http://learn.example.org"}, "PUBLIC_URL"),
        ({"SENDER_ABROAD_ASSESSED": "no"}, "SENDER_ABROAD_ASSESSED"),
    ],
)
def test_production_refuses_to_start_and_says_why(change: dict[str, str], named: str) -> None:
    with pytest.raises(StartRefusedError, match=named):
        create_app(Settings.from_environment(SAFE | change))


def test_an_environment_that_nobody_knows_is_refused() -> None:
    with pytest.raises(StartRefusedError, match="ENVIRONMENT"):
        create_app(Settings.from_environment({"ENVIRONMENT": "staging"}))


def test_the_readme_names_every_setting() -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    assert [each.metadata["name"] for each in fields(Settings) if f"| `{each.metadata['name']}` |" not in readme] == []
