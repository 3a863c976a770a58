"""Reading seats, rosters, and a learner's lessons. A learner's own are asked for by her id, which the caller may see."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, bindparam, exists, func, or_, select
from sqlalchemy.orm import Session, contains_eager, joinedload

from senior_univ.accounts.models import Person
from senior_univ.care.models import AccessNeeds, Residency, Unit
from senior_univ.core import clock
from senior_univ.core.access import Right, Viewer
from senior_univ.core.errors import NotFoundError
from senior_univ.core.permissions import Permission, Role
from senior_univ.enrolment import places
from senior_univ.enrolment.models import Seat
from senior_univ.enrolment.places import Places
from senior_univ.enrolment.rules import SEAT_PERMISSIONS
from senior_univ.network import queries as network
from senior_univ.network.models import Organisation
from senior_univ.timetable import queries as timetable
from senior_univ.timetable.models import Admission, CourseClass, Lesson


def is_standing() -> ColumnElement[bool]:
    """Condition on Seat: it has not ended."""
    return Seat.ended_at.is_(None)


def _with_class() -> Select[Seat]:
    loaded: tuple[Any, ...] = timetable.class_options()
    of_class = contains_eager(Seat.course_class).options(*loaded)
    return select(Seat).join(Seat.course_class).options(of_class, joinedload(Seat.person))


def seats_of(session: Session, person_id: int) -> Sequence[Seat]:
    """Her standing seats in classes that are not over, with all that is said of the class, the next class first."""
    coming = _with_class().where(Seat.person_id == person_id, is_standing(), CourseClass.last_lesson_at > clock.now())
    return session.scalars(coming.order_by(CourseClass.weekday, CourseClass.starts)).all()


def standing_seat(session: Session, class_id: int, person_id: int) -> Seat | None:
    """Her seat in that class, with all that is said of the class."""
    hers = _with_class().where(Seat.class_id == class_id, Seat.person_id == person_id, is_standing())
    return session.scalar(hers)


def seat_for(session: Session, viewer: Viewer, seat_id: int) -> Seat:
    """That seat, one that has ended included; NotFoundError unless it is the viewer's, her elder's or her class's."""
    seat = session.scalar(_with_class().where(Seat.id == seat_id, _sees_seat(viewer)))
    if seat is None:
        raise NotFoundError
    return seat


def _sees_seat(viewer: Viewer) -> ColumnElement[bool]:
    elders = [elder for elder, rights in viewer.elders.items() if Right.SEE in rights]
    as_staff = [timetable.sees_classes(viewer, permission) for permission in SEAT_PERMISSIONS]
    has_referred = Seat.referrer_id.in_(viewer.organisation_ids(Permission.SERVE_DESK))
    return or_(Seat.person_id.in_([viewer.person_id, *elders]), has_referred, *as_staff)


def seats_given_by(viewer: Viewer) -> Select[Seat]:
    """Standing seats that the viewer, or her desk as referrer, gave to others whom she may still see; newest first."""
    hers = or_(
        and_(Seat.taken_by_id == viewer.person_id, Seat.person_id != viewer.person_id),
        Seat.referrer_id.in_(viewer.organisation_ids(Permission.SERVE_DESK)),
    )
    query = _with_class().where(hers, is_standing(), CourseClass.last_lesson_at > clock.now(), _sees_seat(viewer))
    return query.order_by(Seat.taken_at.desc(), Seat.id.desc()).options(
        joinedload(Seat.person).joinedload(Person.region)
    )


def class_with_roster(session: Session, viewer: Viewer, class_id: int) -> CourseClass:
    """The class whose learners the viewer may see by name: as its site's or home's staff, or as its teacher."""
    as_teacher = replace(viewer, posts=tuple(post for post in viewer.posts if post.role is Role.TEACHER))
    seen = [timetable.sees_classes(viewer, permission) for permission in SEAT_PERMISSIONS]
    seen.append(timetable.sees_classes(as_teacher, Permission.SEE_CLASSES))
    wanted = select(CourseClass).where(CourseClass.id == class_id, or_(*seen)).options(*timetable.class_options())
    found = session.scalar(wanted)
    if found is None:
        raise NotFoundError
    return found


def _her_lessons(person_id: int) -> Select[Lesson]:
    """Lessons of her classes from when she joined; those of a class that was cancelled under her stay, as cancelled."""
    was_hers = or_(is_standing(), Seat.ended_at == CourseClass.cancelled_at)
    return (
        select(Lesson)
        .join(Lesson.course_class)
        .join(Seat, and_(Seat.class_id == CourseClass.id, Seat.person_id == person_id, was_hers))
        .where(Lesson.starts_at >= Seat.taken_at)
        .order_by(Lesson.starts_at, Lesson.id)
    )


def lessons_of_person(session: Session, person_id: int, starts: datetime, ends: datetime) -> Sequence[Lesson]:
    """Her lessons that begin from ``starts`` until before ``ends``, cancelled ones too, with all that is said of them."""
    wanted = _her_lessons(person_id).where(Lesson.starts_at >= starts, Lesson.starts_at < ends)
    return session.scalars(wanted.options(*timetable.lesson_options())).unique().all()


