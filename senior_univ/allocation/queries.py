"""Reading rounds and applications. A learner's own application is asked for by her id, which the caller may see."""

from collections.abc import Collection, Sequence
from datetime import timedelta
from typing import Any, TypeVar

from sqlalchemy import ColumnElement, Select, exists, func, or_, select
from sqlalchemy.orm import Session, aliased, contains_eager, joinedload, selectinload, undefer

from senior_univ.accounts.models import Person
from senior_univ.accounts.queries import people_of
from senior_univ.allocation.models import AllocatedClass, AllocatedPlace, AllocationRound, Application, Wish
from senior_univ.care.models import Residency
from senior_univ.core import clock
from senior_univ.core.access import Right, Viewer
from senior_univ.core.errors import NotFoundError
from senior_univ.core.permissions import Permission
from senior_univ.enrolment.models import Seat
from senior_univ.network.models import Organisation, Room
from senior_univ.network.queries import organisation_scope
from senior_univ.timetable import queries as timetable
from senior_univ.timetable.models import Admission, CourseClass

NEWS = timedelta(days=14)
"""How long a result is news."""


def rounds() -> Select[AllocationRound]:
    """Every round, those that are open first, then the newest."""
    now = clock.now()
    is_open = (AllocationRound.opens_at <= now) & (AllocationRound.closes_at > now)
    is_open &= AllocationRound.called_off_at.is_(None)
    ordered = select(AllocationRound).order_by(is_open.desc(), AllocationRound.closes_at.desc(), AllocationRound.id)
    return ordered.options(joinedload(AllocationRound.organisation))


def visible_rounds(viewer: Viewer, permission: Permission) -> Select[AllocationRound]:
    """The rounds of the organisations for which the viewer has ``permission``."""
    return rounds().join(AllocationRound.organisation).where(organisation_scope(viewer, permission))


def round_for(session: Session, viewer: Viewer, permission: Permission, round_id: int) -> AllocationRound:
    """That round; NotFoundError where the viewer has no ``permission`` for its organisation."""
    return _found(session.scalar(visible_rounds(viewer, permission).where(AllocationRound.id == round_id)))


def round_of(session: Session, round_id: int) -> AllocationRound:
    """That round, which everybody may see; its secret is shown after the draw only. NotFoundError where there is none."""
    return _found(session.scalar(rounds().where(AllocationRound.id == round_id)))


def document_of(session: Session, round_id: int) -> dict[str, Any] | None:
    """The published record of a round that was drawn, else None."""
    found = session.scalar(
        select(AllocationRound).where(AllocationRound.id == round_id).options(undefer(AllocationRound.document))
    )
    return _found(found).document


Row = TypeVar("Row")


def _found(row: Row | None) -> Row:
    if row is None:
        raise NotFoundError
    return row


def classes_of(session: Session, round_id: int) -> Sequence[CourseClass]:
    """The classes of a round in the week's order, with all that is said of them."""
    query = (
        select(CourseClass)
        .join(AllocatedClass, AllocatedClass.class_id == CourseClass.id)
        .where(AllocatedClass.round_id == round_id)
        .order_by(CourseClass.weekday, CourseClass.starts, CourseClass.id)
    )
    return session.scalars(query.options(*timetable.class_options())).all()


def classes_to_wish(session: Session, allocation_round: AllocationRound, person_id: int) -> list[CourseClass]:
    """The classes for which this person may apply: not cancelled, and another home's own classes left out."""
    home_id = session.scalar(
        select(Residency.home_id).where(Residency.person_id == person_id, Residency.to_on.is_(None))
    )
    offered = classes_of(session, allocation_round.id)
    return [each for each in offered if each.cancelled_at is None and each.home_id in (None, home_id)]


def classes_to_give(organisation_id: int) -> Select[CourseClass]:
    """The classes of an organisation that a new round may give: to come, by no other way, in no undrawn round."""
    in_round = exists().where(
        AllocatedClass.class_id == CourseClass.id,
        AllocatedClass.round_id == AllocationRound.id,
        AllocationRound.drawn_at.is_(None),
        AllocationRound.called_off_at.is_(None),
    )
    return (
        select(CourseClass)
        .where(
            CourseClass.organisation_id == organisation_id,
            CourseClass.cancelled_at.is_(None),
            CourseClass.last_lesson_at > clock.now(),
            CourseClass.admission != Admission.INVITATION,
            or_(CourseClass.admission == Admission.ALLOCATION, CourseClass.first_lesson_at > clock.now()),
            ~in_round,
        )
        .order_by(CourseClass.weekday, CourseClass.starts, CourseClass.id)
        .options(*timetable.class_options())
    )


