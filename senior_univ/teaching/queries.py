"""Teachers that a viewer may see, with what a list of them needs; papers that end, trainings, volunteers."""

from collections.abc import Iterable
from datetime import date
from typing import NamedTuple

from sqlalchemy import ColumnElement, Select, and_, exists, func, or_, select
from sqlalchemy.orm import Session, contains_eager, joinedload, selectinload

from senior_univ.accounts.models import NameReading, Person, RoleAssignment
from senior_univ.core import clock
from senior_univ.core.access import Viewer
from senior_univ.core.errors import NotFoundError
from senior_univ.core.permissions import Permission, Role
from senior_univ.network.models import TEACHING_KINDS, Organisation
from senior_univ.network.queries import below, organisation_scope
from senior_univ.network.rules import path_of
from senior_univ.teaching.models import (
    Availability,
    AvailabilityException,
    Qualification,
    Teacher,
    TeacherSubject,
    Training,
    TrainingPart,
    VolunteerApplication,
)
from senior_univ.teaching.rules import REMINDED_WITHIN

WORKERS = (Role.SITE_MANAGER, Role.TEACHER)
"""The roles at a teaching organisation whose holders are community-education workers, beside the teachers."""


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


def own_teacher(session: Session, person_id: int) -> Teacher | None:
    """Somebody's own row in the registry, as long as she teaches."""
    query = select(Teacher).where(Teacher.person_id == person_id, standing(clock.today()))
    loaded = (joinedload(Teacher.person), joinedload(Teacher.organisation), joinedload(Teacher.home_region))
    return session.scalar(query.options(*loaded, selectinload(Teacher.subjects)))


def post_of(session: Session, teacher: Teacher) -> RoleAssignment | None:
    """Her role at her organisation, by which she sees her own day; who was entered long ago may have none."""
    return session.scalar(
        select(RoleAssignment).where(
            RoleAssignment.person_id == teacher.person_id,
            RoleAssignment.organisation_id == teacher.organisation_id,
            RoleAssignment.role == Role.TEACHER,
            RoleAssignment.taken_at.is_(None),
        )
    )


def subjects_taught(session: Session, teacher_id: int) -> list[TeacherSubject]:
    """What a teacher teaches, each with its level."""
    query = select(TeacherSubject).where(TeacherSubject.teacher_id == teacher_id).order_by(TeacherSubject.subject_id)
    return list(session.scalars(query.options(joinedload(TeacherSubject.subject))))


def papers_of(session: Session, teacher_id: int) -> list[Qualification]:
    """A teacher's papers, those that end first; those for good last."""
    query = select(Qualification).where(Qualification.teacher_id == teacher_id)
    return list(
        session.scalars(query.order_by(Qualification.expires_on.is_(None), Qualification.expires_on, Qualification.id))
    )


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


class ExpiringPaper(NamedTuple):
    """A teacher's paper with its last day; ``paper_id`` is None for the safety check, which has no name of its own."""

    teacher: Teacher
    paper_id: int | None
    name: str
    expires_on: date


def expiring_papers(
    session: Session, teachers: Select[Teacher], until: date, since: date | None = None
) -> list[ExpiringPaper]:
    """Checks and papers of these teachers that end, or ended since that day, by ``until``; the first to end first."""
    known = {each.id: each for each in session.scalars(teachers.where(_has_paper(until), standing(clock.today())))}
    found = [ExpiringPaper(each, None, "", each.check_expires_on) for each in known.values() if each.check_expires_on]
    papers = select(Qualification).where(Qualification.teacher_id.in_(known), Qualification.expires_on <= until)
    found += [
        ExpiringPaper(known[each.teacher_id], each.id, each.name, each.expires_on)
        for each in session.scalars(papers.order_by(Qualification.id))
        if each.expires_on
    ]
    within = [each for each in found if each.expires_on <= until and (since is None or each.expires_on >= since)]
    return sorted(within, key=lambda each: (each.expires_on, each.teacher.id, each.paper_id or 0))


def _has_paper(until: date) -> ColumnElement[bool]:
    """Condition on Teacher: the check or some paper ends by that day."""
    papers = exists().where(Qualification.teacher_id == Teacher.id, Qualification.expires_on <= until)
    return or_(Teacher.check_expires_on <= until, papers)


class Waiting(NamedTuple):
    """What waits for a manager of teachers: how many of whom a paper ends soon or ended, and who wants to teach."""

    teachers: int
    volunteers: int


def what_waits(session: Session, viewer: Viewer) -> Waiting:
    """The counts for the first screen: one query."""
    scope = organisation_scope(viewer, Permission.MANAGE_TEACHERS)
    until = clock.today() + REMINDED_WITHIN
    teachers = (
        select(func.count())
        .select_from(Teacher)
        .join(Teacher.organisation)
        .where(scope, standing(clock.today()), _has_paper(until))
    )
    volunteers = (
        select(func.count())
        .select_from(VolunteerApplication)
        .join(VolunteerApplication.organisation)
        .where(scope, VolunteerApplication.answered_at.is_(None))
    )
    return Waiting(*session.execute(select(teachers.scalar_subquery(), volunteers.scalar_subquery())).one())


