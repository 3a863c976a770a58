"""Every setting, typed, read from the environment, each with a safe local default.

Production is chosen with ``ENVIRONMENT=production``; what it refuses to start with is
listed by :meth:`Settings.problems`.
"""

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields
from datetime import time
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

ROOT = Path(__file__).resolve().parent
LOCAL_SECRET_KEY = "only-for-this-machine"  # noqa: S105  # refused in production
YES, NO = {"1", "true", "yes", "on"}, {"", "0", "false", "no", "off"}


class SettingError(ValueError):
    """A setting in the environment that cannot be read; names the setting."""


def _yes_or_no(text: str) -> bool:
    word = text.strip().lower()
    if word not in YES | NO:
        raise ValueError("use yes or no")
    return word in YES


def _words(text: str) -> tuple[str, ...]:
    return tuple(word.strip() for word in text.split(",") if word.strip())


def _database_url(text: str) -> str:
    """PostgreSQL by psycopg 3, whatever prefix a hosting service writes."""
    for prefix in ("postgres://", "postgresql://"):
        if text.startswith(prefix):
            return "postgresql+psycopg://" + text.removeprefix(prefix)
    return text


def setting(name: str, default: Any, read: Callable[[str], Any] = str, about: str = "") -> Any:
    """A dataclass field that is read from the environment variable ``name`` by ``read``."""
    return field(default=default, metadata={"name": name, "read": read, "about": about})


