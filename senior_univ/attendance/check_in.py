"""Checking in at the door: by her paper card, or by the lesson's code on the wall.

A card says who she is and nothing more: its token is random, kept as a hash, and replaced by the next card. A lesson's
code is made from the secret key, so that nothing is stored; it is good around the lesson only, and only for somebody
who has a seat in it.
"""

import hmac
import secrets
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256

from flask_babel import lazy_gettext as _l
from sqlalchemy import select, update
from sqlalchemy.orm import Session, joinedload

from senior_univ.accounts.models import Person
from senior_univ.attendance import queries, roll_call
from senior_univ.attendance.models import Attendance, How, Kind, LearnerCard
from senior_univ.attendance.roll_call import Tap
from senior_univ.audit import actions as audit
from senior_univ.core import clock
from senior_univ.core.access import Viewer
from senior_univ.core.errors import DomainError
from senior_univ.core.permissions import Permission
from senior_univ.enrolment import queries as enrolment
from senior_univ.enrolment.models import Seat
from senior_univ.timetable import queries as timetable
from senior_univ.timetable.models import Lesson

OPENS_BEFORE = timedelta(hours=1)
LATE_FROM = timedelta(minutes=10)
"""Whoever checks in later than this after the beginning is late."""

CODE_DIGITS = 4
TOKEN_BYTES = 16


@dataclass(frozen=True)
class NewCard:
    """A card to be printed at once: its token is known this once."""

    person: Person
    token: str


def is_open(lesson: Lesson, now: datetime) -> bool:
    """Whether one can check in now."""
    return lesson.cancelled_at is None and lesson.starts_at - OPENS_BEFORE <= now < lesson.ends_at


def wall_code(key: str, lesson_id: int) -> str:
    """The digits on the wall of that lesson."""
    digest = hmac.new(key.encode(), f"wall:{lesson_id}".encode(), sha256).digest()
    return f"{int.from_bytes(digest[:8]) % 10**CODE_DIGITS:0{CODE_DIGITS}d}"


def hash_of(token: str) -> str:
    """What is kept of a token, which is random enough to need no key."""
    return sha256(token.encode()).hexdigest()


def check_in(session: Session, lesson: Lesson, person_id: int, *, how: How, by: Viewer) -> Kind:
    """She is here: present, or late when the lesson has begun a while ago; returns which. A second time changes nothing.

    Refuses with DomainError: not_open, not_in_class.
    """
    now = clock.now()
    if not is_open(lesson, now):
        raise DomainError("not_open", _l("One can check in from an hour before the lesson until it ends."))
    if not queries.seated(session, lesson, [person_id]):
        raise DomainError("not_in_class", _l("There is no seat in this class under this name. Please ask the teacher."))
    standing = session.get(Attendance, (lesson.id, person_id), populate_existing=True)
    if standing is not None and standing.kind in (Kind.PRESENT, Kind.LATE):
        return standing.kind
    kind = Kind.PRESENT if now < lesson.starts_at + LATE_FROM else Kind.LATE
    roll_call.enter(session, lesson, [Tap(person_id, kind, how=how)], by=by)
    return kind


def lesson_by_code(session: Session, key: str, person_id: int, code: str) -> Lesson:
    """The lesson of hers, open now, that has this code on its wall; refuses with wrong_code."""
    now = clock.now()
    near = enrolment.lessons_of_person(session, person_id, now - timedelta(hours=9), now + OPENS_BEFORE)
    for lesson in near:
        if is_open(lesson, now) and hmac.compare_digest(wall_code(key, lesson.id).encode(), code.encode()):
            return lesson
    words = _l("None of your lessons has this code just now. Please look at the wall again, or tell the teacher.")
    raise DomainError("wrong_code", words, field="code")


def card_of(session: Session, token: str) -> LearnerCard | None:
    """The card with that token, unless a newer one took its place."""
    query = select(LearnerCard).where(LearnerCard.token_hash == hash_of(token), LearnerCard.revoked_at.is_(None))
    return session.scalar(query.options(joinedload(LearnerCard.person)))


def lesson_for_card(session: Session, viewer: Viewer, person_id: int) -> Lesson | None:
    """The lesson, open now, of a class in which she sits and whose roll this viewer may call."""
    now = clock.now()
    query = (
        select(Lesson)
        .join(Lesson.course_class)
        .join(Seat, Seat.class_id == Lesson.class_id)
        .where(Seat.person_id == person_id, Seat.ended_at.is_(None), Lesson.cancelled_at.is_(None))
        .where(Lesson.starts_at <= now + OPENS_BEFORE, Lesson.ends_at > now)
        .where(timetable.sees_classes(viewer, Permission.CALL_ROLL))
        .order_by(Lesson.starts_at)
        .limit(1)
    )
    return session.scalar(query.options(*timetable.lesson_options()))


def open_lesson(session: Session, lesson_id: int) -> Lesson | None:
    """The lesson that a tablet at the door was opened for, while one can check in."""
    query = select(Lesson).join(Lesson.course_class).where(Lesson.id == lesson_id)
    lesson = session.scalar(query.options(*timetable.lesson_options()))
    return lesson if lesson is not None and is_open(lesson, clock.now()) else None


def holders(session: Session, person_ids: Collection[int]) -> set[int]:
    """Those of these people who have a card that works."""
    query = select(LearnerCard.person_id).where(LearnerCard.person_id.in_(person_ids), LearnerCard.revoked_at.is_(None))
    return set(session.scalars(query))


def make_cards(session: Session, people: Sequence[Person], *, by: Viewer) -> list[NewCard]:
    """A new card for each of these people; the cards that they had work no more."""
    now = clock.now()
    ids = [person.id for person in people]
    old = update(LearnerCard).where(LearnerCard.person_id.in_(ids), LearnerCard.revoked_at.is_(None))
    session.execute(old.values(revoked_at=now), execution_options={"synchronize_session": False})
    made = [NewCard(person, secrets.token_urlsafe(TOKEN_BYTES)) for person in people]
    rows = [
        LearnerCard(person_id=each.person.id, token_hash=hash_of(each.token), made_at=now, made_by_id=by.person_id)
        for each in made
    ]
    session.add_all(rows)
    session.flush()
    audit.record_all(session, "card.made", [(row, row.person_id) for row in rows], by=by)
    return made
