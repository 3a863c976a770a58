"""Inviting people into a class, and their answers.

A class that continues one of last term asks its learners; a class by invitation asks whom the site chooses. A place is
kept for each, as far as there are places, until newcomers may enrol (in a class without such a day, for
``ANSWER_DAYS``): whoever learns already comes first, and nobody has to be fast. Then the place is free for everybody,
and the invitation stands on without one. Locks are taken in the order people, class, invitation.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from itertools import groupby
from operator import attrgetter
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import ColumnElement, Select, and_, insert, or_, select, update
from sqlalchemy.orm import Session, contains_eager, joinedload

from senior_univ.accounts.models import Person
from senior_univ.audit import actions as audit
from senior_univ.core import clock
from senior_univ.core.access import Right, Viewer
from senior_univ.core.errors import DomainError, NotFoundError
from senior_univ.core.permissions import Permission
from senior_univ.enrolment import actions, places, rules
from senior_univ.enrolment.events import invitations_sent, place_let_go
from senior_univ.enrolment.facts import facts_of
from senior_univ.enrolment.models import Hand, Invitation, InvitationAnswer, Seat
from senior_univ.enrolment.places import AS_WRITTEN, Places, free_in
from senior_univ.timetable import queries as timetable
from senior_univ.timetable.models import CourseClass, Term

ANSWER_DAYS = 14
FRESH = {"populate_existing": True}
Row = dict[str, Any]
"""An invitation that is to be written."""


@dataclass
class Invited:
    """What came of inviting many: the new invitations, and who was not asked and why."""

    invitations: list[Invitation] = field(default_factory=list)
    refused: list[tuple[Person, DomainError]] = field(default_factory=list)


def learners_before(session: Session, course_class: CourseClass) -> list[int]:
    """Who had a seat to the end in the class that this one continues, in the order in which they joined."""
    if course_class.copied_from_id is None:
        return []
    before = select(Seat.person_id).where(Seat.class_id == course_class.copied_from_id, Seat.ended_at.is_(None))
    return list(session.scalars(before.order_by(Seat.taken_at, Seat.id)))


def answer_day(term: Term, today: date) -> date:
    """The last day on which a place is kept: the day before newcomers may enrol, or two weeks from now."""
    opens = term.newcomers_from_on
    if opens is not None and opens > today:
        return opens - timedelta(days=1)
    return today + timedelta(days=ANSWER_DAYS)


def is_open() -> ColumnElement[bool]:
    """Condition on Invitation: it has not been answered."""
    return Invitation.answered_at.is_(None)


def invite(session: Session, *, course_class: CourseClass, person_ids: Collection[int], by: Viewer) -> Invited:
    """Ask these people, in the order given, and keep a place for each while there is one; a fixed number of statements.

    Whoever could not be in the class anyway (a seat already, another class then, steps …) is not asked, with the reason.
    """
    facts = facts_of(session, course_class, person_ids, lock=True)
    places.read_counters(session, course_class, lock=True)
    if closed := rules.refuse_closed(course_class, clock.now()):
        raise closed
    asked_before = _who_is_asked(session, course_class.id)
    done, rows = Invited(), []
    free, today = free_in(course_class), clock.today()
    for each in dict.fromkeys(person_ids):
        if each not in facts:
            continue
        hers = facts[each]
        if no := _refusal(course_class, hers, asked_before):
            done.refused.append((hers.person, no))
            continue
        wanted = Places.of([(hers.takes_wheelchair_place(False), False)])
        is_held = free.fits(wanted)
        free = free.less(wanted) if is_held else free
        rows.append(_row(course_class, hers, is_held, answer_day(course_class.term, today), by))
    if rows:
        places.hold(session, course_class.id, _held(rows))
        done.invitations = list(session.scalars(insert(Invitation).returning(Invitation), rows))
        people = [(invitation, invitation.person_id) for invitation in done.invitations]
        audit.record_all(session, "invitation.sent", people, by=by, about=course_class.course.title)
        places.read_counters(session, course_class)
        invitations_sent.send(session, course_class=course_class, invitations=done.invitations)
    return done


def _who_is_asked(session: Session, class_id: int) -> set[int]:
    return set(session.scalars(select(Invitation.person_id).where(Invitation.class_id == class_id, is_open())))


def _refusal(course_class: CourseClass, hers: rules.Facts, asked_before: Collection[int]) -> DomainError | None:
    if hers.person.id in asked_before:
        return DomainError("already_invited", _l("%(name)s is invited already.", name=hers.person.name))
    return rules.reason_against(course_class, hers, asked_wheelchair=False, now=clock.now(), is_admitted=True)


def _row(course_class: CourseClass, hers: rules.Facts, is_held: bool, answer_by: date, by: Viewer) -> Row:
    return {
        "class_id": course_class.id,
        "person_id": hers.person.id,
        "invited_by_id": by.person_id,
        "invited_at": clock.now(),
        "answer_by": answer_by,
        "is_held": is_held,
        "takes_wheelchair_place": hers.takes_wheelchair_place(False),
    }


def _held(rows: Iterable[Row]) -> Places:
    return Places.of((row["takes_wheelchair_place"], False) for row in rows if row["is_held"])


def _with_class() -> Select[Invitation]:
    loaded: tuple[Any, ...] = timetable.class_options()
    of_class = contains_eager(Invitation.course_class).options(*loaded)
    person = joinedload(Invitation.person).joinedload(Person.region)
    return select(Invitation).join(Invitation.course_class).options(of_class, person)


def invitations_of(session: Session, person_id: int) -> Sequence[Invitation]:
    """The invitations that she has not answered, to classes that are not over, the most pressing first."""
    hers = _with_class().where(Invitation.person_id == person_id, is_open(), CourseClass.last_lesson_at > clock.now())
    return session.scalars(hers.order_by(Invitation.answer_by, Invitation.id)).all()


def invitation_to(session: Session, class_id: int, person_id: int) -> Invitation | None:
    """Her open invitation to that class."""
    hers = _with_class().where(Invitation.person_id == person_id, Invitation.class_id == class_id, is_open())
    return session.scalar(hers)


def invitation_for(session: Session, viewer: Viewer, invitation_id: int) -> Invitation:
    """That invitation; NotFoundError unless it is the viewer's, her elder's, or to a class that she plans."""
    elders = [elder for elder, rights in viewer.elders.items() if Right.SEE in rights]
    is_seen = or_(
        Invitation.person_id.in_([viewer.person_id, *elders]), timetable.sees_classes(viewer, Permission.PLAN_CLASSES)
    )
    found = session.scalar(_with_class().where(Invitation.id == invitation_id, is_seen))
    if found is None:
        raise NotFoundError
    return found


def invitations_for_others(session: Session, viewer: Viewer, most: int = 40) -> Sequence[Invitation]:
    """What awaits an answer of the viewer's elders, and whom she invited herself, as far as she may still see it."""
    elders = [elder for elder, rights in viewer.elders.items() if Right.SEE in rights]
    sent = and_(Invitation.invited_by_id == viewer.person_id, timetable.sees_classes(viewer, Permission.PLAN_CLASSES))
    theirs = or_(Invitation.person_id.in_(elders), sent)
    open_ones = _with_class().where(theirs, is_open(), Invitation.person_id != viewer.person_id)
    coming = open_ones.where(CourseClass.last_lesson_at > clock.now())
    return session.scalars(coming.order_by(Invitation.answer_by, Invitation.id).limit(most)).all()


