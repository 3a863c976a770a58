"""Who is to be reminded of which lesson by a run: one statement, phone by phone, however many learners there are."""

from collections.abc import Collection
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, case, exists, or_, select, true

from senior_univ.accounts.models import Person
from senior_univ.attendance.models import Leave
from senior_univ.care.models import Residency
from senior_univ.core import clock
from senior_univ.enrolment.models import Seat
from senior_univ.reminders.models import (
    REMINDERS,
    Call,
    Message,
    MessageAbout,
    MessageKind,
    MessageState,
    MutedTopic,
    OrganisationTexting,
    PhoneStanding,
    Topic,
)
from senior_univ.reminders.queries import CHANNEL, LANGUAGE, PHONE, WANTS_CALLS, with_contact
from senior_univ.reminders.rules import HOURS, Hours
from senior_univ.timetable.models import CourseClass, Lesson

REMINDED_AT = case((~WANTS_CALLS, PHONE))
"""Where a learner is reminded; nowhere who wants to be called by a person."""

OWN_HOURS = tuple(getattr(OrganisationTexting, name) for name in HOURS)
ANNOUNCED_AS = {
    MessageKind.REMINDER_EVENING: (MessageKind.REMINDER_EVENING, MessageKind.FIRST_LESSON),
    MessageKind.REMINDER_MORNING: (MessageKind.REMINDER_MORNING,),
}
"""The kinds under which a run's texts go out."""


def to_announce(
    kind: MessageKind, day: date, now: datetime, whose: ColumnElement[bool] | None = None
) -> Select[*tuple[Any, ...]]:
    """(phone, language, channel, person, lesson, its start, organisation) still to be announced, phone by phone.

    Every learner with a standing seat in a lesson of ``day`` that stands and has not begun, unless she is on leave, is
    at home where it is given, or has stopped or switched off reminders. Without a phone a person must call: the evening
    run asks for that, and only it. ``whose`` is a condition on the class.
    """
    starts, ends = clock.day_bounds(day)
    statement = (
        select(
            REMINDED_AT.label("phone"),
            LANGUAGE.label("language"),
            CHANNEL.label("channel"),
            Seat.person_id,
            Lesson.id,
            Lesson.starts_at,
            CourseClass.organisation_id,
        )
        .select_from(Lesson)
        .join(CourseClass, CourseClass.id == Lesson.class_id)
        .join(Seat, Seat.class_id == CourseClass.id)
        .join(Person, Person.id == Seat.person_id)
    )
    asks_for_calls = kind is MessageKind.REMINDER_EVENING
    is_reached = or_(REMINDED_AT.is_not(None), ~_is_called()) if asks_for_calls else REMINDED_AT.is_not(None)
    return (
        with_contact(statement)
        .where(Lesson.starts_at >= starts, Lesson.starts_at < ends, Lesson.starts_at > now)
        .where(Lesson.cancelled_at.is_(None), CourseClass.cancelled_at.is_(None), Seat.ended_at.is_(None))
        .where(Person.ended_at.is_(None), Person.reminders_stopped_at.is_(None), is_reached)
        .where(~_is_on_leave(), ~_lives_where_it_is(day), ~_is_announced(kind), ~_wants_none())
        .where(true() if whose is None else whose)
        .order_by(REMINDED_AT, Lesson.starts_at, Lesson.id, Seat.person_id)
    )


def own_hours() -> Select[*tuple[Any, ...]]:
    """Every way in which an organisation's hours differ from the settings', once each."""
    return select(*OWN_HOURS).where(or_(*(each.is_not(None) for each in OWN_HOURS))).distinct()


def with_hours(row: Collection[Any]) -> ColumnElement[bool]:
    """SQL for the classes of the organisations that have exactly these hours of their own."""
    same = (column.is_not_distinct_from(value) for column, value in zip(OWN_HOURS, row, strict=True))
    return CourseClass.organisation_id.in_(select(OrganisationTexting.organisation_id).where(*same))


def without_hours() -> ColumnElement[bool]:
    """SQL for the classes of all other organisations."""
    own = or_(*(each.is_not(None) for each in OWN_HOURS))
    return CourseClass.organisation_id.not_in(select(OrganisationTexting.organisation_id).where(own))


def hours_named(row: Collection[Any], default: Hours) -> Hours:
    """An organisation's hours; what it left open is as by default."""
    return Hours(*(own or given for own, given in zip(row, vars(default).values(), strict=True)))


def _is_on_leave() -> ColumnElement[bool]:
    return exists().where(
        Leave.lesson_id == Lesson.id, Leave.person_id == Seat.person_id, Leave.taken_back_at.is_(None)
    )


def _lives_where_it_is(day: date) -> ColumnElement[bool]:
    return exists().where(
        Residency.person_id == Seat.person_id,
        Residency.home_id == CourseClass.home_id,
        Residency.from_on <= day,
        or_(Residency.to_on.is_(None), Residency.to_on >= day),
    )


def _wants_none() -> ColumnElement[bool]:
    """She switched reminders off, or the owner of her phone answered STOP: nobody else is reminded instead."""
    muted = exists().where(MutedTopic.person_id == Seat.person_id, MutedTopic.topic == Topic.REMINDERS)
    stopped = exists().where(PhoneStanding.phone == Person.phone, PhoneStanding.stopped_at.is_not(None))
    return or_(muted, and_(Person.phone.is_not(None), stopped))


def _is_announced(kind: MessageKind) -> ColumnElement[bool]:
    return exists().where(
        MessageAbout.lesson_id == Lesson.id,
        MessageAbout.person_id == Seat.person_id,
        MessageAbout.starts_at == Lesson.starts_at,
        Message.id == MessageAbout.message_id,
        Message.kind.in_(ANNOUNCED_AS[kind]),
        Message.state != MessageState.CANCELLED,
    )


def _is_called() -> ColumnElement[bool]:
    return exists().where(
        Call.lesson_id == Lesson.id,
        Call.person_id == Seat.person_id,
        Call.call_by == Lesson.starts_at,
        Call.kind.in_(REMINDERS),
    )
