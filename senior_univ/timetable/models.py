"""Terms, holidays, classes with their seat counters, lessons, and what is taken when."""

import enum
from datetime import date, datetime, time

from flask_babel import lazy_gettext as _l
from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint, false, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from senior_univ.accounts.models import Person
from senior_univ.care.models import Unit
from senior_univ.catalogue.models import Course
from senior_univ.core import clock
from senior_univ.core.db import Base, Instant, Key, Name, Note, UTCDateTime, words_of
from senior_univ.network.models import Organisation, Room
from senior_univ.teaching.models import Teacher
from senior_univ.timetable.calendar_models import Suspension


class Term(Base):
    """A term 学期 (春季, 秋季) of the whole city: first and last day, and from when who may enrol.

    Somebody who had a seat in the term before may enrol from ``returning_from_on``, everybody from
    ``newcomers_from_on``, nobody after ``enrol_until_on``; None is no limit. ``withdraw_until_lesson``: she may leave by
    herself until that lesson has begun, afterwards through her site; None is always.
    """

    __tablename__ = "term"
    __table_args__ = (CheckConstraint("starts_on < ends_on", name="order"),)

    id: Mapped[Key]
    name: Mapped[Name]
    starts_on: Mapped[date] = mapped_column(index=True)
    ends_on: Mapped[date]
    returning_from_on: Mapped[date | None]
    newcomers_from_on: Mapped[date | None]
    enrol_until_on: Mapped[date | None]
    withdraw_until_lesson: Mapped[int | None]


class HolidayKind(enum.Enum):
    """A day off, or a weekend day that is worked (调休)."""

    HOLIDAY = "holiday"
    WORKDAY = "workday"


HOLIDAY_LABELS = {HolidayKind.HOLIDAY: _l("Holiday"), HolidayKind.WORKDAY: _l("Make-up workday")}


class Holiday(Base):
    """A public holiday or make-up workday. A year without any row has not been announced or entered yet.

    ``stands_for`` is the weekday (0 is Monday) that a make-up workday is worked as, where its announcement names one.
    """

    __tablename__ = "holiday"

    on: Mapped[date] = mapped_column(primary_key=True)
    kind: Mapped[HolidayKind] = mapped_column(words_of(HolidayKind))
    stands_for: Mapped[int | None]
    name: Mapped[Name]
    name_en: Mapped[str] = mapped_column(String(80), default="")
    source: Mapped[str] = mapped_column(String(80), default="")

    @property
    def is_off(self) -> bool:
        """Whether no lesson is planned on it."""
        return self.kind is HolidayKind.HOLIDAY


class Admission(enum.Enum):
    """How the seats of a class are given."""

    FIRST_COME = "first_come"
    ALLOCATION = "allocation"
    INVITATION = "invitation"


ADMISSION_LABELS = {
    Admission.FIRST_COME: _l("First come, first served"),
    Admission.ALLOCATION: _l("Allocation day: applications are collected, then seats are given"),
    Admission.INVITATION: _l("By invitation"),
}


class Delivery(enum.Enum):
    """Where a class meets."""

    ON_SITE = "on_site"
    ONLINE = "online"
    BOTH = "both"


DELIVERY_LABELS = {
    Delivery.ON_SITE: _l("On site"),
    Delivery.ONLINE: _l("Online"),
    Delivery.BOTH: _l("On site, and online for who can't come"),
}