def _with_everything() -> Select[Application]:
    of_class: tuple[Any, ...] = timetable.class_options()
    return select(Application).options(
        selectinload(Application.wishes).joinedload(Wish.course_class).options(*of_class),
        selectinload(Application.places).joinedload(AllocatedPlace.course_class).options(*of_class),
        joinedload(Application.person).joinedload(Person.region),
        joinedload(Application.asks_person),
        joinedload(Application.partner).joinedload(Application.person),
    )


def application_of(session: Session, round_id: int, person_id: int) -> Application | None:
    """Her application in that round, withdrawn or not, with its wishes and results."""
    hers = (Application.round_id == round_id) & (Application.person_id == person_id)
    return session.scalar(_with_everything().where(hers))


def application_by_id(session: Session, application_id: int) -> Application:
    """An application that the caller may see, with its wishes and results."""
    return _found(session.scalar(_with_everything().where(Application.id == application_id)))


def standing_application(session: Session, round_id: int, person_id: int) -> Application:
    """The same, or NotFoundError where she has none or has withdrawn it."""
    found = application_of(session, round_id, person_id)
    return _found(found if found and found.withdrawn_at is None else None)


def numbers_of(session: Session, round_id: int, person_ids: Collection[int]) -> dict[int, str]:
    """{person: the number of her standing application}."""
    query = select(Application.person_id, Application.number).where(standing(round_id))
    return dict(session.execute(query.where(Application.person_id.in_(person_ids))).all())


def applications_of(session: Session, person_id: int) -> dict[int, Application]:
    """Her standing applications by round."""
    hers = select(Application).where(Application.person_id == person_id, Application.withdrawn_at.is_(None))
    return {each.round_id: each for each in session.scalars(hers)}


def recent_applications(session: Session, person_id: int) -> Sequence[Application]:
    """Her standing applications whose result is still to come or came in the last two weeks, with their rounds."""
    ended = func.coalesce(AllocationRound.settled_at, AllocationRound.called_off_at)
    query = (
        select(Application)
        .join(Application.allocation_round)
        .where(Application.person_id == person_id, Application.withdrawn_at.is_(None))
        .where(or_(ended.is_(None), ended > clock.now() - NEWS))
        .order_by(AllocationRound.closes_at, Application.id)
        .options(contains_eager(Application.allocation_round))
    )
    return session.scalars(query).all()


def applications_made_by(session: Session, viewer: Viewer, most: int = 40) -> Sequence[Application]:
    """What the viewer applied for others, as long as the places are not given and she may still see them."""
    elders = [elder for elder, rights in viewer.elders.items() if Right.SEE in rights]
    query = (
        select(Application)
        .join(Application.allocation_round)
        .join(Application.person)
        .where(Application.made_by_id == viewer.person_id, Application.person_id != viewer.person_id)
        .where(Application.withdrawn_at.is_(None), AllocationRound.settled_at.is_(None))
        .where(AllocationRound.called_off_at.is_(None))
        .where(or_(Application.person_id.in_(elders), people_of(viewer, Permission.ENROL_OTHERS)))
        .order_by(AllocationRound.closes_at, Application.id)
        .options(contains_eager(Application.allocation_round), contains_eager(Application.person))
    )
    return session.scalars(query.limit(most)).all()


def asked_of(session: Session, person_id: int, round_id: int | None = None) -> Sequence[Application]:
    """The applications whose people want to come together with her and wait for her answer."""
    query = _with_everything().where(
        Application.asks_person_id == person_id,
        Application.withdrawn_at.is_(None),
        Application.round_id == AllocationRound.id,
        AllocationRound.drawn_at.is_(None),
        AllocationRound.called_off_at.is_(None),
        AllocationRound.closes_at > clock.now(),
    )
    return session.scalars(query if round_id is None else query.where(Application.round_id == round_id)).all()


def standing(round_id: int) -> ColumnElement[bool]:
    """Condition on Application: of that round, not withdrawn."""
    return (Application.round_id == round_id) & Application.withdrawn_at.is_(None)


def by_number(round_id: int) -> Select[Application]:
    """The standing applications of a round by number, with wishes and results but nobody's name."""
    return (
        select(Application)
        .where(standing(round_id))
        .order_by(Application.number)
        .options(
            selectinload(Application.wishes).joinedload(Wish.course_class).joinedload(CourseClass.course),
            selectinload(Application.places),
            joinedload(Application.partner),
        )
    )


def by_position(round_id: int) -> Select[Application]:
    """The same in drawn order."""
    return by_number(round_id).order_by(None).order_by(Application.position, Application.number)


