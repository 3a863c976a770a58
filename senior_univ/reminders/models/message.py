"""The outbox: one row per text to one phone, from the intent to the receipt."""

import enum
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import JSON, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from senior_univ.accounts.models import Person
from senior_univ.core.db import Base, Instant, Key, Note, words_of
from senior_univ.timetable.models import Lesson

ONLINE_PLACE = "@online"
"""Kept in a text's parameters as the place of an online lesson; its words come with the receiver's language."""


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
    MessageState.CANCELLED: _l("No longer needed"),
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
    CLASS_MERGED = "class_merged"
    CLASS_INVITED = "class_invited"
    ABSENCE_UNEXPLAINED = "absence_unexplained"
    ADMISSION_RESULT = "admission_result"
    WAITING_OFFER = "waiting_offer"
    WAITING_ANSWERED = "waiting_answered"
    WAITING_PASSED_ON = "waiting_passed_on"
    CERTIFICATE_READY = "certificate_ready"
    LESSONS_SUSPENDED = "lessons_suspended"
    LESSONS_RESUMED = "lessons_resumed"
    TEACHER_CANNOT = "teacher_cannot"
    SUBSTITUTE_ASKED = "substitute_asked"
    PAPER_EXPIRING = "paper_expiring"
    VOLUNTEER_ANSWERED = "volunteer_answered"
    TOGETHER_ASKED = "together_asked"
    ROUND_CALLED_OFF = "round_called_off"
    UNIT_CLOSED = "unit_closed"
    UNIT_OPENED = "unit_opened"
    FIRST_LESSON = "first_lesson"
    WEEKLY_SUMMARY = "weekly_summary"
    BULK_MESSAGE = "bulk_message"
    WORDING_TEST = "wording_test"
    REPLY_TAKEN = "reply_taken"
    STAFF_ANSWER = "staff_answer"
    GRANT_ASKED = "grant_asked"


KIND_LABELS = {
    MessageKind.CODE: _l("Sign-in code"),
    MessageKind.REMINDER_EVENING: _l("Reminder, the evening before"),
    MessageKind.REMINDER_MORNING: _l("Reminder, in the morning"),
    MessageKind.LESSON_MOVED: _l("Lesson moved"),
    MessageKind.LESSON_CANCELLED: _l("Lesson cancelled"),
    MessageKind.CLASS_CANCELLED: _l("Class cancelled"),
    MessageKind.ENROLLED_FOR_YOU: _l("Enrolled on her behalf"),
    MessageKind.WITHDRAWN_FOR_YOU: _l("Withdrawn on her behalf"),
    MessageKind.LEAVE_FOR_YOU: _l("Leave on her behalf"),
    MessageKind.GRANT_GIVEN: _l("A relative may act for her"),
    MessageKind.CLASS_MERGED: _l("Class merged into another"),
    MessageKind.CLASS_INVITED: _l("Invited into a class"),
    MessageKind.ABSENCE_UNEXPLAINED: _l("Missed in class, lives alone"),
    MessageKind.ADMISSION_RESULT: _l("Result of an allocation day"),
    MessageKind.WAITING_OFFER: _l("A place is kept for her"),
    MessageKind.WAITING_ANSWERED: _l("Her answer has come"),
    MessageKind.WAITING_PASSED_ON: _l("A place went to the next"),
    MessageKind.CERTIFICATE_READY: _l("Her certificate is there"),
    MessageKind.LESSONS_SUSPENDED: _l("Lessons suspended"),
    MessageKind.LESSONS_RESUMED: _l("Suspended lessons are held after all"),
    MessageKind.TEACHER_CANNOT: _l("A teacher can't come"),
    MessageKind.SUBSTITUTE_ASKED: _l("Steps in for a teacher"),
    MessageKind.PAPER_EXPIRING: _l("A teacher's paper ends soon"),
    MessageKind.VOLUNTEER_ANSWERED: _l("A volunteer's application is answered"),
    MessageKind.UNIT_CLOSED: _l("Her unit is closed for some days"),
    MessageKind.UNIT_OPENED: _l("Her unit is open again"),
    MessageKind.TOGETHER_ASKED: _l("Asked to come together with somebody"),
    MessageKind.ROUND_CALLED_OFF: _l("An allocation day was called off"),
    MessageKind.FIRST_LESSON: _l("First lesson of a class"),
    MessageKind.WEEKLY_SUMMARY: _l("The week of those whom somebody helps"),
    MessageKind.BULK_MESSAGE: _l("One text to many people"),
    MessageKind.WORDING_TEST: _l("A wording, to look at"),
    MessageKind.REPLY_TAKEN: _l("What became of a reply"),
    MessageKind.STAFF_ANSWER: _l("Answer of the site"),
    MessageKind.GRANT_ASKED: _l("A relative asks to act for her"),
}

