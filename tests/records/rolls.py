"""What the tests of records do again and again."""

from uuid import uuid4

from senior_univ.attendance.models import Attendance, AttendanceEntry, How, Kind
from senior_univ.core import clock


def enter(session, lesson, person, kind=Kind.PRESENT):
    """What stands about somebody in a lesson, with the entry behind it."""
    by_id = lesson.teacher.person_id
    row = {"lesson_id": lesson.id, "person_id": person.id, "kind": kind, "how": How.TAP, "entered_by_id": by_id}
    times = {"entered_at": clock.now(), "received_at": clock.now()}
    session.add(AttendanceEntry(client_id=str(uuid4()), **row, **times))
    session.add(Attendance(**row, **times))
    session.flush()
