"""Whose classes or week a staff page is about."""

from dataclasses import replace
from datetime import date

from flask import request
from sqlalchemy import select

from senior_univ.core import clock
from senior_univ.core.access import Viewer
from senior_univ.core.permissions import AREA_ROLES, Permission, Role
from senior_univ.core.web import db, number_asked, signed_in
from senior_univ.network.models import CARE_KINDS, TEACHING_KINDS, Organisation
from senior_univ.network.queries import organisation_for, visible_organisations
from senior_univ.timetable.models import CourseClass
from senior_univ.timetable.rules import FIRST_YEAR, LAST_YEAR

MOST_TO_CHOOSE = 50


def day_asked(name: str = "on") -> date:
    """The day of the query string; nonsense is read as today."""
    try:
        day = date.fromisoformat(request.args.get(name, ""))
    except ValueError:
        return clock.today()
    return day if FIRST_YEAR < day.year < LAST_YEAR else clock.today()


def planner() -> Viewer:
    """The viewer without her posts as a teacher: a teacher sees her own lessons, not the whole organisation's."""
    who = signed_in()
    return replace(who, posts=tuple(post for post in who.posts if post.role is not Role.TEACHER))


def own_organisation_id(permission: Permission) -> int | None:
    """The organisation that the viewer works for; None for teachers and for officers of an area."""
    own = (post for post in planner().posts if post.gives(permission) and post.role not in AREA_ROLES)
    return next((post.organisation_id for post in own), None)


def organisation_asked(permission: Permission) -> Organisation | None:
    """The organisation of the query string, else the viewer's own; None where she must choose. Others' is 404."""
    asked = number_asked("organisation") or own_organisation_id(permission)
    return organisation_for(db(), planner(), permission, asked) if asked else None


def organisations_to_choose(permission: Permission, text: str) -> list[Organisation]:
    """The first organisations by name that give or may give classes, that the viewer may choose, of that name."""
    giving = Organisation.id.in_(select(CourseClass.organisation_id))
    may_give = Organisation.kind.in_(TEACHING_KINDS | CARE_KINDS)
    query = visible_organisations(planner(), permission).where(
        Organisation.closed_on.is_(None),
        Organisation.name.contains(text, autoescape=True),
        giving if permission is Permission.SEE_CLASSES else may_give,
    )
    return list(db().scalars(query.order_by(Organisation.name, Organisation.id).limit(MOST_TO_CHOOSE)))
