"""What a device kept while the network was away, sent when it is back: read, kept once, answered item by item.

An upload is JSON: ``{"entries": [{"id", "lesson", "person", "kind", "participation", "age", "how", "offline"}],
"incidents": [{"id", "lesson", "person", "kind", "note", "age"}]}``; ``age`` is how many milliseconds ago it was tapped
by the device's own clock, so that a clock that is wrong does no harm. Each item is answered as kept (also if it was
kept before) or refused with its reason in words, and the device forgets it either way; what cannot be read at all is
refused as a whole, and nothing of it is kept.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import Enum
from functools import partial
from typing import Any, TypeVar
from uuid import UUID

from flask_babel import lazy_gettext as _l
from sqlalchemy import select
from sqlalchemy.orm import Session

from senior_univ.attendance import incidents, queries, roll_call
from senior_univ.attendance.incidents import Happening
from senior_univ.attendance.models import How, IncidentKind, Kind, Participation
from senior_univ.attendance.roll_call import Tap
from senior_univ.core.access import Viewer
from senior_univ.core.errors import DomainError
from senior_univ.core.forms import clean_text
from senior_univ.core.permissions import Permission
from senior_univ.timetable import queries as timetable
from senior_univ.timetable.models import Lesson

MOST_ITEMS = 1000
OLDEST = timedelta(days=30)
LONGEST_NOTE = 500
LARGEST_KEY = 2**31 - 1
NOT_YOURS = _l("This lesson is not one whose roll you call.")
NOT_IN_CLASS = _l("This person is not in this class.")
E = TypeVar("E", bound=Enum)


class UnreadableError(ValueError):
    """An upload that is no upload."""


@dataclass(frozen=True)
class Upload:
    """What was sent, by lesson."""

    taps: dict[int, list[Tap]]
    happenings: dict[int, list[Happening]]

    @property
    def lesson_ids(self) -> set[int]:
        """The lessons that it is about."""
        return self.taps.keys() | self.happenings.keys()


@dataclass
class Answer:
    """What became of each item, by its id."""

    kept: list[str] = field(default_factory=list)
    refused: list[dict[str, str]] = field(default_factory=list)

    def refuse(self, items: Iterable[Tap | Happening], why: object) -> None:
        """None of these is kept, and why."""
        self.refused += [{"id": item.client_id, "why": str(why)} for item in items]


def read(sent: Any, now: datetime) -> Upload:
    """An upload as it came over the wire; UnreadableError where any of it makes no sense."""
    if not isinstance(sent, dict):
        raise UnreadableError
    entries, happened = _list(sent.get("entries")), _list(sent.get("incidents"))
    taps, happenings = defaultdict(list), defaultdict(list)
    for item in entries:
        taps[_key(item, "lesson")].append(_tap(item, now))
    for item in happened:
        happenings[_key(item, "lesson")].append(_happening(item, now))
    return Upload(dict(taps), dict(happenings))


def _list(value: Any) -> list[dict[str, Any]]:
    items = [] if value is None else value
    if not isinstance(items, list) or len(items) > MOST_ITEMS or not all(isinstance(item, dict) for item in items):
        raise UnreadableError
    return items


def _key(item: dict[str, Any], name: str) -> int:
    value = item.get(name)
    if type(value) is not int or not 0 < value <= LARGEST_KEY:
        raise UnreadableError
    return value


def _name(item: dict[str, Any]) -> str:
    try:
        return str(UUID(str(item.get("id"))))
    except ValueError as error:
        raise UnreadableError from error


def _one_of(kinds: type[E], value: Any) -> E | None:
    try:
        return None if value is None else kinds(value)
    except ValueError as error:
        raise UnreadableError from error


def _when(item: dict[str, Any], now: datetime) -> datetime:
    age = item.get("age", 0)
    if type(age) not in (int, float) or not 0 <= age < float("inf"):
        raise UnreadableError
    return now - min(timedelta(milliseconds=min(int(age), 10**12)), OLDEST)


def _tap(item: dict[str, Any], now: datetime) -> Tap:
    kind, level = _one_of(Kind, item.get("kind")), _one_of(Participation, item.get("participation"))
    if kind is None and level is None:
        raise UnreadableError
    how = How.ALL_HERE if item.get("how") == How.ALL_HERE.value else How.TAP
    is_offline = item.get("offline") is True
    return Tap(_key(item, "person"), kind, level, How.OFFLINE if is_offline else how, _when(item, now), _name(item))


def _happening(item: dict[str, Any], now: datetime) -> Happening:
    kind, note = _one_of(IncidentKind, item.get("kind")), item.get("note", "")
    if kind is None or not isinstance(note, str):
        raise UnreadableError
    text = (clean_text(note) or "")[:LONGEST_NOTE]
    return Happening(_key(item, "person"), kind, text, _when(item, now), _name(item))


def keep(session: Session, upload: Upload, *, by: Viewer) -> Answer:
    """Keep what was sent, whatever of it is here already; all of it in this one transaction."""
    lessons = _lessons(session, by, upload.lesson_ids)
    answer = Answer()
    for lesson_id in sorted(upload.lesson_ids):  # always the same order, so that two uploads do not lock each other out
        taps, happenings = upload.taps.get(lesson_id, []), upload.happenings.get(lesson_id, [])
        if lesson_id in lessons:
            _keep_lesson(session, answer, lessons[lesson_id], taps, happenings, by)
        else:
            answer.refuse([*taps, *happenings], NOT_YOURS)
    return answer


def _keep_lesson(
    session: Session, answer: Answer, lesson: Lesson, taps: list[Tap], happenings: list[Happening], by: Viewer
) -> None:
    seated = queries.seated(session, lesson, {tap.person_id for tap in taps})
    known = [tap for tap in taps if tap.person_id in seated]
    answer.refuse([tap for tap in taps if tap.person_id not in seated], NOT_IN_CLASS)
    _try(session, answer, known, lambda: roll_call.enter(session, lesson, known, by=by))
    for each in happenings:
        _try(session, answer, [each], partial(incidents.write_down, session, lesson, each, by=by))


def _try(session: Session, answer: Answer, items: list[Any], act: Callable[[], object]) -> None:
    if not items:
        return
    try:
        with session.begin_nested():
            act()
    except DomainError as refusal:
        answer.refuse(items, refusal.message)
    else:
        answer.kept += [item.client_id for item in items]


def _lessons(session: Session, viewer: Viewer, lesson_ids: set[int]) -> dict[int, Lesson]:
    query = (
        select(Lesson)
        .join(Lesson.course_class)
        .where(Lesson.id.in_(lesson_ids), timetable.sees_classes(viewer, Permission.CALL_ROLL))
        .options(*timetable.lesson_options())
    )
    return {lesson.id: lesson for lesson in session.scalars(query)}
