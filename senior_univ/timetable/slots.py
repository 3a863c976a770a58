"""What is asked of the timetable (a slot), and what may stand against it (a conflict of some kind). Pure."""

import enum
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from senior_univ.network.models import Room
from senior_univ.teaching.models import Teacher
from senior_univ.timetable.models import CourseClass, Delivery, Holder, Lesson
from senior_univ.timetable.rules import Meeting, Plan


class Kind(enum.Enum):
    """How heavily something stands against a meeting."""

    NEVER = "never"
    OVERRIDABLE = "overridable"
    WARNING = "warning"


KINDS = {
    "room_of_another": Kind.NEVER,
    "teacher_retired": Kind.NEVER,
    "no_promise": Kind.NEVER,
    "check_expired": Kind.NEVER,
    "room_taken": Kind.NEVER,
    "teacher_taken": Kind.NEVER,
    "quarantine": Kind.NEVER,
    "holiday": Kind.OVERRIDABLE,
    "venue_closed": Kind.OVERRIDABLE,
    "teacher_away": Kind.OVERRIDABLE,
    "care_day": Kind.OVERRIDABLE,
    "travel": Kind.OVERRIDABLE,
    "hours_exceeded": Kind.OVERRIDABLE,
    "learner_taken": Kind.WARNING,
    "special_day": Kind.WARNING,
    "after_dark": Kind.WARNING,
    "far": Kind.WARNING,
    "check_ends": Kind.WARNING,
}
"""Of every code of a conflict. A learner's other lesson is never overridden where she enrols, and warns where it moves."""


@dataclass(frozen=True)
class Slot:
    """A room and a teacher for some meetings. The lesson, or all those of the class, being moved are in nobody's way.

    ``helper_ids`` are the class's other teachers. What is in ``overrides`` (codes) has been overridden for it.
    """

    room: Room
    teacher: Teacher
    meetings: Sequence[Meeting]
    home_id: int | None = None
    lesson_id: int | None = None
    class_id: int | None = None
    unit_id: int | None = None
    is_online: bool = False
    helper_ids: Sequence[int] = ()
    overrides: frozenset[str] = frozenset()

    @property
    def owner_id(self) -> int:
        """Whose class it is: a teacher is given classes of her own organisation only."""
        return self.teacher.organisation_id

    @property
    def is_borrowed(self) -> bool:
        """Whether the room is neither the class's organisation's nor the home's for which it is."""
        return self.room.venue.organisation_id not in (self.owner_id, self.home_id)


class Conflict(NamedTuple):
    """What stands against a meeting: ``code`` as of the refusal, ``cause`` the holiday, care block or occupancy."""

    code: str
    field: str
    meeting: Meeting
    cause: Any = None

    @property
    def kind(self) -> Kind:
        """Whether it refuses for good, may be overridden, or only warns."""
        return KINDS[self.code]


class Taken(NamedTuple):
    """A room or teacher is taken by a lesson, or a room by a booking; ``venue_id`` is where the lesson is."""

    holder: Holder
    holder_id: int
    starts_at: datetime
    ends_at: datetime
    lesson_id: int | None
    booking_id: int | None
    venue_id: int | None


class Way(NamedTuple):
    """The teacher's way between the slot's venue and a lesson before or after it, and the minutes that it takes."""

    taken: Taken
    minutes: int


def slot_of_plan(plan: Plan, meetings: Sequence[Meeting]) -> Slot:
    """A planned class's room and teacher for these meetings."""
    return Slot(
        plan.room,
        plan.teacher,
        meetings,
        home_id=plan.home_id,
        unit_id=plan.unit_id,
        is_online=plan.delivery is Delivery.ONLINE,
    )


def slot_of_class(course_class: CourseClass, meetings: Sequence[Meeting], helper_ids: Sequence[int] = ()) -> Slot:
    """A class's own room and teacher for other meetings of all its lessons."""
    return Slot(
        course_class.room,
        course_class.teacher,
        meetings,
        home_id=course_class.home_id,
        class_id=course_class.id,
        unit_id=course_class.unit_id,
        is_online=course_class.delivery is Delivery.ONLINE,
        helper_ids=helper_ids,
    )


def slot_of_lesson(
    lesson: Lesson,
    meeting: Meeting | None = None,
    room: Room | None = None,
    teacher: Teacher | None = None,
    *,
    helper_ids: Sequence[int] = (),
    overrides: frozenset[str] = frozenset(),
) -> Slot:
    """A lesson where it is, or at another time, in another room or with another teacher."""
    course_class = lesson.course_class
    return Slot(
        room or lesson.room,
        teacher or lesson.teacher,
        [meeting or Meeting(lesson.starts_at, lesson.ends_at)],
        home_id=course_class.home_id,
        lesson_id=lesson.id,
        unit_id=course_class.unit_id,
        is_online=lesson.way is Delivery.ONLINE,
        helper_ids=helper_ids,
        overrides=overrides,
    )
