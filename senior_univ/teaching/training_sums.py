"""How many of the workers have done a year's training: county by county, and of one county organisation by organisation.

Somebody who works in two places counts in each, and once in the sum.
"""

from collections.abc import Iterable
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Subquery, case, distinct, func, literal, select, union
from sqlalchemy.orm import Session

from senior_univ.accounts.models import Person, RoleAssignment
from senior_univ.core import clock
from senior_univ.core.access import Viewer
from senior_univ.core.permissions import Permission
from senior_univ.network.models import TEACHING_KINDS, Organisation, Region
from senior_univ.network.queries import below, organisation_scope
from senior_univ.teaching.models import Teacher
from senior_univ.teaching.queries import WORKERS, standing, was_trained


class Trained(NamedTuple):
    """A place with its workers and how many of them have done it; ``key`` is a county's code or an organisation's id."""

    key: str
    name: str
    workers: int
    done: int

    @property
    def missing(self) -> int:
        """How many have not."""
        return self.workers - self.done

    @property
    def percent(self) -> int:
        """The share that has, in whole per cent."""
        return self.done * 100 // self.workers if self.workers else 0


def by_county(session: Session, viewer: Viewer, year: int) -> list[Trained]:
    """The counties of the viewer's area (the city's own organisations under the city). Two queries."""
    county = func.substr(Organisation.region_code, 1, 6)
    found = _sums(session, _posts(viewer), county, year)
    names = select(Region.code, Region.name).where(Region.code.in_(found)).order_by(Region.code)
    return _rows(found, session.execute(names))


def by_organisation(session: Session, viewer: Viewer, year: int, county: str) -> list[Trained]:
    """The organisations of one county. Two queries."""
    found = _sums(session, _posts(viewer, county), Organisation.id, year)
    names = select(Organisation.id, Organisation.name).where(Organisation.id.in_(found))
    return _rows(found, session.execute(names.order_by(Organisation.region_code, Organisation.id)))


def sum_of(session: Session, viewer: Viewer, year: int, county: str = "") -> Trained:
    """Everybody, each once. One query."""
    found = _sums(session, _posts(viewer, county), literal(""), year)
    return Trained("", "", *found.get("", (0, 0)))


def _posts(viewer: Viewer, county: str = "") -> Subquery:
    """Who works where: teachers and staff of the teaching organisations that the viewer answers for."""
    places = select(Organisation.id).where(
        organisation_scope(viewer, Permission.KEEP_TRAININGS), Organisation.kind.in_(TEACHING_KINDS)
    )
    if county:
        places = places.where(below(Organisation.region_code, county))
    teachers = select(Teacher.person_id, Teacher.organisation_id).where(
        Teacher.organisation_id.in_(places), standing(clock.today())
    )
    staff = select(RoleAssignment.person_id, RoleAssignment.organisation_id).where(
        RoleAssignment.organisation_id.in_(places),
        RoleAssignment.role.in_(WORKERS),
        RoleAssignment.taken_at.is_(None),
    )
    return union(teachers, staff).subquery()


def _sums(session: Session, posts: Subquery, key: ColumnElement[Any] | Any, year: int) -> dict[Any, tuple[int, int]]:
    done = case((was_trained(year), Person.id))
    query = (
        select(key.label("key"), func.count(distinct(Person.id)), func.count(distinct(done)))
        .select_from(posts)
        .join(Organisation, Organisation.id == posts.c.organisation_id)
        .join(Person, Person.id == posts.c.person_id)
        .where(Person.ended_at.is_(None))
        .group_by("key")
    )
    return {each: (workers, trained) for each, workers, trained in session.execute(query)}


def _rows(found: dict[Any, tuple[int, int]], names: Iterable[Any]) -> list[Trained]:
    return [Trained(str(key), name, *found[key]) for key, name in names]
