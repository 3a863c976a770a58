"""Adding, changing and retiring teachers."""

from dataclasses import dataclass
from datetime import date

from flask_babel import lazy_gettext as _l
from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from senior_univ.accounts.actions import belong, give_role, stop_belonging, take_role
from senior_univ.accounts.models import BelongingReason, Person
from senior_univ.audit.actions import record
from senior_univ.catalogue.models import Subject
from senior_univ.core import clock
from senior_univ.core.access import Viewer
from senior_univ.core.errors import DomainError
from senior_univ.core.permissions import Role
from senior_univ.network.models import Organisation, TravelMode
from senior_univ.network.rules import Point
from senior_univ.teaching.events import teacher_checked, teacher_retiring
from senior_univ.teaching.models import Teacher, TeacherKind
from senior_univ.teaching.queries import post_of
from senior_univ.teaching.rules import keep_expiry_ahead, keep_teaching


@dataclass(frozen=True, kw_only=True)
class TeacherDetails:
    """What is written about a teacher; ``has_promised`` to sell nothing and take no money."""

    kind: TeacherKind
    hours_a_week: int = 20
    has_promised: bool = False
    check_expires_on: date | None = None


@dataclass(frozen=True, kw_only=True)
class HomeDetails:
    """Where a teacher starts from in the morning, and how she travels."""

    region_code: str | None
    point: Point | None
    travel_mode: TravelMode


def add_teacher(
    session: Session,
    person: Person,
    organisation: Organisation,
    details: TeacherDetails,
    *,
    subject_ids: tuple[int, ...],
    by: Viewer,
) -> Teacher:
    """Register a person as a teacher, whom the organisation may see from now on and who sees her own day.

    She starts from where she lives. DomainError ``already_teacher``, ``organisation_closed``, ``no_subject``,
    ``hours_out_of_range`` or ``expired``.
    """
    _keep_new(session, person)
    if organisation.closed_on is not None:
        words = _l("%(name)s is closed.", name=organisation.name)
        raise DomainError("organisation_closed", words, field="organisation_id")
    teacher = Teacher(person=person, organisation=organisation, home_region_code=person.region_code)
    _write(teacher, details)
    teacher.subjects = list(
        session.scalars(select(Subject).where(Subject.id.in_(subject_ids)).order_by(Subject.id)),
    )
    if not teacher.subjects:
        raise DomainError("no_subject", _l("Please choose at least one subject."), field="subject_ids")
    session.add(teacher)
    _let_in(session, teacher, by)
    record(session, "teacher.added", teacher, by=by, on_behalf_of=person.id)
    return teacher


def _keep_new(session: Session, person: Person) -> None:
    known = session.scalar(
        select(Teacher).where(Teacher.person_id == person.id).options(joinedload(Teacher.organisation))
    )
    if known is None:
        return
    names = {"name": person.name, "place": known.organisation.name}
    words = _l("%(name)s is a teacher of %(place)s already.", **names)
    if known.retired_on is not None:
        words = _l("%(name)s has been a teacher of %(place)s and can be brought back there.", **names)
    raise DomainError("already_teacher", words)


def change_teacher(session: Session, teacher: Teacher, details: TeacherDetails, *, by: Viewer) -> Teacher:
    """Write ``details`` over a teacher; DomainError ``teacher_retired``, ``hours_out_of_range`` or ``expired``."""
    keep_teaching(teacher)
    before = teacher.check_expires_on
    _write(teacher, details)
    record(session, "teacher.changed", teacher, by=by, on_behalf_of=teacher.person_id)
    if teacher.check_expires_on != before:
        teacher_checked.send(session, teacher=teacher)
    return teacher


def change_home(session: Session, teacher: Teacher, details: HomeDetails, *, by: Viewer) -> Teacher:
    """Write where she starts from and how she travels; DomainError ``teacher_retired``."""
    keep_teaching(teacher)
    teacher.home_region_code, teacher.travel_mode = details.region_code, details.travel_mode
    teacher.home_latitude, teacher.home_longitude = details.point or (None, None)
    record(session, "teacher.changed", teacher, by=by, on_behalf_of=teacher.person_id)
    return teacher


def retire_teacher(session: Session, teacher: Teacher, *, by: Viewer) -> Teacher:
    """From today she is given no class any more."""
    keep_teaching(teacher)
    teacher_retiring.send(session, teacher=teacher)
    teacher.retired_on = clock.today()
    if post := post_of(session, teacher):
        take_role(session, post, by=by)
    stop_belonging(session, teacher.person_id, teacher.organisation_id, BelongingReason.STAFF)
    record(session, "teacher.retired", teacher, by=by, on_behalf_of=teacher.person_id)
    return teacher


def bring_back_teacher(session: Session, teacher: Teacher, *, by: Viewer) -> Teacher:
    """She teaches again."""
    teacher.retired_on = None
    _let_in(session, teacher, by)
    record(session, "teacher.brought_back", teacher, by=by, on_behalf_of=teacher.person_id)
    return teacher


def let_in(session: Session, teacher: Teacher, *, by: Viewer) -> Teacher:
    """She sees her own day from now on, as all do who are entered today; asked twice, it is the same.

    DomainError ``teacher_retired``.
    """
    keep_teaching(teacher)
    if post_of(session, teacher) is None:
        _let_in(session, teacher, by)
        record(session, "teacher.let_in", teacher, by=by, on_behalf_of=teacher.person_id)
    return teacher


def _let_in(session: Session, teacher: Teacher, by: Viewer) -> None:
    """Her organisation may see her, and she what a teacher of it sees."""
    session.flush()  # the post asks for her ids
    belong(session, teacher.person_id, teacher.organisation_id, BelongingReason.STAFF)
    if post_of(session, teacher) is None:
        give_role(session, teacher.person, teacher.organisation, Role.TEACHER, by=by)


def _write(teacher: Teacher, details: TeacherDetails) -> None:
    if not 1 <= details.hours_a_week <= 60:
        words = _l("Please give from 1 to 60 hours a week.")
        raise DomainError("hours_out_of_range", words, field="hours_a_week")
    if details.check_expires_on != teacher.check_expires_on:
        keep_expiry_ahead(details.check_expires_on, clock.today(), field="check_expires_on")
    teacher.kind, teacher.hours_a_week = details.kind, details.hours_a_week
    teacher.check_expires_on = details.check_expires_on
    teacher.promised_at = (teacher.promised_at or clock.now()) if details.has_promised else None
