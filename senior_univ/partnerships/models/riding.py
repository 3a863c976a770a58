"""Seats that a site offers to residents with transport."""

import enum
from datetime import time

from flask_babel import lazy_gettext as _l
from sqlalchemy import CheckConstraint, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from senior_univ.accounts.models import Person
from senior_univ.core.db import Base, Instant, Key, Note
from senior_univ.network.models import Organisation
from senior_univ.timetable.models import CourseClass


class TransportState(enum.Enum):
    """Where an offer of seats with transport stands; read off its records, never stored."""

    OPEN = "open"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    TAKEN_BACK = "taken_back"


TRANSPORT_LABELS = {
    TransportState.OPEN: _l("Waiting for the home's answer"),
    TransportState.ACCEPTED: _l("Accepted"),
    TransportState.DECLINED: _l("Declined by the home"),
    TransportState.TAKEN_BACK: _l("Taken back by the site"),
}
TRANSPORT_TAGS = {
    TransportState.OPEN: "primary",
    TransportState.ACCEPTED: "ok",
    TransportState.DECLINED: "plain",
    TransportState.TAKEN_BACK: "plain",
}


class TransportOffer(Base):
    """A site offers residents of a home seats in one of its classes, and fetches them: vehicle, places, when, where."""

    __tablename__ = "transport_offer"
    __table_args__ = (
        CheckConstraint("places > 0", name="places"),
        CheckConstraint("wheelchair_places BETWEEN 0 AND places", name="wheelchair_places"),
        CheckConstraint("escorts >= 0", name="escorts"),
    )

    id: Mapped[Key]
    class_id: Mapped[int] = mapped_column(ForeignKey("course_class.id"), index=True)
    home_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"), index=True)
    vehicle: Mapped[str] = mapped_column(String(80))
    places: Mapped[int]
    wheelchair_places: Mapped[int]
    escorts: Mapped[int]
    picks_up_at: Mapped[time]
    picks_up_where: Mapped[str] = mapped_column(String(200))
    note: Mapped[Note]
    offered_at: Mapped[Instant]
    offered_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    accepted_at: Mapped[Instant | None]
    answered_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    declined_at: Mapped[Instant | None]
    decline_reason: Mapped[Note]
    taken_back_at: Mapped[Instant | None]

    course_class: Mapped[CourseClass] = relationship()
    home: Mapped[Organisation] = relationship()
    riders: Mapped[list["Rider"]] = relationship(order_by="Rider.id")

    @property
    def state(self) -> TransportState:
        """Where it stands."""
        if self.taken_back_at:
            return TransportState.TAKEN_BACK
        if self.declined_at:
            return TransportState.DECLINED
        return TransportState.ACCEPTED if self.accepted_at else TransportState.OPEN


class Rider(Base):
    """A resident who is fetched; her seat in the class is enrolment's."""

    __tablename__ = "transport_rider"
    __table_args__ = (UniqueConstraint("offer_id", "person_id"),)

    id: Mapped[Key]
    offer_id: Mapped[int] = mapped_column(ForeignKey("transport_offer.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)

    person: Mapped[Person] = relationship()