@dataclass(frozen=True, kw_only=True)
class Settings:
    """All settings. ``about`` of each is the line that the README's table prints."""

    environment: str = setting("ENVIRONMENT", "local", about="local or production")
    secret_key: str = setting("SECRET_KEY", LOCAL_SECRET_KEY, about="signs sessions and codes; at least 32 characters")
    database_url: str = setting(
        "DATABASE_URL",
        f"sqlite:///{ROOT / 'instance' / 'senior_univ.db'}",
        _database_url,
        "where the data is: sqlite:///path or postgresql://user@host/name",
    )
    files_folder: Path = setting(
        "FILES_FOLDER", ROOT / "instance" / "files", Path, "folder of scans and class photos; outside of what is served"
    )
    largest_file: int = setting("LARGEST_FILE", 10, int, "MB that a scan or class photo may have")
    pool_size: int = setting("DATABASE_POOL_SIZE", 8, int, "PostgreSQL connections kept by one process")
    demo: bool = setting("DEMO", True, _yes_or_no, "lists the demo's accounts on the sign-in page and shows its texts")
    host_names: tuple[str, ...] = setting(
        "HOST_NAMES", ("127.0.0.1", "localhost"), _words, "host names that are answered, separated by commas"
    )
    public_url: str = setting(
        "PUBLIC_URL", "http://127.0.0.1:8000", about="the address that providers and printed sheets use"
    )
    trusted_proxies: int = setting("TRUSTED_PROXIES", 0, int, "how many proxies stand before the application")
    secure_cookies: bool = setting("SECURE_COOKIES", False, _yes_or_no, "send cookies over HTTPS only")
    zone: ZoneInfo = setting("ZONE", ZoneInfo("Asia/Shanghai"), ZoneInfo, "the zone of every class and local day")
    region: str = setting("REGION", "130500", about="national code of the city that is served")
    site_name: str = setting("SITE_NAME", "", about="name on every page; empty: 网上老年大学")
    help_phone: str = setting("HELP_PHONE", "", about="help phone where a person has no site of their own")
    bigbluebutton_url: str = setting(
        "BIGBLUEBUTTON_URL",
        "",
        about="a BigBlueButton server, on which online lessons without a link of their own meet",
    )
    bigbluebutton_secret: str = setting("BIGBLUEBUTTON_SECRET", "", about="its shared secret (bbb-conf --secret)")
    jitsi_url: str = setting("JITSI_URL", "", about="a Jitsi Meet server instead, with token authentication")
    jitsi_app_id: str = setting("JITSI_APP_ID", "", about="the app_id of its prosody")
    jitsi_secret: str = setting("JITSI_SECRET", "", about="its app_secret; at least 32 characters")
    sender: str = setting("SMS_SENDER", "console", about="console or twilio")
    sms_signature: str = setting("SMS_SIGNATURE", "老年大学", about="name in 【】 before every text")
    quiet_from: time = setting("QUIET_FROM", time(20), time.fromisoformat, "no reminder from this local time")
    quiet_until: time = setting("QUIET_UNTIL", time(7), time.fromisoformat, "no reminder before this local time")
    noon_quiet_from: time = setting("NOON_QUIET_FROM", time(12), time.fromisoformat, "no reminder during the nap, from")
    noon_quiet_until: time = setting("NOON_QUIET_UNTIL", time(14, 30), time.fromisoformat, "no reminder until then")
    evening_reminder: time = setting("EVENING_REMINDER", time(18), time.fromisoformat, "when tomorrow is announced")
    morning_reminder: time = setting("MORNING_REMINDER", time(7), time.fromisoformat, "when today is announced")
    sender_timeout: int = setting("SENDER_TIMEOUT", 10, int, "seconds that a provider has to answer")
    message_lease: int = setting(
        "MESSAGE_LEASE", 60, int, "seconds that one process has to send a text; at least 3 × SENDER_TIMEOUT"
    )
    message_settling: int = setting(
        "MESSAGE_SETTLING", 180, int, "seconds after which a text that the provider does not know was not sent"
    )
    twilio_account_sid: str = setting("TWILIO_ACCOUNT_SID", "", about="Twilio account")
    twilio_auth_token: str = setting("TWILIO_AUTH_TOKEN", "", about="Twilio secret; also checks its webhooks")
    twilio_from: str = setting("TWILIO_FROM", "", about="Twilio number or messaging service")
    twilio_api_url: str = setting("TWILIO_API_URL", "", about="another address of Twilio's API, for tests")
    sender_abroad_assessed: bool = setting(
        "SENDER_ABROAD_ASSESSED", False, _yes_or_no, "confirms the assessment that a sender abroad needs in China"
    )

    @classmethod
    def from_environment(cls, environ: Mapping[str, str] = os.environ) -> "Settings":
        """The settings that ``environ`` gives; raises SettingError naming the one that cannot be read."""
        given = {}
        for each in fields(cls):
            name = each.metadata["name"]
            if name not in environ:
                continue
            try:
                given[each.name] = each.metadata["read"](environ[name])
            except (ValueError, KeyError) as error:
                raise SettingError(f"{name}={environ[name]!r} cannot be read: {error}") from error
        if environ.get("ENVIRONMENT") == "production":
            given = {"demo": False, "sender": "twilio", "secure_cookies": True} | given
        return cls(**given)

    @property
    def is_production(self) -> bool:
        """Whether real people's data is served."""
        return self.environment == "production"

    def problems(self) -> list[str]:
        """What production must not start with, a sentence each; none outside production."""
        if self.environment not in ("local", "production"):
            return [f"ENVIRONMENT is {self.environment!r}: use local or production."]
        if not self.is_production:
            return []
        twilio = self.sender == "twilio"
        meeting_urls = [url for url in (self.bigbluebutton_url, self.jitsi_url) if url]
        checks = {
            "BIGBLUEBUTTON_URL and JITSI_URL are both set: choose one.": len(meeting_urls) > 1,
            "BIGBLUEBUTTON_URL or JITSI_URL does not begin with https://.": not all(
                url.startswith("https://") for url in meeting_urls
            ),
            "BIGBLUEBUTTON_URL needs BIGBLUEBUTTON_SECRET.": bool(self.bigbluebutton_url)
            and not self.bigbluebutton_secret,
            "JITSI_URL needs JITSI_APP_ID, and JITSI_SECRET of at least 32 characters.": bool(self.jitsi_url)
            and (not self.jitsi_app_id or len(self.jitsi_secret) < 32),
            "SECRET_KEY is the default or shorter than 32 characters.": self.secret_key == LOCAL_SECRET_KEY
            or len(self.secret_key) < 32,
            "DEMO is switched on.": self.demo,
            "SMS_SENDER is console, which sends nothing.": self.sender == "console",
            "SECURE_COOKIES is switched off.": not self.secure_cookies,
            "MESSAGE_LEASE is shorter than 3 × SENDER_TIMEOUT.": self.message_lease < 3 * self.sender_timeout,
            "TWILIO_ACCOUNT_SID, TWILIO_AUTH_TOKEN and TWILIO_FROM must be set.": twilio
            and not (self.twilio_account_sid and self.twilio_auth_token and self.twilio_from),
            "PUBLIC_URL must begin with https://, since Twilio's receipts name phones.": twilio
            and not self.public_url.startswith("https://"),
            "Twilio is abroad: set SENDER_ABROAD_ASSESSED=yes once the assessment was made.": twilio
            and self.zone.key == "Asia/Shanghai"
            and not self.sender_abroad_assessed,
        }
        return [words for words, is_wrong in checks.items() if is_wrong]
