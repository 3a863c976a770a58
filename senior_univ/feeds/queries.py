"""Reading feeds: whose they are, who sees that there is one, and the lessons that one shows."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from hashlib import sha256

from sqlalchemy import ColumnElement, Select, or_, select
from sqlalchemy.orm import Session, joinedload

from senior_univ.accounts.models import Person
from senior_univ.accounts.queries import standing_grants
from senior_univ.attendance.queries import leaves_of
from senior_univ.core import clock
from senior_univ.core.access import Right, Viewer
from senior_univ.core.errors import NotFoundError
from senior_univ.core.permissions import Permission
from senior_univ.enrolment import queries as enrolment
from senior_univ.feeds.models import Feed
from senior_univ.network.models import Organisation, Room, Venue
from senior_univ.network.queries import organisation_scope
from senior_univ.timetable import queries as timetable
from senior_univ.timetable.models import CourseClass, Lesson

BACK, AHEAD = timedelta(days=60), timedelta(days=400)
"""The lessons of which days a feed shows."""


@dataclass(frozen=True)
class Subject:
    """Whose lessons a feed shows: one person's, one class's or one room's, by id."""

    person_id: int | None = None
    class_id: int | None = None
    room_id: int | None = None

    def condition(self) -> ColumnElement[bool]:
        """Condition on Feed: it is of this subject."""
        if self.person_id is not None:
            return Feed.person_id == self.person_id
        return Feed.class_id == self.class_id if self.class_id is not None else Feed.room_id == self.room_id


def hash_of(token: str) -> str:
    """What is kept of an address."""
    return sha256(token.encode()).hexdigest()


def feeds_of(session: Session, subject: Subject) -> Sequence[Feed]:
    """The standing feeds of a subject whose lessons the caller may see, with who made each."""
    standing = select(Feed).where(subject.condition(), Feed.taken_back_at.is_(None))
    return session.scalars(standing.order_by(Feed.made_at, Feed.id).options(joinedload(Feed.made_by))).all()


def feed_for(session: Session, viewer: Viewer, feed_id: int) -> Feed:
    """That feed, one that was taken back included; NotFoundError unless the viewer sees its subject."""
    feed = session.scalar(select(Feed).where(Feed.id == feed_id, _sees_subject(viewer)))
    if feed is None:
        raise NotFoundError
    return feed


def _sees_subject(viewer: Viewer) -> ColumnElement[bool]:
    people = [viewer.person_id, *(elder for elder, rights in viewer.elders.items() if Right.SEE in rights)]
    classes = timetable.visible_classes(viewer, Permission.SEE_CLASSES).with_only_columns(CourseClass.id)
    return or_(Feed.person_id.in_(people), Feed.class_id.in_(classes), Feed.room_id.in_(_rooms_managed(viewer)))


def _rooms_managed(viewer: Viewer) -> Select[int]:
    scope = organisation_scope(viewer, Permission.MANAGE_ROOMS)
    return select(Room.id).join(Room.venue).join(Organisation, Organisation.id == Venue.organisation_id).where(scope)


def feed_at(session: Session, token: str) -> Feed | None:
    """The feed at an address, one that was taken back included."""
    wanted = select(Feed).where(Feed.token_hash == hash_of(token))
    loaded = (
        joinedload(Feed.person),
        joinedload(Feed.course_class).joinedload(CourseClass.course),
        joinedload(Feed.room).joinedload(Room.venue),
    )
    return session.scalar(wanted.options(*loaded))


def is_alive(session: Session, feed: Feed) -> bool:
    """Whether a feed may still be read: not taken back, its person there, and who made it still let by her."""
    if feed.taken_back_at is not None or (feed.person is not None and feed.person.ended_at is not None):
        return False
    return feed.person is None or feed.made_by_id == feed.person.id or _is_let(session, feed.person, feed.made_by_id)


def _is_let(session: Session, elder: Person, relative_id: int) -> bool:
    grants = standing_grants(session, elder.id)
    return any(grant.relative_id == relative_id and Right.SEE in grant.allowed for grant in grants)


def lessons_in(session: Session, feed: Feed) -> Sequence[Lesson]:
    """What a feed shows, in order, cancelled lessons included."""
    now = clock.now()
    if feed.person_id is not None:
        return enrolment.lessons_of_person(session, feed.person_id, now - BACK, now + AHEAD)
    if feed.class_id is not None:
        return timetable.lessons_of_class(session, feed.class_id)
    return timetable.lessons_between(session, now - BACK, now + AHEAD, room_id=feed.room_id)


def leave_in(session: Session, feed: Feed, lessons: Sequence[Lesson]) -> set[int]:
    """Ids of the lessons to which the feed's person will not come."""
    if feed.person_id is None:
        return set()
    return set(leaves_of(session, feed.person_id, [lesson.id for lesson in lessons]))
