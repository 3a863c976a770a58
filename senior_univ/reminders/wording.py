"""Officers' own wording of a text: words with ((placeholders)) and [[optional parts]], for senders of free text.

What can be changed is a shape of a kind (one lesson or many, admitted or not), and the placeholders are its flat
parameters, the same that registered templates have: so a wording can never ask for what is not there. An optional part
is left out where one of its placeholders is empty; where another placeholder is empty, the shipped text goes instead.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString
from sqlalchemy import select, update
from sqlalchemy.orm import Session, joinedload

from config import Settings
from senior_univ.accounts.models import Person
from senior_univ.accounts.queries import people_of
from senior_univ.audit.actions import record
from senior_univ.core import clock
from senior_univ.core.access import Viewer
from senior_univ.core.errors import DomainError, NotFoundError
from senior_univ.core.permissions import Permission
from senior_univ.reminders import actions
from senior_univ.reminders.flat import flat
from senior_univ.reminders.models import KIND_LABELS, Message, MessageAbout, MessageKind, Wording
from senior_univ.reminders.parts import parts_of, refuse_words
from senior_univ.reminders.senders.templates import ASKED, placeholders, project_texts

PERMISSION = Permission.EDIT_WORDING
LANGUAGES = ("zh", "en")
PLACEHOLDER = re.compile(r"\(\((\w+)\)\)")
OPTIONAL = re.compile(r"\[\[(.*?)\]\]", re.DOTALL)
FIXED = frozenset({MessageKind.CODE.value})
"""What nobody rewords: every code says that it is told to nobody."""

SPOKEN = {
    "name": "姓名",
    "day": "日期",
    "time": "时间",
    "course": "课程",
    "place": "地点",
    "phone": "电话",
    "yes": "来回复",
    "no": "不来回复",
    "count": "节数",
    "old_day": "原日期",
    "old_time": "原时间",
    "teacher": "老师",
    "by": "经办人",
    "relative": "亲属",
    "was": "原课程",
    "waits": "候补",
    "hours": "课时",
    "site": "教学点",
    "why": "原因",
    "who": "对象",
    "paper": "证件",
    "last_day": "截止日期",
    "round": "报名批次",
    "reason": "说明",
    "unit": "单元",
    "from_on": "开始日期",
    "to_on": "结束日期",
}
"""What the placeholders of a Chinese wording are called; an English one uses the parameters' own names."""

VARIANTS = {
    "asked": _l("asks for an answer"),
    "many": _l("several lessons"),
    "elsewhere": _l("another place"),
    "teacher": _l("another teacher"),
    "waits": _l("still waiting"),
    "refused": _l("it could not be done"),
    "declined": _l("declined"),
    "leave": _l("leave"),
    "stopped": _l("no more texts"),
    "started": _l("texts again"),
}

EXAMPLES = 100
"""The latest texts of a shape that a wording is tried on."""

SHOWN = 3
Words = Mapping[tuple[str, str], str]
"""{(shape, language): the wording that stands}."""


class EmptyPlaceholderError(LookupError):
    """A placeholder outside of optional parts has no value."""


@dataclass(frozen=True)
class Shape:
    """A text that can be reworded: its key, its kind, what it says now and as shipped, and what may stand in it."""

    key: str
    language: str
    kind: MessageKind
    words: str
    shipped: str
    names: Sequence[str]
    edited: Wording | None

    @property
    def variants(self) -> list[LazyString]:
        """What tells it from the other texts of its kind, in words."""
        told = self.key.removeprefix(self.kind.value).split("_")
        return [VARIANTS[each] for each in told if each in VARIANTS]


@dataclass(frozen=True)
class Tried:
    """A wording on real texts: the first ones as they would read, and for whom a placeholder would be empty."""

    texts: Sequence[str]
    parts: int
    tried: int
    empty_for: Sequence[str]


def shapes(session: Session, language: str) -> list[Shape]:
    """Everything that can be reworded in that language, in the order of the kinds."""
    edited = {each.shape: each for each in _standing(session) if each.language == language}
    return [_shape(key, language, edited.get(key)) for key in project_texts() if _is_worded(key, language)]


