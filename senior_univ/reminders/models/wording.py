"""Officers' own wording of a shipped template."""

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from senior_univ.accounts.models import Person
from senior_univ.core.db import Base, Instant, Key, words_of
from senior_univ.reminders.models.message import MessageKind


class Wording(Base):
    """An edited template that stands in for the shipped file of its kind and language until ``ended_at``.

    The newest that stands counts; the older ones are its history.
    """

    __tablename__ = "wording"
    __table_args__ = (Index("ix_wording_standing", "kind", "language", "ended_at"),)

    id: Mapped[Key]
    kind: Mapped[MessageKind] = mapped_column(words_of(MessageKind))
    language: Mapped[str] = mapped_column(String(10))
    template: Mapped[str] = mapped_column(String(2000))
    written_at: Mapped[Instant]
    written_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    ended_at: Mapped[Instant | None]

    written_by: Mapped[Person] = relationship()
