"""Seats: who is in which class, by whose hand; who was asked into one, by its site or by somebody who wants company."""

import enum
from datetime import date

from flask_babel import lazy_gettext as _l
from sqlalchemy import ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from senior_univ.accounts.models import Person
from senior_univ.core.db import Base, Instant, Key, words_of
from senior_univ.network.models import Organisation
from senior_univ.timetable.models import CourseClass, Term


class Hand(enum.Enum):
    """By whose hand somebody was enrolled."""

    HERSELF = "herself"
    RELATIVE = "relative"
    DESK = "desk"
    CARE_HOME = "care_home"
    REFERRER = "referrer"


HAND_LABELS = {
    Hand.HERSELF: _l("By herself"),
    Hand.RELATIVE: _l("By a relative"),
    Hand.DESK: _l("At the desk"),
    Hand.CARE_HOME: _l("By the care home"),
    Hand.REFERRER: _l("Referred by another site"),
}


class Seat(Base):
    """A learner's place 名额 in a class; it ends when she withdraws. One standing seat per class and person.

    Whoever comes with her (``has_escort``, 陪同) takes room in the class, not a seat. ``referrer_id`` is the site that
    sent her to another organisation's class; it goes on seeing and changing what it did.
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
    referrer_id: Mapped[int | None] = mapped_column(ForeignKey("organisation.id"))

    course_class: Mapped[CourseClass] = relationship()
    person: Mapped[Person] = relationship(foreign_keys=[person_id])
    taken_by: Mapped[Person] = relationship(foreign_keys=[taken_by_id])
    referrer: Mapped[Organisation | None] = relationship(foreign_keys=[referrer_id])


class InvitationAnswer(enum.Enum):
    """What became of an invitation."""

    ACCEPTED = "accepted"
    DECLINED = "declined"
    TAKEN_BACK = "taken_back"
    CLASS_GONE = "class_gone"


INVITATION_LABELS = {
    InvitationAnswer.ACCEPTED: _l("Accepted"),
    InvitationAnswer.DECLINED: _l("Declined"),
    InvitationAnswer.TAKEN_BACK: _l("Invitation taken back"),
    InvitationAnswer.CLASS_GONE: _l("The class was cancelled"),
}


class Invitation(Base):
    """The site asks somebody into a class: to go on after last term, or into a class by invitation.

    While ``is_held`` a place is kept for her, among the class's ``_held`` counters, until the end of ``answer_by``;
    afterwards the place is free for others, and she may still say yes as long as there is room.
    """

    __tablename__ = "invitation"
    __table_args__ = (
        Index(
            "uq_invitation_open",
            "class_id",
            "person_id",
            unique=True,
            postgresql_where=text("answered_at IS NULL"),
            sqlite_where=text("answered_at IS NULL"),
        ),
        Index("ix_invitation_person", "person_id", "answered_at"),
        Index("ix_invitation_held", "is_held", "answer_by"),
    )

    id: Mapped[Key]
    class_id: Mapped[int] = mapped_column(ForeignKey("course_class.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    invited_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    invited_at: Mapped[Instant]
    answer_by: Mapped[date]
    is_held: Mapped[bool] = mapped_column(default=False)
    takes_wheelchair_place: Mapped[bool] = mapped_column(default=False)
    answered_at: Mapped[Instant | None]
    answered_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    answer: Mapped[InvitationAnswer | None] = mapped_column(words_of(InvitationAnswer))

    course_class: Mapped[CourseClass] = relationship()
    person: Mapped[Person] = relationship(foreign_keys=[person_id])


class TogetherAnswer(enum.Enum):
    """What became of a wish to come together."""

    AGREED = "agreed"
    DECLINED = "declined"
    TAKEN_BACK = "taken_back"


class TogetherWish(Base):
    """Somebody wants to join a class together with another person, or not at all; that one has to agree first.

    ``person_id`` asks ``asks_person_id``; no place is kept meanwhile.
    """

    __tablename__ = "together_wish"
    __table_args__ = (
        Index(
            "uq_together_wish_open",
            "class_id",
            "person_id",
            unique=True,
            postgresql_where=text("answered_at IS NULL"),
            sqlite_where=text("answered_at IS NULL"),
        ),
        Index("ix_together_wish_asked", "asks_person_id", "answered_at"),
    )

    id: Mapped[Key]
    class_id: Mapped[int] = mapped_column(ForeignKey("course_class.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    asks_person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    takes_wheelchair_place: Mapped[bool] = mapped_column(default=False)
    has_escort: Mapped[bool] = mapped_column(default=False)
    hand: Mapped[Hand] = mapped_column(words_of(Hand))
    made_at: Mapped[Instant]
    made_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    answered_at: Mapped[Instant | None]
    answered_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    answer: Mapped[TogetherAnswer | None] = mapped_column(words_of(TogetherAnswer))

    course_class: Mapped[CourseClass] = relationship()
    person: Mapped[Person] = relationship(foreign_keys=[person_id])
    asks_person: Mapped[Person] = relationship(foreign_keys=[asks_person_id])


class TermCopy(Base):
    """An organisation's classes on their way into another term, one after the other; what came of each is in ``parts``."""

    __tablename__ = "term_copy"

    id: Mapped[Key]
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"), index=True)
    old_term_id: Mapped[int] = mapped_column(ForeignKey("term.id"))
    new_term_id: Mapped[int] = mapped_column(ForeignKey("term.id"))
    with_learners: Mapped[bool]
    asked_at: Mapped[Instant]
    asked_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    done_at: Mapped[Instant | None] = mapped_column(index=True)

    organisation: Mapped[Organisation] = relationship()
    old_term: Mapped[Term] = relationship(foreign_keys=[old_term_id])
    new_term: Mapped[Term] = relationship(foreign_keys=[new_term_id])
    asked_by: Mapped[Person] = relationship(foreign_keys=[asked_by_id])
    parts: Mapped[list["TermCopyPart"]] = relationship(back_populates="copy", order_by="TermCopyPart.id")


class TermCopyPart(Base):
    """One class of a term that is copied: not done yet, open as another class, or refused in words."""

    __tablename__ = "term_copy_part"
    __table_args__ = (UniqueConstraint("copy_id", "class_id"),)

    id: Mapped[Key]
    copy_id: Mapped[int] = mapped_column(ForeignKey("term_copy.id"))
    class_id: Mapped[int] = mapped_column(ForeignKey("course_class.id"))
    done_at: Mapped[Instant | None]
    new_class_id: Mapped[int | None] = mapped_column(ForeignKey("course_class.id"))
    invited: Mapped[int] = mapped_column(default=0)
    kept: Mapped[int] = mapped_column(default=0)
    refusal: Mapped[str] = mapped_column(String(400), default="")

    copy: Mapped[TermCopy] = relationship(back_populates="parts")
    course_class: Mapped[CourseClass] = relationship(foreign_keys=[class_id])
    new_class: Mapped[CourseClass | None] = relationship(foreign_keys=[new_class_id])
