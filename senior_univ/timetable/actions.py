"""Opening classes, moving and cancelling lessons. Each refuses in words, writes an audit entry and raises its event."""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Any

from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString
from sqlalchemy import delete, insert, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from senior_univ.audit.actions import record
from senior_univ.core import clock
from senior_univ.core.access import Viewer
from senior_univ.core.errors import DomainError
from senior_univ.network.models import Room
from senior_univ.teaching.models import Teacher
from senior_univ.timetable import borrowed, checks, events, overrides, queries, rules
from senior_univ.timetable.conflicts import find_all, find_conflicts, helpers_of, slot_of
from senior_univ.timetable.models import CourseClass, Holder, Lesson, Occupancy
from senior_univ.timetable.refusals import TAKEN_JUST_NOW, free_words, refuse_conflicts
from senior_univ.timetable.rules import Meeting, Plan
from senior_univ.timetable.slots import Conflict, Slot, slot_of_lesson

__all__ = [
    "Plan",
    "cancel_class",
    "cancel_lesson",
    "examine_move",
    "examine_plan",
    "move_lesson",
    "open_class",
    "refuse_impossible",
]

LESSON_STATE = ("starts_at", "ends_at", "room_id", "teacher_id", "moved_from", "cancelled_at")
CLASS_STATE = ("first_lesson_at", "last_lesson_at", "cancelled_at")


def examine_plan(session: Session, plan: Plan, *, override: str = "", by: Viewer) -> tuple[Slot, list[Conflict]]:
    """The meetings that ``plan`` makes, and what stands against them that ``override`` (a reason) lets by.

    DomainError where the plan cannot be, or its room or teacher is taken, closed or away at any of its lessons. Writes
    nothing: the form asks this while it is filled.
    """
    owner_id = plan.course.organisation_id
    checks.check_plan(plan)
    checks.check_room(plan.room)
    slot = slot_of(session, plan)
    _check_meetings(slot.meetings)
    days = [clock.local(meeting.starts_at).date() for meeting in slot.meetings]
    checks.check_teacher(plan.teacher, owner_id, days[0], days[-1])
    found = find_all(session, slot)
    if refused := overrides.refusing(session, found, slot, override, by):
        raise refuse_conflicts(session, slot, refused, by, free_words(session, plan))
    return slot, found


def open_class(session: Session, plan: Plan, *, override: str = "", by: Viewer) -> CourseClass:
    """Open the class that ``plan`` describes, with its dated lessons; holidays are skipped.

    DomainError as of :func:`examine_plan`; what is overridden with a reason stays on record with it.
    """
    lock(session, plan.room, plan.teacher)
    slot, overridden = examine_plan(session, plan, override=override, by=by)
    opened = _class_of(plan, slot.meetings)
    session.add(opened)
    session.flush()  # its id is needed by the lessons, which are inserted in bulk
    guarded(session, lambda: _insert_lessons(session, opened, slot), slot, by, free=lambda: free_words(session, plan))
    record(session, "class.opened", opened, by=by, lessons=len(slot.meetings))
    if overridden:
        at = {Meeting(lesson.starts_at, lesson.ends_at): lesson.id for lesson in opened.lessons}
        overrides.keep_overrides(session, opened, [(at[each.meeting], each.code) for each in overridden], override, by)
    events.class_opened.send(session, course_class=opened)
    return opened


def planned_meetings(session: Session, plan: Plan) -> Sequence[Meeting]:
    """When the lessons of a plan would be."""
    return slot_of(session, plan).meetings


def refuse_impossible(session: Session, plans: Sequence[Plan], *, by: Viewer) -> None:
    """Refuse where no one of several plans (other rooms, say) is free, in the words of the one that comes nearest.

    Opens nothing. A plan without any lesson left in its term stands for itself; so does no plan at all.
    """
    refused = []
    for plan in plans:
        slot = slot_of(session, plan)
        conflicts = find_conflicts(session, slot) if slot.meetings else []
        if not conflicts:
            return
        refused.append((plan, slot, conflicts))
    if refused:
        plan, slot, conflicts = min(refused, key=lambda each: len(each[2]))
        raise refuse_conflicts(session, slot, conflicts, by, free_words(session, plan))


