"""What a suspension says to everybody in its lessons: one text a phone, at once; and who must still be called.

A teacher who can't come is told to whoever runs the site, and who steps in hears when and where.
"""

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, exists, func, select
from sqlalchemy.orm import Session, joinedload

from senior_univ.accounts.models import Person, RoleAssignment
from senior_univ.accounts.queries import main_contacts
from senior_univ.core import clock
from senior_univ.core.access import Viewer
from senior_univ.core.errors import NotFoundError
from senior_univ.core.permissions import Permission, Role
from senior_univ.enrolment.models import Seat
from senior_univ.reminders import actions, calls, queries, rules
from senior_univ.reminders.models import (
    CHANGES,
    Call,
    CallWhy,
    Message,
    MessageAbout,
    MessageKind,
    MessageState,
    Priority,
)
from senior_univ.reminders.ways import ways_of
from senior_univ.teaching.models import Teacher
from senior_univ.timetable.calendar_models import Suspension
from senior_univ.timetable.models import CourseClass, Lesson
from senior_univ.timetable.queries import sees_classes

ON_THE_WAY = frozenset({MessageState.ACCEPTED, MessageState.DELIVERED, MessageState.DUE, MessageState.SUBMITTING})


def tell_suspended(session: Session, *, suspension: Suspension, lesson_ids: Collection[int], **_more: Any) -> None:
    """Tell everybody in these lessons that they fall away; at once they all are on the call sheet."""
    _tell(session, MessageKind.LESSONS_SUSPENDED, suspension, lesson_ids)
    _write_calls(session, MessageKind.LESSONS_SUSPENDED, suspension, lesson_ids)


def tell_resumed(session: Session, *, suspension: Suspension, lesson_ids: Collection[int], **_more: Any) -> None:
    """Tell them that these are held after all; whom no text reaches is called."""
    calls.end_suspended(session, suspension.id)
    _tell(session, MessageKind.LESSONS_RESUMED, suspension, lesson_ids)
    _write_calls(session, MessageKind.LESSONS_RESUMED, suspension, lesson_ids)


def _write_calls(session: Session, kind: MessageKind, suspension: Suspension, lesson_ids: Collection[int]) -> None:
    """A call for everybody whose next of these lessons is still to come; a lesson held after all is no alarm."""
    seats = session.execute(_seats_in(lesson_ids)).all()
    first: dict[int, Any] = {}
    for row in seats:
        first.setdefault(row.person_id, row)
    found = ways_of(session, first)
    is_off = kind is MessageKind.LESSONS_SUSPENDED
    wanted = [
        calls.Wanted(
            key=f"{kind.value}:{suspension.id}:{person_id}",
            kind=kind,
            person_id=person_id,
            why=CallWhy.URGENT if found[person_id].ways else found[person_id].why,
            organisation_id=row.organisation_id,
            lesson_id=row.lesson_id,
            suspension_id=suspension.id if is_off else None,
            call_by=row.starts_at,
            home_id=row.home_id,
        )
        for person_id, row in first.items()
        if is_off or not found[person_id].ways
    ]
    calls.write(session, wanted)


def _seats_in(lesson_ids: Collection[int]) -> Select[*tuple[Any, ...]]:
    """(person, lesson, its start, its site) of everybody who has a seat in these lessons, the next lesson first."""
    return (
        select(
            Seat.person_id,
            Lesson.id.label("lesson_id"),
            Lesson.starts_at,
            CourseClass.organisation_id,
            CourseClass.home_id,
        )
        .join(Lesson, Lesson.class_id == Seat.class_id)
        .join(CourseClass, CourseClass.id == Seat.class_id)
        .where(Lesson.id.in_(lesson_ids), Seat.ended_at.is_(None))
        .order_by(Lesson.starts_at, Lesson.id)
    )