def results_of(session: Session, round_id: int, first_wish_id: int | None = None) -> Sequence[Application]:
    """The standing applications of a round with what they were given, but for wishes within one home alone.

    ``first_wish_id``: of those alone who wished for this class most.
    """
    of_class: tuple[Any, ...] = (
        joinedload(CourseClass.course),
        joinedload(CourseClass.room).joinedload(Room.venue),
    )
    wished = (Wish.application_id == Application.id) & (Wish.class_id == CourseClass.id)
    query = (
        select(Application)
        .where(standing(round_id), exists().where(wished, CourseClass.home_id.is_(None)))
        .order_by(Application.number)
        .options(selectinload(Application.places).joinedload(AllocatedPlace.course_class).options(*of_class))
    )
    if first_wish_id is not None:
        first = aliased(Wish)
        query = query.join(first, (first.application_id == Application.id) & (first.rank == 1))
        query = query.where(first.class_id == first_wish_id)
    return session.scalars(query).all()


def settled_classes(session: Session, round_id: int) -> tuple[int, int]:
    """How far the giving is: steps that are done, and steps in all, two for each class."""
    done = func.count(AllocatedClass.settled_at) + func.count(AllocatedClass.queued_at)
    query = select(done, 2 * func.count()).where(AllocatedClass.round_id == round_id)
    row = session.execute(query).one()
    return row[0], row[1]


def count_of(session: Session, round_id: int) -> int:
    """How many applications stand in a round."""
    return session.scalar(select(func.count()).where(standing(round_id))) or 0


def last_position(session: Session, round_id: int) -> int:
    """How many parties were drawn."""
    return session.scalar(select(func.max(Application.position)).where(Application.round_id == round_id)) or 0


def wished(session: Session, round_id: int) -> dict[int, tuple[int, int]]:
    """{class id: (how many wish for it at all, how many wish for it most)}."""
    first = func.count().filter(Wish.rank == 1)
    query = (
        select(Wish.class_id, func.count(), first)
        .join(Wish.application)
        .where(standing(round_id))
        .group_by(Wish.class_id)
    )
    return {class_id: (all_, most) for class_id, all_, most in session.execute(query)}


def given_in(session: Session, class_ids: Collection[int], round_id: int) -> dict[int, list[tuple[int, int]]]:
    """{class id: (pass, position) of every place given there}, the last ones last."""
    query = (
        select(AllocatedPlace.class_id, AllocatedPlace.draw_pass, Application.position)
        .join(AllocatedPlace.application)
        .where(AllocatedPlace.class_id.in_(class_ids), Application.round_id == round_id)
        .order_by(AllocatedPlace.draw_pass, Application.position)
    )
    found: dict[int, list[tuple[int, int]]] = {class_id: [] for class_id in class_ids}
    for class_id, draw_pass, position in session.execute(query):
        found[class_id].append((draw_pass, position or 0))
    return found


def filled(session: Session, round_id: int) -> dict[int, tuple[int, int]]:
    """{class id: (places given, seats that came of it)}."""
    seated = func.count(AllocatedPlace.seated_at)
    query = (
        select(AllocatedPlace.class_id, func.count(), seated)
        .join(AllocatedPlace.application)
        .where(Application.round_id == round_id)
        .group_by(AllocatedPlace.class_id)
    )
    return {class_id: (given, seats) for class_id, given, seats in session.execute(query)}


def round_giving(session: Session, class_id: int) -> AllocationRound | None:
    """The round that is to give, or is giving, the seats of that class."""
    query = (
        rounds()
        .join(AllocatedClass, AllocatedClass.round_id == AllocationRound.id)
        .where(AllocatedClass.class_id == class_id, AllocationRound.settled_at.is_(None))
        .where(AllocationRound.called_off_at.is_(None))
    )
    return session.scalar(query.limit(1))


def learned_before(allocation_round: AllocationRound, person_ids: Select[Any] | Collection[int]) -> Select[int]:
    """Who of these people had a seat in any class before the window opened: they are no newcomers."""
    return (
        select(Seat.person_id)
        .where(Seat.person_id.in_(person_ids), Seat.taken_at < allocation_round.opens_at)
        .distinct()
    )


def person_numbered(session: Session, round_id: int, name: str, number: str) -> Person | None:
    """The person of that name who applied with that number."""
    query = (
        select(Person)
        .join(Application, Application.person_id == Person.id)
        .where(standing(round_id), Application.number == number, Person.name == name, Person.ended_at.is_(None))
    )
    return session.scalar(query)


def organisations(viewer: Viewer) -> Select[Organisation]:
    """The organisations for which the viewer may open a round."""
    return (
        select(Organisation)
        .where(organisation_scope(viewer, Permission.PLAN_CLASSES), Organisation.closed_on.is_(None))
        .order_by(Organisation.name, Organisation.id)
    )
