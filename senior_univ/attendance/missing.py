"""Who has not been in any lesson for thirty days, per home and village, with the nearest class that she may like.

Asked are those who have ever had a seat in a class that has begun, and everybody who lives in a care home, since they
are easily forgotten. Whoever joined or moved in within these days is not missed yet. A site or home sees names; who
answers for an area sees counts alone.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import ColumnElement, Select, and_, false, func, or_, select
from sqlalchemy.orm import Session, contains_eager, joinedload

from senior_univ.accounts.models import Person
from senior_univ.accounts.queries import people_of
from senior_univ.attendance.models import TOOK_PART, Attendance
from senior_univ.care.models import Residency
from senior_univ.care.queries import blocks_for, needs_of, residencies_of
from senior_univ.core import clock
from senior_univ.core.access import Viewer
from senior_univ.core.paging import Page, paginate
from senior_univ.core.permissions import AREA_ROLES, Permission, Role
from senior_univ.enrolment import places
from senior_univ.enrolment.models import Seat
from senior_univ.enrolment.places import Places
from senior_univ.enrolment.rules import Facts, reason_against
from senior_univ.network import queries as network
from senior_univ.network.models import Organisation, Region
from senior_univ.timetable import queries as timetable
from senior_univ.timetable.models import Admission, CourseClass, Lesson

MISSING_DAYS = 30


@dataclass(frozen=True)
class Missing:
    """Somebody who has not been in a lesson for so long; ``last_on`` is when she last was, None where never."""

    person: Person
    residency: Residency | None
    last_on: date | None
    suggestion: CourseClass | None

    @property
    def place(self) -> str:
        """Her home, else her village."""
        if self.residency:
            return self.residency.home.name
        return self.person.region.spoken_name if self.person.region else ""


def break_until(session: Session) -> date | None:
    """The day on which lessons begin again, where no term runs today; None within a term, or where none is planned.

    Nobody can be in a lesson then, so that everybody would be missing.
    """
    term = timetable.current_term(session)
    return term.starts_on if term is not None and term.starts_on > clock.today() else None


def _is_missing() -> list[ColumnElement[bool]]:
    """Conditions on Person."""
    since = clock.now() - timedelta(days=MISSING_DAYS)
    was_in = (
        select(Attendance.person_id)
        .join(Attendance.lesson)
        .where(Attendance.kind.in_(TOOK_PART), Lesson.starts_at >= since)
    )
    could_come = (
        select(Seat.person_id)
        .join(Seat.course_class)
        .where(Seat.taken_at <= since, CourseClass.first_lesson_at <= since)
    )
    lives_there = select(Residency.person_id).where(
        Residency.to_on.is_(None), Residency.from_on <= clock.local(since).date()
    )
    return [
        Person.ended_at.is_(None),
        Person.id.not_in(was_in),
        or_(Person.id.in_(could_come), Person.id.in_(lives_there)),
    ]


def _with_residency() -> Select[Person]:
    standing = and_(Residency.person_id == Person.id, Residency.to_on.is_(None))
    return select(Person).outerjoin(Residency, standing)


def missing_people(session: Session, viewer: Viewer) -> Page:
    """Those whom the viewer's site or home looks after, by home and village, a page at a time, as Missing; few queries."""
    wanted = (
        _with_residency()
        .where(people_of(viewer, Permission.ENROL_OTHERS), *_is_missing())
        .order_by(Residency.home_id.is_(None), Residency.home_id, Person.region_code, Person.name, Person.id)
        .options(joinedload(Person.region))
    )
    page = paginate(session, wanted, size=25)
    people: Sequence[Person] = page.rows
    ids = [person.id for person in people]
    residencies, last, seats = residencies_of(session, ids), _last_days(session, ids), _seats(session, ids)
    open_ones, needs = _open_classes(session, people, residencies), needs_of(session, ids)
    blocks = blocks_for(session, ids, residencies)
    rows = [
        Missing(
            person,
            residencies.get(person.id),
            last.get(person.id),
            nearest(
                Facts(person, needs.get(person.id), residencies.get(person.id), blocks=blocks[person.id]),
                seats.get(person.id, []),
                open_ones,
            ),
        )
        for person in people
    ]
    return Page(rows, page.number, page.count, page.total)


def _last_days(session: Session, ids: Collection[int]) -> dict[int, date]:
    query = (
        select(Attendance.person_id, func.max(Lesson.starts_at))
        .join(Attendance.lesson)
        .where(Attendance.person_id.in_(ids), Attendance.kind.in_(TOOK_PART))
        .group_by(Attendance.person_id)
    )
    return {person_id: clock.local(starts_at).date() for person_id, starts_at in session.execute(query)}