def shape_of(session: Session, key: str, language: str) -> Shape:
    """One of them; NotFoundError for none."""
    if not _is_worded(key, language):
        raise NotFoundError
    edited = (each for each in _standing(session) if (each.shape, each.language) == (key, language))
    return _shape(key, language, next(edited, None))


def _is_worded(key: str, language: str) -> bool:
    return key not in FIXED and language in project_texts().get(key, {})


def _standing(session: Session) -> Sequence[Wording]:
    standing = select(Wording).where(Wording.ended_at.is_(None)).options(joinedload(Wording.written_by))
    return session.scalars(standing.order_by(Wording.id)).all()


def _shape(key: str, language: str, edited: Wording | None) -> Shape:
    text = project_texts()[key][language]
    names = [_called(each, language) for each in dict.fromkeys([*placeholders(text), "name", "phone"])]
    shipped = re.sub(r"\$\{(\w+)\}", lambda found: f"(({_called(found[1], language)}))", text)
    return Shape(key, language, kind_of(key), edited.words if edited else shipped, shipped, names, edited)


def _called(parameter: str, language: str) -> str:
    return SPOKEN[parameter] if language == "zh" else parameter


def _in_its_names(values: Mapping[str, str], language: str) -> dict[str, str]:
    """The flat values by the names that wordings of that language use."""
    return {_called(name, language): value for name, value in values.items() if name in SPOKEN}


def kind_of(key: str) -> MessageKind:
    """The kind that a shape tells: the longest whose name begins it."""
    kinds = sorted((kind for kind in KIND_LABELS if key.startswith(kind.value)), key=lambda kind: len(kind.value))
    return kinds[-1]


def words_now(session: Session) -> Words:
    """The wordings that stand, for a whole batch of texts: one query."""
    rows = session.execute(select(Wording.shape, Wording.language, Wording.words).where(Wording.ended_at.is_(None)))
    return {(row.shape, row.language): row.words for row in rows}


def worded(
    kind: MessageKind, language: str, parameters: Mapping[str, Any], settings: Settings, words: Words
) -> str | None:
    """What the wording that stands for this text says, without the signature; None where the shipped text is to go."""
    if not words:
        return None
    spoken = "en" if language == "en" else "zh"
    key, values = flat(kind, language, parameters, settings)
    found = words.get((f"{key}{ASKED}" if parameters.get("answers") else key, spoken))
    try:
        return fill(found, _in_its_names(values, spoken)) if found is not None else None
    except EmptyPlaceholderError:
        return None


def fill(words: str, values: Mapping[str, str]) -> str:
    """The words with their values; EmptyPlaceholderError names the first that has none outside of optional parts."""
    return PLACEHOLDER.sub(lambda found: _value(values, found[1]), OPTIONAL.sub(_optional_with(values), words))


def _optional_with(values: Mapping[str, str]) -> Any:
    def kept(found: re.Match[str]) -> str:
        return found[1] if all(values.get(name) for name in PLACEHOLDER.findall(found[1])) else ""

    return kept


def _value(values: Mapping[str, str], name: str) -> str:
    value = values.get(name)
    if not value:
        raise EmptyPlaceholderError(name)
    return value


def check(shape: Shape, words: str, settings: Settings) -> str:
    """The words as they are kept; DomainError in words for what can't stand."""
    words = " ".join(words.split())
    for name in PLACEHOLDER.findall(words):
        if name not in shape.names:
            raise DomainError(
                "unknown_placeholder",
                _l(
                    "There is no ((%(name)s)) in this text. There are: %(names)s.",
                    name=name,
                    names=", ".join(f"(({each}))" for each in shape.names),
                ),
                field="words",
            )
    if any(mark in PLACEHOLDER.sub("", OPTIONAL.sub(r"\1", words)) for mark in ("((", "))", "[[", "]]", "【", "】")):
        raise DomainError(
            "brackets",
            _l(
                "A bracket is open or closed alone. Placeholders are ((so)), optional parts [[so]]; 【】 stands by itself."
            ),
            field="words",
        )
    digits = [_called(each, shape.language) for each in ("yes", "no")]
    missing = [each for each in digits if each in shape.names and each not in PLACEHOLDER.findall(words)]
    if missing:
        asks = _l("This text asks for an answer: ((%(digit)s)) must stand in it.", digit=missing[0])
        raise DomainError("no_digits", asks, field="words")
    refuse_words(words, settings.zone, field="words")
    return words


