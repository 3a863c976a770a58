"""Certificates, and how each learner found a lesson."""

import enum

from flask_babel import lazy_gettext as _l
from sqlalchemy import CheckConstraint, ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from senior_univ.accounts.models import Person
from senior_univ.core.db import Base, Instant, Key, Note, words_of
from senior_univ.timetable.models import CourseClass, Lesson


class Certificate(Base):
    """A certificate 结业证书 of one person for one class; at most one stands at a time.

    ``name``, ``title``, ``hours`` and ``lessons`` are what was so on the day it was issued; what is wrong is put right by
    a new certificate, which ``replaces`` it. The number says nothing of who or where.
    """

    __tablename__ = "certificate"
    __table_args__ = (
        CheckConstraint("lessons > 0 AND hours >= 0", name="says_something"),
        Index(
            "uq_certificate_standing",
            "class_id",
            "person_id",
            unique=True,
            postgresql_where=text("taken_back_at IS NULL"),
            sqlite_where=text("taken_back_at IS NULL"),
        ),
        Index("ix_certificate_person", "person_id"),
    )

    id: Mapped[Key]
    number: Mapped[str] = mapped_column(String(12), unique=True)
    class_id: Mapped[int] = mapped_column(ForeignKey("course_class.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    name: Mapped[str] = mapped_column(String(120), default="", server_default="")
    title: Mapped[str] = mapped_column(String(200), default="", server_default="")
    hours: Mapped[int]
    lessons: Mapped[int]
    issued_at: Mapped[Instant]
    issued_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    taken_back_at: Mapped[Instant | None]
    taken_back_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    taken_back_reason: Mapped[Note]
    replaces_id: Mapped[int | None] = mapped_column(ForeignKey("certificate.id"), index=True)

    course_class: Mapped[CourseClass] = relationship()
    person: Mapped[Person] = relationship(foreign_keys=[person_id])

    @property
    def issued_to(self) -> str:
        """The name that stands on it; the oldest ones kept none."""
        return self.name or self.person.name

    @property
    def issued_for(self) -> str:
        """The course that stands on it."""
        return self.title or self.course_class.course.title


class Face(enum.Enum):
    """How a lesson was: one of three faces."""

    GOOD = "good"
    FAIR = "fair"
    POOR = "poor"


FACE_LABELS = {Face.GOOD: _l("Good"), Face.FAIR: _l("So-so"), Face.POOR: _l("Not good")}


class SmileAnswer(Base):
    """How she found a lesson in which she was: once, and changed only on the day on which it was given."""

    __tablename__ = "smile_answer"

    lesson_id: Mapped[int] = mapped_column(ForeignKey("lesson.id"), primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), primary_key=True, index=True)
    face: Mapped[Face] = mapped_column(words_of(Face))
    answered_at: Mapped[Instant]

    lesson: Mapped[Lesson] = relationship()
