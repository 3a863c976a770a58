"""One act lets every lesson of an area or a venue fall away for some days: looked at first, told at once, made up later.

Suspending the same place for the same days again finds what was planned since, and tells nobody twice. What has begun is
not touched. Ended early, the lessons of the days that are left are held where everybody is still free.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from flask_babel import force_locale
from flask_babel import lazy_gettext as _l
from sqlalchemy import ColumnElement, Select, delete, false, func, insert, or_, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session, joinedload

from senior_univ.audit.actions import record
from senior_univ.core import clock
from senior_univ.core.access import Viewer
from senior_univ.core.errors import DomainError, NotFoundError
from senior_univ.core.i18n import DEFAULT_LANGUAGE
from senior_univ.core.permissions import Permission
from senior_univ.network.models import Region, Room, Venue
from senior_univ.network.queries import below
from senior_univ.network.rules import is_below, prefix_of
from senior_univ.timetable import events, queries
from senior_univ.timetable.actions import occupancy_rows
from senior_univ.timetable.calendar_models import SUSPENSION_LABELS, Suspension, SuspensionKind
from senior_univ.timetable.conflicts import span_of
from senior_univ.timetable.lesson_facts import Facts, constraints_of, read_facts
from senior_univ.timetable.models import CourseClass, Holder, Lesson, Occupancy
from senior_univ.timetable.refusals import TAKEN_JUST_NOW
from senior_univ.timetable.rules import Meeting
from senior_univ.timetable.slots import slot_of_lesson

LONGEST = timedelta(days=92)


@dataclass(frozen=True)
class Scope:
    """The place and days of a suspension, and why; exactly one of ``region`` and ``venue`` is given."""

    region: Region | None
    venue: Venue | None
    from_on: date
    to_on: date
    kind: SuspensionKind
    note: str = ""

    @property
    def place(self) -> str:
        """What the place is called."""
        return self.region.spoken_name if self.region else self.venue.name if self.venue else ""

    def lessons(self) -> list[ColumnElement[bool]]:
        """Conditions on Lesson, Room and Venue: what is still to begin there on those days and stands."""
        starts, ends = clock.day_bounds(self.from_on)[0], clock.day_bounds(self.to_on)[1]
        days = [Lesson.starts_at >= max(starts, clock.now()), Lesson.starts_at < ends, Lesson.cancelled_at.is_(None)]
        where = (
            below(Venue.region_code, prefix_of(self.region.code)) if self.region else Room.venue_id == self._venue_id
        )
        return [*days, where]

    @property
    def _venue_id(self) -> int:
        return self.venue.id if self.venue else 0


@dataclass(frozen=True)
class Preview:
    """What a suspension would cancel, and how many people have how many seats in it."""

    lessons: int
    classes: int
    seats: int
    people: int


def may_suspend(viewer: Viewer, scope: Scope) -> bool:
    """Whether a viewer may suspend there: an area's officer below it, everybody else in her organisation's venues."""
    prefixes = viewer.prefixes(Permission.SUSPEND_LESSONS)
    if scope.region is not None:
        return is_below(prefix_of(scope.region.code), prefixes)
    if scope.venue is None:
        return False
    own = viewer.organisation_ids(Permission.SUSPEND_LESSONS)
    return scope.venue.organisation_id in own or is_below(scope.venue.region_code, prefixes)


def visible_venues(viewer: Viewer) -> Select[Venue]:
    """The venues, in use, in which a viewer may suspend lessons."""
    areas = [below(Venue.region_code, prefix) for prefix in sorted(viewer.prefixes(Permission.SUSPEND_LESSONS))]
    own = Venue.organisation_id.in_(viewer.organisation_ids(Permission.SUSPEND_LESSONS))
    return select(Venue).where(Venue.closed_at.is_(None), or_(own, *areas)).options(joinedload(Venue.organisation))


def visible_suspensions(viewer: Viewer) -> Select[Suspension]:
    """Those of the viewer's area, and those that concern her organisation's venues, the latest first."""
    permission = Permission.SUSPEND_LESSONS
    areas = sorted(viewer.prefixes(permission))
    own = viewer.organisation_ids(permission)
    venues = select(Venue.id).where(
        or_(Venue.organisation_id.in_(own), *(below(Venue.region_code, each) for each in areas))
    )
    hers = select(Venue.id).where(Venue.organisation_id.in_(own), Venue.region_code.startswith(Suspension.region_code))
    seen = [Suspension.region_code.startswith(prefix, autoescape=True) for prefix in areas]
    query = select(Suspension).where(or_(false(), Suspension.venue_id.in_(venues), hers.exists(), *seen))
    return query.options(joinedload(Suspension.region), joinedload(Suspension.venue)).order_by(Suspension.id.desc())


def suspension_for(session: Session, viewer: Viewer, suspension_id: int) -> Suspension:
    """One of them; NotFoundError where the viewer may not see it."""
    found = session.scalar(visible_suspensions(viewer).where(Suspension.id == suspension_id))
    if found is None:
        raise NotFoundError
    return found


def _in_place(scope: Scope) -> Select[Lesson]:
    return select(Lesson).join(Lesson.course_class).join(Lesson.room).join(Room.venue).where(*scope.lessons())


def preview(session: Session, scope: Scope) -> Preview:
    """How many lessons, classes, seats and people it would be."""
    ids = _in_place(scope).with_only_columns(Lesson.class_id, func.count()).group_by(Lesson.class_id)
    counts: dict[int, int] = dict(session.execute(ids).all())
    seats = session.scalar(select(func.sum(CourseClass.seats_taken)).where(CourseClass.id.in_(list(counts)))) or 0
    held = (Occupancy.holder == Holder.PERSON, Occupancy.lesson_id.in_(_in_place(scope).with_only_columns(Lesson.id)))
    people = session.scalar(select(func.count(Occupancy.holder_id.distinct())).where(*held)) or 0
    return Preview(sum(counts.values()), len(counts), seats, people)


def lessons_in(scope: Scope) -> Select[Lesson]:
    """The lessons that it would be, in order, with what a list says of them."""
    loaded: tuple[Any, ...] = queries.lesson_options()
    in_place = select(Lesson.id).join(Lesson.room).join(Room.venue).where(*scope.lessons())
    query = select(Lesson).join(Lesson.course_class).where(Lesson.id.in_(in_place))
    return query.order_by(Lesson.starts_at, Lesson.id).options(*loaded)


def lessons_of(suspension: Suspension) -> Select[Lesson]:
    """The lessons that a suspension cancelled, made up or not, in order."""
    loaded: tuple[Any, ...] = queries.lesson_options()
    query = select(Lesson).join(Lesson.course_class).where(Lesson.suspension_id == suspension.id)
    return query.order_by(Lesson.starts_at, Lesson.id).options(*loaded)


def check_scope(scope: Scope, by: Viewer) -> None:
    """Refuse a place that is not hers, and days that can't be."""
    if not may_suspend(by, scope):
        raise DomainError("not_hers", _l("This place is not in your area."), field="place")
    if scope.to_on < scope.from_on:
        raise DomainError("end_before_start", _l("The last day must not lie before the first."), field="to_on")
    if scope.to_on < clock.today():
        raise DomainError("in_the_past", _l("These days have passed already."), field="to_on")
    if scope.to_on - scope.from_on > LONGEST:
        raise DomainError("too_long", _l("Lessons are suspended for three months at most."), field="to_on")


