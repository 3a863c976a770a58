"""What follows for leave when a lesson moves, and what pages below this feature are told of it."""

from collections.abc import Collection
from typing import Any

from sqlalchemy.orm import Session

from senior_univ.attendance import actions, queries
from senior_univ.attendance.rules import reason_words
from senior_univ.timetable.models import Lesson


def follow_clash(session: Session, *, lesson: Lesson, person_ids: Collection[int], **_more: Any) -> None:
    """Whoever has another lesson at the new time is on leave from the moved one."""
    actions.put_on_leave(session, lesson, person_ids)


def tell_absences(
    session: Session, *, person_ids: Collection[int], lesson_ids: Collection[int], **_more: Any
) -> dict[tuple[int, int], str]:
    """Who is on leave, with the reason in words: the answer to enrolment's ``looking_for_absences``."""
    leaves = queries.leaves_among(session, person_ids, lesson_ids)
    return {(leave.lesson_id, leave.person_id): reason_words(leave.reason) for leave in leaves}
