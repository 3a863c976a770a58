"""Certificates, told once to everybody who earned one; residents of the home where the class was are told there."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from sqlalchemy.orm import Session

from senior_univ.core import clock
from senior_univ.records.models import Certificate
from senior_univ.reminders import actions, queries
from senior_univ.reminders.models import MessageKind
from senior_univ.reminders.queries import Receiver
from senior_univ.timetable.models import CourseClass

KIND = MessageKind.CERTIFICATE_READY
LIFE = timedelta(days=7)


def tell_certificates(
    session: Session, *, course_class: CourseClass, certificates: Sequence[Certificate], **_more: Any
) -> None:
    """One text to each, in as many statements as for one."""
    if course_class.home_id is not None:
        return
    told = queries.receivers(session, [each.person_id for each in certificates])
    rows = [_row(each, told[each.person_id], course_class) for each in certificates if each.person_id in told]
    person_of = {_key(each): each.person_id for each in certificates}
    written = actions.queue_rows(session, rows)
    actions.add_about(session, [(message_id, person_of[key], None, None) for key, message_id in written.items()])


def _key(certificate: Certificate) -> str:
    return f"{KIND.value}:{certificate.id}"


def _row(certificate: Certificate, told: Receiver, course_class: CourseClass) -> dict[str, Any]:
    parameters = {
        "certificate_id": certificate.id,
        "name": told.name,
        "is_own": told.is_own,
        "course": course_class.course.sms_name or course_class.course.title,
        "hours": certificate.hours,
        "site": course_class.organisation.name,
        "phones": [course_class.organisation.phone],
    }
    row = actions.row_of(_key(certificate), KIND, told.phone, told.language)
    row |= {"organisation_id": course_class.organisation_id, "channel": told.channel}
    return row | {"parameters": parameters, "expires_at": clock.now() + LIFE}