def invitations_to(class_id: int) -> Select[Invitation]:
    """Everybody who was invited to a class that the caller plans: the unanswered first."""
    return (
        _with_class()
        .where(Invitation.class_id == class_id)
        .order_by(Invitation.answered_at.is_not(None), Invitation.person_id)
    )


def accept(session: Session, invitation: Invitation, *, hand: Hand, by: Viewer) -> Seat:
    """She goes on: the place that was kept is her seat, or one that is free now.

    Refuses with DomainError: no_right, already_answered, and what a seat refuses; the invitation then stands as it was.
    """
    _begin_answer(session, invitation, by)
    was_held = invitation.is_held
    _close(session, invitation, InvitationAnswer.ACCEPTED, by)
    course_class, person_id = invitation.course_class, invitation.person_id
    in_wheelchair = invitation.takes_wheelchair_place
    if not was_held:
        return actions.take_seat(
            session,
            course_class=course_class,
            person_id=person_id,
            hand=hand,
            takes_wheelchair_place=in_wheelchair,
            by=by,
        )
    return actions.take_held_seats(
        session,
        course_class=course_class,
        person_ids=[person_id],
        hand=hand,
        by=by,
        wheelchair_ids=[person_id] if in_wheelchair else (),
    )[0]


def decline(session: Session, invitation: Invitation, *, by: Viewer) -> Invitation:
    """She does not go on: the place is free. Refuses with DomainError no_right, already_answered."""
    _begin_answer(session, invitation, by)
    _free(session, [invitation])
    _close(session, invitation, InvitationAnswer.DECLINED, by)
    place_let_go.send(session, course_class=invitation.course_class)
    return invitation