def _tell(session: Session, kind: MessageKind, suspension: Suspension, lesson_ids: Collection[int]) -> None:
    if not lesson_ids:
        return
    seats = session.execute(_seats_in(lesson_ids)).all()
    believed = _take_over_moves(session, lesson_ids) if kind is MessageKind.LESSONS_SUSPENDED else {}
    told = queries.receivers(session, {row.person_id for row in seats})
    by_phone: dict[str, list[tuple[int, int]]] = defaultdict(list)
    latest: dict[str, Any] = {}
    sites: dict[str, int] = {}
    for seat in seats:
        if receiver := told.get(seat.person_id):
            by_phone[receiver.phone].append((seat.person_id, seat.lesson_id))
            latest[receiver.phone] = seat.starts_at
            sites.setdefault(receiver.phone, seat.organisation_id)
    languages = {receiver.phone: receiver.language for receiver in told.values()}
    channels = {receiver.phone: receiver.channel for receiver in told.values()}
    rows = []
    for phone in sorted(by_phone):
        key = f"{kind.value}:{suspension.id}:{min(lesson_ids)}:{phone}"
        row = actions.row_of(key, kind, phone, languages[phone])
        row |= {"parameters": _parameters(suspension), "priority": Priority.URGENT, "expires_at": latest[phone]}
        row |= {"organisation_id": sites[phone], "channel": channels[phone]}
        rows.append(row)
    written = actions.queue_rows(session, rows)
    about = [
        (written[row["key"]], person_id, lesson_id, believed.get((row["phone"], lesson_id)))
        for row in rows
        if row["key"] in written
        for person_id, lesson_id in by_phone[row["phone"]]
    ]
    actions.add_about(session, about)


def _take_over_moves(session: Session, lesson_ids: Collection[int]) -> dict[tuple[str, int], datetime]:
    """{(phone, lesson): when she believes it is}, where a move of a lesson is not told yet: then this text alone tells it.

    The text about the move is left with nothing to say, and is not sent unless it gathers something else.
    """
    open_ones = select(Message).where(Message.kind.in_(CHANGES), Message.state == MessageState.DUE)
    about = [each for each in session.scalars(open_ones) if _moves_of(each, lesson_ids)]
    locked = select(Message).where(Message.id.in_({each.id for each in about}), Message.state == MessageState.DUE)
    believed: dict[tuple[str, int], datetime] = {}
    for message in session.scalars(
        locked.order_by(Message.key).with_for_update(), execution_options={"populate_existing": True}
    ).all():
        moves = _moves_of(message, lesson_ids)
        believed |= {
            (message.phone, int(each)): datetime.fromisoformat(was["starts_at"]) for each, was in moves.items()
        }
        rest = {each: was for each, was in message.parameters["before"].items() if each not in moves}
        message.parameters = {**message.parameters, "before": rest}
    return believed


def _moves_of(message: Message, lesson_ids: Collection[int]) -> dict[str, Any]:
    return {each: was for each, was in message.parameters["before"].items() if int(each) in lesson_ids}


def _parameters(suspension: Suspension) -> dict[str, Any]:
    return {"why": suspension.kind.value, "note": suspension.note, "suspension_id": suspension.id}


def tell_teacher_cannot(session: Session, *, teacher: Teacher, lessons: Sequence[Lesson], **_more: Any) -> None:
    """Text whoever plans these lessons that somebody must step in: the site's managers, at once."""
    by_site: dict[int, list[Lesson]] = defaultdict(list)
    for lesson in lessons:
        by_site[lesson.course_class.organisation_id].append(lesson)
    managers = session.execute(
        select(RoleAssignment.organisation_id, Person)
        .join(Person, Person.id == RoleAssignment.person_id)
        .where(RoleAssignment.organisation_id.in_(by_site), RoleAssignment.role == Role.SITE_MANAGER)
        .where(RoleAssignment.taken_at.is_(None), Person.ended_at.is_(None))
        .order_by(Person.id)
    )
    for site_id, manager in managers:
        theirs = by_site[site_id]
        if manager.mobile:
            _queue_work(session, MessageKind.TEACHER_CANNOT, manager, theirs, teacher.person.name)


def tell_substitute(session: Session, *, lesson: Lesson, old_teacher_id: int | None = None, **_more: Any) -> None:
    """Text whoever steps in, and the teacher whose lesson is given by somebody else."""
    if old_teacher_id in (None, lesson.teacher_id):
        return
    session.flush()
    if lesson.teacher.person.mobile:
        was = session.get_one(Teacher, old_teacher_id)
        _queue_work(session, MessageKind.SUBSTITUTE_ASKED, lesson.teacher.person, [lesson], was.person.name)


def _queue_work(session: Session, kind: MessageKind, person: Person, lessons: Sequence[Lesson], who: str) -> None:
    first = lessons[0]
    said = [
        {
            "starts_at": lesson.starts_at.isoformat(),
            "course": lesson.course_class.course.title,
            "place": f"{lesson.room.venue.name}{lesson.room.name}",
        }
        for lesson in lessons
    ]
    actions.queue(
        session,
        key=f"{kind.value}:{first.id}:{first.revision}:{clock.now():%Y%m%d%H%M%S}:{person.id}",
        kind=kind,
        phone=person.mobile or "",
        parameters={
            "name": person.name,
            "who": who,
            "lessons": said,
            "phones": [first.course_class.organisation.phone],
        },
        expires_at=max(lesson.starts_at for lesson in lessons),
        is_urgent=rules.is_urgent(clock.now(), *(lesson.starts_at for lesson in lessons)),
        language=person.language or "",
        organisation_id=first.course_class.organisation_id,
    )


