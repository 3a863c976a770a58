"""What a closed unit means for its own lessons: online where they have a link, else cancelled."""

from collections.abc import Sequence
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import ColumnElement, and_, func, or_, select
from sqlalchemy.orm import Session, contains_eager, joinedload

from config import Settings
from senior_univ.audit.actions import record
from senior_univ.care.models import Quarantine, Unit
from senior_univ.core import clock
from senior_univ.core.access import Viewer
from senior_univ.teaching.models import Teacher
from senior_univ.timetable import actions, online
from senior_univ.timetable.models import CourseClass, Delivery, Lesson

UNIT_CLOSED = _l("The unit is closed for some days.")


def close_unit(
    session: Session, *, quarantine: Quarantine, by: Viewer, settings: Settings | None = None, **_more: Any
) -> None:
    """The unit's lessons of these days go online, or are cancelled; nobody is texted, it stands on the unit's list."""
    for lesson in _lessons(session, quarantine):
        if lesson.cancelled_at is not None:
            continue
        if _has_way_in(lesson, settings):
            _hold_online(session, lesson, quarantine, by=by)
        else:
            reason = quarantine.reason or str(UNIT_CLOSED)
            actions.cancel_lesson(session, lesson, reason=reason, by=by, is_told=False)


def open_unit(session: Session, *, quarantine: Quarantine, by: Viewer, **_more: Any) -> None:
    """The lessons that it put online and that are still to come are held in the unit again; no other ones.

    What somebody put online stays there, and a cancelled one stays cancelled.
    """
    session.flush()
    query = select(Lesson).where(Lesson.quarantine_id == quarantine.id, Lesson.starts_at > clock.now())
    for lesson in session.scalars(query.where(Lesson.cancelled_at.is_(None)).order_by(Lesson.id)).all():
        lesson.is_online, lesson.quarantine_id = False, None
        record(session, "lesson.came_back", lesson, by=by)


def lessons_of_unit(session: Session, quarantine: Quarantine) -> Sequence[Lesson]:
    """The unit's own lessons on the days of a quarantine that the caller may see, cancelled ones too."""
    starts, _end = clock.day_bounds(quarantine.from_on)
    _start, ends = clock.day_bounds(quarantine.to_on)
    query = select(Lesson).join(Lesson.course_class).where(_in_unit(quarantine.unit))
    query = query.where(Lesson.starts_at >= starts, Lesson.starts_at < ends).order_by(Lesson.starts_at, Lesson.id)
    return session.scalars(
        query.options(
            contains_eager(Lesson.course_class).joinedload(CourseClass.course),
            joinedload(Lesson.teacher).joinedload(Teacher.person),
        )
    ).all()


def _has_way_in(lesson: Lesson, settings: Settings | None) -> bool:
    """Whether who can't leave her unit can join: by the class's link, or in a room on the deployer's server."""
    has_server = settings is not None and online.server_of(settings) is not None
    return has_server or bool(lesson.course_class.join_url) or lesson.way is not Delivery.ON_SITE


def _lessons(session: Session, quarantine: Quarantine) -> Sequence[Lesson]:
    """Those that have not begun."""
    session.flush()
    return [lesson for lesson in lessons_of_unit(session, quarantine) if lesson.starts_at > clock.now()]


def _in_unit(unit: Unit) -> ColumnElement[bool]:
    """Its own classes, and the home's where it is the only unit."""
    others = select(func.count()).where(Unit.home_id == unit.home_id, Unit.id != unit.id).scalar_subquery()
    of_home = and_(CourseClass.home_id == unit.home_id, CourseClass.unit_id.is_(None), others == 0)
    return or_(CourseClass.unit_id == unit.id, of_home)


def _hold_online(session: Session, lesson: Lesson, quarantine: Quarantine, *, by: Viewer) -> None:
    if lesson.way is not Delivery.ONLINE:
        lesson.is_online, lesson.quarantine_id = True, quarantine.id
        record(session, "lesson.went_online", lesson, by=by)
