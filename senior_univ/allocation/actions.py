"""Opening a round, applying, coming together, withdrawing, and the draw itself.

Whoever applies holds the round's row shared, the draw takes it alone: no application slips in between.
"""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from flask_babel import lazy_gettext as _l
from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from senior_univ.accounts.models import Person
from senior_univ.allocation import queries, rules
from senior_univ.allocation.draw import hash_of
from senior_univ.allocation.events import round_called_off, together_asked
from senior_univ.allocation.models import AllocatedClass, AllocationRound, Application, Wish
from senior_univ.audit import actions as audit
from senior_univ.core import clock
from senior_univ.core.access import Viewer
from senior_univ.core.errors import DomainError, NotFoundError
from senior_univ.enrolment.actions import refuse_without_right
from senior_univ.enrolment.facts import facts_of
from senior_univ.enrolment.models import Hand
from senior_univ.enrolment.queries import people_called
from senior_univ.enrolment.rules import reason_against
from senior_univ.network.models import Organisation
from senior_univ.timetable import queries as timetable
from senior_univ.timetable.models import Admission, CourseClass

LOCK_SHARED = {"read": True}


@dataclass(frozen=True)
class Plan:
    """What an organisation decides about a round before it opens."""

    name: str
    opens_at: datetime
    closes_at: datetime
    newcomers_share: int = 0
    most_classes: int = 1
    public_number_name: str = ""


@dataclass(frozen=True)
class Wanted:
    """What somebody applies for: classes, best first, and what she brings."""

    class_ids: Sequence[int]
    wheelchair: bool = False
    has_escort: bool = False


def open_round(
    session: Session, organisation: Organisation, plan: Plan, class_ids: Sequence[int], *, by: Viewer
) -> AllocationRound:
    """Make a round of these classes; its secret is drawn now and its hash shown from now on.

    Refuses with DomainError: opens_in_past, closes_first, no_class, class_not_free.
    """
    if refusal := rules.refuse_window(plan.opens_at, plan.closes_at, clock.now()):
        raise refusal
    secret = secrets.token_hex(32)
    made = AllocationRound(
        organisation=organisation,
        secret=secret,
        secret_hash=hash_of(secret),
        made_at=clock.now(),
        made_by_id=by.person_id,
        classes=[AllocatedClass(course_class=each) for each in _free_classes(session, organisation, class_ids)],
        **vars(plan),
    )
    session.add(made)
    audit.record(session, "round.opened", made, by=by, about=plan.name)
    return made


def _free_classes(session: Session, organisation: Organisation, class_ids: Sequence[int]) -> list[CourseClass]:
    if not class_ids:
        raise DomainError("no_class", _l("Please choose at least one class."), field="classes")
    wanted = queries.classes_to_give(organisation.id).where(CourseClass.id.in_(class_ids))
    found = list(session.scalars(wanted.with_for_update(of=CourseClass)))
    if len(found) < len(set(class_ids)):
        words = _l("One of these classes is already in another round, or can't be given. Please choose again.")
        raise DomainError("class_not_free", words, field="classes")
    for each in found:
        each.admission = Admission.ALLOCATION
    return found


def apply(
    session: Session, allocation_round: AllocationRound, wanted: Wanted, *, person_id: int, hand: Hand, by: Viewer
) -> Application:
    """Her application, new or changed; one that she withdrew stands again. A partner's wishes change with hers.

    Refuses with DomainError: not_open_yet, closed, no_right, no_wish, too_many_wishes, same_class_twice, not_in_round,
    full, no_wheelchair_place, and whatever stands against a seat in one of the classes.
    """
    _hold_open(session, allocation_round)
    refuse_without_right(session, person_id, hand, by)
    application = _own(session, allocation_round, person_id)
    partner = application.partner if application else None
    people = [person_id, *([partner.person_id] if partner else [])]
    _check_wishes(session, allocation_round, wanted, people)
    if application is None:
        application = _new_application(session, allocation_round, person_id, hand, by)
    else:
        application.changed_at, application.withdrawn_at = clock.now(), None
    application.wheelchair, application.has_escort = wanted.wheelchair, wanted.has_escort
    for each in (application, *([partner] if partner else [])):
        _write_wishes(session, each, wanted.class_ids)
    what = "application.changed" if application.changed_at else "application.made"
    audit.record(session, what, application, by=by, on_behalf_of=person_id, about=allocation_round.name)
    return application


