"""Calling the roll: taps that are kept, one by one or all at once, by however many people and devices."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from uuid import uuid4

from flask_babel import lazy_gettext as _l
from sqlalchemy import select
from sqlalchemy.orm import Session

from senior_univ.attendance import absences, queries, uncalled
from senior_univ.attendance.models import Attendance, AttendanceEntry, How, Kind, Participation
from senior_univ.attendance.standing import BULK_FROM, Standing, is_late, latest, standing_of
from senior_univ.audit import actions as audit
from senior_univ.core import clock
from senior_univ.core.access import Viewer
from senior_univ.core.errors import DomainError
from senior_univ.core.upserts import insert_into
from senior_univ.timetable.models import Lesson

SHORTEST = timedelta(milliseconds=1)


@dataclass(frozen=True)
class Tap:
    """Something said about one person. ``entered_at`` None: now, after everything that is known of her."""

    person_id: int
    kind: Kind | None = None
    participation: Participation | None = None
    how: How = How.TAP
    entered_at: datetime | None = None
    client_id: str = ""


def enter(session: Session, lesson: Lesson, taps: Sequence[Tap], *, by: Viewer) -> int:
    """Keep these taps and let stand what follows from all that were ever made; returns how many were new.

    The same tap again changes nothing. Two people at once wait for each other at the lesson's row, so that neither
    overlooks what the other tapped. Taps about people who are not in the class are left out. Refuses with DomainError:
    lesson_cancelled, not_yet.
    """
    refuse_untimely(lesson)
    session.execute(select(Lesson.id).where(Lesson.id == lesson.id).with_for_update(key_share=True))
    asked = {tap.person_id for tap in taps}
    seated = queries.seated(session, lesson, asked)
    before = queries.entries_of(session, lesson.id, asked)
    rows = [_row_of(lesson, tap, before[tap.person_id], by.person_id) for tap in taps if tap.person_id in seated]
    written = _keep(session, lesson, rows)
    stands = _settle(session, lesson, {entry.person_id for entry in written})
    if written:
        about, day = lesson.course_class.course.title, clock.local(lesson.starts_at).date().isoformat()
        audit.record(session, "attendance.entered", lesson, by=by, count=len(written), about=about, day=day)
    absences.follow(session, lesson, {person_id: each.kind for person_id, each in stands.items()}, by.person_id)
    uncalled.close(session, lesson)
    return len(written)


def refuse_untimely(lesson: Lesson) -> None:
    """No roll is called in a lesson that was cancelled, or before its day."""
    if lesson.cancelled_at is not None:
        raise DomainError("lesson_cancelled", _l("This lesson is cancelled; nobody has to come."))
    if clock.local(lesson.starts_at).date() > clock.today():
        raise DomainError("not_yet", _l("The roll of this lesson can be called on its day."))


def _row_of(lesson: Lesson, tap: Tap, before: Sequence[AttendanceEntry], by_id: int) -> dict[str, object]:
    now = clock.now()
    last = latest(before)
    after_all = max(now, last.entered_at + SHORTEST) if last else now
    return asdict(tap) | {
        "lesson_id": lesson.id,
        "client_id": tap.client_id or str(uuid4()),
        "entered_at": tap.entered_at or after_all,
        "received_at": now,
        "entered_by_id": by_id,
    }


def _keep(session: Session, lesson: Lesson, rows: list[dict[str, object]]) -> Sequence[AttendanceEntry]:
    """The entries that were not there yet."""
    if not rows:
        return ()
    if len(rows) >= BULK_FROM and is_late(clock.now(), lesson.ends_at):
        rows = [row | {"how": How.LATE_BULK} if row["how"] is not How.OFFLINE else row for row in rows]
    insert = insert_into(session, AttendanceEntry).on_conflict_do_nothing(index_elements=["client_id"])
    return session.scalars(insert.returning(AttendanceEntry), rows).all()


def _settle(session: Session, lesson: Lesson, person_ids: set[int]) -> dict[int, Standing]:
    """Write what stands for these people now."""
    entries = queries.entries_of(session, lesson.id, person_ids)
    found = {person_id: standing_of(entries[person_id], lesson.ends_at) for person_id in person_ids}
    stands = {person_id: standing for person_id, standing in found.items() if standing}
    if stands:
        insert = insert_into(session, Attendance)
        changed = {name: insert.excluded[name] for name in Standing.__dataclass_fields__}
        rows = [{"lesson_id": lesson.id, "person_id": key} | asdict(each) for key, each in stands.items()]
        session.execute(insert.on_conflict_do_update(index_elements=["lesson_id", "person_id"], set_=changed), rows)
    return stands


def all_here(session: Session, lesson: Lesson, *, by: Viewer) -> int:
    """全到: everybody of whom nothing is entered yet is here, but for those on leave; returns how many were entered."""
    missing = [line for line in queries.roll(session, lesson) if line.attendance is None]
    taps = [
        Tap(line.person.id, Kind.LEAVE if line.leave else Kind.PRESENT, how=How.ALL_HERE, client_id=str(uuid4()))
        for line in missing
    ]
    return enter(session, lesson, taps, by=by)
