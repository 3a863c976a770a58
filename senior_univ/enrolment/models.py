"""Seats: who is in which class, by whose hand."""

import enum

from flask_babel import lazy_gettext as _l
from sqlalchemy import ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from senior_univ.accounts.models import Person
from senior_univ.core.db import Base, Instant, Key, words_of
from senior_univ.timetable.models import CourseClass


class Hand(enum.Enum):
    """By whose hand somebody was enrolled."""

    HERSELF = "herself"
    RELATIVE = "relative"
    DESK = "desk"
    CARE_HOME = "care_home"


HAND_LABELS = {
    Hand.HERSELF: _l("By herself"),
    Hand.RELATIVE: _l("By a relative"),
    Hand.DESK: _l("At the desk"),
    Hand.CARE_HOME: _l("By the care home"),
}


class Seat(Base):
    """A learner's place 名额 in a class; it ends when she withdraws. One standing seat per class and person.

    Whoever comes with her (``has_escort``, 陪同) takes room in the class, not a seat.
    """

    __tablename__ = "seat"
    __table_args__ = (
        Index(
            "uq_seat_standing",
            "class_id",
            "person_id",
            unique=True,
            postgresql_where=text("ended_at IS NULL"),
            sqlite_where=text("ended_at IS NULL"),
        ),
        Index("ix_seat_person", "person_id", "ended_at"),
    )

    id: Mapped[Key]
    class_id: Mapped[int] = mapped_column(ForeignKey("course_class.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    reference: Mapped[str] = mapped_column(String(12), unique=True)
    takes_wheelchair_place: Mapped[bool] = mapped_column(default=False)
    has_escort: Mapped[bool] = mapped_column(default=False)
    hand: Mapped[Hand] = mapped_column(words_of(Hand))
    taken_at: Mapped[Instant]
    taken_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    ended_at: Mapped[Instant | None]
    ended_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))

    course_class: Mapped[CourseClass] = relationship()
    person: Mapped[Person] = relationship(foreign_keys=[person_id])
    taken_by: Mapped[Person] = relationship(foreign_keys=[taken_by_id])