def _hold_open(session: Session, allocation_round: AllocationRound) -> None:
    """The window stays as it is until the transaction ends; refuses outside of it."""
    session.refresh(
        allocation_round, ["closes_at", "opens_at", "drawn_at", "called_off_at"], with_for_update=LOCK_SHARED
    )
    if refusal := rules.refuse_outside_window(allocation_round, clock.now()):
        raise refusal


def _own(session: Session, allocation_round: AllocationRound, person_id: int) -> Application | None:
    """Her application, with her person locked, so that two first applications at once become one."""
    locked = select(Person.id).where(Person.id == person_id, Person.ended_at.is_(None))
    if session.scalar(locked.with_for_update(key_share=True)) is None:
        raise NotFoundError
    hers = (Application.round_id == allocation_round.id) & (Application.person_id == person_id)
    return session.scalar(select(Application).where(hers).options(selectinload(Application.wishes)))


def _check_wishes(
    session: Session, allocation_round: AllocationRound, wanted: Wanted, person_ids: Sequence[int]
) -> None:
    for person_id in person_ids:
        offered = {each.id: each for each in queries.classes_to_wish(session, allocation_round, person_id)}
        if refusal := rules.refuse_wishes(wanted.class_ids, list(offered)):
            raise refusal
        for class_id in wanted.class_ids:
            _check_wish(session, offered[class_id], person_id, wheelchair=wanted.wheelchair)


def _check_wish(session: Session, course_class: CourseClass, person_id: int, *, wheelchair: bool) -> None:
    facts = facts_of(session, course_class, [person_id])[person_id]
    in_wheelchair = facts.takes_wheelchair_place(wheelchair)
    now = clock.now()
    refusal = reason_against(course_class, facts, asked_wheelchair=wheelchair, now=now, is_admitted=True)
    if refusal := refusal or rules.refuse_without_places(course_class, wheelchair=in_wheelchair):
        raise DomainError(refusal.code, refusal.message, field="wishes")


def _new_application(
    session: Session, allocation_round: AllocationRound, person_id: int, hand: Hand, by: Viewer
) -> Application:
    made = Application(
        allocation_round=allocation_round,
        round_id=allocation_round.id,
        number=_unused_number(session, allocation_round.id),
        person_id=person_id,
        hand=hand,
        made_at=clock.now(),
        made_by_id=by.person_id,
    )
    session.add(made)
    session.flush()  # its wishes need its id
    return made


def _unused_number(session: Session, round_id: int) -> str:
    """A number that says nothing about when or by whom."""
    while True:
        number = str(secrets.randbelow(9 * 10 ** (rules.NUMBER_DIGITS - 1)) + 10 ** (rules.NUMBER_DIGITS - 1))
        taken = select(Application.id).where(Application.round_id == round_id, Application.number == number)
        if session.scalar(taken) is None:
            return number


def _write_wishes(session: Session, application: Application, class_ids: Sequence[int]) -> None:
    if [wish.class_id for wish in application.wishes] == list(class_ids):
        return
    application.wishes.clear()
    session.flush()  # the old ranks are gone before the new ones are written
    application.wishes.extend(Wish(rank=rank, class_id=class_id) for rank, class_id in enumerate(class_ids, 1))
    session.flush()


