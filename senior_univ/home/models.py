"""请人帮我: a learner asks to be called back, and somebody must close it."""

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from senior_univ.accounts.models import Person
from senior_univ.core.db import Base, Instant, Key, Note
from senior_univ.network.models import Organisation
from senior_univ.timetable.models import Lesson


class CallBackRequest(Base):
    """Somebody asks for a call. It goes to her site and, unanswered within a working day, to the township, then the
    county (``organisation_id`` moves up, ``escalated_at`` says when). One that nobody asked for has ``missed_in_id``: she
    lives alone and was missed in that lesson; unless somebody ticks it, her main contact is told, too. One about a roll
    that nobody called has ``uncalled_id``: its person is the teacher, who knows who came."""

    __tablename__ = "call_back_request"
    __table_args__ = (Index("ix_call_back_request_queue", "organisation_id", "closed_at"),)

    id: Mapped[Key]
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    asked_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"))
    phone: Mapped[str] = mapped_column(String(20))
    about: Mapped[Note]
    asked_at: Mapped[Instant]
    due_at: Mapped[Instant]
    escalated_at: Mapped[Instant | None]
    missed_in_id: Mapped[int | None] = mapped_column(ForeignKey("lesson.id"), index=True)
    uncalled_id: Mapped[int | None] = mapped_column(ForeignKey("lesson.id"), unique=True)
    contact_told_at: Mapped[Instant | None]
    closed_at: Mapped[Instant | None]
    closed_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    outcome: Mapped[Note]

    person: Mapped[Person] = relationship(foreign_keys=[person_id])
    organisation: Mapped[Organisation] = relationship()
    missed_in: Mapped[Lesson | None] = relationship(foreign_keys=[missed_in_id])
