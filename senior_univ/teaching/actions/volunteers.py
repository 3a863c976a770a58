"""Volunteers: somebody offers to teach, the site nearest to her says yes or no, and she is told."""

from dataclasses import dataclass
from datetime import datetime

from flask_babel import lazy_gettext as _l
from sqlalchemy import select
from sqlalchemy.orm import Session

from senior_univ.accounts.actions import add_person, check_name
from senior_univ.accounts.models import Person
from senior_univ.accounts.queries import person_called, site_near
from senior_univ.accounts.rules import parse_phone
from senior_univ.audit.actions import record
from senior_univ.catalogue.models import Subject
from senior_univ.core import clock
from senior_univ.core.access import Viewer
from senior_univ.core.errors import DomainError
from senior_univ.core.versions import lock_row
from senior_univ.teaching.actions.teachers import TeacherDetails, add_teacher
from senior_univ.teaching.events import volunteer_answered
from senior_univ.teaching.models import Teacher, TeacherKind, VolunteerApplication


@dataclass(frozen=True, kw_only=True)
class Applicant:
    """What somebody says who would like to teach; she promised first."""

    name: str
    phone: str
    region_code: str
    subject_ids: tuple[int, ...]
    about: str
    promised_at: datetime
    person_id: int | None = None


def apply(session: Session, applicant: Applicant) -> VolunteerApplication:
    """Write down that somebody would like to teach; asking twice keeps the first application.

    DomainError with its field: those of ``parse_phone`` and ``check_name``, ``no_subject``, ``no_site``.
    """
    name, (phone, _kind) = check_name(applicant.name), parse_phone(applicant.phone)
    subject_ids = _standing_subjects(session, applicant.subject_ids)
    site = site_near(session, applicant.region_code)
    if site is None:
        words = _l("No teaching site serves this place yet. Please call the help phone below.")
        raise DomainError("no_site", words, field="place")
    waiting = select(VolunteerApplication).where(
        VolunteerApplication.name == name,
        VolunteerApplication.phone == phone,
        VolunteerApplication.answered_at.is_(None),
    )
    if known := session.scalar(waiting.limit(1)):
        return known
    application = VolunteerApplication(
        organisation_id=site.id,
        person_id=applicant.person_id,
        name=name,
        phone=phone,
        region_code=applicant.region_code,
        subject_ids=subject_ids,
        about=applicant.about,
        promised_at=applicant.promised_at,
        applied_at=clock.now(),
    )
    session.add(application)
    by = Viewer(applicant.person_id, name) if applicant.person_id else None
    record(session, "volunteer.applied", application, by=by, on_behalf_of=applicant.person_id)
    return application


def approve(
    session: Session, application: VolunteerApplication, *, hours_a_week: int, answer: str, by: Viewer
) -> Teacher:
    """She teaches as a volunteer from now on; who has that name and phone already is that person.

    DomainError ``answered`` where a colleague was quicker, and those of ``add_teacher``.
    """
    _keep_open(session, application)
    person = _person_of(session, application, by)
    details = TeacherDetails(kind=TeacherKind.VOLUNTEER, hours_a_week=hours_a_week, has_promised=True)
    subject_ids = tuple(application.subject_ids)
    teacher = add_teacher(session, person, application.organisation, details, subject_ids=subject_ids, by=by)
    teacher.promised_at = application.promised_at
    teacher.home_region_code = application.region_code or teacher.home_region_code
    application.person_id, application.teacher_id = person.id, teacher.id
    _answer(session, application, answer, by, "volunteer.approved")
    return teacher


def refuse(session: Session, application: VolunteerApplication, *, answer: str, by: Viewer) -> VolunteerApplication:
    """Not now; DomainError ``answered`` where a colleague was quicker."""
    _keep_open(session, application)
    _answer(session, application, answer, by, "volunteer.refused")
    return application


def _standing_subjects(session: Session, subject_ids: tuple[int, ...]) -> list[int]:
    known = list(session.scalars(select(Subject.id).where(Subject.id.in_(subject_ids)).order_by(Subject.id)))
    if not known:
        raise DomainError("no_subject", _l("Please choose at least one subject."), field="subject_ids")
    return known


def _keep_open(session: Session, application: VolunteerApplication) -> None:
    lock_row(session, application)
    if application.answered_at is None:
        return
    answerer = session.get(Person, application.answered_by_id) if application.answered_by_id else None
    words = _l("%(name)s has answered this already.", name=answerer.name if answerer else "")
    raise DomainError("answered", words)


def _person_of(session: Session, application: VolunteerApplication, by: Viewer) -> Person:
    known = application.person_id or person_called(session, application.name, application.phone)
    if known is not None:
        return session.get_one(Person, known)
    return add_person(
        session, name=application.name, phone=application.phone, region_code=application.region_code, by=by
    )


def _answer(session: Session, application: VolunteerApplication, answer: str, by: Viewer, action: str) -> None:
    application.answered_at, application.answered_by_id = clock.now(), by.person_id
    application.answer = answer
    session.flush()  # her text is about the teacher that she now is
    record(session, action, application, by=by, on_behalf_of=application.person_id)
    volunteer_answered.send(session, application=application)