def withdraw_application(session: Session, application: Application, *, hand: Hand, by: Viewer) -> Application:
    """Take an application back as long as the window is open; whoever was to come with her applies alone then.

    Refuses with DomainError closed or no_right; one that was withdrawn already stays so.
    """
    _hold_open(session, application.allocation_round)
    refuse_without_right(session, application.person_id, hand, by)
    if application.withdrawn_at is None:
        application.withdrawn_at = clock.now()
        application.asks_person_id = None
        _part(application)
        about = application.allocation_round.name
        audit.record(session, "application.withdrawn", application, by=by, on_behalf_of=application.person_id, about=about)  # fmt: skip
    return application


def ask_together(
    session: Session, application: Application, *, name: str, digits: str, hand: Hand, by: Viewer
) -> Application:
    """Ask to come together with somebody, known by name and the last digits of her phone or her application number.

    She must agree on her own screen or at a desk; if she has asked for this one already, both are together at once.
    Refuses with DomainError: closed, no_right, herself, nobody_found, several_found, has_partner, partner_taken.
    """
    allocation_round = application.allocation_round
    _hold_open(session, allocation_round)
    refuse_without_right(session, application.person_id, hand, by)
    other = _person_meant(session, allocation_round, name, digits)
    if other.id == application.person_id:
        raise rules.herself()
    if application.partner_id is not None:
        raise DomainError("has_partner", _l("You come together with somebody already. Undo that first."))
    theirs = queries.application_of(session, allocation_round.id, other.id)
    if theirs is not None and theirs.partner_id is not None:
        words = _l("%(name)s comes together with somebody else already.", name=other.name)
        raise DomainError("partner_taken", words, field="name")
    application.asks_person_id = other.id
    audit.record(session, "application.asked", application, by=by, on_behalf_of=application.person_id, about=allocation_round.name)  # fmt: skip
    if theirs is not None and theirs.withdrawn_at is None and theirs.asks_person_id == application.person_id:
        return agree(session, application, hand=theirs.hand, by=by, is_asked_back=True)
    together_asked.send(session, application=application)
    return application


def _person_meant(session: Session, allocation_round: AllocationRound, name: str, digits: str) -> Person:
    plain = "".join(digits.split())
    if len(plain) == rules.NUMBER_DIGITS:
        found = [queries.person_numbered(session, allocation_round.id, name, plain)]
    else:
        found = list(people_called(session, name, plain))
    people = [person for person in found if person is not None]
    if len(people) > 1:
        words = _l("There are several people of that name with these digits. Please use her application number.")
        raise DomainError("several_found", words, field="digits")
    if not people:
        words = _l("We know nobody of that name with these digits. Please look at both again, or ask at the desk.")
        raise DomainError("nobody_found", words, field="digits")
    return people[0]


def agree(session: Session, asking: Application, *, hand: Hand, by: Viewer, is_asked_back: bool = False) -> Application:
    """The one who was asked comes together with the one who asks, with the same wishes; her application.

    Refuses with DomainError: closed, not_asked, partner_taken, no_right, and what stands against the wishes for her.
    """
    allocation_round, person_id = asking.allocation_round, asking.asks_person_id
    _hold_open(session, allocation_round)
    if person_id is None or asking.withdrawn_at is not None:
        raise DomainError("not_asked", _l("She does not ask for this any more. Nothing was changed."))
    if not is_asked_back:
        refuse_without_right(session, person_id, hand, by)
    hers = _own(session, allocation_round, person_id)
    if asking.partner_id is not None or (hers is not None and hers.partner_id is not None):
        raise DomainError("partner_taken", _l("One of you comes together with somebody else already."))
    wishes = [wish.class_id for wish in asking.wishes]
    wheelchair = hers.wheelchair if hers else False
    _check_wishes(session, allocation_round, Wanted(wishes, wheelchair=wheelchair), [person_id])
    hers = hers or _new_application(session, allocation_round, person_id, hand, by)
    hers.withdrawn_at = None
    _write_wishes(session, hers, wishes)
    hers.partner, asking.partner = asking, hers
    hers.asks_person_id = asking.asks_person_id = None
    session.flush()  # each is found by the other's id from now on
    audit.record(session, "application.together", hers, by=by, on_behalf_of=person_id, about=allocation_round.name)
    return hers


