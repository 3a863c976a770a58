"""The result of an allocation day, told once to everybody who applied: which classes she is in, or for which she waits."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from sqlalchemy.orm import Session

from senior_univ.allocation.models import AllocationRound, Application
from senior_univ.allocation.queries import results_of
from senior_univ.core import clock
from senior_univ.reminders import actions, queries
from senior_univ.reminders.models import MessageKind
from senior_univ.reminders.places import kept_place
from senior_univ.reminders.queries import Receiver
from senior_univ.timetable.models import CourseClass

KIND = MessageKind.ADMISSION_RESULT
CALLED_OFF = MessageKind.ROUND_CALLED_OFF
LIFE = timedelta(days=7)


def tell_admission(session: Session, *, allocation_round: AllocationRound, class_id: int, **_more: Any) -> None:
    """One text to each who wished for this class most, however the draw came out for her.

    What goes on within a home alone stands on the home's list instead. The number of statements does not grow with the
    applications.
    """
    session.flush()
    wished = session.get_one(CourseClass, class_id)
    applications = results_of(session, allocation_round.id, class_id)
    told = queries.receivers(session, [each.person_id for each in applications])
    phones = [allocation_round.organisation.phone]
    rows = {
        each.person_id: _row(each, told[each.person_id], wished, phones)
        for each in applications
        if each.person_id in told
    }
    written = actions.queue_rows(session, list(rows.values()))
    about = [(written[row["key"]], person_id, None, None) for person_id, row in rows.items() if row["key"] in written]
    actions.add_about(session, about)


def tell_called_off(session: Session, *, allocation_round: AllocationRound, **_more: Any) -> None:
    """One text to each who applied: it is not held, and why."""
    session.flush()
    applications = results_of(session, allocation_round.id)
    told = queries.receivers(session, [each.person_id for each in applications])
    rows = [
        _called_off(each, told[each.person_id], allocation_round) for each in applications if each.person_id in told
    ]
    person_of = {f"{CALLED_OFF.value}:{each.id}": each.person_id for each in applications}
    written = actions.queue_rows(session, rows)
    actions.add_about(session, [(message_id, person_of[key], None, None) for key, message_id in written.items()])


def _called_off(application: Application, told: Receiver, each: AllocationRound) -> dict[str, Any]:
    said = {"name": told.name, "is_own": told.is_own, "round": each.name, "reason": each.called_off_reason}
    row = actions.row_of(f"{CALLED_OFF.value}:{application.id}", CALLED_OFF, told.phone, told.language)
    row |= {"organisation_id": each.organisation_id, "channel": told.channel}
    return row | {"parameters": said | {"phones": [each.organisation.phone]}, "expires_at": clock.now() + LIFE}


def _row(application: Application, told: Receiver, wished: CourseClass, phones: Sequence[str]) -> dict[str, Any]:
    row = actions.row_of(f"{KIND.value}:{application.id}", KIND, told.phone, told.language)
    row |= {"organisation_id": application.allocation_round.organisation_id, "channel": told.channel}
    return row | {"parameters": _parameters(application, told, wished, phones), "expires_at": clock.now() + LIFE}


def _parameters(application: Application, told: Receiver, wished: CourseClass, phones: Sequence[str]) -> dict[str, Any]:
    return {
        "name": told.name,
        "is_own": told.is_own,
        "items": [_item(place.course_class) for place in application.places if place.seated_at is not None],
        "waits": _course(wished) if application.waits_class_id == wished.id else "",
        "phones": phones,
    }


def _item(course_class: CourseClass) -> dict[str, str]:
    starts_at = course_class.first_lesson_at
    return {"course": _course(course_class), "starts_at": starts_at.isoformat(), "place": _place(course_class)}


def _course(course_class: CourseClass) -> str:
    return course_class.course.sms_name or course_class.course.title


def _place(course_class: CourseClass) -> str:
    venue = course_class.room.venue
    return kept_place(f"{venue.sms_name or venue.name}{course_class.room.name}", course_class.delivery)