def take_back(session: Session, invitation: Invitation, *, by: Viewer) -> Invitation:
    """The site no longer invites her. Refuses with DomainError already_answered."""
    actions.lock_class(session, invitation.class_id)
    session.refresh(invitation)
    _refuse_answered(invitation)
    _free(session, [invitation])
    _close(session, invitation, InvitationAnswer.TAKEN_BACK, by)
    place_let_go.send(session, course_class=invitation.course_class)
    return invitation


def _begin_answer(session: Session, invitation: Invitation, by: Viewer) -> None:
    if not (by.may_for(invitation.person_id, Right.ENROL) or rules.serves(by, invitation.course_class)):
        raise actions.no_right(invitation.person.name)
    person = select(Person.id).where(Person.id == invitation.person_id)
    session.execute(person.with_for_update(key_share=True)).all()
    actions.lock_class(session, invitation.class_id)
    session.refresh(invitation)
    _refuse_answered(invitation)


def _refuse_answered(invitation: Invitation) -> None:
    """Each answer that was given before has its own words."""
    if invitation.answer is not None:
        raise DomainError("already_answered", ANSWERED[invitation.answer])


ANSWERED = {
    InvitationAnswer.ACCEPTED: _l("This was answered with yes already. Nothing more is to be done."),
    InvitationAnswer.DECLINED: _l("This was answered with no already. The teaching site can invite again."),
    InvitationAnswer.TAKEN_BACK: _l("The teaching site has taken this invitation back. Please call if that is wrong."),
    InvitationAnswer.CLASS_GONE: _l("This class was cancelled."),
}


def _close(session: Session, invitation: Invitation, answer: InvitationAnswer, by: Viewer) -> None:
    invitation.answer, invitation.answered_at, invitation.is_held = answer, clock.now(), False
    invitation.answered_by_id = by.person_id
    session.flush()
    about = invitation.course_class.course.title
    audit.record(
        session, f"invitation.{answer.value}", invitation, by=by, on_behalf_of=invitation.person_id, about=about
    )


def _free(session: Session, invitations: Sequence[Invitation]) -> None:
    """The places kept for these people, all of one class that is locked, are free."""
    held = [each for each in invitations if each.is_held]
    if held:
        kept = Places.of((each.takes_wheelchair_place, False) for each in held)
        places.let_go(session, held[0].class_id, kept)


def close_open(
    session: Session,
    answer: InvitationAnswer,
    *,
    class_id: int | None = None,
    person_ids: Collection[int] | None = None,
) -> None:
    """Invitations that something else has settled: a seat by another way, a class or a person that is gone.

    They are read once their classes are locked: until then, what is kept may still be let go.
    """
    settled = [is_open()]
    if class_id is not None:
        settled.append(Invitation.class_id == class_id)
    if person_ids is not None:
        settled.append(Invitation.person_id.in_(person_ids))
    for each in session.scalars(select(Invitation.class_id).where(*settled).distinct().order_by(Invitation.class_id)):
        actions.lock_class(session, each)
    rows = select(Invitation).where(*settled).order_by(Invitation.class_id, Invitation.id)
    for _class_id, group in groupby(session.scalars(rows, execution_options=FRESH).all(), attrgetter("class_id")):
        _close_all(session, list(group), answer)


def _close_all(session: Session, invitations: Sequence[Invitation], answer: InvitationAnswer) -> None:
    """The same answer of the system to all of one class, in as many statements as to one."""
    _free(session, invitations)
    now = clock.now()
    for each in invitations:
        each.answer, each.answered_at, each.is_held = answer, now, False
    session.flush()
    about = invitations[0].course_class.course.title
    people = [(each, each.person_id) for each in invitations]
    audit.record_all(session, f"invitation.{answer.value}", people, by=None, about=about)


def let_go_overdue(session: Session, class_id: int) -> int:
    """Free what a class keeps for people whose days to answer are over; how many places that were."""
    actions.lock_class(session, class_id)
    overdue = (
        update(Invitation)
        .where(Invitation.class_id == class_id, is_overdue())
        .values(is_held=False)
        .returning(Invitation.takes_wheelchair_place)
    )
    kept = [(wheelchair, False) for wheelchair in session.scalars(overdue, execution_options=AS_WRITTEN)]
    if kept:
        places.let_go(session, class_id, Places.of(kept))
        place_let_go.send(session, course_class=session.get_one(CourseClass, class_id))
    return len(kept)


def is_overdue() -> ColumnElement[bool]:
    """Condition on Invitation: a place is kept, though the days to answer are over."""
    return and_(Invitation.is_held, Invitation.answer_by < clock.today(), is_open())


def classes_overdue(session: Session) -> Sequence[int]:
    """Classes that keep places for people whose days to answer are over."""
    return session.scalars(select(Invitation.class_id).where(is_overdue()).distinct()).all()
