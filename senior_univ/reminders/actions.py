"""Writing into the outbox: insert or nothing, safe for any number of processes; changes of lessons."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from senior_univ.core import clock
from senior_univ.core.bulk_rows import insert_new
from senior_univ.core.db import Base
from senior_univ.enrolment.queries import classes_with_room
from senior_univ.reminders import queries, rules
from senior_univ.reminders.models import Channel, Message, MessageAbout, MessageKind, MessageState, Priority
from senior_univ.reminders.places import kept_place
from senior_univ.teaching.models import Teacher
from senior_univ.timetable.models import CourseClass, Lesson

INSERTS: dict[str, Any] = {"postgresql": postgresql.insert, "sqlite": sqlite.insert}


def insert_or_nothing(session: Session, model: type[Base]) -> Any:
    """An insert that leaves a row as it is where its unique key is taken, by whichever process."""
    return INSERTS[session.get_bind().dialect.name](model).on_conflict_do_nothing()


def queue(  # noqa: PLR0913  # the columns of a row, by their names
    session: Session,
    *,
    key: str,
    kind: MessageKind,
    phone: str,
    parameters: Mapping[str, Any],
    due_at: datetime | None = None,
    expires_at: datetime | None = None,
    about: Iterable[tuple[int | None, int | None]] = (),
    is_urgent: bool = False,
    language: str | None = None,
    organisation_id: int | None = None,
    channel: Channel = Channel.SMS,
) -> Message | None:
    """Write a text's intent; None where the key is there already, which then stays as it is.

    ``parameters`` are JSON, instants as ISO text; ``about`` are pairs of person and lesson. The text itself is made
    when it is claimed. ``language``: None asks for what the phone's owner chose. ``organisation_id``: whose text it is.
    """
    row = row_of(key, kind, phone, queries.language_of(session, phone) if language is None else language)
    row |= {"parameters": dict(parameters), "expires_at": expires_at, "channel": channel}
    row["organisation_id"] = organisation_id
    if due_at is not None:
        row["due_at"] = due_at
    if is_urgent:
        row["priority"] = Priority.URGENT
    written = queue_rows(session, [row])
    if key not in written:
        return None
    add_about(session, [(written[key], person_id, lesson_id, None) for person_id, lesson_id in about])
    return session.get_one(Message, written[key])


def row_of(key: str, kind: MessageKind, phone: str, language: str) -> dict[str, Any]:
    """A row of the outbox with what every kind has in common, due now."""
    now = clock.now()
    return {
        "key": key,
        "kind": kind,
        "phone": phone,
        "language": language,
        "priority": Priority.CODE if kind is MessageKind.CODE else Priority.ORDINARY,
        "state": MessageState.DUE,
        "parameters": {},
        "created_at": now,
        "due_at": now,
        "expires_at": None,
        "channel": Channel.SMS,
        "organisation_id": None,
    }


def queue_rows(session: Session, rows: Sequence[dict[str, Any]]) -> dict[str, int]:
    """Insert these rows or nothing for each whose key is there; returns {key: id} of those that were written."""
    if not rows:
        return {}
    return {row.key: row.id for row in insert_new(session, Message, rows, Message.key, Message.id)}


def add_about(session: Session, rows: Collection[tuple[int, int | None, int | None, datetime | None]]) -> None:
    """Write whom and which lesson messages are about: (message, person, lesson, its start); known ones stay."""
    names = ("message_id", "person_id", "lesson_id", "starts_at")
    if rows:
        insert_new(session, MessageAbout, [dict(zip(names, row, strict=True)) for row in rows], MessageAbout.id)


def call_off(session: Session, keys: Collection[str]) -> Sequence[str]:
    """Texts that are not under way yet are not sent, since what they tell of is settled; returns the keys of those."""
    waiting = update(Message).where(Message.key.in_(keys), Message.state == MessageState.DUE)
    ended = {"state": MessageState.CANCELLED, "ended_at": clock.now(), "explanation": "gone"}
    called_off = waiting.values(ended).returning(Message.key)
    return session.scalars(called_off, execution_options={"synchronize_session": False}).all()


def tell_lesson_change(
    session: Session,
    lesson: Lesson,
    old_starts_at: datetime,
    old_room_id: int,
    *,
    was_online: bool = False,
    old_teacher: Teacher | None = None,
) -> None:
    """Tell everybody in a lesson's class that it is not as it was; what it is then is read when the text is claimed.

    One open text per class and phone gathers all changes until it is claimed, each with what was last told.
    """
    told = queries.receivers_in_class(session, lesson.class_id)
    was: dict[str, Any] = {"starts_at": old_starts_at.isoformat(), "room_id": old_room_id, "is_online": was_online}
    if old_teacher is not None:
        was |= {"teacher_id": old_teacher.id, "teacher": old_teacher.person.name}
    before = {str(lesson.id): was}
    kind = MessageKind.LESSON_CANCELLED if lesson.cancelled_at else MessageKind.LESSON_MOVED
    starts = (old_starts_at, lesson.starts_at)
    _tell_class(session, lesson.course_class, kind, told, starts, before)


def tell_class_cancelled(session: Session, course_class: CourseClass, person_ids: Iterable[int]) -> None:
    """Tell those who were in a class that it ends; the open texts about its lessons become this one."""
    told = queries.receivers(session, person_ids)
    cancelled_at = course_class.cancelled_at or clock.now()
    next_start = queries.next_start(session, course_class.id, clock.now(), cancelled_at)
    if next_start is not None:
        starts = (next_start, course_class.last_lesson_at)
        instead = _instead(session, course_class)
        _tell_class(session, course_class, MessageKind.CLASS_CANCELLED, told, starts, {}, instead)


def _instead(session: Session, course_class: CourseClass) -> dict[str, Any]:
    """The nearest class of the same subject that has room, as a text names it."""
    for other in classes_with_room(session, course_class, limit=1):
        place = kept_place(f"{other.room.venue.name} {other.room.name}", other.delivery)
        return {"other": {"course": other.course.title, "starts_at": other.last_lesson_at.isoformat(), "place": place}}
    return {}


def _tell_class(
    session: Session,
    course_class: CourseClass,
    kind: MessageKind,
    told: Mapping[int, queries.Receiver],
    starts: Collection[datetime],
    before: Mapping[str, Any],
    more: Mapping[str, Any] | None = None,
) -> None:
    now = clock.now()
    if max(starts) <= now:
        return
    by_phone = defaultdict(list)
    for receiver in told.values():
        by_phone[receiver.phone].append(receiver)
    rows = {}
    for phone, people in sorted(by_phone.items()):
        row = row_of(f"change:{course_class.id}:{phone}", kind, phone, people[0].language)
        row["parameters"] = {"class_id": course_class.id, "before": dict(before)} | dict(more or {})
        row |= {"expires_at": max(starts), "organisation_id": course_class.organisation_id}
        row["channel"] = people[0].channel
        rows[phone] = row | _when(now, urgent=rules.is_urgent(now, *starts))
    keys = _write_or_merge(session, [rows[phone] for phone in sorted(rows)])
    lesson_ids: list[int | None] = [int(each) for each in before] or [None]
    add_about(
        session,
        [
            (keys[row["key"]], receiver.person_id, lesson_id, None)
            for phone, row in rows.items()
            for receiver in by_phone[phone]
            for lesson_id in lesson_ids
        ],
    )


def _when(now: datetime, *, urgent: bool) -> dict[str, Any]:
    if urgent:
        return {"priority": Priority.URGENT, "due_at": now}
    return {"priority": Priority.ORDINARY, "due_at": now + rules.SETTLING}


def _write_or_merge(session: Session, rows: Sequence[dict[str, Any]]) -> dict[str, int]:
    """{key: id} of every row: written, or merged into the text that is open under its key."""
    ids: dict[str, int] = {}
    while missing := {row["key"]: row for row in rows if row["key"] not in ids}:
        ids |= queue_rows(session, list(missing.values()))
        taken = missing.keys() - ids.keys()
        # The lock keeps a claim away until this commits. A text that was claimed since our insert has closed its key:
        # it is not found, and the next round writes a new one.
        wanted = select(Message).where(Message.key.in_(taken)).order_by(Message.key).with_for_update()
        for message in session.scalars(wanted, execution_options={"populate_existing": True}) if taken else ():
            _merge(message, missing[message.key])
            ids[message.key] = message.id
    session.flush()  # what was merged is written before the locks of the rows about it are taken
    return ids


def _merge(message: Message, row: Mapping[str, Any]) -> None:
    told, new = message.parameters["before"], row["parameters"]["before"]
    message.parameters = {**message.parameters, **row["parameters"], "before": {**new, **told}}
    if message.kind is not MessageKind.CLASS_CANCELLED:
        message.kind = row["kind"]
    message.expires_at = max(message.expires_at or row["expires_at"], row["expires_at"])
    message.priority = min(message.priority, row["priority"])
    message.due_at = row["created_at"] if message.is_urgent else row["due_at"]