class CourseClass(Base):
    """A course given to a group in a term, weekly, by a teacher, in a room, with the counters of its seats.

    The pattern keeps weekday (0 is Monday), local time and length, every so many weeks; ``lessons`` are its dated meetings. ``home_id``
    makes it a class for that care home's residents only (in the home's room: no reminder goes out), ``unit_id`` for one
    unit's. ``join_url`` opens its lessons online. What is ``_taken``
    (sat on) and ``_held`` (offered to somebody who has not answered) is changed by enrolment alone, by one conditional
    UPDATE. An escort takes room, not a seat. Below ``least_learners`` on ``decide_on`` the class is proposed for
    merging, moving or cancelling. ``teacher_note`` is what its teachers bring and know. ``copied_from_id`` is last term's class that this one continues.
    """

    __tablename__ = "course_class"
    __table_args__ = (
        CheckConstraint("capacity > 0", name="capacity"),
        CheckConstraint(
            "seats_taken >= 0 AND seats_held >= 0 AND seats_taken + seats_held <= capacity", name="seats_taken"
        ),
        CheckConstraint(
            "wheelchairs_taken >= 0 AND wheelchairs_held >= 0"
            " AND wheelchairs_taken + wheelchairs_held <= wheelchair_places",
            name="wheelchairs_taken",
        ),
        CheckConstraint("escorts_taken >= 0 AND escorts_held >= 0", name="escorts_taken"),
        CheckConstraint("weekday BETWEEN 0 AND 6", name="weekday"),
        CheckConstraint("minutes BETWEEN 15 AND 480", name="minutes"),
        Index("ix_course_class_term_organisation", "term_id", "organisation_id"),
        Index("ix_course_class_open", "term_id", "region_code"),
    )

    id: Mapped[Key]
    course_id: Mapped[int] = mapped_column(ForeignKey("course.id"), index=True)
    term_id: Mapped[int] = mapped_column(ForeignKey("term.id"))
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"))
    teacher_id: Mapped[int] = mapped_column(ForeignKey("teacher.id"), index=True)
    room_id: Mapped[int] = mapped_column(ForeignKey("room.id"), index=True)
    home_id: Mapped[int | None] = mapped_column(ForeignKey("organisation.id"), index=True)
    unit_id: Mapped[int | None] = mapped_column(ForeignKey("unit.id"), index=True)
    delivery: Mapped[Delivery] = mapped_column(words_of(Delivery), default=Delivery.ON_SITE, server_default="on_site")
    join_url: Mapped[str] = mapped_column(String(500), default="", server_default="")
    region_code: Mapped[str] = mapped_column(ForeignKey("region.code"))
    weekday: Mapped[int]
    starts: Mapped[time]
    minutes: Mapped[int]
    every_weeks: Mapped[int] = mapped_column(default=1, server_default="1")
    zone: Mapped[str] = mapped_column(String(40))
    capacity: Mapped[int]
    wheelchair_places: Mapped[int] = mapped_column(default=0)
    seats_taken: Mapped[int] = mapped_column(default=0)
    wheelchairs_taken: Mapped[int] = mapped_column(default=0)
    escorts_taken: Mapped[int] = mapped_column(default=0)
    seats_held: Mapped[int] = mapped_column(default=0)
    wheelchairs_held: Mapped[int] = mapped_column(default=0)
    escorts_held: Mapped[int] = mapped_column(default=0)
    admission: Mapped[Admission] = mapped_column(words_of(Admission), default=Admission.FIRST_COME)
    least_learners: Mapped[int] = mapped_column(default=0)
    decide_on: Mapped[date | None]
    material_costs: Mapped[str] = mapped_column(String(200), default="")
    teacher_note: Mapped[str] = mapped_column(String(500), default="", server_default="")
    copied_from_id: Mapped[int | None] = mapped_column(ForeignKey("course_class.id"))
    first_lesson_at: Mapped[Instant]
    last_lesson_at: Mapped[Instant]
    lessons_planned: Mapped[int]
    opened_at: Mapped[Instant]
    cancelled_at: Mapped[Instant | None]

    course: Mapped[Course] = relationship()
    term: Mapped[Term] = relationship()
    organisation: Mapped[Organisation] = relationship(foreign_keys=[organisation_id])
    home: Mapped[Organisation | None] = relationship(foreign_keys=[home_id])
    unit: Mapped[Unit | None] = relationship()
    teacher: Mapped[Teacher] = relationship()
    room: Mapped[Room] = relationship()
    lessons: Mapped[list["Lesson"]] = relationship(order_by="Lesson.starts_at", back_populates="course_class")

    @property
    def seats_free(self) -> int:
        """How many more learners fit."""
        return self.capacity - self.seats_taken - self.seats_held

    @property
    def wheelchairs_free(self) -> int:
        """How many more wheelchairs fit."""
        return self.wheelchair_places - self.wheelchairs_taken - self.wheelchairs_held

    @property
    def ends(self) -> time:
        """Local time at which a lesson ends."""
        minutes = self.starts.hour * 60 + self.starts.minute + self.minutes
        return time(minutes // 60 % 24, minutes % 60)


class Lesson(Base):
    """One dated meeting of a class: 第3次课. Its room and teacher may differ from the class's for once.

    ``is_online``: held online for once, though its class meets on site; ``quarantine_id`` is what put it there, where it
    was no person's wish. ``suspension_id`` is what cancelled it with others.

    ``revision`` rises and ``changed_at`` moves with every change, whoever makes it: calendars ask for both.
    """

    __tablename__ = "lesson"
    __table_args__ = (
        UniqueConstraint("class_id", "number"),
        CheckConstraint("starts_at < ends_at", name="order"),
        Index("ix_lesson_starts_at", "starts_at"),
    )

    id: Mapped[Key]
    class_id: Mapped[int] = mapped_column(ForeignKey("course_class.id"))
    number: Mapped[int]
    starts_at: Mapped[Instant]
    ends_at: Mapped[Instant]
    room_id: Mapped[int] = mapped_column(ForeignKey("room.id"), index=True)
    teacher_id: Mapped[int] = mapped_column(ForeignKey("teacher.id"), index=True)
    moved_from: Mapped[datetime | None] = mapped_column(UTCDateTime)
    cancelled_at: Mapped[Instant | None]
    cancelled_by_id: Mapped[int | None]
    cancel_reason: Mapped[Note]
    is_online: Mapped[bool] = mapped_column(default=False, server_default=false())
    quarantine_id: Mapped[int | None] = mapped_column(ForeignKey("quarantine.id"), index=True)
    suspension_id: Mapped[int | None] = mapped_column(ForeignKey("suspension.id"), index=True)
    revision: Mapped[int] = mapped_column(default=0, onupdate=text("lesson.revision + 1"))
    changed_at: Mapped[Instant] = mapped_column(default=clock.now, onupdate=clock.now)

    course_class: Mapped[CourseClass] = relationship(back_populates="lessons")
    room: Mapped[Room] = relationship()
    teacher: Mapped[Teacher] = relationship()
    suspension: Mapped[Suspension | None] = relationship()

    @property
    def way(self) -> Delivery:
        """Where it is held: online for once, else as its class."""
        return Delivery.ONLINE if self.is_online else self.course_class.delivery

    def is_coming(self, now: datetime) -> bool:
        """Whether it will be, or is still being, held."""
        return self.cancelled_at is None and self.ends_at > now


class Holder(enum.Enum):
    """What is taken by a lesson."""

    ROOM = "room"
    TEACHER = "teacher"
    PERSON = "person"


class Occupancy(Base):
    """A room, a teacher or a person (``holder_id``) is taken by a lesson or a booking from, to (half-open).

    The database refuses two that overlap for the same holder: an exclusion constraint on PostgreSQL, triggers on
    SQLite, both made by the migration. Its refusal is an IntegrityError that names ``occupancy_overlap``.
    """

    __tablename__ = "occupancy"
    __table_args__ = (
        CheckConstraint("starts_at < ends_at", name="order"),
        CheckConstraint("(lesson_id IS NULL) <> (booking_id IS NULL)", name="one_cause"),
        Index("ix_occupancy_holder", "holder", "holder_id", "starts_at"),
    )

    id: Mapped[Key]
    holder: Mapped[Holder] = mapped_column(words_of(Holder))
    holder_id: Mapped[int]
    starts_at: Mapped[Instant]
    ends_at: Mapped[Instant]
    lesson_id: Mapped[int | None] = mapped_column(ForeignKey("lesson.id"), index=True)
    booking_id: Mapped[int | None] = mapped_column(ForeignKey("room_booking.id"), index=True)

    lesson: Mapped[Lesson | None] = relationship()
    booking: Mapped["RoomBooking | None"] = relationship()


class Side(enum.Enum):
    """Whose room it is, or who books it."""

    OWNER = "owner"
    GUEST = "guest"


class RoomBooking(Base):
    """Somebody else's organisation uses a room from, to, and again in the ``weeks`` - 1 weeks after that, public holidays
    left out; with ``every_weeks`` 2 so many times, but in every other week only.

    It takes the room, one occupancy row for each day, once it is granted; a day that is given up loses its row.
    ``unsettled`` says why it no longer fits, until it fits again, ends, or the owner holds it all the same.
    ``answered_by_id`` is None where it was granted at once. ``waits_for`` is the side that has to answer, or to take
    notice of what the other one did last.
    """

    __tablename__ = "room_booking"
    __table_args__ = (
        CheckConstraint("starts_at < ends_at", name="order"),
        CheckConstraint("weeks BETWEEN 1 AND 52", name="weeks"),
    )

    id: Mapped[Key]
    room_id: Mapped[int] = mapped_column(ForeignKey("room.id"), index=True)
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"), index=True)
    starts_at: Mapped[Instant]
    ends_at: Mapped[Instant]
    weeks: Mapped[int] = mapped_column(default=1)
    every_weeks: Mapped[int] = mapped_column(default=1, server_default="1")
    purpose: Mapped[Note]
    asked_at: Mapped[Instant]
    asked_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    granted_at: Mapped[Instant | None]
    declined_at: Mapped[Instant | None]
    taken_back_at: Mapped[Instant | None]
    answered_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    answer: Mapped[Note]
    waits_for: Mapped[Side | None] = mapped_column(words_of(Side))
    unsettled: Mapped[str] = mapped_column(String(40), default="", server_default="", index=True)

    room: Mapped[Room] = relationship()
    organisation: Mapped[Organisation] = relationship()
    days: Mapped[list[Occupancy]] = relationship(order_by="Occupancy.starts_at", viewonly=True)

    @property
    def is_pending(self) -> bool:
        """Whether it waits for the owner's answer."""
        return self.granted_at is None and self.declined_at is None and self.taken_back_at is None

    @property
    def is_granted(self) -> bool:
        """Whether the room is, or was, theirs."""
        return self.granted_at is not None and self.declined_at is None and self.taken_back_at is None


class Assistance(enum.Enum):
    """What somebody does beside a class's teacher."""

    CO_TEACHER = "co_teacher"
    ASSISTANT = "assistant"


ASSISTANCE_LABELS = {Assistance.CO_TEACHER: _l("Co-teacher"), Assistance.ASSISTANT: _l("Assistant")}


class ClassAssistant(Base):
    """A second teacher of a class; her occupancy rows are written beside the teacher's."""

    __tablename__ = "class_assistant"

    class_id: Mapped[int] = mapped_column(ForeignKey("course_class.id"), primary_key=True)
    teacher_id: Mapped[int] = mapped_column(ForeignKey("teacher.id"), primary_key=True, index=True)
    what: Mapped[Assistance] = mapped_column(words_of(Assistance))

    teacher: Mapped[Teacher] = relationship()


class Override(Base):
    """Something that stood against a lesson and was overridden, by whom and why; ``code`` as of the conflict."""

    __tablename__ = "override"

    id: Mapped[Key]
    lesson_id: Mapped[int] = mapped_column(ForeignKey("lesson.id"), index=True)
    code: Mapped[str] = mapped_column(String(40))
    reason: Mapped[Note]
    overridden_at: Mapped[Instant]
    overridden_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))

    overridden_by: Mapped[Person] = relationship()


class Unsettled(Base):
    """Something changed under a standing lesson: it waits 'to settle' until it fits again, is moved or cancelled.

    ``code`` as of the conflict, or ``teacher_cannot`` where its teacher said that she can't come.
    """

    __tablename__ = "unsettled"
    __table_args__ = (
        Index(
            "uq_unsettled_open",
            "lesson_id",
            unique=True,
            postgresql_where=text("settled_at IS NULL"),
            sqlite_where=text("settled_at IS NULL"),
        ),
    )

    id: Mapped[Key]
    lesson_id: Mapped[int] = mapped_column(ForeignKey("lesson.id"))
    code: Mapped[str] = mapped_column(String(40))
    raised_at: Mapped[Instant]
    raised_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    settled_at: Mapped[Instant | None]

    lesson: Mapped[Lesson] = relationship()
