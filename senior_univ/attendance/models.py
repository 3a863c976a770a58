"""Leave: said before the lesson."""

from sqlalchemy import ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from senior_univ.accounts.models import Person
from senior_univ.core.db import Base, Instant, Key, Note
from senior_univ.timetable.models import Lesson


class Leave(Base):
    """A learner will not come to one lesson; may be taken back until it begins.

    ``asked_by_id`` None: nobody asked, the lesson was moved onto another one of hers.
    """

    __tablename__ = "leave"
    __table_args__ = (
        Index(
            "uq_leave_standing",
            "lesson_id",
            "person_id",
            unique=True,
            postgresql_where=text("taken_back_at IS NULL"),
            sqlite_where=text("taken_back_at IS NULL"),
        ),
        Index("ix_leave_person", "person_id"),
    )

    id: Mapped[Key]
    lesson_id: Mapped[int] = mapped_column(ForeignKey("lesson.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    reason: Mapped[Note]
    asked_at: Mapped[Instant]
    asked_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    taken_back_at: Mapped[Instant | None]
    taken_back_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))

    lesson: Mapped[Lesson] = relationship()
    person: Mapped[Person] = relationship(foreign_keys=[person_id])