EXPLANATIONS = {
    "unchanged": _l("What stands now is what was known."),
    "gone": _l("The lesson, the seat or the wish was gone before it was sent."),
    "begun": _l("The lesson had begun."),
    "late": _l("It could not be sent in time."),
    "stopped": _l("She wants no texts on this phone."),
    "muted": _l("She switched texts on this off."),
    "wrong_number": _l("Whoever has this phone said that it is the wrong number."),
    "opted_out": _l("This phone answered STOP to the provider."),
    "quiet": _l("Waiting for the end of the quiet hours."),
    "not_reached": _l("The provider could not be reached; it is tried again."),
    "too_many": _l("The provider wants fewer texts at once; it is tried again."),
    "lease_over": _l("There was no time left to send it safely; it is tried again."),
    "config": _l("The provider refuses our account or settings; it is tried again. Tell the administrator."),
    "bulk_stopped": _l("The text to many people was stopped."),
    "cap": _l("The organisation's texts of this day are used up; it goes tomorrow."),
    "repeated": _l("The same text went to this number three times within a day."),
    "looked_up": _l("Found at the provider."),
    "not_there": _l("The provider never got it; it is sent again."),
    "cant_tell": _l("Nobody can tell whether it was sent. Please call."),
    "no_words": _l("Its template could not be filled. Tell the administrator."),
    "no_sender": _l("Nothing is set up that could send it. Tell the administrator."),
    "unclear": _l("The provider gave no clear answer; it is being asked."),
    "trial": _l("This is a trial: only the numbers on its list get anything."),
    "worker_ended": _l("The process that sent it ended; the provider is being asked."),
}
"""What ``Message.explanation`` may hold, beside ``provider:`` or ``config:`` with the provider's own code."""

REMINDERS = frozenset({MessageKind.REMINDER_EVENING, MessageKind.REMINDER_MORNING, MessageKind.FIRST_LESSON})
SUSPENSIONS = frozenset({MessageKind.LESSONS_SUSPENDED, MessageKind.LESSONS_RESUMED})
CHANGES = frozenset({MessageKind.LESSON_MOVED, MessageKind.LESSON_CANCELLED, MessageKind.CLASS_CANCELLED})


class Channel(enum.Enum):
    """How a phone is spoken to."""

    SMS = "sms"
    VOICE = "voice"


class Outcome(enum.Enum):
    """What one attempt at a provider came to; a sender's results by their names."""

    ACCEPTED = "accepted"
    REJECTED = "rejected"
    NOT_SENT = "not_sent"
    UNKNOWN = "unknown"


class Priority(enum.IntEnum):
    """What is sent before what; codes and urgent texts are free of quiet hours."""

    CODE = 0
    URGENT = 1
    ORDINARY = 2


class Message(Base):
    """A text to one phone. ``key`` is unique: the same intent is never written twice.

    ``attempt`` counts claims; an outcome is written only while the attempt is still its own. ``due_at``: not before;
    ``expires_at``: not after. ``text`` and ``parameters`` are what was rendered from the truth when the text was
    claimed; a code's are blanked once it was sent, failed or expired. ``language`` is the receiver's. ``phone``,
    ``text`` and ``parameters`` are blank once it was ``forgotten_at``.

    ``organisation_id`` is whose text it is: its hours, its sender, its cap; None is the deployment's. ``chars`` and
    ``segments`` are of the text that was sent, ``cost`` in thousandths of the settings' currency as the provider or the
    settings' price say. ``bulk_id`` where it belongs to a bulk message.
    """

    __tablename__ = "message"
    __table_args__ = (
        Index("ix_message_queue", "state", "priority", "due_at", "id"),
        Index("ix_message_phone", "phone", "created_at"),
        Index("ix_message_due_at", "due_at"),
    )

    id: Mapped[Key]
    key: Mapped[str] = mapped_column(String(160), unique=True)
    kind: Mapped[MessageKind] = mapped_column(words_of(MessageKind))
    phone: Mapped[str] = mapped_column(String(20))
    language: Mapped[str] = mapped_column(String(10), default="")
    parameters: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    text: Mapped[str] = mapped_column(String(1000), default="")
    state: Mapped[MessageState] = mapped_column(words_of(MessageState), default=MessageState.DUE)
    priority: Mapped[int] = mapped_column(default=Priority.ORDINARY)
    created_at: Mapped[Instant]
    due_at: Mapped[Instant]
    expires_at: Mapped[Instant | None]
    attempt: Mapped[int] = mapped_column(default=0)
    attempted_at: Mapped[Instant | None]
    leased_until: Mapped[Instant | None]
    sender: Mapped[str] = mapped_column(String(20), default="")
    provider_ref: Mapped[str | None] = mapped_column(String(80), index=True)
    ended_at: Mapped[Instant | None]
    explanation: Mapped[Note]
    channel: Mapped[Channel] = mapped_column(words_of(Channel), default=Channel.SMS, server_default=Channel.SMS.value)
    organisation_id: Mapped[int | None] = mapped_column(ForeignKey("organisation.id"))
    bulk_id: Mapped[int | None] = mapped_column(ForeignKey("bulk_message.id"), index=True)
    segments: Mapped[int] = mapped_column(default=0, server_default="0")
    cost: Mapped[int] = mapped_column(default=0, server_default="0")
    forgotten_at: Mapped[Instant | None]

    about: Mapped[list["MessageAbout"]] = relationship(back_populates="message", order_by="MessageAbout.id")

    @property
    def is_urgent(self) -> bool:
        """Whether it goes at once, quiet hours or not."""
        return self.priority <= Priority.URGENT


