"""The addresses from which calendars read."""

from sqlalchemy import CheckConstraint, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from senior_univ.accounts.models import Person
from senior_univ.core.db import Base, Instant, Key
from senior_univ.network.models import Room
from senior_univ.timetable.models import CourseClass


class Feed(Base):
    """An address for the lessons of one person, one class or one room, until it is taken back."""

    __tablename__ = "feed"
    __table_args__ = (
        CheckConstraint(
            "CASE WHEN person_id IS NULL THEN 0 ELSE 1 END + CASE WHEN class_id IS NULL THEN 0 ELSE 1 END"
            " + CASE WHEN room_id IS NULL THEN 0 ELSE 1 END = 1",
            name="one_subject",
        ),
        Index("ix_feed_person", "person_id"),
        Index("ix_feed_class", "class_id"),
        Index("ix_feed_room", "room_id"),
    )

    id: Mapped[Key]
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    class_id: Mapped[int | None] = mapped_column(ForeignKey("course_class.id"))
    room_id: Mapped[int | None] = mapped_column(ForeignKey("room.id"))
    made_at: Mapped[Instant]
    made_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    taken_back_at: Mapped[Instant | None]
    taken_back_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))

    person: Mapped[Person | None] = relationship(foreign_keys=[person_id])
    course_class: Mapped[CourseClass | None] = relationship()
    room: Mapped[Room | None] = relationship()
    made_by: Mapped[Person] = relationship(foreign_keys=[made_by_id])
