"""Rounds of allocation, the classes in them, who applied with which wishes, and what everybody was given."""

import enum
from datetime import datetime
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from senior_univ.accounts.models import Person
from senior_univ.core.db import Base, Instant, Key, Name, words_of
from senior_univ.enrolment.models import Hand
from senior_univ.network.models import Organisation
from senior_univ.timetable.models import CourseClass


class Stage(enum.Enum):
    """Where a round is on its way; read off its instants, never stored."""

    COMING = "coming"
    OPEN = "open"
    CLOSED = "closed"
    GIVING = "giving"
    DONE = "done"
    CALLED_OFF = "called_off"


STAGE_LABELS = {
    Stage.COMING: _l("Not open yet"),
    Stage.OPEN: _l("Applications are open"),
    Stage.CLOSED: _l("Closed; the places are given soon"),
    Stage.GIVING: _l("The places are being given"),
    Stage.DONE: _l("The results are out"),
    Stage.CALLED_OFF: _l("Called off"),
}


class AllocationRound(Base):
    """A window of days in which an organisation collects applications for some classes, and the draw after it.

    ``newcomers_share`` percent of each class's places go to newcomers first. ``secret`` is shown to nobody before the
    draw, its SHA-256 ``secret_hash`` from the beginning. ``public_number_name`` says which number of the world will be
    part of the seed ("" is none), ``public_number`` is that number once it is known. ``drawn_at``: every result is
    written; ``settled_at``: every seat is given. ``document`` is what everybody may run again. A round may be called
    off, with a reason that everybody reads, until it is drawn.
    """

    __tablename__ = "allocation_round"
    __table_args__ = (
        CheckConstraint("opens_at < closes_at", name="order"),
        CheckConstraint("newcomers_share BETWEEN 0 AND 100", name="newcomers_share"),
        CheckConstraint("most_classes BETWEEN 1 AND 5", name="most_classes"),
        Index("ix_allocation_round_due", "drawn_at", "closes_at"),
    )

    id: Mapped[Key]
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"), index=True)
    name: Mapped[Name]
    opens_at: Mapped[Instant]
    closes_at: Mapped[Instant]
    newcomers_share: Mapped[int] = mapped_column(default=0)
    most_classes: Mapped[int] = mapped_column(default=1)
    secret: Mapped[str] = mapped_column(String(64))
    secret_hash: Mapped[str] = mapped_column(String(64))
    public_number_name: Mapped[str] = mapped_column(String(120), default="")
    public_number: Mapped[str] = mapped_column(String(80), default="")
    made_at: Mapped[Instant]
    made_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    seed: Mapped[str] = mapped_column(String(64), default="")
    drawn_at: Mapped[Instant | None]
    settled_at: Mapped[Instant | None]
    document: Mapped[dict[str, Any] | None] = mapped_column(JSON, deferred=True)
    called_off_at: Mapped[Instant | None]
    called_off_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    called_off_reason: Mapped[str] = mapped_column(String(200), default="", server_default="")

    organisation: Mapped[Organisation] = relationship()
    made_by: Mapped[Person] = relationship(foreign_keys=[made_by_id])
    classes: Mapped[list["AllocatedClass"]] = relationship(
        back_populates="allocation_round", order_by="AllocatedClass.id"
    )

    def stage(self, now: datetime) -> Stage:
        """Where it is at ``now``."""
        if self.called_off_at:
            return Stage.CALLED_OFF
        if self.settled_at:
            return Stage.DONE
        if self.drawn_at:
            return Stage.GIVING
        if now >= self.closes_at:
            return Stage.CLOSED
        return Stage.OPEN if now >= self.opens_at else Stage.COMING

    @property
    def awaits_number(self) -> bool:
        """Whether the public number that was named is still to be entered."""
        return bool(self.public_number_name) and not self.public_number


