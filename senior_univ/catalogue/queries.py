"""Subjects, and the courses that a viewer may see."""

from collections.abc import Iterable

from sqlalchemy import Select, select
from sqlalchemy.orm import Session, contains_eager, joinedload

from senior_univ.catalogue.models import Course, Subject
from senior_univ.core.access import Viewer
from senior_univ.core.errors import NotFoundError
from senior_univ.core.permissions import Permission
from senior_univ.network.queries import organisation_scope


def subjects(session: Session) -> list[Subject]:
    """Every subject, in the order in which they are offered."""
    return list(session.scalars(select(Subject).order_by(Subject.id)))


def courses_of(session: Session, organisation_ids: Iterable[int]) -> list[Course]:
    """The courses of these organisations that are still given, with their subject and organisation."""
    query = select(Course).where(Course.organisation_id.in_(list(organisation_ids)), Course.closed_at.is_(None))
    return list(
        session.scalars(
            query.options(joinedload(Course.subject), joinedload(Course.organisation)).order_by(
                Course.subject_id, Course.title, Course.id
            )
        )
    )


def visible_courses(viewer: Viewer, permission: Permission) -> Select[Course]:
    """The courses of the organisations for which the viewer has ``permission``; closed ones included."""
    return (
        select(Course)
        .join(Course.organisation)
        .where(organisation_scope(viewer, permission))
        .options(contains_eager(Course.organisation), joinedload(Course.subject))
    )


def course_for(session: Session, viewer: Viewer, permission: Permission, course_id: int) -> Course:
    """That course; NotFoundError where there is none or the viewer has no ``permission`` for its organisation."""
    found = session.scalar(visible_courses(viewer, permission).where(Course.id == course_id))
    if found is None:
        raise NotFoundError
    return found
