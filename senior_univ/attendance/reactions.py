"""What follows for leave when a lesson moves, and what pages below this feature are told of it."""

from collections.abc import Collection, Sequence
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from senior_univ.attendance import actions, kept_away, queries
from senior_univ.attendance.events import kept_from_lessons, let_back
from senior_univ.attendance.rules import reason_words
from senior_univ.care.models import Away, Quarantine, Residency
from senior_univ.enrolment.models import Seat
from senior_univ.timetable.models import Lesson


def follow_clash(session: Session, *, lesson: Lesson, person_ids: Collection[int], **_more: Any) -> None:
    """Whoever has another lesson at the new time is on leave from the moved one; a home's days may keep others away."""
    actions.put_on_leave(session, lesson, person_ids)
    seated = select(Seat.person_id).where(Seat.class_id == lesson.class_id, Seat.ended_at.is_(None))
    kept_away.follow(session, session.scalars(seated).all())


def tell_absences(
    session: Session, *, person_ids: Collection[int], lesson_ids: Collection[int], **_more: Any
) -> dict[tuple[int, int], str]:
    """Who is on leave, with the reason in words: the answer to enrolment's ``looking_for_absences``."""
    leaves = queries.leaves_among(session, person_ids, lesson_ids)
    return {(leave.lesson_id, leave.person_id): reason_words(leave.reason) for leave in leaves}


def follow_away(session: Session, *, away: Away, **_more: Any) -> None:
    """Whoever is away, or back, is on leave for as long as she is away."""
    kept_away.follow(session, [away.person_id])


def follow_resident(session: Session, *, residency: Residency, **_more: Any) -> None:
    """Whoever comes, moves or leaves has another unit's days, or none."""
    kept_away.follow(session, [residency.person_id])


def follow_seat(session: Session, *, seat: Seat, is_resident: bool, **_more: Any) -> None:
    """A seat that was taken while she is away is kept like her others; who lives in no home is asked nothing."""
    if is_resident:
        kept_away.follow(session, [seat.person_id])


def follow_seats(session: Session, *, resident_ids: Sequence[int], **_more: Any) -> None:
    """The same for many."""
    if resident_ids:
        kept_away.follow(session, resident_ids)


def follow_care_day(
    session: Session, *, home_id: int, unit_id: int | None, person_id: int | None, **_more: Any
) -> None:
    """Single days of a care day keep its residents from their lessons elsewhere."""
    concerned = [person_id] if person_id is not None else _residents(session, home_id, unit_id)
    kept_away.follow(session, concerned)


def follow_unit_closed(session: Session, *, quarantine: Quarantine, **_more: Any) -> None:
    """A closed unit's residents are on leave from lessons elsewhere; who keeps them away passes it on."""
    residents = _residents(session, quarantine.unit.home_id, quarantine.unit_id)
    lessons = kept_away.follow(session, residents)
    kept_from_lessons.send(session, quarantine=quarantine, lessons=lessons)


def follow_unit_opened(session: Session, *, quarantine: Quarantine, **_more: Any) -> None:
    """They come again."""
    residents = _residents(session, quarantine.unit.home_id, quarantine.unit_id)
    before = kept_away.closed_out(session, residents)
    kept_away.follow(session, residents)
    still = kept_away.closed_out(session, residents)
    lessons = {
        person_id: sorted(set(lesson_ids) - set(still.get(person_id, ()))) for person_id, lesson_ids in before.items()
    }
    let_back.send(session, quarantine=quarantine, lessons={each: found for each, found in lessons.items() if found})


def _residents(session: Session, home_id: int, unit_id: int | None) -> Sequence[int]:
    query = select(Residency.person_id).where(Residency.home_id == home_id, Residency.to_on.is_(None))
    if unit_id is not None:
        query = query.where(Residency.unit_id == unit_id)
    return session.scalars(query.order_by(Residency.person_id)).all()