def try_out(session: Session, viewer: Viewer, shape: Shape, words: str, settings: Settings) -> Tried:
    """The words on the latest texts of this shape about the viewer's people; a fixed number of queries."""
    texts, empty_for = [], []
    examples = list(_examples(session, viewer, shape, settings))
    for names, values in examples:
        try:
            texts.append(f"【{settings.sms_signature}】{fill(words, _in_its_names(values, shape.language))}")
        except EmptyPlaceholderError as empty:
            empty_for.append(f"{names} (({empty}))")
    return Tried(texts[:SHOWN], max((parts_of(each) for each in texts), default=0), len(examples), empty_for)


def _examples(
    session: Session, viewer: Viewer, shape: Shape, settings: Settings
) -> Iterator[tuple[str, Mapping[str, str]]]:
    theirs = select(MessageAbout.message_id).join(Person, Person.id == MessageAbout.person_id)
    seen = select(Message).where(
        Message.kind == shape.kind,
        Message.attempt > 0,
        Message.forgotten_at.is_(None),
        Message.id.in_(theirs.where(people_of(viewer, PERMISSION))),
    )
    for message in session.scalars(seen.order_by(Message.id.desc()).limit(EXAMPLES)):
        spoken = "en" if message.language == "en" else "zh"
        try:
            key, values = flat(message.kind, message.language, message.parameters, settings)
        except (LookupError, ValueError, TypeError):
            continue  # a text of long ago, made of other parameters
        asked = key + ASKED if message.parameters.get("answers") else key
        if (asked, spoken) == (shape.key, shape.language):
            yield values["name"], values


def reword(session: Session, shape: Shape, words: str, settings: Settings, *, by: Viewer) -> Wording | None:
    """Let these words stand from now on; the shipped ones, or none, end what stands."""
    kept = check(shape, words, settings)
    standing = update(Wording).where(
        Wording.shape == shape.key, Wording.language == shape.language, Wording.ended_at.is_(None)
    )
    session.execute(standing.values(ended_at=clock.now()), execution_options={"synchronize_session": False})
    record(session, "wording.changed", by=by, shape=shape.key, language=shape.language)
    if kept in ("", shape.shipped):
        return None
    wording = Wording(shape=shape.key, language=shape.language, words=kept, written_at=clock.now())
    wording.written_by_id = by.person_id
    session.add(wording)
    session.flush()
    return wording


def send_test(session: Session, viewer: Viewer, shape: Shape, words: str, settings: Settings) -> str:
    """Send the words, on the latest example or with their bare placeholders, to the viewer's own mobile."""
    kept = check(shape, words, settings)
    owner = session.get_one(Person, viewer.person_id)
    if owner.mobile is None:
        raise DomainError("no_mobile", _l("You have no mobile of your own on file to which it could be sent."))
    tried = try_out(session, viewer, shape, kept, settings)
    text = tried.texts[0].partition("】")[2] if tried.texts else PLACEHOLDER.sub(r"\1", OPTIONAL.sub(r"\1", kept))
    actions.queue(
        session,
        key=f"{MessageKind.WORDING_TEST.value}:{viewer.person_id}:{clock.now():%Y%m%d%H%M%S}",
        kind=MessageKind.WORDING_TEST,
        phone=owner.mobile,
        parameters={"words": text},
        about=[(owner.id, None)],
        is_urgent=True,
        language=owner.language or "",
    )
    return owner.mobile


def problems(session: Session) -> list[str]:
    """Wordings that no longer fit what the texts have, a sentence each: asked when the scheduler starts."""
    found = []
    for each in _standing(session):
        if not _is_worded(each.shape, each.language):
            found.append(f"The wording of {each.shape} ({each.language}) is of a text that there is no more.")
            continue
        unknown = set(PLACEHOLDER.findall(each.words)) - set(_shape(each.shape, each.language, each).names)
        if unknown:
            found.append(f"The wording of {each.shape} ({each.language}) asks for {', '.join(sorted(unknown))}.")
    return found
