"""Between a care home and a site: what the home asks (送课申请), what is offered and countered (送课方案), what both agree
on (合作协议) and say of it afterwards."""

import enum
from datetime import date, time
from typing import Any, NamedTuple

from flask_babel import lazy_gettext as _l
from sqlalchemy import JSON, CheckConstraint, ForeignKey, String, false
from sqlalchemy.orm import Mapped, mapped_column, relationship

from senior_univ.catalogue.models import Course, Subject
from senior_univ.core.db import Base, Instant, Key, Note, words_of
from senior_univ.network.models import Organisation, Room
from senior_univ.teaching.models import Teacher
from senior_univ.timetable.models import CourseClass, Delivery


def later_note() -> Any:
    """A note that came to a table which had rows already."""
    return mapped_column(String(500), default="", server_default="")


class RequestState(enum.Enum):
    """Where a request stands; read off its records, never stored."""

    WAITING = "waiting"
    OFFERED = "offered"
    COUNTERED = "countered"
    AGREED = "agreed"
    ELSEWHERE = "elsewhere"
    DECLINED = "declined"
    TAKEN_BACK = "taken_back"


REQUEST_LABELS = {
    RequestState.WAITING: _l("Waiting for the site's answer"),
    RequestState.OFFERED: _l("Offer made: waiting for the home's answer"),
    RequestState.COUNTERED: _l("The home asked for a change: waiting for the site's answer"),
    RequestState.AGREED: _l("Agreed"),
    RequestState.ELSEWHERE: _l("The home agreed with another site"),
    RequestState.DECLINED: _l("Declined by the site"),
    RequestState.TAKEN_BACK: _l("Taken back by the home"),
}
REQUEST_TAGS = {
    RequestState.WAITING: "warning",
    RequestState.OFFERED: "primary",
    RequestState.COUNTERED: "primary",
    RequestState.AGREED: "ok",
    RequestState.ELSEWHERE: "plain",
    RequestState.DECLINED: "plain",
    RequestState.TAKEN_BACK: "plain",
}
"""The kind of tag that shows each state."""


class Frequency(enum.Enum):
    """How often the home would like the class."""

    WEEKLY = "weekly"
    FORTNIGHTLY = "fortnightly"
    ONCE = "once"

    @property
    def every_weeks(self) -> int:
        """One lesson in how many weeks."""
        return 2 if self is Frequency.FORTNIGHTLY else 1

    @property
    def usual_lessons(self) -> int:
        """How many lessons it means where nobody says a number."""
        return USUAL_LESSONS[self]


FREQUENCY_LABELS = {
    Frequency.WEEKLY: _l("Every week"),
    Frequency.FORTNIGHTLY: _l("Every other week"),
    Frequency.ONCE: _l("Only once"),
}
USUAL_LESSONS = {Frequency.WEEKLY: 16, Frequency.FORTNIGHTLY: 8, Frequency.ONCE: 1}


class Window(NamedTuple):
    """A weekday (0 is Monday) and hours that suit a home."""

    weekday: int
    starts: time
    ends: time

    def holds(self, weekday: int, starts: time, minutes: int) -> bool:
        """Whether a lesson lies wholly in it."""
        ends = starts.hour * 60 + starts.minute + minutes
        return weekday == self.weekday and self.starts <= starts and ends <= self.ends.hour * 60 + self.ends.minute


