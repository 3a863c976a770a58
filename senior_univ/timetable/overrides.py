"""What stood against a lesson and was overridden: by whom it may be, and that it stays on record with its reason."""

from collections.abc import Iterable, Sequence

from flask_babel import lazy_gettext as _l
from sqlalchemy import delete, insert, select
from sqlalchemy.orm import Session, joinedload

from senior_univ.audit.actions import record
from senior_univ.core import clock
from senior_univ.core.access import Viewer
from senior_univ.core.permissions import Permission
from senior_univ.network.models import Organisation
from senior_univ.timetable.models import CourseClass, Lesson, Override
from senior_univ.timetable.slots import Conflict, Kind, Slot

OVERRIDE_LABELS = {
    "holiday": _l("Public holiday"),
    "venue_closed": _l("Outside the opening hours"),
    "teacher_away": _l("Outside the teacher's own times"),
    "care_day": _l("A time of the care day"),
    "travel": _l("Too little time for the teacher's way"),
    "hours_exceeded": _l("More hours than the teacher's week has"),
}


def owner_of(code: str, slot: Slot) -> int:
    """The organisation that may override: whose care day, whose venue or whose teacher it is; a holiday is the class's."""
    if code == "care_day" and slot.home_id:
        return slot.home_id
    return slot.room.venue.organisation_id if code == "venue_closed" else slot.owner_id


def may_override(session: Session, code: str, slot: Slot, by: Viewer) -> bool:
    """Whether ``by`` plans for the owner of what stands in the way, or for the area in which the owner is."""
    owner_id = owner_of(code, slot)
    if code == "holiday" and slot.home_id in by.organisation_ids(Permission.PLAN_CLASSES):
        return True
    if any(post.organisation_id == owner_id for post in by.posts if post.gives(Permission.PLAN_CLASSES)):
        return True
    prefixes = tuple(by.prefixes(Permission.PLAN_CLASSES))
    return bool(prefixes) and session.get_one(Organisation, owner_id).region_code.startswith(prefixes)


def refusing(session: Session, conflicts: Sequence[Conflict], slot: Slot, override: str, by: Viewer) -> list[Conflict]:
    """What of ``conflicts`` refuses, with ``override`` for a reason: all that can't be overridden by ``by``."""
    allowed: dict[str, bool] = {}
    for conflict in conflicts:
        if conflict.code not in allowed:
            is_given = bool(override.strip()) and conflict.kind is Kind.OVERRIDABLE
            allowed[conflict.code] = is_given and may_override(session, conflict.code, slot, by)
    return [conflict for conflict in conflicts if not allowed[conflict.code]]


def keep_overrides(
    session: Session,
    about: Lesson | CourseClass,
    overridden: Sequence[tuple[int, str]],
    reason: str,
    by: Viewer,
) -> None:
    """Write down what was overridden: lesson and code. Of those lessons' earlier times only the audit still knows."""
    pairs = sorted(set(overridden))
    if not pairs:
        return
    row = {"reason": reason.strip(), "overridden_at": clock.now(), "overridden_by_id": by.person_id}
    session.execute(insert(Override), [row | {"lesson_id": lesson_id, "code": code} for lesson_id, code in pairs])
    codes = sorted({code for _lesson_id, code in pairs})
    record(session, "clash.overridden", about, by=by, codes=codes, reason=reason.strip(), lessons=len(pairs))


def forget_overrides(session: Session, lesson_ids: Iterable[int]) -> None:
    """Lessons have another time or place: what was overridden for the old one says nothing of the new one."""
    session.execute(delete(Override).where(Override.lesson_id.in_(lesson_ids)))


def overrides_of(session: Session, lesson_id: int) -> Sequence[Override]:
    """What was overridden for a lesson as it stands, with who did it."""
    found = select(Override).where(Override.lesson_id == lesson_id).order_by(Override.id)
    return session.scalars(found.options(joinedload(Override.overridden_by))).all()