@dataclass(frozen=True)
class ToCall:
    """Somebody whom a suspension concerns: her number or her main contact's, what falls away, whether she was reached."""

    person: Person
    contact: Person | None
    lessons: Sequence[Lesson]
    is_texted: bool
    is_reached: bool


def people_to_call(suspension: Suspension, viewer: Viewer) -> Select[Person]:
    """Who is in the viewer's suspended lessons and was not ticked yet, whom no text reaches first."""
    mine = (Lesson.suspension_id == suspension.id, Lesson.cancelled_at.is_not(None), Seat.ended_at.is_(None))
    seated = (
        select(Seat.person_id)
        .join(Lesson, Lesson.class_id == Seat.class_id)
        .join(CourseClass, CourseClass.id == Seat.class_id)
        .where(*mine, sees_classes(viewer, Permission.PLAN_CLASSES))
    )
    ticked = exists().where(*_reached(suspension), Call.person_id == Person.id)
    texted = _texted(suspension)
    wanted = select(Person).where(Person.id.in_(seated), Person.ended_at.is_(None))
    return wanted.order_by(ticked, texted, Person.name, Person.id).options(joinedload(Person.region))


def _texted(suspension: Suspension) -> Any:
    """Whether a text about it is on its way to her phone or her main contact's."""
    return exists().where(
        MessageAbout.person_id == Person.id,
        MessageAbout.message_id == Message.id,
        MessageAbout.lesson_id.in_(select(Lesson.id).where(Lesson.suspension_id == suspension.id)),
        Message.kind == MessageKind.LESSONS_SUSPENDED,
        Message.state.in_(ON_THE_WAY),
    )


def call_lines(session: Session, suspension: Suspension, people: Sequence[Person]) -> list[ToCall]:
    """What the call sheet says of these people, in four queries."""
    ids = [person.id for person in people]
    rows = session.execute(
        select(Seat.person_id, Lesson)
        .join(Lesson, Lesson.class_id == Seat.class_id)
        .where(Seat.person_id.in_(ids), Seat.ended_at.is_(None), Lesson.suspension_id == suspension.id)
        .order_by(Lesson.starts_at)
        .options(joinedload(Lesson.course_class).joinedload(CourseClass.course))
    )
    lessons: dict[int, list[Lesson]] = defaultdict(list)
    for person_id, lesson in rows:
        lessons[person_id].append(lesson)
    ticks = select(Call.person_id).where(*_reached(suspension), Call.person_id.in_(ids))
    reached = set(session.scalars(ticks))
    texted = set(session.scalars(select(Person.id).where(Person.id.in_(ids), _texted(suspension))))
    contacts = main_contacts(session, ids)
    return [
        ToCall(each, contacts.get(each.id), lessons[each.id], each.id in texted, each.id in reached) for each in people
    ]


def count_to_call(session: Session, suspension: Suspension, viewer: Viewer) -> tuple[int, int]:
    """How many of the viewer's learners were reached, and how many there are."""
    people = people_to_call(suspension, viewer).order_by(None).options().with_only_columns(Person.id).subquery()
    count = session.scalar(select(func.count()).select_from(people)) or 0
    ticks = select(func.count(Call.person_id.distinct())).where(
        *_reached(suspension), Call.person_id.in_(select(people))
    )
    return session.scalar(ticks) or 0, count


def _reached(suspension: Suspension) -> tuple[ColumnElement[bool], ...]:
    return Call.suspension_id == suspension.id, Call.reached_at.is_not(None)


def tick(session: Session, suspension: Suspension, person_id: int, *, by: Viewer) -> None:
    """Somebody was reached by phone; a second tick changes nothing."""
    if session.scalar(people_to_call(suspension, by).where(Person.id == person_id)) is None:
        raise NotFoundError
    wanted = select(Call).where(Call.suspension_id == suspension.id, Call.person_id == person_id)
    wanted = wanted.order_by(Call.reached_at, Call.id).limit(1).with_for_update()
    call = session.scalar(wanted)
    if call is None:  # she lives where the lesson is given, so nobody had to call her
        kind = MessageKind.LESSONS_SUSPENDED
        key = f"{kind.value}:{suspension.id}:{person_id}"
        missing = calls.Wanted(key, kind, person_id, CallWhy.URGENT, None, suspension_id=suspension.id)
        calls.write(session, [missing])
        call = session.scalars(wanted).one()
    calls.tick_reached(session, call, by=by)