class AllocatedClass(Base):
    """A class whose seats a round gives; ``settled_at``: those who were given a place have their seats."""

    __tablename__ = "allocated_class"
    __table_args__ = (UniqueConstraint("round_id", "class_id"),)

    id: Mapped[Key]
    round_id: Mapped[int] = mapped_column(ForeignKey("allocation_round.id"))
    class_id: Mapped[int] = mapped_column(ForeignKey("course_class.id"), index=True)
    settled_at: Mapped[Instant | None]
    queued_at: Mapped[Instant | None]

    allocation_round: Mapped[AllocationRound] = relationship(back_populates="classes")
    course_class: Mapped[CourseClass] = relationship()


class Application(Base):
    """Somebody's wishes in a round, known by their ``number``; a person has one a round, withdrawn or not.

    Two people come together or not at all once each is the other's ``partner``; until the other one has agreed
    (``asks_person_id``) each application stands alone. ``position`` is the party's place in the drawn order, from 1.
    ``waits_class_id`` is the class she waits for because she was given none, ``not_waiting`` why she waits for none.
    """

    __tablename__ = "application"
    __table_args__ = (UniqueConstraint("round_id", "person_id"), UniqueConstraint("round_id", "number"))

    id: Mapped[Key]
    round_id: Mapped[int] = mapped_column(ForeignKey("allocation_round.id"))
    number: Mapped[str] = mapped_column(String(8))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    wheelchair: Mapped[bool] = mapped_column(default=False)
    has_escort: Mapped[bool] = mapped_column(default=False)
    hand: Mapped[Hand] = mapped_column(words_of(Hand))
    made_at: Mapped[Instant]
    made_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    changed_at: Mapped[Instant | None]
    withdrawn_at: Mapped[Instant | None]
    asks_person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), index=True)
    partner_id: Mapped[int | None] = mapped_column(ForeignKey("application.id"))
    is_newcomer: Mapped[bool] = mapped_column(default=False)
    position: Mapped[int | None]
    waits_class_id: Mapped[int | None] = mapped_column(ForeignKey("course_class.id"))
    not_waiting: Mapped[str] = mapped_column(String(32), default="")

    allocation_round: Mapped[AllocationRound] = relationship()
    person: Mapped[Person] = relationship(foreign_keys=[person_id])
    asks_person: Mapped[Person | None] = relationship(foreign_keys=[asks_person_id])
    partner: Mapped["Application | None"] = relationship(
        remote_side="Application.id", foreign_keys=[partner_id], post_update=True
    )
    wishes: Mapped[list["Wish"]] = relationship(
        back_populates="application", order_by="Wish.rank", cascade="all, delete-orphan"
    )
    places: Mapped[list["AllocatedPlace"]] = relationship(back_populates="application", order_by="AllocatedPlace.rank")


class Wish(Base):
    """A class that somebody wishes for; rank 1 most."""

    __tablename__ = "application_wish"
    __table_args__ = (UniqueConstraint("application_id", "class_id"),)

    application_id: Mapped[int] = mapped_column(ForeignKey("application.id", ondelete="CASCADE"), primary_key=True)
    rank: Mapped[int] = mapped_column(primary_key=True)
    class_id: Mapped[int] = mapped_column(ForeignKey("course_class.id"), index=True)

    application: Mapped[Application] = relationship(back_populates="wishes")
    course_class: Mapped[CourseClass] = relationship()


class AllocatedPlace(Base):
    """A place that the draw gave: which wish it was, in which pass. ``refusal``: why it could not become a seat."""

    __tablename__ = "allocated_place"
    __table_args__ = (
        UniqueConstraint("application_id", "class_id"),
        Index("ix_allocated_place_class", "class_id", "seated_at"),
    )

    id: Mapped[Key]
    application_id: Mapped[int] = mapped_column(ForeignKey("application.id"))
    class_id: Mapped[int] = mapped_column(ForeignKey("course_class.id"))
    rank: Mapped[int]
    draw_pass: Mapped[int]
    seated_at: Mapped[Instant | None]
    refusal: Mapped[str] = mapped_column(String(32), default="")

    application: Mapped[Application] = relationship(back_populates="places")
    course_class: Mapped[CourseClass] = relationship()
