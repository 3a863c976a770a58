"""Who was in the demo's past lessons, how it was entered, and what went wrong once."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from random import Random
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy.orm import Session

from senior_univ.attendance.models import Attendance, AttendanceEntry, How, Incident, IncidentKind, Kind, Participation
from senior_univ.demo.classes import DemoClass, Timetable
from senior_univ.demo.rows import Progress, write_chunks
from senior_univ.enrolment.models import Seat
from senior_univ.teaching.models import Teacher
from senior_univ.timetable.models import CourseClass

KINDS = (Kind.PRESENT,) * 17 + (Kind.LATE, Kind.LEAVE, Kind.ABSENT)
LEVELS = (Participation.ACTIVE, Participation.ACTIVE, Participation.PASSIVE)
HOWS = (How.TAP, How.ALL_HERE, How.CARD, How.OFFLINE)
NEGLECTED = range(0, 40, 13)
"""Of these classes one roll was entered days later, all in one go."""


class Held(NamedTuple):
    """A lesson that was held, and how its roll came in."""

    lesson_id: int
    starts_at: datetime
    entered_at: datetime
    how: How
    is_late: bool


class Rolls:
    """The rolls of all past lessons; what is said of each is the same every time it is asked for."""

    def __init__(self, timetable: Timetable) -> None:
        rows = timetable.rows.rows
        person_of = {row["id"]: row["person_id"] for row in rows[Teacher]}
        self.timetable = timetable
        self.teacher_of = {row["id"]: person_of[row["teacher_id"]] for row in rows[CourseClass]}
        self.joined = {(seat["class_id"], seat["person_id"]): seat["taken_at"] for seat in rows[Seat]}
        self.held = {each.id: self._held(number, each) for number, each in enumerate(timetable.classes)}

    def _held(self, number: int, each: DemoClass) -> list[Held]:
        past = [lesson for lesson in each.lessons if lesson[2] < self.timetable.now]
        held = []
        for turn, (lesson_id, starts_at, ends_at) in enumerate(past):
            late_at = ends_at + timedelta(days=4, hours=2)
            is_late = number in NEGLECTED and turn == len(past) - 2 and late_at < self.timetable.now
            how = How.LATE_BULK if is_late else HOWS[(number + turn) % len(HOWS)]
            held.append(
                Held(lesson_id, starts_at, late_at if is_late else starts_at + timedelta(minutes=8), how, is_late)
            )
        return held

    def entries(self) -> Iterator[dict[str, Any]]:
        """An entry for everybody in every lesson that was held since she joined."""
        rng = Random(len(self.joined))  # noqa: S311  # the same demo every time is what is wanted
        number = 0
        for person_id, each in self.timetable.seated:
            joined, teacher_id = self.joined[each.id, person_id], self.teacher_of[each.id]
            for lesson in self.held[each.id]:
                if lesson.starts_at < joined:
                    continue
                number += 1
                kind = rng.choice(KINDS)
                level = rng.choice(LEVELS) if each.home_id and kind in (Kind.PRESENT, Kind.LATE) else None
                yield {
                    "client_id": str(UUID(int=number)), "lesson_id": lesson.lesson_id, "person_id": person_id,
                    "kind": kind, "participation": level, "how": lesson.how, "entered_at": lesson.entered_at,
                    "received_at": lesson.entered_at, "entered_by_id": teacher_id,
                }  # fmt: skip

    def standings(self) -> Iterator[dict[str, Any]]:
        """What stands after these entries."""
        late = {lesson.lesson_id for lessons in self.held.values() for lesson in lessons if lesson.is_late}
        for entry in self.entries():
            row = {name: value for name, value in entry.items() if name != "client_id"}
            yield row | {"is_late": entry["lesson_id"] in late, "changes": 1}

    def went_wrong(self) -> Iterator[dict[str, Any]]:
        """Somebody felt unwell in the first class's last lesson."""
        first = next((entry for entry in self.entries() if entry["kind"] is Kind.PRESENT), None)
        if first is not None:
            happened_at = first["entered_at"] + timedelta(minutes=20)
            yield {
                "client_id": str(UUID(int=1)), "lesson_id": first["lesson_id"], "person_id": first["person_id"],
                "kind": IncidentKind.UNWELL, "note": "头晕，坐下休息、喝了水，十分钟后好转，女儿来接回家。",
                "happened_at": happened_at, "written_at": happened_at, "written_by_id": first["entered_by_id"],
            }  # fmt: skip


def write_rolls(session: Session, rolls: Rolls, progress: Progress) -> None:
    """Write the rolls, a few thousand rows at a time."""
    write_chunks(session, AttendanceEntry, rolls.entries(), progress)
    write_chunks(session, Attendance, rolls.standings(), progress)
    write_chunks(session, Incident, rolls.went_wrong(), progress)
