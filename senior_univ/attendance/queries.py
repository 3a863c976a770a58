"""Reading leave. A learner's own is asked for by her id, which the caller may see."""

from collections.abc import Collection, Sequence

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session, joinedload

from senior_univ.attendance.models import Leave


def is_standing() -> ColumnElement[bool]:
    """Condition on Leave: it has not been taken back."""
    return Leave.taken_back_at.is_(None)


def leaves_of(session: Session, person_id: int, lesson_ids: Collection[int]) -> dict[int, Leave]:
    """Her leave from these lessons, by lesson."""
    if not lesson_ids:
        return {}
    query = select(Leave).where(Leave.person_id == person_id, Leave.lesson_id.in_(lesson_ids), is_standing())
    return {leave.lesson_id: leave for leave in session.scalars(query)}


def leaves_for_lesson(session: Session, lesson_id: int) -> Sequence[Leave]:
    """Who will not come to a lesson that the caller may see, with each person."""
    query = select(Leave).where(Leave.lesson_id == lesson_id, is_standing()).options(joinedload(Leave.person))
    return session.scalars(query.order_by(Leave.asked_at, Leave.id)).all()


def leaves_among(session: Session, person_ids: Collection[int], lesson_ids: Collection[int]) -> Sequence[Leave]:
    """The leave of these people from these lessons."""
    query = select(Leave).where(Leave.person_id.in_(person_ids), Leave.lesson_id.in_(lesson_ids), is_standing())
    return session.scalars(query).all() if person_ids and lesson_ids else ()