def begun(session: Session, seats: Sequence[Seat]) -> set[int]:
    """Ids of those seats whose first lesson has begun: the first since she joined, not the first of the class."""
    held = (
        select(Seat.id)
        .join(Lesson, Lesson.class_id == Seat.class_id)
        .where(Seat.id.in_([each.id for each in seats]), Lesson.cancelled_at.is_(None))
        .where(Lesson.starts_at >= Seat.taken_at, Lesson.starts_at <= clock.now())
    )
    return set(session.scalars(held.distinct()))


def next_lesson(session: Session, person_id: int) -> Lesson | None:
    """The lesson that she is in or that comes next, cancelled ones left out."""
    coming = _her_lessons(person_id).where(is_standing(), Lesson.ends_at > clock.now(), Lesson.cancelled_at.is_(None))
    return session.scalar(coming.options(*timetable.lesson_options()).limit(1))


def lesson_of(session: Session, person_id: int, lesson_id: int) -> Lesson | None:
    """That lesson if it is one of hers."""
    hers = _her_lessons(person_id).where(Lesson.id == lesson_id)
    return session.scalar(hers.options(*timetable.lesson_options()).limit(1))


def first_lesson(session: Session, course_class: CourseClass) -> Lesson | None:
    """The first lesson of a class that is still to come, with room and teacher."""
    coming = (
        select(Lesson)
        .join(Lesson.course_class)
        .where(Lesson.class_id == course_class.id, Lesson.starts_at > clock.now(), Lesson.cancelled_at.is_(None))
        .order_by(Lesson.starts_at)
        .limit(1)
    )
    return session.scalar(coming.options(*timetable.lesson_options()))


def people_in(session: Session, class_id: int) -> Sequence[Person]:
    """Everybody who has a seat in a class."""
    query = select(Person).join(Seat, Seat.person_id == Person.id).where(Seat.class_id == class_id, is_standing())
    return session.scalars(query.order_by(Person.name, Person.id)).all()


@dataclass(frozen=True)
class RosterLine:
    """Somebody in a class: where she lives, and what the lesson must know."""

    seat: Seat
    person: Person
    residency: Residency | None
    needs: AccessNeeds | None
    has_namesake: bool

    @property
    def bed(self) -> str:
        """Unit and bed of a resident, else nothing."""
        unit = self.residency.unit.name if self.residency and self.residency.unit else ""
        return f"{unit} {self.residency.bed if self.residency else ''}".strip()


def roster(session: Session, course_class: CourseClass) -> list[RosterLine]:
    """Who is in a class that the caller may see, by name; equal names are marked."""
    query = (
        select(Seat, Person, Residency, AccessNeeds)
        .join(Seat.person)
        .outerjoin(Residency, and_(Residency.person_id == Person.id, Residency.to_on.is_(None)))
        .outerjoin(Residency.unit)
        .outerjoin(AccessNeeds, AccessNeeds.person_id == Person.id)
        .where(Seat.class_id == course_class.id, is_standing())
        .order_by(Unit.floor, Unit.name, Person.name, Person.birth_year, Person.id)
        .options(joinedload(Person.region), contains_eager(Residency.unit))
    )
    rows = session.execute(query).all()
    names = [person.name for _, person, _, _ in rows]
    return [RosterLine(*row, has_namesake=names.count(row[1].name) > 1) for row in rows]


def classes_with_room(
    session: Session, course_class: CourseClass, *, wheelchair: bool = False, limit: int = 3
) -> Sequence[CourseClass]:
    """The nearest open classes of the same subject that have a place, with all that is said of them."""
    has_room = places.is_free(Places(seats=1, wheelchairs=int(wheelchair)))
    query = (
        open_classes()
        .where(CourseClass.id != course_class.id, *has_room, CourseClass.admission == Admission.FIRST_COME)
        .where(CourseClass.course.has(subject_id=course_class.course.subject_id))
        .order_by(*nearest_first(course_class.region_code), CourseClass.weekday, CourseClass.id)
        .limit(limit)
    )
    return session.scalars(query.options(*timetable.class_options())).all()


def open_classes() -> Select[CourseClass]:
    """Classes that anybody may join: not cancelled, not over, not for one home's residents."""
    return select(CourseClass).where(
        CourseClass.cancelled_at.is_(None), CourseClass.home_id.is_(None), CourseClass.last_lesson_at > clock.now()
    )


def nearest_first(code: str) -> list[ColumnElement[bool]]:
    """Order of classes around a place: its village, township and county first."""
    lengths = [length for length in (12, 9, 6) if len(code) >= length]
    return [network.below(CourseClass.region_code, code[:length]).desc() for length in lengths]


def open_class(session: Session, class_id: int) -> CourseClass | None:
    """A class that anybody may look at (a home's own class is not), with all that is said of it."""
    query = select(CourseClass).where(CourseClass.id == class_id, CourseClass.home_id.is_(None))
    return session.scalar(query.options(*timetable.class_options()))


