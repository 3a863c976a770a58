"""Reading terms, holidays, classes, lessons, and what is taken."""

from collections.abc import Collection, Iterator, Sequence
from datetime import date, datetime
from functools import cache
from typing import NamedTuple, TypedDict, Unpack

from sqlalchemy import ColumnElement, Select, and_, false, func, or_, select
from sqlalchemy.orm import Session, contains_eager, joinedload, raiseload
from sqlalchemy.orm.interfaces import ORMOption

from senior_univ.accounts.models import Person
from senior_univ.care.models import Unit
from senior_univ.catalogue.models import Course
from senior_univ.core import clock
from senior_univ.core.access import Viewer
from senior_univ.core.errors import NotFoundError
from senior_univ.core.permissions import AREA_ROLES, Permission, Role
from senior_univ.network.models import Organisation, Room, Venue
from senior_univ.network.queries import below
from senior_univ.teaching.models import Teacher
from senior_univ.teaching.queries import standing
from senior_univ.timetable.models import ClassAssistant, CourseClass, Delivery, Holder, Holiday, Lesson, Occupancy, Term


def terms(session: Session) -> Sequence[Term]:
    """Every term, the latest first."""
    return session.scalars(select(Term).order_by(Term.starts_on.desc(), Term.id.desc())).all()


def current_term(session: Session, day: date | None = None) -> Term | None:
    """The term that runs on ``day`` (default today), else the next one, else none."""
    on = day or clock.today()
    return session.scalar(select(Term).where(Term.ends_on >= on).order_by(Term.starts_on, Term.id).limit(1))


def holidays_between(session: Session, first: date, last: date) -> dict[date, Holiday]:
    """Holidays and make-up workdays from ``first`` to ``last``, both included."""
    found = session.scalars(select(Holiday).where(Holiday.on.between(first, last)).order_by(Holiday.on))
    return {holiday.on: holiday for holiday in found}


def year_is_known(session: Session, year: int) -> bool:
    """Whether the public holidays of ``year`` have been entered."""
    days = select(Holiday.on).where(Holiday.on.between(date(year, 1, 1), date(year, 12, 31)))
    return session.scalar(days.limit(1)) is not None


def unknown_years(session: Session, first: date, last: date) -> list[int]:
    """The years from ``first`` to ``last`` whose public holidays have not been entered yet."""
    return [year for year in range(first.year, last.year + 1) if not year_is_known(session, year)]


def sees_classes(viewer: Viewer, permission: Permission) -> ColumnElement[bool]:
    """Condition on CourseClass: of the viewer's organisation or home, of her area, or taught by her until she retires."""
    posts = [post for post in viewer.posts if post.gives(permission)]
    own = {post.organisation_id for post in posts if post.role not in AREA_ROLES | {Role.TEACHER}}
    seen = [below(CourseClass.region_code, prefix) for prefix in sorted(viewer.prefixes(permission))]
    if own:
        seen += [CourseClass.organisation_id.in_(own), CourseClass.home_id.in_(own)]
    if any(post.role is Role.TEACHER for post in posts):
        is_she = select(Teacher.id).where(Teacher.person_id == viewer.person_id, standing(clock.today()))
        hers = is_she.scalar_subquery()
        taught = select(Lesson.class_id).where(Lesson.teacher_id == hers)
        seen += [CourseClass.teacher_id == hers, CourseClass.id.in_(taught)]
    return or_(false(), *seen)


def visible_classes(viewer: Viewer, permission: Permission) -> Select[CourseClass]:
    """The classes that ``viewer`` may see or change."""
    return select(CourseClass).where(sees_classes(viewer, permission))


@cache
def class_options() -> tuple[ORMOption, ...]:
    """Loads a class with everything that is said of it, in the same query."""
    return (
        joinedload(CourseClass.course).joinedload(Course.subject),
        joinedload(CourseClass.organisation),
        joinedload(CourseClass.home),
        joinedload(CourseClass.term),
        joinedload(CourseClass.teacher).joinedload(Teacher.person),
        joinedload(CourseClass.room).joinedload(Room.venue),
    )


