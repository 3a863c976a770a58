"""A teaching site with a manager, a room, two teachers, a course, a term, and one class on Thursdays at 9:30."""

from dataclasses import dataclass
from datetime import time

from sqlalchemy.orm import Session

from senior_univ.core.access import Post, Viewer
from senior_univ.core.db import Database
from senior_univ.core.permissions import Role
from senior_univ.network.models import Organisation
from senior_univ.timetable import actions
from senior_univ.timetable.rules import Plan
from tests import factories


def viewer_of(session: Session, role: Role, organisation: Organisation) -> Viewer:
    person = factories.make_staff(session, role, organisation)
    return Viewer(person.id, person.name, (Post(role, organisation.id, organisation.region_code[:6]),))


def make_plan(session: Session, organisation: Organisation | None = None, **given) -> Plan:
    site = organisation or factories.make_organisation(session)
    made = {
        "course": lambda: factories.make_course(session, site),
        "term": lambda: factories.make_term(session),
        "teacher": lambda: factories.make_teacher(session, site),
        "room": lambda: factories.make_room(session, site),
    }
    for name, make in made.items():
        given.setdefault(name, None)
        given[name] = given[name] or make()
    defaults = {"weekday": 3, "starts": time(9, 30), "minutes": 90, "capacity": 20, "wheelchair_places": 2}
    return Plan(**defaults | given)


@dataclass
class Site:
    organisation_id: int
    manager_id: int
    class_id: int
    lesson_ids: list[int]
    plan: Plan
    viewer: Viewer

    @classmethod
    def make(cls, database: Database) -> "Site":
        with database.write() as session:
            organisation = factories.make_organisation(session)
            viewer = viewer_of(session, Role.SITE_MANAGER, organisation)
            plan = make_plan(session, organisation)
            opened = actions.open_class(session, plan, by=viewer)
            lesson_ids = [lesson.id for lesson in opened.lessons]
            return cls(organisation.id, viewer.person_id, opened.id, lesson_ids, plan, viewer)