class ClassRequest(Base):
    """What a home asks: subject, how many, wheelchairs and escorts, when it suits, how often, on site or on the screen.

    Without ``site_id`` it is open to every site of the county. ``weekdays`` with ``earliest`` and ``latest`` are the
    first times that suit, ``more_windows`` further ones: weekday, from, to as text. With ``village_places`` the home
    opens its room to the village: so many outside learners may sit beside its residents.
    """

    __tablename__ = "class_request"
    __table_args__ = (
        CheckConstraint("learners > 0", name="learners"),
        CheckConstraint("wheelchairs BETWEEN 0 AND learners", name="wheelchairs"),
        CheckConstraint("earliest < latest", name="order"),
    )

    id: Mapped[Key]
    home_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"), index=True)
    site_id: Mapped[int | None] = mapped_column(ForeignKey("organisation.id"), index=True)
    subject_id: Mapped[int] = mapped_column(ForeignKey("subject.id"))
    learners: Mapped[int]
    wheelchairs: Mapped[int] = mapped_column(default=0)
    escorts: Mapped[int] = mapped_column(default=0, server_default="0")
    village_places: Mapped[int] = mapped_column(default=0, server_default="0")
    weekdays: Mapped[list[int]] = mapped_column(JSON, default=list)
    earliest: Mapped[time]
    latest: Mapped[time]
    more_windows: Mapped[list[list[Any]] | None] = mapped_column(JSON)
    frequency: Mapped[Frequency] = mapped_column(words_of(Frequency), default=Frequency.WEEKLY, server_default="weekly")
    delivery: Mapped[Delivery] = mapped_column(words_of(Delivery), default=Delivery.ON_SITE, server_default="on_site")
    note: Mapped[Note]
    asked_at: Mapped[Instant]
    asked_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    declined_at: Mapped[Instant | None]
    declined_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    decline_reason: Mapped[Note]
    taken_back_at: Mapped[Instant | None]

    home: Mapped[Organisation] = relationship(foreign_keys=[home_id])
    site: Mapped[Organisation | None] = relationship(foreign_keys=[site_id])
    subject: Mapped[Subject] = relationship()
    offers: Mapped[list["ClassOffer"]] = relationship(back_populates="request", order_by="ClassOffer.id")

    @property
    def windows(self) -> list[Window]:
        """All times that suit, the first ones first."""
        first = [Window(day, self.earliest, self.latest) for day in self.weekdays]
        more = [
            Window(int(day), time.fromisoformat(starts), time.fromisoformat(ends))
            for day, starts, ends in self.more_windows or ()
        ]
        return first + more

    @property
    def heads(self) -> int:
        """How many people the room must hold."""
        return self.learners + self.escorts + self.village_places

    @property
    def open_offers(self) -> list["ClassOffer"]:
        """The offers and counters that wait for an answer; at most one of each site."""
        return [offer for offer in self.offers if offer.is_open]

    def open_offer_of(self, site_id: int) -> "ClassOffer | None":
        """What is open between the home and that site."""
        return next((offer for offer in self.open_offers if offer.site_id == site_id), None)

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
        if any(not offer.is_by_home for offer in self.open_offers):
            return RequestState.OFFERED
        return RequestState.COUNTERED if self.open_offers else RequestState.WAITING


class ClassOffer(Base):
    """What one side proposes: course, teachers, room, weekly time, how many lessons and learners, materials.

    The site makes the first; either side may counter the other's with a new row (``counters_id``), which closes the
    one countered. Without ``room_id`` it is some room of the home, without ``lessons`` and ``learners`` as usual and as
    asked, without ``from_on`` and ``to_on`` from the day of the agreement to the term's end.
    """

    __tablename__ = "class_offer"
    __table_args__ = (CheckConstraint("minutes BETWEEN 15 AND 480", name="minutes"),)

    id: Mapped[Key]
    request_id: Mapped[int] = mapped_column(ForeignKey("class_request.id"), index=True)
    counters_id: Mapped[int | None] = mapped_column(ForeignKey("class_offer.id"), unique=True)
    is_by_home: Mapped[bool] = mapped_column(default=False, server_default=false())
    course_id: Mapped[int] = mapped_column(ForeignKey("course.id"))
    teacher_id: Mapped[int] = mapped_column(ForeignKey("teacher.id"))
    co_teacher_id: Mapped[int | None] = mapped_column(ForeignKey("teacher.id"))
    room_id: Mapped[int | None] = mapped_column(ForeignKey("room.id"))
    delivery: Mapped[Delivery] = mapped_column(words_of(Delivery), default=Delivery.ON_SITE, server_default="on_site")
    weekday: Mapped[int]
    starts: Mapped[time]
    minutes: Mapped[int]
    lessons: Mapped[int | None]
    learners: Mapped[int | None]
    from_on: Mapped[date | None]
    to_on: Mapped[date | None]
    materials: Mapped[str] = later_note()
    note: Mapped[Note]
    offered_at: Mapped[Instant]
    offered_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    declined_at: Mapped[Instant | None]
    declined_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    decline_reason: Mapped[str] = later_note()

    request: Mapped[ClassRequest] = relationship(back_populates="offers")
    course: Mapped[Course] = relationship()
    teacher: Mapped[Teacher] = relationship(foreign_keys=[teacher_id])
    co_teacher: Mapped[Teacher | None] = relationship(foreign_keys=[co_teacher_id])
    room: Mapped[Room | None] = relationship()
    agreement: Mapped["Agreement | None"] = relationship(back_populates="offer")
    counters: Mapped["ClassOffer | None"] = relationship(remote_side="ClassOffer.id", back_populates="counter")
    counter: Mapped["ClassOffer | None"] = relationship(back_populates="counters", uselist=False)

    @property
    def site_id(self) -> int:
        """The site of this offer: whose course it is."""
        return self.course.organisation_id

    @property
    def seats(self) -> int:
        """How many residents it is for."""
        return self.learners or self.request.learners

    @property
    def lesson_count(self) -> int:
        """How many lessons it is about."""
        return self.lessons or self.request.frequency.usual_lessons

    @property
    def suits(self) -> bool:
        """Whether it lies wholly in the times that the home asked for."""
        return any(window.holds(self.weekday, self.starts, self.minutes) for window in self.request.windows)

    @property
    def is_open(self) -> bool:
        """Whether the other side has not answered it yet."""
        return self.declined_at is None and self.agreement is None and self.counter is None