def _seats(session: Session, ids: Collection[int]) -> dict[int, list[Seat]]:
    """Every seat that each of them ever had, the latest last, with its class and course."""
    query = (
        select(Seat)
        .join(Seat.course_class)
        .where(Seat.person_id.in_(ids))
        .order_by(Seat.taken_at, Seat.id)
        .options(contains_eager(Seat.course_class).joinedload(CourseClass.course))
    )
    found: dict[int, list[Seat]] = {}
    for seat in session.scalars(query):
        found.setdefault(seat.person_id, []).append(seat)
    return found


def _open_classes(
    session: Session, people: Sequence[Person], residencies: dict[int, Residency]
) -> Sequence[CourseClass]:
    """The classes with a free seat in the counties and homes of these people."""
    counties = {person.region_code[:6] for person in people if person.region_code}
    homes = {residency.home_id for residency in residencies.values()}
    in_county = or_(false(), *(network.below(CourseClass.region_code, code) for code in counties))
    is_near = or_(and_(CourseClass.home_id.is_(None), in_county), CourseClass.home_id.in_(homes))
    query = (
        select(CourseClass)
        .where(CourseClass.cancelled_at.is_(None), CourseClass.last_lesson_at > clock.now())
        .where(CourseClass.admission == Admission.FIRST_COME, *places.is_free(Places(seats=1)), is_near)
        .order_by(CourseClass.weekday, CourseClass.starts, CourseClass.id)
    )
    return session.scalars(query.options(*timetable.class_options())).all()


def nearest(facts: Facts, seats: Sequence[Seat], open_ones: Sequence[CourseClass]) -> CourseClass | None:
    """The nearest of these classes that she may join: of the subject that she learned last, where she learned any.

    In her own home before every other; then by how many parts of the place's code are hers. What stands against a seat
    stands against the suggestion, too: steps, the care day, her other classes.
    """
    subject_id = seats[-1].course_class.course.subject_id if seats else None
    own = [seat.course_class for seat in seats if seat.ended_at is None]
    home_id, now = facts.residency.home_id if facts.residency else None, clock.now()
    fits = [
        each
        for each in open_ones
        if subject_id in (None, each.course.subject_id)
        and not any(_meets(each, other) for other in own)
        and reason_against(each, facts, asked_wheelchair=False, now=now) is None
        and (not facts.takes_wheelchair_place(False) or each.wheelchairs_free > 0)
    ]
    return min(fits, key=lambda each: _distance(facts.person, home_id, each), default=None)


def _meets(one: CourseClass, other: CourseClass) -> bool:
    """Whether both are the same class, or at the same time of the same weekday."""
    same_time = one.weekday == other.weekday and one.starts < other.ends and other.starts < one.ends
    return one.id == other.id or same_time


def _distance(person: Person, home_id: int | None, course_class: CourseClass) -> tuple[bool, int]:
    own_home = home_id is not None and course_class.home_id == home_id
    code, hers = course_class.region_code, person.region_code or ""
    return not own_home, -max((length for length in (12, 9, 6) if code[:length] == hers[:length]), default=0)


@dataclass(frozen=True)
class MissingCount:
    """Of a home or a village: how many have not been in a lesson for so long."""

    name: str
    missing: int


def missing_by_home(session: Session, viewer: Viewer) -> list[MissingCount]:
    """The care homes of the viewer's area, by name; counts only."""
    query = (
        select(Organisation.name, func.count(Person.id.distinct()))
        .select_from(Person)
        .join(Residency, and_(Residency.person_id == Person.id, Residency.to_on.is_(None)))
        .join(Organisation, Organisation.id == Residency.home_id)
        .where(network.organisation_scope(viewer, Permission.SEE_COVERAGE), *_is_missing())
        .group_by(Organisation.id, Organisation.name)
        .order_by(Organisation.name, Organisation.id)
    )
    return [MissingCount(*row) for row in session.execute(query)]


def missing_by_village(session: Session, viewer: Viewer) -> list[MissingCount]:
    """The villages of the viewer's area, those who live in a home left out; counts only. Homes alone: none."""
    posts = [post for post in viewer.posts if post.role in AREA_ROLES - {Role.CARE_SUPERVISOR}]
    areas = [network.below(Region.code, post.prefix) for post in posts if post.gives(Permission.SEE_COVERAGE)]
    if not areas:
        return []
    query = (
        select(Region.code, func.count(Person.id))
        .select_from(Person)
        .join(Region, Region.code == Person.region_code)
        .outerjoin(Residency, and_(Residency.person_id == Person.id, Residency.to_on.is_(None)))
        .where(Residency.id.is_(None), or_(*areas), *_is_missing())
        .group_by(Region.code)
        .order_by(Region.code)
    )
    counts: dict[str, int] = dict(session.execute(query).all())
    paths = network.region_paths(session, counts)
    return [MissingCount(_called(paths[code]), count) for code, count in counts.items()]


def _called(path: Sequence[Region]) -> str:
    """A village with its township, since villages share names."""
    return " ".join(region.spoken_name for region in path[-2:])