def class_for(session: Session, viewer: Viewer, permission: Permission, class_id: int) -> CourseClass:
    """That class with everything that is said of it; NotFoundError where ``viewer`` may not."""
    wanted = visible_classes(viewer, permission).where(CourseClass.id == class_id).options(*class_options())
    found = session.scalar(wanted)
    if found is None:
        raise NotFoundError
    return found


@cache
def lesson_options() -> tuple[ORMOption, ...]:
    """Loads a lesson with its class, course, subject, organisation, room, venue and teacher, in few queries."""
    return (
        contains_eager(Lesson.course_class).options(
            joinedload(CourseClass.course).joinedload(Course.subject),
            joinedload(CourseClass.organisation),
            joinedload(CourseClass.home),
            raiseload("*"),
        ),
        joinedload(Lesson.room).joinedload(Room.venue),
        joinedload(Lesson.teacher).joinedload(Teacher.person),
    )


def lesson_for(session: Session, viewer: Viewer, permission: Permission, lesson_id: int) -> Lesson:
    """That lesson with its class; NotFoundError where ``viewer`` may not."""
    found = session.scalar(
        select(Lesson)
        .join(Lesson.course_class)
        .where(Lesson.id == lesson_id, sees_classes(viewer, permission))
        .options(*lesson_options())
    )
    if found is None:
        raise NotFoundError
    return found


def lessons_seen(session: Session, viewer: Viewer, lesson_ids: Collection[int]) -> set[int]:
    """Those of these lessons whose classes the viewer sees."""
    wanted = select(Lesson.id).join(Lesson.course_class).where(Lesson.id.in_(lesson_ids))
    return set(session.scalars(wanted.where(sees_classes(viewer, Permission.SEE_CLASSES))))


def is_taught_by(session: Session, lesson: Lesson, person_id: int) -> bool:
    """Whether somebody teaches this lesson, or teaches in its class beside its teacher."""
    if lesson.teacher.person_id == person_id:
        return True
    beside = select(ClassAssistant.class_id).join(Teacher, Teacher.id == ClassAssistant.teacher_id)
    wanted = beside.where(ClassAssistant.class_id == lesson.class_id, Teacher.person_id == person_id)
    return session.scalar(wanted.limit(1)) is not None


def _rooms_of(organisation_id: int) -> Select[int]:
    return select(Room.id).join(Room.venue).where(Venue.organisation_id == organisation_id)


class Scope(TypedDict, total=False):
    """Whose lessons are asked for. ``organisation_id`` and ``home_id``: its own lessons and those in its rooms.

    ``unit_id``: its own and those for its whole home; ``teacher_id``: those beside another, too.
    """

    organisation_id: int | None
    home_id: int | None
    unit_id: int | None
    room_id: int | None
    teacher_id: int | None
    class_ids: Collection[int] | None


def _in_scope(starts: datetime, ends: datetime, scope: Scope) -> Iterator[ColumnElement[bool]]:
    """Conditions on Lesson and CourseClass, which must all hold."""
    yield Lesson.starts_at >= starts
    yield Lesson.starts_at < ends
    if (owner := scope.get("organisation_id")) is not None:
        yield or_(CourseClass.organisation_id == owner, Lesson.room_id.in_(_rooms_of(owner)))
    if (home := scope.get("home_id")) is not None:
        yield or_(CourseClass.home_id == home, Lesson.room_id.in_(_rooms_of(home)))
    if (unit := scope.get("unit_id")) is not None:
        home_of_unit = select(Unit.home_id).where(Unit.id == unit).scalar_subquery()
        yield or_(CourseClass.unit_id == unit, and_(CourseClass.home_id == home_of_unit, CourseClass.unit_id.is_(None)))
    if (room := scope.get("room_id")) is not None:
        yield Lesson.room_id == room
    if (teacher := scope.get("teacher_id")) is not None:
        beside = select(ClassAssistant.class_id).where(ClassAssistant.teacher_id == teacher)
        yield or_(Lesson.teacher_id == teacher, Lesson.class_id.in_(beside))
    if (class_ids := scope.get("class_ids")) is not None:
        yield Lesson.class_id.in_(class_ids)


