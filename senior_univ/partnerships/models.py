"""A care home asks a teaching site for a class (送课申请), the site answers with an offer (送课方案), the home agrees
(合作协议)."""

import enum
from datetime import date, time

from flask_babel import lazy_gettext as _l
from sqlalchemy import JSON, CheckConstraint, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column, relationship

from senior_univ.catalogue.models import Course, Subject
from senior_univ.core.db import Base, Instant, Key, Note
from senior_univ.network.models import Organisation
from senior_univ.teaching.models import Teacher


class RequestState(enum.Enum):
    """Where a request stands; read off its records, never stored."""

    WAITING = "waiting"
    OFFERED = "offered"
    AGREED = "agreed"
    DECLINED = "declined"
    TAKEN_BACK = "taken_back"


REQUEST_LABELS = {
    RequestState.WAITING: _l("Waiting for the site's answer"),
    RequestState.OFFERED: _l("Offer made: waiting for the home's answer"),
    RequestState.AGREED: _l("Agreed"),
    RequestState.DECLINED: _l("Declined by the site"),
    RequestState.TAKEN_BACK: _l("Taken back by the home"),
}
REQUEST_TAGS = {
    RequestState.WAITING: "warning",
    RequestState.OFFERED: "primary",
    RequestState.AGREED: "ok",
    RequestState.DECLINED: "plain",
    RequestState.TAKEN_BACK: "plain",
}
"""The kind of tag that shows each state."""


class ClassRequest(Base):
    """What a home asks of a site: subject, how many, how many wheelchairs, which weekdays (0 is Monday) and hours suit."""

    __tablename__ = "class_request"
    __table_args__ = (
        CheckConstraint("learners > 0", name="learners"),
        CheckConstraint("wheelchairs BETWEEN 0 AND learners", name="wheelchairs"),
        CheckConstraint("earliest < latest", name="order"),
    )

    id: Mapped[Key]
    home_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"), index=True)
    site_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"), index=True)
    subject_id: Mapped[int] = mapped_column(ForeignKey("subject.id"))
    learners: Mapped[int]
    wheelchairs: Mapped[int] = mapped_column(default=0)
    weekdays: Mapped[list[int]] = mapped_column(JSON, default=list)
    earliest: Mapped[time]
    latest: Mapped[time]
    note: Mapped[Note]
    asked_at: Mapped[Instant]
    asked_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    declined_at: Mapped[Instant | None]
    declined_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    decline_reason: Mapped[Note]
    taken_back_at: Mapped[Instant | None]

    home: Mapped[Organisation] = relationship(foreign_keys=[home_id])
    site: Mapped[Organisation] = relationship(foreign_keys=[site_id])
    subject: Mapped[Subject] = relationship()
    offers: Mapped[list["ClassOffer"]] = relationship(back_populates="request", order_by="ClassOffer.id")

    @property
    def open_offer(self) -> "ClassOffer | None":
        """The offer that waits for the home's answer; there is at most one."""
        return next((offer for offer in self.offers if offer.is_open), None)

    @property
    def agreement(self) -> "Agreement | None":
        """What was agreed, once it is."""
        return next((offer.agreement for offer in self.offers if offer.agreement), None)

    @property
    def state(self) -> RequestState:
        """Where the request stands."""
        if self.agreement:
            return RequestState.AGREED
        if self.taken_back_at:
            return RequestState.TAKEN_BACK
        if self.declined_at:
            return RequestState.DECLINED
        return RequestState.OFFERED if self.open_offer else RequestState.WAITING


class ClassOffer(Base):
    """A site's answer: which course, which teacher, on which weekday from when, how long."""

    __tablename__ = "class_offer"
    __table_args__ = (CheckConstraint("minutes BETWEEN 15 AND 480", name="minutes"),)

    id: Mapped[Key]
    request_id: Mapped[int] = mapped_column(ForeignKey("class_request.id"), index=True)
    course_id: Mapped[int] = mapped_column(ForeignKey("course.id"))
    teacher_id: Mapped[int] = mapped_column(ForeignKey("teacher.id"))
    weekday: Mapped[int]
    starts: Mapped[time]
    minutes: Mapped[int]
    note: Mapped[Note]
    offered_at: Mapped[Instant]
    offered_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    declined_at: Mapped[Instant | None]
    declined_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))

    request: Mapped[ClassRequest] = relationship(back_populates="offers")
    course: Mapped[Course] = relationship()
    teacher: Mapped[Teacher] = relationship()
    agreement: Mapped["Agreement | None"] = relationship(back_populates="offer")

    @property
    def suits(self) -> bool:
        """Whether it lies wholly in the days and hours that the home asked for."""
        asked = self.request
        ends = self.starts.hour * 60 + self.starts.minute + self.minutes
        is_late = ends > asked.latest.hour * 60 + asked.latest.minute
        return self.weekday in asked.weekdays and self.starts >= asked.earliest and not is_late

    @property
    def is_open(self) -> bool:
        """Whether the home has not answered it yet."""
        return self.declined_at is None and self.agreement is None


class Agreement(Base):
    """A home and a site agreed on an offer; from then on the home may schedule the site's teacher in its own room."""

    __tablename__ = "agreement"

    id: Mapped[Key]
    offer_id: Mapped[int] = mapped_column(ForeignKey("class_offer.id"), unique=True)
    home_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"), index=True)
    site_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"), index=True)
    agreed_at: Mapped[Instant]
    agreed_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    from_on: Mapped[date]
    to_on: Mapped[date | None]
    class_id: Mapped[int | None] = mapped_column(ForeignKey("course_class.id"), unique=True)

    offer: Mapped[ClassOffer] = relationship(back_populates="agreement")
    home: Mapped[Organisation] = relationship(foreign_keys=[home_id])
    site: Mapped[Organisation] = relationship(foreign_keys=[site_id])