class AgreementState(enum.Enum):
    """Where an agreement stands; read off its records, never stored."""

    TO_SCHEDULE = "to_schedule"
    RUNNING = "running"
    FEEDBACK_DUE = "feedback_due"
    CLOSED = "closed"


AGREEMENT_LABELS = {
    AgreementState.TO_SCHEDULE: _l("Not scheduled yet"),
    AgreementState.RUNNING: _l("Running"),
    AgreementState.FEEDBACK_DUE: _l("Over: please say how it was"),
    AgreementState.CLOSED: _l("Closed"),
}
AGREEMENT_TAGS = {
    AgreementState.TO_SCHEDULE: "warning",
    AgreementState.RUNNING: "ok",
    AgreementState.FEEDBACK_DUE: "primary",
    AgreementState.CLOSED: "plain",
}


class Agreement(Base):
    """A home and a site agreed on an offer: from, to, what each does, and the class that it led to.

    Ended early it has ``ended_at`` and a reason, and ``to_on`` is its last day.
    """

    __tablename__ = "agreement"

    id: Mapped[Key]
    offer_id: Mapped[int] = mapped_column(ForeignKey("class_offer.id"), unique=True)
    home_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"), index=True)
    site_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"), index=True)
    agreed_at: Mapped[Instant]
    agreed_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    from_on: Mapped[date]
    to_on: Mapped[date | None]
    ended_at: Mapped[Instant | None]
    ended_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    end_reason: Mapped[str] = later_note()
    class_id: Mapped[int | None] = mapped_column(ForeignKey("course_class.id"), unique=True)

    offer: Mapped[ClassOffer] = relationship(back_populates="agreement")
    home: Mapped[Organisation] = relationship(foreign_keys=[home_id])
    site: Mapped[Organisation] = relationship(foreign_keys=[site_id])
    course_class: Mapped[CourseClass | None] = relationship()
    feedback: Mapped[list["Feedback"]] = relationship(order_by="Feedback.given_at")

    def feedback_of(self, *, is_home: bool) -> "Feedback | None":
        """What that side said of it."""
        return next((each for each in self.feedback if each.is_by_home == is_home), None)


class Rating(enum.Enum):
    """How it was, for one side."""

    GOOD = "good"
    FAIR = "fair"
    POOR = "poor"


RATING_LABELS = {
    Rating.GOOD: _l("Good, gladly again"),
    Rating.FAIR: _l("Fair"),
    Rating.POOR: _l("Not as we had hoped"),
}


class Feedback(Base):
    """How an agreement was, for the home or for the site: each says it once."""

    __tablename__ = "agreement_feedback"

    agreement_id: Mapped[int] = mapped_column(ForeignKey("agreement.id"), primary_key=True)
    is_by_home: Mapped[bool] = mapped_column(primary_key=True)
    rating: Mapped[Rating] = mapped_column(words_of(Rating))
    note: Mapped[Note]
    given_at: Mapped[Instant]
    given_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
