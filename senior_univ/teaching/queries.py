"""Teachers that a viewer may see, with what a list of them needs."""

from collections.abc import Iterable
from datetime import date

from sqlalchemy import ColumnElement, Select, or_, select
from sqlalchemy.orm import Session, contains_eager, joinedload, selectinload

from senior_univ.accounts.models import NameReading, Person
from senior_univ.core import clock
from senior_univ.core.access import Viewer
from senior_univ.core.errors import NotFoundError
from senior_univ.core.permissions import Permission
from senior_univ.network.queries import organisation_scope
from senior_univ.teaching.models import Availability, AvailabilityException, Teacher, TeacherSubject


def standing(on: date) -> ColumnElement[bool]:
    """Condition on Teacher: has not retired by that day."""
    return or_(Teacher.retired_on.is_(None), Teacher.retired_on > on)


def teaches(subject_id: int) -> ColumnElement[bool]:
    """Condition on Teacher: teaches that subject."""
    return Teacher.id.in_(select(TeacherSubject.teacher_id).where(TeacherSubject.subject_id == subject_id))


def is_called(text: str) -> ColumnElement[bool]:
    """Condition on Person: has ``text`` in the name, or the name's pinyin or initials begin with it."""
    typed = "".join(text.split())
    reads = select(NameReading.person_id).where(NameReading.reading.startswith(typed.lower(), autoescape=True))
    return or_(Person.name.contains(typed, autoescape=True), Person.id.in_(reads))


def teaching_among(session: Session, person_ids: Iterable[int]) -> dict[int, Teacher]:
    """Who of these people is in the registry already, retired or not."""
    query = select(Teacher).where(Teacher.person_id.in_(list(person_ids)))
    return {each.person_id: each for each in session.scalars(query.options(joinedload(Teacher.organisation)))}


def teachers_of(
    session: Session, organisation_ids: Iterable[int], subject_id: int | None = None, on: date | None = None
) -> list[Teacher]:
    """The teachers of these organisations who have not retired on that day (default: today), by name, fully loaded."""
    query = select(Teacher).where(Teacher.organisation_id.in_(list(organisation_ids)), standing(on or clock.today()))
    if subject_id is not None:
        query = query.where(teaches(subject_id))
    loaded = query.join(Teacher.person).options(
        contains_eager(Teacher.person), joinedload(Teacher.organisation), selectinload(Teacher.subjects)
    )
    return list(session.scalars(loaded.order_by(Person.name, Teacher.id)))


def visible_teachers(viewer: Viewer, permission: Permission) -> Select[Teacher]:
    """The teachers of the organisations for which the viewer has ``permission``, retired ones included."""
    return (
        select(Teacher)
        .join(Teacher.person)
        .join(Teacher.organisation)
        .where(organisation_scope(viewer, permission))
        .options(contains_eager(Teacher.person), contains_eager(Teacher.organisation), selectinload(Teacher.subjects))
    )


def teacher_for(session: Session, viewer: Viewer, permission: Permission, teacher_id: int) -> Teacher:
    """That teacher; NotFoundError where there is none or the viewer has no ``permission`` for her organisation."""
    found = session.scalar(visible_teachers(viewer, permission).where(Teacher.id == teacher_id))
    if found is None:
        raise NotFoundError
    return found


def availability_of(session: Session, teacher_ids: Iterable[int]) -> dict[int, list[Availability]]:
    """The weekly times of each teacher, Monday first; a teacher without any can always."""
    ids = list(teacher_ids)
    slots: dict[int, list[Availability]] = {teacher_id: [] for teacher_id in ids}
    query = select(Availability).where(Availability.teacher_id.in_(ids))
    for slot in session.scalars(query.order_by(Availability.weekday, Availability.starts)):
        slots[slot.teacher_id].append(slot)
    return slots


def exceptions_of(
    session: Session, teacher_ids: Iterable[int], first: date, last: date
) -> dict[int, list[AvailabilityException]]:
    """Each teacher's exceptions that touch a span of days, both included, the earliest first."""
    ids = list(teacher_ids)
    found: dict[int, list[AvailabilityException]] = {teacher_id: [] for teacher_id in ids}
    touching = select(AvailabilityException).where(
        AvailabilityException.teacher_id.in_(ids),
        AvailabilityException.from_on <= last,
        AvailabilityException.to_on >= first,
    )
    for each in session.scalars(touching.order_by(AvailabilityException.from_on, AvailabilityException.id)):
        found[each.teacher_id].append(each)
    return found
