"""A care home asks a teaching site for a class (送课申请), the site answers with an offer (送课方案), the home agrees
(合作协议)."""

from datetime import date, time

from sqlalchemy import JSON, CheckConstraint, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column, relationship

from senior_univ.catalogue.models import Course, Subject
from senior_univ.core.db import Base, Instant, Key, Note
from senior_univ.network.models import Organisation
from senior_univ.teaching.models import Teacher


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

    offer: Mapped[ClassOffer] = relationship()
    home: Mapped[Organisation] = relationship(foreign_keys=[home_id])
    site: Mapped[Organisation] = relationship(foreign_keys=[site_id])
