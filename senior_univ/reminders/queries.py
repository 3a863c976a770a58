"""Who is told where, what is to be announced, what stands now, and which texts staff may see."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, case, exists, false, func, or_, select, union
from sqlalchemy.orm import Session, aliased, selectinload

from senior_univ.accounts.models import FamilyGrant, Person, PhoneKind
from senior_univ.accounts.queries import is_standing, people_of
from senior_univ.attendance.models import Leave
from senior_univ.catalogue.models import Course
from senior_univ.core import clock
from senior_univ.core.access import Viewer
from senior_univ.core.permissions import Permission
from senior_univ.enrolment.models import Seat
from senior_univ.network.models import Organisation, Room, Venue
from senior_univ.reminders.models import (
    Channel,
    FirstRung,
    Message,
    MessageAbout,
    MessageChoice,
    MutedTopic,
    PhoneStanding,
    SentText,
    Topic,
)
from senior_univ.reminders.places import kept_place
from senior_univ.teaching.models import Teacher
from senior_univ.timetable.models import CourseClass, Delivery, Lesson

Contact = aliased(Person, name="contact")
LessonTeacher = aliased(Person, name="lesson_teacher")
RoomOwner = aliased(Organisation, name="room_owner")


def _wants_texts(person: Any) -> ColumnElement[bool]:
    row = PhoneStanding
    is_shut = or_(row.stopped_at.is_not(None), row.wrong_at.is_not(None), row.blocked_at.is_not(None))
    is_closed = exists().where(row.phone == person.phone, is_shut)
    return and_(person.reminders_stopped_at.is_(None), person.ended_at.is_(None), ~is_closed)


_SPEAKS = or_(Person.phone_kind == PhoneKind.MOBILE, MessageChoice.first_rung == FirstRung.VOICE)
WANTS_CALLS = func.coalesce(MessageChoice.first_rung == FirstRung.CALL, false())
IS_OWN = and_(_SPEAKS, Person.phone.is_not(None), _wants_texts(Person), ~WANTS_CALLS)
IS_CONTACTS = and_(Contact.phone_kind == PhoneKind.MOBILE, _wants_texts(Contact))
PHONE = case((IS_OWN, Person.phone), (IS_CONTACTS, Contact.phone))
"""Where a learner is told: her own phone, spoken to as she chose, else her main contact's mobile."""

LANGUAGE = case((IS_OWN, Person.language), else_=Contact.language)
CHANNEL = case((and_(IS_OWN, MessageChoice.first_rung == FirstRung.VOICE), "voice"), else_="sms")


def with_contact(statement: Select[*tuple[Any, ...]]) -> Select[*tuple[Any, ...]]:
    """The statement about people joined with what each chose and with her main contact."""
    is_main = and_(FamilyGrant.elder_id == Person.id, FamilyGrant.is_main_contact, is_standing())
    chosen = statement.outerjoin(MessageChoice, MessageChoice.person_id == Person.id)
    return chosen.outerjoin(FamilyGrant, is_main).outerjoin(Contact, Contact.id == FamilyGrant.relative_id)


@dataclass(frozen=True)
class Receiver:
    """Where somebody is told: a phone and its owner's language; ``is_own`` unless it is her main contact's.

    ``site_id`` is the organisation that looks after her.
    """

    person_id: int
    name: str
    phone: str
    language: str
    is_own: bool
    channel: Channel = Channel.SMS
    site_id: int | None = None


def receivers(session: Session, person_ids: Iterable[int]) -> dict[int, Receiver]:
    """{person: where she is told}; nobody whom no text reaches."""
    return _receivers(session, Person.id.in_(set(person_ids)))


def receivers_in_class(session: Session, class_id: int) -> dict[int, Receiver]:
    """The same for everybody in a class."""
    seated = select(Seat.person_id).where(Seat.class_id == class_id, Seat.ended_at.is_(None))
    return _receivers(session, Person.id.in_(seated))


def _receivers(session: Session, who: ColumnElement[bool]) -> dict[int, Receiver]:
    columns = (PHONE.label("phone"), LANGUAGE.label("language"), IS_OWN.label("own"), CHANNEL.label("channel"))
    statement = with_contact(select(Person.id, Person.name, Person.site_id, *columns).select_from(Person))
    rows = session.execute(statement.where(who, Person.ended_at.is_(None), PHONE.is_not(None)))
    return {
        row.id: Receiver(
            row.id, row.name, row.phone, row.language or "", bool(row.own), Channel(row.channel), row.site_id
        )
        for row in rows
    }


