"""A teacher's papers beside the safety check, and until when they hold."""

from datetime import date

from flask_babel import lazy_gettext as _l
from sqlalchemy import select
from sqlalchemy.orm import Session

from senior_univ.audit.actions import record
from senior_univ.core import clock
from senior_univ.core.access import Viewer
from senior_univ.core.errors import DomainError
from senior_univ.core.versions import lock_row
from senior_univ.teaching.models import Qualification, Teacher
from senior_univ.teaching.rules import keep_expiry_ahead, keep_teaching


def add_paper(session: Session, teacher: Teacher, name: str, expires_on: date | None, *, by: Viewer) -> Qualification:
    """She has that paper until ``expires_on`` (None: for good); one of that name is renewed.

    DomainError ``teacher_retired``, ``expired`` or ``there_already``.
    """
    lock_row(session, teacher)
    keep_teaching(teacher)
    keep_expiry_ahead(expires_on, clock.today(), field="expires_on")
    known = select(Qualification).where(Qualification.teacher_id == teacher.id, Qualification.name == name)
    paper = session.scalar(known)
    if paper is not None and paper.expires_on == expires_on:
        raise DomainError("there_already", _l("This stands there already."), field="name")
    if paper is None:
        paper = Qualification(teacher_id=teacher.id, name=name)
        session.add(paper)
    paper.expires_on = expires_on
    record(session, "teacher.paper_written", teacher, by=by, on_behalf_of=teacher.person_id, name=name)
    return paper


def remove_paper(session: Session, teacher: Teacher, paper: Qualification, *, by: Viewer) -> Qualification:
    """It was written down by mistake, or does not count any more."""
    session.delete(paper)
    record(session, "teacher.paper_removed", teacher, by=by, on_behalf_of=teacher.person_id, name=paper.name)
    return paper
