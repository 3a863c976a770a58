"""A county's timetable for measuring clashes: rooms on the map, teachers on their ways, weekly classes over a whole term.

For every 800 classes there are 240 rooms in 60 venues and 120 teachers, so that a larger term has more of everything.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, time, timedelta
from itertools import product

from sqlalchemy.orm import Session

from senior_univ.accounts.models import Person, PhoneKind
from senior_univ.core import clock
from senior_univ.core.access import Post, Viewer
from senior_univ.core.permissions import Role
from senior_univ.network.models import OpeningHours, Room, Venue
from senior_univ.teaching.models import Availability, Teacher, TeacherKind
from senior_univ.timetable.models import Term
from tests.bench.ground import LESSONS, MINUTES, class_rows_written, written
from tests.factories import make_course, make_organisation, make_staff, make_term

SLOTS = tuple(product(range(5), (time(8), time(10), time(14), time(16))))
ROOMS, VENUES, TEACHERS, CLASSES = 240, 60, 120, 800


@dataclass(frozen=True)
class County:
    """What the measures choose from; ``by`` plans all of it."""

    course_id: int
    term_id: int
    room_ids: Sequence[int]
    teacher_ids: Sequence[int]
    class_ids: Sequence[int]
    by: Viewer


def lay(session: Session, classes: int, monday: date) -> County:
    """Write a county with so many weekly classes of sixteen lessons from ``monday`` on."""
    site = make_organisation(session)
    term: Term = make_term(session, monday, ends_on=monday + timedelta(weeks=LESSONS + 4))
    manager = make_staff(session, Role.SITE_MANAGER, site)
    rooms = _rooms(session, site.id, site.region_code, _share(ROOMS, classes))
    teachers = _teachers(session, site.id, _share(TEACHERS, classes))
    course_id = make_course(session, site).id
    rows = [
        {
            "course_id": course_id,
            "term_id": term.id,
            "organisation_id": site.id,
            "teacher_id": teachers[number % len(teachers)],
            "room_id": rooms[number % len(rooms)],
            "region_code": site.region_code,
            "weekday": SLOTS[number // len(teachers)][0],
            "starts": SLOTS[number // len(teachers)][1],
            "minutes": MINUTES,
            "zone": clock.zone().key,
            "capacity": 30,
            "lessons_planned": LESSONS,
            "opened_at": clock.now(),
        }
        for number in range(classes)
    ]
    class_ids = class_rows_written(session, rows, monday)
    viewer = Viewer(manager.id, manager.name, (Post(Role.SITE_MANAGER, site.id, site.region_code[:6]),))
    return County(course_id, term.id, rooms, teachers, class_ids, viewer)


def _share(whole: int, classes: int) -> int:
    return max(1, whole * classes // CLASSES)


def _rooms(session: Session, owner_id: int, region_code: str, count: int) -> list[int]:
    """Rooms in venues that lie a kilometre or so apart, open on weekdays."""
    venues = [
        {
            "organisation_id": owner_id,
            "name": f"教学点{number}",
            "region_code": region_code,
            "latitude": 37.0 + number % 8 * 0.01,
            "longitude": 114.5 + number // 8 % 8 * 0.01,
        }
        for number in range(max(1, count * VENUES // ROOMS))
    ]
    venue_ids = written(session, Venue, venues)
    hours = [
        {"venue_id": venue_id, "weekday": weekday, "opens": time(7, 30), "closes": time(18)}
        for venue_id in venue_ids
        for weekday in range(6)
    ]
    written(session, OpeningHours, hours)
    return written(
        session,
        Room,
        [{"venue_id": venue_ids[n % len(venue_ids)], "name": f"教室{n}", "capacity": 30} for n in range(count)],
    )


def _teachers(session: Session, owner_id: int, count: int) -> list[int]:
    """Teachers who have promised, and can teach on weekdays."""
    now = clock.now()
    person_ids = written(
        session,
        Person,
        [
            {
                "name": "赵志强",
                "birth_year": 1960,
                "phone_kind": PhoneKind.MOBILE,
                "region_code": None,
                "created_at": now,
            }
            for _ in range(count)
        ],
    )
    rows = [
        {"person_id": each, "organisation_id": owner_id, "kind": TeacherKind.PART_TIME, "promised_at": now}
        for each in person_ids
    ]
    teacher_ids = written(session, Teacher, rows)
    windows = [
        {"teacher_id": teacher_id, "weekday": weekday, "starts": time(7, 30), "ends": time(18)}
        for teacher_id in teacher_ids
        for weekday in range(5)
    ]
    written(session, Availability, windows)
    return teacher_ids