def visible_applications(viewer: Viewer) -> Select[VolunteerApplication]:
    """Who offered to teach for the viewer's organisations."""
    return (
        select(VolunteerApplication)
        .join(VolunteerApplication.organisation)
        .where(organisation_scope(viewer, Permission.MANAGE_TEACHERS))
        .options(contains_eager(VolunteerApplication.organisation), joinedload(VolunteerApplication.region))
    )


def application_for(session: Session, viewer: Viewer, application_id: int) -> VolunteerApplication:
    """That application; NotFoundError where the viewer does not see it."""
    found = session.scalar(visible_applications(viewer).where(VolunteerApplication.id == application_id))
    if found is None:
        raise NotFoundError
    return found


def visible_trainings(viewer: Viewer, year: int) -> Select[Training]:
    """A year's trainings of the viewer's organisations, and of those above them, where her people take part."""
    above = [code for post in viewer.posts if post.gives(Permission.KEEP_TRAININGS) for code in path_of(post.prefix)]
    scope = organisation_scope(viewer, Permission.KEEP_TRAININGS)
    return (
        select(Training)
        .join(Training.organisation)
        .where(or_(scope, Organisation.region_code.in_(above)), _in_year(year))
        .options(contains_eager(Training.organisation))
        .order_by(Training.on.desc(), Training.id.desc())
    )


def training_for(session: Session, viewer: Viewer, training_id: int) -> Training:
    """That training; NotFoundError where the viewer does not see it."""
    training = session.get(Training, training_id)
    if (
        training is None
        or session.scalar(visible_trainings(viewer, training.on.year).where(Training.id == training_id)) is None
    ):
        raise NotFoundError
    return training


def workers(viewer: Viewer, organisation_id: int | None = None, county: str = "") -> Select[Person]:
    """Teachers and staff of the teaching organisations that the viewer answers for: who is to be trained each year."""
    places = select(Organisation.id).where(
        organisation_scope(viewer, Permission.KEEP_TRAININGS), Organisation.kind.in_(TEACHING_KINDS)
    )
    if organisation_id is not None:
        places = places.where(Organisation.id == organisation_id)
    if county:
        places = places.where(below(Organisation.region_code, county))
    teachers = select(Teacher.person_id).where(Teacher.organisation_id.in_(places), standing(clock.today()))
    staff = select(RoleAssignment.person_id).where(
        RoleAssignment.organisation_id.in_(places),
        RoleAssignment.role.in_(WORKERS),
        RoleAssignment.taken_at.is_(None),
    )
    is_worker = or_(Person.id.in_(teachers), Person.id.in_(staff))
    return select(Person).where(is_worker, Person.ended_at.is_(None)).order_by(Person.name, Person.id)


def _in_year(year: int) -> ColumnElement[bool]:
    return Training.on.between(date(year, 1, 1), date(year, 12, 31))


def was_trained(year: int) -> ColumnElement[bool]:
    """Condition on Person: took part in a training of that year."""
    return exists().where(TrainingPart.person_id == Person.id, TrainingPart.training_id == Training.id, _in_year(year))


def training_hours(session: Session, person_ids: Iterable[int], year: int) -> dict[int, int]:
    """{person: hours of training in that year} of those who took part in any."""
    rows = session.execute(
        select(TrainingPart.person_id, func.sum(Training.hours))
        .join(Training, Training.id == TrainingPart.training_id)
        .where(TrainingPart.person_id.in_(list(person_ids)), _in_year(year))
        .group_by(TrainingPart.person_id)
    )
    return {person_id: int(hours) for person_id, hours in rows}


def took_part(session: Session, training_id: int, person_ids: Iterable[int]) -> set[int]:
    """Who of these people took part in that training."""
    parts = select(TrainingPart.person_id).where(
        TrainingPart.training_id == training_id, TrainingPart.person_id.in_(list(person_ids))
    )
    return set(session.scalars(parts))


def workplaces_of(session: Session, person_ids: Iterable[int]) -> dict[int, list[str]]:
    """{person: names of the organisations that she teaches for or manages}, the first one known first."""
    ids = list(person_ids)
    teaching = select(Teacher.person_id, Organisation.name).join(Teacher.organisation)
    managing = select(RoleAssignment.person_id, Organisation.name).join(RoleAssignment.organisation)
    both = teaching.where(Teacher.person_id.in_(ids), standing(clock.today())).union(
        managing.where(
            and_(
                RoleAssignment.person_id.in_(ids),
                RoleAssignment.role.in_(WORKERS),
                RoleAssignment.taken_at.is_(None),
            )
        )
    )
    found: dict[int, list[str]] = {person_id: [] for person_id in ids}
    for person_id, name in session.execute(both):
        found[person_id].append(name)
    return {person_id: sorted(names) for person_id, names in found.items()}