def lock(session: Session, room: Room, teacher: Teacher) -> None:
    """Make whoever wants this room or teacher wait for us: in one order, so that two never wait for each other."""
    session.refresh(room, with_for_update={"key_share": True}, attribute_names=["closed_at"])
    session.refresh(teacher, with_for_update={"key_share": True}, attribute_names=["retired_on"])


def _check_meetings(meetings: Sequence[Meeting]) -> None:
    if not meetings:
        raise DomainError(
            "no_lessons",
            _l("From that day until the term's end there is no such weekday that is not a holiday."),
            field="weekday",
        )
    if meetings[0].starts_at <= clock.now():
        raise DomainError("in_the_past", _l("The first lesson would have begun already."), field="from_on")


def _class_of(plan: Plan, meetings: Sequence[Meeting]) -> CourseClass:
    return CourseClass(
        course=plan.course,
        term=plan.term,
        organisation_id=plan.course.organisation_id,
        teacher=plan.teacher,
        room=plan.room,
        home_id=plan.home_id,
        unit_id=plan.unit_id,
        delivery=plan.delivery,
        join_url=plan.join_url,
        region_code=plan.room.venue.region_code,
        weekday=plan.weekday,
        starts=plan.starts,
        minutes=plan.minutes,
        every_weeks=plan.every_weeks,
        zone=clock.zone().key,
        capacity=plan.capacity,
        wheelchair_places=plan.wheelchair_places,
        seats_taken=0,
        wheelchairs_taken=0,
        admission=plan.admission,
        least_learners=plan.least_learners,
        decide_on=plan.decide_on,
        material_costs=plan.material_costs,
        copied_from_id=plan.copied_from_id,
        first_lesson_at=meetings[0].starts_at,
        last_lesson_at=meetings[-1].starts_at,
        lessons_planned=len(meetings),
        opened_at=clock.now(),
    )


def _insert_lessons(session: Session, opened: CourseClass, slot: Slot) -> None:
    meetings = slot.meetings
    borrowed.take_over(session, slot)
    rows = [
        {
            "class_id": opened.id,
            "number": number,
            "starts_at": meeting.starts_at,
            "ends_at": meeting.ends_at,
            "room_id": opened.room_id,
            "teacher_id": opened.teacher_id,
        }
        for number, meeting in enumerate(meetings, 1)
    ]
    ids = session.scalars(insert(Lesson).returning(Lesson.id, sort_by_parameter_order=True), rows).all()
    session.execute(insert(Occupancy), occupancy_rows(slot, ids))


def guarded(
    session: Session, write: Callable[[], None], slot: Slot, by: Viewer, free: Callable[[], LazyString]
) -> None:
    """Write occupancy; where the database refuses an overlap that was not there a moment ago, say so in words."""
    try:
        with session.begin_nested():
            write()
    except IntegrityError as error:
        if "occupancy_overlap" not in str(error.orig):
            raise
        if conflicts := find_conflicts(session, slot):
            raise refuse_conflicts(session, slot, conflicts, by, free()) from error
        raise DomainError("taken_just_now", TAKEN_JUST_NOW, suggestions=[free()]) from error


def examine_move(
    session: Session,
    lesson: Lesson,
    *,
    starts_at: datetime | None = None,
    room: Room | None = None,
    teacher: Teacher | None = None,
    override: str = "",
    by: Viewer,
) -> tuple[Slot, list[Conflict]]:
    """Where a lesson would be, and what stands against it that ``override`` lets by. Refuses as a move; writes nothing."""
    start, to_room, to_teacher = starts_at or lesson.starts_at, room or lesson.room, teacher or lesson.teacher
    meeting = Meeting(start, start + (lesson.ends_at - lesson.starts_at))
    _check_move(lesson, meeting, to_room, to_teacher)
    slot = slot_of_lesson(lesson, meeting, to_room, to_teacher, helper_ids=helpers_of(session, lesson.class_id))
    found = find_all(session, slot)
    if refused := overrides.refusing(session, found, slot, override, by):
        raise refuse_conflicts(session, slot, refused, by, free_words(session, slot))
    return slot, found


