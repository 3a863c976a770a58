"""The ladder: her own phone, her main contact's, her home's duty phone, a person's call.

A text that ended without reaching moves on to the next rung in the same transaction, in time for the lesson: where no
text can be sent before it begins, somebody must call at once. Whoever switched a phone off is only followed for what
is urgent. Changes within a day are on the call sheet at once, whatever the texts say.
"""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from senior_univ.core import clock
from senior_univ.enrolment.models import Seat
from senior_univ.reminders import actions, calls, queries, rules
from senior_univ.reminders.models import (
    CHANGES,
    REMINDERS,
    SUSPENSIONS,
    CallWhy,
    Message,
    MessageAbout,
    MessageKind,
    MessageState,
    PhoneStanding,
)
from senior_univ.reminders.ways import Way, Ways, ways_of
from senior_univ.timetable.models import CourseClass, Lesson

CLIMBING = (
    REMINDERS | CHANGES | SUSPENSIONS | {MessageKind.CLASS_MERGED, MessageKind.UNIT_CLOSED, MessageKind.UNIT_OPENED}
)
"""Kinds that somebody must hear in time; offers of places have rungs of their own."""

UNREACHED = (MessageState.FAILED, MessageState.PARKED, MessageState.EXPIRED, MessageState.SUPPRESSED)
ARRIVED = (MessageState.ACCEPTED, MessageState.DELIVERED)
NOT_FOLLOWED = ("begun", "muted", "trial")
"""Explanations after which nobody else is told instead: too late, or she wants none."""

WHY = {MessageState.PARKED: CallWhy.UNCLEAR, MessageState.SUPPRESSED: CallWhy.STOPPED}


def next_rung(session: Session, messages: Sequence[Message]) -> None:
    """Tell those whom these ended texts did not reach by their next rung; the others of the batch are left alone."""
    _note_blocked(session, [each.phone for each in messages if each.explanation == "opted_out"])
    _climb(session, [each for each in messages if climbs(each)])


def leave_number(session: Session, phone: str) -> None:
    """Whoever has that number is not she: what was sent there of late and still matters moves on."""
    lately = Message.created_at > clock.now() - rules.NEWS_LIFE
    sent = select(Message).where(Message.phone == phone, Message.kind.in_(CLIMBING), lately)
    _climb(session, session.scalars(sent.where(Message.state.in_(ARRIVED))).all())


def _climb(session: Session, climbing: Sequence[Message]) -> None:
    if not climbing:
        return
    about = _about(session, climbing)
    lessons = _lessons(session, about)
    ways = ways_of(session, {each.person_id for rows in about.values() for each in rows if each.person_id})
    wanted = []
    for message in climbing:
        wanted += _move_on(session, message, about[message.id], ways, lessons)
    listed = calls.listed(session, [each.person_id for each in wanted])
    calls.write(session, [each for each in wanted if (each.person_id, each.lesson_id) not in listed])


def climbs(message: Message) -> bool:
    """Whether somebody else is told now that this text did not reach."""
    if message.kind not in CLIMBING or message.state not in UNREACHED or message.explanation in NOT_FOLLOWED:
        return False
    if message.state is MessageState.SUPPRESSED:
        return message.is_urgent or message.explanation == "wrong_number"
    # A reminder that is too late is dropped where the other of the two goes; one that was a rung already has no other.
    is_late = message.kind in REMINDERS and message.state is MessageState.EXPIRED
    return not is_late or bool(message.parameters.get("is_rung"))


def _note_blocked(session: Session, phones: Collection[str]) -> None:
    """The provider or the carrier refuses these numbers: no text is tried there again until somebody says otherwise."""
    if not phones:
        return
    statement = actions.insert_or_nothing(session, PhoneStanding)
    session.execute(statement, [{"phone": phone} for phone in sorted(set(phones))])
    rows = select(PhoneStanding).where(PhoneStanding.phone.in_(phones), PhoneStanding.blocked_at.is_(None))
    for standing in session.scalars(rows):
        standing.blocked_at = clock.now()


def _about(session: Session, messages: Sequence[Message]) -> Mapping[int, list[MessageAbout]]:
    ids = [each.id for each in messages]
    found: dict[int, list[MessageAbout]] = defaultdict(list)
    for row in session.scalars(select(MessageAbout).where(MessageAbout.message_id.in_(ids)).order_by(MessageAbout.id)):
        found[row.message_id].append(row)
    return found


def _lessons(session: Session, about: Mapping[int, Sequence[MessageAbout]]) -> Mapping[int, Any]:
    """{lesson: (its start, its site)} of those that are still to come."""
    ids = {each.lesson_id for rows in about.values() for each in rows if each.lesson_id}
    columns = (Lesson.id, Lesson.starts_at, CourseClass.organisation_id, CourseClass.home_id)
    coming = select(*columns).join(Lesson.course_class)
    rows = session.execute(coming.where(Lesson.id.in_(ids), Lesson.starts_at > clock.now())) if ids else ()
    return {row.id: row for row in rows}


