"""Adding, changing and closing courses."""

from dataclasses import asdict, dataclass

from flask_babel import lazy_gettext as _l
from sqlalchemy import select
from sqlalchemy.orm import Session

from senior_univ.audit.actions import record
from senior_univ.catalogue.events import course_closing
from senior_univ.catalogue.models import Course, Subject
from senior_univ.core import clock
from senior_univ.core.access import Viewer
from senior_univ.core.errors import DomainError
from senior_univ.network.models import Organisation

SMS_NAME_LENGTH = 10


@dataclass(frozen=True, kw_only=True)
class CourseDetails:
    """What is written about a course."""

    title: str
    subject_id: int
    sms_name: str = ""
    about: str = ""
    what_to_bring: str = ""


def add_course(session: Session, organisation: Organisation, details: CourseDetails, *, by: Viewer) -> Course:
    """A new course; DomainError ``unknown_subject``, ``long_sms_name``, ``name_taken`` or ``organisation_closed``."""
    if organisation.closed_on is not None:
        words = _l("%(name)s is closed.", name=organisation.name)
        raise DomainError("organisation_closed", words, field="organisation_id")
    _check(session, organisation.id, details)
    course = Course(**asdict(details), organisation_id=organisation.id)
    session.add(course)
    record(session, "course.added", course, by=by)
    return course


def change_course(session: Session, course: Course, details: CourseDetails, *, by: Viewer) -> Course:
    """Write ``details`` over a course; DomainError as for a new one."""
    _check(session, course.organisation_id, details, course.id)
    for name, value in asdict(details).items():
        setattr(course, name, value)
    record(session, "course.changed", course, by=by)
    return course


def close_course(session: Session, course: Course, *, by: Viewer) -> Course:
    """Give a course no more; its classes stay what they are."""
    course_closing.send(session, course=course)
    course.closed_at = clock.now()
    record(session, "course.closed", course, by=by)
    return course


def _check(session: Session, organisation_id: int, details: CourseDetails, itself: int = 0) -> None:
    if session.get(Subject, details.subject_id) is None:
        raise DomainError("unknown_subject", _l("Please choose a subject from the list."), field="subject_id")
    if len(details.sms_name) > SMS_NAME_LENGTH:
        words = _l("The short name for texts has at most %(max)d characters.", max=SMS_NAME_LENGTH)
        raise DomainError("long_sms_name", words, field="sms_name")
    same = select(Course.id).where(
        Course.organisation_id == organisation_id,
        Course.title == details.title,
        Course.closed_at.is_(None),
        Course.id != itself,
    )
    if session.scalar(same.limit(1)):
        raise DomainError("name_taken", _l("There is a course of this name already."), field="title")
