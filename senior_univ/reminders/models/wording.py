"""Officers' own wording of a shipped template."""

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from senior_univ.accounts.models import Person
from senior_univ.core.db import Base, Instant, Key


class Wording(Base):
    """A wording that stands in for the shipped text of a shape (a kind, or one of the ways in which it is told) and language.

    The one without ``ended_at`` counts; the others are its history.
    """

    __tablename__ = "wording"
    __table_args__ = (Index("ix_wording_standing", "ended_at"),)

    id: Mapped[Key]
    shape: Mapped[str] = mapped_column(String(48))
    language: Mapped[str] = mapped_column(String(10))
    words: Mapped[str] = mapped_column(String(500))
    written_at: Mapped[Instant]
    written_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    ended_at: Mapped[Instant | None]

    written_by: Mapped[Person] = relationship()