def decline(session: Session, asking: Application, *, hand: Hand, by: Viewer) -> Application:
    """The one who was asked does not want to; the other's application stands alone."""
    _hold_open(session, asking.allocation_round)
    if asking.asks_person_id is not None:
        refuse_without_right(session, asking.asks_person_id, hand, by)
    asked_id, asking.asks_person_id = asking.asks_person_id, None
    audit.record(session, "application.apart", asking, by=by, on_behalf_of=asked_id, about=asking.allocation_round.name)
    return asking


def come_alone(session: Session, application: Application, *, hand: Hand, by: Viewer) -> Application:
    """Undo coming together, agreed or only asked: each application stands alone with its wishes."""
    _hold_open(session, application.allocation_round)
    refuse_without_right(session, application.person_id, hand, by)
    application.asks_person_id = None
    _part(application)
    about = application.allocation_round.name
    audit.record(session, "application.apart", application, by=by, on_behalf_of=application.person_id, about=about)
    return application


def _part(application: Application) -> None:
    partner = application.partner
    application.partner = None
    if partner is not None:
        partner.partner = None


def enter_number(session: Session, allocation_round: AllocationRound, number: str, *, by: Viewer) -> AllocationRound:
    """Write down the public number that was named before; it can be corrected until the draw.

    Refuses with DomainError: no_number_named, too_early, drawn, no_number.
    """
    lock_round(session, allocation_round)
    if not allocation_round.public_number_name:
        raise DomainError("no_number_named", _l("No public number was named for this round."))
    if allocation_round.drawn_at:
        raise DomainError("drawn", _l("The places have been given already; the number stays as it is."))
    if clock.now() < allocation_round.closes_at:
        words = _l("The number can be entered once the window has closed.")
        raise DomainError("too_early", words, field="number")
    if not number.strip():
        raise DomainError("no_number", _l("Please write the number."), field="number")
    allocation_round.public_number = number.strip()
    audit.record(session, "round.number_entered", allocation_round, by=by, about=allocation_round.name)
    return allocation_round


def call_off(
    session: Session, allocation_round: AllocationRound, *, reason: str, first_come: bool, by: Viewer
) -> AllocationRound:
    """The round is not held; every application stands for nothing any more, and whoever made one is told once.

    ``first_come``: its classes are for whoever comes first from now on; else they wait for another round.
    Refuses with DomainError: drawn, called_off, no_reason.
    """
    lock_round(session, allocation_round)
    if allocation_round.drawn_at:
        raise DomainError("drawn", _l("The places have been given already; the round can't be called off any more."))
    if allocation_round.called_off_at:
        raise rules.called_off(allocation_round.called_off_reason)
    if not reason.strip():
        raise DomainError("no_reason", _l("Please say why; everybody who applied reads it."), field="reason")
    allocation_round.called_off_at, allocation_round.called_off_by_id = clock.now(), by.person_id
    allocation_round.called_off_reason = reason.strip()
    if first_come:
        for each in queries.classes_of(session, allocation_round.id):
            each.admission = Admission.FIRST_COME
    audit.record(
        session, "round.called_off", allocation_round, by=by, about=allocation_round.name, reason=reason.strip()
    )
    round_called_off.send(session, allocation_round=allocation_round)
    return allocation_round


def lock_round(session: Session, allocation_round: AllocationRound) -> None:
    """Nobody else applies in, draws or settles this round until the transaction ends; its state is read anew."""
    state = ["closes_at", "drawn_at", "settled_at", "public_number", "called_off_at"]
    session.refresh(allocation_round, state, with_for_update=True)


def class_with_everything(session: Session, class_id: int) -> CourseClass:
    """A class with all that is said of it."""
    wanted = select(CourseClass).where(CourseClass.id == class_id).options(*timetable.class_options())
    return session.scalars(wanted).one()
