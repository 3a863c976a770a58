"""One text of staff's own words to many people."""

import enum

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from senior_univ.accounts.models import Person
from senior_univ.core.db import Base, Instant, Key, words_of
from senior_univ.network.models import Organisation, Region
from senior_univ.timetable.models import CourseClass


class Audience(enum.Enum):
    """To whom a bulk message goes."""

    CLASS = "class"
    SITE = "site"
    HOME = "home"
    COUNTY = "county"


class BulkMessage(Base):
    """A bulk message: confirmed after it was looked at, sent from ``due_at`` on, stopped half way where need be.

    ``class_id``, ``audience_organisation_id`` or ``region_code`` says to whom, as ``audience`` names. ``people`` is how many were
    counted when it was confirmed, ``phones`` how many texts that is. ``written_up_to`` is the last phone whose text is in the
    outbox: a worker that dies begins again behind it.
    """

    __tablename__ = "bulk_message"

    id: Mapped[Key]
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"), index=True)
    audience: Mapped[Audience] = mapped_column(words_of(Audience))
    class_id: Mapped[int | None] = mapped_column(ForeignKey("course_class.id"))
    audience_organisation_id: Mapped[int | None] = mapped_column(ForeignKey("organisation.id"))
    region_code: Mapped[str | None] = mapped_column(ForeignKey("region.code"))
    words: Mapped[str] = mapped_column(String(500))
    people: Mapped[int] = mapped_column(default=0)
    phones: Mapped[int] = mapped_column(default=0)
    created_at: Mapped[Instant]
    created_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    confirmed_at: Mapped[Instant | None]
    due_at: Mapped[Instant]
    written_up_to: Mapped[str] = mapped_column(String(20), default="")
    written_at: Mapped[Instant | None]
    stopped_at: Mapped[Instant | None]
    stopped_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))

    organisation: Mapped[Organisation] = relationship(foreign_keys=[organisation_id])
    audience_organisation: Mapped[Organisation | None] = relationship(foreign_keys=[audience_organisation_id])
    course_class: Mapped[CourseClass | None] = relationship()
    region: Mapped[Region | None] = relationship()
    created_by: Mapped[Person] = relationship(foreign_keys=[created_by_id])
