"""What is taught: subjects and courses."""

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from senior_univ.core.db import Base, Instant, Key, Name
from senior_univ.core.words import is_chinese
from senior_univ.network.models import Organisation


class Subject(Base):
    """A field of learning, told apart by icon and word. Seeded; ``icon`` names a macro of ``_parts/icons.html``."""

    __tablename__ = "subject"

    id: Mapped[Key]
    slug: Mapped[str] = mapped_column(String(40), unique=True)
    name: Mapped[Name]
    name_en: Mapped[Name]
    icon: Mapped[str] = mapped_column(String(40))

    @property
    def label(self) -> str:
        """Its name in the language of the page being made."""
        return self.name if is_chinese() else self.name_en


class Course(Base):
    """What is taught, by which organisation; a class gives it to a group."""

    __tablename__ = "course"

    id: Mapped[Key]
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"), index=True)
    subject_id: Mapped[int] = mapped_column(ForeignKey("subject.id"), index=True)
    title: Mapped[Name]
    sms_name: Mapped[str] = mapped_column(String(10), default="")
    about: Mapped[str] = mapped_column(String(1000), default="")
    what_to_bring: Mapped[str] = mapped_column(String(200), default="")
    closed_at: Mapped[Instant | None]

    organisation: Mapped[Organisation] = relationship()
    subject: Mapped[Subject] = relationship()
