"""Whom a person must call: written with what happened, ticked as reached, by whom, when.

A delivery receipt is no proof: somebody is reached once she answered, or once whoever called ticks it. A call is open
until then, until it would be too late, or until what it was about is gone.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Select, and_, func, or_, select, update
from sqlalchemy.orm import Session, joinedload

from senior_univ.accounts.models import Person
from senior_univ.audit.actions import record
from senior_univ.care.queries import residencies_of
from senior_univ.core import clock
from senior_univ.core.access import Viewer
from senior_univ.core.errors import NotFoundError
from senior_univ.core.permissions import Permission
from senior_univ.network.models import Organisation
from senior_univ.network.queries import organisation_scope
from senior_univ.reminders import actions
from senior_univ.reminders.models import REMINDERS, Call, CallWhy, MessageKind
from senior_univ.timetable.models import CourseClass, Lesson


@dataclass(frozen=True)
class Wanted:
    """A call that is to be written, once by its ``key``; a resident's goes to her home instead of ``organisation_id``.

    ``home_id`` is the home in which the lesson is given: who lives there is told there and needs no call.
    """

    key: str
    kind: MessageKind
    person_id: int
    why: CallWhy
    organisation_id: int | None
    lesson_id: int | None = None
    suspension_id: int | None = None
    message_id: int | None = None
    words: str = ""
    call_by: datetime | None = None
    home_id: int | None = None


def write(session: Session, wanted: Sequence[Wanted]) -> int:
    """Write these calls; those whose key is there stay as they are. Returns how many are new."""
    if not wanted:
        return 0
    homes = residencies_of(session, {each.person_id for each in wanted})
    now = clock.now()
    rows = []
    for each in {each.key: each for each in wanted}.values():
        home = homes.get(each.person_id)
        if home and home.home_id == each.home_id:
            continue
        row = {name: value for name, value in vars(each).items() if name != "home_id"}
        organisation_id = home.home_id if home else each.organisation_id
        rows.append(row | {"organisation_id": organisation_id, "created_at": now, "tries": 0, "note": ""})
    if not rows:
        return 0
    statement = actions.insert_or_nothing(session, Call).returning(Call.id)
    return len(session.execute(statement, sorted(rows, key=lambda row: row["key"])).all())


def lesson_key(kind: MessageKind, lesson_id: int, starts_at: datetime, person_id: int) -> str:
    """The key of a call about a lesson as it stands: another time is another call, reminders of one lesson are one."""
    what = "reminder" if kind in REMINDERS else "change"
    return f"{what}:{lesson_id}:{starts_at:%Y%m%d%H%M}:{person_id}"


def is_open(now: datetime | None = None) -> ColumnElement[bool]:
    """SQL for a call that somebody still has to make."""
    in_time = or_(Call.call_by.is_(None), Call.call_by > (now or clock.now()))
    return and_(Call.reached_at.is_(None), Call.ended_at.is_(None), in_time)


def visible_calls(viewer: Viewer) -> Select[Call]:
    """The calls of the viewer's organisations, with whom and what they are about."""
    return (
        select(Call)
        .join(Person, Person.id == Call.person_id)
        .join(Organisation, Organisation.id == Call.organisation_id)
        .where(organisation_scope(viewer, Permission.PLAN_CLASSES), Person.ended_at.is_(None))
        .options(
            joinedload(Call.person).joinedload(Person.region),
            joinedload(Call.lesson).joinedload(Lesson.course_class).joinedload(CourseClass.course),
            joinedload(Call.reached_by),
            joinedload(Call.tried_by),
        )
    )


def open_calls(viewer: Viewer) -> Select[Call]:
    """Those that are still to be made, soonest first; of one hour those whom nothing else reaches first."""
    when = (Call.call_by.is_(None), Call.call_by)
    return visible_calls(viewer).where(is_open()).order_by(*when, Call.why == CallWhy.URGENT, Person.name, Call.id)


def count_open(session: Session, viewer: Viewer) -> int:
    """How many calls are to be made."""
    ids = open_calls(viewer).order_by(None).options().with_only_columns(Call.id).subquery()
    return session.scalar(select(func.count()).select_from(ids)) or 0