def suspend(session: Session, scope: Scope, *, by: Viewer) -> Suspension:
    """Cancel every lesson of the scope that has not begun, in one act; the same scope again adds what came since."""
    check_scope(scope, by)
    _lock_place(session, scope)
    suspension = _standing(session, scope) or _new(session, scope, by)
    lesson_ids = _lock_lessons(session, scope)
    if not lesson_ids:
        return suspension
    _cancel(session, suspension, lesson_ids, by)
    record(session, "lessons.suspended", suspension, by=by, lessons=len(lesson_ids), place=scope.place)
    events.lessons_suspended.send(session, suspension=suspension, lesson_ids=lesson_ids)
    return suspension


def _lock_place(session: Session, scope: Scope) -> None:
    """Two who suspend the same place wait for each other, so that it is one suspension."""
    place = scope.region or scope.venue
    session.refresh(place, attribute_names=["name"], with_for_update={"key_share": False})


def _standing(session: Session, scope: Scope) -> Suspension | None:
    return session.scalar(
        select(Suspension)
        .where(
            Suspension.region_code == (scope.region.code if scope.region else None),
            Suspension.venue_id == (scope.venue.id if scope.venue else None),
            Suspension.from_on == scope.from_on,
            Suspension.to_on == scope.to_on,
            Suspension.ended_at.is_(None),
        )
        .order_by(Suspension.id)
        .limit(1)
    )


def _new(session: Session, scope: Scope, by: Viewer) -> Suspension:
    suspension = Suspension(
        region=scope.region,
        venue=scope.venue,
        from_on=scope.from_on,
        to_on=scope.to_on,
        kind=scope.kind,
        note=scope.note,
        declared_at=clock.now(),
        declared_by_id=by.person_id,
    )
    session.add(suspension)
    session.flush()
    return suspension


