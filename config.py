"""Every setting, typed, read from the environment, each with a safe local default.

Production is chosen with ``ENVIRONMENT=production``; what it refuses to start with is
listed by :meth:`Settings.problems`.
"""

import os
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields, replace
from datetime import time
from ipaddress import IPv4Network, IPv6Network, ip_network
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


def _path_or_none(text: str) -> Path | None:
    return Path(text) if text else None


def _words(text: str) -> tuple[str, ...]:
    return tuple(word.strip() for word in text.split(",") if word.strip())


@dataclass(frozen=True)
class SenderKind:
    """What a kind of sender reads from the environment, each variable with the sender's name and _ before it.

    ``is_abroad``: it takes the texts out of mainland China. ``has_templates``: it sends registered templates alone.
    """

    needs: tuple[str, ...] = ()
    may_have: tuple[str, ...] = ()
    is_abroad: bool = False
    has_templates: bool = False


TWILIO_NEEDS = ("ACCOUNT_SID", "AUTH_TOKEN", "FROM")
OF_WEBHOOKS = ("WEBHOOK_SECRET",)
OF_TEMPLATES = ("WEBHOOK_ADDRESSES", "LONGEST_PARAMETER", "API_URL")
COMMON = ("PRICE",)
"""Price of one segment (of one call) in thousandths."""

SENDER_KINDS = {
    "console": SenderKind(),
    "console_voice": SenderKind(),
    "twilio": SenderKind(TWILIO_NEEDS, ("API_URL",), is_abroad=True),
    "twilio_voice": SenderKind(TWILIO_NEEDS, ("API_URL",), is_abroad=True),
    "aliyun": SenderKind(
        ("ACCESS_KEY_ID", "ACCESS_KEY_SECRET", "SIGN_NAME", *OF_WEBHOOKS),
        ("REPLIES", *OF_TEMPLATES),
        has_templates=True,
    ),
    "aliyun_voice": SenderKind(
        ("ACCESS_KEY_ID", "ACCESS_KEY_SECRET", *OF_WEBHOOKS),
        ("SHOW_NUMBER", *OF_TEMPLATES),
        has_templates=True,
    ),
    "tencent": SenderKind(
        ("SECRET_ID", "SECRET_KEY", "SDK_APP_ID", "SIGN_NAME", *OF_WEBHOOKS),
        ("REGION", "REPLIES", *OF_TEMPLATES),
        has_templates=True,
    ),
}
CONSOLES = {"console", "console_voice"}
SENDER_NAME = re.compile("[a-z][a-z0-9_]{0,19}")
SHORTEST_SECRET = 20
PHONE = re.compile(r"\+[1-9][0-9]{6,14}")


@dataclass(frozen=True)
class SenderSettings:
    """One named sender: its kind, and its variables of the environment without its name before them."""

    name: str
    kind: str
    values: Mapping[str, str] = field(default_factory=dict, repr=False)

    def __getitem__(self, variable: str) -> str:
        """That variable, or "" where it is not set."""
        return self.values.get(variable, "")

    @property
    def is_voice(self) -> bool:
        """Whether it calls, rather than texts."""
        return self.kind.endswith("_voice")

    @property
    def price(self) -> int:
        """What one segment or call costs, in thousandths; 0 where nobody said."""
        return int(self["PRICE"] or 0)

    @property
    def takes_replies(self) -> bool:
        """Whether people's answers reach us by it."""
        return self["REPLIES"].lower() in YES

    @property
    def webhook_addresses(self) -> list[IPv4Network | IPv6Network]:
        """From where its provider posts to us."""
        return [ip_network(each) for each in _words(self["WEBHOOK_ADDRESSES"])]

    def problems(self) -> list[str]:
        """What is missing for this sender to work anywhere, a sentence each; never a value."""
        prefix, known = self.name.upper(), SENDER_KINDS[self.kind]
        missing = [f"{prefix}_{each}" for each in known.needs if not self[each]]
        checks = {
            f"The sender {self.name} needs {', '.join(missing)}.": bool(missing),
            f"{prefix}_WEBHOOK_SECRET is shorter than {SHORTEST_SECRET} characters.": (
                0 < len(self["WEBHOOK_SECRET"]) < SHORTEST_SECRET
            ),
            f"{prefix}_PRICE is no whole number of thousandths.": not (self["PRICE"] or "0").isdecimal(),
            f"{prefix}_LONGEST_PARAMETER is no number from 6 to 99.": not self._fits("LONGEST_PARAMETER", 6, 99),
            f"{prefix}_REPLIES is neither yes nor no.": self["REPLIES"].lower() not in YES | NO,
            f"{prefix}_WEBHOOK_ADDRESSES is no list of addresses as 203.0.113.0/24.": not self._lists_addresses(),
        }
        return [words for words, is_wrong in checks.items() if is_wrong]

    def _fits(self, variable: str, least: int, most: int) -> bool:
        text = self[variable]
        return not text or (text.isdecimal() and least <= int(text) <= most)

    def _lists_addresses(self) -> bool:
        try:
            return bool(self.webhook_addresses) or not self["WEBHOOK_ADDRESSES"]
        except ValueError:
            return False


