"""The outbox: one row per text to one phone, from the intent to the receipt."""

import enum
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import JSON, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from senior_univ.core.db import Base, Instant, Key, Note, words_of


class MessageState(enum.Enum):
    """Where a text is on its way; the design's states to the letter."""

    DUE = "due"
    SUBMITTING = "submitting"
    ACCEPTED = "accepted"
    DELIVERED = "delivered"
    FAILED = "failed"
    UNKNOWN = "unknown"
    PARKED = "parked"
    CANCELLED = "cancelled"
    EXPIRED = "expired"
    SUPPRESSED = "suppressed"


STATE_LABELS = {
    MessageState.DUE: _l("Waiting"),
    MessageState.SUBMITTING: _l("Being sent"),
    MessageState.ACCEPTED: _l("Sent"),
    MessageState.DELIVERED: _l("Delivered"),
    MessageState.FAILED: _l("Not delivered"),
    MessageState.UNKNOWN: _l("Unclear"),
    MessageState.PARKED: _l("Needs a person"),
    MessageState.CANCELLED: _l("Cancelled"),
    MessageState.EXPIRED: _l("Too late"),
    MessageState.SUPPRESSED: _l("Not wanted"),
}


class MessageKind(enum.Enum):
    """What a text is about; the value names its template."""

    CODE = "code"
    REMINDER_EVENING = "reminder_evening"
    REMINDER_MORNING = "reminder_morning"
    LESSON_MOVED = "lesson_moved"
    LESSON_CANCELLED = "lesson_cancelled"
    CLASS_CANCELLED = "class_cancelled"
    ENROLLED_FOR_YOU = "enrolled_for_you"
    WITHDRAWN_FOR_YOU = "withdrawn_for_you"
    LEAVE_FOR_YOU = "leave_for_you"
    GRANT_GIVEN = "grant_given"


class Message(Base):
    """A text to one phone. ``key`` is unique: the same intent is never written twice.

    ``attempt`` counts claims; an outcome is written only while the attempt is still its own. ``due_at``: not before;
    ``expires_at``: not after. ``text`` is blanked for codes once sent, failed or expired.
    """

    __tablename__ = "message"
    __table_args__ = (Index("ix_message_queue", "state", "due_at"), Index("ix_message_phone", "phone", "created_at"))

    id: Mapped[Key]
    key: Mapped[str] = mapped_column(String(160), unique=True)
    kind: Mapped[MessageKind] = mapped_column(words_of(MessageKind))
    phone: Mapped[str] = mapped_column(String(20))
    parameters: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    text: Mapped[str] = mapped_column(String(1000))
    state: Mapped[MessageState] = mapped_column(words_of(MessageState), default=MessageState.DUE)
    is_urgent: Mapped[bool] = mapped_column(default=False)
    created_at: Mapped[Instant]
    due_at: Mapped[Instant]
    expires_at: Mapped[Instant | None]
    attempt: Mapped[int] = mapped_column(default=0)
    leased_until: Mapped[Instant | None]
    sender: Mapped[str] = mapped_column(String(20), default="")
    provider_ref: Mapped[str | None] = mapped_column(String(80), index=True)
    ended_at: Mapped[Instant | None]
    explanation: Mapped[Note]

    about: Mapped[list["MessageAbout"]] = relationship(back_populates="message")


class MessageAbout(Base):
    """Whom and which lesson a text is about; a combined text has several."""

    __tablename__ = "message_about"

    id: Mapped[Key]
    message_id: Mapped[int] = mapped_column(ForeignKey("message.id", ondelete="CASCADE"), index=True)
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), index=True)
    lesson_id: Mapped[int | None] = mapped_column(ForeignKey("lesson.id"), index=True)

    message: Mapped[Message] = relationship(back_populates="about")


class SentText(Base):
    """What the console sender, which sends nothing, was given: shown on the demo's 短信 page."""

    __tablename__ = "sent_text"

    id: Mapped[Key]
    ref: Mapped[str] = mapped_column(String(80), unique=True)
    phone: Mapped[str] = mapped_column(String(20), index=True)
    text: Mapped[str] = mapped_column(String(1000))
    sent_at: Mapped[Instant]