def language_of(session: Session, phone: str) -> str:
    """The language that somebody with that phone chose, or "" for the default."""
    chosen = select(Person.language).where(Person.phone == phone, Person.language.is_not(None)).order_by(Person.id)
    return session.scalar(chosen.limit(1)) or ""


@dataclass(frozen=True)
class LessonNow:
    """A lesson as it stands, with the words that texts need; ``phone`` is its site's, ``is_online`` for this once."""

    id: int
    class_id: int
    number: int
    starts_at: datetime
    room_id: int
    course: str
    place: str
    phone: str
    is_cancelled: bool
    class_is_cancelled: bool
    is_online: bool
    teacher_id: int
    teacher: str
    organisation_id: int
    bring: str
    address: str

    @property
    def stands(self) -> bool:
        """Whether it will be."""
        return not (self.is_cancelled or self.class_is_cancelled)


COURSE = case((Course.sms_name != "", Course.sms_name), else_=Course.title)
PLACE = (
    case((Venue.sms_name != "", Venue.sms_name), (RoomOwner.sms_name != "", RoomOwner.sms_name), else_=Venue.name)
    + Room.name
)


def lessons_now(session: Session, lesson_ids: Iterable[int]) -> dict[int, LessonNow]:
    """{id: the lesson as it stands}, in one query."""
    wanted = set(lesson_ids)
    if not wanted:
        return {}
    rows = session.execute(
        select(
            Lesson,
            CourseClass.cancelled_at,
            CourseClass.delivery,
            COURSE.label("course"),
            PLACE.label("place"),
            Organisation.phone,
            LessonTeacher.name.label("teacher"),
            CourseClass.organisation_id,
            Course.what_to_bring,
            Venue.address,
        )
        .join(Teacher, Teacher.id == Lesson.teacher_id)
        .join(LessonTeacher, LessonTeacher.id == Teacher.person_id)
        .join(CourseClass, CourseClass.id == Lesson.class_id)
        .join(Course, Course.id == CourseClass.course_id)
        .join(Organisation, Organisation.id == CourseClass.organisation_id)
        .join(Room, Room.id == Lesson.room_id)
        .join(Venue, Venue.id == Room.venue_id)
        .join(RoomOwner, RoomOwner.id == Venue.organisation_id)
        .where(Lesson.id.in_(wanted))
    )
    return {row.Lesson.id: _lesson_now(row) for row in rows}


def starts_of(session: Session, lesson_ids: Iterable[int]) -> dict[int, datetime]:
    """{id: when that lesson begins}, in one query."""
    rows = session.execute(select(Lesson.id, Lesson.starts_at).where(Lesson.id.in_(set(lesson_ids))))
    return {row.id: row.starts_at for row in rows}


def _lesson_now(row: Any) -> LessonNow:
    lesson = row.Lesson
    return LessonNow(
        lesson.id,
        lesson.class_id,
        lesson.number,
        lesson.starts_at,
        lesson.room_id,
        row.course,
        kept_place(row.place, Delivery.ONLINE if lesson.is_online else row.delivery),
        row.phone,
        lesson.cancelled_at is not None,
        row.cancelled_at is not None,
        lesson.is_online,
        lesson.teacher_id,
        row.teacher,
        row.organisation_id,
        row.what_to_bring,
        row.address,
    )


@dataclass(frozen=True)
class ClassNow:
    """A class as it stands, with the words that texts need."""

    course: str
    phone: str
    is_cancelled: bool


def classes_now(session: Session, class_ids: Iterable[int]) -> dict[int, ClassNow]:
    """{id: the class as it stands}, in one query."""
    wanted = set(class_ids)
    if not wanted:
        return {}
    rows = session.execute(
        select(CourseClass.id, CourseClass.cancelled_at, COURSE.label("course"), Organisation.phone)
        .join(Course, Course.id == CourseClass.course_id)
        .join(Organisation, Organisation.id == CourseClass.organisation_id)
        .where(CourseClass.id.in_(wanted))
    )
    return {row.id: ClassNow(row.course, row.phone, row.cancelled_at is not None) for row in rows}


def people_now(session: Session, person_ids: Iterable[int]) -> dict[int, Person]:
    """{id: person}, in one query."""
    wanted = set(person_ids)
    return {each.id: each for each in session.scalars(select(Person).where(Person.id.in_(wanted)))} if wanted else {}


def standing_seats(session: Session, person_ids: Iterable[int], class_ids: Iterable[int]) -> set[tuple[int, int]]:
    """(person, class) of the seats that stand."""
    rows = session.execute(
        select(Seat.person_id, Seat.class_id).where(
            Seat.person_id.in_(set(person_ids)), Seat.class_id.in_(set(class_ids)), Seat.ended_at.is_(None)
        )
    )
    return {(row.person_id, row.class_id) for row in rows}


