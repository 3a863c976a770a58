"""Parties that wait for a class, the offers made to them, and by which rungs each was told."""

import enum
from datetime import date

from flask_babel import lazy_gettext as _l
from sqlalchemy import CheckConstraint, ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from senior_univ.accounts.models import Person
from senior_univ.core.db import Base, Instant, Key, words_of
from senior_univ.enrolment.models import Hand
from senior_univ.enrolment.places import Places
from senior_univ.network.models import Organisation
from senior_univ.timetable.models import CourseClass


class Ending(enum.Enum):
    """How waiting ended."""

    SEATED = "seated"
    LEFT = "left"
    DECLINED = "declined"
    SILENT = "silent"
    CLASS_GONE = "class_gone"
    MAY_NOT = "may_not"


ENDING_LABELS = {
    Ending.SEATED: _l("Has a seat now"),
    Ending.LEFT: _l("Left the queue"),
    Ending.DECLINED: _l("Declined the place"),
    Ending.SILENT: _l("Nobody answered; the place went to the next"),
    Ending.CLASS_GONE: _l("The class is over or was cancelled"),
    Ending.MAY_NOT: _l("Can no longer be in this class"),
}


class WaitingParty(Base):
    """Who waits together for one class, by ``number`` in its order; ``wants`` counts those who are still in it.

    ``skipped`` says how often an opening was too small for it; ``kept`` seats are held until it fits.
    """

    __tablename__ = "waiting_party"
    __table_args__ = (
        CheckConstraint("kept >= 0", name="kept"),
        Index("ix_waiting_party_queue", "class_id", "ended_at", "number"),
    )

    id: Mapped[Key]
    class_id: Mapped[int] = mapped_column(ForeignKey("course_class.id"))
    number: Mapped[int]
    joined_at: Mapped[Instant]
    joined_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    hand: Mapped[Hand] = mapped_column(words_of(Hand))
    skipped: Mapped[int] = mapped_column(default=0)
    kept: Mapped[int] = mapped_column(default=0)
    kept_since: Mapped[date | None]
    ended_at: Mapped[Instant | None]
    ending: Mapped[Ending | None] = mapped_column(words_of(Ending))

    course_class: Mapped[CourseClass] = relationship()
    places: Mapped[list["WaitingPlace"]] = relationship(back_populates="party", order_by="WaitingPlace.id")
    offers: Mapped[list["Offer"]] = relationship(back_populates="party", order_by="Offer.id")

    @property
    def standing(self) -> list["WaitingPlace"]:
        """Those of the party who still wait."""
        return [place for place in self.places if place.ended_at is None]

    @property
    def wants(self) -> Places:
        """The places that it needs."""
        return Places.of((place.takes_wheelchair_place, place.has_escort) for place in self.standing)


class WaitingPlace(Base):
    """Somebody's place in a queue 候补. One standing place per class and person."""

    __tablename__ = "waiting_place"
    __table_args__ = (
        Index(
            "uq_waiting_place_standing",
            "class_id",
            "person_id",
            unique=True,
            postgresql_where=text("ended_at IS NULL"),
            sqlite_where=text("ended_at IS NULL"),
        ),
        Index("ix_waiting_place_person", "person_id", "ended_at"),
    )

    id: Mapped[Key]
    party_id: Mapped[int] = mapped_column(ForeignKey("waiting_party.id"), index=True)
    class_id: Mapped[int] = mapped_column(ForeignKey("course_class.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    takes_wheelchair_place: Mapped[bool] = mapped_column(default=False)
    has_escort: Mapped[bool] = mapped_column(default=False)
    ended_at: Mapped[Instant | None]
    ending: Mapped[Ending | None] = mapped_column(words_of(Ending))

    party: Mapped[WaitingParty] = relationship(back_populates="places")
    person: Mapped[Person] = relationship()


class Answer(enum.Enum):
    """What became of an offer."""

    ACCEPTED = "accepted"
    DECLINED = "declined"
    SILENT = "silent"
    WITHDRAWN = "withdrawn"


ANSWER_LABELS = {
    Answer.ACCEPTED: _l("Accepted"),
    Answer.DECLINED: _l("Declined"),
    Answer.SILENT: _l("Not answered"),
    Answer.WITHDRAWN: _l("No longer needed"),
}


class Offer(Base):
    """Places held for a party until it answers; it may answer until the end of ``answer_by``, and later while it stands.

    One open offer per party.
    """

    __tablename__ = "waiting_offer"
    __table_args__ = (
        Index(
            "uq_waiting_offer_open",
            "party_id",
            unique=True,
            postgresql_where=text("answered_at IS NULL"),
            sqlite_where=text("answered_at IS NULL"),
        ),
        Index("ix_waiting_offer_class", "class_id", "answered_at"),
        Index("ix_waiting_offer_answer_by", "answered_at", "answer_by"),
        CheckConstraint("seats > 0", name="seats"),
    )

    id: Mapped[Key]
    party_id: Mapped[int] = mapped_column(ForeignKey("waiting_party.id"))
    class_id: Mapped[int] = mapped_column(ForeignKey("course_class.id"))
    seats: Mapped[int]
    wheelchairs: Mapped[int] = mapped_column(default=0)
    escorts: Mapped[int] = mapped_column(default=0)
    made_at: Mapped[Instant]
    answer_by: Mapped[date]
    answered_at: Mapped[Instant | None]
    answer: Mapped[Answer | None] = mapped_column(words_of(Answer))
    answered_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))

    party: Mapped[WaitingParty] = relationship(back_populates="offers")
    course_class: Mapped[CourseClass] = relationship()
    answered_by: Mapped[Person | None] = relationship()
    rungs: Mapped[list["OfferRung"]] = relationship(back_populates="offer", order_by="OfferRung.id")

    @property
    def held(self) -> Places:
        """The places that are held."""
        return Places(self.seats, self.wheelchairs, self.escorts)


class RungKind(enum.Enum):
    """A way of telling somebody of an offer."""

    PHONE = "phone"
    RELATIVE = "relative"
    CALL = "call"


RUNG_LABELS = {
    RungKind.PHONE: _l("Text to her phone"),
    RungKind.RELATIVE: _l("Text to her relative"),
    RungKind.CALL: _l("Call by her home or site"),
}


class OfferRung(Base):
    """One way by which an offer is told: a text to ``phone``, or a call by ``organisation``'s staff, who tick it.

    ``tried_at`` is when that was done, ``is_reached`` whether somebody heard it (of a text nobody knows).
    """

    __tablename__ = "waiting_offer_rung"
    __table_args__ = (Index("ix_waiting_offer_rung_phone", "phone"),)

    id: Mapped[Key]
    offer_id: Mapped[int] = mapped_column(ForeignKey("waiting_offer.id"), index=True)
    kind: Mapped[RungKind] = mapped_column(words_of(RungKind))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    """Whose place is offered."""
    told_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    """Who is told: she, or her relative."""
    phone: Mapped[str] = mapped_column(String(20), default="")
    organisation_id: Mapped[int | None] = mapped_column(ForeignKey("organisation.id"), index=True)
    tried_at: Mapped[Instant | None]
    is_reached: Mapped[bool | None]
    ticked_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))

    offer: Mapped[Offer] = relationship(back_populates="rungs")
    person: Mapped[Person] = relationship(foreign_keys=[person_id])
    told: Mapped[Person] = relationship(foreign_keys=[told_id])
    organisation: Mapped[Organisation | None] = relationship()
    ticked_by: Mapped[Person | None] = relationship(foreign_keys=[ticked_by_id])