class MessageAbout(Base):
    """Whom and which lesson a text is about; a combined text has several.

    ``starts_at`` is when a reminded lesson was to begin: once it is moved, its reminder is another one.
    """

    __tablename__ = "message_about"
    __table_args__ = (
        UniqueConstraint("message_id", "person_id", "lesson_id", "starts_at"),
        Index("ix_message_about_lesson", "lesson_id", "person_id"),
    )

    id: Mapped[Key]
    message_id: Mapped[int] = mapped_column(ForeignKey("message.id", ondelete="CASCADE"))
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), index=True)
    lesson_id: Mapped[int | None] = mapped_column(ForeignKey("lesson.id"))
    starts_at: Mapped[Instant | None]

    message: Mapped[Message] = relationship(back_populates="about")
    person: Mapped[Person | None] = relationship()
    lesson: Mapped[Lesson | None] = relationship()


class Attempt(Base):
    """One claim of a text and what its sender said; written with the claim, so a dead worker's is there without outcome.

    ``code`` says more, as ``Message.explanation`` does: a key of EXPLANATIONS, ``provider:`` with the provider's own
    code, or ``config:`` with it where it refuses our account or settings. ``looked_up_at`` is when the provider was last
    asked what became of it.
    """

    __tablename__ = "message_attempt"
    __table_args__ = (Index("ix_message_attempt_began_at", "began_at"),)

    message_id: Mapped[int] = mapped_column(ForeignKey("message.id", ondelete="CASCADE"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    sender: Mapped[str] = mapped_column(String(20))
    began_at: Mapped[Instant]
    answered_at: Mapped[Instant | None]
    outcome: Mapped[Outcome | None] = mapped_column(words_of(Outcome))
    code: Mapped[str] = mapped_column(String(80), default="")
    looked_up_at: Mapped[Instant | None]


class ProviderEvent(Base):
    """A receipt as it came, once: the same told twice is one row. ``changed`` is whether it changed the text's state.

    One for a text that is not (or no more) known is kept without ``message_id``.
    """

    __tablename__ = "provider_event"
    __table_args__ = (UniqueConstraint("sender", "key"),)

    id: Mapped[Key]
    sender: Mapped[str] = mapped_column(String(20))
    key: Mapped[str] = mapped_column(String(160))
    message_id: Mapped[int | None] = mapped_column(ForeignKey("message.id", ondelete="SET NULL"), index=True)
    attempt: Mapped[int] = mapped_column(default=0)
    state: Mapped[MessageState] = mapped_column(words_of(MessageState))
    code: Mapped[str] = mapped_column(String(80), default="")
    came_at: Mapped[Instant]
    changed: Mapped[bool] = mapped_column(default=False)


class Worker(Base):
    """A scheduler process that is running, by a name of its own; one that has not been seen for long is gone."""

    __tablename__ = "worker"

    name: Mapped[str] = mapped_column(String(80), primary_key=True)
    started_at: Mapped[Instant]
    seen_at: Mapped[Instant]
    sent: Mapped[int] = mapped_column(default=0)


class SentText(Base):
    """What the console senders, which send nothing, were given: shown on the demo's 短信 page.

    ``ref`` is the attempt's own; ``times`` above 1 shows that the same attempt was handed over again.
    """

    __tablename__ = "sent_text"

    id: Mapped[Key]
    ref: Mapped[str] = mapped_column(String(80), unique=True)
    phone: Mapped[str] = mapped_column(String(20), index=True)
    text: Mapped[str] = mapped_column(String(1000))
    times: Mapped[int] = mapped_column(default=1)
    sent_at: Mapped[Instant]
    channel: Mapped[Channel] = mapped_column(words_of(Channel), default=Channel.SMS, server_default=Channel.SMS.value)
