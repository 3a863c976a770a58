"""Registered templates: the texts of the project (templates.toml) and the codes that a deployer got for them.

The deployer's file (SMS_TEMPLATES) has a table per sender::

    [main]
    code = "SMS_100000001"
    "code.en" = "SMS_100000002"
    lesson_moved = { id = "SMS_100000003", parameters = { name = "student", day = "date", … } }   # ours = the provider's
    unit_closed = ""                                                                              # not registered

    [spare]                                                                                       # positional: their order
    code = { id = "2100001", parameters = ["digits"], text = "您的登录验证码是${digits}，请勿告诉他人。" }

A registered text of other words is given as ``text``, so that what was sent is kept to the letter. Whatever disagrees
with the parameters that a text has is refused when the senders are loaded.
"""

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from config import SenderSettings, Settings
from senior_univ.reminders.flat import flat
from senior_univ.reminders.models import MessageKind
from senior_univ.reminders.senders import Filled

FILE = Path(__file__).with_name("templates.toml")
PLACEHOLDER = re.compile(r"\$\{(\w+)\}")
ASKED = "_asked"
ENTRY = {"id", "parameters", "text"}
NEVER_CUT = ("digits", "phone")
"""A number that is cut is another number: better refused by the provider than wrong."""


@dataclass(frozen=True)
class Registered:
    """One registered template: its code or id, its text, and {our parameter: the provider's} in their order."""

    id: str
    text: str
    parameters: Mapping[str, str]


@cache
def project_texts() -> dict[str, dict[str, str]]:
    """{shape: {language: text}} as the project suggests them for registration."""
    return tomllib.loads(FILE.read_text(encoding="utf-8"))


def placeholders(text: str) -> list[str]:
    """The parameters of a text, in the order in which each first stands in it."""
    return list(dict.fromkeys(PLACEHOLDER.findall(text)))


class Templates:
    """A sender's registered templates, by shape and language."""

    def __init__(self, settings: Settings, own: SenderSettings, longest: int, signature: str) -> None:
        self.settings = settings
        self.signature = signature
        self.longest = int(own["LONGEST_PARAMETER"] or longest)
        self.registered = read_table(settings.sms_templates, own.name, takes_replies=own.takes_replies)

    def fill(self, kind: MessageKind, language: str, parameters: Mapping[str, Any]) -> Filled | None:
        """The template for this, filled; None where none is registered, as for texts of somebody's own words."""
        found, values = self._find(kind, language, parameters)
        if found is None:
            return None
        cut = {name: self._cut(name, values[name]) for name in found.parameters}
        words = PLACEHOLDER.sub(lambda match: cut[match[1]], found.text)
        named = {theirs: cut[ours] for ours, theirs in found.parameters.items()}
        return Filled(found.id, named, f"【{self.signature}】{words}" if self.signature else words)

    def _find(
        self, kind: MessageKind, language: str, parameters: Mapping[str, Any]
    ) -> tuple[Registered | None, dict[str, str]]:
        """The template that says most of this, in her language if there is one, and the values for it."""
        for spoken in dict.fromkeys([language if language == "en" else "", ""]):
            shape, values = flat(kind, spoken, parameters, self.settings)
            names = [f"{shape}{ASKED}", shape] if "yes" in values else [shape]
            for name in names:
                if found := self.registered.get(f"{name}.en" if spoken else name):
                    return found, values
        return None, {}

    def _cut(self, name: str, value: str) -> str:
        if len(value) <= self.longest or name in NEVER_CUT:
            return value
        return value[: self.longest - 1] + "…"


def read_table(path: Path | None, name: str, *, takes_replies: bool = True) -> dict[str, Registered]:
    """A sender's registered templates; ValueError in words for a table that can't be used, a sentence a line."""
    if path is None:
        raise ValueError(f"The sender {name} needs SMS_TEMPLATES, the file of its registered templates.")
    try:
        table = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise ValueError(f"SMS_TEMPLATES can't be read: {error}") from error
    if not isinstance(table.get(name), dict):  # as TOML has it, it may be anything
        raise ValueError(f"SMS_TEMPLATES has no table [{name}].")  # noqa: TRY004
    own = table[name]
    problems = [words for key, entry in own.items() for words in _problems(f"{name}.{key}", key, entry)]
    wanted = [shape for shape in project_texts() if takes_replies or not shape.endswith(ASKED)]
    if missing := [shape for shape in wanted if shape not in own]:
        problems.append(f'SMS_TEMPLATES [{name}] lacks {", ".join(missing)}; write "" for what is not registered.')
    if problems:
        raise ValueError("\n".join(problems))
    return {key: _registered(key, entry) for key, entry in own.items() if entry}


def _suggested(key: str) -> str | None:
    shape, _, language = key.partition(".")
    return project_texts().get(shape, {}).get(language or "zh")


def _problems(where: str, key: str, entry: Any) -> list[str]:
    suggested = _suggested(key)
    if suggested is None:
        return [f"SMS_TEMPLATES: {where} is no text of ours."]
    if isinstance(entry, str):
        return []
    if not isinstance(entry, dict) or not isinstance(entry.get("id"), str) or not entry.keys() <= ENTRY:
        return [f"SMS_TEMPLATES: {where} must be a code, or a table of id, parameters and text."]
    text = entry.get("text", suggested)
    wanted, there = set(placeholders(text)), set(placeholders(suggested))
    given = entry.get("parameters", list(wanted))
    problems = []
    if unknown := wanted - there:
        problems.append(f"SMS_TEMPLATES: {where} speaks of {_listed(unknown)}; there is {_listed(there)}.")
    if set(given) != wanted or len(given) != len(wanted):
        problems.append(f"SMS_TEMPLATES: {where} has the parameters {_listed(given)}; its text has {_listed(wanted)}.")
    return problems


def _listed(names: Any) -> str:
    return ", ".join(sorted(map(str, names))) or "none"


def _registered(key: str, entry: Any) -> Registered:
    given = {"id": entry} if isinstance(entry, str) else entry
    text = given.get("text") or _suggested(key) or ""
    parameters = given.get("parameters", placeholders(text))
    if not isinstance(parameters, dict):
        parameters = {name: name for name in parameters}
    return Registered(given["id"], text, parameters)
