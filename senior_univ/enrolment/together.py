"""Two people who join a class together or not at all: at once where one hand may enrol both, else once she agrees.

Whoever is asked is known by her name and the last digits of her phone; she agrees on her own screen, or at a desk. No
place is kept while she thinks about it: that would take it from others. Where room is lacking when she agrees, nothing
is written, and both may wait together.
"""

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import ColumnElement, Select, exists, or_, select
from sqlalchemy.orm import Session, contains_eager, joinedload

from senior_univ.accounts.models import Person
from senior_univ.audit import actions as audit
from senior_univ.core import clock
from senior_univ.core.access import Right, Viewer
from senior_univ.core.errors import DomainError, NotFoundError
from senior_univ.enrolment import actions, queries, rules
from senior_univ.enrolment.events import together_asked
from senior_univ.enrolment.facts import facts_of
from senior_univ.enrolment.models import Hand, Seat, TogetherAnswer, TogetherWish
from senior_univ.enrolment.places import Places, free_in
from senior_univ.timetable import queries as timetable
from senior_univ.timetable.models import CourseClass


def take_both(
    session: Session,
    *,
    course_class: CourseClass,
    hands: Mapping[int, Hand],
    wheelchair_ids: Collection[int] = (),
    escort_ids: Collection[int] = (),
    by: Viewer,
) -> list[Seat]:
    """A seat to each of these people, or to nobody; ``hands`` says by whose hand each is enrolled.

    Refuses with the first DomainError of one of them; too_few_places where they fit only in part.
    """
    outcome = actions.take_seats(
        session,
        course_class=course_class,
        person_ids=list(hands),
        hand=next(iter(hands.values())),
        by=by,
        wheelchair_ids=wheelchair_ids,
        escort_ids=escort_ids,
        together=True,
    )
    if outcome.refused:
        raise _reason(session, course_class, hands, wheelchair_ids, escort_ids, outcome.refused[0][1])
    if len(outcome.taken) < len(hands):
        raise NotFoundError
    for seat in outcome.taken:
        seat.hand = hands[seat.person_id]
    return outcome.taken


def _reason(
    session: Session,
    course_class: CourseClass,
    person_ids: Collection[int],
    wheelchair_ids: Collection[int],
    escort_ids: Collection[int],
    refusal: DomainError,
) -> DomainError:
    """Where places are lacking, how many for both; else what stands against the one."""
    if refusal.code not in rules.LACKING:
        return refusal
    facts = facts_of(session, course_class, person_ids)
    wanted = Places.of(
        (facts[each].takes_wheelchair_place(each in wheelchair_ids), each in escort_ids) for each in facts
    )
    return rules.no_place(free_in(course_class), wanted) or refusal


def ask(
    session: Session,
    course_class: CourseClass,
    *,
    person_id: int,
    name: str,
    digits: str,
    takes_wheelchair_place: bool = False,
    has_escort: bool = False,
    hand: Hand,
    by: Viewer,
) -> TogetherWish:
    """Ask somebody, known by name and the last four digits of her phone, to join a class together.

    If she has asked for this one already, both have their seats at once. Refuses with DomainError: no_right, herself,
    nobody_found, several_found, and what stands against a seat for either, save that places are lacking.
    """
    actions.refuse_without_right(session, person_id, hand, by)
    other = _person_meant(session, name, digits)
    if other.id == person_id:
        raise herself()
    _refuse_hopeless(session, course_class, {person_id: takes_wheelchair_place, other.id: False})
    for earlier in session.scalars(select(TogetherWish).where(*_from(course_class.id, person_id)).with_for_update()):
        _close(session, earlier, TogetherAnswer.TAKEN_BACK, by)
    wish = TogetherWish(
        course_class=course_class,
        person_id=person_id,
        asks_person=other,
        takes_wheelchair_place=takes_wheelchair_place,
        has_escort=has_escort,
        hand=hand,
        made_at=clock.now(),
        made_by_id=by.person_id,
    )
    session.add(wish)
    audit.record(session, "together.asked", wish, by=by, on_behalf_of=person_id, about=course_class.course.title)
    theirs = session.scalar(select(TogetherWish).where(*_from(course_class.id, other.id)))
    if theirs is not None and theirs.asks_person_id == person_id:
        _seat_both(session, wish, theirs.hand, theirs, by)
        _close(session, theirs, TogetherAnswer.AGREED, by)
        _close(session, wish, TogetherAnswer.AGREED, by)
    else:
        together_asked.send(session, wish=wish)
    return wish


def herself() -> DomainError:
    """The refusal of a wish to come together with oneself."""
    words = _l("That is the same person. Please give the name of the other one.")
    return DomainError("herself", words, field="name")


def _person_meant(session: Session, name: str, digits: str) -> Person:
    people = queries.people_called(session, name, "".join(digits.split()))
    if len(people) > 1:
        words = _l("There are several people of that name with these digits. Please ask at the desk together.")
        raise DomainError("several_found", words, field="digits")
    if not people:
        words = _l("We know nobody of that name with these digits. Please look at both again, or ask at the desk.")
        raise DomainError("nobody_found", words, field="digits")
    return people[0]


def _refuse_hopeless(session: Session, course_class: CourseClass, wheelchairs: Mapping[int, bool]) -> None:
    """Refuse what a free place would not help; nobody is asked in vain. What is known of her is said to nobody."""
    facts, now = facts_of(session, course_class, list(wheelchairs)), clock.now()
    asking, *_others = wheelchairs
    for person_id, asked in wheelchairs.items():
        no = rules.reason_against(course_class, facts[person_id], asked_wheelchair=asked, now=now)
        if no and person_id == asking:
            raise no
        if no:
            words = _l(
                "%(name)s can't join this class now. She can ask at the desk why.", name=facts[person_id].person.name
            )
            raise DomainError("other_cannot", words, field="name")