def move_lesson(
    session: Session,
    lesson: Lesson,
    *,
    starts_at: datetime | None = None,
    room: Room | None = None,
    teacher: Teacher | None = None,
    override: str = "",
    by: Viewer,
    seen: str | None = None,
) -> Lesson:
    """Hold a lesson at another time, in another room or with another teacher, for once; None leaves it as it is.

    ``override`` is the reason for which what may be overridden is. ``seen`` is ``rules.version_of`` the lesson as it
    was shown: where it has changed since, the move is refused.
    """
    lock_lesson(session, lesson, seen)
    lock(session, room or lesson.room, teacher or lesson.teacher)
    slot, overridden = examine_move(
        session, lesson, starts_at=starts_at, room=room, teacher=teacher, override=override, by=by
    )
    guarded(session, lambda: move_occupancy(session, [lesson], slot), slot, by, free=lambda: free_words(session, slot))
    old_starts_at, old_room_id, old_teacher_id = lesson.starts_at, lesson.room_id, lesson.teacher_id
    put(lesson, slot, slot.meetings[0])
    overrides.forget_overrides(session, [lesson.id])
    record(session, "lesson.moved", lesson, by=by, was=old_starts_at.isoformat(), becomes=lesson.starts_at.isoformat())
    overrides.keep_overrides(session, lesson, [(lesson.id, each.code) for each in overridden], override, by)
    events.lesson_moved.send(
        session, lesson=lesson, old_starts_at=old_starts_at, old_room_id=old_room_id, old_teacher_id=old_teacher_id
    )
    keep_span(session, lesson.course_class)
    return lesson


def lock_lesson(session: Session, lesson: Lesson, seen: str | None) -> None:
    """Wait for whoever is changing this lesson, then refuse where it is not what was seen."""
    session.refresh(lesson, LESSON_STATE, with_for_update={"key_share": True})
    session.expire(lesson, ["room", "teacher"])
    if lesson.cancelled_at is not None:
        raise DomainError("lesson_cancelled", _l("This lesson has been cancelled meanwhile."))
    if seen is not None and seen != rules.version_of(lesson):
        raise DomainError(
            "changed_meanwhile",
            _l("Somebody else has changed this lesson meanwhile. It is shown below as it is now; please look again."),
        )


def _check_move(lesson: Lesson, meeting: Meeting, room: Room, teacher: Teacher) -> None:
    course_class, day = lesson.course_class, clock.local(meeting.starts_at).date()
    if lesson.starts_at <= clock.now():
        raise DomainError("lesson_begun", _l("This lesson has begun already; it can no longer be moved."))
    if (meeting.starts_at, room.id, teacher.id) == (lesson.starts_at, lesson.room_id, lesson.teacher_id):
        raise DomainError("nothing_changed", _l("Nothing is different from before."), field="day")
    if meeting.starts_at <= clock.now():
        raise DomainError("in_the_past", _l("That time has passed already."), field="day")
    if clock.local(meeting.ends_at).date() != day:
        raise DomainError("past_midnight", _l("A lesson must end on the day on which it begins."), field="starts")
    checks.check_room(room)
    checks.check_seats_fit(room, course_class)
    checks.check_teacher(teacher, course_class.organisation_id, day, day)


def move_occupancy(session: Session, lessons: Sequence[Lesson], slot: Slot) -> None:
    """Room and teachers are taken at the slot's meetings, one for each lesson in order, and free where they were."""
    lesson_ids = [lesson.id for lesson in lessons]
    held = (Occupancy.lesson_id.in_(lesson_ids), Occupancy.holder.in_((Holder.ROOM, Holder.TEACHER)))
    session.execute(delete(Occupancy).where(*held))
    borrowed.give_back(session, lessons)
    borrowed.take_over(session, slot)
    session.execute(insert(Occupancy), occupancy_rows(slot, lesson_ids))


