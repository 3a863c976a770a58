"""Adding, changing and retiring teachers, and their weekly times."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, time

from flask_babel import lazy_gettext as _l
from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from senior_univ.accounts.actions import belong, stop_belonging
from senior_univ.accounts.models import BelongingReason, Person
from senior_univ.audit.actions import record
from senior_univ.catalogue.models import Subject
from senior_univ.core import clock
from senior_univ.core.access import Viewer
from senior_univ.core.errors import DomainError
from senior_univ.core.words import weekday_words
from senior_univ.network.models import Organisation
from senior_univ.teaching.events import teacher_retiring
from senior_univ.teaching.models import Availability, Teacher, TeacherKind


@dataclass(frozen=True, kw_only=True)
class TeacherDetails:
    """What is written about a teacher; ``has_promised`` to sell nothing and take no money."""

    kind: TeacherKind
    subject_ids: tuple[int, ...]
    hours_a_week: int = 20
    has_promised: bool = False
    check_expires_on: date | None = None


def add_teacher(
    session: Session, person: Person, organisation: Organisation, details: TeacherDetails, *, by: Viewer
) -> Teacher:
    """Register a person as a teacher, whom the organisation may see from now on.

    DomainError ``already_teacher``, ``organisation_closed``, ``no_subject`` or ``hours_out_of_range``.
    """
    known = session.scalar(
        select(Teacher).where(Teacher.person_id == person.id).options(joinedload(Teacher.organisation))
    )
    if known is not None:
        words = _l("%(name)s is a teacher of %(place)s already.", name=person.name, place=known.organisation.name)
        raise DomainError("already_teacher", words)
    if organisation.closed_on is not None:
        words = _l("%(name)s is closed.", name=organisation.name)
        raise DomainError("organisation_closed", words, field="organisation_id")
    teacher = Teacher(person_id=person.id, organisation_id=organisation.id)
    _write(session, teacher, details)
    session.add(teacher)
    belong(session, person.id, organisation.id, BelongingReason.STAFF)
    record(session, "teacher.added", teacher, by=by, on_behalf_of=person.id)
    return teacher


def change_teacher(session: Session, teacher: Teacher, details: TeacherDetails, *, by: Viewer) -> Teacher:
    """Write ``details`` over a teacher; DomainError ``no_subject`` or ``hours_out_of_range``."""
    _write(session, teacher, details)
    record(session, "teacher.changed", teacher, by=by, on_behalf_of=teacher.person_id)
    return teacher


def retire_teacher(session: Session, teacher: Teacher, *, by: Viewer) -> Teacher:
    """From today she is given no class any more."""
    teacher_retiring.send(session, teacher=teacher)
    teacher.retired_on = clock.today()
    stop_belonging(session, teacher.person_id, teacher.organisation_id, BelongingReason.STAFF)
    record(session, "teacher.retired", teacher, by=by, on_behalf_of=teacher.person_id)
    return teacher


def bring_back_teacher(session: Session, teacher: Teacher, *, by: Viewer) -> Teacher:
    """She teaches again."""
    teacher.retired_on = None
    belong(session, teacher.person_id, teacher.organisation_id, BelongingReason.STAFF)
    record(session, "teacher.brought_back", teacher, by=by, on_behalf_of=teacher.person_id)
    return teacher


def add_availability(
    session: Session, teacher: Teacher, weekdays: Iterable[int], starts: time, ends: time, *, by: Viewer
) -> list[Availability]:
    """She can teach at that time on weekdays (0 is Monday); DomainError ``end_before_start`` or ``times_overlap``."""
    if starts >= ends:
        raise DomainError("end_before_start", _l("The end must be after the beginning."), field="ends")
    standing = list(session.scalars(select(Availability).where(Availability.teacher_id == teacher.id)))
    added = []
    for weekday in sorted(set(weekdays)):
        if any(each.weekday == weekday and each.starts < ends and starts < each.ends for each in standing):
            words = _l("%(weekday)s: there is a time that overlaps already.", weekday=weekday_words(weekday))
            raise DomainError("times_overlap", words, field="weekdays")
        added.append(Availability(teacher_id=teacher.id, weekday=weekday, starts=starts, ends=ends))
    session.add_all(added)
    record(session, "teacher.times_added", teacher, by=by, on_behalf_of=teacher.person_id)
    return added


def remove_availability(session: Session, teacher: Teacher, slot: Availability, *, by: Viewer) -> Availability:
    """Take one of her times away."""
    session.delete(slot)
    record(session, "teacher.times_removed", teacher, by=by, on_behalf_of=teacher.person_id)
    return slot


def _write(session: Session, teacher: Teacher, details: TeacherDetails) -> None:
    if not 1 <= details.hours_a_week <= 60:
        words = _l("Please give from 1 to 60 hours a week.")
        raise DomainError("hours_out_of_range", words, field="hours_a_week")
    subjects = list(session.scalars(select(Subject).where(Subject.id.in_(details.subject_ids)).order_by(Subject.id)))
    if not subjects:
        raise DomainError("no_subject", _l("Please choose at least one subject."), field="subject_ids")
    teacher.kind, teacher.hours_a_week = details.kind, details.hours_a_week
    teacher.check_expires_on, teacher.subjects = details.check_expires_on, subjects
    teacher.promised_at = (teacher.promised_at or clock.now()) if details.has_promised else None