def lessons_between(session: Session, starts: datetime, ends: datetime, **scope: Unpack[Scope]) -> Sequence[Lesson]:
    """Lessons that begin from ``starts`` until before ``ends``, cancelled ones too, in order, with everything loaded."""
    wanted = select(Lesson).join(Lesson.course_class).where(*_in_scope(starts, ends, scope))
    return session.scalars(wanted.order_by(Lesson.starts_at, Lesson.id).options(*lesson_options())).all()


class LessonRow(NamedTuple):
    """What a list says of a lesson, as plain values; the names in the order in which :func:`lesson_rows` reads them."""

    lesson_id: int
    starts_at: datetime
    ends_at: datetime
    moved_from: datetime | None
    is_cancelled: bool
    cancel_reason: str
    has_other_room: bool
    has_other_teacher: bool
    delivery: Delivery
    is_online: bool
    course: str
    venue: str
    room: str
    teacher: str
    organisation: str

    @property
    def way(self) -> Delivery:
        """As of ``Lesson.way``."""
        return Delivery.ONLINE if self.is_online else self.delivery


ROW_COLUMNS = (
    Lesson.id,
    Lesson.starts_at,
    Lesson.ends_at,
    Lesson.moved_from,
    Lesson.cancelled_at.is_not(None),
    Lesson.cancel_reason,
    Lesson.room_id != CourseClass.room_id,
    Lesson.teacher_id != CourseClass.teacher_id,
    CourseClass.delivery,
    Lesson.is_online,
    Course.title,
    Venue.name,
    Room.name,
    Person.name,
    Organisation.name,
)


def lesson_rows(session: Session, starts: datetime, ends: datetime, **scope: Unpack[Scope]) -> list[LessonRow]:
    """As :func:`lessons_between`, columns only: what a week of many lessons needs, in a third of the time."""
    wanted = (
        select(*ROW_COLUMNS)
        .select_from(Lesson)
        .join(CourseClass, CourseClass.id == Lesson.class_id)
        .join(Course, Course.id == CourseClass.course_id)
        .join(Organisation, Organisation.id == CourseClass.organisation_id)
        .join(Room, Room.id == Lesson.room_id)
        .join(Venue, Venue.id == Room.venue_id)
        .join(Teacher, Teacher.id == Lesson.teacher_id)
        .join(Person, Person.id == Teacher.person_id)
        .where(*_in_scope(starts, ends, scope))
        .order_by(Lesson.starts_at, Lesson.id)
    )
    return [LessonRow._make(row) for row in session.execute(wanted)]


def lessons_of_class(session: Session, class_id: int) -> Sequence[Lesson]:
    """Every lesson of a class that the caller may see, cancelled ones too, in order, with everything loaded."""
    wanted = select(Lesson).join(Lesson.course_class).where(Lesson.class_id == class_id)
    return session.scalars(wanted.order_by(Lesson.starts_at).options(*lesson_options())).all()


def taken_by(
    session: Session, holder: Holder, holder_ids: Collection[int], starts: datetime, ends: datetime
) -> Sequence[Occupancy]:
    """What takes these rooms, teachers or people between two instants, in order, each with its lesson and course."""
    course = joinedload(Occupancy.lesson).joinedload(Lesson.course_class).joinedload(CourseClass.course)
    return session.scalars(
        select(Occupancy)
        .where(
            Occupancy.holder == holder,
            Occupancy.holder_id.in_(holder_ids),
            Occupancy.starts_at < ends,
            Occupancy.ends_at > starts,
        )
        .order_by(Occupancy.starts_at)
        .options(course)
    ).all()


def class_span(session: Session, class_id: int) -> tuple[datetime, datetime] | None:
    """When the first and the last lesson that stands begin; None where none stands."""
    spans = select(func.min(Lesson.starts_at), func.max(Lesson.starts_at)).group_by(Lesson.class_id)
    row = session.execute(spans.where(Lesson.class_id == class_id, Lesson.cancelled_at.is_(None))).one_or_none()
    return row and (row[0], row[1])