_LIVES_THERE = exists().where(
    Residency.person_id == bindparam("person_id"), Residency.to_on.is_(None), Residency.home_id == CourseClass.home_id
)
_CLASS_TO_JOIN = (
    select(CourseClass)
    .where(CourseClass.id == bindparam("class_id"), or_(CourseClass.home_id.is_(None), _LIVES_THERE))
    .options(*timetable.class_options())
)


def class_to_join(session: Session, class_id: int, person_id: int) -> CourseClass | None:
    """A class that anybody may join, or the own class of the home where she lives, with all that is said of it."""
    return session.scalar(_CLASS_TO_JOIN, {"class_id": class_id, "person_id": person_id})


def learner(session: Session, person_id: int) -> Person:
    """The person whose learning a page is about, with her village; the caller has asked ``learner_id`` who that may be."""
    found = session.get(Person, person_id, options=[joinedload(Person.region)])
    if found is None or found.ended_at is not None:
        raise NotFoundError
    return found


def _learners_in(viewer: Viewer) -> list[ColumnElement[bool]]:
    """Standing seats in running and coming classes of the viewer's area."""
    return [
        network.organisation_scope(viewer, Permission.SEE_COVERAGE),
        is_standing(),
        CourseClass.last_lesson_at > clock.now(),
    ]


def learner_counts(session: Session, viewer: Viewer) -> dict[int, int]:
    """How many different people have a seat at each site and home of the viewer's area, by its id; nobody is named.

    A class for residents counts for their home, every other one for the organisation that gives it.
    """
    place = func.coalesce(CourseClass.home_id, CourseClass.organisation_id)
    query = (
        select(place, func.count(Seat.person_id.distinct()))
        .join(Seat, Seat.class_id == CourseClass.id)
        .join(Organisation, Organisation.id == place)
        .where(*_learners_in(viewer))
        .group_by(place)
    )
    return dict(session.execute(query).all())


def learner_total(session: Session, viewer: Viewer) -> int:
    """How many different people learn in the viewer's area, each counted once."""
    query = (
        select(func.count(Seat.person_id.distinct()))
        .join(CourseClass, Seat.class_id == CourseClass.id)
        .join(Organisation, Organisation.id == CourseClass.organisation_id)
        .where(*_learners_in(viewer))
    )
    return session.scalar(query) or 0


def township_counts(session: Session, viewer: Viewer) -> dict[str, int]:
    """How many different people have a seat in each township of the viewer's area, by its code of nine digits."""
    township = func.substr(CourseClass.region_code, 1, 9)
    query = (
        select(township, func.count(Seat.person_id.distinct()))
        .join(Seat, Seat.class_id == CourseClass.id)
        .join(Organisation, Organisation.id == CourseClass.organisation_id)
        .where(*_learners_in(viewer))
        .group_by(township)
    )
    return dict(session.execute(query).all())


def people_known(
    session: Session, *, name: str, birth_year: int | None, phone: str | None, prefix: str
) -> Sequence[Person]:
    """People on file to whom a newcomer at a desk may be equal: her phone, or her name and birth year in that area.

    Whoever asks has heard both from her; no more than name, year and village is shown of those found.
    """
    same = and_(
        Person.name == name, Person.birth_year == birth_year, Person.region_code.startswith(prefix, autoescape=True)
    )
    alike = or_(same, and_(Person.phone == phone, Person.name == name)) if phone else same
    query = select(Person).where(alike, Person.ended_at.is_(None))
    return session.scalars(query.options(joinedload(Person.region)).order_by(Person.id).limit(5)).all()


def people_called(session: Session, name: str, tail: str) -> Sequence[Person]:
    """Everybody of exactly that name whose phone ends with these digits; a few are enough to know it is not one."""
    query = select(Person).where(Person.name == name, Person.phone_tail == tail, Person.ended_at.is_(None))
    return session.scalars(query.order_by(Person.id).limit(3)).all()


def classes_elsewhere(viewer: Viewer, prefix: str) -> Select[CourseClass]:
    """Classes of other organisations of a county to which a desk may refer somebody: a place free, first come."""
    own = viewer.organisation_ids(Permission.SERVE_DESK)
    query = open_classes().where(
        network.below(CourseClass.region_code, prefix),
        CourseClass.organisation_id.not_in(own),
        CourseClass.admission == Admission.FIRST_COME,
        *places.is_free(Places(seats=1)),
    )
    ordered = query.order_by(CourseClass.weekday, CourseClass.starts, CourseClass.id)
    return ordered.options(*timetable.class_options())


def classes_at_desk(viewer: Viewer, permission: Permission) -> Select[CourseClass]:
    """The running and coming classes of the viewer's organisations, those with a place first."""
    query = timetable.visible_classes(viewer, permission).where(
        CourseClass.cancelled_at.is_(None), CourseClass.last_lesson_at > clock.now()
    )
    ordered = query.order_by(places.is_full(), CourseClass.weekday, CourseClass.starts, CourseClass.id)
    return ordered.options(*timetable.class_options())