def calls_of_lesson(viewer: Viewer, lesson_id: int) -> Select[Call]:
    """Every call about a lesson, who was not reached first."""
    wanted = visible_calls(viewer).where(Call.lesson_id == lesson_id)
    return wanted.order_by(Call.reached_at.is_not(None), Person.name, Call.id)


def call_for(session: Session, viewer: Viewer, call_id: int) -> Call:
    """A call that the viewer may make."""
    found = session.scalar(visible_calls(viewer).where(Call.id == call_id))
    if found is None:
        raise NotFoundError
    return found


def tick_reached(session: Session, call: Call, *, by: Viewer, note: str = "") -> None:
    """She was spoken to; other open calls to her about the same are done with it. A second tick changes nothing."""
    if call.reached_at is not None:
        return
    reached = {"reached_at": clock.now(), "reached_by_id": by.person_id, "note": note}
    same = update(Call).where(Call.person_id == call.person_id, Call.reached_at.is_(None), _about_same(call))
    session.execute(same.values(reached))
    session.refresh(call)
    record(session, "call.reached", call, by=by, on_behalf_of=call.person_id)


def tick_tried(session: Session, call: Call, *, by: Viewer) -> None:
    """Nobody picked up: it stays open."""
    call.tries, call.tried_at, call.tried_by_id = call.tries + 1, clock.now(), by.person_id
    record(session, "call.tried", call, by=by, on_behalf_of=call.person_id)


def _about_same(call: Call) -> ColumnElement[bool]:
    same = [Call.id == call.id]
    if call.lesson_id is not None:
        same.append(Call.lesson_id == call.lesson_id)
    if call.suspension_id is not None:
        same.append(Call.suspension_id == call.suspension_id)
    return or_(*same)


def listed(session: Session, person_ids: Collection[int]) -> set[tuple[int, int | None]]:
    """(person, lesson) of the calls that are to be made to these people already."""
    if not person_ids:
        return set()
    rows = session.execute(select(Call.person_id, Call.lesson_id).where(Call.person_id.in_(set(person_ids)), is_open()))
    return {(row.person_id, row.lesson_id) for row in rows if row.lesson_id is not None}


def answered(
    session: Session, person_ids: Collection[int], lesson_ids: Collection[int], suspension_id: int | None = None
) -> None:
    """They answered a text about these lessons: nobody needs to call them about that any more."""
    about = or_(
        Call.lesson_id.in_(lesson_ids), and_(Call.suspension_id.is_not(None), Call.suspension_id == suspension_id)
    )
    mine = update(Call).where(Call.person_id.in_(person_ids), Call.reached_at.is_(None), about)
    session.execute(mine.values(reached_at=clock.now()), execution_options={"synchronize_session": False})


def end(session: Session, lesson_ids: Iterable[int], person_id: int | None = None) -> None:
    """Reminding anybody of these lessons, or this one person, is no longer needed."""
    mine: list[ColumnElement[bool]] = [
        Call.lesson_id.in_(set(lesson_ids)),
        Call.kind.in_(REMINDERS),
        Call.ended_at.is_(None),
    ]
    if person_id is not None:
        mine.append(Call.person_id == person_id)
    ended = update(Call).where(*mine).values(ended_at=clock.now())
    session.execute(ended, execution_options={"synchronize_session": False})


def end_suspended(session: Session, suspension_id: int) -> None:
    """What was suspended is held after all: nobody is called about that any more."""
    mine = update(Call).where(Call.suspension_id == suspension_id, Call.reached_at.is_(None), Call.ended_at.is_(None))
    session.execute(mine.values(ended_at=clock.now()), execution_options={"synchronize_session": False})


def end_in_class(session: Session, class_id: int, person_id: int) -> None:
    """She is no longer in that class: nobody is called to her about its lessons."""
    hers = select(Lesson.id).where(Lesson.class_id == class_id)
    mine = (Call.person_id == person_id, Call.lesson_id.in_(hers), Call.reached_at.is_(None), Call.ended_at.is_(None))
    ended = update(Call).where(*mine).values(ended_at=clock.now())
    session.execute(ended, execution_options={"synchronize_session": False})
