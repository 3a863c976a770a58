"""Holding one lesson online for once, and in its room again: snow, a burst pipe, a unit that nobody may enter."""

from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import Session

from config import Settings
from senior_univ.audit.actions import record
from senior_univ.core import clock
from senior_univ.core.access import Viewer
from senior_univ.core.errors import DomainError
from senior_univ.core.versions import lock_row
from senior_univ.timetable import events, online, rules
from senior_univ.timetable.models import Delivery, Lesson


def hold_online(
    session: Session, lesson: Lesson, settings: Settings, *, by: Viewer, is_online: bool = True, seen: str | None = None
) -> Lesson:
    """Hold a lesson online, or on site again; its class is told as of another room. Room and teacher stay taken.

    ``seen`` is ``rules.version_of`` the lesson as it was shown. Refuses with DomainError: changed_meanwhile,
    lesson_cancelled, lesson_over, always_online, nothing_changed, no_way_in.
    """
    lock_row(session, lesson)
    if seen is not None and seen != rules.version_of(lesson):
        raise DomainError(
            "changed_meanwhile", _l("Somebody else has changed this lesson meanwhile. Please look again.")
        )
    _refuse(lesson, settings, is_online=is_online)
    was_online, lesson.is_online, lesson.quarantine_id = lesson.is_online, is_online, None
    session.flush()
    record(session, "lesson.held_online" if is_online else "lesson.held_on_site", lesson, by=by)
    events.lesson_moved.send(
        session, lesson=lesson, old_starts_at=lesson.starts_at, old_room_id=lesson.room_id, was_online=was_online
    )
    return lesson


def _refuse(lesson: Lesson, settings: Settings, *, is_online: bool) -> None:
    course_class = lesson.course_class
    if lesson.cancelled_at is not None:
        raise DomainError("lesson_cancelled", _l("This lesson has been cancelled meanwhile."))
    if lesson.ends_at <= clock.now():
        raise DomainError("lesson_over", _l("This lesson is over."))
    if course_class.delivery is Delivery.ONLINE:
        raise DomainError("always_online", _l("This class is held online anyway."))
    if lesson.is_online == is_online:
        raise DomainError("nothing_changed", _l("Nothing is different from before."))
    if is_online and not online.has_way_in(course_class, settings):
        raise DomainError(
            "no_way_in",
            _l("This class has no join link yet. Enter one under “Change the class” first, then try again."),
        )
