"""When a teacher can teach: her week, and the days on which it does not hold.

Each change is sent as ``availability_changed``, since lessons that stand may no longer fit.
"""

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import date, time, timedelta

from flask_babel import lazy_gettext as _l
from sqlalchemy import select
from sqlalchemy.orm import Session

from senior_univ.audit.actions import record
from senior_univ.core import clock
from senior_univ.core.access import Viewer
from senior_univ.core.errors import DomainError
from senior_univ.core.versions import lock_row
from senior_univ.core.words import weekday_words
from senior_univ.teaching.events import availability_changed
from senior_univ.teaching.models import Availability, AvailabilityException, Teacher
from senior_univ.teaching.rules import keep_teaching

LONGEST_EXCEPTION = timedelta(days=366)
END_BEFORE_START = _l("The end must be after the beginning.")


@dataclass(frozen=True, kw_only=True)
class ExceptionDetails:
    """Days, both included, on which a teacher is away or can teach in addition; without hours, all day."""

    from_on: date
    to_on: date
    is_away: bool
    starts: time | None = None
    ends: time | None = None
    note: str = ""


def add_availability(
    session: Session, teacher: Teacher, weekdays: Iterable[int], starts: time, ends: time, *, by: Viewer
) -> list[Availability]:
    """She can teach at that time on weekdays (0 is Monday).

    DomainError ``teacher_retired``, ``end_before_start`` or ``times_overlap``.
    """
    lock_row(session, teacher)  # two who add at once see each other's
    keep_teaching(teacher)
    if starts >= ends:
        raise DomainError("end_before_start", END_BEFORE_START, field="ends")
    standing = list(session.scalars(select(Availability).where(Availability.teacher_id == teacher.id)))
    added = []
    for weekday in sorted(set(weekdays)):
        if any(each.weekday == weekday and each.starts < ends and starts < each.ends for each in standing):
            words = _l("%(weekday)s: there is a time that overlaps already.", weekday=weekday_words(weekday))
            raise DomainError("times_overlap", words, field="weekdays")
        added.append(Availability(teacher_id=teacher.id, weekday=weekday, starts=starts, ends=ends))
    session.add_all(added)
    _written(session, teacher, "teacher.times_added", by)
    return added


def remove_availability(session: Session, teacher: Teacher, slot: Availability, *, by: Viewer) -> Availability:
    """Take one of her times away."""
    session.delete(slot)
    _written(session, teacher, "teacher.times_removed", by)
    return slot


def add_exception(
    session: Session, teacher: Teacher, details: ExceptionDetails, *, by: Viewer
) -> AvailabilityException:
    """She is away on these days, or can teach in addition.

    DomainError ``teacher_retired``, ``end_before_start``, ``half_hours``, ``too_long``, ``over`` or ``there_already``.
    """
    lock_row(session, teacher)
    keep_teaching(teacher)
    _check_span(details)
    written = asdict(details)
    same = select(AvailabilityException.id).filter_by(
        teacher_id=teacher.id, **{name: value for name, value in written.items() if name != "note"}
    )
    if session.scalar(same.limit(1)) is not None:
        raise DomainError("there_already", _l("This stands there already."), field="from_on")
    added = AvailabilityException(teacher_id=teacher.id, **written)
    session.add(added)
    _written(session, teacher, "teacher.days_added", by)
    return added


def remove_exception(
    session: Session, teacher: Teacher, exception: AvailabilityException, *, by: Viewer
) -> AvailabilityException:
    """Her week holds again on these days."""
    session.delete(exception)
    _written(session, teacher, "teacher.days_removed", by)
    return exception


def _check_span(details: ExceptionDetails) -> None:
    if details.to_on < details.from_on:
        words = _l("The last day is before the first.")
        raise DomainError("end_before_start", words, field="to_on")
    if details.to_on < clock.today():
        raise DomainError("over", _l("These days are over already."), field="from_on")
    if details.to_on - details.from_on > LONGEST_EXCEPTION:
        words = _l("Please give a year at most; who stays away for longer teaches no more.")
        raise DomainError("too_long", words, field="to_on")
    if (details.starts is None) != (details.ends is None):
        words = _l("Please give both times, or leave both empty for the whole day.")
        raise DomainError("half_hours", words, field="starts" if details.starts is None else "ends")
    if details.starts is not None and details.ends is not None and details.starts >= details.ends:
        raise DomainError("end_before_start", END_BEFORE_START, field="ends")


def _written(session: Session, teacher: Teacher, action: str, by: Viewer) -> None:
    session.flush()  # whoever hears of it reads what she can now
    record(session, action, teacher, by=by, on_behalf_of=teacher.person_id)
    availability_changed.send(session, teacher=teacher)
