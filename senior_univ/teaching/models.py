"""Teachers: what kind, what they teach, when they can."""

import enum
from datetime import date, time

from flask_babel import lazy_gettext as _l
from sqlalchemy import JSON, CheckConstraint, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from senior_univ.accounts.models import Person
from senior_univ.catalogue.models import Subject
from senior_univ.core.db import Base, Instant, Key, Name, Note, words_of
from senior_univ.network.models import Organisation, Region, TravelMode


class TeacherKind(enum.Enum):
    """How somebody teaches, in the policy's terms: 专职, 兼职, 志愿者."""

    FULL_TIME = "full_time"
    PART_TIME = "part_time"
    VOLUNTEER = "volunteer"


TEACHER_LABELS = {
    TeacherKind.FULL_TIME: _l("Full-time"),
    TeacherKind.PART_TIME: _l("Part-time"),
    TeacherKind.VOLUNTEER: _l("Volunteer"),
}


class Teacher(Base):
    """A person who teaches for an organisation. Without ``promised_at`` (不推销、不收钱) nobody is given a class.

    ``check_expires_on`` is the safety check's; other papers are in ``Qualification``. Where she starts from in the
    morning is a region, and its degrees (WGS 84) where somebody entered them.
    """

    __tablename__ = "teacher"

    id: Mapped[Key]
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), unique=True)
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"), index=True)
    kind: Mapped[TeacherKind] = mapped_column(words_of(TeacherKind))
    hours_a_week: Mapped[int] = mapped_column(default=20)
    promised_at: Mapped[Instant | None]
    check_expires_on: Mapped[date | None]
    retired_on: Mapped[date | None]
    home_region_code: Mapped[str | None] = mapped_column(ForeignKey("region.code"))
    home_latitude: Mapped[float | None]
    home_longitude: Mapped[float | None]
    travel_mode: Mapped[TravelMode] = mapped_column(
        words_of(TravelMode), default=TravelMode.ELECTRIC_BICYCLE, server_default="electric_bicycle"
    )

    @property
    def home_point(self) -> tuple[float, float] | None:
        """Latitude and longitude of where she starts from, where both are known."""
        if self.home_latitude is None or self.home_longitude is None:
            return None
        return self.home_latitude, self.home_longitude

    home_region: Mapped[Region | None] = relationship()
    person: Mapped[Person] = relationship()
    organisation: Mapped[Organisation] = relationship()
    subjects: Mapped[list[Subject]] = relationship(secondary="teacher_subject", order_by=Subject.id)


class SubjectLevel(enum.Enum):
    """Up to whom a teacher teaches a subject."""

    BEGINNERS = "beginners"
    INTERMEDIATE = "intermediate"
    ADVANCED = "advanced"


SUBJECT_LEVEL_LABELS = {
    SubjectLevel.BEGINNERS: _l("For beginners"),
    SubjectLevel.INTERMEDIATE: _l("For those who know a little"),
    SubjectLevel.ADVANCED: _l("For advanced learners"),
}


class TeacherSubject(Base):
    """A subject that a teacher teaches, and up to which level."""

    __tablename__ = "teacher_subject"

    teacher_id: Mapped[int] = mapped_column(ForeignKey("teacher.id", ondelete="CASCADE"), primary_key=True)
    subject_id: Mapped[int] = mapped_column(ForeignKey("subject.id"), primary_key=True, index=True)
    level: Mapped[SubjectLevel] = mapped_column(
        words_of(SubjectLevel), default=SubjectLevel.BEGINNERS, server_default="beginners"
    )

    subject: Mapped[Subject] = relationship(viewonly=True)


class Availability(Base):
    """When a teacher can teach on a weekday (0 is Monday); a teacher without any can always. Local, half-open."""

    __tablename__ = "availability"
    __table_args__ = (
        CheckConstraint("weekday BETWEEN 0 AND 6", name="weekday"),
        CheckConstraint("starts < ends", name="order"),
        UniqueConstraint("teacher_id", "weekday", "starts"),
    )

    id: Mapped[Key]
    teacher_id: Mapped[int] = mapped_column(ForeignKey("teacher.id", ondelete="CASCADE"))
    weekday: Mapped[int]
    starts: Mapped[time]
    ends: Mapped[time]


class AvailabilityException(Base):
    """Days (both included) on which a teacher's week does not hold.

    ``is_away``: she can't teach then; else she can, though her week says no. Without ``starts`` and ``ends`` (local,
    half-open) it is the whole day.
    """

    __tablename__ = "availability_exception"
    __table_args__ = (
        CheckConstraint("from_on <= to_on", name="days"),
        CheckConstraint("starts < ends", name="order"),
        CheckConstraint("(starts IS NULL) = (ends IS NULL)", name="both_hours"),
    )

    id: Mapped[Key]
    teacher_id: Mapped[int] = mapped_column(ForeignKey("teacher.id", ondelete="CASCADE"), index=True)
    from_on: Mapped[date]
    to_on: Mapped[date]
    starts: Mapped[time | None]
    ends: Mapped[time | None]
    is_away: Mapped[bool] = mapped_column(default=True)
    note: Mapped[Note]


class Qualification(Base):
    """A paper of a teacher's, and until when it holds; None is for good."""

    __tablename__ = "qualification"

    id: Mapped[Key]
    teacher_id: Mapped[int] = mapped_column(ForeignKey("teacher.id", ondelete="CASCADE"), index=True)
    name: Mapped[Name]
    expires_on: Mapped[date | None] = mapped_column(index=True)

    teacher: Mapped[Teacher] = relationship()


class Training(Base):
    """A training of community-education workers (社区教育工作者培训); each is to take part in one a year."""

    __tablename__ = "training"

    id: Mapped[Key]
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"), index=True)
    name: Mapped[Name]
    on: Mapped[date] = mapped_column(index=True)
    hours: Mapped[int]

    organisation: Mapped[Organisation] = relationship()


class TrainingPart(Base):
    """Somebody took part in a training."""

    __tablename__ = "training_part"

    training_id: Mapped[int] = mapped_column(ForeignKey("training.id", ondelete="CASCADE"), primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), primary_key=True, index=True)


class VolunteerApplication(Base):
    """Somebody wants to teach as a volunteer (志愿者报名); she has promised 不推销、不收钱 with it."""

    __tablename__ = "volunteer_application"

    id: Mapped[Key]
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"), index=True)
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), index=True)
    name: Mapped[Name]
    phone: Mapped[str] = mapped_column(String(20))
    region_code: Mapped[str | None] = mapped_column(ForeignKey("region.code"))
    subject_ids: Mapped[list[int]] = mapped_column(JSON, default=list)
    about: Mapped[Note]
    promised_at: Mapped[Instant]
    applied_at: Mapped[Instant]
    answered_at: Mapped[Instant | None]
    answered_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    answer: Mapped[Note]
    teacher_id: Mapped[int | None] = mapped_column(ForeignKey("teacher.id"), unique=True)

    organisation: Mapped[Organisation] = relationship()
    region: Mapped[Region | None] = relationship()
