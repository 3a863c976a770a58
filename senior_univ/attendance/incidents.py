"""突发情况: writing down what went wrong in class, and counting it for the tiers above."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

from flask_babel import lazy_gettext as _l
from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session, contains_eager, joinedload

from senior_univ.accounts.models import Person
from senior_univ.attendance import queries
from senior_univ.attendance.events import incident_written
from senior_univ.attendance.models import Incident, IncidentKind
from senior_univ.audit import actions as audit
from senior_univ.core import clock
from senior_univ.core.access import Viewer
from senior_univ.core.errors import DomainError, NotFoundError
from senior_univ.core.permissions import Permission
from senior_univ.core.upserts import insert_into
from senior_univ.network.models import Organisation
from senior_univ.timetable import queries as timetable
from senior_univ.timetable.models import CourseClass, Lesson


@dataclass(frozen=True)
class Happening:
    """What went wrong, as it was written down; ``client_id`` is its own name, so that it is kept once."""

    person_id: int
    kind: IncidentKind
    note: str = ""
    happened_at: datetime | None = None
    client_id: str = ""


def write_down(session: Session, lesson: Lesson, happening: Happening, *, by: Viewer) -> Incident:
    """Keep what went wrong; sent twice, it is the same record. Refuses with not_in_class for somebody else."""
    if not queries.seated(session, lesson, [happening.person_id]):
        raise DomainError("not_in_class", _l("This person is not in this class."))
    now = clock.now()
    row = {
        "client_id": happening.client_id or str(uuid4()),
        "lesson_id": lesson.id,
        "person_id": happening.person_id,
        "kind": happening.kind,
        "note": happening.note,
        "happened_at": happening.happened_at or now,
        "written_at": now,
        "written_by_id": by.person_id,
    }
    insert = insert_into(session, Incident).on_conflict_do_nothing(index_elements=["client_id"])
    written: Incident | None = session.scalars(insert.returning(Incident), [row]).one_or_none()
    if written is None:
        return session.scalars(select(Incident).where(Incident.client_id == row["client_id"])).one()
    about = {"about": lesson.course_class.course.title, "day": clock.local(lesson.starts_at).date().isoformat()}
    audit.record(session, "incident.written", written, by=by, on_behalf_of=happening.person_id, **about)
    incident_written.send(session, incident=written)
    return written


def visible_incidents(viewer: Viewer) -> Select[Incident]:
    """What went wrong in the classes whose roll this viewer may call, the latest first, with everything said of it."""
    loaded: tuple[Any, ...] = timetable.lesson_options()
    return (
        select(Incident)
        .join(Incident.lesson)
        .join(Lesson.course_class)
        .where(timetable.sees_classes(viewer, Permission.CALL_ROLL))
        .order_by(Incident.happened_at.desc(), Incident.id.desc())
        .options(
            contains_eager(Incident.lesson).options(*loaded),
            joinedload(Incident.person).joinedload(Person.region),
            joinedload(Incident.written_by),
        )
    )


def count_by_organisation(
    session: Session, viewer: Viewer, since: timedelta
) -> Sequence[tuple[Organisation, IncidentKind, int]]:
    """How often what went wrong in each organisation of the viewer's area: counts, and nobody's name."""
    place = func.coalesce(CourseClass.home_id, CourseClass.organisation_id)
    query = (
        select(Organisation, Incident.kind, func.count())
        .join(CourseClass, Organisation.id == place)
        .join(Lesson, Lesson.class_id == CourseClass.id)
        .join(Incident, Incident.lesson_id == Lesson.id)
        .where(timetable.sees_classes(viewer, Permission.SEE_COVERAGE), Incident.happened_at >= clock.now() - since)
        .group_by(Organisation.id, Incident.kind)
        .order_by(Organisation.name, Organisation.id, Incident.kind)
    )
    return [(row[0], row[1], row[2]) for row in session.execute(query)]


def incident_for(session: Session, viewer: Viewer, incident_id: int) -> Incident:
    """That record; NotFoundError where this viewer may not call that roll."""
    incident = session.scalar(visible_incidents(viewer).where(Incident.id == incident_id))
    if incident is None:
        raise NotFoundError
    return incident


def add_words(session: Session, incident: Incident, note: str, *, by: Viewer) -> Incident:
    """Say what happened and what was done; what was said before stays in the record of acts."""
    if note != incident.note:
        audit.record(session, "incident.described", incident, by=by, before=incident.note)
        incident.note = note
    return incident
