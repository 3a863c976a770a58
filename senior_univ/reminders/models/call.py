"""The last rung: somebody must be called by a person."""

import enum

from flask_babel import lazy_gettext as _l
from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from senior_univ.accounts.models import Person
from senior_univ.core.db import Base, Instant, Key, Note, words_of
from senior_univ.network.models import Organisation
from senior_univ.reminders.models.message import MessageKind
from senior_univ.timetable.models import Lesson


class CallWhy(enum.Enum):
    """Why a person must call."""

    NO_PHONE = "no_phone"
    LANDLINE = "landline"
    WANTS_CALLS = "wants_calls"
    STOPPED = "stopped"
    WRONG_NUMBER = "wrong_number"
    FAILED = "failed"
    UNCLEAR = "unclear"
    URGENT = "urgent"


CALL_WHY_LABELS = {
    CallWhy.NO_PHONE: _l("No phone"),
    CallWhy.LANDLINE: _l("Landline"),
    CallWhy.WANTS_CALLS: _l("Wants to be called"),
    CallWhy.STOPPED: _l("Wants no texts on that phone"),
    CallWhy.WRONG_NUMBER: _l("The number was wrong"),
    CallWhy.FAILED: _l("The text did not arrive"),
    CallWhy.UNCLEAR: _l("Nobody can tell whether the text went out"),
    CallWhy.URGENT: _l("Urgent, and not answered yet"),
}


class Call(Base):
    """Somebody to be called about something, once (``key``); ticked as reached, by whom, when.

    ``organisation_id`` calls: her home for a resident, else the class's site. ``call_by`` is when it would be too late.
    ``reached_at`` without ``reached_by_id``: she answered a text. ``ended_at``: the call is no longer needed (the lesson
    is gone, she is on leave).
    """

    __tablename__ = "call"
    __table_args__ = (Index("ix_call_open", "organisation_id", "reached_at", "call_by"),)

    id: Mapped[Key]
    key: Mapped[str] = mapped_column(String(160), unique=True)
    kind: Mapped[MessageKind] = mapped_column(words_of(MessageKind))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    lesson_id: Mapped[int | None] = mapped_column(ForeignKey("lesson.id"), index=True)
    message_id: Mapped[int | None] = mapped_column(ForeignKey("message.id", ondelete="SET NULL"), index=True)
    suspension_id: Mapped[int | None] = mapped_column(ForeignKey("suspension.id"), index=True)
    organisation_id: Mapped[int | None] = mapped_column(ForeignKey("organisation.id"))
    why: Mapped[CallWhy] = mapped_column(words_of(CallWhy))
    words: Mapped[str] = mapped_column(String(1000), default="")
    created_at: Mapped[Instant]
    call_by: Mapped[Instant | None]
    tries: Mapped[int] = mapped_column(default=0)
    tried_at: Mapped[Instant | None]
    tried_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    reached_at: Mapped[Instant | None]
    reached_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    ended_at: Mapped[Instant | None]
    note: Mapped[Note]

    person: Mapped[Person] = relationship(foreign_keys=[person_id])
    reached_by: Mapped[Person | None] = relationship(foreign_keys=[reached_by_id])
    tried_by: Mapped[Person | None] = relationship(foreign_keys=[tried_by_id])
    lesson: Mapped[Lesson | None] = relationship()
    organisation: Mapped[Organisation | None] = relationship()
