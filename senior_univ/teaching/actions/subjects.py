"""What a teacher teaches, and up to which level."""

from flask_babel import lazy_gettext as _l
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from senior_univ.audit.actions import record
from senior_univ.catalogue.models import Subject
from senior_univ.core.access import Viewer
from senior_univ.core.errors import DomainError
from senior_univ.core.versions import lock_row
from senior_univ.teaching.models import SUBJECT_LEVEL_LABELS, SubjectLevel, Teacher, TeacherSubject
from senior_univ.teaching.rules import keep_teaching


def add_subject(
    session: Session, teacher: Teacher, subject_id: int, level: SubjectLevel, *, by: Viewer
) -> TeacherSubject:
    """She teaches that subject up to that level.

    DomainError ``teacher_retired``, ``no_subject`` or ``subject_twice``, where it stands with that level already;
    another level is written over it.
    """
    lock_row(session, teacher)
    keep_teaching(teacher)
    subject = session.get(Subject, subject_id)
    if subject is None:
        raise DomainError("no_subject", _l("There is no such subject."), field="subject_id")
    taught = session.get(TeacherSubject, (teacher.id, subject_id), populate_existing=True)
    if taught is not None and taught.level is level:
        words = _l(
            "%(subject)s stands there already: %(level)s.", subject=subject.label, level=SUBJECT_LEVEL_LABELS[level]
        )
        raise DomainError("subject_twice", words, field="subject_id")
    if taught is None:
        taught = TeacherSubject(teacher_id=teacher.id, subject_id=subject_id)
        session.add(taught)
    taught.level = level
    record(session, "teacher.subject_written", teacher, by=by, on_behalf_of=teacher.person_id, subject_id=subject_id)
    return taught


def remove_subject(session: Session, teacher: Teacher, taught: TeacherSubject, *, by: Viewer) -> TeacherSubject:
    """She teaches it no more; DomainError ``last_subject``."""
    lock_row(session, teacher)
    count = select(func.count()).where(TeacherSubject.teacher_id == teacher.id)
    if session.scalar(count) == 1:
        raise DomainError("last_subject", _l("A teacher teaches at least one subject. Add another one first."))
    session.delete(taught)
    record(
        session,
        "teacher.subject_removed",
        teacher,
        by=by,
        on_behalf_of=teacher.person_id,
        subject_id=taught.subject_id,
    )
    return taught
