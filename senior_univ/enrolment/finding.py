"""The class finder: what somebody looks for, and the classes that answer it, the nearest first."""

from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import Select
from sqlalchemy.orm import Session

from senior_univ.catalogue.models import Course, Subject
from senior_univ.enrolment import places
from senior_univ.enrolment.queries import nearest_first, open_classes
from senior_univ.network import queries as network
from senior_univ.network.models import Level, Region, Room
from senior_univ.network.rules import prefix_of
from senior_univ.timetable import queries as timetable
from senior_univ.timetable.models import CourseClass

PREFIX_LENGTHS = {"village": 12, "township": 9, "county": 6}
"""How much of her village's code each ``near`` keeps."""


@dataclass(frozen=True)
class Wish:
    """What somebody looks for; an empty part is "any". ``region`` is the code of the place and everything below it."""

    subject: str = ""
    region: str = ""
    weekday: int | None = None
    step_free: bool = False
    home: str = ""

    def arguments(self, **changed: Any) -> dict[str, Any]:
        """The query string of the finder's pages for this wish, ``changed`` in part."""
        wish = replace(self, **changed)
        given: dict[str, Any] = {"subject": wish.subject or None, "region": wish.region or None}
        return given | {"weekday": wish.weekday, "step_free": 1 if wish.step_free else None}


def region_asked(code: str, near: str, home: str, city: str) -> str:
    """The code of the place to look in: named, or so far around her home; without either her township, else the city."""
    if code.isascii() and code.isdigit() and len(code) in (6, 9, 12):
        return code
    if not home:
        return city
    return home[: PREFIX_LENGTHS.get(near or "township", 0)] or city


def found_by(wish: Wish) -> Select[CourseClass]:
    """The open classes that answer a wish, with all that is said of them: the nearest, then the week's order."""
    query = open_classes().where(network.below(CourseClass.region_code, prefix_of(wish.region)))
    if wish.subject:
        query = query.join(CourseClass.course).join(Course.subject).where(Subject.slug == wish.subject)
    if wish.weekday is not None:
        query = query.where(CourseClass.weekday == wish.weekday)
    if wish.step_free:
        query = query.join(Room, Room.id == CourseClass.room_id).where(Room.is_step_free)
    ordered = query.order_by(
        places.is_full(), *nearest_first(wish.home), CourseClass.weekday, CourseClass.starts, CourseClass.id
    )
    return ordered.options(*timetable.class_options())


def wider(session: Session, wish: Wish) -> Region | None:
    """The next larger place to look in; None where the whole city was looked through."""
    region = network.region(session, wish.region)
    if region is None or region.level is Level.CITY or region.parent_code is None:
        return None
    return network.region(session, region.parent_code)
