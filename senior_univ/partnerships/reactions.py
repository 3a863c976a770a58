"""What the exchange does when something happened elsewhere."""

from typing import Any

from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import Session

from senior_univ.care.models import Quarantine
from senior_univ.core import clock
from senior_univ.core.access import Viewer
from senior_univ.partnerships.models import Agreement
from senior_univ.timetable import actions as timetable
from senior_univ.timetable.models import CourseClass, Lesson


def close_to_village(session: Session, *, quarantine: Quarantine, by: Viewer, **_more: Any) -> None:
    """While a unit is in quarantine nobody from outside comes: the lessons of village classes fall away, all are told."""
    starts, ends = clock.day_bounds(quarantine.from_on)[0], clock.day_bounds(quarantine.to_on)[1]
    hit = (
        select(Lesson)
        .join(Lesson.course_class)
        .join(Agreement, Agreement.class_id == CourseClass.id)
        .where(
            Agreement.home_id == quarantine.unit.home_id,
            CourseClass.home_id.is_(None),
            Lesson.cancelled_at.is_(None),
            Lesson.is_online.is_(False),
            Lesson.starts_at >= max(starts, clock.now()),
            Lesson.starts_at < ends,
        )
    )
    for lesson in session.scalars(hit.order_by(Lesson.id)).all():
        timetable.cancel_lesson(session, lesson, reason=_("The home is in quarantine."), by=by)
