"""Who said that she will not come: asked of whatever feature keeps it, since those are above this one."""

from collections.abc import Collection

from sqlalchemy.orm import Session

from senior_univ.enrolment.events import looking_for_absences


def absences(session: Session, person_ids: Collection[int], lesson_ids: Collection[int]) -> dict[tuple[int, int], str]:
    """Reasons, maybe empty, by lesson and person, of those of these people who will not come to these lessons."""
    found: dict[tuple[int, int], str] = {}
    if person_ids and lesson_ids:
        for _handler, answer in looking_for_absences.send(session, person_ids=person_ids, lesson_ids=lesson_ids):
            found |= answer
    return found