def standing_leaves(session: Session, lesson_ids: Iterable[int]) -> set[tuple[int, int]]:
    """(lesson, person) of the leaves that stand."""
    rows = session.execute(
        select(Leave.lesson_id, Leave.person_id).where(
            Leave.lesson_id.in_(set(lesson_ids)), Leave.taken_back_at.is_(None)
        )
    )
    return {(row.lesson_id, row.person_id) for row in rows}


def stopped_phones(session: Session, phones: Iterable[str]) -> set[str]:
    """The numbers from which STOP came, whoever's they are, and those of which every owner has stopped reminders."""
    wanted, stopped = set(phones), func.count(Person.reminders_stopped_at)
    owners = select(Person.phone).where(Person.phone.in_(wanted), Person.ended_at.is_(None)).group_by(Person.phone)
    said_so = select(PhoneStanding.phone).where(PhoneStanding.phone.in_(wanted), PhoneStanding.stopped_at.is_not(None))
    return {phone for phone in session.scalars(union(owners.having(func.count() == stopped), said_so)) if phone}


def wrong_phones(session: Session, phones: Iterable[str]) -> set[str]:
    """The numbers whose owner said that they are wrong."""
    wrong = select(PhoneStanding.phone).where(PhoneStanding.phone.in_(set(phones)), PhoneStanding.wrong_at.is_not(None))
    return set(session.scalars(wrong))


def muted_topics(session: Session, person_ids: Iterable[int]) -> set[tuple[int, Topic]]:
    """(person, topic) of what these people switched off."""
    off = select(MutedTopic.person_id, MutedTopic.topic).where(MutedTopic.person_id.in_(set(person_ids)))
    return {(row.person_id, row.topic) for row in session.execute(off)}


def next_start(session: Session, class_id: int, now: datetime, cancelled_since: datetime) -> datetime | None:
    """When the class's next lesson begins or was to begin before it was cancelled at ``cancelled_since`` or later."""
    stood = or_(Lesson.cancelled_at.is_(None), Lesson.cancelled_at >= cancelled_since)
    return session.scalar(
        select(func.min(Lesson.starts_at)).where(Lesson.class_id == class_id, Lesson.starts_at > now, stood)
    )


def lesson_that_was_next(session: Session, course_class: CourseClass) -> Lesson | None:
    """The first lesson that a class which was cancelled would still have had."""
    stood = or_(Lesson.cancelled_at.is_(None), Lesson.cancelled_at >= course_class.cancelled_at)
    coming = select(Lesson).where(Lesson.class_id == course_class.id, Lesson.starts_at > clock.now(), stood)
    return session.scalar(coming.order_by(Lesson.starts_at).limit(1))


def next_lesson(session: Session, class_id: int, now: datetime) -> LessonNow | None:
    """The class's next lesson that stands."""
    coming = select(Lesson.id).where(Lesson.class_id == class_id, Lesson.starts_at > now, Lesson.cancelled_at.is_(None))
    lesson_id = session.scalar(coming.order_by(Lesson.starts_at).limit(1))
    return lessons_now(session, [lesson_id])[lesson_id] if lesson_id else None


def texts_shown() -> Select[SentText]:
    """What the console sender was given, newest first; for the demo alone."""
    return select(SentText).order_by(SentText.id.desc())


def visible_messages(viewer: Viewer) -> Select[Message]:
    """The texts about people whom the viewer may see, newest first, with whom they are about; never a code."""
    theirs = (
        select(MessageAbout.message_id)
        .join(Person, Person.id == MessageAbout.person_id)
        .where(people_of(viewer, Permission.SEE_MESSAGES))
    )
    loaded = selectinload(Message.about).joinedload(MessageAbout.person)
    return select(Message).where(Message.id.in_(theirs)).options(loaded).order_by(Message.id.desc())


def attempt_by_ref(session: Session, sender: str, ref: str) -> tuple[int, int] | None:
    """(text, attempt) that this sender's provider knows under ``ref``."""
    known = select(Message.id, Message.attempt).where(Message.provider_ref == ref, Message.sender == sender)
    row = session.execute(known.order_by(Message.id.desc()).limit(1)).first()
    return (row.id, row.attempt) if row else None


def visible_among(session: Session, viewer: Viewer, person_ids: Iterable[int]) -> set[int]:
    """Those of these people whom the viewer may see."""
    wanted = select(Person.id).where(Person.id.in_(set(person_ids)), people_of(viewer, Permission.SEE_MESSAGES))
    return set(session.scalars(wanted))