def _named_senders(text: str) -> tuple[SenderSettings, ...]:
    """``main:aliyun, spare:twilio`` without their variables."""
    senders = []
    for word in _words(text):
        name, _, kind = word.partition(":")
        if not SENDER_NAME.fullmatch(name):
            raise ValueError(f"{name!r} is no name: use up to 20 small letters, digits and _")
        if kind not in SENDER_KINDS:
            raise ValueError(f"{kind!r} is no kind of sender: use one of {', '.join(SENDER_KINDS)}")
        senders.append(SenderSettings(name, kind))
    if len({each.name for each in senders}) < len(senders):
        raise ValueError("a name stands twice")
    return tuple(senders)


def _with_variables(sender: SenderSettings, environ: Mapping[str, str]) -> SenderSettings:
    kind = SENDER_KINDS[sender.kind]
    given = {each: environ.get(f"{sender.name}_{each}".upper(), "") for each in kind.needs + kind.may_have + COMMON}
    return replace(sender, values={each: value for each, value in given.items() if value})


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
    sender: str = setting("SMS_SENDER", "console", about="console, twilio, aliyun or tencent; or a name of SMS_SENDERS")
    senders: tuple[SenderSettings, ...] = setting(
        "SMS_SENDERS",
        (),
        _named_senders,
        "several senders, as name:kind separated by commas, see docs/senders.md; the first is SMS_SENDER",
    )
    sender_fallback: str = setting(
        "SMS_FALLBACK", "", about="name of the sender that takes over where SMS_SENDER is down"
    )
    sms_templates: Path | None = setting(
        "SMS_TEMPLATES",
        None,
        _path_or_none,
        "TOML file with the codes of the templates registered at aliyun or tencent",
    )
    trial_phones: tuple[str, ...] = setting(
        "TRIAL_PHONES", (), _words, "while set, only these numbers get anything (+8613800138000), separated by commas"
    )
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
    message_park_after: int = setting(
        "MESSAGE_PARK_AFTER",
        3600,
        int,
        "seconds after which an unclear text is left to a person where no provider answers",
    )
    message_keep_days: int = setting(
        "MESSAGE_KEEP_DAYS", 90, int, "days after which the words and numbers of texts are deleted; figures stay"
    )
    sender_threads: int = setting(
        "SENDER_THREADS", 16, int, "texts that one reminder process has at the provider at once"
    )
    metrics_token: str = setting(
        "METRICS_TOKEN", "", about="opens /metrics to Prometheus, as a bearer token; empty: closed"
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
        return cls(**given | _senders_given(given, environ))

    def all_senders(self) -> tuple[SenderSettings, ...]:
        """Every sender that is configured; without SMS_SENDERS the one of SMS_SENDER, named like its kind."""
        if self.senders:
            return self.senders
        if self.sender == "twilio":
            given = (self.twilio_account_sid, self.twilio_auth_token, self.twilio_from, self.twilio_api_url)
            values = dict(zip((*TWILIO_NEEDS, "API_URL"), given, strict=True))
            return (SenderSettings("twilio", "twilio", values),)
        return (SenderSettings("console", "console"), SenderSettings("console_voice", "console_voice"))

    def sender_problems(self) -> list[str]:
        """Why the senders can't be used, a sentence each; none of it names a secret."""
        names = {each.name: each for each in self.all_senders()}
        problems = [words for each in names.values() for words in each.problems()]
        for setting_name, name in (("SMS_SENDER", self.sender), ("SMS_FALLBACK", self.sender_fallback)):
            is_wanted = name or setting_name == "SMS_SENDER"
            if is_wanted and (name not in names or names[name].is_voice):
                problems.append(f"{setting_name}={name!r} is no sender of texts.")
        if not all(PHONE.fullmatch(each) for each in self.trial_phones):
            problems.append("TRIAL_PHONES has a number that is not written as +8613800138000.")
        if self.zone.key == "Asia/Shanghai" and not self.sender_abroad_assessed:
            problems += [
                f"The sender {each.name} is abroad: set SENDER_ABROAD_ASSESSED=yes once the assessment was made."
                for each in names.values()
                if SENDER_KINDS[each.kind].is_abroad and not each["API_URL"]
            ]
        return problems

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
        kinds = {each.kind for each in self.all_senders()}
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
            "METRICS_TOKEN is shorter than 24 characters.": 0 < len(self.metrics_token) < 24,
            "SMS_SENDER or SMS_SENDERS has a console, which sends nothing.": bool(kinds & CONSOLES),
            "SECURE_COOKIES is switched off.": not self.secure_cookies,
            "MESSAGE_LEASE is shorter than 3 × SENDER_TIMEOUT.": self.message_lease < 3 * self.sender_timeout,
            "PUBLIC_URL must begin with https://, since receipts name phones.": bool(kinds - CONSOLES)
            and not self.public_url.startswith("https://"),
        }
        return [words for words, is_wrong in checks.items() if is_wrong] + self.sender_problems()


def _senders_given(given: Mapping[str, Any], environ: Mapping[str, str]) -> dict[str, Any]:
    """The named senders with their variables, and which is the default."""
    senders, default = given.get("senders", ()), given.get("sender", "console")
    if not senders and default in SENDER_KINDS.keys() - {"console", "twilio"}:
        senders = (SenderSettings(default, default),)
    if senders and "SMS_SENDER" not in environ:
        default = next((each.name for each in senders if not each.is_voice), default)
    return {"sender": default, "senders": tuple(_with_variables(each, environ) for each in senders)}