def occupancy_rows(slot: Slot, lesson_ids: Sequence[int]) -> list[dict[str, Any]]:
    """The rows of a slot's room, teacher and helpers for its lessons, one for each meeting in order."""
    teachers = [(Holder.TEACHER, each) for each in (slot.teacher.id, *slot.helper_ids)]
    return [
        {"holder": holder, "holder_id": key, "starts_at": at.starts_at, "ends_at": at.ends_at, "lesson_id": lesson_id}
        for holder, key in ((Holder.ROOM, slot.room.id), *teachers)
        for lesson_id, at in zip(lesson_ids, slot.meetings, strict=True)
    ]


def put(lesson: Lesson, slot: Slot, meeting: Meeting) -> None:
    """Write the new time, room and teacher on the lesson; where it was first planned for stays on it."""
    if meeting.starts_at != lesson.starts_at:
        first = lesson.moved_from or lesson.starts_at
        lesson.moved_from = None if first == meeting.starts_at else first
    lesson.starts_at, lesson.ends_at = meeting
    lesson.room, lesson.teacher = slot.room, slot.teacher


def keep_span(session: Session, course_class: CourseClass) -> None:
    """Keep the class's first and last lesson. Last of all: it locks the class, and handlers lock people before classes."""
    session.flush()  # the lessons as they are now are asked for
    if span := queries.class_span(session, course_class.id):
        course_class.first_lesson_at, course_class.last_lesson_at = span


def cancel_lesson(
    session: Session, lesson: Lesson, *, reason: str, by: Viewer, seen: str | None = None, is_told: bool = True
) -> Lesson:
    """Let one lesson fall away; room, teacher and learners are free then. ``seen`` as for a move.

    ``is_told`` False: its learners hear of it by what it is a part of.
    """
    lock_lesson(session, lesson, seen)
    _check_reason(reason)
    if lesson.ends_at <= clock.now():
        raise DomainError("lesson_over", _l("This lesson is over; it can no longer be cancelled."))
    lesson.cancelled_at, lesson.cancelled_by_id, lesson.cancel_reason = clock.now(), by.person_id, reason
    session.execute(delete(Occupancy).where(Occupancy.lesson_id == lesson.id))
    borrowed.give_back(session, [lesson])
    record(session, "lesson.cancelled", lesson, by=by, reason=reason)
    events.lesson_cancelled.send(session, lesson=lesson, is_told=is_told)
    keep_span(session, lesson.course_class)
    return lesson


def _check_reason(reason: str) -> None:
    if not reason.strip():
        raise DomainError("no_reason", _l("Please say why, in a few words; learners read it."), field="reason")


def lock_with_lessons(session: Session, course_class: CourseClass) -> None:
    """Lessons before their class, as in a move, so that the two never wait for each other."""
    lessons = select(Lesson.id).where(Lesson.class_id == course_class.id).order_by(Lesson.id)
    session.execute(lessons.with_for_update(key_share=True)).all()
    session.refresh(course_class, CLASS_STATE, with_for_update={"key_share": True})


def cancel_class(session: Session, course_class: CourseClass, *, reason: str, by: Viewer) -> CourseClass:
    """End a class before its time: every lesson that is not over falls away. What has been stays as it was."""
    lock_with_lessons(session, course_class)
    _check_reason(reason)
    if course_class.cancelled_at is not None:
        raise DomainError("class_cancelled", _l("This class has been cancelled already."))
    now = clock.now()
    if course_class.last_lesson_at + timedelta(minutes=course_class.minutes) <= now:
        raise DomainError("class_over", _l("This class is over; it can no longer be cancelled."))
    coming = (Lesson.class_id == course_class.id, Lesson.ends_at > now, Lesson.cancelled_at.is_(None))
    ids = list(
        session.scalars(
            update(Lesson)
            .where(*coming)
            .values(cancelled_at=now, cancelled_by_id=by.person_id, cancel_reason=reason)
            .returning(Lesson.id)
        )
    )
    session.execute(delete(Occupancy).where(Occupancy.lesson_id.in_(ids)))
    borrowed.give_back(session, session.scalars(select(Lesson).where(Lesson.id.in_(ids))).all())
    course_class.cancelled_at = now
    session.flush()
    record(session, "class.cancelled", course_class, by=by, reason=reason, lessons=len(ids))
    events.class_cancelled.send(session, course_class=course_class)
    return course_class