def _move_on(
    session: Session,
    message: Message,
    about: Sequence[MessageAbout],
    ways: Mapping[int, Ways],
    lessons: Mapping[int, Any],
) -> list[calls.Wanted]:
    """The next rung's texts are written; returns the calls for whom none is left or none would be in time."""
    by_way: dict[Way, list[MessageAbout]] = defaultdict(list)
    wanted: dict[str, calls.Wanted] = {}
    for each in about:
        if each.person_id not in ways or (each.lesson_id and each.lesson_id not in lessons):
            continue
        way = ways[each.person_id or 0].after(message.phone)
        if way is not None and _is_in_time(message, each, lessons):
            by_way[way].append(each)
        else:
            call = _call(message, each, lessons)
            wanted.setdefault(call.key, call)
    for way, rows in by_way.items():
        _queue(session, message, way, rows)
    return list(wanted.values())


def _is_in_time(message: Message, about: MessageAbout, lessons: Mapping[int, Any]) -> bool:
    """Whether a text that is written now may still be sent before what it tells of.

    The quiet hours are the claim's to ask: a text that must wait too long ends there, and comes back here as too late.
    """
    until = lessons[about.lesson_id].starts_at if about.lesson_id else message.expires_at
    return message.state is not MessageState.EXPIRED and (until is None or clock.now() + rules.SETTLING < until)


def _queue(session: Session, message: Message, way: Way, about: Sequence[MessageAbout]) -> None:
    row = actions.row_of(f"rung:{message.id}:{way.phone}", message.kind, way.phone, way.language)
    row |= {
        "parameters": _parameters(message),
        "priority": message.priority,
        "expires_at": message.expires_at,
        "organisation_id": message.organisation_id,
        "channel": way.channel,
    }
    written = actions.queue_rows(session, [row])
    ids = list(written.values())
    actions.add_about(session, [(key, each.person_id, each.lesson_id, each.starts_at) for key in ids for each in about])


def _parameters(message: Message) -> dict[str, Any]:
    """What the text is made of; what it had asked is asked anew."""
    return {name: value for name, value in message.parameters.items() if name != "answers"} | {"is_rung": True}


def _call(message: Message, about: MessageAbout, lessons: Mapping[int, Any]) -> calls.Wanted:
    lesson = lessons.get(about.lesson_id or 0)
    person_id = about.person_id or 0
    suspension_id = message.parameters.get("suspension_id") if message.kind is MessageKind.LESSONS_SUSPENDED else None
    if suspension_id:
        key = f"{message.kind.value}:{suspension_id}:{person_id}"
    elif lesson is not None:
        key = calls.lesson_key(message.kind, lesson.id, lesson.starts_at, person_id)
    else:
        key = f"{message.kind.value}:{message.id}:{person_id}"
    return calls.Wanted(
        key=key,
        kind=message.kind,
        person_id=person_id,
        why=CallWhy.WRONG_NUMBER if message.explanation == "wrong_number" else WHY.get(message.state, CallWhy.FAILED),
        organisation_id=lesson.organisation_id if lesson else message.organisation_id,
        lesson_id=lesson.id if lesson else None,
        home_id=lesson.home_id if lesson else None,
        suspension_id=suspension_id,
        message_id=message.id,
        words=message.text,
        call_by=lesson.starts_at if lesson else message.expires_at,
    )


def call_class(
    session: Session,
    kind: MessageKind,
    lesson: Lesson,
    until: datetime,
    person_ids: Collection[int] | None = None,
) -> None:
    """Whoever of a lesson's class must be called about its change: all where it is urgent, else whom no text reaches.

    ``person_ids`` where their seats are gone already.
    """
    if person_ids is None:
        person_ids = _who_comes(session, lesson)
    is_urgent, organisation_id = rules.is_urgent(clock.now(), until), lesson.course_class.organisation_id
    wanted = [
        calls.Wanted(
            key=calls.lesson_key(kind, lesson.id, lesson.starts_at, person_id) + f":{lesson.revision}",
            kind=kind,
            person_id=person_id,
            why=CallWhy.URGENT if ways.ways else ways.why,
            organisation_id=organisation_id,
            lesson_id=lesson.id,
            call_by=until,
            home_id=lesson.course_class.home_id,
        )
        for person_id, ways in ways_of(session, person_ids).items()
        if is_urgent or not ways.ways
    ]
    calls.write(session, wanted)


def _who_comes(session: Session, lesson: Lesson) -> set[int]:
    """Who has a seat in its class and is not on leave from it."""
    seated = select(Seat.person_id).where(Seat.class_id == lesson.class_id, Seat.ended_at.is_(None))
    away = {person_id for _lesson, person_id in queries.standing_leaves(session, [lesson.id])}
    return set(session.scalars(seated)) - away