def _from(class_id: int, person_id: int) -> list[ColumnElement[bool]]:
    return [TogetherWish.class_id == class_id, TogetherWish.person_id == person_id, is_open()]


def is_open() -> ColumnElement[bool]:
    """Condition on TogetherWish: it has not been answered."""
    return TogetherWish.answered_at.is_(None)


def _close(session: Session, wish: TogetherWish, answer: TogetherAnswer, by: Viewer) -> None:
    wish.answer, wish.answered_at, wish.answered_by_id = answer, clock.now(), by.person_id
    session.flush()


def agree(session: Session, wish: TogetherWish, *, hand: Hand, by: Viewer) -> list[Seat]:
    """The one who was asked comes, too: both have their seats, or nothing is changed.

    Refuses with DomainError: no_right, not_asked, too_few_places and its like, and what stands against a seat for either.
    """
    begin_answer(session, wish, hand, by)
    seats = _seat_both(session, wish, hand, None, by)
    end_agreed(session, wish, by=by)
    return seats


def begin_answer(session: Session, wish: TogetherWish, hand: Hand, by: Viewer) -> None:
    """Let nobody else answer this wish; DomainError no_right, or not_asked where it was answered meanwhile."""
    actions.refuse_without_right(session, wish.asks_person_id, hand, by)
    session.refresh(wish, ["answered_at", "answer"], with_for_update=True)
    if wish.answered_at is not None:
        raise DomainError("not_asked", _l("She does not ask for this any more. Nothing was changed."))


def end_agreed(session: Session, wish: TogetherWish, *, by: Viewer) -> None:
    """The wish is fulfilled, by two seats or by two places in the queue."""
    _close(session, wish, TogetherAnswer.AGREED, by)
    about = wish.course_class.course.title
    audit.record(session, "together.agreed", wish, by=by, on_behalf_of=wish.asks_person_id, about=about)


def _seat_both(session: Session, wish: TogetherWish, hand: Hand, theirs: TogetherWish | None, by: Viewer) -> list[Seat]:
    wishes = [each for each in (wish, theirs) if each is not None]
    return take_both(
        session,
        course_class=wish.course_class,
        hands={wish.person_id: wish.hand, wish.asks_person_id: hand},
        wheelchair_ids=[each.person_id for each in wishes if each.takes_wheelchair_place],
        escort_ids=[each.person_id for each in wishes if each.has_escort],
        by=by,
    )


def decline(session: Session, wish: TogetherWish, *, hand: Hand, by: Viewer) -> TogetherWish:
    """The one who was asked does not want to; the other may still come alone."""
    begin_answer(session, wish, hand, by)
    _close(session, wish, TogetherAnswer.DECLINED, by)
    about = wish.course_class.course.title
    audit.record(session, "together.declined", wish, by=by, on_behalf_of=wish.asks_person_id, about=about)
    return wish


def take_back(session: Session, wish: TogetherWish, *, hand: Hand, by: Viewer) -> TogetherWish:
    """The one who asked asks no more; one that was answered stays as it is."""
    actions.refuse_without_right(session, wish.person_id, hand, by)
    session.refresh(wish, ["answered_at", "answer"], with_for_update=True)
    if wish.answered_at is None:
        _close(session, wish, TogetherAnswer.TAKEN_BACK, by)
        about = wish.course_class.course.title
        audit.record(session, "together.taken_back", wish, by=by, on_behalf_of=wish.person_id, about=about)
    return wish


def lacks_places(wish: TogetherWish) -> bool:
    """Whether there is no room for both by what is known now."""
    return not free_in(wish.course_class).fits(Places(2, int(wish.takes_wheelchair_place), int(wish.has_escort)))


def _with_class() -> Select[TogetherWish]:
    loaded: tuple[Any, ...] = timetable.class_options()
    of_class = contains_eager(TogetherWish.course_class).options(*loaded)
    people = (joinedload(TogetherWish.person), joinedload(TogetherWish.asks_person))
    return select(TogetherWish).join(TogetherWish.course_class).options(of_class, *people)


def _is_of_use() -> list[ColumnElement[bool]]:
    """Conditions on TogetherWish and its class: a yes can still come of it."""
    has_seat = exists().where(
        Seat.class_id == TogetherWish.class_id,
        Seat.ended_at.is_(None),
        or_(Seat.person_id == TogetherWish.person_id, Seat.person_id == TogetherWish.asks_person_id),
    )
    return [is_open(), ~has_seat, CourseClass.cancelled_at.is_(None), CourseClass.last_lesson_at > clock.now()]


def wishes_of(session: Session, person_id: int) -> Sequence[TogetherWish]:
    """What she asks others, and what others ask her, as long as a yes can come of it."""
    hers = or_(TogetherWish.person_id == person_id, TogetherWish.asks_person_id == person_id)
    return session.scalars(_with_class().where(hers, *_is_of_use()).order_by(TogetherWish.id)).all()


def wish_for(session: Session, viewer: Viewer, wish_id: int) -> TogetherWish:
    """That wish: hers or her elder's, as the one who asks or is asked; else NotFoundError."""
    people = [viewer.person_id, *(elder for elder, rights in viewer.elders.items() if Right.SEE in rights)]
    seen = or_(TogetherWish.person_id.in_(people), TogetherWish.asks_person_id.in_(people))
    found = session.scalar(_with_class().where(TogetherWish.id == wish_id, seen))
    if found is None:
        raise NotFoundError
    return found


def open_wishes(session: Session, wish_ids: Collection[int]) -> set[int]:
    """Those of these wishes that nobody has answered."""
    return set(session.scalars(select(TogetherWish.id).where(TogetherWish.id.in_(wish_ids), is_open())))