def _lock_lessons(session: Session, scope: Scope) -> list[int]:
    """Lessons before their classes, as everywhere, each in the order of its id."""
    ids = _in_place(scope).with_only_columns(Lesson.id, Lesson.class_id).order_by(Lesson.id)
    rows = session.execute(ids.with_for_update(of=Lesson, key_share=True)).all()
    class_ids = sorted({class_id for _lesson_id, class_id in rows})
    locked = select(CourseClass.id).where(CourseClass.id.in_(class_ids)).order_by(CourseClass.id)
    session.execute(locked.with_for_update(key_share=True)).all()
    return [lesson_id for lesson_id, _class_id in rows]


def reason_of(suspension: Suspension) -> str:
    """Why, as lessons keep it: in the language of the country, since who reads it is not known yet."""
    with force_locale(DEFAULT_LANGUAGE):
        why = str(SUSPENSION_LABELS[suspension.kind])
    return f"{why}：{suspension.note}"[:200] if suspension.note else why


def _cancel(session: Session, suspension: Suspension, lesson_ids: Collection[int], by: Viewer) -> None:
    values = {"cancelled_at": clock.now(), "cancelled_by_id": by.person_id, "cancel_reason": reason_of(suspension)}
    gone = update(Lesson).where(Lesson.id.in_(lesson_ids)).values(values | {"suspension_id": suspension.id})
    session.execute(gone, execution_options={"synchronize_session": False})
    session.execute(delete(Occupancy).where(Occupancy.lesson_id.in_(lesson_ids)))
    session.expire_all()
    _keep_spans(session, lesson_ids)


def _keep_spans(session: Session, lesson_ids: Collection[int]) -> None:
    """First and last lesson of every class concerned, in two statements."""
    classes = select(Lesson.class_id).where(Lesson.id.in_(lesson_ids))
    spans = session.execute(
        select(Lesson.class_id, func.min(Lesson.starts_at), func.max(Lesson.starts_at))
        .where(Lesson.class_id.in_(classes), Lesson.cancelled_at.is_(None))
        .group_by(Lesson.class_id)
    ).all()
    rows = [{"id": key, "first_lesson_at": first, "last_lesson_at": last} for key, first, last in spans]
    if rows:
        session.execute(update(CourseClass), rows)


def end_suspension(session: Session, suspension: Suspension, *, by: Viewer) -> list[int]:
    """Let a suspension end before its time; lessons that had not begun yet are held where all are still free.

    Returns the lessons that are. The others stay cancelled, and may be made up.
    """
    session.refresh(suspension, with_for_update={"key_share": False})
    if suspension.ended_at is not None or suspension.to_on < clock.today():
        raise DomainError("suspension_over", _l("This suspension is over already."))
    suspension.ended_at = clock.now()
    lessons = session.scalars(
        lessons_of(suspension).where(Lesson.starts_at > clock.now(), Lesson.cancelled_at.is_not(None))
    ).all()
    resumed = _hold_again(session, lessons)
    record(session, "suspension.ended", suspension, by=by, lessons=len(resumed))
    session.flush()
    if resumed:
        events.lessons_resumed.send(session, suspension=suspension, lesson_ids=resumed)
        _keep_spans(session, resumed)
    return resumed


def _hold_again(session: Session, lessons: Sequence[Lesson]) -> list[int]:
    """Those of these cancelled lessons whose room and teachers are still free stand again, and take them."""
    if not lessons:
        return []
    facts = read_facts(
        session, lessons, *span_of([Meeting(each.starts_at, each.ends_at) for each in lessons]), with_taken=True
    )
    resumed = []
    for lesson in lessons:
        meeting = Meeting(lesson.starts_at, lesson.ends_at)
        if lesson.course_class.cancelled_at is None and constraints_of(lesson, facts).conflict(meeting) is None:
            lesson.cancelled_at = lesson.cancelled_by_id = lesson.suspension_id = None
            lesson.cancel_reason = ""
            take_again(session, lesson, facts)
            resumed.append(lesson.id)
    return resumed


def take_again(session: Session, lesson: Lesson, facts: Facts) -> None:
    """A lesson that stands again takes its room, teacher and helpers; refused where somebody was faster."""
    slot = slot_of_lesson(lesson, helper_ids=facts.helpers.get(lesson.class_id, ()))
    try:
        with session.begin_nested():
            session.execute(insert(Occupancy), occupancy_rows(slot, [lesson.id]))
    except IntegrityError as error:
        raise DomainError("taken_just_now", TAKEN_JUST_NOW) from error
