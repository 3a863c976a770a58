"""Co-teachers and assistants of a class: they are taken at every coming lesson, like its teacher."""

from collections.abc import Sequence
from datetime import timedelta

from flask_babel import lazy_gettext as _l
from sqlalchemy import delete, insert, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session, joinedload

from senior_univ.audit.actions import record
from senior_univ.core import clock
from senior_univ.core.access import Viewer
from senior_univ.core.errors import DomainError
from senior_univ.teaching.models import Teacher
from senior_univ.timetable import checks
from senior_univ.timetable.actions import lock, lock_with_lessons
from senior_univ.timetable.class_settings import coming_lessons, refuse_ended
from senior_univ.timetable.conflicts import find_conflicts
from senior_univ.timetable.models import Assistance, ClassAssistant, CourseClass, Holder, Occupancy
from senior_univ.timetable.refusals import TAKEN_JUST_NOW, refuse_conflicts
from senior_univ.timetable.rules import Meeting
from senior_univ.timetable.slots import Slot

MOST = 5


def helpers(session: Session, class_id: int) -> Sequence[ClassAssistant]:
    """Who helps in a class, co-teachers first."""
    wanted = select(ClassAssistant).where(ClassAssistant.class_id == class_id)
    loaded = joinedload(ClassAssistant.teacher).joinedload(Teacher.person)
    return session.scalars(wanted.order_by(ClassAssistant.what.desc(), ClassAssistant.teacher_id).options(loaded)).all()


def add_helper(
    session: Session, course_class: CourseClass, teacher: Teacher, what: Assistance, *, by: Viewer
) -> ClassAssistant:
    """Let a second teacher help in a class; refuses who is busy, away or not checked at any coming lesson."""
    lock_with_lessons(session, course_class)
    refuse_ended(course_class)
    there = helpers(session, course_class.id)
    if teacher.id in (course_class.teacher_id, *(each.teacher_id for each in there)):
        raise DomainError("already_there", _l("She teaches in this class already."), field="teacher")
    if len(there) >= MOST:
        raise DomainError("too_many", _l("A class has five helpers at most."), field="teacher")
    lock(session, course_class.room, teacher)
    lessons = coming_lessons(session, course_class)
    meetings = [Meeting(each.starts_at, each.ends_at) for each in lessons]
    if meetings:
        days = [clock.local(meetings[at].starts_at).date() for at in (0, -1)]
        checks.check_teacher(teacher, course_class.organisation_id, days[0], days[1] + timedelta())
        slot = Slot(course_class.room, teacher, meetings, class_id=course_class.id)
        conflicts = [each for each in find_conflicts(session, slot) if each.field == "teacher"]
        if conflicts:
            raise refuse_conflicts(session, slot, conflicts, by, _l("Please choose somebody else."))
    helper = ClassAssistant(class_id=course_class.id, teacher=teacher, what=what)
    session.add(helper)
    rows = [
        {"holder": Holder.TEACHER, "holder_id": teacher.id, "starts_at": at.starts_at, "ends_at": at.ends_at, "lesson_id": each.id}
        for each, at in zip(lessons, meetings, strict=True)
    ]  # fmt: skip
    _take(session, rows)
    record(session, "class.helper_added", course_class, by=by, teacher=teacher.id, what=what.value)
    return helper


def _take(session: Session, rows: list[dict[str, object]]) -> None:
    try:
        with session.begin_nested():
            if rows:
                session.execute(insert(Occupancy), rows)
    except IntegrityError as error:
        raise DomainError("taken_just_now", TAKEN_JUST_NOW, field="teacher") from error


def remove_helper(session: Session, course_class: CourseClass, teacher_id: int, *, by: Viewer) -> CourseClass:
    """Somebody no longer helps; she is free at the coming lessons. Twice changes nothing."""
    lock_with_lessons(session, course_class)
    key = (ClassAssistant.class_id == course_class.id, ClassAssistant.teacher_id == teacher_id)
    gone = session.scalars(delete(ClassAssistant).where(*key).returning(ClassAssistant.teacher_id)).all()
    ids = [lesson.id for lesson in coming_lessons(session, course_class) if lesson.teacher_id != teacher_id]
    held = (Occupancy.holder == Holder.TEACHER, Occupancy.holder_id == teacher_id, Occupancy.lesson_id.in_(ids))
    if gone:
        session.execute(delete(Occupancy).where(*held))
        record(session, "class.helper_removed", course_class, by=by, teacher=teacher_id)
    return course_class


def change_note(session: Session, course_class: CourseClass, note: str, *, by: Viewer) -> CourseClass:
    """Write what the class's teachers bring and should know: it stands on their day."""
    course_class.teacher_note = note
    record(session, "class.note_changed", course_class, by=by)
    return course_class
