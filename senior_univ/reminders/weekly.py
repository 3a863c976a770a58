"""The week of those whom somebody helps: to relatives who ask for it, one text a phone, Sunday evening or Monday morning."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import Select, exists, select
from sqlalchemy.orm import Session, aliased

from senior_univ.accounts.models import FamilyGrant, Person, PhoneKind
from senior_univ.accounts.queries import is_standing
from senior_univ.attendance.models import Leave
from senior_univ.core import clock
from senior_univ.core.db import Database
from senior_univ.enrolment.models import Seat
from senior_univ.reminders import actions, queries
from senior_univ.reminders.models import Message, MessageChoice, MessageKind
from senior_univ.reminders.rules import Hours, is_within
from senior_univ.timetable.models import CourseClass, Lesson

KIND = MessageKind.WEEKLY_SUMMARY
SUNDAY, MONDAY = 6, 0
RELATIVES_AT_ONCE = 500
Elder = aliased(Person, name="elder")


def week_told_at(now: datetime, hours: Hours) -> date | None:
    """The Monday of the week that is told now: the next one on Sunday evening, this one on Monday from the morning."""
    local = clock.local(now)
    if is_within(local.time(), hours.quiet_from, hours.quiet_until):
        return None
    if local.weekday() == SUNDAY and local.time() >= hours.evening:
        return local.date() + timedelta(days=1)
    return local.date() if local.weekday() == MONDAY and local.time() >= hours.morning else None


def plan(database: Database, now: datetime, hours: Hours) -> int:
    """Write this week's summaries that are not written yet; returns how many."""
    monday = week_told_at(now, hours)
    if monday is None:
        return 0
    added = 0
    with database.read() as reading:
        found = reading.execute(_asked_for(monday), execution_options={"yield_per": RELATIVES_AT_ONCE})
        for rows in found.partitions():
            with database.write() as session:
                added += _write(session, rows, monday)
    return added


def _key(monday: date) -> str:
    return f"{KIND.value}:{monday}:"


def _asked_for(monday: date) -> Select[*tuple[Any, ...]]:
    """(phone, language, site, elder) of every relative who asked for it and was not told of this week yet."""
    is_told = exists().where(Message.key == _key(monday) + Person.phone)
    return (
        select(Person.phone, Person.language, Person.site_id, FamilyGrant.elder_id)
        .join(MessageChoice, MessageChoice.person_id == Person.id)
        .join(FamilyGrant, FamilyGrant.relative_id == Person.id)
        .join(Elder, Elder.id == FamilyGrant.elder_id)
        .where(MessageChoice.wants_weekly, is_standing(), Person.phone_kind == PhoneKind.MOBILE, ~is_told)
        .where(Person.ended_at.is_(None), Elder.ended_at.is_(None))
        .order_by(Person.phone, FamilyGrant.elder_id)
    )


def _write(session: Session, found: Iterable[Any], monday: date) -> int:
    by_phone = defaultdict(list)
    for row in found:
        by_phone[row.phone].append(row)
    rows = {}
    for phone, theirs in by_phone.items():
        row = actions.row_of(_key(monday) + phone, KIND, phone, theirs[0].language or "")
        until = clock.day_bounds(monday)[1]
        more = {"parameters": {"week": monday.isoformat()}, "expires_at": until, "organisation_id": theirs[0].site_id}
        rows[row["key"]] = row | more
    written = actions.queue_rows(session, list(rows.values()))
    about = [
        (message_id, row.elder_id, None, None)
        for key, message_id in written.items()
        for row in by_phone[key.removeprefix(_key(monday))]
    ]
    actions.add_about(session, about)
    return len(written)


def weeks_of(session: Session, batch: Sequence[Message]) -> dict[int, list[dict[str, Any]]]:
    """{text: the lessons that it tells of}, of whoever still lets the phone's owner help her and has any that week."""
    texts = [each for each in batch if each.kind is KIND]
    if not texts:
        return {}
    helped = _helped(session, {text.phone for text in texts})
    monday = date.fromisoformat(texts[0].parameters["week"])
    lessons = _lessons(session, {elder for elders in helped.values() for elder in elders}, monday)
    now = queries.lessons_now(session, {lesson for each in lessons.values() for lesson in each})
    names = queries.people_now(session, lessons)
    return {
        text.id: [
            {
                "name": names[elder_id].name,
                "starts_at": now[lesson_id].starts_at.isoformat(),
                "course": now[lesson_id].course,
                "place": now[lesson_id].place,
                "phone": now[lesson_id].phone,
            }
            for elder_id in sorted({each.person_id or 0 for each in text.about} & helped.get(text.phone, set()))
            for lesson_id in lessons.get(elder_id, ())
        ]
        for text in texts
    }


def _helped(session: Session, phones: Iterable[str]) -> Mapping[str, set[int]]:
    wanted = (
        select(Person.phone, FamilyGrant.elder_id)
        .join(FamilyGrant, FamilyGrant.relative_id == Person.id)
        .join(MessageChoice, MessageChoice.person_id == Person.id)
        .join(Elder, Elder.id == FamilyGrant.elder_id)
        .where(Person.phone.in_(phones), MessageChoice.wants_weekly, is_standing(), Elder.ended_at.is_(None))
    )
    helped = defaultdict(set)
    for row in session.execute(wanted):
        helped[row.phone].add(row.elder_id)
    return helped


def _lessons(session: Session, elder_ids: Iterable[int], monday: date) -> Mapping[int, list[int]]:
    """{elder: her lessons of that week that stand}, in their order, unless she is on leave."""
    starts, ends = clock.day_bounds(monday)[0], clock.day_bounds(monday + timedelta(days=6))[1]
    is_away = exists().where(
        Leave.lesson_id == Lesson.id, Leave.person_id == Seat.person_id, Leave.taken_back_at.is_(None)
    )
    wanted = (
        select(Seat.person_id, Lesson.id)
        .join(Lesson, Lesson.class_id == Seat.class_id)
        .join(CourseClass, CourseClass.id == Seat.class_id)
        .where(Seat.person_id.in_(set(elder_ids)), Seat.ended_at.is_(None), Lesson.cancelled_at.is_(None))
        .where(Lesson.starts_at >= starts, Lesson.starts_at < ends, CourseClass.cancelled_at.is_(None), ~is_away)
        .order_by(Lesson.starts_at, Lesson.id)
    )
    found = defaultdict(list)
    for row in session.execute(wanted):
        found[row.person_id].append(row.id)
    return found
