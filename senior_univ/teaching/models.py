"""Teachers: what kind, what they teach, when they can."""

import enum
from datetime import date, time

from flask_babel import lazy_gettext as _l
from sqlalchemy import CheckConstraint, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from senior_univ.accounts.models import Person
from senior_univ.catalogue.models import Subject
from senior_univ.core.db import Base, Instant, Key, words_of
from senior_univ.network.models import Organisation


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
    """A person who teaches for an organisation. Without ``promised_at`` (不推销、不收钱) nobody is given a class."""

    __tablename__ = "teacher"

    id: Mapped[Key]
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), unique=True)
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"), index=True)
    kind: Mapped[TeacherKind] = mapped_column(words_of(TeacherKind))
    hours_a_week: Mapped[int] = mapped_column(default=20)
    promised_at: Mapped[Instant | None]
    check_expires_on: Mapped[date | None]
    retired_on: Mapped[date | None]

    person: Mapped[Person] = relationship()
    organisation: Mapped[Organisation] = relationship()
    subjects: Mapped[list[Subject]] = relationship(secondary="teacher_subject", order_by=Subject.id)


class TeacherSubject(Base):
    """A subject that a teacher teaches."""

    __tablename__ = "teacher_subject"

    teacher_id: Mapped[int] = mapped_column(ForeignKey("teacher.id", ondelete="CASCADE"), primary_key=True)
    subject_id: Mapped[int] = mapped_column(ForeignKey("subject.id"), primary_key=True, index=True)


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
